"""The parts of a task: coordinating duties and sub-tasks, or the tasks of each lead under a common parent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

import clock
from models.base import db
from models.tasks import Task
from models.vocabulary import Status, TaskKind
from workflow import children, partners
from workflow.partners import Said
from workflow.permissions import Partners, Scope
from workflow.queries.history import History
from workflow.queries.rows import timing_of
from workflow.reference import Reference
from workflow.timing import Timing

# the acts that make parts of a task
GIVING: Final = ("task.give_duty", "task.break_down", "task.split")


@dataclass(frozen=True)
class PartView:
    """One part with where it stands, who holds it, and whether this person may open it."""

    task: Task
    timing: Timing
    holder: str
    is_open: bool
    may_be_read: bool


@dataclass(frozen=True)
class Whole:
    """What a part belongs to."""

    id: int
    title: str
    kind: TaskKind


def partners_of(task: Task, past: History, wait: dict[str, Any] | None, ref: Reference) -> Partners:
    """Return what units have open between them on a task, as its history tells it."""
    said = [
        Said(clock.parse_moment(row["at"]), row["person_id"], not row.get("decided_at")) for row in past.rows("contest")
    ]
    since = clock.parse_moment(wait["from_at"]) if wait else None
    until = wait.get("renew_by") if wait else None
    return partners.of(task, ref, since, date.fromisoformat(until) if until else None, said)


def has_any(past: History) -> bool:
    """Return whether somebody gave parts of a task to others, by its history: only then they are looked for."""
    return any(act.act in GIVING for act in past.acts)


def of(task: Task, ref: Reference, *, seen_by: Scope) -> list[PartView]:
    """Return the parts of a task in the order they were given, also those this person may not open. One query."""
    query = select(Task, seen_by.tasks().label("readable")).where(Task.parent_id == task.id)
    rows = db.session.execute(query.options(joinedload(Task.officer)).order_by(Task.id))
    return [_view(part, ref, readable=bool(readable)) for part, readable in rows]


def whole_of(task: Task, *, seen_by: Scope) -> Whole | None:
    """Return what a task is a part of, if this person may read it. One query; none for what is no part."""
    if task.parent_id is None:
        return None
    query = select(Task.id, Task.title, Task.kind).where(Task.id == task.parent_id, seen_by.tasks())
    row = db.session.execute(query).one_or_none()
    return Whole(row.id, row.title, row.kind) if row else None


def common_state(parts: Sequence[PartView]) -> tuple[Status, Timing | None]:
    """Return where a common parent stands: done with the last of its tasks, as late as the latest (rulings 15)."""
    going = [part for part in parts if part.task.status not in (Status.CANCELLED, Status.WITHDRAWN)]
    if not going:
        return (Status.CANCELLED if parts else Status.DRAFT), None
    order = list(Status)
    status = min((part.task.status for part in going), key=order.index)
    latest = max(going, key=lambda part: (part.timing.is_late, part.timing.days if part.timing.is_late else 0))
    return status, latest.timing


def open_ones(parts: Iterable[PartView], kind: TaskKind) -> list[PartView]:
    """Return the parts of a kind that are not closed."""
    return [part for part in parts if part.task.kind == kind and part.is_open]


def _view(part: Task, ref: Reference, *, readable: bool) -> PartView:
    is_open = part.status not in children.CLOSED
    return PartView(part, timing_of(part, ref), children.holder(part, ref), is_open, readable)
