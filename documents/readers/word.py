"""Word documents: paragraphs and tables in the order they are read, with the numbers Word only draws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from documents.outline import Piece
from documents.readers import progress
from documents.readers.columns import in_columns
from documents.readers.package import Package, package
from documents.readers.refusal import Unreadable
from documents.readers.word_numbers import Numbers
from documents.readers.word_runs import Runs
from documents.readers.word_styles import Styles, W
from documents.readers.word_tables import CONTAINERS, cells_of, is_frame, rows_of
from documents.readers.wrapping import parted

LIMIT_LETTERS: Final = 2_000_000
LIMIT_PARAGRAPHS: Final = 60_000
LIMIT_DEPTH: Final = 24

_PARAGRAPHS: Final = re.compile(rb"<\w{1,8}:p[ >/]")
_STAMP: Final = re.compile(r"(?:độ mật[: ]*)?(?:tuyệt mật|tối mật|mật)", re.IGNORECASE)
_PICTURES: Final = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_EVERY: Final = 500


def pieces(data: bytes) -> list[Piece]:
    """Return the paragraphs and table rows of a .docx. Raises Unreadable; only pictures and no text: scan."""
    packed = package(data)
    count = sum(1 for _ in _PARAGRAPHS.finditer(packed.text))
    if count > LIMIT_PARAGRAPHS:
        raise Unreadable("too_many", limit=LIMIT_PARAGRAPHS)
    body = _root(packed.text).find(f"{W}body")
    if body is None:
        raise Unreadable("damaged")
    found = [*_stamps(packed), *Reader.of(packed, body, count).pieces(body)]
    if sum(len(piece.text) + sum(map(len, piece.cells)) for piece in found) > LIMIT_LETTERS:
        raise Unreadable("too_long", limit=LIMIT_LETTERS // 1_000_000)
    if not any(piece.text.strip() or any(piece.cells) for piece in found):
        raise Unreadable(_why_empty(body))
    return found


def _why_empty(body: Element) -> str:
    """Return why a document without words has none."""
    tags = {node.tag for node in body.iter()}
    if f"{W}altChunk" in tags:
        return "inside_page"
    return "scan" if tags & _PICTURES else "empty"


def _stamps(packed: Package) -> Iterator[Piece]:
    """Yield the marks of secrecy that stand in page headers and footers, of which nothing else is read."""
    for part in [*packed.related("header"), *packed.related("footer")]:
        for paragraph in _root(part).iter(f"{W}p"):
            words = "".join(node.text or "" for node in paragraph.iter(f"{W}t")).strip(" .:*")
            if _STAMP.fullmatch(words):
                yield Piece(words)


def _root(part: bytes) -> Element:
    """Parse one part."""
    try:
        return ElementTree.fromstring(part)  # noqa: S314  (document types were refused before)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unreadable("damaged") from None


def _only(parts: list[bytes]) -> Element | None:
    """Parse the part of a kind that need not be there."""
    return _root(parts[0]) if parts else None


@dataclass(slots=True)
class Reader:
    """Reads one document from its first paragraph on: numbers count, fields stay open, deletions join."""

    numbers: Numbers
    styles: Styles
    runs: Runs
    count: int
    done: int = 0
    _carried: list[str] = field(default_factory=list)
    _cells: int = 0

    @classmethod
    def of(cls, packed: Package, body: Element, count: int) -> Reader:
        """Return a reader that knows the document's styles and lists."""
        styles = Styles.of(_only(packed.related("styles")))
        numbers = Numbers.of(_only(packed.related("numbering")), styles)
        return cls(numbers, styles, Runs.of(body, styles), count)

    def pieces(self, body: Element) -> list[Piece]:
        """Return the pieces of the body; words in two columns that only blanks part become rows."""
        return in_columns(self._under(body, 0))

    def _under(self, parent: Element, depth: int) -> Iterator[Piece]:
        """Yield the paragraphs and rows under a body, a cell or a container within it."""
        if depth > LIMIT_DEPTH:
            raise Unreadable("damaged")
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child, depth)
            elif child.tag == f"{W}tbl":
                yield from self._table(child, depth + 1)
            elif child.tag in CONTAINERS:
                yield from self._under(child, depth + 1)

    def _paragraph(self, paragraph: Element, depth: int) -> Iterator[Piece]:
        """Yield a paragraph with the number Word would draw before it, and what floats at it."""
        self._step()
        spoken = self.runs.read(paragraph)
        self._carried.append(spoken.text)
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is None:  # else its end was deleted: the next one goes on with it
            text = "".join(self._carried)
            self._carried.clear()
            yield from self._drawn(paragraph, text)
        for box in spoken.boxes:
            yield from self._under(box, depth + 1)

    def _drawn(self, paragraph: Element, text: str) -> Iterator[Piece]:
        """Yield a paragraph's lines with its number; a table of contents repeats what stands elsewhere."""
        style = self.styles.of_paragraph(paragraph)
        if self.styles.is_contents(style):
            return
        number, heading = self.numbers.next(paragraph), self.styles.is_heading(style)
        if self._cells and not text.strip() and number.strip(" -+"):
            number, text = "", number  # the column of running numbers is often nothing but drawn ones
        yield from (replace(piece, heading=heading) for piece in parted(number, text))

    def _step(self) -> None:
        self.done += 1
        if self.done % _EVERY == 0:
            progress.tell(self.done, self.count)

    def _table(self, table: Element, depth: int) -> Iterator[Piece]:
        """Yield a table's rows; a cell merged downwards is repeated and says so, one merged sideways leaves blanks."""
        rows = [list(cells_of(row)) for row in rows_of(table)]
        if is_frame(rows):
            for cell in (cell for row in rows for cell in row):
                yield from self._under(cell.node, depth + 1)
            return
        above: dict[int, str] = {}
        for row in rows:
            texts: dict[int, str] = {}
            repeated = []
            for cell in row:
                text = self._cell(cell.node, depth)
                if cell.goes_on and not text:
                    text = above.get(cell.at, "")
                    repeated.append(cell.at)
                texts[cell.at] = above[cell.at] = text
            width = max((cell.at + cell.width for cell in row), default=0)
            yield Piece(cells=tuple(texts.get(at, "") for at in range(width)), repeated=tuple(repeated))

    def _cell(self, cell: Element, depth: int) -> str:
        """Return a cell's paragraphs, one a line; a table within stands row by row."""
        self._cells += 1
        lines = [piece.text or " ".join(filter(None, piece.cells)) for piece in self._under(cell, depth + 1)]
        self._cells -= 1
        return "\n".join(line.strip() for line in lines if line.strip())
