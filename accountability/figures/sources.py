"""What is counted beside tasks: extensions, returns, waiting, states declared green; each with whose it is."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import and_, case, literal, or_, select
from sqlalchemy.orm import aliased

from accountability.figures import facts, past
from accountability.figures.facts import Source
from accountability.figures.question import Question
from accountability.figures.sql import civil_day, days_between, next_day
from models.recurring import Progress
from models.tasks import Deadline, HandIn, Signature, Wait
from models.vocabulary import DeadlineCause, Meaning, Status
from workflow.kinds import COUNTED
from workflow.reference import Reference


def tasks(question: Question, ref: Reference) -> Source:
    """Return the tasks themselves."""
    return facts.tasks(question, past.known(question, ref).c, ref)


def extensions(question: Question, ref: Reference) -> Source:
    """Return each date moved by an extension decided on in the period, with the days it gave; the lead unit's."""
    before, known = aliased(Deadline), past.known(question, ref)
    origin = known.join(Deadline, Deadline.task_id == known.c.id).join(
        before, and_(before.task_id == Deadline.task_id, before.no == Deadline.no - 1)
    )
    decided = (
        Deadline.cause == DeadlineCause.EXTENSION,
        Deadline.decided_at >= question.from_at,
        Deadline.decided_at < question.cut_off,
    )
    names = {"days": days_between(before.due_on, Deadline.due_on), "no": Deadline.no, "by": Deadline.decided_by_id}
    return _of_tasks(question, known, origin, decided, civil_day(Deadline.decided_at), names)


def returns(question: Question, ref: Reference) -> Source:
    """Return each result returned in the period, against the unit that leads the task."""
    known = past.known(question, ref)
    origin = known.join(Signature, Signature.task_id == known.c.id).join(HandIn, HandIn.id == Signature.hand_in_id)
    made = Signature.meaning == Meaning.RETURNED, Signature.at >= question.from_at, Signature.at < question.cut_off
    names = {"days": literal(0), "no": HandIn.no, "by": Signature.person_id}
    return _of_tasks(question, known, origin, made, civil_day(Signature.at), names)


def waits(question: Question, ref: Reference) -> Source:
    """Return each span in which another unit was waited for in the period: it is that unit's."""
    return _waits(question, ref, of_waited=True)


def waiting(question: Question, ref: Reference) -> Source:
    """Return the same spans as those of the unit that waited."""
    return _waits(question, ref, of_waited=False)


def declared(question: Question, ref: Reference) -> Source:
    """Return the late tasks by what was last declared of them before their deadline; the first late day decides."""
    known = past.known(question, ref)
    source = facts.tasks(question.about(head_id=None), known.c, ref)
    said = (
        select(Progress.state)
        .where(
            Progress.task_id == known.c.id,
            Progress.state.is_not(None),
            Progress.at < question.cut_off,
            civil_day(Progress.at) <= known.c.late_after,
        )
        .order_by(Progress.no.desc())
        .limit(1)
        .scalar_subquery()
    )
    names = {"now": source["now"], "said": said, "days": source["late"]}
    found = Source(known, source.where, known.c.id, known.c.lead_unit_id, next_day(known.c.late_after), names)
    return facts.of_whom(question.about(unit_id=None), found)


def _waits(question: Question, ref: Reference, *, of_waited: bool) -> Source:
    known = past.known(question, ref)
    origin = known.join(Wait, Wait.task_id == known.c.id)
    is_over = and_(Wait.to_at.is_not(None), Wait.to_at < question.cut_off)
    ends = case((is_over, civil_day(Wait.to_at)), else_=literal(question.day))
    in_it = Wait.from_at < question.cut_off, or_(Wait.to_at.is_(None), Wait.to_at >= question.from_at)
    over = case((ends > Wait.answer_by, days_between(Wait.answer_by, ends)), else_=0)
    names = {"days": days_between(civil_day(Wait.from_at), ends), "over": over, "is_open": ~is_over}
    unit: Any = Wait.unit_id if of_waited else known.c.lead_unit_id
    where = (*in_it, known.c.kind.in_(COUNTED), *facts.about(question, known.c))
    return facts.of_whom(question, Source(origin, where, known.c.id, unit, ends, names))


def _of_tasks(question: Question, known: Any, origin: Any, own: Any, on: Any, names: dict[str, Any]) -> Source:
    """Return rows that belong to tasks: they are their lead units'."""
    counted = (known.c.kind.in_(COUNTED), known.c.status != Status.DRAFT)
    where = (*own, *counted, *facts.about(question, known.c))
    return facts.of_whom(question, Source(origin, where, known.c.id, known.c.lead_unit_id, on, names))


SOURCES: Final = {
    "task": tasks,
    "extension": extensions,
    "return": returns,
    "wait": waits,
    "waiting": waiting,
    "declared": declared,
}
