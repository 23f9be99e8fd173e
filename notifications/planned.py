"""What a run plans: the lines that are there already, and those it adds; some hundred thousand of either, perhaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import select

from models.base import db
from models.letters import LetterLine
from models.tasks import Task
from models.words import (
    LineState,
)
from notifications import facts

Key = tuple[int, int, str, date]

# an id fits into so many bits on both databases
ID_BITS: Final = 63
PERSON: Final = 2**ID_BITS - 1
# by the driver alone: a run may write some hundred thousand
ADDING: Final = (
    'INSERT INTO letter_line (recipient_id, task_id, rule, "on", planned_on, state, reason)'
    " VALUES ({mark}, {mark}, {mark}, {mark}, {mark}, {mark}, {mark})"
    ' ON CONFLICT (recipient_id, task_id, rule, "on") DO NOTHING'
)


class Line(NamedTuple):
    """A line to be written: to whom, of which task, by which rule, for which deadline, and its fate if settled."""

    recipient_id: int
    task_id: int
    rule: str
    on: date
    state: LineState = LineState.PLANNED
    reason: str | None = None

    @property
    def key(self) -> Key:
        """Return what makes the line unique."""
        return self[:4]


class Known:
    """Which lines there are: for each thing said of a day, whom it was said to and of which task, in one number."""

    def __init__(self, keys: Iterable[Sequence[Any]]) -> None:
        self._told: dict[tuple[str, date], set[int]] = {}
        for person, task, rule, on in keys:
            self._told.setdefault((rule, on), set()).add(task << ID_BITS | person)

    def __contains__(self, key: object) -> bool:
        """Return whether the line is there."""
        person, task, rule, on = cast("Key", key)
        return task << ID_BITS | person in self._told.get((rule, on), ())

    def __iter__(self) -> Iterator[Key]:
        """Give the key of each line."""
        for (rule, on), numbers in self._told.items():
            yield from ((number & PERSON, number >> ID_BITS, rule, on) for number in numbers)


def known() -> Known:
    """Return all lines of tasks that are not closed. One query."""
    columns = (LetterLine.recipient_id, LetterLine.task_id, LetterLine.rule, LetterLine.on)
    query = select(*columns).join(Task, Task.id == LetterLine.task_id).where(facts.unfinished())
    return Known(db.session.execute(query.execution_options(yield_per=facts.BUFFER)))


def add_lines(lines: Sequence[Line], planned_on: date) -> None:
    """Write lines; one that is there already stays as it is."""
    insert = ADDING.format(mark="?" if db.engine.dialect.name == "sqlite" else "%s")
    day, connection = planned_on.isoformat(), db.session.connection()
    for start in range(0, len(lines), facts.MANY):
        rows = [
            (line.recipient_id, line.task_id, line.rule, line.on.isoformat(), day, line.state.value, line.reason)
            for line in lines[start : start + facts.MANY]
        ]
        connection.exec_driver_sql(insert, rows)
