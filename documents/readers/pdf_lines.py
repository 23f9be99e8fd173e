"""Letters of a page become lines: sorted by place and not by the file's order, blanks told by gaps."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from documents.marks import DASH, LETTER, PLAIN, PLUS, find
from documents.readers.pdf_page import Letter

# All in sizes of the letters: a gap that parts words, one that does so where pdfium saw a blank, gaps between columns.
_GAP: Final = 0.2
_GAP_OF_BLANK: Final = 0.03
COLUMN_GAP: Final = 2.0
_HEAD_GAP: Final = 0.7
_HEAD: Final = re.compile(r"CỘNGH[OÒ][AÀ]XÃ|ĐẢNGCỘNGSẢN|Độclập|ĐỘCLẬP|[^\d,]{2,20},ngày.{0,8}tháng")
_LEVEL: Final = 0.25
_RAISED: Final = 0.9
# In a narrow cell "II/2026" and "12." are rather the rest of the line before than the next point.
_LISTED: Final = frozenset({LETTER, DASH, PLUS})
_SPACED_WORDS: Final = 4


@dataclass(slots=True)
class Line:
    """A stretch of text on one level without a gap between columns."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    first_width: float
    page: int = 0

    @property
    def size(self) -> float:
        """Return about the size of its letters."""
        return (self.bottom - self.top) * 0.9

    @property
    def middle(self) -> float:
        """Return the height of its middle."""
        return (self.top + self.bottom) / 2


def rows(letters: Sequence[Letter], *, gap: float = COLUMN_GAP) -> list[list[Line]]:
    """Return the rows of some letters from top to bottom, each as its lines from left to right.

    A row is parted where `gap` sizes of its letters lie between two of them.
    """
    return [_lines(row, gap) for row in _levels(letters)]


def _levels(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Return the letters by level; each level is ordered from left to right."""
    levels: list[tuple[float, int, list[Letter]]] = []
    for run in _runs(letters):
        height = median(letter.base for letter in run)
        place = _level_near(levels, height, _LEVEL * run[0].size)
        if place is None:
            insort(levels, (height, len(levels), list(run)), key=lambda level: level[0])
        else:
            levels[place][2].extend(run)
    return [sorted(level, key=lambda letter: letter.left + letter.right) for _, _, level in levels]


def _level_near(levels: list[tuple[float, int, list[Letter]]], height: float, within: float) -> int | None:
    """Return the place of the level nearest to a height, None when there is none within reach."""
    at = bisect_left(levels, height, key=lambda level: level[0])
    near = [place for place in (at - 1, at) if 0 <= place < len(levels)]
    best = min(near, key=lambda place: abs(levels[place][0] - height), default=None)
    return best if best is not None and abs(levels[best][0] - height) <= within else None


def _runs(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Return the letters in stretches that follow one another on one level; signs of footnotes are left out."""
    runs: list[list[Letter]] = []
    for letter in letters:
        last = runs[-1][-1] if runs else None
        if last and abs(letter.base - last.base) <= _LEVEL * max(letter.size, last.size) / 2:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    kept: list[list[Letter]] = []
    for run in runs:
        if not kept or not _is_raised(run, kept[-1][-1]):
            kept.append(run)
        elif kept[-1][-1].sign == "m":  # m², km²
            kept[-1].extend(run)
    return kept


def _is_raised(run: Sequence[Letter], last: Letter) -> bool:
    """Tell whether a stretch is a small raised number right behind a letter: the sign of a footnote, a power."""
    if len(run) > 3 or not all(letter.sign.isdigit() for letter in run):
        return False
    raised = run[0].size < _RAISED * last.size and 0.15 * last.size < last.base - run[0].base < last.size
    return raised and abs(run[0].left - last.right) < last.size / 2


def _lines(row: Sequence[Letter], gap: float) -> list[Line]:
    """Return a row's letters as lines, parted at gaps between columns."""
    stretches: list[list[Letter]] = []
    for place, letter in enumerate(row):
        free = (letter.left - stretches[-1][-1].right) / letter.size if stretches else gap
        far = free > gap or (gap == COLUMN_GAP and free > _HEAD_GAP and _begins_head(row[place : place + 60]))
        if not stretches or (far and not _is_mark(stretches[-1])):
            stretches.append([letter])
        else:
            stretches[-1].append(letter)
    return [_line(stretch) for stretch in stretches]


def _begins_head(letters: Sequence[Letter]) -> bool:
    """Tell whether the right column of a letterhead begins here; it can stand close to the left one."""
    return _HEAD.match("".join(letter.sign for letter in letters)) is not None


def _is_mark(letters: Sequence[Letter]) -> bool:
    """Tell whether the letters are only the number a line begins with; what a tab puts behind it belongs to it."""
    if len(letters) > 8:
        return False
    words = "".join(letter.sign for letter in letters)
    return find(f"{words} x").level != PLAIN and len(find(f"{words} x").number) >= len(words) - 1


def _line(letters: Sequence[Letter]) -> Line:
    """Return letters on one level as a line."""
    words = _words(letters, _GAP)
    if _is_letter_spaced(words):
        middle = median(after.left - before.right for before, after in pairwise(letters))
        words = _words(letters, 1.8 * middle / letters[0].size, blanks=False)
    return Line(
        text=" ".join("".join(letter.sign for letter in word) for word in words),
        left=letters[0].left,
        right=max(letter.right for letter in letters),
        top=median(letter.top for letter in letters),
        bottom=median(letter.bottom for letter in letters),
        first_width=words[0][-1].right - words[0][0].left,
    )


def _words(letters: Sequence[Letter], gap: float, *, blanks: bool = True) -> list[list[Letter]]:
    """Part letters into words at gaps and at written blanks."""
    words = [[letters[0]]]
    for before, letter in pairwise(letters):
        wide = letter.left - before.right > gap * max(letter.size, before.size)
        if wide or (blanks and letter.blank and letter.left - before.right > _GAP_OF_BLANK * letter.size):
            words.append([letter])
        else:
            words[-1].append(letter)
    return words


def _is_letter_spaced(words: Sequence[Sequence[Letter]]) -> bool:
    """Tell whether a title is set with gaps between its letters: nearly every word is one letter."""
    single = sum(1 for word in words if len(word) == 1 and word[0].sign.isalpha())
    return len(words) >= _SPACED_WORDS and single > 0.8 * len(words)


def joined(lines: Sequence[Line], room: float) -> str:
    """Return the lines of a cell or column as paragraphs, one a line; `room` is how wide its text may run.

    A paragraph ends where the next word would still have fitted, and before a dash or letter of a list.
    """
    parts: list[str] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None and _goes_on(before, line, room):
            parts[-1] = run_on(parts[-1], line.text)
        else:
            parts.append(line.text)
    return "\n".join(parts)


def run_on(text: str, line: str) -> str:
    """Return a text with its next line; a sign such as 20/NĐ- that the line's end cut becomes whole."""
    is_cut = len(text) > 1 and text.endswith("-") and text[-2].isalnum() and line[:1].isalnum()
    return f"{text}{line}" if is_cut else f"{text} {line}"


def fits_behind(last: Line, line: Line, room: float) -> bool:
    """Tell whether the first word of a line would have fitted on the line before, so that its end was meant."""
    return last.right - last.left + 0.25 * last.size + line.first_width < room - 0.3 * last.size


def _goes_on(last: Line, line: Line, room: float) -> bool:
    """Tell whether a line of a cell goes on with the paragraph before it."""
    if find(line.text).level in _LISTED:
        return False
    if line.text[:1].islower() and not last.text.endswith((".", ";")):
        return True
    return not fits_behind(last, line, room) and not (_is_name(last.text) and _is_name(line.text))


def _is_name(text: str) -> bool:
    """Tell whether a line can be a person's name: two to five words, each with a capital."""
    words = text.strip(" .,;").split()
    return 2 <= len(words) <= 5 and all(word.isalpha() and word.istitle() for word in words)
