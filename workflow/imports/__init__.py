"""From a file to a plan: what was read waits for a person, and only what he accepts becomes drafts."""

from __future__ import annotations

from workflow.imports.keeping import drop_reading, keep_reading, read_upload, reading, sheet_of
from workflow.imports.making import BLANK, Choice, accept, horizon, import_file, short_title
from workflow.imports.reviewing import take
from workflow.imports.steps import Said

__all__ = [
    "BLANK",
    "Choice",
    "Said",
    "accept",
    "drop_reading",
    "horizon",
    "import_file",
    "keep_reading",
    "read_upload",
    "reading",
    "sheet_of",
    "short_title",
    "take",
]
