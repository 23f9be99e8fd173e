"""Tables drawn with bars, one row a line or one cell a paragraph, as exports write them."""

from __future__ import annotations

import re
from typing import Final

_DIVIDER: Final = re.compile(r"[\s|:\-]*-[\s|:\-]*")
_BAR: Final = re.compile(r"(?<!\\)\|")


def rows(lines: list[str], at: int) -> tuple[list[list[str]], int]:
    """Return the row or table that begins at a line and the line after it; nothing begins: no rows, same
    line.
    """
    line = lines[at].strip()
    if not line.startswith("|"):
        return [], at
    if line == "|":
        return _tall(lines, at)
    return ([] if _DIVIDER.fullmatch(line) else [_BAR.split(line.removesuffix("|"))[1:]]), at + 1


def _tall(lines: list[str], at: int) -> tuple[list[list[str]], int]:
    """Read a table whose cells stand on lines of their own between bare bars; two bars in a row end a row."""
    table: list[list[str]] = [[]]
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
