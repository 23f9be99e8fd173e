"""The lines of the ledger: what is to be said to whom, planned, waiting for a letter, put into one, or dropped.

A run may plan some hundred thousand and read them again: they come and go as plain rows, person by person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, update

from models.base import db
from models.letters import Letter, LetterLine
from models.tasks import Task
from models.vocabulary import LetterState, LineState
from notifications import facts

Key = tuple[int, int, str, date]

# an id fits into so many bits on both databases
ID_BITS: Final = 63
WAITING: Final = (LineState.PLANNED, LineState.FOLDED)
# by the driver alone: a run may write some hundred thousand
ADDING: Final = (
    'INSERT INTO letter_line (recipient_id, task_id, rule, "on", planned_on, state, reason)'
    " VALUES ({mark}, {mark}, {mark}, {mark}, {mark}, {mark}, {mark})"
    ' ON CONFLICT (recipient_id, task_id, rule, "on") DO NOTHING'
)


@dataclass(frozen=True, slots=True)
class Line:
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
        return (self.recipient_id, self.task_id, self.rule, self.on)


@dataclass(slots=True)
class PlannedLine:
    """A line in the ledger that is to be said; if it no longer holds or has to wait, its fate, which `drop` writes."""

    id: int
    letter_id: int | None
    recipient_id: int
    task_id: int
    rule: str
    on: date
    state: LineState
    reason: str | None = None


class Known:
    """Which lines there are: for each thing said of a day, whom it was said to and of which task, in one number."""

    def __init__(self, keys: Iterable[Sequence[Any]]) -> None:
        self._told: dict[tuple[str, date], set[int]] = {}
        for person, task, rule, on in keys:
            self._told.setdefault((rule, on), set()).add(task << ID_BITS | person)

    def __contains__(self, key: Key) -> bool:
        """Return whether the line is there."""
        person, task, rule, on = key
        return task << ID_BITS | person in self._told.get((rule, on), ())


def known() -> Known:
    """Return all lines of tasks that are not closed. One query."""
    columns = (LetterLine.recipient_id, LetterLine.task_id, LetterLine.rule, LetterLine.on)
    query = select(*columns).join(Task, Task.id == LetterLine.task_id).where(facts.unfinished())
    return Known(db.session.execute(query.execution_options(yield_per=facts.MANY)))


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


def is_waiting() -> ColumnElement[bool]:
    """Return the condition of lines that wait for a letter."""
    return and_(LetterLine.letter_id.is_(None), LetterLine.state.in_(WAITING))


def waiting_lines() -> Iterator[tuple[int, list[PlannedLine]]]:
    """Give the lines that wait for a letter, person by person, in the order they were planned. One query."""
    query = _lines(is_waiting()).order_by(LetterLine.recipient_id, LetterLine.id)
    rows = db.session.execute(query.execution_options(yield_per=facts.MANY))
    return by_person(PlannedLine(*row) for row in rows)


def waiting_events() -> list[PlannedLine]:
    """Return the lines of acts among them, which may be urgent, person by person."""
    query = _lines(is_waiting(), LetterLine.rule.contains("#"), LetterLine.rule.not_like("%w#%"))
    rows = db.session.execute(query.order_by(LetterLine.recipient_id, LetterLine.id))
    return [PlannedLine(*row) for row in rows]


def by_person(lines: Iterable[PlannedLine]) -> Iterator[tuple[int, list[PlannedLine]]]:
    """Give lines that are in the order of their receivers, person by person."""
    for person, mine in groupby(lines, key=attrgetter("recipient_id")):
        yield person, list(mine)


def tasks_spoken_of() -> set[int]:
    """Return the tasks of lines that wait for a letter, or for the next one after a failure. One query."""
    found = or_(is_waiting(), LetterLine.letter_id.in_(_failed()) & (LetterLine.state == LineState.PLANNED))
    return set(db.session.scalars(select(LetterLine.task_id).where(found).distinct()))


def lines_of(letter_ids: Sequence[int]) -> dict[int, list[PlannedLine]]:
    """Return the lines that letters are to say, by letter. One query."""
    found: dict[int, list[PlannedLine]] = {}
    query = _lines(LetterLine.letter_id.in_(letter_ids), LetterLine.state == LineState.PLANNED)
    for row in db.session.execute(query.order_by(LetterLine.id)):
        found.setdefault(row.letter_id, []).append(PlannedLine(*row))
    return found


def _lines(*conditions: ColumnElement[bool]) -> Select[int, int | None, int, int, str, date, LineState, str | None]:
    columns = (LetterLine.id, LetterLine.letter_id, LetterLine.recipient_id, LetterLine.task_id)
    more = (LetterLine.rule, LetterLine.on, LetterLine.state, LetterLine.reason)
    return select(*columns, *more).where(*conditions)


def drop(lines: Iterable[PlannedLine]) -> None:
    """Write the fate of those among some lines that hold no longer, or wait for their reader."""
    fates: dict[tuple[LineState, str], list[int]] = {}
    for line in lines:
        if line.reason is not None:
            fates.setdefault((line.state, line.reason), []).append(line.id)
    for (state, reason), ids in fates.items():
        _change(ids, state=state, reason=reason)


def put(lines: Iterable[int], letter_id: int | None, state: LineState) -> None:
    """Put lines into a letter; what does not fit has none and comes first in the next one."""
    _change(list(lines), letter_id=letter_id, state=state, reason=None)


def fold(people: Iterable[int]) -> None:
    """Have the lines of these people that still wait come first in their next letter: this one is full."""
    waiting = (LetterLine.letter_id.is_(None), LetterLine.state == LineState.PLANNED, LetterLine.reason.is_(None))
    statement = update(LetterLine).where(*waiting, LetterLine.recipient_id.in_(list(people)))
    db.session.execute(statement.values(state=LineState.FOLDED).execution_options(synchronize_session=False))


def _change(ids: list[int], **values: Any) -> None:
    for start in range(0, len(ids), facts.MANY):
        statement = update(LetterLine).where(LetterLine.id.in_(ids[start : start + facts.MANY]))
        db.session.execute(statement.values(**values).execution_options(synchronize_session=False))


def left_by_failure() -> dict[int, list[PlannedLine]]:
    """Return the lines people never got because a letter to them failed: they ride along with the next one."""
    found: dict[int, list[PlannedLine]] = {}
    query = _lines(LetterLine.letter_id.in_(_failed()), LetterLine.state == LineState.PLANNED)
    for row in db.session.execute(query.order_by(LetterLine.id)):
        found.setdefault(row.recipient_id, []).append(PlannedLine(*row))
    return found


def _failed() -> Select[Any]:
    return select(Letter.id).where(Letter.state == LetterState.FAILED)
