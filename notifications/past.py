"""One task as it stood at an earlier moment: its own columns from the log, the rest by the moments of its rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import func, or_, select

import clock
from models.base import db
from models.coordination import Contest
from models.log import LogEntry
from models.recurring import Progress
from models.reminding import Chase, Commitment, Explanation
from models.tasks import Deadline, Extension, HandIn, Note, Signature, Task, Wait
from models.vocabulary import (
    DeadlineKind,
    Status,
)
from models.words import (
    ChaseKind,
)
from notifications import facts
from notifications.facts import Facts, Mark, Result

# column of a task -> how the log's value is read back
COLUMNS: Final[dict[str, Any]] = {
    "status": Status,
    "lead_unit_id": int,
    "officer_id": int,
    "leader_post_id": int,
    "due_on": date.fromisoformat,
    "late_after": date.fromisoformat,
    "deadline_kind": DeadlineKind,
    "deadline_words": str,
    "handed_in_on": date.fromisoformat,
    "redo_by": date.fromisoformat,
    "held_until": date.fromisoformat,
    "assigned_at": clock.parse_moment,
}
EMPTY: Final[dict[str, Any]] = {"deadline_kind": DeadlineKind.NONE, "deadline_words": ""}


def of(task_id: int, at: datetime) -> Facts | None:
    """Return a task's facts as they stood at a moment; None before it was there. A dozen queries."""
    now = facts.of_ids({task_id}).get(task_id)
    columns = _columns(task_id, at)
    if now is None or not columns:
        return None
    for name, read in COLUMNS.items():
        # a column the log has not spoken of by then had nothing in it
        value = columns.get(name)
        setattr(now, name, EMPTY.get(name) if value is None else read(value))
    drafted = columns.get("drafted_on")
    if now.plan_id is None:
        now.unled_since = date.fromisoformat(drafted) if drafted else None
    now.dated_at = db.session.scalar(
        select(func.max(Deadline.decided_at)).where(Deadline.task_id == task_id, Deadline.decided_at <= at)
    )
    now.waits_for, now.answer_by, now.renew_by = _wait(task_id, at)
    now.contested_by, now.contested_at = _contest(task_id, at)
    now.asked_by, now.asked_at, now.asked_late = _request(task_id, at)
    now.offered_by, now.offered_at = _offer(task_id, at)
    now.news_on = _news(task_id, at) if now.deadline_kind in facts.BY_NEWS and now.due_on is None else None
    now.explain_by, now.pledged_on, now.explained_at = _chasing(task_id, at, now.due_on)
    now.result = _result(task_id, at, now.status) if now.status in facts.HANDED_IN else None
    return now


def _columns(task_id: int, at: datetime) -> dict[str, Any]:
    """Return the columns of the task as the log left them at a moment."""
    own = LogEntry.obj_type == Task.__tablename__, LogEntry.obj_id == task_id, LogEntry.at <= at
    found: dict[str, Any] = {}
    for body in db.session.scalars(select(LogEntry.body).where(*own).order_by(LogEntry.epoch, LogEntry.seq)):
        columns = orjson.loads(body)["data"].get("set") or {}
        found |= {name: change[1] for name, change in columns.items() if isinstance(change, list)}
    return found


def _wait(task_id: int, at: datetime) -> tuple[int | None, date | None, date | None]:
    then = Wait.from_at <= at, or_(Wait.to_at.is_(None), Wait.to_at > at)
    query = select(Wait.unit_id, Wait.answer_by, Wait.renew_by).where(Wait.task_id == task_id, *then)
    row = db.session.execute(query).first()
    return (row.unit_id, row.answer_by, row.renew_by) if row else (None, None, None)


def _contest(task_id: int, at: datetime) -> tuple[int | None, datetime | None]:
    """Return the contest that waited to be decided then."""
    then = Contest.at <= at, or_(Contest.decided_at.is_(None), Contest.decided_at > at)
    row = db.session.execute(select(Contest.person_id, Contest.at).where(Contest.task_id == task_id, *then)).first()
    return (row.person_id, row.at) if row else (None, None)


def _request(task_id: int, at: datetime) -> tuple[int | None, datetime | None, bool | None]:
    """Return the request for more time that waited for its decision then, and whether it came after the deadline."""
    then = Extension.asked_at <= at, or_(Extension.decided_at.is_(None), Extension.decided_at > at)
    columns = (Extension.asked_by_id, Extension.asked_at, Extension.after_deadline)
    query = select(*columns).where(Extension.task_id == task_id, *then)
    row = db.session.execute(query.order_by(Extension.no.desc())).first()
    return (row.asked_by_id, row.asked_at, row.after_deadline) if row else (None, None, None)


def _offer(task_id: int, at: datetime) -> tuple[int | None, datetime | None]:
    """Return by whom and when another date was offered that waited for the head's answer then."""
    then = Extension.decided_at <= at, or_(Extension.answered_at.is_(None), Extension.answered_at > at)
    own = Extension.task_id == task_id, Extension.offered_on.is_not(None)
    query = select(Extension.decided_by_id, Extension.decided_at).where(*own, *then)
    row = db.session.execute(query.order_by(Extension.no.desc())).first()
    return (row.decided_by_id, row.decided_at) if row else (None, None)


def _news(task_id: int, at: datetime) -> date | None:
    said = (select(func.max(kind.at)).where(kind.task_id == task_id, kind.at <= at) for kind in (Note, Progress))
    last = max(filter(None, (db.session.scalar(query) for query in said)), default=None)
    return clock.day_of(last) if last else None


def _chasing(task_id: int, at: datetime, due_on: date | None) -> tuple[date | None, date | None, datetime | None]:
    """Return what acts of chasing had left by then: an open demand, the latest pledge, the date's explanation."""
    demand = (
        Chase.kind == ChaseKind.EXPLANATION,
        Chase.at <= at,
        or_(Chase.answered_at.is_(None), Chase.answered_at > at),
    )
    pledges = select(Commitment.new_on).where(Commitment.task_id == task_id, Commitment.at <= at)
    explained = Explanation.task_id == task_id, Explanation.due_on == due_on, Explanation.at <= at
    return (
        db.session.scalar(select(func.min(Chase.answer_by)).where(Chase.task_id == task_id, *demand)),
        db.session.scalar(pledges.order_by(Commitment.no.desc()).limit(1)),
        db.session.scalar(select(func.min(Explanation.at)).where(*explained)),
    )


def _result(task_id: int, at: datetime, status: Status) -> Result | None:
    """Return the latest result handed in by then, with its signature when it had one."""
    query = select(HandIn.id, HandIn.person_id, HandIn.at).where(HandIn.task_id == task_id, HandIn.at <= at)
    last = db.session.execute(query.order_by(HandIn.no.desc())).first()
    if last is None:
        return None
    signed = select(Signature.person_id, Signature.post_id, Signature.at).where(
        Signature.hand_in_id == last.id, Signature.at <= at
    )
    mark = db.session.execute(signed.order_by(Signature.id.desc())).first()
    if status != Status.SIGNED_OFF or mark is None:
        return Result(last.person_id, clock.day_of(last.at))
    return Result(last.person_id, clock.day_of(mark.at), (Mark(mark.person_id, mark.post_id),))
