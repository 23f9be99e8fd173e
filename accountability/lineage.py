"""Figures of a period over an organisational change: each task once at the unit that has it, and a combined line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, cast

from sqlalchemy import or_, select

import clock
from accountability.periods import Period, parse
from accountability.rates import Counts, count
from models.base import db
from models.tasks import Task
from models.units import UnitEvent
from models.vocabulary import TaskKind
from workflow.lifecycle import OPEN
from workflow.organization import restructure
from workflow.reference import Reference
from workflow.timing import TimingFacts, timing

COUNTED: Final = (TaskKind.LEAD, TaskKind.OCCURRENCE)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """The figures of one unit, or of all that a change joins (`combined`)."""

    name: str
    counts: Counts
    combined: bool = False


@dataclass(frozen=True)
class Figures:
    """A period over a change, unit by unit, and the combined line."""

    period: Period
    lines: list[Line]


def over(event: UnitEvent, ref: Reference) -> Figures:
    """Return the year of a change: every task open in it, or done in it, stands at one unit. Two queries."""
    parts = restructure.parts(event)
    before, after = list(parts.heirs), [unit for unit in parts.takes if unit not in parts.heirs]
    return joined(before, after, parse(str(event.from_on.year)), event.from_on, ref)


def joined(before: list[int], after: list[int], period: Period, on: date, ref: Reference) -> Figures:
    """Return the figures of some units in a period, old ones by their old names, and one line of all together."""
    by_unit: dict[int, list[Any]] = {unit: [] for unit in (*before, *after)}
    for row in db.session.execute(_population(list(by_unit), period)):
        by_unit[row.lead_unit_id].append(timing(cast(TimingFacts, row), ref.on, ref.calendar))
    called = {unit: ref.unit_name(unit, on - DAY if unit in before else on) for unit in by_unit}
    lines = [Line(called[unit], count(found)) for unit, found in by_unit.items()]
    names = [" + ".join(called[unit] for unit in side) for side in (before, after)]
    together = [one for found in by_unit.values() for one in found]
    return Figures(period, [*lines, Line(" → ".join(filter(None, names)), count(together), combined=True)])


def _population(units: list[int], period: Period) -> Any:
    """Return the query of the tasks that were open in a period or done in it, each with its one lead unit."""
    first, last = clock.start_of(period.first), clock.end_of(period.last)
    done_in_it = (Task.completed_at >= first) & (Task.completed_at < last)
    return select(
        Task.lead_unit_id, Task.status, Task.due_on, Task.late_after, Task.original_due_on, Task.deadline_kind,
        Task.handed_in_on, Task.held_until, Task.redo_by, Task.completed_at,
    ).where(
        Task.lead_unit_id.in_(units), Task.kind.in_(COUNTED), Task.assigned_at < last,
        or_(Task.status.in_(OPEN), done_in_it),
    )  # fmt: skip
