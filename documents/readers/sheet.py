"""Workbooks (.xlsx): the visible sheets, row by row, merged cells as in Word; what is hidden is said to be left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from documents.outline import Piece
from documents.readers import grid, progress
from documents.readers.grid import LIMIT_CELLS, LIMIT_COLUMNS, LIMIT_ROWS, GridRow
from documents.readers.package import package
from documents.readers.refusal import Unreadable
from documents.readers.sheet_values import MAIN, Formats, cell_text, text_of
from terms import N_

HIDDEN_SHEET: Final = N_("This sheet is hidden; it was not read.")
HIDDEN_ROWS: Final = N_("These rows are hidden; they were not read.")
HIDDEN_COLUMNS: Final = N_("These columns are hidden; they were not read.")
UNCOUNTED: Final = N_(
    "These cells hold formulas without a saved value; open the file in Excel, save it, and bring it again."
)

OTHER_FILES: Final = N_(
    "The workbook draws values from other files; the values saved in it were read, nothing was fetched."
)

LIMIT_LETTERS: Final = 2_000_000

_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLAIN_NAME: Final = re.compile(r"(?:sheet|trang tính|trang_tính)\s?\d+", re.IGNORECASE)
_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_YES_NO: Final = {"1": "x", "0": ""}
_LISTED: Final = 12
# ISO/IEC 29500 strict writes the same parts under another name.
_STRICT: Final = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_COMMON: Final = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(slots=True)
class Sheet:
    """A visible sheet: what it is called, its cells by row and column, and what was left out."""

    name: str
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    spans: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    uncounted: list[str] = field(default_factory=list)
    is_hidden: bool = False
    other_files: bool = False

    def rows(self) -> Iterator[tuple[int, tuple[tuple[str, ...], tuple[int, ...]]]]:
        """Yield number, cells from column A on, and places of the cells that repeat the merged one above."""
        width = max((column for row in self.cells.values() for column in row), default=0)
        above = _merged_down(self)
        for number in sorted(self.cells):
            cells, repeated = [""] * width, []
            for column, text in self.cells[number].items():
                cells[column - 1] = text
            for column, text in above.get(number, {}).items():
                if column <= width and not cells[column - 1]:
                    cells[column - 1] = text
                    repeated.append(column - 1)
            yield number, (tuple(cells), tuple(sorted(repeated)))

    def remarks(self) -> Iterator[Piece]:
        """Yield what was left out of the sheet."""
        if self.other_files:
            yield Piece(remark=OTHER_FILES)
        if self.is_hidden:
            yield Piece(self.name, remark=HIDDEN_SHEET)
        columns = [letters_of(column) for column in sorted(self.hidden_columns)[: _LISTED + 1]]
        for places, remark in (
            ([str(row) for row in self.hidden_rows], HIDDEN_ROWS),
            (columns, HIDDEN_COLUMNS),
            (self.uncounted, UNCOUNTED),
        ):
            if places:
                more = "…" if len(places) > _LISTED else ""
                yield Piece(f"{self.name}: {', '.join(places[:_LISTED])}{more}", remark=remark)


def pieces(data: bytes) -> list[Piece]:
    """Return the visible sheets of a workbook as paragraphs and rows. Raises Unreadable."""
    found = sheets(data)
    laid = [piece for page in found for piece in _laid_out(page, alone=len([one for one in found if one.cells]) == 1)]
    if sum(len(piece.text) + sum(map(len, piece.cells)) for piece in laid) > LIMIT_LETTERS:
        raise Unreadable("too_long", limit=LIMIT_LETTERS // 1_000_000)
    return laid


def sheets(data: bytes) -> list[Sheet]:
    """Return the sheets of a workbook; of a hidden one only the remark that it is. Raises Unreadable."""
    packed = package(data)
    book, parts = _root(packed.text), packed.parts
    if book.find(f"{MAIN}sheets") is None:
        raise Unreadable("wrong_type")
    shared = _shared(parts)
    settings = book.find(f"{MAIN}workbookPr")
    since_1904 = settings is not None and settings.get("date1904") in {"1", "true"}
    formats = Formats(_root(parts["xl/styles.xml"]) if "xl/styles.xml" in parts else None, since_1904=since_1904)
    listed = list(_listed(book, parts))
    found = [Sheet("", other_files=True)] if any(name.startswith("xl/externalLinks/") for name in parts) else []
    for place, (name, part, is_hidden) in enumerate(listed):
        if is_hidden or part:
            found.append(Sheet(name, is_hidden=True) if is_hidden else _read(name, part, shared, formats))
        progress.tell(place + 1, len(listed))
    return found


def _root(part: bytes) -> Element:
    try:
        return ElementTree.fromstring(part.replace(_STRICT, _COMMON))  # noqa: S314  (document types were refused before)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unreadable("damaged") from None


def _shared(parts: dict[str, bytes]) -> list[str]:
    """Return the strings that cells refer to by number."""
    part = parts.get("xl/sharedStrings.xml")
    return [] if part is None else [text_of(item) for item in _root(part).iter(f"{MAIN}si")]


def _listed(book: Element, parts: dict[str, bytes]) -> Iterator[tuple[str, bytes, bool]]:
    """Yield name, part and hiddenness of each sheet in the order of the tabs; charts have an empty part."""
    links = _root(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"))
    targets = {link.get("Id"): link.get("Target") or "" for link in links}
    for sheet in book.iter(f"{MAIN}sheet"):
        target = targets.get(sheet.get(_LINK), "")
        path = normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))
        part = parts.get(path, b"") if "worksheets" in path else b""
        yield sheet.get("name") or "", part, sheet.get("state") in {"hidden", "veryHidden"}


def _read(name: str, part: bytes, shared: list[str], formats: Formats) -> Sheet:
    """Return the cells of a sheet, or refuse one with more rows or cells than any plan."""
    if part.count(b"<row") + part.count(b":row") > LIMIT_ROWS or part.count(b"<c ") > LIMIT_CELLS:
        raise Unreadable("too_many_rows", sheet=name[:40], limit=LIMIT_ROWS)
    root, sheet = _root(part), Sheet(name)
    for column in root.iter(f"{MAIN}col"):
        if column.get("hidden") in {"1", "true"}:
            sheet.hidden_columns |= set(range(_whole(column.get("min")), min(_whole(column.get("max")), 16_384) + 1))
    at = 0
    for row in root.iter(f"{MAIN}row"):
        at = _whole(row.get("r")) or at + 1
        if row.get("hidden") in {"1", "true"}:
            sheet.hidden_rows.append(at)
        else:
            sheet.cells[at] = _cells(row, sheet, shared, formats)
    sheet.spans = [span for each in root.iter(f"{MAIN}mergeCell") if (span := _span(each.get("ref") or ""))]
    return sheet


def _cells(row: Element, sheet: Sheet, shared: list[str], formats: Formats) -> dict[int, str]:
    """Return the filled cells of a row by column."""
    found: dict[int, str] = {}
    column = 0
    for cell in row.iter(f"{MAIN}c"):
        place = _PLACE.fullmatch(cell.get("r") or "")
        column = _number(place[1]) if place else column + 1
        text = cell_text(cell, shared, formats, _YES_NO)
        if not text and cell.find(f"{MAIN}f") is not None and cell.get("t") != "str" and not cell.findtext(f"{MAIN}v"):
            sheet.uncounted.append(cell.get("r") or "?")
        if text.strip() and column > LIMIT_COLUMNS:
            raise Unreadable("too_many_rows", sheet=sheet.name[:40], limit=LIMIT_ROWS)
        if text.strip() and column not in sheet.hidden_columns:
            found[column] = text
    return found


def _laid_out(sheet: Sheet, *, alone: bool) -> list[Piece]:
    """Return a sheet's remarks, its name where it says something, and its rows; empty rows between stay empty."""
    rows, last = [], 0
    for number, row in sheet.rows():
        if last and number > last + 1 and number - 1 not in sheet.hidden_rows:
            rows.append(GridRow(()))
        rows.append(GridRow(*row))
        last = number
    laid = grid.pieces(rows)
    named = [] if alone or not laid or _PLAIN_NAME.fullmatch(sheet.name.strip()) else [Piece(sheet.name)]
    return [*sheet.remarks(), *named, *laid]


def _merged_down(sheet: Sheet) -> dict[int, dict[int, str]]:
    """Return, by row and column, the text of merged cells that began in a row above."""
    found: dict[int, dict[int, str]] = {}
    for top, left, bottom, _ in sheet.spans:
        text = sheet.cells.get(top, {}).get(left, "")
        for row in range(top + 1, min(bottom, top + LIMIT_ROWS) + 1) if text else ():
            if row in sheet.cells:
                found.setdefault(row, {})[left] = text
    return found


def _span(reference: str) -> tuple[int, int, int, int] | None:
    """Return top, left, bottom, right of a reference such as A1:C2; None for a senseless one."""
    ends = [_PLACE.fullmatch(end) for end in reference.split(":")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return int(ends[0][2]), _number(ends[0][1]), int(ends[1][2]), _number(ends[1][1])


def _number(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters_of(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else 0
