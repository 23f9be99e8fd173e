"""The annex of tasks as a workbook: typed cells, no formulas, ready to be printed on A4."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from documents.writers.annex import HEADING, Annex, Row, in_roman

_FONT: Final = {"font_name": "Times New Roman", "font_size": 12}
_CELL: Final = {**_FONT, "border": 1, "valign": "vcenter", "text_wrap": True}
# A column of Excel is as wide as so many digits; one digit of 12 point takes about 2.1 mm.
_DIGIT_MM: Final = 2.1
_A4: Final = 9
_OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_HEAD_ROW: Final = 4


def xlsx(annex: Annex) -> bytes:
    """Return the annex as an .xlsx: numbers and days as such, text that looks like a formula as text."""
    from xlsxwriter import Workbook  # it takes its time to load

    made = io.BytesIO()
    with Workbook(made, _OPTIONS) as book:
        book.set_properties({"title": annex.title, "author": annex.body, "created": annex.made_at.replace(tzinfo=None)})
        page = book.add_worksheet(annex.sheet)
        formats = _formats(book)
        _set_page(page, annex)
        _title(page, annex, formats)
        _rows(page, annex, formats)
    return made.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    """Return the looks of cells by name."""
    looks: dict[str, dict[str, Any]] = {
        "title": {**_FONT, "font_size": 14, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True},
        "attached": {**_FONT, "font_size": 14, "italic": True, "align": "center", "text_wrap": True},
        "head": {**_CELL, "bold": True, "align": "center"},
        "group": {**_CELL, "bold": True},
        "group_sign": {**_CELL, "bold": True, "align": "center"},
        "number": {**_CELL, "align": "center", "num_format": "0"},
        "day": {**_CELL, "align": "center", "num_format": "dd/mm/yyyy"},
        "time": {**_CELL, "align": "center"},
        "value": {**_CELL, "align": "center", "num_format": "#,##0.####"},
        "text": dict(_CELL),
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _set_page(page: Any, annex: Annex) -> None:
    """Set paper, margins in inches, the row repeated on each page, the frozen head and the widths."""
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=30 / 25.4, right=15 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
    page.set_header("&C&P")
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEAD_ROW)
    page.freeze_panes(_HEAD_ROW + 1, 0)
    for column, (_, width) in enumerate(annex.columns):
        page.set_column(column, column, width / _DIGIT_MM)


def _title(page: Any, annex: Annex, formats: dict[str, Any]) -> None:
    last = len(annex.columns) - 1
    for row, (words, look) in enumerate(
        ((HEADING, "title"), (annex.title.upper(), "title"), (annex.attached, "attached"))
    ):
        page.merge_range(row, 0, row, last, "", formats[look])
        page.write_string(row, 0, words, formats[look])
    page.set_row(1, 20 * (1 + len(annex.title) // 80))
    for column, (name, _) in enumerate(annex.columns):
        page.write_string(_HEAD_ROW, column, name, formats["head"])


def _rows(page: Any, annex: Annex, formats: dict[str, Any]) -> None:
    at, number = _HEAD_ROW + 1, 0
    for place, group in enumerate(annex.groups, start=1):
        if group.heading:
            page.write_string(at, 0, in_roman(place), formats["group_sign"])
            page.merge_range(at, 1, at, len(annex.columns) - 1, "", formats["group"])
            page.write_string(at, 1, group.heading.upper(), formats["group"])
            at += 1
        for row in group.rows:
            number += 1
            _row(page, at, number, row, annex, formats)
            at += 1


def _row(page: Any, at: int, number: int, row: Row, annex: Annex, formats: dict[str, Any]) -> None:
    page.write_number(at, 0, number, formats["number"])
    for column, value in enumerate(row.typed(), start=1):
        look = formats["time" if column in annex.centred else "text"]
        if isinstance(value, date):
            page.write_datetime(at, column, datetime.combine(value, time()), formats["day"])
        elif isinstance(value, Decimal):
            page.write_number(at, column, value, formats["value"])
        else:
            page.write_string(at, column, value, look)
