"""A task as lists show it, with its timing worked out by the one function that knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from models.people import Person
from models.plans import Plan
from models.tasks import Task
from models.vocabulary import DeadlineKind, NameForm, Status, TaskKind
from workflow.clears import (
    Meter,
    meter,
)
from workflow.extensions import (
    OFTEN,
    granted_of,
)
from workflow.kinds import COUNTED, PARTS
from workflow.lifecycle import RUNNING
from workflow.reference import Reference
from workflow.timing import Timing, TimingFacts, timing


@dataclass(frozen=True)
class TaskRow:
    """One line of a list of tasks."""

    id: int
    title: str
    status: Status
    lead_unit_id: int | None
    lead_unit: str
    officer: str | None
    plan_id: int | None
    plan: str | None
    due_on: date | None
    original_due_on: date | None
    deadline_words: str
    deadline_kind: DeadlineKind
    redo_by: date | None
    assigned_at: datetime | None
    lead_words: str
    product: str
    version: int
    timing: Timing
    clears: Meter
    granted: int = 0
    kind: TaskKind = TaskKind.LEAD
    late_parts: int = 0

    @property
    def is_often_extended(self) -> bool:
        """Return whether it was extended many times (gia hạn nhiều lần)."""
        return self.granted >= OFTEN


COLUMNS = (
    Task.id,
    Task.kind,
    Task.title,
    Task.status,
    Task.lead_unit_id,
    Task.plan_id,
    Task.due_on,
    Task.late_after,
    Task.original_due_on,
    Task.deadline_words,
    Task.deadline_kind,
    Task.handed_in_on,
    Task.held_until,
    Task.redo_by,
    Task.assigned_at,
    Task.lead_words,
    Task.product,
    Task.authority,
    Task.officer_id,
    Task.leader_post_id,
    Task.steps,
    Task.version,
    Task.kind,
    Person.name.label("officer"),
    Plan.short_title.label("plan"),
)


def selected(kinds: Sequence[TaskKind] = COUNTED) -> Select[*tuple[Any, ...]]:
    """Return the query of a list: counted tasks with their officer and plan, or those of other kinds."""
    return (
        select(*COLUMNS)
        .select_from(Task)
        .outerjoin(Person, Person.id == Task.officer_id)
        .outerjoin(Plan, Plan.id == Task.plan_id)
        .where(Task.kind.in_(kinds))
    )


def marked(query: Select[*tuple[Any, ...]], ref: Reference) -> Select[*tuple[Any, ...]]:
    """Return the rows of a query, in their order, each with its extensions granted and its overdue parts counted.

    The query is a list's, by due day and number, with its limit: what is counted is counted for the shown rows only.
    """
    inner = query.subquery()
    due = func.coalesce(inner.c.due_on, date.max)
    counts = granted_of(inner.c.id).label("granted"), _late_parts(inner.c.id, ref).label("late_parts")
    return select(inner, *counts).order_by(due, inner.c.id)


def _late_parts(task_id: Any, ref: Reference) -> Any:
    """Return how many duties and steps of a task are overdue, as a column beside it, so that no list hides one."""
    late = Task.kind.in_(PARTS), running(ref), Task.late_after < ref.on
    return select(func.count()).select_from(Task).where(Task.parent_id == task_id, *late).scalar_subquery()


def running(ref: Reference) -> ColumnElement[bool]:
    """Return which tasks time runs for, as `timing()` has it: those at work, and those whose hold has ended."""
    return or_(Task.status.in_(RUNNING), hold_over(ref))


def hold_over(ref: Reference) -> ColumnElement[bool]:
    """Return which tasks still stand on hold although the last day of their hold has passed."""
    return and_(Task.status == Status.ON_HOLD, Task.held_until < ref.on)


def due_soon(ref: Reference) -> ColumnElement[bool]:
    """Return which due days are near or past, by working days as `timing()` counts them: a rest day is no day more."""
    return Task.due_on < ref.calendar.add(ref.on, ref.settings["due_soon.working_days"] + 1)


def rows(found: Sequence[Any], ref: Reference) -> list[TaskRow]:
    """Return lines for rows of `selected()`."""
    return [_row(item, ref) for item in found]


def timing_of(item: Any, ref: Reference) -> Timing:
    """Return the timing of a task, or of a row with a task's columns, on the reference's day."""
    facts = TimingFacts(
        status=item.status,
        deadline_kind=item.deadline_kind,
        due_on=item.due_on,
        late_after=item.late_after,
        handed_in_on=item.handed_in_on,
        held_until=item.held_until,
    )
    return timing(facts, ref.on, ref.calendar, soon=ref.settings["due_soon.working_days"])


def _row(item: Any, ref: Reference) -> TaskRow:
    return TaskRow(
        id=item.id,
        title=item.title,
        status=item.status,
        lead_unit_id=item.lead_unit_id,
        lead_unit=ref.unit_name(item.lead_unit_id, form=NameForm.SHORT),
        officer=item.officer,
        plan_id=item.plan_id,
        plan=item.plan,
        due_on=item.due_on,
        original_due_on=item.original_due_on,
        deadline_words=item.deadline_words,
        deadline_kind=item.deadline_kind,
        redo_by=item.redo_by,
        assigned_at=item.assigned_at,
        lead_words=item.lead_words,
        product=item.product,
        version=item.version,
        timing=timing_of(item, ref),
        granted=getattr(item, "granted", 0),
        late_parts=getattr(item, "late_parts", 0),
        clears=meter(item, ref),
        kind=item.kind,
    )
