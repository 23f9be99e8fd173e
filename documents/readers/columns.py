"""Tables without lines: cells parted by tabs, and heads or signatures that stand in two columns by blanks alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final

from documents.outline import Piece
from documents.readers.standing import ALONE, TITLES

_GAP: Final = re.compile(r"\s*(?:\t|\s{4,})\s*")
_INDENTED: Final = re.compile(r"\s{12,}|\t")
_NATION: Final = re.compile(r"CỘNG H[ÒO][ÀA] XÃ HỘI CHỦ NGHĨA VIỆT NAM$|ĐẢNG CỘNG SẢN VIỆT NAM$")
_SIGNING: Final = re.compile(r"(?:(?:TM|KT|TL|TUQ|Q)\.|T/M|K/T|T/L) ?\w")
_RECIPIENTS: Final = re.compile(r"nơi (?:nhận|gửi) ?:", re.IGNORECASE)
_HEAD_LINES, _FOOT_LINES, _BLANK_LINES = 8, 24, 6
_NAME_LETTERS: Final = 40

Rows = list[list[str]]


def rows(lines: Sequence[str], at: int) -> tuple[Rows, int]:
    """Return the rows that begin at a line and the line after them; nothing begins: no rows, same line."""
    if "\t" not in lines[at] and "    " not in lines[at]:
        return [], at
    if found := _tabbed(lines, at):
        return found, at + len(found)
    sides = _sides(lines[at])
    if sides is None:
        return [], at
    if any(_NATION.match(side) for side in sides):
        return _beside(lines, at, _HEAD_LINES, is_foot=False)
    if _RECIPIENTS.match(sides[0]) or _SIGNING.match(sides[1]):
        return _beside(lines, at, _FOOT_LINES, is_foot=True)
    return [], at


def in_columns(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with those that stand in columns made into rows."""
    found = list(pieces)
    lines = ["" if piece.cells else piece.text for piece in found]
    done: list[Piece] = []
    at = 0
    while at < len(found):
        made, after = rows(lines, at)
        if made and not any(piece.cells for piece in found[at:after]):
            done += [Piece(cells=tuple(row)) for row in made]
        else:
            done.append(found[at])
            after = at + 1
        at = after
    return done


def _tabbed(lines: Sequence[str], at: int) -> Rows:
    """Return the lines from here on that have the same three cells or more, when there are at least two."""
    width = lines[at].rstrip().count("\t")
    if width < 2 or not any(_cells(line) > 2 for line in lines[at : at + 2]):
        return []
    found = takewhile(lambda line: line.strip() and line.count("\t") == width, _from(lines, at))
    table = [[cell.strip() for cell in line.split("\t")] for line in found]
    return table if len(table) > 1 else []


def _cells(line: str) -> int:
    return sum(1 for cell in line.split("\t") if cell.strip())


def _from(lines: Sequence[str], at: int) -> Iterable[str]:
    return (lines[place] for place in range(at, len(lines)))


def _sides(line: str) -> tuple[str, str] | None:
    """Return what stands left and right of the only wide gap in a line, None when there is none."""
    parts = _GAP.split(line.strip())
    return (parts[0], parts[1]) if len(parts) == 2 else None


def _beside(lines: Sequence[str], at: int, most: int, *, is_foot: bool) -> tuple[Rows, int]:
    """Return the two columns that begin here as one row of two cells."""
    left: list[str] = []
    right: list[str] = []
    place = end = at
    while place < min(len(lines), at + most):
        line = lines[place]
        place += 1
        if not line.strip():
            if is_foot and place - end <= _BLANK_LINES:
                continue
            break
        if sides := _sides(line):
            left.append(sides[0])
            right.append(sides[1])
        elif not _one_side(line, left, right, is_foot=is_foot):
            break
        end = place
    return [["\n".join(left), "\n".join(right)]], end


def _one_side(line: str, left: list[str], right: list[str], *, is_foot: bool) -> bool:
    """Add a line that stands in one column only; tell whether it belongs to the columns at all."""
    words = line.strip()
    if words.upper() in ALONE | TITLES or words in TITLES:
        return False
    if _INDENTED.match(line) and len(words) <= _NAME_LETTERS:
        right.append(words)
        return True
    if is_foot and words.startswith(("-", "+")) and len(words) <= 2 * _NAME_LETTERS:
        left.append(words)
        return True
    return False
