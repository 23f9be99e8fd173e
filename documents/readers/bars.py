"""Tables drawn with bars, as exports write them: a row a line, a cell a paragraph, or a box of dashes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_DIVIDER: Final = re.compile(r"[\s|:\-]*-[\s|:\-]*")
_BAR: Final = re.compile(r"(?<!\\)\|")
_BOX: Final = re.compile(r"\+[-=+:\s]*\+")
_ROW_LINES: Final = 40

Rows = list[list[str]]


def rows(lines: Sequence[str], at: int) -> tuple[Rows, int]:
    """Return the row or table that begins at a line and the line after it; nothing begins: no rows, same
    line.
    """
    line = lines[at].strip()
    if _BOX.fullmatch(line) and "-" in line:
        return _boxed(lines, at)
    if not line.startswith("|"):
        return _open(lines, at)
    if line == "|":
        return _tall(lines, at)
    if _DIVIDER.fullmatch(line):
        return [], at + 1
    end = _row_end(lines, at)
    whole = "\n".join(each.strip() for each in lines[at:end])
    return [_BAR.split(_without_last(whole))[1:]], end


def _without_last(row: str) -> str:
    """Return a row without the bar that ends it."""
    return row[:-1] if row.endswith("|") and not row.endswith("\\|") else row


def _row_end(lines: Sequence[str], at: int) -> int:
    """Return the line after a row; one that has no bar at its end goes on where a later line has it."""
    if lines[at].strip().endswith("|"):
        return at + 1
    for place in range(at + 1, min(at + _ROW_LINES, len(lines))):
        line = lines[place].strip()
        if not line or line.startswith("|"):
            break
        if line.endswith("|"):
            return place + 1
    return at + 1


def _open(lines: Sequence[str], at: int) -> tuple[Rows, int]:
    """Read a table without outer bars: its second line is a divider, and it ends where the bars end."""
    divider = lines[at + 1].strip() if at + 1 < len(lines) else ""
    if "|" not in lines[at] or "|" not in divider or not _DIVIDER.fullmatch(divider):
        return [], at
    place, found = at + 2, [_BAR.split(lines[at].strip())]
    while place < len(lines) and _BAR.search(lines[place]) and not lines[place].strip().startswith("|"):
        found.append(_BAR.split(lines[place].strip()))
        place += 1
    return found, place


def _boxed(lines: Sequence[str], at: int) -> tuple[Rows, int]:
    """Read a table whose rows are parted by lines of dashes; a row may take several lines."""
    found: Rows = []
    open_row: Rows = []
    place = at + 1
    while place < len(lines):
        line = lines[place].strip()
        if _BOX.fullmatch(line):
            found += _one_row(open_row)
            open_row = []
        elif line.startswith("|"):
            open_row.append(_BAR.split(_without_last(line))[1:])
        else:
            break
        place += 1
    return found + _one_row(open_row), place


def _one_row(parts: Rows) -> Rows:
    """Return the row that several lines make together, cell by cell."""
    if not parts:
        return []
    width = max(map(len, parts))
    cells = ([part[column].strip() if column < len(part) else "" for part in parts] for column in range(width))
    return [["\n".join(filter(None, cell)) for cell in cells]]


def _tall(lines: Sequence[str], at: int) -> tuple[Rows, int]:
    """Read a table whose cells stand on lines of their own between bare bars; two bars in a row end a row."""
    table: Rows = [[]]
    cell: list[str] = []
    at += 1
    while at < len(lines):
        line = lines[at].strip()
        at += 1
        if line != "|":
            cell.append(line)
            continue
        table[-1].append("\n".join(cell))
        cell = []
        following = lines[at].strip() if at < len(lines) else ""
        if not following:
            break
        if following == "|":
            table.append([])
            at += 1
    if any(cell):
        table[-1].append("\n".join(cell))
    return [row for row in table if row], at
