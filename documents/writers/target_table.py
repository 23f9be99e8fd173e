"""The table of targets as plans annex it: TT · Chỉ tiêu · ĐVT · one column a year, and what was reached beside."""

from __future__ import annotations

import csv as standard
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from documents.writers.annex import Annex, in_roman

NAME, UNIT = "Chỉ tiêu", "ĐVT"
# heads targets of no group that stand behind those of one
OTHERS: Final = "Chỉ tiêu khác"
# what a column holds -> its heading; `estimate`: before the final value is known (ước thực hiện)
HEADINGS: Final = {"goal": "Năm {year}", "reached": "TH năm {year}", "estimate": "ƯTH năm {year}", "aim": "Mục tiêu"}
SHEET: Final = "Chỉ tiêu"
# a workbook keeps so many figures of a number exactly; what has more stands as text
EXACT: Final = 12
_PAGE_MM: Final = 252
_NUMBER_MM, _UNIT_MM, _YEAR_MM, _NAME_MM = 12, 26, 22, 70
# signs that a spreadsheet would take for a formula, behind an apostrophe in a table in text
_FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target: its name, its unit of measure, and a cell for each column behind."""

    name: str
    unit: str
    values: tuple[str | Decimal, ...]

    def cells(self) -> tuple[str, ...]:
        """Return what stands behind the number, as words."""
        return (self.name, self.unit, *(written(each) if isinstance(each, Decimal) else each for each in self.values))

    def typed(self) -> tuple[str | Decimal, ...]:
        """Return the same with numbers as such."""
        return (self.name, self.unit, *(each if _is_exact(each) else _text(each) for each in self.values))


def columns(years: list[tuple[str, int | None]]) -> tuple[tuple[str, int], ...]:
    """Return the columns of a table and how wide each is on a page across, in millimetres."""
    room = _PAGE_MM - _NUMBER_MM - _UNIT_MM
    wide = min(_YEAR_MM, (room - _NAME_MM) // max(len(years), 1))
    behind = [(HEADINGS[kind].format(year=year), wide) for kind, year in years]
    name = room - wide * len(behind)
    return (("TT", _NUMBER_MM), (NAME, name), (UNIT, _UNIT_MM), *behind)


def written(value: Decimal) -> str:
    """Return a number as documents write it: 1.234,5."""
    whole, _, rest = f"{value:,f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def csv(table: Annex) -> bytes:
    """Return the table as text: UTF-8 with BOM, parted by semicolons, no cell that a spreadsheet would run."""
    made = io.StringIO()
    writer = standard.writer(made, delimiter=";", lineterminator="\r\n")
    writer.writerow([name for name, _ in table.columns])
    writer.writerows(_lines(table))
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def _lines(table: Annex) -> Iterator[list[str]]:
    number, width = 0, len(table.columns)
    for place, group in enumerate(table.groups, start=1):
        if group.heading:
            yield [in_roman(place), group.heading, *[""] * (width - 2)]
        for row in group.rows:
            number += 1
            yield [str(number), *("'" + each if each.startswith(_FORMULA) else each for each in row.cells())]


def _is_exact(value: str | Decimal) -> bool:
    return isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= EXACT


def _text(value: str | Decimal) -> str:
    return written(value) if isinstance(value, Decimal) else value
