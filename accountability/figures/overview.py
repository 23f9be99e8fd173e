"""What leadership sees first: all units and heads with their figures, and the longest overdue with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

import clock
from accountability.figures import heads, past
from accountability.figures.counting import Figure, made
from accountability.figures.facts import tasks
from accountability.figures.heads import Tally, Term, Values
from accountability.figures.question import VACANT, Question
from models.base import db
from models.causes import CauseDecision, DelayCause
from models.tasks import Wait
from models.vocabulary import DelayClass, OfficialClass, Status
from workflow import lifecycle
from workflow.reference import PREFIXES, Reference

SHOWN: Final = 10
# so many questions about the present are kept answered
KEPT: Final = 32
# what the page shows of each unit and head
SEEN: Final = (
    "assigned", "due", "done", "done_on_time", "done_late", "open_in_time", "open_late", "first_on_time", "extensions",
    "extension_days",
)  # fmt: skip


@dataclass(frozen=True)
class HeadLine:
    """The figures of somebody who headed a unit in the period, or of the empty seat (no person)."""

    person_id: int | None
    name: str
    title: str
    from_on: date | None
    to_on: date | None
    figures: dict[str, Figure]


@dataclass(frozen=True)
class UnitLine:
    """The figures of a unit, and of each who headed it in the period."""

    unit_id: int
    name: str
    figures: dict[str, Figure]
    heads: tuple[HeadLine, ...]


@dataclass(frozen=True)
class Late:
    """One overdue task: whose, for how long, where it stands, and what was stated as the cause."""

    task_id: int
    title: str
    unit_id: int | None
    due_on: date
    days: int
    status: Status
    waits_for: int | None
    cause: DelayClass | None
    is_confirmed: bool | None


@dataclass(frozen=True)
class Overview:
    """The whole body in a period."""

    figures: dict[str, Figure]
    units: list[UnitLine]
    worst: list[Late]


# (end of the log, question) -> what was counted then: while the log ends with the same line, nothing else can come out
_known: dict[tuple[str, Question], tuple[Tally, list[Late]]] = {}


def of(question: Question, ref: Reference) -> Overview:
    """Return the figures of all units and heads, and the longest overdue. Four statements, none while nothing happens.

    The present is the same for everybody until the next line of the log, or the next day.
    """
    head = ref.head.hash if ref.head is not None and past.is_present(question, ref) else ""
    if not head:
        return _made(question, *_counted(question, ref), ref)
    key = head, replace(question, cut_off=clock.end_of(question.day))
    if key not in _known:
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)), None)
        _known[key] = _counted(question, ref)
    return _made(question, *_known[key], ref)


def _counted(question: Question, ref: Reference) -> tuple[Tally, list[Late]]:
    return heads.tally(question, ref, SEEN), worst(question, ref)


def _made(question: Question, found: Tally, late: list[Late], ref: Reference) -> Overview:
    return Overview(made(question, found.whole, SEEN), _units(question, found, ref), late)


def worst(question: Question, ref: Reference, limit: int = SHOWN) -> list[Late]:
    """Return the longest overdue of a question, the longest first. One statement."""
    known = past.known(question, ref)
    first = _longest(question, known, ref, limit)
    later = aliased(DelayCause)
    stated = DelayCause.task_id == first.c.id, DelayCause.due_on == known.c.due_on, DelayCause.at < question.cut_off
    newer = select(later.id).where(later.task_id == first.c.id, later.no > DelayCause.no, later.at < question.cut_off)
    columns = (known.c.title, known.c.lead_unit_id, known.c.due_on, first.c.days, known.c.status)
    query = (
        select(first.c.id, *columns, Wait.unit_id, DelayCause.kind, CauseDecision.is_confirmed)
        .join_from(first, known, known.c.id == first.c.id)
        .outerjoin(Wait, and_(Wait.task_id == first.c.id, Wait.to_at.is_(None)))
        .outerjoin(DelayCause, and_(*stated, ~newer.exists()))
        .outerjoin(CauseDecision, CauseDecision.cause_id == DelayCause.id)
        .order_by(known.c.late_after, first.c.id)
    )
    return [Late(*row) for row in db.session.execute(query)]


def _longest(question: Question, known: Any, ref: Reference, limit: int) -> Any:
    """Return the numbers of the longest overdue: found in an index alone, before anything is read of them."""
    source = tasks(question, known.c, ref)
    is_late = known.c.status.in_(lifecycle.OPEN), known.c.late_after < question.day
    query = select(known.c.id, source["late"].label("days"))
    query = query.where(*is_late, *source.where, source["now"] == OfficialClass.OPEN_LATE)
    return query.order_by(known.c.late_after, known.c.id).limit(limit).subquery("first")


def _units(question: Question, found: Tally, ref: Reference) -> list[UnitLine]:
    """Return a line for every unit that owes tasks or did, in their official order: this is no league table."""
    inside = [unit.id for unit in ref.inside]
    gone = [unit for unit in found.units if unit is not None and unit not in inside and _is_inside(unit, ref)]
    return [_line(unit, question, found, ref) for unit in (*inside, *gone)]


def _is_inside(unit_id: int, ref: Reference) -> bool:
    unit = ref.units.get(unit_id)
    return unit is not None and unit.inside


def _line(unit_id: int, question: Question, found: Tally, ref: Reference) -> UnitLine:
    about = question.about(unit_id=unit_id)
    held = {term.person_id: term for term in found.terms if term.unit_id == unit_id and term.overlaps(question)}
    others = {person: None for unit, person in found.heads if unit == unit_id and person not in held}
    lines = tuple(
        _head(about, person, term, found.heads.get((unit_id, person), {})) for person, term in (held | others).items()
    )
    return UnitLine(unit_id, ref.unit_name(unit_id), made(about, found.units.get(unit_id, {}), SEEN), lines)


def _head(about: Question, person_id: int | None, term: Term | None, values: Values) -> HeadLine:
    figures = made(about.about(head_id=person_id or VACANT), values, SEEN)
    if term is None:
        return HeadLine(person_id, "", "", None, None, figures)
    return HeadLine(person_id, term.name, PREFIXES[term.capacity] + term.title, term.from_on, term.to_on, figures)
