"""Tables of Word documents: which cells stand where on the grid, and which tables are only a frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from documents.readers.word_styles import W, value, whole

CONTAINERS: Final = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml"))
_MOST_COLUMNS: Final = 63


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where it begins, how many columns it takes, and whether it goes on with the one above."""

    node: Element
    at: int
    width: int
    goes_on: bool


def rows_of(table: Element) -> Iterator[Element]:
    """Yield a table's own rows, those in content controls too and those that were deleted not."""
    return (row for row in _under(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None)


def cells_of(row: Element) -> Iterator[Cell]:
    """Yield a row's cells with their place on the grid; one merged to its left is no cell of its own."""
    at = whole(value(row.find(f"{W}trPr/{W}gridBefore")), _MOST_COLUMNS) or 0
    for node in _under(row, f"{W}tc"):
        width = whole(value(node.find(f"{W}tcPr/{W}gridSpan")), _MOST_COLUMNS) or 1
        if not _merged(node, "hMerge"):
            yield Cell(node, at, width, _merged(node, "vMerge"))
        at += width


def is_frame(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a table is only a frame around text: it has one column, or one cell that holds the real table."""
    if all(len(row) < 2 for row in rows):
        return True
    return len(rows) == 1 and any(_holds_table(cell.node) for cell in rows[0])


def _holds_table(cell: Element) -> bool:
    """Tell whether a cell holds a table of several rows and columns."""
    return any(
        sum(1 for _ in rows_of(table)) > 1 and any(sum(1 for _ in cells_of(row)) > 2 for row in rows_of(table))
        for table in _under(cell, f"{W}tbl")
    )


def _merged(cell: Element, name: str) -> bool:
    """Tell whether the cell goes on with its neighbour (17.4.84 of ECMA-376: no value means continue)."""
    merge = cell.find(f"{W}tcPr/{W}{name}")
    return merge is not None and value(merge) in {None, "continue"}


def _under(parent: Element, tag: str) -> Iterator[Element]:
    """Yield the children of a kind, also those that stand in content controls or insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in CONTAINERS:
            yield from _under(child, tag)
