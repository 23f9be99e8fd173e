"""Tasks to look at: a list with filters and pages, and one task with everything about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

import vietnamese
from models.base import db
from models.tasks import Coordination, HandIn, Task
from models.vocabulary import Status, TaskKind
from workflow import lifecycle
from workflow.errors import Refusal
from workflow.lifecycle import Step
from workflow.permissions import Case, Scope, signing_chain
from workflow.queries import chasing, history, parts
from workflow.queries.chasing import Chasing
from workflow.queries.history import History
from workflow.queries.rows import LEADS, TaskRow, due_soon, rows, running, selected, timing_of
from workflow.reference import Reference, Seat
from workflow.timing import Timing, is_hold_over

PAGE: Final = 50
FAR: Final = date(9999, 12, 31)
OPEN: Final = tuple(lifecycle.OPEN)

# the parts of tasks that a list shows instead of tasks: they count nowhere else (rulings 15)
KINDS: Final[dict[str, tuple[TaskKind, ...]]] = {
    "": LEADS,
    "duty": (TaskKind.DUTY,),
    "sub": (TaskKind.SUB,),
    "common": (TaskKind.COMMON,),
}
# what a filter's name means; each gives a condition for its value
STATES: Final[dict[str, tuple[Status, ...]]] = {
    "open": OPEN,
    "to_assign": (Status.DRAFT,),
    "to_receive": (Status.ASSIGNED,),
    "working": (Status.RECEIVED, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD),
    "to_sign": (Status.SUBMITTED, Status.SIGNED_OFF),
    "done": (Status.COMPLETED,),
    "stopped": (Status.CANCELLED, Status.WITHDRAWN),
}


@dataclass(frozen=True)
class Filter:
    """What the address of a list asks for; empty means all of what the person may read."""

    state: str = ""
    when: str = ""
    unit_id: int | None = None
    plan_id: int | None = None
    text: str = ""
    kind: str = ""
    after: tuple[date, int] | None = None


@dataclass(frozen=True)
class TaskPage:
    """One page of a list, how many there are in all, and where the next one starts."""

    rows: list[TaskRow]
    total: int
    next: tuple[date, int] | None


@dataclass(frozen=True)
class TaskView:
    """One task with everything its page shows."""

    task: Task
    timing: Timing
    case: Case
    steps: tuple[Step, ...]
    chain: tuple[Seat, ...]
    hand_ins: list[HandIn]
    history: History

    @cached_property
    def chasing(self) -> Chasing:
        """Return who chased, explained and committed."""
        return chasing.of(self.history)

    @property
    def is_hold_over(self) -> bool:
        """Return whether the task still stands on hold although the last day of its hold has passed."""
        return is_hold_over(self.task.status, self.task.held_until, self.case.ref.on)


def page(wanted: Filter, ref: Reference, *, seen_by: Scope) -> TaskPage:
    """Return one page of tasks, the earliest deadline first, those without a date last. Three queries."""
    conditions = _conditions(wanted, ref, seen_by)
    total = db.session.scalar(select(func.count()).select_from(Task).where(*conditions)) or 0
    due = func.coalesce(Task.due_on, FAR)
    query = selected(KINDS[wanted.kind]).where(*conditions).order_by(due, Task.id).limit(PAGE + 1)
    if wanted.after is not None:
        query = query.where(tuple_(due, Task.id) > tuple_(*wanted.after))
    found = db.session.execute(query).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    shown = parts.with_late_parts(rows(found[:PAGE], ref), ref)
    return TaskPage(shown, total, (last.due_on or FAR, last.id) if last else None)


def one(task_id: int, ref: Reference, *, seen_by: Scope) -> TaskView:
    """Return a task with all its parts: up to three queries, however long its history; a part's whole is one more.

    Raises Refusal `not_found` for what is absent or not this person's to read.
    """
    task = visible(task_id, seen_by=seen_by)
    past = history.of_task(task_id)
    hand_ins = _hand_ins(task_id) if past.rows("hand_in") else []
    asked = [request for request in past.rows("extension") if request["state"] in ("asked", "countered")]
    waits = [wait for wait in past.rows("wait") if not wait.get("to_at")]
    case = lifecycle.case_of(
        task,
        hand_ins[-1] if hand_ins else None,
        ref,
        open_request=bool(asked),
        asked_by=asked[0]["asked_by_id"] if asked else None,
        waits_for=waits[0]["unit_id"] if waits else None,
        between=parts.partners_of(task, past, waits[0] if waits else None, ref),
    )
    steps = lifecycle.permitted(seen_by.actor, case)
    return TaskView(task, timing_of(task, ref), case, steps, signing_chain(case), hand_ins, past)


def visible(task_id: int, *, seen_by: Scope) -> Task:
    """Return a task this person may read, with plan, clause and parts. Raises Refusal `not_found` otherwise."""
    task = None
    if 0 < task_id < 2**31:
        query = (
            select(Task)
            .where(Task.id == task_id, seen_by.tasks())
            .options(
                joinedload(Task.plan), joinedload(Task.clause), joinedload(Task.officer), joinedload(Task.coordinations)
            )
        )
        task = db.session.scalars(query).unique().one_or_none()
    if task is None:
        raise Refusal("not_found")
    return task


def _hand_ins(task_id: int) -> list[HandIn]:
    query = (
        select(HandIn)
        .where(HandIn.task_id == task_id)
        .order_by(HandIn.no)
        .options(joinedload(HandIn.evidence), joinedload(HandIn.signatures))
    )
    return list(db.session.scalars(query).unique())


def _conditions(wanted: Filter, ref: Reference, seen_by: Scope) -> list[ColumnElement[bool]]:
    found = [Task.kind.in_(KINDS[wanted.kind]), seen_by.tasks()]
    if wanted.state in STATES:
        found.append(Task.status.in_(STATES[wanted.state]))
    if wanted.unit_id is not None:
        part = select(Coordination.task_id).where(
            Coordination.unit_id == wanted.unit_id, Coordination.ended_at.is_(None)
        )
        found.append(or_(Task.lead_unit_id == wanted.unit_id, Task.id.in_(part)))
    if wanted.plan_id is not None:
        found.append(Task.plan_id == wanted.plan_id)
    found += [Task.folded.contains(word, autoescape=True) for word in vietnamese.fold(wanted.text).split()[:8]]
    return found + _when(wanted.when, ref)


def _when(name: str, ref: Reference) -> list[ColumnElement[bool]]:
    """Return the condition of a filter by time; the same days as `timing()` uses."""
    counted = running(ref)
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "overdue": [counted, Task.late_after < ref.on],
        "soon": [counted, Task.late_after >= ref.on, due_soon(ref)],
        "no_date": [or_(Task.status == Status.DRAFT, counted), Task.due_on.is_(None)],
    }
    return conditions.get(name, [])
