"""What a text file keeps of its pages and no reader needs: page numbers and page breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

PAGE_BREAK: Final = "\f"
_PAGE_LINES: Final = 8
_NUMBER: Final = re.compile(
    r"\s*(?:[-–—]\s*)?(?P<word>(?:Trang|Page|Tr\.)\s*(?:số\s*)?)?(?P<number>\d{1,3})(?P<of>\s*/\s*\d{1,3})?(?:\s*[-–—])?\s*",
    re.IGNORECASE,
)

Found = tuple[int, re.Match[str]]


def furniture(lines: Sequence[str]) -> frozenset[int]:
    """Return the places of lines that are page breaks or page numbers; a number in a table is none."""
    breaks = {place for place, line in enumerate(lines) if line == PAGE_BREAK}
    numbers = [(place, match) for place, line in enumerate(lines) if (match := _page_number(lines, place, line))]
    found = set(breaks)
    rows = zip([None, *numbers], numbers, [*numbers[1:], None], strict=False)  # the first list has one more
    for before, (place, match), after in rows:
        is_next = _follow(before, (place, match)) or _follow((place, match), after)
        if is_next or (match["word"] and match["of"]) or _beside_break(lines, place):
            found.add(place)
    return frozenset(found)


def _follow(one: Found | None, two: Found | None) -> bool:
    """Tell whether two numbers are those of pages that follow each other, with a page between them."""
    if one is None or two is None:
        return False
    return int(two[1]["number"]) == int(one[1]["number"]) + 1 and two[0] - one[0] >= _PAGE_LINES


def _page_number(lines: Sequence[str], place: int, line: str) -> re.Match[str] | None:
    """Return what a line says as a page number; in a table whose cells are lines it is a cell."""
    if len(line) > 40 or not (match := _NUMBER.fullmatch(line)):
        return None
    around = (lines[other].strip() for other in (place - 1, place + 1) if 0 <= other < len(lines))
    return None if "|" in around else match


def _beside_break(lines: Sequence[str], place: int) -> bool:
    """Tell whether the nearest lines with words lie behind a page break."""
    for step in (-1, 1):
        other = place + step
        while 0 <= other < len(lines) and not lines[other].strip(" \t"):
            other += step
        if 0 <= other < len(lines) and lines[other] == PAGE_BREAK:
            return True
    return False
