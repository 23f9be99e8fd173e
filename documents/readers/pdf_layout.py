"""A page of a PDF in reading order: what repeats at its edges is dropped, columns side by side are read each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from documents.readers.pdf_lines import Line, rows
from documents.readers.pdf_page import Page, Rule
from documents.readers.pdf_tables import Table, tables
from documents.readers.standing import TITLES

_PAGE_NUMBER: Final = re.compile(
    r"[-–—\s]*(?:(?:trang|page)\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?[-–—\s.]*", re.IGNORECASE
)
# A mark of secrecy on every page is no running header to be dropped.
_STAMP: Final = re.compile(r"\W*(?:độ mật\W*)?(?:tuyệt mật|tối mật|mật)\W*", re.IGNORECASE)
_EDGE: Final = 0.14
_EDGE_ROWS: Final = 3
_SAME_HEIGHT: Final = 6.0
_NEXT_ROW: Final = 2.6
_NOTE_RULE: Final = (60.0, 230.0)
_SMALLER: Final = 0.93

Row = list[Line]


@dataclass(frozen=True, slots=True)
class Columns:
    """Lines that stand side by side: a letterhead, or recipients beside a signature."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """A page taken apart: its rows of lines outside tables, and its tables; `width` tells its format."""

    number: int
    width: int
    rows: list[Row]
    tables: list[Table]
    has_picture: bool = False


Item = Line | Columns | Table


def lay_out(page: Page) -> Laid:
    """Take a page apart into rows and tables; footnotes are left out."""
    found, outside = tables(page)
    lined = rows(outside)
    for row in lined:
        for line in row:
            line.page = page.number
    kept = _without_notes(lined, page.rules, page.height)
    return Laid(page.number, round(page.width), kept, found, page.has_picture)


def _without_notes(lined: list[Row], rules: Sequence[Rule], height: float) -> list[Row]:
    """Drop what stands in smaller letters under a short rule in the lower part of the page."""
    body = _usual_size(lined)
    for rule in rules:
        below = [row for row in lined if row[0].top >= rule.bottom - 1]
        is_short = rule.is_level and _NOTE_RULE[0] <= rule.right - rule.left <= _NOTE_RULE[1]
        if is_short and rule.top > height / 3 and below and _all_smaller(below, body):
            return [row for row in lined if row not in below]
    return lined


def _all_smaller(below: Sequence[Row], size: float) -> bool:
    """Tell whether rows are set smaller than the text, a page number among them left aside."""
    notes = [row for row in below if not _PAGE_NUMBER.fullmatch(row[0].text)]
    return bool(notes) and all(line.size < _SMALLER * size for row in notes for line in row)


def _usual_size(lined: Sequence[Row]) -> float:
    """Return the size most letters of a page have."""
    sizes: Counter[int] = Counter()
    for row in lined:
        for line in row:
            sizes[round(line.size * 2)] += len(line.text)
    return sizes.most_common(1)[0][0] / 2 if sizes else 0.0


def without_edges(pages: Sequence[Laid], heights: Sequence[float]) -> None:
    """Drop page numbers, and what several pages repeat at the same height of their upper or lower edge."""
    seen: Counter[tuple[str, int]] = Counter()
    for page, height in zip(pages, heights, strict=True):
        seen.update({_edge_key(row) for row in _edge_rows(page.rows, height)})
    for page, height in zip(pages, heights, strict=True):
        edge = _edge_rows(page.rows, height)
        page.rows[:] = [row for row in page.rows if row not in edge or not _is_edge(row, page, seen, len(pages))]


def _edge_rows(lined: Sequence[Row], height: float) -> list[Row]:
    """Return the first and last few rows that stand in the margins."""
    top = [row for row in lined[:_EDGE_ROWS] if row[0].bottom < _EDGE * height]
    return top + [row for row in lined[-_EDGE_ROWS:] if row[0].top > (1 - _EDGE) * height]


def _edge_key(row: Row) -> tuple[str, int]:
    """Return what running headers share: their words without numbers, and about their height."""
    return re.sub(r"\d+", "#", " ".join(line.text for line in row)), round(row[0].top / _SAME_HEIGHT)


def _is_edge(row: Row, page: Laid, seen: Counter[tuple[str, int]], count: int) -> bool:
    """Tell whether a row at the edge is a page's number or runs through the document."""
    if any(_STAMP.fullmatch(line.text) for line in row):
        return False
    if len(row) == 1 and _PAGE_NUMBER.fullmatch(row[0].text) and row in (page.rows[0], page.rows[-1]):
        return True
    words, at = _edge_key(row)
    times = sum(seen[words, at + step] for step in (-1, 0, 1))
    return times >= max(3, 0.45 * count) or (times > 1 and times == count and "#" in words)


def items(page: Laid) -> list[Item]:
    """Return lines, columns and tables of a page in the order they are read."""
    found: list[tuple[float, Item]] = [(table.top, table) for table in page.tables]
    place = 0
    while place < len(page.rows):
        block = _side_by_side(page, place)
        if block:
            found.append((page.rows[place][0].top, _columns(block)))
        else:
            found.extend((line.top, line) for line in page.rows[place])
        place += max(1, len(block))
    return [item for _, item in sorted(found, key=lambda each: each[0])]


def _side_by_side(page: Laid, start: int) -> list[Row]:
    """Return the rows from a place on that stand in two columns; empty when no such block begins there."""
    block: list[Row] = []
    gutter = (0.0, float("inf"))
    for row in page.rows[start:]:
        if block and row[0].top - block[-1][-1].bottom > _NEXT_ROW * row[0].size * (2 if len(row) > 1 else 1.4):
            break
        if any(block and block[-1][0].top < table.top < row[0].top for table in page.tables):
            break
        narrower = _gutter(row, gutter)
        if narrower is None or _stands_alone(row, gutter, page.width / 2):
            break
        gutter = narrower
        block.append(row)
    is_pair = len(block) > 1 and any(len(row) > 1 for row in block[:3])
    return block if is_pair and _may_begin(block[0], gutter) else []


def _may_begin(row: Row, gutter: tuple[float, float]) -> bool:
    """Tell whether a block can begin with a row: with both columns, the right one, or a line in capitals."""
    return len(row) > 1 or row[0].left >= gutter[0] or row[0].text.isupper()


def _stands_alone(row: Row, gutter: tuple[float, float], middle: float) -> bool:
    """Tell whether a row is a title, or a line over the middle of the page before any column was seen."""
    line = row[0]
    over = gutter[1] == float("inf") and line.left < middle < line.right
    return len(row) == 1 and (over or line.text in TITLES)


def _gutter(row: Row, gutter: tuple[float, float]) -> tuple[float, float] | None:
    """Return what a row leaves free of the space between two columns, None when it crosses it."""
    if len(row) > 2:
        return None
    if len(row) == 2:
        left, right = max(gutter[0], row[0].right), min(gutter[1], row[1].left)
        return (left, right) if right - left > row[0].size / 2 else None
    line = row[0]
    if gutter[1] == float("inf"):
        return gutter
    if line.right <= gutter[1]:
        return max(gutter[0], line.right), gutter[1]
    if line.left >= gutter[0]:
        return gutter[0], min(gutter[1], line.left)
    return None


def _columns(block: Sequence[Row]) -> Columns:
    """Return a block's two columns, each with its lines from top to bottom."""
    middle = min(row[1].left for row in block if len(row) > 1)
    sides: tuple[list[Line], list[Line]] = ([], [])
    for row in block:
        for line in row:
            sides[line.left >= middle - line.size].append(line)
    return Columns(tuple("\n".join(line.text for line in side) for side in sides))
