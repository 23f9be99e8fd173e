"""Organisational changes as their pages show them: what, when, by which decision, who inherits what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from models.base import db, is_id
from models.handover import UnitEventUnit
from models.people import Person
from models.tasks import Task
from models.units import UnitEvent
from models.vocabulary import EventSide
from workflow.errors import Refusal
from workflow.lifecycle import OPEN
from workflow.organization import inheritance, restructure
from workflow.organization.inheritance import Line
from workflow.organization.restructure import Parts
from workflow.reference import Reference

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Outlook:
    """What a change would do: open tasks of each unit that gives up, who is left without a seat, who gets a letter."""

    tasks: dict[int, int]
    seatless: list[str]
    letters: int


@dataclass(frozen=True)
class ChangePage:
    """One change: the event, its units by the names of their days, where it stands, and its list."""

    event: UnitEvent
    gives: list[tuple[str, str | None, int, bool]]
    takes: list[str]
    people: dict[int, str]
    lines: list[Line]
    outlook: Outlook

    @property
    def title(self) -> str:
        """Return the change as people write it: A + B → C."""
        return " + ".join(name for name, *_rest in self.gives) + " → " + " + ".join(self.takes)


def index(ref: Reference) -> list[tuple[UnitEvent, str]]:
    """Return every change of several units with its title, the latest first. Two queries."""
    query = select(UnitEvent).where(UnitEvent.kind.in_(restructure.KINDS), UnitEvent.taken_back_at.is_(None))
    events = list(db.session.scalars(query.order_by(UnitEvent.from_on.desc(), UnitEvent.id.desc())))
    sides: dict[tuple[int, EventSide], list[int]] = {}
    for row in db.session.scalars(select(UnitEventUnit).order_by(UnitEventUnit.id)):
        sides.setdefault((row.event_id, row.side), []).append(row.unit_id)
    return [(event, _title(event, sides, ref)) for event in events]


def _title(event: UnitEvent, sides: dict[tuple[int, EventSide], list[int]], ref: Reference) -> str:
    """Return a change as people write it: A + B → C."""
    gives = [ref.unit_name(unit, event.from_on - DAY) for unit in sides.get((event.id, EventSide.FROM), [])]
    takes = [ref.unit_name(unit, event.from_on) for unit in sides.get((event.id, EventSide.TO), [])]
    return f"{' + '.join(gives)} → {' + '.join(takes)}"


def one(event_id: int, ref: Reference) -> ChangePage:
    """Return one change. At most eight queries. Raises Refusal when there is none."""
    event = db.session.get(UnitEvent, event_id) if is_id(event_id) else None
    if event is None or event.kind not in restructure.KINDS:
        raise Refusal("not_found")
    parts = restructure.parts(event)
    came = Counter(inheritance.moved(event).values()) if event.happened_at is not None else Counter[int]()
    before = event.from_on - DAY
    gives = [
        (ref.unit_name(unit, before), ref.unit_name(heir, event.from_on) or None, came[unit], unit in parts.ending)
        for unit, heir in parts.heirs.items()
    ]
    people = {event.entered_by_id, event.confirmed_by_id, event.list_signed_by_id} - {None}
    names = select(Person.id, Person.name).where(Person.id.in_(people))
    return ChangePage(
        event=event,
        gives=gives,
        takes=[ref.unit_name(unit, event.from_on) for unit in parts.takes],
        people={row.id: row.name for row in db.session.execute(names)},
        lines=inheritance.lines(event) if event.happened_at is not None else [],
        outlook=outlook(parts, ref) if event.happened_at is None else Outlook({}, [], 0),
    )


def outlook(parts: Parts, ref: Reference) -> Outlook:
    """Return what a change would do as things stand today. One query."""
    given = set(parts.heirs)
    query = select(Task.lead_unit_id, func.count().label("size"), func.count(Task.officer_id.distinct()).label("named"))
    rows = db.session.execute(
        query.where(Task.lead_unit_id.in_(given), Task.status.in_(OPEN)).group_by(Task.lead_unit_id)
    ).all()
    counts = {row.lead_unit_id: row.size for row in rows if row.lead_unit_id is not None}
    ends = set(parts.ending)
    kept = {seat.person_id for seat in ref.seats if seat.unit_id not in ends}
    left = [seat for seat in ref.seats if seat.unit_id in ends and seat.person_id is not None]
    seatless = dict.fromkeys(seat.said for seat in left if seat.person_id not in kept)
    heirs = {parts.ending[unit] for unit in counts if unit in ends}
    heard = {seat.person_id for seat in map(ref.head_of, heirs) if seat is not None and seat.person_id is not None}
    return Outlook(counts, list(seatless), len(heard))
