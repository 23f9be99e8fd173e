"""A letterhead copied from a page on the web: its cells stand one under another, parted by lines with a bar alone."""

from __future__ import annotations

from itertools import groupby
from typing import Final

BAR: Final = "|"
# a letterhead is over by then; a table of work copied so has lost its rows, and nothing is guessed
WITHIN: Final = 60
LEAST: Final = 2
_MOTTO: Final = "Độc lập"


def whole(lines: list[str]) -> list[str]:
    """Return the lines with each cell of such a letterhead whole on lines of its own; others as they are."""
    bars = [at for at, line in enumerate(lines[:WITHIN]) if line.strip() == BAR]
    if len(bars) < LEAST or not any(line.strip().startswith(_MOTTO) for line in lines[: bars[-1]]):
        return lines
    found: list[str] = []
    for start, end in zip([0, *(bar + 1 for bar in bars)], bars, strict=False):
        found += [*_cell(lines[start:end]), ""]
    return found + lines[bars[-1] + 1 :]


def _cell(lines: list[str]) -> list[str]:
    """Return the words of a cell, its lines joined as far as no rule, blank line or motto parts them."""
    runs = (list(run) for is_text, run in groupby(lines, key=lambda line: any(map(str.isalnum, line))) if is_text)
    words = (" ".join(line.strip() for line in run) for run in runs)
    return [part.strip() for text in words for part in text.replace(f" {_MOTTO}", f"\n{_MOTTO}").split("\n")]
