"""Lines of a PDF become paragraphs again, also over the end of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from statistics import median
from typing import Final, Self

from documents.marks import DASH, PLAIN, find
from documents.outline import Piece
from documents.readers.pdf_layout import Columns, Item
from documents.readers.pdf_lines import Line, fits_behind, run_on
from documents.readers.pdf_tables import Table
from documents.readers.standing import ALONE, ENDS, TITLES

_INDENT: Final = 6.0
_LOOSE: Final = 1.35
_TITLE_STEP: Final = 1.25
_MANY: Final = 0.7
# "… Quý | IV/2026" is cut by the line's end and no point IV.
_QUARTER: Final = re.compile(r"[IVX]{1,4}[/-]\d{4}")


@dataclass(frozen=True, slots=True)
class Measure:
    """How a document sets its text: its left and right border, its step from line to line, its indentation."""

    left: float
    right: float
    step: float
    indented: bool

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Self:
        """Measure the lines of pages of one format."""
        right = _usual_right(lines)
        together = [(one, two) for one, two in pairwise(lines) if one.page == two.page and two.top > one.top]
        full = [(one, two) for one, two in together if one.right > right - 3 * one.size]
        behind = Counter(round(two.left) for _, two in full if find(two.text).level == PLAIN)
        left = behind.most_common(1)[0][0] if behind else min((line.left for line in lines), default=0.0)
        step = median([two.top - one.top for one, two in full] or [20.0])
        marked = [line for line in lines if find(line.text).level != PLAIN]
        inner = sum(1 for line in marked if line.left > left + _INDENT)
        return cls(left, right, step, indented=bool(marked) and inner > _MANY * len(marked))

    def is_centred(self, line: Line) -> bool:
        """Tell whether a line stands in the middle and touches neither border."""
        before, behind = line.left - self.left, self.right - line.right
        return before > 2 * _INDENT and behind > 2 * _INDENT and abs(before - behind) < line.size


def _usual_right(lines: Sequence[Line]) -> float:
    """Return where most long lines end, or the farthest line when they end raggedly."""
    ends = sorted((line.right for line in lines), reverse=True)
    if not ends:
        return 0.0
    common = Counter(round(end / 2) for end in ends[: max(1, len(ends) // 2)]).most_common(1)[0]
    return common[0] * 2.0 if common[1] > max(3, len(ends) // 8) else ends[min(len(ends) - 1, len(ends) // 100)]


def pieces(found: Iterable[tuple[int, Item]]) -> list[Piece]:
    """Return paragraphs and rows; each item comes with the width of its page."""
    listed = _whole_tables(found)
    measures = _measures(listed)
    done: list[Piece] = []
    open_lines: list[Line] = []
    for width, item in listed:
        if isinstance(item, Line):
            if open_lines and not _goes_on(open_lines, item, measures[width]):
                done.append(_paragraph(open_lines))
                open_lines = []
            open_lines.append(item)
            continue
        if open_lines:
            done.append(_paragraph(open_lines))
            open_lines = []
        done += _rows(item)
    return [*done, _paragraph(open_lines)] if open_lines else done


def _whole_tables(found: Iterable[tuple[int, Item]]) -> list[tuple[int, Item]]:
    """Return the items with tables that go on over a page joined to one."""
    whole: list[tuple[int, Item]] = []
    for width, item in found:
        last = whole[-1][1] if whole else None
        if isinstance(item, Table) and isinstance(last, Table) and last.take_over(item):
            continue
        whole.append((width, item))
    return whole


def _measures(listed: Sequence[tuple[int, Item]]) -> dict[int, Measure]:
    """Return the measure of each format of page."""
    lines: dict[int, list[Line]] = {}
    for width, item in listed:
        if isinstance(item, Line):
            lines.setdefault(width, []).append(item)
    return {width: Measure.of(each) for width, each in lines.items()}


def _paragraph(lines: Sequence[Line]) -> Piece:
    return Piece(reduce(run_on, (line.text for line in lines)))


def _rows(item: Columns | Table) -> list[Piece]:
    """Return what stands in cells as rows."""
    if isinstance(item, Columns):
        return [Piece(cells=item.cells)]
    listed = zip(item.rows, item.repeated, strict=True)
    return [Piece(cells=tuple(row), repeated=repeated) for row, repeated in listed if any(row)]


def _goes_on(lines: Sequence[Line], line: Line, measure: Measure) -> bool:
    """Tell whether a line goes on with the paragraph of the lines before it."""
    last = lines[-1]
    upper = last.text.upper()
    if upper in ALONE | TITLES or line.text.upper() in ALONE or line.text in TITLES:
        return False
    if measure.is_centred(line) and last.page == line.page:
        runs_on = measure.is_centred(last) or not _fits(last, line, measure)
        return runs_on and _same_title(last, line, measure)
    mark = find(line.text)
    if mark.level != PLAIN and not _QUARTER.match(line.text):
        return _is_no_mark(lines, line, measure, dash=mark.level == DASH)
    if last.text.isupper() != line.text.isupper() and (last.text.isupper() or len(line.text) > 12):
        return False
    if _fits(last, line, measure) or _is_gap(last, line, measure):
        return line.text[:1].islower() and not last.text.endswith(ENDS)
    return not _begins_new(lines, line, measure)


def _same_title(last: Line, line: Line, measure: Measure) -> bool:
    """Tell whether two centred lines are one title: the same case, close together, not ended."""
    same = last.text.isupper() == line.text.isupper() and abs(last.size - line.size) < 0.15 * line.size
    is_close = line.top - last.top < _TITLE_STEP * max(measure.step, 1.1 * line.size)
    return same and is_close and not last.text.endswith(ENDS)


def _is_no_mark(lines: Sequence[Line], line: Line, measure: Measure, *, dash: bool) -> bool:
    """Tell whether what looks like a number only happens to stand at a line's start: the text runs on into it."""
    last = lines[-1]
    if last.text.endswith(ENDS) or _fits(last, line, measure) or _is_gap(last, line, measure):
        return False
    if measure.indented:
        return line.left < measure.left + _INDENT and len(lines[0].text) > 0 and lines[0].left > measure.left + _INDENT
    return dash and not last.text.endswith(",") and line.text[1:].lstrip()[:1].isupper() and len(lines) > 1


def _fits(last: Line, line: Line, measure: Measure) -> bool:
    """Tell whether the line's first word would have stood on the line before, had the text run on."""
    return fits_behind(last, line, measure.right - last.left)


def _is_gap(last: Line, line: Line, measure: Measure) -> bool:
    """Tell whether more than the usual step lies between two lines of a page."""
    return last.page == line.page and line.top - last.top > _LOOSE * max(measure.step, 1.1 * line.size)


def _begins_new(lines: Sequence[Line], line: Line, measure: Measure) -> bool:
    """Tell by indentation whether a line that follows a full line begins a paragraph."""
    first, last = lines[0], lines[-1]
    if len(lines) > 1:
        return last.page == line.page and line.left > last.left + _INDENT
    if find(first.text).level != PLAIN and line.left > first.left:
        return False
    if line.left > first.left + _INDENT:
        return True
    is_inner = first.left > measure.left + _INDENT and line.left > measure.left + _INDENT
    return measure.indented and is_inner and last.text.endswith(ENDS)
