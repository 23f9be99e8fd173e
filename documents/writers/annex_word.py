"""The annex of tasks as a Word document in the form of Nghị định 30/2020/NĐ-CP, Phụ lục I."""

from __future__ import annotations

import io
from typing import Any, Final

from documents.writers.annex import HEADING, Annex, in_roman

# A4 across; margins as Nghị định 30/2020/NĐ-CP, Phụ lục I sets them: top, right, bottom, left.
_PAGE_MM: Final = (297, 210)
_MARGINS_MM: Final = (20, 15, 20, 30)
_FONT: Final = "Times New Roman"
_TITLE_POINTS: Final = 14
_TABLE_POINTS: Final = 12


def docx(annex: Annex) -> bytes:
    """Return the annex as a .docx: A4 across, Times New Roman, the heading row repeated on every page."""
    from docx import Document  # it takes its time to load

    document = Document()
    _set_page(document)
    _set_facts(document, annex)
    _title(document, annex)
    table = _table(document, annex)
    number = 0
    for place, group in enumerate(annex.groups, start=1):
        if group.heading:
            _group_row(table, annex, in_roman(place), group.heading.upper())
        for row in group.rows:
            number += 1
            _row(table, annex, (str(number), *row.cells()))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_page(document: Any) -> None:
    """Set paper, margins, font, and the page's number in the middle of its top; the first page shows none."""
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(side) for side in _PAGE_MM)
    sides = ("top_margin", "right_margin", "bottom_margin", "left_margin")
    for side, width in zip(sides, _MARGINS_MM, strict=True):
        setattr(section, side, Mm(width))
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_TITLE_POINTS)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), _FONT)
    style.paragraph_format.space_after = Pt(0)
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_number(header)


def _page_number(paragraph: Any) -> None:
    """Let Word write the number of the page here."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "2"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _set_facts(document: Any, annex: Annex) -> None:
    """Say in the file's properties what it is, from whom and when, instead of what the template says."""
    facts = document.core_properties
    facts.title, facts.author, facts.language = annex.title, annex.body, "vi-VN"
    facts.created = facts.modified = annex.made_at.replace(tzinfo=None)
    facts.comments = ""


def _title(document: Any, annex: Annex) -> None:
    """Write the heading, the title, the document it is attached to, and the line below."""
    _line(document, HEADING, bold=True)
    _line(document, annex.title.upper(), bold=True)
    attached = _line(document, annex.attached, italic=True)
    _underline(document)
    attached.paragraph_format.keep_with_next = True


def _line(document: Any, words: str, *, bold: bool = False, italic: bool = False) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(words)
    run.bold, run.italic = bold, italic
    return paragraph


def _underline(document: Any) -> None:
    """Draw a line a third as long as the text, as under a title."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Mm(105)
    shape.space_after, shape.line_spacing = Pt(10), Pt(4)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )


def _table(document: Any, annex: Annex) -> Any:
    """Return the table with its heading row, which Word repeats on every page."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=len(annex.columns), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, (_, width) in zip(table.columns, annex.columns, strict=True):
        column.width = Mm(width)
    _row(table, annex, tuple(name for name, _ in annex.columns), bold=True)
    _mark(table.rows[0], "w:tblHeader")
    return table


def _row(table: Any, annex: Annex, cells: tuple[str, ...], *, bold: bool = False) -> None:
    """Add a row that no page's end cuts."""
    row = table.add_row()
    _mark(row, "w:cantSplit")
    for place, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
        _fill(cell, annex, place, words, bold=bold)


def _group_row(table: Any, annex: Annex, sign: str, heading: str) -> None:
    """Add a row that names a group: its sign, and its heading across the other columns."""
    row = table.add_row()
    _mark(row, "w:cantSplit")
    _fill(row.cells[0], annex, 0, sign, bold=True)
    wide = row.cells[1].merge(row.cells[-1])
    _fill(wide, annex, 1, heading, bold=True)
    wide.paragraphs[0].paragraph_format.keep_with_next = True


def _mark(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _fill(cell: Any, annex: Annex, place: int, words: str, *, bold: bool) -> None:
    """Write into a cell; numbers, days and the heading stand in the middle."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    if len(cell._tc.tcPr.xpath("w:gridSpan")) == 0:
        cell.width = Mm(annex.columns[place][1])
    paragraph = cell.paragraphs[0]
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(2)
    is_heading = bold and words in {name for name, _ in annex.columns}
    if is_heading or place in annex.centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(words)
    run.bold, run.font.size = bold, Pt(_TABLE_POINTS)
