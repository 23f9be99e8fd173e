"""An official paper as a workbook: its tables a sheet each, and its figures with what stands behind them."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from documents.writers.official import Cell, Counted, Paper, Table, repacked

_FONT: Final = {"font_name": "Times New Roman", "font_size": 12}
_CELL: Final = {**_FONT, "border": 1, "valign": "vcenter", "text_wrap": True}
# a column of Excel is as wide as so many digits; one digit of 12 point takes about 2.1 mm
_DIGIT_MM: Final = 2.1
_A4: Final = 9
_OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "title": {**_FONT, "font_size": 14, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True},
    "aside": {**_FONT, "italic": True, "align": "center", "text_wrap": True},
    "head": {**_CELL, "bold": True, "align": "center"},
    "group": {**_CELL, "bold": True},
    "text": dict(_CELL),
    "centred": {**_CELL, "align": "center"},
    "number": {**_CELL, "align": "center", "num_format": "#,##0"},
    "decimal": {**_CELL, "align": "center", "num_format": "#,##0.0##"},
    "day": {**_CELL, "align": "center", "num_format": "dd/mm/yyyy"},
}
FIGURES: Final = ("Mã số liệu", "Số liệu", "Giá trị", "Nhiệm vụ tính vào (số)")


def xlsx(paper: Paper) -> bytes:
    """Return the paper's tables as an .xlsx: numbers and days as such, text that looks like a formula as text."""
    from xlsxwriter import Workbook  # it takes its time to load

    made = io.BytesIO()
    with Workbook(made, _OPTIONS) as book:
        title = f"{paper.kind} {paper.subject}".strip()
        book.set_properties({"title": title, "author": paper.body, "created": paper.made_at.replace(tzinfo=None)})
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        for number, table in enumerate(paper.tables, start=1):
            _sheet(book.add_worksheet(f"Phụ lục {number}"), table, looks)
        if paper.figures or not paper.tables:
            _figures(book.add_worksheet("Số liệu"), paper, looks)
    return repacked(made.getvalue())


def _sheet(page: Any, table: Table, looks: dict[str, Any]) -> None:
    last = len(table.columns) - 1
    _set_page(page, across=table.across)
    above = [
        (table.heading, "title"),
        (table.title.upper(), "title"),
        (table.attached, "aside"),
        (table.remark, "aside"),
    ]
    for row, (words, look) in enumerate(above):
        _across(page, row, last, words, looks[look])
    page.set_row(1, 20 * (1 + len(table.title) // 80))
    for place, column in enumerate(table.columns):
        page.set_column(place, place, column.width / _DIGIT_MM)
        page.write_string(len(above), place, column.name, looks["head"])
    page.repeat_rows(len(above))
    page.freeze_panes(len(above) + 1, 0)
    at = len(above) + 1
    for group in table.groups:
        if group.heading:
            _across(page, at, last, group.heading, looks["group"])
            at += 1
        for row_cells in group.rows:
            for place, cell in enumerate(row_cells):
                _write(page, at, place, cell, looks, centred=table.columns[place].centred)
            at += 1


def _figures(page: Any, paper: Paper, looks: dict[str, Any]) -> None:
    """Write each figure's id, what it is called, its value, and the tasks it counts."""
    _set_page(page, across=True)
    for place, (name, width) in enumerate(zip(FIGURES, (28, 60, 14, 80), strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, name, looks["head"])
    for at, cells in enumerate(paper.figures, start=1):
        for place, cell in enumerate(cells):
            page.write_string(at, place, cell, looks["text"])
    page.freeze_panes(1, 0)


def _set_page(page: Any, *, across: bool) -> None:
    if across:
        page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=30 / 25.4, right=18 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
    page.set_header("&C&P")
    page.fit_to_pages(1, 0)


def _across(page: Any, row: int, last: int, words: str, look: Any) -> None:
    if last:
        page.merge_range(row, 0, row, last, "", look)
    page.write_string(row, 0, words, look)


def _write(page: Any, row: int, place: int, cell: Cell, looks: dict[str, Any], *, centred: bool) -> None:
    match cell:
        case Counted():
            _write(page, row, place, cell.value, looks, centred=centred)
        case None:
            page.write_blank(row, place, None, looks["text"])
        case date():
            page.write_datetime(row, place, datetime.combine(cell, time()), looks["day"])
        case int():
            page.write_number(row, place, cell, looks["number"])
        case Decimal():
            page.write_number(row, place, float(cell), looks["decimal"])
        case _:
            page.write_string(row, place, cell, looks["centred" if centred else "text"])
