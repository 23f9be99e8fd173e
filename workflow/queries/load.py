"""How much a unit has on its hands in a week, and what is special about a day: told when somebody gives it more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select

from models.base import db
from models.tasks import Task
from models.vocabulary import TaskKind
from workflow import lifecycle
from workflow.reference import Reference

WEEK = timedelta(days=7)
WEEKS_AHEAD = 4
# so many tasks due in one week are a full week
FULL = 5


@dataclass(frozen=True)
class Loads:
    """Open tasks by unit and due day."""

    counts: Mapping[tuple[int, date], int]

    def in_week(self, unit_id: int | None, day: date) -> int:
        """Return how many open tasks of a unit are due in the week of a day."""
        monday = monday_of(day)
        return sum(self.counts.get((unit_id or 0, monday + timedelta(days=each)), 0) for each in range(7))

    def of(self, unit_id: int) -> int:
        """Return how many open tasks of a unit are due in all of the days looked at."""
        return sum(count for (unit, _day), count in self.counts.items() if unit == unit_id)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week(day: date) -> tuple[date, date]:
    """Return Monday and Friday of a day's week, as offices name it."""
    return monday_of(day), monday_of(day) + timedelta(days=4)


def of_weeks(days: Iterable[date]) -> Loads:
    """Return the open tasks due in the weeks of some days. One query, none without a day."""
    mondays = sorted({monday_of(day) for day in days})
    if not mondays:
        return Loads({})
    wanted = [monday + timedelta(days=each) for monday in mondays for each in range(7)]
    return _loads(Task.due_on.in_(wanted))


def ahead(ref: Reference) -> Loads:
    """Return the open tasks due in the weeks to come. One query."""
    return _loads(Task.due_on.between(ref.on, ref.on + WEEKS_AHEAD * WEEK))


def _loads(condition: ColumnElement[bool]) -> Loads:
    query = select(Task.lead_unit_id, Task.due_on, func.count().label("size"))
    owed = Task.status.in_(lifecycle.LIVE), Task.kind == TaskKind.LEAD, Task.lead_unit_id.is_not(None)
    rows = db.session.execute(query.where(*owed, condition).group_by(Task.lead_unit_id, Task.due_on))
    return Loads({(row.lead_unit_id, row.due_on): row.size for row in rows})
