"""What was declared held against what came: tasks on schedule to the last, yet late; and rosy ones today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select

import clock
from models.base import db
from models.people import Person, Post, Tenure
from models.recurring import Progress
from models.tasks import Task
from models.vocabulary import DeclaredState, Rank, Status
from workflow import declared, lifecycle
from workflow.declared import Seen
from workflow.kinds import COUNTED
from workflow.permissions import Scope
from workflow.queries.rows import timing_of
from workflow.reference import Reference

DAY: Final = timedelta(days=1)
# so many open tasks are held against the facts on one page, the nearest deadlines first
LOOKED_AT: Final = 2_000
COLUMNS: Final = (
    Task.id, Task.kind, Task.title, Task.status, Task.lead_unit_id, Task.due_on, Task.late_after, Task.handed_in_on,
    Task.held_until, Task.deadline_kind, Task.assigned_at,
)  # fmt: skip
HANDED_IN: Final = (Status.SUBMITTED, Status.SIGNED_OFF, Status.COMPLETED)


@dataclass(frozen=True)
class GreenThenLate:
    """One task whose last declared state before its deadline was "on schedule", and that came late all the same."""

    task_id: int
    title: str
    unit_id: int | None
    late_from: date
    declared_on: date


@dataclass(frozen=True)
class Head:
    """Who headed a unit on the day its task became late; nobody when the seat was empty (it is charged as such)."""

    person_id: int | None
    name: str
    unit_id: int | None


@dataclass(frozen=True)
class Rosy:
    """An open task its reporter sees better than the facts do."""

    task_id: int
    title: str
    unit_id: int | None
    seen: Seen


def green_then_late(ref: Reference, *, seen_by: Scope) -> dict[Head, list[GreenThenLate]]:
    """Return the tasks that were green to the last and late, by the head of the first late day. Two queries.

    Each task counts once, however many green reports it had; text alone declares nothing.
    """
    last: dict[int, Any] = {}
    for row in db.session.execute(_reports_of_late_tasks(ref, seen_by)):
        if clock.day_of(row.declared_at) <= row.late_after:
            last[row.id] = row
    rows = [row for row in last.values() if row.state == DeclaredState.GREEN and timing_of(row, ref).is_late]
    heads = _heads({row.lead_unit_id for row in rows})
    found: dict[Head, list[GreenThenLate]] = {}
    for row in rows:
        late_from = row.late_after + DAY
        item = GreenThenLate(row.id, row.title, row.lead_unit_id, late_from, clock.day_of(row.declared_at))
        found.setdefault(_head_on(late_from, row.lead_unit_id, heads), []).append(item)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0].name)))


def rosy(ref: Reference, *, seen_by: Scope) -> list[Rosy]:
    """Return the open tasks whose declared state is better than the worked out one. One query."""
    spoken = select(Progress.task_id).where(Progress.state.is_not(None))
    wanted = (Task.kind.in_(COUNTED), Task.status.in_(lifecycle.AT_WORK), Task.id.in_(spoken), seen_by.tasks())
    rows = db.session.execute(
        select(*COLUMNS, *declared.columns()).where(*wanted).order_by(Task.due_on, Task.id).limit(LOOKED_AT)
    ).all()
    seen = declared.of_rows(rows, (timing_of(row, ref) for row in rows), ref)
    return [Rosy(row.id, row.title, row.lead_unit_id, seen[row.id]) for row in rows if seen[row.id].is_rosier]


def _reports_of_late_tasks(ref: Reference, seen_by: Scope) -> Any:
    """Return the query of every declared state of a task that came late, or is, in the order of the reports."""
    came_late = or_(
        and_(Task.status.in_(HANDED_IN), Task.handed_in_on > Task.late_after),
        and_(Task.status.in_(lifecycle.LIVE), Task.late_after < ref.on),
    )
    query = select(*COLUMNS, Progress.state, Progress.at.label("declared_at")).join(
        Progress, Progress.task_id == Task.id
    )
    wanted = (Task.kind.in_(COUNTED), came_late, Progress.state.is_not(None), seen_by.tasks())
    return query.where(*wanted).order_by(Task.late_after, Task.id, Progress.no)


def _heads(units: Iterable[int | None]) -> list[Any]:
    """Return who held the heads' seats of some units, from when to when; by entries a second person confirmed."""
    columns = (Post.unit_id, Person.id, Person.name, Tenure.from_on, Tenure.to_on)
    query = select(*columns).select_from(Tenure).join(Post, Post.id == Tenure.post_id)
    of_heads = (
        Post.rank == Rank.HEAD,
        Post.unit_id.in_([unit for unit in units if unit]),
        Tenure.confirmed_at.is_not(None),
    )
    return list(db.session.execute(query.join(Person, Person.id == Tenure.person_id).where(*of_heads)))


def _head_on(day: date, unit_id: int | None, heads: Sequence[Any]) -> Head:
    held = (row for row in heads if row.unit_id == unit_id and row.from_on <= day)
    found = next((row for row in held if row.to_on is None or day < row.to_on), None)
    return Head(found.id, found.name, unit_id) if found is not None else Head(None, "", unit_id)
