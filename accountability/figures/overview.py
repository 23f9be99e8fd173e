"""What leadership sees first: all units and heads with their figures, and the longest overdue with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from accountability.figures import heads, past
from accountability.figures.counting import Figure, made
from accountability.figures.facts import tasks
from accountability.figures.heads import Tally, Term, Values
from accountability.figures.question import VACANT, Question
from models.base import db
from models.causes import CauseDecision, DelayCause
from models.tasks import Task, Wait
from models.vocabulary import DelayClass, OfficialClass, Status
from workflow.reference import Reference

SHOWN: Final = 10
SOURCES: Final = ("task", "extension")


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


def of(question: Question, ref: Reference) -> Overview:
    """Return the figures of all units and heads, and the longest overdue. Four statements for the present."""
    found = heads.tally(question, ref, SOURCES)
    return Overview(made(question, found.whole), _units(question, found, ref), worst(question, ref))


def worst(question: Question, ref: Reference, limit: int = SHOWN) -> list[Late]:
    """Return the longest overdue of a question, the longest first. One statement."""
    known = past.known(question, ref)
    source, later = tasks(question, known.c, ref), aliased(DelayCause)
    stated = DelayCause.task_id == known.c.id, DelayCause.due_on == known.c.due_on, DelayCause.at < question.cut_off
    newer = select(later.id).where(later.task_id == known.c.id, later.no > DelayCause.no, later.at < question.cut_off)
    open_wait = and_(Wait.task_id == known.c.id, Wait.to_at.is_(None))
    columns = (known.c.lead_unit_id, known.c.due_on, source["late"].label("days"), known.c.status)
    query = (
        select(known.c.id, Task.title, *columns, Wait.unit_id, DelayCause.kind, CauseDecision.is_confirmed)
        .join_from(known, Task, Task.id == known.c.id)
        .outerjoin(Wait, open_wait)
        .outerjoin(DelayCause, and_(*stated, ~newer.exists()))
        .outerjoin(CauseDecision, CauseDecision.cause_id == DelayCause.id)
        .where(*source.where, source["now"] == OfficialClass.OPEN_LATE)
        .order_by(known.c.late_after, known.c.id)
        .limit(limit)
    )
    return [Late(*row) for row in db.session.execute(query)]


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
    return UnitLine(unit_id, ref.unit_name(unit_id), made(about, found.units.get(unit_id, {})), lines)


def _head(about: Question, person_id: int | None, term: Term | None, values: Values) -> HeadLine:
    figures = made(about.about(head_id=person_id or VACANT), values)
    if term is None:
        return HeadLine(person_id, "", "", None, None, figures)
    return HeadLine(person_id, term.name, term.title, term.from_on, term.to_on, figures)
