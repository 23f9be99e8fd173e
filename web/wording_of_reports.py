"""The sentences of reports: made, edited, issued, signed outside, archived; and their templates."""

from __future__ import annotations

from typing import Final

from terms import N_

# act -> the sentence; a part of the one table in `wording.py`
SENTENCES: Final[dict[str, str]] = {
    "report.make": N_("%(who)s made a report from the log."),
    "report.edit": N_("%(who)s edited the text of a report."),
    "report.issue": N_("%(who)s issued a report under its number."),
    "report.sign": N_("%(who)s brought the signed copy of a report."),
    "report.archive": N_("%(who)s archived a report."),
    "report.drop": N_("%(who)s dropped the draft of a report."),
    "report.template": N_("%(who)s changed the template of reports."),
}
