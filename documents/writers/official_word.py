"""An official paper as a Word document: a template filled with its words, its tables set behind as annexes."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from documents.writers import ooxml
from documents.writers.official import TO, Block, Cell, Column, Counted, Level, Paper, Table, repacked, shown
from documents.writers.official_template import WORD, built_in, paragraphs, words_of

_TABLE_POINTS: Final = 12
# a name in Word begins with a letter and holds no dot
_BOOKMARK: Final = "figure_{name}_{number}"
_BOLD: Final = (Level.MAIN, Level.SUB)


def docx(paper: Paper, template: bytes | None = None) -> bytes:
    """Return the paper as a .docx; the same paper and template give the same bytes."""
    from docx import Document  # it takes its time to load

    document = Document(io.BytesIO(template or built_in(paper.form)))
    _set_facts(document, paper)
    for paragraph in list(paragraphs(document)):
        found = words_of(paragraph)
        if found and found[0] in _LINES:
            _fill_lines(paragraph, found[0], paper)
        elif found:
            _fill_words(paragraph, paper)
    _parties(document, paper)
    for table in paper.tables:
        _annex(document, table)
    made = io.BytesIO()
    document.save(made)
    return repacked(made.getvalue())


def _set_facts(document: Any, paper: Paper) -> None:
    """Say in the file's properties what it is, from whom and as of when."""
    facts = document.core_properties
    facts.title, facts.author, facts.language = f"{paper.kind} {paper.subject}".strip(), paper.body, "vi-VN"
    facts.created = facts.modified = paper.made_at.replace(tzinfo=None, microsecond=0)
    facts.comments = facts.last_modified_by = ""
    facts.revision = 1


def _values(paper: Paper) -> dict[str, str]:
    """Return what stands for the words of a line."""
    return {
        "CO_QUAN_CHU_QUAN": paper.superior.upper(),
        "CO_QUAN": paper.body.upper(),
        "SO_KY_HIEU": paper.number,
        "DIA_DANH_NGAY": paper.place_and_day,
        "TEN_LOAI": paper.kind.upper(),
        "TRICH_YEU": paper.subject,
        "NGUOI_KY": paper.signer,
    }


def _fill_words(paragraph: Any, paper: Paper) -> None:
    """Put words in their place; the whole line takes the look of its first piece, as Word may have cut the word."""
    values = _values(paper)
    text = WORD.sub(lambda found: values.get(found[1], ""), paragraph.text)
    first, *rest = paragraph.runs
    first.text = text
    for run in rest:
        run._r.getparent().remove(run._r)


def _to(paper: Paper) -> Iterator[Block | str]:
    """Give the addressees: one on the line of the word itself, several below it, each with a dash."""
    if len(paper.to) == 1:
        yield f"{TO} {paper.to[0]}"
    elif paper.to:
        yield TO
        ends = [";"] * (len(paper.to) - 1) + ["."]
        yield from (f"- {name}{end}" for name, end in zip(paper.to, ends, strict=True))


def _bases(paper: Paper) -> Iterator[str]:
    last = len(paper.bases) - 1
    yield from (f"{words}{'.' if place == last else ';'}" for place, words in enumerate(paper.bases))


# word on a line of its own -> the paragraphs that stand for it
_LINES: Final[dict[str, Any]] = {
    "KINH_GUI": _to,
    "CAN_CU": _bases,
    "NOI_DUNG": lambda paper: paper.blocks,
    "NOI_NHAN": lambda paper: (f"- {words}" for words in paper.recipients),
    "CHUC_VU_KY": lambda paper: (words.upper() for words in paper.signs),
}


def _fill_lines(paragraph: Any, word: str, paper: Paper) -> None:
    """Set a paragraph for each line in the place of one; without any, an empty one where a cell needs it, else none."""
    lines: Sequence[Block | str] = list(_LINES[word](paper))
    look = copy.deepcopy(paragraph.runs[0]._r.rPr) if paragraph.runs else None
    numbers = _numbers(paragraph.part.element)
    for place, line in enumerate(lines, start=1):
        new = copy.deepcopy(paragraph._p)
        paragraph._p.addprevious(new)
        written = type(paragraph)(new, paragraph._parent)
        _write(written, line, look, numbers)
        if word == "NOI_DUNG" and place == len(lines):
            written.paragraph_format.keep_with_next = True  # the signature never stands alone on a page
    if lines or paragraph._p.getparent().tag.endswith("}body"):
        paragraph._p.getparent().remove(paragraph._p)
    else:
        _clear(paragraph)


def _numbers(element: Any) -> Iterator[int]:
    """Give numbers that no bookmark of the document has."""
    taken = element.xpath("//w:bookmarkStart/@w:id")
    number = max((int(found) for found in taken), default=0)
    while True:
        number += 1
        yield number


def _clear(paragraph: Any) -> None:
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)


def _write(paragraph: Any, line: Block | str, look: Any, numbers: Iterator[int]) -> None:
    """Write one line: its figures under their ids, headings in bold and kept with what follows."""
    _clear(paragraph)
    level = line.level if isinstance(line, Block) else Level.TEXT
    pieces = [(piece.text, piece.figure) for piece in line.said] if isinstance(line, Block) else [(line, "")]
    for text, figure in pieces:
        words = text.upper() if level == Level.MAIN else text
        like = copy.deepcopy(look) if look is not None else None
        if figure:
            run = _figure(paragraph, figure, words, numbers, like)
        else:
            run = paragraph.add_run(words)
            if like is not None:
                run._r.insert(0, like)
        if level in _BOLD:
            run.bold = True
    if level in _BOLD:
        paragraph.paragraph_format.keep_with_next = True


def _parties(document: Any, paper: Paper) -> None:
    """Leave a place to sign for each party of minutes: its part on top, the name below."""
    if not paper.parties:
        return
    document.add_paragraph()
    table = document.add_table(rows=1, cols=len(paper.parties))
    ooxml.mark(table.rows[0], "w:cantSplit")
    for cell, (part, name) in zip(table.rows[0].cells, paper.parties, strict=True):
        ooxml.line(cell, part.upper(), bold=True)
        for _blank in range(4):
            ooxml.line(cell, "")
        ooxml.line(cell, name, bold=True)


def _annex(document: Any, table: Table) -> None:
    """Set a table on pages of its own, numbered on their own."""
    from docx.enum.section import WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    ooxml.set_page(section, across=table.across)
    ooxml.restart_numbers(section)
    ooxml.line(document, table.heading, size=14, bold=True)
    ooxml.line(document, table.title.upper(), size=14, bold=True)
    ooxml.line(document, table.attached, size=14, italic=True)
    ooxml.rule(document, 105 if table.across else 60)
    if table.remark:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        ooxml.line(document, table.remark, size=12, italic=True, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _rows(document, table)


def _rows(document: Any, table: Table) -> None:
    """Write the rows, the heading row repeated on every page, no row cut by a page's end."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    grid = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    grid.autofit = False
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, of in zip(grid.columns, table.columns, strict=True):
        column.width = Mm(of.width)
    _row(grid, table.columns, [column.name for column in table.columns], bold=True)
    ooxml.mark(grid.rows[0], "w:tblHeader")
    numbers = _numbers(document.element.body)
    if table.counted:
        _row(grid, table.columns, [f"({place})" for place in range(1, len(table.columns) + 1)], centred=True)
        ooxml.mark(grid.rows[1], "w:tblHeader")
    for group in table.groups:
        if group.heading:
            _group(grid, group.heading)
        for row in group.rows:
            _row(grid, table.columns, row, numbers=numbers)


def _row(
    grid: Any,
    columns: Sequence[Column],
    cells: Sequence[Cell],
    *,
    bold: bool = False,
    centred: bool = False,
    numbers: Iterator[int] | None = None,
) -> None:
    row = grid.add_row()
    ooxml.mark(row, "w:cantSplit")
    # python-docx reads the whole table for each cell it is asked for: the row's own elements do instead
    for element, column, cell in zip(row._tr.tc_lst, columns, cells, strict=True):
        paragraph = _cell(element, row, column.width, centred=bold or centred or column.centred)
        if isinstance(cell, Counted) and numbers is not None:
            run = _figure(paragraph, cell.figure, shown(cell), numbers)
        else:
            run = paragraph.add_run(shown(cell))
        run.bold = bold
        _small(run)


def _small(run: Any) -> None:
    from docx.shared import Pt

    run.font.size = Pt(_TABLE_POINTS)


def _figure(paragraph: Any, figure: str, words: str, numbers: Iterator[int], like: Any = None) -> Any:
    """Write a figure under its id, so that a program finds it."""
    number = next(numbers)
    name = _BOOKMARK.format(name=figure.replace(".", "_"), number=number)
    return ooxml.bookmark(paragraph, name, number, words, like=like)


def _cell(element: Any, row: Any, width: int, *, centred: bool) -> Any:
    """Return the paragraph of a cell, set as cells of a table are."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt
    from docx.table import _Cell

    cell = _Cell(element, row._parent)
    cell.width, cell.vertical_alignment = Mm(width), WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    return paragraph


def _group(grid: Any, heading: str) -> None:
    """Add a row with a heading only, across all columns."""
    from docx.shared import Pt

    row = grid.add_row()
    ooxml.mark(row, "w:cantSplit")
    cells = row.cells
    wide = cells[0].merge(cells[-1])
    paragraph = wide.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(heading)
    run.bold, run.font.size = True, Pt(_TABLE_POINTS)
