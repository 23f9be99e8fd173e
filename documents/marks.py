"""Numbers at the head of a line (I. 1. 1.1. a) - +) and the path of numbers a line stands under."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PART, UPPER, ROMAN, ARTICLE, DECIMAL, LETTER, INNER, DASH, PLUS, PLAIN = 0, 1, 2, 3, 4, 20, 21, 22, 23, 99

# Nghị định 30/2020/NĐ-CP, Phụ lục I: parts, roman sections, articles, decimals, letters of the Vietnamese
# alphabet;
# dashes and pluses come by custom. "f)" is no letter of that alphabet but is met, so any small letter is
# read.
# fmt: off
_FORMS: Final = (
    (PART,    re.compile(r"(?:PHẦN|Phần|CHƯƠNG|Chương) ([IVXLC]{1,7}|\d{1,2}|thứ \w{1,4})(?:[.:)\-]|(?=\s)"
                         r"|$)\s*")),
    (ARTICLE, re.compile(r"(?:ĐIỀU|Điều) (\d{1,3})[.:]\s*")),
    (ROMAN,   re.compile(r"([IVXLC]{1,7})\s?[.)/:\-]\s*(?=\S)")),
    (UPPER,   re.compile(r"([A-ZĐ])[.)]\s*(?=\S)")),
    (DECIMAL, re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})(?:[.)]\s*|\s+)(?=[^\W\d])")),
    (DECIMAL, re.compile(r"(\d{1,3})(?:[.)]\s*|[-/]\s+)(?=[^\s\d])")),
    (LETTER,  re.compile(r"([a-zđ])(?:\)\s*|\.\s+)(?=\S)")),
    (INNER,   re.compile(r"\((\d{1,2}|[a-zđ]|[ivx]{1,5})\)[.:]?\s*(?=\S)")),
    (INNER,   re.compile(r"([ivx]{2,5})[.)]\s*(?=\S)")),
    (DASH,    re.compile(r"([-–—‐‑‒―−•·●∙▪■□▫◦○◆◇♦❖►▶▸➢➤➔→⇒✓✔☐§*])\s*(?=[^\s\-–—])")),
    (PLUS,    re.compile(r"(\+)\s*(?=\S)")),
)
# fmt: on

_ROMAN_DIGITS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_LETTERS: Final = frozenset("ivx")
_BULLETS: Final = frozenset({DASH, PLUS})


@dataclass(frozen=True, slots=True)
class Mark:
    """A number as it stands at the head of a line: its sign, its rank and how many letters it takes."""

    number: str = ""
    level: int = PLAIN
    width: int = 0


NO_MARK: Final = Mark()


def find(line: str) -> Mark:
    """Return the mark at the head of the line, taken for itself."""
    for level, form in _FORMS:
        if match := form.match(line):
            return Mark(match[1], level, match.end())
    return NO_MARK


def roman(number: str) -> int:
    """Return the value of a roman numeral; 0 when it has other letters."""
    values = [_ROMAN_DIGITS.get(sign, 0) for sign in number]
    if not all(values):
        return 0
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


class Marks:
    """Reads one line after another and knows the numbers each stands under."""

    def __init__(self) -> None:
        self._open: list[tuple[int, tuple[str, ...]]] = []
        self._last_upper = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Return the numbers of the lines that enclose what comes now."""
        return tuple(number for _, numbers in self._open for number in numbers)

    def read(self, line: str) -> Mark:
        """Return the line's mark and step to its place; bullets and plain lines change no place."""
        mark = self._settled(find(line))
        if mark.level != PLAIN and mark.level not in _BULLETS:
            self._step(mark)
        return mark

    def _settled(self, mark: Mark) -> Mark:
        """Decide whether C., D., I. and their like are letters or roman numerals: what continues the row is
        meant.
        """
        if mark.level == LETTER and mark.number in _ROMAN_LETTERS and not self._follows(mark.number):
            return Mark(mark.number, INNER, mark.width)
        if mark.level == UPPER:
            self._last_upper = mark.number
        if mark.level != ROMAN or len(mark.number) > 1 or not self._last_upper:
            return mark
        if roman(mark.number) == self._last_roman() + 1 or ord(mark.number) != ord(self._last_upper) + 1:
            return mark
        self._last_upper = mark.number
        return Mark(mark.number, UPPER, mark.width)

    def _follows(self, letter: str) -> bool:
        """Tell whether i), v) or x) goes on with the letters before it, or is a small roman numeral."""
        last = next((numbers[0] for level, numbers in self._open if level == LETTER), "")
        inside = any(level == INNER for level, _ in self._open)
        return len(last) == 1 and ord(letter) - ord(last) in (1, 2) if letter == "i" or inside else True

    def _last_roman(self) -> int:
        """Return the roman number open now, 0 when there is none."""
        return next((roman(numbers[0]) for level, numbers in self._open if level == ROMAN), 0)

    def _step(self, mark: Mark) -> None:
        """Close what the mark ends and open it; 1.2 opens as 1 and 2 at once."""
        numbers = tuple(mark.number.split(".")) if mark.level == DECIMAL else (mark.number,)
        while self._open and self._open[-1][0] >= mark.level:
            self._open.pop()
        self._open.append((mark.level, numbers))
