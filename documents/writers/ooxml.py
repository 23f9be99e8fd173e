"""What Word documents of the product are built of: pages, lines of text, rules under them, cells side by side."""

from __future__ import annotations

from typing import Any, Final

FONT: Final = "Times New Roman"
SIDES: Final = ("top_margin", "right_margin", "bottom_margin", "left_margin")
# margins of Nghị định 30/2020/NĐ-CP, Phụ lục I, in millimetres: top, right, bottom, left
MARGINS_MM: Final = (20, 15, 20, 30)
A4_MM: Final = (210, 297)


def set_page(section: Any, *, across: bool = False) -> None:
    """Set A4 and the margins; the first page shows no number."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    sides = A4_MM[::-1] if across else A4_MM
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(side) for side in sides)
    for side, width in zip(SIDES, MARGINS_MM, strict=True):
        setattr(section, side, Mm(width))
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def set_font(document: Any, points: int) -> None:
    """Set the typeface and size of everything that says nothing else, in Vietnamese."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(points)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    properties.append(language)
    style.paragraph_format.space_after = Pt(0)


def page_number(paragraph: Any) -> None:
    """Let Word write the number of the page here, in the middle."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt
    from docx.text.run import Run

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    element = OxmlElement("w:r")
    field.append(element)
    paragraph._p.append(field)
    Run(element, paragraph).font.size = Pt(13)


def restart_numbers(section: Any) -> None:
    """Number the pages of a section on their own, from 1."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in section._sectPr.xpath("w:pgNumType"):
        section._sectPr.remove(old)
    element = OxmlElement("w:pgNumType")
    element.set(qn("w:start"), "1")
    following = section._sectPr.xpath("w:cols|w:formProt|w:vAlign|w:noEndnote|w:titlePg|w:textDirection|w:docGrid")
    if following:
        following[0].addprevious(element)
    else:
        section._sectPr.append(element)


def line(place: Any, words: str, *, size: int = 13, bold: bool = False, italic: bool = False, align: Any = None) -> Any:
    """Add a paragraph, in the middle if nothing else is said; the first of a cell is there already."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    is_first = hasattr(place, "_tc") and len(place.paragraphs) == 1 and not place.paragraphs[0].runs
    paragraph = place.paragraphs[0] if is_first else place.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if align is None else align
    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def rule(place: Any, indent: int) -> Any:
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
    return paragraph


def pair(document: Any, widths: tuple[int, int]) -> tuple[Any, Any]:
    """Return two cells side by side, without lines or room at their edges, that no page's end cuts."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    edges = '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    look = table._tbl.tblPr.xpath("w:tblLook")[0]
    look.addprevious(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{edges}</w:tblCellMar>"))
    row = table.rows[0]
    mark(row, "w:cantSplit")
    for cell, column, width in zip(row.cells, table.columns, widths, strict=True):
        cell.width = column.width = Mm(width)
    return row.cells[0], row.cells[1]


def mark(row: Any, name: str) -> None:
    """Set a property of a table's row: `w:cantSplit`, `w:tblHeader`."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def bookmark(paragraph: Any, name: str, number: int, words: str, *, like: Any = None) -> Any:
    """Add words under a name of their own, by which other programs find them."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (begin, end):
        element.set(qn("w:id"), str(number))
    begin.set(qn("w:name"), name)
    paragraph._p.append(begin)
    run = paragraph.add_run(words)
    if like is not None:
        run._r.insert(0, like)
    paragraph._p.append(end)
    return run
