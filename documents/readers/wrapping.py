"""Where a paragraph ends when the file only knows lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles
from typing import Final, Self

from documents.marks import DASH, DECIMAL, INNER, LETTER, PLAIN, ROMAN, UPPER, Mark, find
from documents.outline import Piece, clean
from documents.readers.standing import ALONE, ENDS, TITLES

_NAME_LETTERS: Final = 60
_LONG: Final = 120
_FULL: Final = 0.7
# A ground and a labelled line ("Thời gian: …") begin a paragraph, however full the line before them is.
_GROUND: Final = re.compile(r"(?:Căn cứ|Thực hiện|Xét đề nghị|Theo đề nghị) ")
_LABEL: Final = re.compile(r"[^\W\d_][^.:;,!?]{1,44}:(?: |$)")
_LINES_BACK: Final = 8
_LEADS_ON: Final = ("sau", "gồm", "là")
# behind these a number at the head of the next line is theirs: khóa / XI, Quý / I.
_CALLS: Final = frozenset({
    "khóa", "khoá", "quý", "quí", "số", "điều", "điểm", "khoản", "mục", "tháng", "ngày", "năm", "lục", "chương", "phần",
    "lớp", "cấp", "loại", "nhóm", "vùng", "tổ", "bước", "kỳ", "lần", "thứ", "hạng", "từ", "đến", "và",
})  # fmt: skip
_COUNTED: Final = frozenset({ROMAN, UPPER, DECIMAL, LETTER, INNER})
_NARROW, _WIDE = 110, 200


@dataclass(frozen=True, slots=True)
class Shape:
    """How the file sets its lines: whether blank lines part its paragraphs, and how wide it wraps (0: not at
    all).
    """

    spaced: bool
    width: int

    @classmethod
    def of(cls, lines: list[str]) -> Self:
        """Measure a file's lines, those of tables left out; a file whose long lines run on is not wrapped."""
        full = [len(line.strip()) for line in lines if line.strip()]
        blank = sum(1 for one, two in pairwise(lines) if one.strip() and not two.strip())
        widest = int(quantiles(full, n=20)[-1]) if len(full) > 1 else 0
        parted = [not one.strip() for one, two in pairwise(lines) if find(two.lstrip("#* ")).level < DASH]
        spaced = blank > 0.15 * len(full) and 2 * sum(parted) >= len(parted)
        return cls(spaced=spaced, width=widest if _is_wrapped(full, widest) else 0)

    def is_full(self, line: str, following: str) -> bool:
        """Tell whether a line ends only because the first word of the next had no room in it."""
        return 0 < self.width < len(line) + 1 + len(following.split(maxsplit=1)[0])


def _is_wrapped(lengths: list[int], widest: int) -> bool:
    """Tell whether lines end at a margin; wide ones do only when many reach it and none goes beyond."""
    if widest <= _NARROW:
        return True
    near = sum(1 for length in lengths if length > 0.85 * widest)
    return widest <= _WIDE and max(lengths) <= 1.05 * widest and near > 0.3 * len(lengths)


def parted(number: str, text: str) -> list[Piece]:
    """Return the paragraphs in one whose lines are broken by hand: a mark or a title begins a new one."""
    found: list[str] = []
    for line in text.split("\n"):
        words = clean(line)
        if not found or find(words).level != PLAIN or _stands_alone(words) or _stands_alone(clean(found[-1])):
            found.append(line)
        else:
            found[-1] = f"{found[-1]} {line}"
    if number and text.strip():
        first = next(place for place, line in enumerate(found) if line.strip())
        found[first] = _numbered(number, found[first].strip())
    return [Piece(line) for line in found]


def _numbered(number: str, words: str) -> str:
    """Return the words behind their drawn number; a bare number (1, Điều 1) gets the dot that makes it one."""
    whole = f"{number}{words}"
    if find(clean(whole)).level == PLAIN and find(clean(f"{number.rstrip()}. {words}")).level != PLAIN:
        return f"{number.rstrip()}. {words}"
    return whole


def _stands_alone(words: str) -> bool:
    return words in TITLES or words.upper() in ALONE


class Writer:
    """Takes lines one by one and gives back paragraphs."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._done: list[Piece] = []
        self._parts: list[str] = []
        self._heading = False
        self._gap = False
        self._bold = False
        self._title = False
        self._bullet = False

    def blank(self) -> None:
        """Note a blank line."""
        self._gap = True

    def table(self, rows: list[list[str]]) -> None:
        """Add table rows; they end the paragraph before them."""
        self._close()
        self._done += [Piece(cells=tuple(row)) for row in rows]

    def line(self, words: str, *, heading: bool, bold_flips: bool) -> None:
        """Add a line to the open paragraph or begin a new one with it."""
        if not words:
            self.blank()
            return
        if heading or not self._continues(words):
            self._close()
            self._heading = heading
            self._bullet = find(words).level == DASH
            self._title = words.upper() in TITLES or (self._title and words.isupper())
        self._parts.append(words)
        self._bold = self._bold != bold_flips
        self._gap = False

    def pieces(self) -> list[Piece]:
        """Return all that was added."""
        self._close()
        return self._done

    def _close(self) -> None:
        """End the open paragraph."""
        if self._parts:
            self._done.append(Piece(" ".join(self._parts), heading=self._heading))
        self._parts, self._heading, self._gap, self._bold = [], False, False, False

    def _continues(self, words: str) -> bool:
        """Tell whether the line goes on with the open paragraph."""
        if not self._parts or self._heading:
            return False
        if self._bold and not self._gap:
            return True
        last = self._parts[-1]
        if words.upper() in ALONE or last.upper() in ALONE | TITLES or words in TITLES:
            return False
        mark, is_full = find(words), self._shape.is_full(last, words)
        if mark.level != PLAIN:
            return self._only_looks_like(mark, words, is_full=is_full)
        if is_full and self._in_brackets():
            return True
        if last.endswith(ENDS):
            return not self._gap and self._sentence_goes_on(last, words, is_full=is_full)
        return words[0].islower() or (not self._gap and self._runs_on(last, words, is_full=is_full))

    def _sentence_goes_on(self, last: str, words: str, *, is_full: bool) -> bool:
        """Tell whether a paragraph goes on behind a line that happens to end with a sentence or a part of one."""
        if words[0].islower():
            return is_full or last.endswith(";") or self._filled(last)
        return self._filled(last) or (is_full and last.endswith(".") and len(self._parts) > 1)

    def _only_looks_like(self, mark: Mark, words: str, *, is_full: bool) -> bool:
        """Tell whether a mark at the head of a line is part of the sentence that began on the line before."""
        last, rest = self._parts[-1], words[mark.width :]
        if mark.level == DASH and self._broken_name(rest):
            return True
        if not is_full or last.endswith((*ENDS, ",")):
            return False
        if mark.level == DASH:
            return rest[:1].islower()
        return mark.level in _COUNTED and last.rpartition(" ")[2].lower() in _CALLS

    def _in_brackets(self) -> bool:
        """Tell whether a bracket of the open paragraph still waits for its end."""
        text = " ".join(self._parts[-_LINES_BACK:])
        return text.count("(") > text.count(")")

    def _runs_on(self, last: str, words: str, *, is_full: bool) -> bool:
        """Tell whether a line without an end goes on in one that begins like a new one."""
        if last.isupper() or words.isupper():
            is_numbered = self._shape.spaced and find(self._parts[0]).level < DASH
            return (self._title or is_full or is_numbered) and last.isupper() and words.isupper()
        if _LABEL.match(words):
            return False
        if self._shape.spaced:
            return True
        return not _GROUND.match(words) and self._shape.width > 0 and len(last) >= _FULL * self._shape.width

    def _filled(self, last: str) -> bool:
        """Tell whether a line ends a sentence only because the paper was full there."""
        return self._shape.spaced and self._shape.width > 0 and len(last) > 0.85 * self._shape.width

    def _broken_name(self, rest: str) -> bool:
        """Tell whether a dash is part of a name: the text before it is long, has no end and is itself no
        bullet.
        """
        length = sum(len(part) for part in self._parts[-_LINES_BACK:])
        last = self._parts[-1]
        open_end = not last.endswith((*ENDS, ",", *_LEADS_ON))
        return length > _LONG and open_end and not self._bullet and rest[:1].isupper()
