"""Deadlines as they are set and moved: fixed dates, requests for more time, and their decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

import clock
import vietnamese
from models.base import db
from models.tasks import Deadline, Evidence, Extension, Task
from models.vocabulary import DeadlineCause, ExtensionState
from workflow import children, proofs
from workflow.actors import Actor
from workflow.calendar import DAY, fixed_deadline
from workflow.calendar import Deadline as Dates
from workflow.errors import Refusal
from workflow.reference import Reference
from workflow.turn import Turn

# from the so-manieth extension granted on a task is "extended many times" (gia hạn nhiều lần)
OFTEN: Final = 3


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


def assigned_on(task: Task) -> date:
    """Return the day a task was given."""
    return clock.day_of(task.assigned_at) if task.assigned_at is not None else date.min


def require_later(task: Task, day: date) -> None:
    """Raise Refusal for a day that gives no more time, or lies beyond the date of the task this one is part of."""
    if task.late_after is None or day <= task.late_after:
        raise Refusal("not_later")
    children.require_within(task, day)


def move(turn: Turn, day: date, cause: DeadlineCause, *, decided_by: int | None) -> Dates:
    """Give the task another date by a decision; the first one stays beside it. Needs an open door."""
    dates = fixed(day, "on", turn.case.ref)
    turn.task.due_on, turn.task.late_after = dates.due_on, dates.late_after
    add_deadline(turn.task, dates, cause, day.strftime("%d/%m/%Y"), turn.by, turn.at, decided_by=decided_by)
    return dates


def add_deadline(
    task: Task,
    dates: Dates,
    cause: DeadlineCause,
    words: str,
    by: Actor,
    at: datetime,
    *,
    decided_by: int | None = None,
) -> None:
    """Keep a date the task has from now on, numbered after those it had; decided by who acts, or by whom is named."""
    db.session.add(
        Deadline(
            task_id=task.id,
            no=_next(Deadline, task.id),
            words=words,
            due_on=dates.due_on,
            late_after=dates.late_after,
            cause=cause,
            decided_by_id=decided_by if decided_by is not None else by.person_id,
            decided_at=at,
        )
    )


def ask(turn: Turn) -> None:
    """Ask for more time, with what shows why; one made after the deadline is marked and goes a level higher."""
    task, given = turn.task, turn.given
    if task.due_on is None or task.late_after is None:
        raise Refusal("no_deadline")
    if given.proposed_on is None or given.proposed_on < clock.day_of(turn.at):
        raise Refusal("not_later")
    require_later(task, given.proposed_on)
    evidence, row = proofs.rows(turn), _request(turn)
    with turn.recorded(content=_shown(evidence)):
        db.session.add(row)
        db.session.flush()
        for item in evidence:
            item.extension_id = row.id
            db.session.add(item)


def grant(turn: Turn) -> None:
    """Agree to the date asked for, or to a later one; the first date of the task stays beside it.

    An earlier one than was asked for is offered instead (`offers`): the unit has to agree to it.
    """
    request = decidable(turn)
    day = turn.given.granted_on or request.proposed_on
    require_later(turn.task, day)
    if day < request.proposed_on:
        raise Refusal("earlier_is_offered")
    with turn.recorded():
        decide(request, ExtensionState.GRANTED, turn)
        dates = move(turn, day, DeadlineCause.EXTENSION, decided_by=turn.person_id)
        request.granted_on = dates.due_on


def refuse(turn: Turn) -> None:
    """Refuse more time, with the reason."""
    request = decidable(turn)
    with turn.recorded():
        decide(request, ExtensionState.REFUSED, turn)


def lapse(task_id: int, at: datetime) -> None:
    """End an open request that has nothing left to decide: the task is closed. Needs an open door."""
    request = open_request(task_id)
    if request is None:
        return
    if request.decided_at is None:
        request.decided_at = at
    else:
        request.answered_at = at
    request.state = ExtensionState.LAPSED


def decidable(turn: Turn) -> Extension:
    """Return the open request. Raises Refusal when there is none."""
    request = open_request(turn.task.id)
    if request is None:
        raise Refusal("no_open_request")
    return request


def decide(request: Extension, state: ExtensionState, turn: Turn) -> None:
    """Keep what the decider answered, and when. Needs an open door."""
    request.state = state
    request.decided_by_id = turn.person_id
    request.decided_at = turn.at
    request.answer = vietnamese.normalise(turn.given.reason) or None


def granted_of(task_id: Any) -> Any:
    """Return the number of extensions granted on a task, as a column beside it."""
    own = Extension.task_id == task_id, Extension.state == ExtensionState.GRANTED
    return select(func.count()).select_from(Extension).where(*own).scalar_subquery()


def often_extended() -> ColumnElement[bool]:
    """Return which tasks were extended many times: from the third extension granted on."""
    granted = select(Extension.task_id).where(Extension.state == ExtensionState.GRANTED)
    return Task.id.in_(granted.group_by(Extension.task_id).having(func.count() >= OFTEN))


def _request(turn: Turn) -> Extension:
    assert turn.task.late_after is not None
    return Extension(
        task_id=turn.task.id,
        no=_next(Extension, turn.task.id),
        asked_by_id=turn.person_id,
        asked_at=turn.at,
        after_deadline=clock.day_of(turn.at) > turn.task.late_after,
        proposed_on=turn.given.proposed_on,
        reason=vietnamese.normalise(turn.given.reason),
    )


def _shown(evidence: list[Evidence]) -> dict[str, Any] | None:
    """Return the hashes of the files, which the entry names."""
    found = [item.sha256 for item in evidence if item.sha256]
    return {"files": found} if found else None


def _next(kind: type[Deadline] | type[Extension], task_id: int) -> int:
    return (db.session.scalar(select(func.max(kind.no)).where(kind.task_id == task_id)) or 0) + 1
