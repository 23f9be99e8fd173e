"""Tables in text files (.csv, .tsv): the sign between cells and the code table are told by the contents."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from documents.outline import Piece
from documents.readers import grid
from documents.readers.decoding import text_of
from documents.readers.grid import LIMIT_CELLS, LIMIT_COLUMNS, LIMIT_ROWS, GridRow
from documents.readers.refusal import Unreadable

LIMIT_LETTERS: Final = 2_000_000

_SIGNS: Final = (";", "\t", ",", "|")
_SAID: Final = re.compile(r"\s*\"?sep=(.)\"?\s*\n", re.IGNORECASE)
_SAMPLE_ROWS: Final = 60


def pieces(data: bytes) -> list[Piece]:
    """Return the lines of a table in text as rows. Raises Unreadable (not_text, too_long, too_many_rows)."""
    return grid.pieces([GridRow(tuple(row)) for row in table(data)])


def table(data: bytes) -> list[list[str]]:
    """Return the cells of a table in text, row by row, empty rows between."""
    text = text_of(data).lstrip("\ufeff")
    if len(text) > LIMIT_LETTERS:
        raise Unreadable("too_long", limit=LIMIT_LETTERS // 1_000_000)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    said = _SAID.match(text)
    text, sign = (text[said.end() :], said[1]) if said else (text, _sign(text))
    try:
        rows = list(islice(_parted(text, sign), LIMIT_ROWS + 1))
    except csv.Error:
        raise Unreadable("damaged") from None
    if len(rows) > LIMIT_ROWS or sum(map(len, rows)) > LIMIT_CELLS or max(map(len, rows), default=0) > LIMIT_COLUMNS:
        raise Unreadable("too_many_rows", sheet="CSV", limit=LIMIT_ROWS)
    return [[cell.strip() for cell in row] for row in rows]


def _parted(text: str, sign: str) -> Iterator[list[str]]:
    """Yield the rows of a text, its lines kept within quotation marks."""
    return csv.reader(text.splitlines(keepends=True), delimiter=sign)


def _sign(text: str) -> str:
    """Return the sign that parts most lines into the same number of cells."""

    def evenness(sign: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in islice(_parted(text, sign), _SAMPLE_ROWS) if any(row)]
        except csv.Error:
            return 0.0, 0
        wide = [width for width in widths if width > 1]
        usual = max(set(wide), key=wide.count, default=1)
        return (wide.count(usual) / max(len(widths), 1), usual) if usual > 1 else (0.0, 0)

    return max(_SIGNS, key=evenness)
