"""The task sheet as a Word document in the form of Nghị định 30/2020/NĐ-CP, Phụ lục I."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from documents.writers.sheet import COUNTRY, MOTTO, RECIPIENTS, TITLE, Sheet, code

_FONT: Final = "Times New Roman"
# A4 upright: top, right, bottom, left
_MARGINS_MM: Final = (20, 18, 20, 30)
_WIDTH_MM: Final = 162
_COLUMNS_MM: Final = (10, 46, 106)


def docx(sheet: Sheet) -> bytes:
    """Return the sheet as a .docx: A4, Times New Roman 13, numbers of further pages in the middle of the top."""
    from docx import Document  # it takes its time to load

    document = Document()
    _set_page(document)
    _set_facts(document, sheet)
    _letterhead(document, sheet)
    _title(document, sheet)
    _rows(document, sheet)
    for words in sheet.asks:
        _ask(document, words)
    _foot(document, sheet)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_page(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    sides = ("top_margin", "right_margin", "bottom_margin", "left_margin")
    for side, width in zip(sides, _MARGINS_MM, strict=True):
        setattr(section, side, Mm(width))
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(13)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), _FONT)
    style.paragraph_format.space_after = Pt(0)
    _page_number(section.header.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    """Let Word write the number of the page here."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _set_facts(document: Any, sheet: Sheet) -> None:
    facts = document.core_properties
    facts.title, facts.author, facts.language = f"{TITLE} {sheet.task}", sheet.body, "vi-VN"
    facts.created = facts.modified = sheet.made_at.replace(tzinfo=None)
    facts.comments = ""


def _letterhead(document: Any, sheet: Sheet) -> None:
    """Write the body on the left, the country and its motto on the right, number and day below."""
    left, right = _pair(document, (70, 92))
    _line(left, sheet.superior.upper(), size=12)
    _line(left, sheet.body.upper(), size=12, bold=True)
    _rule(left, 22)
    _line(left, sheet.number)
    _line(right, COUNTRY, size=12, bold=True)
    _line(right, MOTTO, bold=True)
    _rule(right, 14)
    _line(right, sheet.place_and_day, italic=True)


def _title(document: Any, sheet: Sheet) -> None:
    from docx.shared import Pt

    first = _line(document, TITLE, size=14, bold=True)
    first.paragraph_format.space_before = Pt(14)
    _line(document, sheet.subject, bold=True)
    _rule(document, 60)


def _rows(document: Any, sheet: Sheet) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=3, style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _COLUMNS_MM, strict=True):
        column.width = Mm(width)
    for number, (name, lines) in enumerate(sheet.rows, start=1):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, words, bold, width in zip(
            row.cells, ((str(number),), (name,), lines), (False, True, False), _COLUMNS_MM, strict=True
        ):
            cell.width = Mm(width)
            _fill(cell, words, bold=bold, centred=width == _COLUMNS_MM[0])


def _fill(cell: Any, lines: Sequence[str], *, bold: bool, centred: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for place, words in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(words).bold = bold


def _ask(document: Any, words: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph(words)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.paragraph_format.space_before = Pt(6)


def _foot(document: Any, sheet: Sheet) -> None:
    """Write who gets it with the code on the left, and on the right the seat that signs, room, and the name."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document.add_paragraph().paragraph_format.space_after = Pt(4)
    left, right = _pair(document, (73, 89))
    start = WD_ALIGN_PARAGRAPH.LEFT
    _line(left, RECIPIENTS, size=12, bold=True, italic=True, align=start)
    for words in sheet.recipients:
        _line(left, f"- {words}", size=11, align=start)
    picture = _line(left, "", align=start)
    picture.paragraph_format.space_before = Pt(6)
    picture.add_run().add_picture(io.BytesIO(code(sheet.address, "png")), width=Mm(24))
    _line(left, sheet.caption, size=9, align=start)
    for words in sheet.signs:
        _line(right, words.upper(), bold=True)
    for _blank in range(4):
        _line(right, "")
    _line(right, sheet.signer, bold=True)


def _pair(document: Any, widths: tuple[int, int]) -> tuple[Any, Any]:
    """Return two cells side by side, without lines, that no page's end cuts."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    row = table.rows[0]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, column, width in zip(row.cells, table.columns, widths, strict=True):
        cell.width = column.width = Mm(width)
    return row.cells[0], row.cells[1]


def _line(
    place: Any, words: str, *, size: int = 13, bold: bool = False, italic: bool = False, align: Any = None
) -> Any:
    """Add a paragraph, in the middle if nothing else is said; the first of a cell is there already."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    is_first = hasattr(place, "_tc") and len(place.paragraphs) == 1 and not place.paragraphs[0].runs
    paragraph = place.paragraphs[0] if is_first else place.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if align is None else align
    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _rule(place: Any, indent: int) -> None:
    """Draw a line in the middle, so many millimetres shorter on each side."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    paragraph = place.add_paragraph()
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Mm(indent)
    shape.space_after, shape.line_spacing = Pt(4), Pt(4)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )
