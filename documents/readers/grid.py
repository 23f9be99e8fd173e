"""Rows of a sheet become pieces: what stands above and below the table is text, the table is rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from documents.outline import Piece

LIMIT_ROWS: Final = 20_000
LIMIT_CELLS: Final = 300_000
LIMIT_COLUMNS: Final = 200

# A row of a table has at least this many cells filled; a letterhead has two.
_TABLE_CELLS: Final = 3


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a sheet: its cells, and the places of those that only repeat the merged cell above."""

    cells: tuple[str, ...]
    repeated: tuple[int, ...] = ()

    @property
    def filled(self) -> int:
        """Return how many cells say something of their own."""
        return sum(1 for place, cell in enumerate(self.cells) if cell.strip() and place not in self.repeated)


def pieces(rows: Sequence[GridRow]) -> list[Piece]:
    """Return the rows as paragraphs and table rows, empty rows and columns left out."""
    packed = _without_empty_columns(rows)
    first, last = _table(packed)
    if first + 1 < len(packed):
        packed[first + 1] = second_line(packed[first], packed[first + 1])
    found = []
    for place, row in enumerate(packed):
        if not any(cell.strip() for cell in row.cells):
            continue
        if first <= place <= last:
            found.append(Piece(cells=row.cells, repeated=row.repeated))
        else:
            found.append(_outside(row))
    return found


def second_line(head: GridRow, row: GridRow) -> GridRow:
    """Return the row under a heading; one that only parts a wide cell of the heading has the others repeated."""
    own = [place for place, cell in enumerate(row.cells) if cell.strip() and place not in row.repeated]
    parts = len(own) > 1 and own == list(range(own[0], own[-1] + 1))
    wide = parts and head.cells[own[0]].strip() and not any(head.cells[place].strip() for place in own[1:])
    if not wide or any(cell.strip(" ().").isdigit() for cell in row.cells):
        return row
    cells = tuple(cell if place in own else head.cells[place] for place, cell in enumerate(row.cells))
    return GridRow(cells, tuple(place for place in range(len(cells)) if place not in own and cells[place]))


def _outside(row: GridRow) -> Piece:
    """Return a row above or below the table: a line of text, or columns side by side."""
    said = tuple(cell for place, cell in enumerate(row.cells) if cell.strip() and place not in row.repeated)
    return Piece(cells=said) if len(said) > 1 else Piece(" ".join("".join(said).split()))


def _without_empty_columns(rows: Sequence[GridRow]) -> list[GridRow]:
    """Return the rows with those columns only that hold something in any row."""
    width = max((len(row.cells) for row in rows), default=0)
    used = sorted({place for row in rows for place, cell in enumerate(row.cells) if cell.strip()})
    if len(used) == width and all(len(row.cells) == width for row in rows):
        return list(rows)
    return [
        GridRow(
            tuple(row.cells[place] if place < len(row.cells) else "" for place in used),
            tuple(at for at, place in enumerate(used) if place in row.repeated),
        )
        for row in rows
    ]


def _table(rows: Sequence[GridRow]) -> tuple[int, int]:
    """Return the first and last row of the table; it ends at an empty row behind its last full one."""
    filled = [row.filled for row in rows]
    least = _TABLE_CELLS if max(filled, default=0) >= _TABLE_CELLS else 2
    full = [place for place, count in enumerate(filled) if count >= least]
    if not full:
        return len(rows), len(rows)
    last = full[-1]
    while last + 1 < len(rows) and any(rows[last + 1].cells):
        last += 1
    return full[0], last
