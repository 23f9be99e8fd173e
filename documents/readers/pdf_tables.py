"""Ruled tables of a PDF: cells from the drawn lines, rows that go on over the page, headings that repeat."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from documents.marks import PLAIN, find
from documents.readers.pdf_lines import joined, rows, run_on
from documents.readers.pdf_page import Letter, Page, Rule
from documents.readers.standing import ENDS

LIMIT_RULES: Final = 1_500
LIMIT_CROSSINGS: Final = 2_500

_SNAP: Final = 3.0
_CROSS: Final = 4.0
_HEAD_ROWS: Final = 3

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Table:
    """A table on one page: where it stands, where its columns part, and its rows of cells."""

    page: int
    top: float
    bottom: float
    columns: tuple[float, ...]
    rows: list[list[str]]
    repeated: list[tuple[int, ...]]

    def take_over(self, rest: Table) -> bool:
        """Add the rest of this table from the next page; tell whether it was that.

        A heading that the page repeats is left out, and a row that the page's end cut becomes whole.
        """
        if rest.page != self.page + 1 or not self._has_columns_of(rest):
            return False
        first = _shared_rows(self.rows, rest.rows)
        more = rest.rows[first:]
        if more and self.rows and not more[0][0] and any(more[0]) and self.rows[-1][0]:
            self.rows[-1] = [_sewn(above, below) for above, below in zip(self.rows[-1], more[0], strict=True)]
            more, first = more[1:], first + 1
        self.rows += more
        self.repeated += rest.repeated[first:]
        self.page, self.bottom = rest.page, rest.bottom
        return True

    def _has_columns_of(self, rest: Table) -> bool:
        return len(self.columns) == len(rest.columns) and all(
            abs(one - two) <= 2 * _SNAP for one, two in zip(self.columns, rest.columns, strict=True)
        )


def _shared_rows(rows_before: Sequence[Sequence[str]], rows_now: Sequence[Sequence[str]]) -> int:
    """Return how many rows at the top of a page repeat the head of the table."""
    shared = 0
    for one, two in zip(rows_before[:_HEAD_ROWS], rows_now, strict=False):
        if "".join(one).split() != "".join(two).split() or not any(two):
            break
        shared += 1
    return shared


def _sewn(above: str, below: str) -> str:
    """Return a cell that the page's end cut in two."""
    if not above or not below:
        return above or below
    first, _, rest = below.partition("\n")
    starts_anew = find(first).level != PLAIN or (above.endswith(ENDS) and not first[:1].islower())
    joined_now = f"{above}\n{first}" if starts_anew else run_on(above, first)
    return f"{joined_now}\n{rest}" if rest else joined_now


def tables(page: Page) -> tuple[list[Table], list[Letter]]:
    """Return the ruled tables of a page and the letters outside them."""
    found = [_Grid.of(boxes) for boxes in _cells(page.rules)]
    grids = [grid for grid in found if len(grid.columns) > 2 or len(grid.rows) > 3]
    inside: list[list[list[list[Letter]]]] = [
        [[[] for _ in range(len(grid.columns) - 1)] for _ in range(len(grid.rows) - 1)] for grid in grids
    ]
    outside = []
    for letter in page.letters:
        for grid, cells in zip(grids, inside, strict=True):
            if (place := grid.place(letter)) is not None:
                cells[place[0]][place[1]].append(letter)
                break
        else:
            outside.append(letter)
    made = [
        Table(page.number, grid.rows[0], grid.rows[-1], grid.columns, grid.texts(cells), grid.repeated())
        for grid, cells in zip(grids, inside, strict=True)
    ]
    return [table for table in made if any(any(row) for row in table.rows)], outside


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the columns and rows of a table part, and which cell covers each place of that grid."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    owner: dict[tuple[int, int], tuple[int, int]]

    @classmethod
    def of(cls, boxes: Sequence[Box]) -> _Grid:
        """Lay out the cells of one table."""
        columns = _edges(x for left, _, right, _ in boxes for x in (left, right))
        lines = _edges(y for _, top, _, bottom in boxes for y in (top, bottom))
        owner = {}
        for left, top, right, bottom in boxes:
            first = _index(lines, (top + _SNAP)), _index(columns, (left + _SNAP))
            for row in range(first[0], _index(lines, bottom - _SNAP) + 1):
                for column in range(first[1], _index(columns, right - _SNAP) + 1):
                    owner[row, column] = first
        return cls(columns, lines, owner)

    def place(self, letter: Letter) -> tuple[int, int] | None:
        """Return row and column of the cell a letter stands in, None outside the table."""
        across, down = (letter.left + letter.right) / 2, letter.middle
        if not (self.columns[0] <= across <= self.columns[-1] and self.rows[0] <= down <= self.rows[-1]):
            return None
        at = _index(self.rows, down), _index(self.columns, across)
        return self.owner.get(at, at)

    def texts(self, cells: list[list[list[Letter]]]) -> list[list[str]]:
        """Return the text of each cell; one that spans rows is repeated, one that spans columns leaves blanks."""
        own = [[self._text(letters, row, column) for column, letters in enumerate(line)]
               for row, line in enumerate(cells)]  # fmt: skip
        return [
            [self._seen(own, row, column) for column in range(len(self.columns) - 1)]
            for row in range(len(self.rows) - 1)
        ]

    def repeated(self) -> list[tuple[int, ...]]:
        """Return, for each row, the columns whose cell began in a row above."""
        return [
            tuple(column for column in range(len(self.columns) - 1) if self.owner.get((row, column), (row,))[0] < row)
            for row in range(len(self.rows) - 1)
        ]

    def _text(self, letters: list[Letter], row: int, column: int) -> str:
        end = column
        while self.owner.get((row, end + 1)) == (row, column):
            end += 1
        lines = [line for level in rows(letters, gap=float("inf")) for line in level]
        left, right = self.columns[column], self.columns[end + 1]
        inset = max(0.0, min((line.left - left for line in lines), default=0.0))
        return joined(lines, right - left - 2 * inset)

    def _seen(self, own: list[list[str]], row: int, column: int) -> str:
        owner = self.owner.get((row, column), (row, column))
        return own[owner[0]][owner[1]] if owner[1] == column else ""


def _edges(values: Iterable[float]) -> tuple[float, ...]:
    """Return the values from low to high, those that lie together once."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP:
            found.append(value)
    return tuple(found)


def _index(edges: Sequence[float], value: float) -> int:
    """Return the number of the stretch between edges that holds a value."""
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)


def _cells(rules: Sequence[Rule]) -> list[list[Box]]:
    """Return the boxes that rules enclose, by table. pdfplumber is asked only where rules cross."""
    if len(rules) < 4 or all(rule.is_level for rule in rules) or not any(rule.is_level for rule in rules):
        return []
    from pdfplumber import table  # it takes its time to load

    edges = table.merge_edges([_edge(rule) for rule in rules], _SNAP, _SNAP, _SNAP, _SNAP)
    if len(edges) > LIMIT_RULES:
        return []
    crossings = table.edges_to_intersections([*edges, *_open_ends(edges)], _CROSS, _CROSS)
    if len(crossings) > LIMIT_CROSSINGS:
        return []
    found: list[list[Box]] = table.cells_to_tables(table.intersections_to_cells(crossings))
    return found


def _edge(rule: Rule) -> dict[str, Any]:
    """Return a rule in pdfplumber's form: the line in the middle of its thickness."""
    across, down = (rule.left + rule.right) / 2, (rule.top + rule.bottom) / 2
    if rule.is_level:
        box = {"x0": rule.left, "x1": rule.right, "top": down, "bottom": down}
    else:
        box = {"x0": across, "x1": across, "top": rule.top, "bottom": rule.bottom}
    size = {"width": box["x1"] - box["x0"], "height": box["bottom"] - box["top"]}
    return {**box, **size, "orientation": "h" if rule.is_level else "v"}


def _open_ends(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return level lines where several upright ones end together in nothing: a row that is cut by the page."""
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    level = [edge for edge in edges if edge["orientation"] == "h"]
    ends: dict[int, list[dict[str, Any]]] = {}
    for edge in upright:
        for height in (edge["top"], edge["bottom"]):
            ends.setdefault(round(height / _SNAP), []).append({**edge, "at": height})
    return [
        closing
        for together in ends.values()
        if len(together) > 1 and (closing := _closing(together)) and not any(_covers(line, closing) for line in level)
    ]


def _closing(ends: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the level line through the ends of upright ones."""
    left, right = min(end["x0"] for end in ends), max(end["x0"] for end in ends)
    at = ends[0]["at"]
    box = {"x0": left, "x1": right, "top": at, "bottom": at}
    return {**box, "width": right - left, "height": 0.0, "orientation": "h"}


def _covers(line: dict[str, Any], closing: dict[str, Any]) -> bool:
    """Tell whether a drawn line already closes that end, at least for the most part."""
    shared: float = min(line["x1"], closing["x1"]) - max(line["x0"], closing["x0"])
    return bool(abs(line["top"] - closing["top"]) <= _CROSS) and shared > 0.6 * float(closing["width"])
