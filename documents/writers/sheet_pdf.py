"""The task sheet as a PDF: the same bytes whenever it is made of the same words, with a font that comes along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from documents.writers.sheet import Sheet, code

PAGE: Final = Path(__file__).with_name("sheet.typ")


def pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF; its day of making is that of the assignment, so that it repeats byte for byte."""
    found: Any = _compiled(sheet, format="pdf", timestamp=int(sheet.made_at.timestamp()))
    return bytes(found)


def pictures(sheet: Sheet) -> list[bytes]:
    """Return the pages as PNG pictures."""
    found: Any = _compiled(sheet, format="png", ppi=100)
    return [found] if isinstance(found, bytes) else list(found)


def _compiled(sheet: Sheet, **more: Any) -> Any:
    import typst  # it takes its time to load

    words = json.dumps(sheet.words() | {"code": code(sheet.address).decode()})
    return typst.compile(PAGE.read_bytes(), sys_inputs={"paper": words}, ignore_system_fonts=True, **more)
