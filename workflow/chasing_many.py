"""Urging several tasks in one go: what can be urged is sorted out first, then written in one write unit."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

import clock
from models.base import db
from models.reminding import Chase
from models.session import retried, transaction
from models.tasks import Task, Wait
from models.words import (
    ChaseKind,
)
from terms import N_
from workflow import actors, chasing, idempotency, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Given
from workflow.ledger import recorded
from workflow.lifecycle import RUNNING, case_of
from workflow.permissions import Scope, chases

LIMIT: Final = 200
ACT: Final = "task.chase"
FORM: Final = "chase many"
# why a task that was chosen is left out -> in words
LEFT_OUT: Final[dict[str, str]] = {
    "today": N_("you have urged it today already"),
    "state": N_("nobody is at work on it now"),
    "in_time": N_("it is not overdue"),
    "whose": N_("it is not yours to urge"),
}


@dataclass(frozen=True)
class Choice:
    """Tasks that were chosen: those that can be urged now, and those left out, each with why."""

    tasks: list[Task] = field(default_factory=list)
    left_out: dict[str, list[Task]] = field(default_factory=dict)

    @property
    def ids(self) -> list[int]:
        """Return which tasks can be urged."""
        return [task.id for task in self.tasks]


def sort_out(task_ids: Sequence[int], *, by: Actor, ref: reference.Reference, at: datetime) -> Choice:
    """Return which of some tasks this person can urge today; what he may not read is not there. Three queries.

    Raises Refusal when there are too many.
    """
    return _sorted(_chosen(task_ids, by, locked=False), by, ref, at)


@retried
def urge(task_ids: Sequence[int], *, by: Actor, at: datetime, given: Given) -> int:
    """Urge the tasks that can be, with one entry each under one `req`; returns how many.

    Raises Refusal: no text, nothing left to urge, too many.
    """
    with transaction() as session:
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        found = _chosen(task_ids, by, locked=True)  # first, so that a double click waits here and finds its answer
        if answer := idempotency.answered(by, given.idempotency_key, FORM):
            return int(answer.split()[0])
        given.require(("text",))
        chasing.require_answerable(given, at)
        chosen = _sorted(found, by, ref, at)
        if not chosen.tasks:
            raise Refusal("nothing_chosen")
        numbers, req = _numbers(chosen.ids), given.idempotency_key or uuid.uuid4().hex
        data = {"urgent": True} if given.is_urgent else {}
        for task in chosen.tasks:
            row = chasing.row_of(task.id, numbers.get(task.id, 0) + 1, ChaseKind.URGE, given, by, at)
            with recorded(task, ACT, by=by, at=at, req=req, data=data):
                session.add(row)
        idempotency.keep(by, given.idempotency_key, FORM, f"{len(chosen.tasks)} tasks", at)
        return len(chosen.tasks)


def _chosen(task_ids: Sequence[int], by: Actor, *, locked: bool) -> list[Task]:
    """Return the tasks that were chosen, the longest overdue first; locked in the order of their ids."""
    wanted = {key for key in task_ids if 0 < key < 2**31}
    if len(wanted) > LIMIT:
        raise Refusal("too_many_chosen", count=len(wanted), limit=LIMIT)
    query = select(Task).where(Task.id.in_(wanted), Scope(by).tasks()).order_by(Task.id)
    if locked:
        query = query.with_for_update(of=Task).execution_options(populate_existing=True)
    found = db.session.scalars(query).unique()
    return sorted(found, key=lambda task: (task.due_on is None, task.due_on, task.id))


def _sorted(found: list[Task], by: Actor, ref: reference.Reference, at: datetime) -> Choice:
    keys = [task.id for task in found]
    waits = select(Wait.task_id, Wait.unit_id).where(Wait.task_id.in_(keys), Wait.to_at.is_(None))
    waited = {row.task_id: row.unit_id for row in db.session.execute(waits)}
    done = chasing.chased_on(keys, ChaseKind.URGE, by, clock.day_of(at))
    chosen = Choice()
    for task in found:
        why = _why_not(task, waited.get(task.id), done, by, ref)
        (chosen.left_out.setdefault(why, []) if why else chosen.tasks).append(task)
    return chosen


def _why_not(task: Task, waits_for: int | None, done: set[int], by: Actor, ref: reference.Reference) -> str | None:
    """Return why a task is left out; None when it is urged."""
    checks = (
        ("state", task.status not in RUNNING),
        ("in_time", task.late_after is None or task.late_after >= ref.on),
        ("whose", not chases(by, case_of(task, None, ref, waits_for=waits_for))),
        ("today", task.id in done),
    )
    return next((why for why, holds in checks if holds), None)


def _numbers(task_ids: list[int]) -> dict[int, int]:
    """Return how many acts of chasing each task has had."""
    query = select(Chase.task_id, func.max(Chase.no).label("no")).where(Chase.task_id.in_(task_ids))
    return {row.task_id: row.no for row in db.session.execute(query.group_by(Chase.task_id))}
