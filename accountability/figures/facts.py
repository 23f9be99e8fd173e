"""What is counted: the tasks of a period, as the question's moment knew them, each with its class in SQL.

The classes are those of `workflow.timing`, written a second time for the database to count by; a test holds every
case of the one against the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, literal, null, or_, select

from accountability.figures.past import is_present
from accountability.figures.question import VACANT, Question
from accountability.figures.sql import days_between
from models.causes import CauseDecision, DelayCause
from models.log import LogEntry
from models.people import Post, Tenure
from models.plans import Clause, Section
from models.vocabulary import DelayClass, Rank, Status
from models.vocabulary import OfficialClass as C
from workflow.kinds import COUNTED
from workflow.reference import Reference
from workflow.timing import HANDED_IN, STOPPED

# what has no official class, each with a line of its own (rulings 15)
STOPPED_CLASS: Final = "stopped"
HELD_CLASS: Final = "held"
STOPPING: Final = ("task.cancel", "task.withdraw", "task.not_needed")
_SETTLED: Final = (*HANDED_IN, Status.COMPLETED)


@dataclass(frozen=True)
class Source:
    """Rows to count: from where, under which conditions, whose they are, and what the figures may ask about them.

    `on` is the day whose head of the unit answers for a row; `names` holds what conditions and sums are made of.
    """

    origin: Any
    where: tuple[ColumnElement[bool], ...]
    task_id: ColumnElement[int]
    unit_id: ColumnElement[Any]
    on: ColumnElement[Any]
    names: Mapping[str, ColumnElement[Any]]

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        """Return what a name stands for."""
        return self.names[name]


def official(c: Any, late_after: Any, day: date) -> ColumnElement[str]:
    """Return the class of a task against one of its dates on a day, as `workflow.timing` would give it."""
    in_time = c.handed_in_on <= late_after
    held = and_(c.status == Status.ON_HOLD, or_(c.held_until.is_(None), c.held_until >= day))
    return case(
        (c.status.in_(STOPPED), STOPPED_CLASS),
        (held, HELD_CLASS),
        (late_after.is_(None), C.NO_DEADLINE.value),
        (c.status == Status.COMPLETED, case((in_time, C.DONE_ON_TIME.value), else_=C.DONE_LATE.value)),
        (c.status.in_(HANDED_IN), case((in_time, C.OPEN_IN_TIME.value), else_=C.OPEN_LATE.value)),
        (late_after < day, C.OPEN_LATE.value),
        else_=C.OPEN_IN_TIME.value,
    )


def until(c: Any, day: date) -> ColumnElement[Any]:
    """Return the day that decides on a task's time: when its result was handed in, else the day looked at."""
    return case((c.status.in_(_SETTLED), c.handed_in_on), else_=literal(day))


def tasks(question: Question, c: Any, ref: Reference) -> Source:
    """Return the counted tasks of a period: open at its start or assigned in it, with their classes (rulings 17)."""
    first_after = case((c.late_after.is_(None), null()), else_=c.original_late_after)
    ends = until(c, question.day)
    names = {
        "now": official(c, c.late_after, question.day),
        "first": official(c, first_after, question.day),
        "kind": c.kind,
        "is_new": c.assigned_at >= question.from_at,
        "late": days_between(c.late_after, ends),
        "late_first": days_between(c.original_late_after, ends),
        "is_soon": c.due_on < ref.calendar.add(question.day, ref.settings["due_soon.working_days"] + 1),
        "is_objective": _objective(question, c),
        "status": c.status,
    }
    where = (c.kind.in_(COUNTED), *population(question, c, ref), *about(question, c))
    source = Source(_origin(c), where, c.id, c.lead_unit_id, ends, names)
    return of_whom(question, source)


def _objective(question: Question, c: Any) -> ColumnElement[bool]:
    """Return which tasks are late by a cause a leader had confirmed as objective, for the date they have."""
    return exists().where(
        DelayCause.task_id == c.id,
        DelayCause.due_on == c.due_on,
        DelayCause.kind == DelayClass.OBJECTIVE,
        CauseDecision.cause_id == DelayCause.id,
        CauseDecision.is_confirmed,
        CauseDecision.at < question.cut_off,
    )


def population(question: Question, c: Any, ref: Reference) -> tuple[ColumnElement[bool], ...]:
    """Return which tasks a period has: given before its end, and neither done nor stopped before it began.

    Where nothing has happened since the cut-off no task was given after it, and none is asked when it was.
    """
    given = () if is_present(question, ref) else (c.assigned_at < question.cut_off,)
    stopped = exists().where(
        LogEntry.task_id == c.id,
        LogEntry.act.in_(STOPPING),
        LogEntry.at >= question.from_at,
        LogEntry.at < question.cut_off,
    )
    return (
        c.status != Status.DRAFT,
        *given,
        or_(c.completed_at.is_(None), c.completed_at >= question.from_at),
        or_(c.status.not_in(STOPPED), stopped),
    )


def of_whom(question: Question, source: Source) -> Source:
    """Return the rows of one unit, and of one head on the days he held his seat."""
    found = list(source.where)
    if question.unit_id is not None:
        found.append(source.unit_id == question.unit_id)
    if question.head_id is not None:
        found.append(headed(source, question.head_id))
    return Source(source.origin, tuple(found), source.task_id, source.unit_id, source.on, source.names)


def headed(source: Source, person_id: int) -> ColumnElement[bool]:
    """Return which rows fall on days on which a person headed their unit, by a tenure that was confirmed.

    For VACANT: on days on which nobody did.
    """
    somebody = exists().where(
        Post.unit_id == source.unit_id,
        Post.rank == Rank.HEAD,
        Tenure.post_id == Post.id,
        Tenure.confirmed_at.is_not(None),
        Tenure.from_on <= source.on,
        or_(Tenure.to_on.is_(None), Tenure.to_on > source.on),
    )
    return ~somebody if person_id == VACANT else somebody.where(Tenure.person_id == person_id)


def about(question: Question, c: Any) -> list[ColumnElement[bool]]:
    """Return the conditions of leader, plan and section."""
    found: list[ColumnElement[bool]] = []
    if question.leader_post_id is not None:
        found.append(c.leader_post_id == question.leader_post_id)
    if question.plan_id is not None:
        found.append(c.plan_id == question.plan_id)
    if question.section:
        path = or_(Section.path == question.section, Section.path.startswith(question.section + ".", autoescape=True))
        below = select(Clause.id).join(Section, Section.id == Clause.section_id)
        found.append(c.clause_id.in_(below.where(path)))
    return found


def _origin(c: Any) -> Any:
    """Return what the columns are columns of."""
    return c.id.table
