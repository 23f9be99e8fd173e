"""Rows as a workbook: typed cells, no formula, a head row that stays; text that looks like a formula stays text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

_FONT: Final = {"font_name": "Times New Roman", "font_size": 12}
_OPTIONS: Final = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
# what a cell of Excel holds
LONGEST: Final = 32_767


def xlsx(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows under headings, each with its width, as an .xlsx; numbers, days and moments as such."""
    from xlsxwriter import Workbook  # it takes its time to load

    made = io.BytesIO()
    with Workbook(made, _OPTIONS) as book:
        page = book.add_worksheet(title[:31])
        looks = {name: book.add_format({**_FONT, "valign": "top", **look}) for name, look in _LOOKS.items()}
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.repeat_rows(0)
        for place, (heading, width) in enumerate(columns):
            page.set_column(place, place, width)
            page.write_string(0, place, heading, looks["head"])
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write(page, number, place, value, looks)
    return made.getvalue()


_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "head": {"bold": True, "bottom": 1, "text_wrap": True},
    "text": {"text_wrap": True},
    "number": {"num_format": "0"},
    "day": {"num_format": "dd/mm/yyyy", "align": "left"},
    "moment": {"num_format": "dd/mm/yyyy hh:mm:ss", "align": "left"},
}


def _write(page: Any, row: int, place: int, value: Any, looks: dict[str, Any]) -> None:
    match value:
        case None | "":
            return
        case bool() | str():
            page.write_string(row, place, str(value)[:LONGEST], looks["text"])
        case datetime():
            page.write_datetime(row, place, value.replace(tzinfo=None), looks["moment"])
        case date():
            page.write_datetime(row, place, datetime(value.year, value.month, value.day), looks["day"])  # noqa: DTZ001  (a day)
        case _:
            page.write_number(row, place, value, looks["number"])
