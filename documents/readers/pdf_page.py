"""What stands on a page of a PDF: its letters and its ruled lines, measured from the top left corner."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, Final, NamedTuple

import pypdfium2
from pypdfium2 import raw

from documents.readers.refusal import Unreadable

LIMIT_PATHS: Final = 20_000
LIMIT_NESTING: Final = 4

# A rule is no thicker than this, and no table's border is shorter; in points.
THIN: Final = 3.0
SHORT: Final = 8.0

_LIGATURES: Final = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
# pdfium gives U+0002 for a hyphen at the end of a line.
_SIGNS: Final = {**_LIGATURES, "\x02": "-", "\ufffe": "-", "\uf0b7": "•", "\uf02d": "-", "\uf0a7": "▪"}
_UNKNOWN: Final = "\ufffd"
_NEAR: Final = 1.5


class Letter(NamedTuple):
    """A sign with its box and the height it stands on; `blank` tells whether pdfium saw a blank before it."""

    sign: str
    left: float
    right: float
    top: float
    bottom: float
    base: float
    blank: bool = False

    @property
    def middle(self) -> float:
        """Return the height of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        """Return about the size of its font, in points."""
        return (self.bottom - self.top) * 0.9


class Rule(NamedTuple):
    """A drawn line, level or upright: from left to right, from top to bottom."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def is_level(self) -> bool:
        """Tell whether it lies rather than stands."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is read: turned so that its text runs from left to right."""

    number: int
    width: float
    height: float
    letters: tuple[Letter, ...]
    rules: tuple[Rule, ...]
    unknown: int
    has_picture: bool


@dataclass(frozen=True, slots=True)
class _Turn:
    """How points of the file become points of the page as it is read."""

    quarters: int
    left: float
    bottom: float
    right: float
    top: float

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Return left, right, top, bottom of a box, measured from the top left corner."""
        match self.quarters:
            case 3:  # the text climbs: its top is the left edge
                return bottom - self.bottom, top - self.bottom, left - self.left, right - self.left
            case 2:
                return self.right - right, self.right - left, bottom - self.bottom, top - self.bottom
            case 1:  # the text falls
                return self.top - top, self.top - bottom, self.right - right, self.right - left
            case _:
                return left - self.left, right - self.left, self.top - top, self.top - bottom


def read_page(page: pypdfium2.PdfPage, number: int, limit: int) -> Page:
    """Return the letters and rules of a page. Raises Unreadable (too_long) beyond `limit` letters."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > limit:
            raise Unreadable("too_long", limit=limit // 1_000_000 or 1)
        turn = _Turn(_quarters(text, count), *page.get_bbox())
        letters, unknown = _letters(text, count, turn)
    finally:
        text.close()
    rules = tuple(_rules(page, turn)) if letters else ()
    across, down = turn.right - turn.left, turn.top - turn.bottom
    width, height = (down, across) if turn.quarters % 2 else (across, down)
    return Page(
        number, width, height, tuple(letters), rules, unknown, has_picture=len(letters) < 20 and _has_picture(page)
    )


def _quarters(text: pypdfium2.PdfTextPage, count: int) -> int:
    """Return by how many quarters of a circle most letters of the page are turned."""
    step = max(1, count // 200)
    angles = Counter(
        round(raw.FPDFText_GetCharAngle(text, place) / (math.pi / 2)) % 4
        for place in range(0, count, step)
        if raw.FPDFText_GetUnicode(text, place) > ord(" ")
    )
    return angles.most_common(1)[0][0] if angles else 0


def _letters(text: pypdfium2.PdfTextPage, count: int, turn: _Turn) -> tuple[list[Letter], int]:
    """Return the letters in the file's order, marks joined to what they stand on, and how many have no
    meaning.
    """
    found: list[Letter] = []
    box, unknown, blank = raw.FS_RECTF(), 0, False
    x, y = ctypes.c_double(), ctypes.c_double()
    handle, into = text.raw, (ctypes.byref(box), ctypes.byref(x), ctypes.byref(y))  # made once: a page has thousands
    for place in range(count):
        code = raw.FPDFText_GetUnicode(handle, place)
        sign = chr(code) if 0 < code <= 0x10FFFF else _UNKNOWN
        if sign.isspace():
            blank = True
            continue
        if not raw.FPDFText_GetLooseCharBox(handle, place, into[0]):
            continue
        sign = _SIGNS.get(sign, sign)
        raw.FPDFText_GetCharOrigin(handle, place, into[1], into[2])
        base = turn.box(x.value, y.value, x.value, y.value)[2]
        letter = Letter(sign, *turn.box(box.left, box.bottom, box.right, box.top), base, blank)
        unknown += sign == _UNKNOWN or unicodedata.category(sign[0]) == "Co"
        blank = False
        if not (unicodedata.combining(sign[0]) and _marked(found, letter)):
            found.append(letter)
    return [letter for letter in found if letter.right >= letter.left and letter.bottom > letter.top], unknown


def _marked(found: list[Letter], mark: Letter) -> bool:
    """Put a mark drawn by itself on the letter it stands on: the one before it, or one of the last few."""
    for place in range(len(found) - 1, max(-1, len(found) - 200), -1):
        letter = found[place]
        reach = 0.3 * letter.size if place < len(found) - 1 else _NEAR * letter.size
        level = abs(letter.base - mark.base) < letter.size
        if level and letter.left - reach <= (mark.left + mark.right) / 2 <= letter.right + reach:
            found[place] = letter._replace(
                sign=letter.sign + mark.sign,
                right=max(letter.right, mark.right),
                top=min(letter.top, mark.top),
                bottom=max(letter.bottom, mark.bottom),
            )
            return True
    return False


def _rules(page: pypdfium2.PdfPage, turn: _Turn) -> Iterator[Rule]:
    """Yield the level and upright lines a page draws, as strokes, thin boxes or borders of boxes."""
    paths = _paths(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, pypdfium2.PdfMatrix(), 0)
    for path, matrix in islice(paths, LIMIT_PATHS):
        for left, bottom, right, top in _strokes(path, matrix):
            rule = Rule(*turn.box(left, bottom, right, top))
            across, down = rule.right - rule.left, rule.bottom - rule.top
            if min(across, down) <= THIN and max(across, down) >= SHORT:
                yield rule


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    """Tell whether a page shows a picture."""
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=LIMIT_NESTING))


def _paths(parent: Any, count: Any, get: Any, outer: pypdfium2.PdfMatrix, depth: int) -> Iterator[tuple[Any, Any]]:
    """Yield the paths of a page, also those in forms within it, each with how its points become the page's."""
    for place in range(count(parent)):
        thing = get(parent, place)
        kind = raw.FPDFPageObj_GetType(thing)
        if kind not in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM}:
            continue
        own = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(thing, ctypes.byref(own))
        matrix = pypdfium2.PdfMatrix.from_raw(own).multiply(outer)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield thing, matrix
        elif depth < LIMIT_NESTING:
            yield from _paths(thing, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, matrix, depth + 1)


def _strokes(path: Any, matrix: pypdfium2.PdfMatrix) -> Iterator[tuple[float, float, float, float]]:
    """Yield the boxes of a path's strokes: left, bottom, right, top; a thin filled box is a stroke, too."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    for points in _parts(path, matrix):
        across, up = zip(*points, strict=True)
        whole = min(across), min(up), max(across), max(up)
        if min(whole[2] - whole[0], whole[3] - whole[1]) <= THIN:
            yield whole
        elif stroke.value:
            for (left, bottom), (right, top) in pairwise(points):
                yield min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _parts(path: Any, matrix: pypdfium2.PdfMatrix) -> Iterator[list[tuple[float, float]]]:
    """Yield the points of each stretch of a path that is drawn in one go, closed ones back to their start."""
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for place in range(min(raw.FPDFPath_CountSegments(path), LIMIT_PATHS)):
        segment = raw.FPDFPath_GetPathSegment(path, place)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        points.append(matrix.on_point(x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points
