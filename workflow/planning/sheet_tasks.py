"""Rows of a table of tasks as they stand in the file: each with its place, its words, and the column of each word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from documents.marks import PLAIN
from documents.outline import Block, Kind
from documents.readers import rows
from documents.readers.grid import GridRow, second_line
from documents.readers.rows import PlacedRow, PlacedTable
from documents.readers.sheet import letters_of
from workflow.planning import names, tables
from workflow.planning.fields import Field

# Below the table recipients and signature may stand; no task begins so.
_FOOT: Final = re.compile(r"nơi (?:nhận|gửi)\s*[:.]?\s*$|nơi (?:nhận|gửi)\s*:", re.IGNORECASE)
_LEADS: Final = (Field.LEAD, Field.DOER, Field.PERSON)
_SAYS: Final = (*_LEADS, Field.WITH, Field.TIME, Field.PRODUCT)


@dataclass(frozen=True, slots=True)
class RowTask:
    """A row that is to become a task: sheet and row of the file, the words of its cells, and their columns."""

    sheet: str
    row: int
    text: str
    leads: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    time: str = ""
    product: str = ""
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskTable:
    """All rows of a file, those that head a group, whether a heading was found, and what was left out of it."""

    rows: tuple[RowTask, ...]
    groups: tuple[RowTask, ...]
    has_heading: bool
    remarks: tuple[tuple[str, str], ...]


def read(data: bytes, filename: str) -> dict[str, Any]:
    """Return the rows of a table of tasks as plain values, for a child process to answer with. Raises Unreadable."""
    found = table_of(rows.tables(data, filename))
    return {
        "has_heading": found.has_heading,
        "remarks": [list(remark) for remark in found.remarks],
        "rows": [asdict(row) for row in found.rows],
        "groups": [asdict(row) for row in found.groups],
    }


def from_plain(values: dict[str, Any]) -> TaskTable:
    """Return what `read` gave, after it went through JSON."""
    remarks = tuple((where, what) for where, what in values["remarks"])
    tasks, groups = (tuple(map(_from_plain, values[name])) for name in ("rows", "groups"))
    return TaskTable(tasks, groups, values["has_heading"], remarks)


def _from_plain(row: dict[str, Any]) -> RowTask:
    whole: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return RowTask(**whole)


def table_of(found: Sequence[PlacedTable]) -> TaskTable:
    """Return the rows below a heading that names a task column, group rows left out."""
    listed = [(each, _Sheet(each)) for each in found]
    tasks = tuple(task for each, page in listed for task in page.tasks(each.name))
    remarks = tuple(remark for each in found for remark in each.remarks)
    groups = tuple(group for _, page in listed for group in page.groups)
    return TaskTable(tasks, groups, any(page.reader.columns for _, page in listed), remarks)


class _Sheet:
    """Walks through one sheet as a table in a document is walked through, and keeps the place of each task."""

    def __init__(self, table: PlacedTable) -> None:
        self.reader = tables.Reader()
        self.bare: list[RowTask] = []
        self.groups: list[RowTask] = []
        self.columns: list[dict[str, int]] = []
        self.table = table
        blocks = [_block(place, row) for place, row in enumerate(self._headed())]
        for place, block in enumerate(blocks):
            if any(_FOOT.match(cell) for cell in block.cells):
                break
            if any(block.cells) and not self._is_bare(block):
                self.reader.row(block, blocks[place + 1].cells if place + 1 < len(blocks) else ())
            if len(self.columns) == len(self.reader.drafts) and self._heads_a_group(block):
                self.groups.append(RowTask(table.name, self._number(block), block.cells[self._task_column]))
            self.columns += [self.reader.columns] * (len(self.reader.drafts) - len(self.columns))

    def tasks(self, name: str) -> list[RowTask]:
        """Return the tasks in the order of the rows."""
        found = [self._task(name, place) for place in range(len(self.reader.drafts))]
        return sorted([*found, *self.bare], key=lambda task: task.row)

    def _headed(self) -> Iterator[PlacedRow]:
        """Yield the rows, the second line of a heading completed by the first."""
        above: PlacedRow | None = None
        for row in self.table.rows:
            whole = row
            if above is not None and tables.columns_of(above.cells) and len(above.cells) == len(row.cells):
                whole = PlacedRow(
                    row.number, *_parts(second_line(GridRow(above.cells), GridRow(row.cells, row.repeated)))
                )
            above = whole
            yield whole

    def _is_bare(self, block: Block) -> bool:
        """Tell whether a row names a unit or a time and no task; keep it, so that it can be said."""
        columns = self.reader.columns
        place = columns.get(Field.TASK)
        if place is None or tables.columns_of(block.cells) or block.cells[place].strip() or place in block.repeated:
            return False
        own = [name for name in _SAYS if (at := columns.get(name)) is not None and _cell(block, at)]
        if own:
            letters = {str(name): letters_of(columns[name] + 1) for name in (Field.TASK, *own)}
            self.bare.append(RowTask(self.table.name, self._number(block), "", columns=letters))
        return bool(own)

    @property
    def _task_column(self) -> int:
        return self.reader.columns.get(Field.TASK, 0)

    def _heads_a_group(self, block: Block) -> bool:
        """Tell whether a row that gave no task says something all the same."""
        at = self._task_column
        is_table = bool(self.reader.columns) and not tables.columns_of(block.cells) and at not in block.repeated
        return is_table and at < len(block.cells) and any(sign.isalpha() for sign in block.cells[at])

    def _number(self, block: Block) -> int:
        return self.table.rows[block.span[0]].number

    def _task(self, name: str, place: int) -> RowTask:
        draft, columns = self.reader.drafts[place], self.columns[place]
        values = draft.fields()
        leads = values.get(Field.LEAD) or values.get(Field.DOER) or []
        helping = [*values.get(Field.WITH, []), *(values.get(Field.DOER, []) if values.get(Field.LEAD) else [])]
        return RowTask(
            sheet=name,
            row=self.table.rows[draft.start].number,
            text=draft.text,
            leads=_names(leads),
            persons=tuple(values.get(Field.PERSON, ())),
            coordinators=_names(helping),
            time="; ".join(values.get(Field.TIME, [])),
            product="; ".join(values.get(Field.PRODUCT, [])).replace("\n", "; "),
            columns={column: letters_of(at + 1) for column, at in columns.items()},
        )


def _parts(row: GridRow) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return row.cells, row.repeated


def _cell(block: Block, at: int) -> str:
    return block.cells[at].strip() if at < len(block.cells) and at not in block.repeated else ""


def _block(place: int, row: PlacedRow) -> Block:
    """Return a row as a block whose place is the row's own."""
    cells = tuple(cell.strip() for cell in row.cells)
    return Block(Kind.ROW, "", PLAIN, (), "", (place, place + 1), place, cells, row.repeated)


def _names(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for value in values for name in names.split(value)))
