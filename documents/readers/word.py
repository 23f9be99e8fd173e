"""Word documents: paragraphs and tables in the order they are read, with the numbers Word only draws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from documents.outline import Piece
from documents.readers.package import xml_parts
from documents.readers.refusal import Unreadable
from documents.readers.word_numbers import Numbers, W, value

LIMIT_LETTERS: Final = 2_000_000
LIMIT_DEPTH: Final = 24

_CONTAINERS: Final = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml"))
# Deleted and moved-away text, the second copy of a drawing, and floating boxes are no part of the running
# text.
_UNREAD: Final = frozenset({
    f"{W}del", f"{W}moveFrom", f"{W}txbxContent", f"{W}instrText", f"{W}delText", f"{W}pPr", f"{W}rPr",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
})  # fmt: skip
_SIGNS: Final = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_STAMP: Final = re.compile(r"(?:độ mật[: ]*)?(?:tuyệt mật|tối mật|mật)", re.IGNORECASE)
_PICTURES: Final = frozenset({f"{W}drawing", f"{W}pict"})


def pieces(data: bytes) -> list[Piece]:
    """Return the paragraphs and table rows of a .docx. Raises Unreadable; only pictures and no text: scan."""
    parts = xml_parts(data)
    body = _root(parts["word/document.xml"]).find(f"{W}body")
    if body is None:
        raise Unreadable("damaged")
    numbers = Numbers.of(_optional(parts, "word/numbering.xml"), _optional(parts, "word/styles.xml"))
    found = [*_stamps(body, parts), *_pieces(body, numbers, 0)]
    letters = sum(len(piece.text) + sum(map(len, piece.cells)) for piece in found)
    if letters > LIMIT_LETTERS:
        raise Unreadable("too_long", limit=LIMIT_LETTERS // 1_000_000)
    if not any(piece.text.strip() or any(piece.cells) for piece in found):
        raise Unreadable("scan" if any(node.tag in _PICTURES for node in body.iter()) else "empty")
    return found


def _stamps(body: ElementTree.Element, parts: dict[str, bytes]) -> Iterator[Piece]:
    """Yield the marks of secrecy that stand in floating boxes or page headers, where no running text is
    read.
    """
    boxes = [paragraph for box in body.iter(f"{W}txbxContent") for paragraph in box.iter(f"{W}p")]
    headers = [_root(part) for name, part in parts.items() if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name)]
    for paragraph in [*boxes, *(each for header in headers for each in header.iter(f"{W}p"))]:
        words = "".join(node.text or "" for node in paragraph.iter(f"{W}t")).strip(" .:*")
        if _STAMP.fullmatch(words):
            yield Piece(words)


def _root(part: bytes) -> ElementTree.Element:
    """Parse one part."""
    try:
        return ElementTree.fromstring(part)  # noqa: S314  (see the import)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unreadable("damaged") from None


def _optional(parts: dict[str, bytes], name: str) -> ElementTree.Element | None:
    """Parse a part that need not be there."""
    return _root(parts[name]) if name in parts else None


def _pieces(parent: ElementTree.Element, numbers: Numbers, depth: int) -> Iterator[Piece]:
    """Yield the paragraphs and rows under a body, a cell or a container within it."""
    if depth > LIMIT_DEPTH:
        raise Unreadable("damaged")
    for child in parent:
        if child.tag == f"{W}p":
            yield _paragraph(child, numbers)
        elif child.tag == f"{W}tbl":
            yield from _rows(child, numbers, depth + 1)
        elif child.tag in _CONTAINERS:
            yield from _pieces(child, numbers, depth + 1)


def _paragraph(paragraph: ElementTree.Element, numbers: Numbers) -> Piece:
    """Return a paragraph with the number Word would draw before it."""
    number = numbers.next(paragraph)
    text = "".join(_text(paragraph))
    return Piece(f"{number} {text}" if number and text.strip() else text, heading=numbers.is_heading(paragraph))


def _text(paragraph: ElementTree.Element) -> Iterator[str]:
    """Yield the words of a paragraph, what was deleted left out; walks without recursion."""
    waiting = list(reversed(paragraph))
    while waiting:
        node = waiting.pop()
        if node.tag in _UNREAD:
            continue
        if node.tag == f"{W}t":
            yield node.text or ""
        elif node.tag in _SIGNS:
            yield _SIGNS[node.tag]
        else:
            waiting.extend(reversed(node))


def _rows(table: ElementTree.Element, numbers: Numbers, depth: int) -> Iterator[Piece]:
    """Yield a table's rows; a cell merged downwards is repeated, one merged sideways leaves blanks."""
    above: dict[int, str] = {}
    for row in _under(table, f"{W}tr"):
        cells: list[str] = []
        for cell in _under(row, f"{W}tc"):
            text = _cell_text(cell, numbers, depth)
            if _merged_down(cell):
                text = text or above.get(len(cells), "")
            above[len(cells)] = text
            cells += [text] + [""] * (_width(cell) - 1)
        yield Piece(cells=tuple(cells))


def _under(parent: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    """Yield the children of a kind, also those in content controls or insertions one step down."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _CONTAINERS:
            yield from (node for node in child.iter(tag) if node is not child)


def _cell_text(cell: ElementTree.Element, numbers: Numbers, depth: int) -> str:
    """Return a cell's paragraphs, one a line; a table within stands row by row."""
    lines = (piece.text or " ".join(piece.cells) for piece in _pieces(cell, numbers, depth))
    return "\n".join(line.strip() for line in lines if line.strip())


def _merged_down(cell: ElementTree.Element) -> bool:
    """Tell whether the cell goes on with the one above (17.4.84 of ECMA-376: no value means continue)."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and value(merge) in {None, "continue"}


def _width(cell: ElementTree.Element) -> int:
    """Return how many columns the cell takes; a senseless number counts as one."""
    span = value(cell.find(f"{W}tcPr/{W}gridSpan"))
    return int(span) if span and span.isdigit() and 0 < int(span) < 64 else 1
