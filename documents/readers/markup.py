"""Tables that stand as HTML in a text, as some converters of documents write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

_BEGINS: Final = re.compile(r"\s*<table\b", re.IGNORECASE)
_ENDS: Final = re.compile(r"</table>", re.IGNORECASE)
_BREAKS: Final = frozenset({"br", "p", "li", "div"})
_MOST_LINES: Final = 5_000
# what is no whole tag is a sign of the text; so nothing is left open for the parser to look at again
_NO_TAG: Final = re.compile(r"<(?!/?[a-z][a-z0-9]{0,10}(?:\s[^<>]{0,500})?/?>)", re.IGNORECASE)
_MOST_COLUMNS: Final = 64


def rows(lines: Sequence[str], at: int) -> tuple[list[list[str]], int]:
    """Return the rows of the HTML table that begins at a line and the line after it; none begins: same line."""
    place = _last_line(lines, at) if _BEGINS.match(lines[at]) else None
    if place is None:
        return [], at
    whole = "\n".join(lines[at : place + 1])
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", whole))
    reader.close()
    return [row for row in reader.rows if any(row)], place + 1


def _last_line(lines: Sequence[str], at: int) -> int | None:
    """Return the line a table ends in; one that is never closed is none, and its words stay text."""
    for place in range(at, min(at + _MOST_LINES, len(lines))):
        if place > at and _BEGINS.match(lines[place]):
            break
        if _ENDS.search(lines[place]):
            return place
    return None


class _Reader(HTMLParser):
    """Collects cells; one that spans rows is repeated below, one that spans columns leaves blanks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._below: dict[int, tuple[int, str]] = {}
        self._words: list[str] | None = None
        self._spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self._end_cell()
            self._words = []
            given = dict(attrs)
            self._spans = (_span(given.get("rowspan")), _span(given.get("colspan")))
        elif tag in _BREAKS and self._words is not None:
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a row or a cell."""
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()
        if tag == "tr" and self.rows:
            self._repeat()

    def handle_data(self, data: str) -> None:
        """Take the words of the open cell; what stands beside the cells is a row of its own."""
        if self._words is not None:
            self._words.append(data.replace("\n", " "))
        elif data.strip():
            self.rows.append([data.strip()])

    def _end_cell(self) -> None:
        if self._words is None or not self.rows:
            return
        self._repeat()
        row, text = self.rows[-1], "".join(self._words).strip()
        down, across = self._spans
        if down > 1:
            self._below[len(row)] = (down - 1, text)
        row += [text] + [""] * (across - 1)
        self._words = None

    def _repeat(self) -> None:
        """Fill the places that cells of earlier rows reach into."""
        row = self.rows[-1]
        while (found := self._below.pop(len(row), None)) is not None:
            left, text = found
            if left > 1:
                self._below[len(row)] = (left - 1, text)
            row.append(text)


def _span(text: str | None) -> int:
    return min(int(text), _MOST_COLUMNS) if text and text.isdecimal() and len(text) < 4 and int(text) else 1
