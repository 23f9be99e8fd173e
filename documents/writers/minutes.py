"""The minutes of a handover (biên bản bàn giao) as a Word document in the form of Nghị định 30/2020/NĐ-CP."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

_PAGE_MM: Final = (210, 297)
_MARGINS_MM: Final = (20, 20, 20, 30)
_FONT: Final = "Times New Roman"
_BODY: Final = 13
_TABLE: Final = 11
_WIDTHS_MM: Final = (10, 72, 26, 20, 32)
COLUMNS: Final = ("TT", "Nhiệm vụ", "Vai trò", "Thời hạn", "Người, vị trí nhận")
MOTTO: Final = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


@dataclass(frozen=True)
class Minutes:
    """What the document says: the body, who hands over what to whom, who signed and when."""

    superior: str
    body: str
    place: str
    title: str
    opening: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...]
    closing: tuple[str, ...]
    signers: tuple[tuple[str, str], ...]
    made_at: datetime


def docx(minutes: Minutes) -> bytes:
    """Return the minutes as a .docx: A4 upright, Times New Roman, motto, table of tasks, places to sign."""
    from docx import Document  # it takes its time to load

    document = Document()
    _set_page(document, minutes)
    _head(document, minutes)
    _line(document, "BIÊN BẢN", bold=True, size=14, before=12)
    _line(document, minutes.title, bold=True, size=14, after=8)
    for words in minutes.opening:
        _line(document, words, centred=False)
    _rows(document, minutes)
    for words in minutes.closing:
        _line(document, words, centred=False, before=6)
    _signers(document, minutes)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_page(document: Any, minutes: Minutes) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in _PAGE_MM)
    sides = ("top_margin", "right_margin", "bottom_margin", "left_margin")
    for side, width in zip(sides, _MARGINS_MM, strict=True):
        setattr(section, side, Mm(width))
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_BODY)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), _FONT)
    style.paragraph_format.space_after = Pt(0)
    facts = document.core_properties
    facts.title, facts.author, facts.language, facts.comments = minutes.title, minutes.body, "vi-VN", ""
    facts.created = facts.modified = minutes.made_at.replace(tzinfo=None)


def _head(document: Any, minutes: Minutes) -> None:
    """Write who issues it on the left, the country and its motto on the right."""
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for cell, width in zip(table.rows[0].cells, (70, 90), strict=True):
        cell.width = Mm(width)
    left, right = table.rows[0].cells
    _write(left.paragraphs[0], minutes.superior.upper(), size=12)
    _write(left.add_paragraph(), minutes.body.upper(), size=12, bold=True)
    _write(right.paragraphs[0], MOTTO[0], size=12, bold=True)
    _write(right.add_paragraph(), MOTTO[1], size=13, bold=True)
    _write(right.add_paragraph(), minutes.place, size=13, italic=True)


def _rows(document: Any, minutes: Minutes) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    numbered = [(str(number), *row) for number, row in enumerate(minutes.rows, start=1)]
    for place, words in enumerate([COLUMNS, *numbered]):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit" if place else "w:tblHeader"))
        for column, (cell, text) in enumerate(zip(row.cells, words, strict=True)):
            cell.width = Mm(_WIDTHS_MM[column])
            _write(cell.paragraphs[0], text, size=_TABLE, bold=not place, centred=not place or column in (0, 3))


def _signers(document: Any, minutes: Minutes) -> None:
    """Leave a place to sign for each: his part on top, his name below."""
    document.add_paragraph()
    table = document.add_table(rows=1, cols=len(minutes.signers))
    for cell, (part, name) in zip(table.rows[0].cells, minutes.signers, strict=True):
        _write(cell.paragraphs[0], part.upper(), bold=True)
        for _blank in range(4):
            cell.add_paragraph()
        _write(cell.add_paragraph(), name, bold=True)


def _line(
    document: Any,
    words: str,
    *,
    bold: bool = False,
    size: int = _BODY,
    centred: bool = True,
    before: int = 0,
    after: int = 3,
) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    _write(paragraph, words, bold=bold, size=size, centred=centred)


def _write(
    paragraph: Any, words: str, *, size: int = _BODY, bold: bool = False, italic: bool = False, centred: bool = True
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
