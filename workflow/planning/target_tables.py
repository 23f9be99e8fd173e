"""A table of targets as it stands in a file: TT · Chỉ tiêu · ĐVT · years, of a workbook, text or a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import vietnamese
from documents.outline import Kind
from documents.readers import read as outline_of
from documents.readers import rows as placed
from documents.readers.rows import PlacedRow
from documents.readers.sheet import letters_of
from documents.writers.target_table import OTHERS

_NAME: Final = re.compile(r"(?:ten |noi dung )?chi tieu\b.*|noi dung")
_UNIT: Final = re.compile(r"dvt|don vi(?: tinh)?")
_YEAR: Final = re.compile(r"\b((?:19|20)\d\d)\b")
_AIM: Final = re.compile(r"muc tieu|ke hoach|chi tieu giao")
_ESTIMATE: Final = re.compile(r"\b(?:uth|uoc)\b")
_REACHED: Final = re.compile(r"\b(?:th|thuc hien|ket qua)\b")
_FOOT: Final = re.compile(r"noi (?:nhan|gui)\b")
_COUNTED: Final = re.compile(r"\(?\d{1,2}\)?")


def read(data: bytes, filename: str) -> dict[str, Any]:
    """Return columns and rows of the first table of targets, as plain values. Raises Unreadable."""
    for rows in _tables(data, filename):
        found = _table(rows)
        if found is not None:
            return found
    return {"columns": [], "rows": []}


def _tables(data: bytes, filename: str) -> Iterator[Sequence[PlacedRow]]:
    """Yield the tables of a file: the sheets of a workbook, or all rows of a document one after the other."""
    if PurePosixPath(filename).suffix.lower() in placed.ENDINGS:
        yield from (table.rows for table in placed.tables(data, filename))
        return
    blocks = [block for block in outline_of(data, filename).blocks if block.kind is Kind.ROW]
    yield [PlacedRow(number, block.cells, block.repeated) for number, block in enumerate(blocks, start=1)]


def _table(rows: Sequence[PlacedRow]) -> dict[str, Any] | None:
    """Return the table below its heading; None where there is no heading with a name and a year."""
    for place, row in enumerate(rows):
        names = [at for at, cell in enumerate(row.cells) if _NAME.fullmatch(_folded(cell))]
        if not names:
            continue
        titles, begins = _titles(rows, place, names[0])
        units = [at for at, title in enumerate(titles) if at != names[0] and _UNIT.fullmatch(title)]
        columns = [_column(at, title) for at, title in enumerate(titles) if at not in (names[0], *units[:1])]
        listed = [column for column in columns if column is not None]
        if listed:
            unit = units[0] if units else None
            found = list(_rows(rows[begins:], names[0], unit, [column["at"] for column in listed]))
            return {"columns": listed, "rows": found}
    return None


def _titles(rows: Sequence[PlacedRow], place: int, name: int) -> tuple[list[str], int]:
    """Return the folded titles of the columns, those of a second line of the heading joined, and where rows begin."""
    titles = [_folded(cell) for cell in rows[place].cells]
    if place + 1 < len(rows):
        below = rows[place + 1]
        own = [_folded(cell) for cell in below.cells]
        is_second = name in below.repeated or (name < len(own) and not own[name])
        if is_second and any(_YEAR.search(cell) for cell in own) and not any(_YEAR.search(title) for title in titles):
            padded = own + [""] * (len(titles) - len(own))
            joined = [title if title == cell else f"{title} {cell}".strip() for title, cell in zip(titles, padded)]  # noqa: B905  (a longer second line has no columns above)
            return joined, place + 2
    return titles, place + 1


def _column(at: int, title: str) -> dict[str, Any] | None:
    years = _YEAR.findall(title)
    if len(years) > 1 or (not years and not _AIM.fullmatch(title)):
        return None
    kind = "aim" if not years else "goal"
    if years and _ESTIMATE.search(title):
        kind = "estimate"
    elif years and _REACHED.search(title):
        kind = "reached"
    return {"at": at, "letter": letters_of(at + 1), "kind": kind, "year": int(years[0]) if years else None}


def _rows(rows: Sequence[PlacedRow], name: int, unit: int | None, columns: Sequence[int]) -> Iterator[dict[str, Any]]:
    group = ""
    for row in rows:
        words, measure = _cell(row, name), _cell(row, unit) if unit is not None else ""
        values = [_cell(row, at) for at in columns]
        if any(_FOOT.match(_folded(cell)) for cell in row.cells):
            return
        if _COUNTED.fullmatch(words) or not (words or measure or any(values)):
            continue
        if words and not measure and (not any(values) or set(values) == {words}):
            group = "" if _folded(words) == _folded(OTHERS) else words
            continue
        yield {"row": row.number, "group": group, "name": words, "unit": measure, "values": values}


def _cell(row: PlacedRow, at: int) -> str:
    words = " ".join(row.cells[at].split()) if at < len(row.cells) else ""
    return words.removeprefix("'")


def _folded(text: str) -> str:
    return vietnamese.fold(" ".join(text.split()))
