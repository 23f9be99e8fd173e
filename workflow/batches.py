"""Several tasks moved in one go: an act of the table, looked at beforehand, then one entry a task under one batch.

Each task passes the same check and the same effect as when it is moved alone; one that cannot be moved, or has changed
since it was looked at, is left out and named. All of it is one write unit: either the whole batch is there or nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

import clock
from models.base import db, is_id
from models.batches import Batch
from models.session import attempt, retried, transaction
from models.tasks import Task
from models.vocabulary import (
    Action,
    Status,
)
from models.words import (
    BulkAct,
)
from workflow import actors, idempotency, lifecycle, reference, tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import LABELS, Given
from workflow.ledger import recorded
from workflow.permissions import Scope
from workflow.reference import Reference

# so many tasks can be looked at and moved in one go
LIMIT: Final = 200
DO: Final = "batch.do"


@dataclass(frozen=True)
class Chosen:
    """A task that was chosen, and its version as whoever chose saw it; None: as it is now."""

    id: int
    version: int | None = None


@dataclass(frozen=True)
class Kind:
    """An act on several tasks: the step of a single one, what the form asks for, and what each task adds to it."""

    action: Action
    asks: tuple[str, ...]
    required: tuple[str, ...]
    adds: Callable[[Task, Given], Given] = lambda _task, given: given
    stops: Callable[[Task], str | None] = lambda _task: None


def _dated(task: Task, given: Given) -> Given:
    """Return what the correction of an assignment needs, so that nothing but the date changes."""
    if task.status != Status.ASSIGNED:
        return given
    parts = tuple(part.unit_id for part in task.coordinations)
    return replace(
        given,
        lead_unit_id=task.lead_unit_id,
        leader_post_id=task.leader_post_id,
        officer_id=task.officer_id,
        coordinator_ids=parts,
    )


def _keeps_date(task: Task) -> str | None:
    return "date_kept" if task.due_on is not None else None


A: Final = Action
# fmt: off
KINDS: Final[dict[BulkAct, Kind]] = {
    BulkAct.OFFICER: Kind(A.NAME_OFFICER, ("officer_id",), ("officer_id",)),
    BulkAct.LEADER: Kind(A.NAME_LEADER, ("leader_post_id",), ("leader_post_id",)),
    BulkAct.FIRST_DATE: Kind(A.ASSIGN, ("due_on", "boundary"), ("due_on",), _dated, _keeps_date),
    BulkAct.WITHDRAW: Kind(A.WITHDRAW, ("reason", "decision"), ("reason", "decision")),
    BulkAct.HOLD: Kind(A.HOLD, ("until", "reason", "decision"), ("until", "reason", "decision")),
}
# fmt: on


@dataclass(frozen=True)
class Look:
    """Tasks looked at before an act: those that can be moved, and those that cannot, each with the refusal."""

    tasks: list[Task] = field(default_factory=list)
    left_out: list[tuple[Task, Refusal]] = field(default_factory=list)


def choose(chosen: Sequence[Chosen], *, by: Actor) -> list[Task]:
    """Return the chosen tasks that this person may read, in the order chosen. Raises Refusal for too many."""
    return _chosen(chosen, by, locked=False)


def look(found: Sequence[Task], kind: Kind, *, by: Actor, ref: Reference, given: Given, workers: Workers) -> Look:
    """Return which tasks an act would move and why the others would not; asks the database nothing.

    `workers` says who works in which unit. A value that the form does not give yet is no reason to leave a task out.
    """
    seen = Look()
    for task in found:
        try:
            stop(task, kind, by=by, ref=ref, given=given, workers=workers)
        except Refusal as refusal:
            seen.left_out.append((task, refusal))
        else:
            seen.tasks.append(task)
    return seen


# unit -> the people who can be named for its tasks
Workers = Mapping[int, Sequence[int]]


def stop(task: Task, kind: Kind, *, by: Actor, ref: Reference, given: Given, workers: Workers) -> None:
    """Raise Refusal when an act would not move a task as things stand."""
    lifecycle.check(kind.action, by, lifecycle.case_of(task, None, ref))
    if code := kind.stops(task):
        raise Refusal(code)
    for name in kind.asks:
        value, reason = getattr(given, name), STOPS.get(name)
        if value is not None and reason is not None and (code := reason(task, value, ref, workers)):
            raise Refusal(code, **_details(code, name, value))


def _officer(task: Task, value: int, _ref: Reference, workers: Workers) -> str:
    if value not in workers.get(task.lead_unit_id or 0, ()):
        return "person_unknown"
    return "nothing_changes" if task.officer_id == value else ""


def _leader(task: Task, value: int, ref: Reference, _workers: Workers) -> str:
    if value not in {seat.post_id for seat in ref.leadership}:
        return "post_unknown"
    return "nothing_changes" if task.leader_post_id == value else ""


def _ahead(_task: Task, value: date, ref: Reference, _workers: Workers) -> str:
    return "date_in_past" if value < ref.on else ""


# field -> why its value does not fit a task, asked as the step itself asks
STOPS: Final[dict[str, Callable[[Task, Any, Reference, Workers], str]]] = {
    "officer_id": _officer,
    "leader_post_id": _leader,
    "due_on": _ahead,
    "until": _ahead,
}


def _details(code: str, name: str, value: Any) -> dict[str, str]:
    return {"field": LABELS[name], "value": value.strftime("%d/%m/%Y")} if code == "date_in_past" else {}


@retried
def move(act: BulkAct, chosen: Sequence[Chosen], *, by: Actor, at: datetime, given: Given) -> int:
    """Do an act of the table to the chosen tasks; return the number of the batch.

    Raises Refusal: something required is missing, too many tasks, none that can be moved.
    """
    kind = KINDS[act]
    given.require(kind.required)
    rows = {one.id: replace(given, version=one.version) for one in chosen}
    return _run(act, kind, rows, by=by, at=at, key=given.idempotency_key)


@retried
def assign(rows: Mapping[int, Given], *, by: Actor, at: datetime, key: str | None) -> int:
    """Assign several drafts, each as its row says; return the number of the batch."""
    return _run(BulkAct.ASSIGN, Kind(A.ASSIGN, (), ()), rows, by=by, at=at, key=key)


def _run(act: BulkAct, kind: Kind, rows: Mapping[int, Given], *, by: Actor, at: datetime, key: str | None) -> int:
    with transaction() as session:
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        found = _chosen([Chosen(task_id) for task_id in rows], by, locked=True)  # a double click waits here
        if answer := idempotency.answered(by, key, DO):
            return int(answer.split()[-1])
        code, moved, left = uuid.uuid4().hex, list[int](), list[Any]()
        for task in found:
            given = kind.adds(task, replace(rows[task.id], idempotency_key=code))
            try:
                with attempt():
                    _require(kind, task)
                    tasks.step_in_batch(task, kind.action, ref, by=by, at=at, given=given, batch=code)
            except Refusal as refusal:
                left.append([task.id, refusal.code, plain_details(refusal)])
            else:
                moved.append(task.id)
        if not moved:
            raise Refusal("batch_empty")
        batch = keep(act, code, moved, left, by=by, at=at)
        session.flush()
        idempotency.keep(by, key, DO, f"batch {batch.id}", at)
        return batch.id


def _require(kind: Kind, task: Task) -> None:
    if code := kind.stops(task):
        raise Refusal(code)


def keep(
    act: BulkAct, code: str, moved: list[int], left: list[Any], *, by: Actor, at: datetime, undoes: int | None = None
) -> Batch:
    """Keep what was done in one go, with an entry of its own."""
    batch = Batch(
        code=code,
        act=act,
        person_id=by.person_id,
        name=by.name,
        position=by.position,
        at=at,
        tasks=moved,
        left_out=left,
        undoes_id=undoes,
    )
    with recorded(None, DO, by=by, at=at, req=code):
        db.session.add(batch)
    return batch


def plain_details(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal's details as they are kept."""
    return {name: value if isinstance(value, int | str) else str(value) for name, value in refusal.details.items()}


def _chosen(chosen: Sequence[Chosen], by: Actor, *, locked: bool) -> list[Task]:
    wanted = {one.id: place for place, one in enumerate(chosen) if is_id(one.id)}
    if len(wanted) > LIMIT:
        raise Refusal("batch_too_many", count=len(wanted), limit=LIMIT)
    query = select(Task).where(Task.id.in_(wanted), Scope(by).tasks()).order_by(Task.id)
    if locked:
        query = query.with_for_update(of=Task).execution_options(populate_existing=True)
    return sorted(db.session.scalars(query).unique(), key=lambda task: wanted[task.id])
