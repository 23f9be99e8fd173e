"""What waits on a task beside its state: a request for more time, another date offered, a cause, a correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

import clock
from models.base import db
from models.causes import CauseDecision, DateCorrection, DelayCause
from models.tasks import Extension, Task
from models.vocabulary import CorrectionState, DelayClass, ExtensionState
from workflow.calendar import WorkCalendar

# so many working days another date stands before it lapses (rulings 13)
OFFER_DAYS = 3


@dataclass(frozen=True)
class Outstanding:
    """What waits, as the rules ask about it: by whom; whether a request came after the deadline."""

    is_late_request: bool = False
    offered_by: int | None = None
    cause_by: int | None = None
    is_cause_settled: bool = False
    dated_by: int | None = None


NOTHING = Outstanding()


def offer_ends(offered_at: datetime, calendar: WorkCalendar) -> date:
    """Return the last day on which another date that was offered can be accepted."""
    return calendar.add(clock.day_of(offered_at), OFFER_DAYS)


def is_offer_over(offered_at: datetime, calendar: WorkCalendar, on: date) -> bool:
    """Return whether nobody answered an offer in time."""
    return offer_ends(offered_at, calendar) < on


def of(task: Task, request: Extension | None) -> Outstanding:
    """Return what waits on a task, its open request being known. Two queries."""
    cause = db.session.execute(
        select(DelayCause.person_id, DelayCause.kind, DelayCause.due_on, CauseDecision.is_confirmed)
        .outerjoin(CauseDecision, CauseDecision.cause_id == DelayCause.id)
        .where(DelayCause.task_id == task.id)
        .order_by(DelayCause.no.desc())
        .limit(1)
    ).one_or_none()
    pending = DateCorrection.task_id == task.id, DateCorrection.state == CorrectionState.PENDING
    is_offer = request is not None and request.state == ExtensionState.COUNTERED
    return Outstanding(
        is_late_request=request is not None and request.after_deadline,
        offered_by=request.decided_by_id if request is not None and is_offer else None,
        cause_by=cause.person_id if cause and waits(cause.kind, cause.is_confirmed) else None,
        is_cause_settled=bool(cause and cause.is_confirmed and cause.due_on == task.due_on),
        dated_by=db.session.scalar(select(DateCorrection.person_id).where(*pending)),
    )


def waits(kind: str, is_confirmed: bool | None) -> bool:
    """Return whether a stated cause waits for a leader: an objective one that nobody decided on."""
    return kind == DelayClass.OBJECTIVE and is_confirmed is None
