"""Deadlines as they are set and moved: fixed dates, requests for more time, and their decision."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select

import clock
import vietnamese
from models.base import db
from models.tasks import Deadline, Extension, Task
from models.vocabulary import DeadlineCause, ExtensionState
from workflow import children
from workflow.actors import Actor
from workflow.calendar import DAY, fixed_deadline
from workflow.calendar import Deadline as Dates
from workflow.errors import Refusal
from workflow.reference import Reference
from workflow.turn import Turn


def fixed(day: date, boundary: str, ref: Reference) -> Dates:
    """Return due day and last good day of a date as written (rulings 12; both rules are dated settings)."""
    return fixed_deadline(
        day,
        boundary,
        ref.calendar,
        before_counts=ref.settings["deadline.before_counts"],
        rest_day=ref.settings["deadline.rest_day"],
    )


def as_written(task: Task, ref: Reference) -> tuple[date | None, str]:
    """Return the date of a task as it was written, and whether that day counts: what `fixed` makes its dates of."""
    if task.due_on is not None:
        named = task.due_on + DAY
        if fixed(named, "before", ref) == Dates(task.due_on, task.late_after or named) != fixed(task.due_on, "on", ref):
            return named, "before"
    return task.due_on, "on"


def open_request(task_id: int) -> Extension | None:
    """Return the request for more time that waits for a decision; there is at most one."""
    waiting = (ExtensionState.ASKED, ExtensionState.COUNTERED)
    return db.session.scalar(select(Extension).where(Extension.task_id == task_id, Extension.state.in_(waiting)))


def add_deadline(task: Task, dates: Dates, cause: DeadlineCause, words: str, by: Actor, at: datetime) -> None:
    """Keep a date the task has from now on, numbered after those it had."""
    db.session.add(
        Deadline(
            task_id=task.id,
            no=_next(Deadline, task.id),
            words=words,
            due_on=dates.due_on,
            late_after=dates.late_after,
            cause=cause,
            decided_by_id=by.person_id,
            decided_at=at,
        )
    )


def ask(turn: Turn) -> None:
    """Ask for more time; one request is open at a time, one made after the deadline is marked so (domain §1.7)."""
    task, given = turn.task, turn.given
    if task.due_on is None or task.late_after is None:
        raise Refusal("no_deadline")
    if given.proposed_on is None or given.proposed_on <= task.late_after or given.proposed_on < clock.day_of(turn.at):
        raise Refusal("not_later")
    children.require_within(task, given.proposed_on)
    with turn.recorded():
        db.session.add(
            Extension(
                task_id=task.id,
                no=_next(Extension, task.id),
                asked_by_id=turn.person_id,
                asked_at=turn.at,
                after_deadline=clock.day_of(turn.at) > task.late_after,
                proposed_on=given.proposed_on,
                reason=vietnamese.normalise(given.reason),
            )
        )


def grant(turn: Turn) -> None:
    """Agree to the date asked for, or to another later one; the first date of the task stays beside it."""
    task, request = turn.task, _decidable(turn)
    day = turn.given.granted_on or request.proposed_on
    if task.late_after is None or day <= task.late_after:
        raise Refusal("not_later")
    dates = fixed(day, "on", turn.case.ref)
    children.require_within(task, dates.due_on)
    with turn.recorded():
        _decide(request, ExtensionState.GRANTED, turn)
        request.granted_on = dates.due_on
        task.due_on, task.late_after = dates.due_on, dates.late_after
        add_deadline(task, dates, DeadlineCause.EXTENSION, day.strftime("%d/%m/%Y"), turn.by, turn.at)


def refuse(turn: Turn) -> None:
    """Refuse more time, with the reason."""
    request = _decidable(turn)
    with turn.recorded():
        _decide(request, ExtensionState.REFUSED, turn)


def lapse(task_id: int, at: datetime) -> None:
    """End an open request that has nothing left to decide: the task is closed. Needs an open door."""
    request = open_request(task_id)
    if request is not None:
        request.state, request.decided_at = ExtensionState.LAPSED, at


def _decidable(turn: Turn) -> Extension:
    request = open_request(turn.task.id)
    if request is None:
        raise Refusal("no_open_request")
    return request


def _decide(request: Extension, state: ExtensionState, turn: Turn) -> None:
    request.state = state
    request.decided_by_id = turn.person_id
    request.decided_at = turn.at
    request.answer = vietnamese.normalise(turn.given.reason) or None


def _next(kind: type[Deadline] | type[Extension], task_id: int) -> int:
    return (db.session.scalar(select(func.max(kind.no)).where(kind.task_id == task_id)) or 0) + 1
