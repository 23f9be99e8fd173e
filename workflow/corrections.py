"""A mistyped date put right after receipt: one person enters it with the reason, a second one confirms (rulings 13).

The first date stays for ever, as with an extension; what was corrected, by whom and why, stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import func, select

import vietnamese
from models.base import db
from models.causes import DateCorrection
from models.vocabulary import Action, CorrectionState, DeadlineCause
from workflow import children, extensions
from workflow.calendar import Deadline as Dates
from workflow.errors import Refusal
from workflow.turn import Turn


def enter(turn: Turn) -> None:
    """Enter the date that was meant; nothing moves before a second person has confirmed it."""
    task, day = turn.task, turn.given.due_on
    assert day is not None  # the table asks for it
    dates = extensions.fixed(day, turn.given.boundary, turn.case.ref)
    if (dates.due_on, dates.late_after) == (task.due_on, task.late_after):
        raise Refusal("same_date")
    if task.assigned_at is not None and day < extensions.assigned_on(task):
        raise Refusal("before_assignment")
    children.require_dates_fit(task, dates.due_on)
    last = db.session.scalar(select(func.max(DateCorrection.no)).where(DateCorrection.task_id == task.id))
    row = DateCorrection(
        task_id=task.id,
        no=(last or 0) + 1,
        due_on=dates.due_on,
        late_after=dates.late_after,
        reason=vietnamese.normalise(turn.given.reason),
        person_id=turn.person_id,
        name=turn.by.name,
        position=turn.by.position,
        at=turn.at,
    )
    with turn.recorded():
        db.session.add(row)


def confirm(turn: Turn) -> None:
    """Confirm the corrected date as a second person: it is the deadline from now on."""
    row, task = _pending(turn), turn.task
    children.require_dates_fit(task, row.due_on)
    with turn.recorded():
        _settle(row, CorrectionState.CONFIRMED, turn)
        task.due_on, task.late_after = row.due_on, row.late_after
        dates = Dates(row.due_on, row.late_after)
        extensions.add_deadline(task, dates, DeadlineCause.CORRECTION, f"{row.due_on:%d/%m/%Y}", turn.by, turn.at)


def drop(turn: Turn) -> None:
    """Take a correction back that nobody has confirmed."""
    row = _pending(turn)
    with turn.recorded():
        _settle(row, CorrectionState.DROPPED, turn)


def _pending(turn: Turn) -> DateCorrection:
    state = DateCorrection.state == CorrectionState.PENDING
    row = db.session.scalar(select(DateCorrection).where(DateCorrection.task_id == turn.task.id, state))
    if row is None:
        raise Refusal("no_correction")
    return row


def _settle(row: DateCorrection, state: CorrectionState, turn: Turn) -> None:
    row.state, row.settled_by_id, row.settled_at = state, turn.person_id, turn.at


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.CORRECT_DATE: enter,
    Action.CONFIRM_DATE: confirm,
    Action.DROP_DATE: drop,
}
