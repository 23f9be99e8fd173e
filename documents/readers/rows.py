"""Tables of a workbook or a table in text with the place of every row, so that it can be said where one is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from documents.readers import LIMIT_BYTES, form_of, sheet, values
from documents.readers.refusal import Unreadable

ENDINGS: Final = (".xlsx", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row: its number in the file, its cells from column A on, and the places of those that repeat the one above."""

    number: int
    cells: tuple[str, ...]
    repeated: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """The rows of one sheet; `remarks` say where something was left out, and what."""

    name: str
    rows: tuple[PlacedRow, ...]
    remarks: tuple[tuple[str, str], ...] = field(default=())


def tables(data: bytes, filename: str) -> list[PlacedTable]:
    """Return the tables of a file. Raises Unreadable for what is no workbook or table in text, or cannot be read."""
    if len(data) > LIMIT_BYTES:
        raise Unreadable("too_large", limit=LIMIT_BYTES // 1024 // 1024)
    if not data.strip():
        raise Unreadable("empty")
    ending = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    form = form_of(data, ending)
    if ending not in ENDINGS:
        raise Unreadable("no_table")
    if ending not in form.extensions:
        raise Unreadable("mismatch", extension=ending, kind=form.name)
    return _of_text(data, filename) if ending in (".csv", ".tsv") else _of_workbook(data)


def _of_text(data: bytes, filename: str) -> list[PlacedTable]:
    listed = [PlacedRow(number, tuple(row)) for number, row in enumerate(values.table(data), start=1)]
    return [PlacedTable(PurePosixPath(filename).stem, tuple(listed))]


def _of_workbook(data: bytes) -> list[PlacedTable]:
    found = []
    for page in sheet.sheets(data):
        listed = [PlacedRow(number, *row) for number, row in page.rows()]
        remarks = tuple((remark.text, remark.remark) for remark in page.remarks())
        found.append(PlacedTable(page.name, tuple(listed), remarks))
    return found
