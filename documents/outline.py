"""The neutral form of any document: blocks with their number, their text, their cells and their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from documents.marks import PLAIN, Marks

CELL_GAP: Final = " | "
LINE_GAP: Final = " / "


class Kind(StrEnum):
    """What a block is in its file."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph or table row as a reader found it; cells may hold several lines.

    `repeated` are the places of cells that only repeat the one above, with which they are one in the file.
    """

    text: str = ""
    cells: tuple[str, ...] = ()
    heading: bool = False
    repeated: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the outline: its mark (`number`), the numbers it stands under, and its words.

    `span` is half-open, in code points of the outline's text, and includes the line's LF; `start` is where
    `text` begins behind the mark. `level` orders the marks: a smaller one encloses the larger ones after it.
    `repeated` are the places of cells that are one with the cell above.
    """

    kind: Kind
    number: str
    level: int
    path: tuple[str, ...]
    text: str
    span: tuple[int, int]
    start: int
    cells: tuple[str, ...] = ()
    repeated: tuple[int, ...] = ()

    @property
    def end(self) -> int:
        """Return where the words end, before the LF."""
        return self.span[1] - 1


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole document: NFC text with one LF a block, and the blocks that tile it without gap or overlap."""

    text: str
    blocks: tuple[Block, ...]


# Islandic eth is what several fonts and scanners write for the Vietnamese letter; a dotted I would change
# length; the letters of symbol fonts lie in an area where nothing has a name.
_LETTERS: Final = str.maketrans({
    "Ð": "Đ", "ð": "đ", "İ": "I",
    "\uf02d": "-", "\uf02b": "+", "\uf0b3": "≥", "\uf0a3": "≤", "\uf0b1": "±", "\uf0ae": "→",
    **dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf0a8\uf06f\uf071\uf06c\uf06e\uf0e8", "•"),
})  # fmt: skip
_BLANKS: Final = re.compile(r"[^\S\n]+")
_UNSEEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")

# K Ế  H O Ạ C H: single capitals with one blank between letters and more between words.
_SPACED: Final = re.compile(r"(?<!\S)[^\W\d_](?:[^\S\n]{1,4}[^\W\d_]){3,60}(?!\S)")
_SPACED_TITLES: Final = {
    "".join(title.split()): title
    for title in ("KẾ HOẠCH", "QUYẾT ĐỊNH", "CHƯƠNG TRÌNH", "ĐỀ ÁN", "CHỈ THỊ", "THÔNG BÁO", "PHỤ LỤC", "PHƯƠNG ÁN",
                  "NGHỊ QUYẾT", "HƯỚNG DẪN", "CHƯƠNG TRÌNH HÀNH ĐỘNG", "KẾT LUẬN", "QUY CHẾ", "CÔNG ĐIỆN")
}  # fmt: skip

# Behind a title of its own (the plan a Decision puts in force, an annex) the numbers begin anew.
_RESTARTS: Final = re.compile(
    r"(?:KẾ HOẠCH|CHƯƠNG TRÌNH|ĐỀ ÁN|PHƯƠNG ÁN|QUY CHẾ)$|PHỤ LỤC(?!\w)|Phụ lục(?: \w{1,5})?[.:]?$"
)


def clean(text: str) -> str:
    """Return the text in NFC with true Đ/đ, single plain blanks and nothing invisible; line breaks stay."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text.translate(_LETTERS)))
    return _BLANKS.sub(" ", _SPACED.sub(_drawn_together, text)).strip()


def _drawn_together(match: re.Match[str]) -> str:
    """Return letters that were set apart for looks as the words they make: two blanks part words."""
    words = re.split(r"[^\S\n]{2,}", match[0])
    if len(words) == 1 and "".join(match[0].split()) not in _SPACED_TITLES:
        return match[0]
    if len(words) == 1:
        return _SPACED_TITLES["".join(match[0].split())]
    return " ".join("".join(word.split()) for word in words)


def outline(pieces: Iterable[Piece]) -> Outline:
    """Number and place the pieces; empty ones are dropped."""
    marks, blocks, lines, at = Marks(), [], [], 0
    for piece in pieces:
        line, cells = _line(piece)
        if not line:
            continue
        if not cells and _RESTARTS.match(line):
            marks = Marks()
        blocks.append(_block(piece, line, cells, at, marks))
        lines.append(line)
        at = blocks[-1].span[1]
    return Outline("".join(f"{line}\n" for line in lines), tuple(blocks))


def cell_spans(block: Block) -> tuple[tuple[int, int], ...]:
    """Return where each cell of a row stands in the outline's text, half-open, in code points."""
    spans, at = [], block.span[0]
    for cell in block.cells:
        length = len(cell.replace("\n", LINE_GAP))
        spans.append((at, at + length))
        at += length + len(CELL_GAP)
    return tuple(spans)


def _line(piece: Piece) -> tuple[str, tuple[str, ...]]:
    """Return the one line that stands for the piece, with its cells."""
    cells = tuple(_cell(cell) for cell in piece.cells)
    if any(cells):
        return CELL_GAP.join(cell.replace("\n", LINE_GAP) for cell in cells), cells
    return clean(piece.text).replace("\n", " "), ()


def _cell(text: str) -> str:
    """Return a cell's lines, cleaned, without empty ones."""
    return "\n".join(line for line in (clean(line) for line in text.splitlines()) if line)


def _block(piece: Piece, line: str, cells: tuple[str, ...], at: int, marks: Marks) -> Block:
    """Return the piece as a block at its place."""
    span = (at, at + len(line) + 1)
    if cells:
        return Block(Kind.ROW, "", PLAIN, marks.path, line, span, at, cells, piece.repeated)
    mark = marks.read(line)
    kind = Kind.HEADING if piece.heading else Kind.PARAGRAPH
    return Block(kind, mark.number, mark.level, marks.path, line[mark.width :], span, at + mark.width)
