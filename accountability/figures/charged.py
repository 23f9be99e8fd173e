"""Late days of a period, each charged once: to who held the seat that day, or apart from everybody's.

A task that only its lead unit ever held is charged by spans of days; any other by its history, as on its own page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import and_, exists, or_, select, true

import clock
from accountability import held
from accountability.charges import Blame, Book, Charge, Day, Seats, summed
from accountability.figures import facts, past
from accountability.figures.question import MOMENT, VACANT, Question
from accountability.figures.table import LATE
from models.base import db
from models.log import LogEntry
from models.tasks import HandIn, Signature
from models.vocabulary import TaskKind
from models.words import ClockHolder
from workflow.calendar import DAY, WorkCalendar
from workflow.queries import history
from workflow.reference import Reference

H: Final = ClockHolder
# what these figures name as their source, which is no statement
SOURCE: Final = "charge"
# acts that leave the clock with the lead unit, up to the first result; any other asks for the task's history
PLAIN: Final = (
    "task.create", "task.occur", "task.assign", "task.receive", "task.start", "task.progress", "task.comment",
    "task.chase", "task.demand_explanation", "task.explain", "task.commit_progress", "task.name_officer",
    "task.state_cause", "task.confirm_cause", "task.refuse_cause", "task.hand_in", "task.report_nil", "task.sign_off",
    "task.confirm", "plan.import", "plan.publish",
)  # fmt: skip


class Side(StrEnum):
    """Where a late day stands: charged to the head of a unit, to leadership, to an empty seat, or to nobody."""

    HEAD = "head"
    LEADERSHIP = "leadership"
    VACANT = "vacant"
    NOBODY = "nobody"
    OBJECTIVE = "objective"


@dataclass(frozen=True)
class Charged:
    """Late days of one task in the period that go to one: the unit answers for them, or leads the task."""

    task_id: int
    title: str
    side: Side
    unit_id: int | None
    charge: Charge
    on: date

    @property
    def blame(self) -> Blame:
        """Return to whom they are charged."""
        return self.charge.blame


@dataclass(frozen=True)
class _Handed:
    """A result with the signatures it had by a moment."""

    at: datetime
    person_id: int
    signatures: Sequence[Any]


@dataclass(frozen=True)
class _Case:
    """One late task: its row, the late days of the period, each with whom it is charged to."""

    row: Any
    days: tuple[Day, ...]


def of(question: Question, ref: Reference, *, by_history: bool = False) -> list[Charged]:
    """Return every charge of a question. Up to six statements, however many tasks are late.

    All late tasks of the period are looked at: a unit also answers for those of others that waited for it.
    `by_history` goes the long way with every task; the outcome is the same.
    """
    everywhere = question.about(unit_id=None, head_id=None)
    known = past.known(question, ref)
    source = facts.tasks(everywhere, known.c, ref)
    given_anew = and_(LogEntry.act == "task.assign", LogEntry.at != known.c.assigned_at)
    is_turning = (
        true()
        if by_history
        else exists().where(
            LogEntry.task_id == known.c.id,
            LogEntry.at < question.cut_off,
            or_(LogEntry.act.not_in(PLAIN), given_anew),
        )
    )
    columns = [known.c[name] for name in past.NAMES if name != "title"]
    marks = source["is_objective"].label("is_objective"), is_turning.label("is_turning"), source.on.label("until")
    late = (*source.where, source["now"].in_([str(each) for each in LATE]), source.on >= question.first)
    rows = db.session.execute(select(*columns, known.c.title, *marks).where(*late).order_by(known.c.id)).all()
    seats = held.everybody(None, ref).seats if rows else Seats({})
    turned = select(known.c.id).where(*late, is_turning)
    stories = list(_told(question, rows, turned, known, seats, ref)) if any(row.is_turning for row in rows) else []
    plain = [_Case(row, _plain(row, question, seats, ref.calendar)) for row in rows if not row.is_turning]
    heads = {post: unit for unit, posts in seats.heads.items() for post in posts}
    found = [each for case in (*plain, *stories) for each in _charges(case, heads)]
    return sorted((each for each in found if is_asked(each, question)), key=lambda each: (each.on, each.task_id))


def is_asked(found: Charged, question: Question) -> bool:
    """Return whether a charge is the business of the unit and head a question is about."""
    if question.unit_id is not None and found.unit_id != question.unit_id:
        return False
    if question.head_id is None:
        return True
    person = found.blame.person_id if found.side in (Side.HEAD, Side.OBJECTIVE) else None
    return person == question.head_id or (question.head_id == VACANT and found.side == Side.VACANT)


def _told(
    question: Question, rows: Sequence[Any], turned: Any, known: Any, seats: Seats, ref: Reference
) -> Iterator[_Case]:
    """Give the late tasks that others held too, charged by their histories. Three statements."""
    at = question.cut_off - MOMENT
    pasts = history.of_tasks(turned, question.cut_off)
    results = _results(turned, question.cut_off)
    parts: dict[int, list[Any]] = {}
    duties = select(known).where(known.c.kind == TaskKind.DUTY, known.c.parent_id.in_(turned))
    for part in db.session.execute(duties):
        parts.setdefault(part.parent_id, []).append(part)
    for row in rows:
        if row.is_turning and row.id in pasts:
            story = held.story_of(row, pasts[row.id], results.get(row.id, []), parts.get(row.id, []), at)
            account = held.accounts(row, story, Book(story, held.rules(seats, ref)), at)[0] if story else None
            days = account.each if account is not None else ()
            yield _Case(row, tuple(day for day in days if question.first <= day.on <= question.day))


def _results(turned: Any, before: datetime) -> dict[int, list[_Handed]]:
    """Return the results handed in on some tasks by a moment, with what was signed on them by then."""
    query = select(HandIn.id, HandIn.task_id, HandIn.at, HandIn.person_id).where(HandIn.task_id.in_(turned))
    marks: dict[int, list[Signature]] = {}
    for mark in db.session.scalars(select(Signature).where(Signature.task_id.in_(turned), Signature.at < before)):
        marks.setdefault(mark.hand_in_id, []).append(mark)
    found: dict[int, list[_Handed]] = {}
    for row in db.session.execute(query.where(HandIn.at < before).order_by(HandIn.task_id, HandIn.no)):
        found.setdefault(row.task_id, []).append(_Handed(row.at, row.person_id, marks.get(row.id, [])))
    return found


def _plain(row: Any, question: Question, seats: Seats, calendar: WorkCalendar) -> tuple[Day, ...]:
    """Return the late days of a task that only its lead unit held: they are its head's of each day."""
    start = max(row.late_after, clock.day_of(row.assigned_at), question.first - DAY)
    found, day = [], start
    until = min(_as_day(row.until), question.day)
    while day < until:
        day += DAY
        post = seats.head(row.lead_unit_id, day)
        found.append(Day(day, calendar.is_working(day), Blame(H.LEAD, row.lead_unit_id, post, seats.holder(post, day))))
    return tuple(found)


def _charges(case: _Case, heads: dict[int, int]) -> Iterator[Charged]:
    first = {}
    for day in reversed(case.days):
        first[day.blame] = day.on
    for charge in summed(case.days):
        side, unit = _side(charge.blame, case.row, heads)
        yield Charged(case.row.id, case.row.title, side, unit, charge, first[charge.blame])


def _side(blame: Blame, row: Any, heads: dict[int, int]) -> tuple[Side, int | None]:
    """Return where a charge stands, and which unit answers for it."""
    if blame.holder in (H.HOLD, H.NOBODY):
        return Side.NOBODY, row.lead_unit_id
    is_head = blame.post_id in heads or blame.holder in (H.LEAD, H.WAITED)
    unit = heads.get(blame.post_id or 0, blame.unit_id) if is_head else row.lead_unit_id
    if row.is_objective:
        return Side.OBJECTIVE, unit
    if blame.is_vacant:
        return Side.VACANT, unit
    return (Side.HEAD if is_head else Side.LEADERSHIP), unit


def _as_day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


# figure -> which charges it adds up
PARTS: Final[dict[str, Callable[[Charged], bool]]] = {
    "charged_days": lambda found: found.side == Side.HEAD,
    "charged_working_days": lambda found: found.side == Side.HEAD,
    "charged_waited_days": lambda found: found.side == Side.HEAD and found.blame.holder == H.WAITED,
    "objective_days": lambda found: found.side == Side.OBJECTIVE,
    "vacant_days": lambda found: found.side == Side.VACANT,
    "leadership_days": lambda found: found.side == Side.LEADERSHIP,
    "uncharged_days": lambda found: found.side == Side.NOBODY,
}


def days_of(figure_id: str, found: Charged) -> int:
    """Return the days of a charge that a figure adds up."""
    return found.charge.working_days if figure_id == "charged_working_days" else found.charge.days


def totals(found: Sequence[Charged]) -> dict[str, int]:
    """Return the sums of the charges, figure by figure."""
    return {key: sum(days_of(key, each) for each in found if holds(each)) for key, holds in PARTS.items()}
