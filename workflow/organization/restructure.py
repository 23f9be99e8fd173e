"""Merger, split, dissolution, transfer: entered by one person, confirmed by a second, happening at 00:00 of its day.

Seats, mandates and roles of a unit that ends are dated when the change is confirmed, so that they end to the second.
Its open work passes on the day itself to the one heir each ending unit names (rulings 16); what is done stays with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

import clock
from models.base import db
from models.handover import UnitEventUnit
from models.people import RoleGrant
from models.session import lock, retried, transaction
from models.units import Unit, UnitEvent, UnitParent
from models.vocabulary import EventSide, Role, UnitChange, UnitKind
from workflow import signers
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization import ending, passing
from workflow.organization.gate import found, words, write

C: Final = UnitChange
KINDS: Final = (C.MERGE, C.SPLIT, C.DISSOLVE, C.TRANSFER)
# what a unit that gives up may be: the body itself and its leadership are changed by name and by seats
NEVER: Final = (UnitKind.BODY, UnitKind.LEADERSHIP)
# the act that enters each kind of change
ENTERED: Final = {kind: f"unit.enter_{kind}" for kind in UnitChange}


@dataclass(frozen=True)
class Shape:
    """How many units stand on each side of a change (at least, at most), and whether those that give up end."""

    gives: tuple[int, int]
    takes: tuple[int, int]
    ends: bool


MANY: Final = 40
SHAPES: Final[dict[UnitChange, Shape]] = {
    C.MERGE: Shape((1, MANY), (1, 1), ends=True),
    C.SPLIT: Shape((1, 1), (2, MANY), ends=True),
    C.DISSOLVE: Shape((1, MANY), (1, MANY), ends=True),
    C.TRANSFER: Shape((1, MANY), (1, MANY), ends=False),
}


@dataclass(frozen=True)
class Parts:
    """The units of a change: who gives up, with the heir of each, and who takes over."""

    kind: UnitChange
    heirs: Mapping[int, int | None]
    takes: tuple[int, ...]

    @property
    def ending(self) -> dict[int, int]:
        """Return the units that end with their heirs; one that takes over as well goes on."""
        if not SHAPES[self.kind].ends:
            return {}
        return {unit: heir for unit, heir in self.heirs.items() if heir is not None and unit not in self.takes}


@retried
def enter(
    kind: UnitChange,
    heirs: Mapping[int, int | None],
    takes: Sequence[int],
    from_on: date,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    key: str | None = None,
) -> int:
    """Enter a change of several units with the heir of each that gives up; it waits for a second person.

    Returns the entry's id. Raises Refusal: not allowed, no decision, a shape that the kind does not have, no heir.
    """
    with write("units", by, at, key) as writing:
        if writing.answer:
            return writing.number
        parts = parts_of(kind, heirs, takes)
        event = UnitEvent(
            kind=kind,
            unit_id=next(iter(parts.heirs)),
            from_on=from_on,
            decision=words(decision, "decision"),
            entered_by_id=writing.by.person_id,
            entered_at=at,
        )
        check_parts(parts, from_on)
        with recorded(None, ENTERED[kind], by=writing.by, at=at, req=key):
            writing.session.add(event)
            writing.session.flush()
            writing.session.add_all(_rows(event.id, parts))
        writing.keep(event)
        return event.id


def parts(event: UnitEvent) -> Parts:
    """Return the units of a change. One query."""
    rows = db.session.scalars(
        select(UnitEventUnit).where(UnitEventUnit.event_id == event.id).order_by(UnitEventUnit.id)
    ).all()
    gives = {row.unit_id: row.heir_id for row in rows if row.side == EventSide.FROM}
    return Parts(event.kind, gives, tuple(row.unit_id for row in rows if row.side == EventSide.TO))


def check(event: UnitEvent, _unit: Unit) -> None:
    """Refuse to confirm a change whose units are no longer as they were when it was entered."""
    check_parts(parts(event), event.from_on)


def settle(event: UnitEvent) -> None:
    """Date what ends with the units that end, and what begins with their heirs. Needs an open door."""
    ends = parts(event).ending
    for unit_id, heir_id in ends.items():
        for grant in ending.grants(unit_id, event.from_on):
            _pass_role(grant, heir_id, event.from_on)
        _pass_children(unit_id, heir_id, ends, event)
        ending.end_unit(unit_id, event.from_on)


def happen(event: UnitEvent, by: Actor, at: datetime) -> bool:
    """Pass the open work of the units that end to their heirs once the day has come; once. Needs a write unit."""
    if event.kind not in KINDS or event.happened_at is not None or event.from_on > clock.day_of(at):
        return False
    for unit_id, heir_id in parts(event).ending.items():
        passing.pass_on(event.id, unit_id, heir_of(heir_id, clock.day_of(at)), by=by, at=at)
    passing.close_circles(event.id, by=by, at=at)
    with recorded(event, "unit.happened", by=by, at=at, req=passing.req_of(event.id)):
        event.happened_at = at
    return True


def due(at: datetime) -> int:
    """Let every confirmed change happen whose day has come; the scheduler asks. One query when there is none."""
    waiting = UnitEvent.kind.in_(KINDS), UnitEvent.confirmed_at.is_not(None), UnitEvent.happened_at.is_(None)
    query = select(UnitEvent.id).where(*waiting, UnitEvent.from_on <= clock.day_of(at))
    return sum(
        _happen_one(key, at) for key in db.session.scalars(query.order_by(UnitEvent.from_on, UnitEvent.id)).all()
    )


def heir_of(unit_id: int, on: date) -> int:
    """Return who has the work of a unit on a day: itself, or the heir of its heirs when they have ended."""
    seen = set[int]()
    while unit_id not in seen:
        seen.add(unit_id)
        unit = db.session.get_one(Unit, unit_id)
        if unit.to_on is None or unit.to_on > on:
            return unit_id
        rows = (
            select(UnitEventUnit.heir_id)
            .join(UnitEvent, UnitEvent.id == UnitEventUnit.event_id)
            .where(UnitEventUnit.unit_id == unit_id, UnitEventUnit.side == EventSide.FROM)
            .where(UnitEvent.confirmed_at.is_not(None), UnitEvent.kind.in_(KINDS), UnitEvent.from_on == unit.to_on)
        )
        unit_id = db.session.scalar(rows.order_by(UnitEvent.id.desc()).limit(1)) or unit_id
    return unit_id


@retried
def _happen_one(event_id: int, at: datetime) -> bool:
    with transaction():
        if not happen(lock(UnitEvent, event_id), Actor.system(), at):
            return False
        signers.look(at)
        return True


def parts_of(kind: UnitChange, heirs: Mapping[int, int | None], takes: Sequence[int]) -> Parts:
    """Return the units as they are kept: where one alone takes over, it is the heir of all."""
    if kind not in SHAPES or not heirs or not takes:
        raise Refusal("change_shape")
    only = takes[0] if len(set(takes)) == 1 else None
    named = {unit: heir or (only if only != unit else None) for unit, heir in heirs.items()}
    return Parts(kind, named, tuple(dict.fromkeys(takes)))


def check_parts(parts: Parts, from_on: date) -> None:
    """Refuse a shape the kind does not have, a unit that is not there on the day, and an end without its heir."""
    shape = SHAPES[parts.kind]
    sides = ((len(parts.heirs), shape.gives), (len(parts.takes), shape.takes))
    if any(not least <= size <= most for size, (least, most) in sides):
        raise Refusal("change_shape")
    if len({*parts.heirs, *parts.takes}) < 2 or (not shape.ends and set(parts.heirs) & set(parts.takes)):
        raise Refusal("change_shape")
    units = {key: found(Unit, key) for key in sorted({*parts.heirs, *parts.takes})}
    for unit_id, heir in parts.heirs.items():
        stays = unit_id in parts.takes
        if heir is None and not stays:
            raise Refusal("no_heir", unit=units[unit_id].name_on(from_on))
        if heir is not None and heir not in parts.takes:
            raise Refusal("no_heir", unit=units[unit_id].name_on(from_on))
        if heir is not None and units[heir].inside != units[unit_id].inside:
            raise Refusal("unit_outside")
    for unit in units.values():
        _require_there(unit, from_on, gives=unit.id in parts.heirs)


def _require_there(unit: Unit, on: date, *, gives: bool) -> None:
    """Refuse a unit that is not there on the day; who gives up was there the day before."""
    if unit.kind in NEVER or (unit.to_on is not None and unit.to_on <= on):
        raise Refusal("unit_unknown")
    if unit.from_on > on or (gives and unit.from_on == on):
        raise Refusal("unit_not_begun", day=unit.from_on.strftime("%d/%m/%Y"))


def _rows(event_id: int, parts: Parts) -> list[UnitEventUnit]:
    gives = [
        UnitEventUnit(event_id=event_id, unit_id=unit, side=EventSide.FROM, heir_id=heir)
        for unit, heir in parts.heirs.items()
    ]
    return [*gives, *(UnitEventUnit(event_id=event_id, unit_id=unit, side=EventSide.TO) for unit in parts.takes)]


def _pass_role(grant: RoleGrant, heir_id: int, on: date) -> None:
    """Have who works in an ending unit work in its heir from the day on; administration is nobody's to inherit."""
    same = RoleGrant.person_id == grant.person_id, RoleGrant.role == grant.role, RoleGrant.unit_id == heir_id
    has_it = db.session.scalar(select(RoleGrant.id).where(*same, ending.reaches(RoleGrant, on)).limit(1))
    if grant.role == Role.ADMIN or has_it is not None or (grant.to_on is not None and grant.to_on <= on):
        return
    begins = max(on, grant.from_on)
    again = db.session.scalar(select(RoleGrant).where(*same, RoleGrant.from_on == begins))
    if again is not None:
        again.to_on = grant.to_on
        return
    row = RoleGrant(person_id=grant.person_id, role=grant.role, unit_id=heir_id, from_on=begins, to_on=grant.to_on)
    db.session.add(row)
    db.session.flush()


def _pass_children(unit_id: int, heir_id: int, ends: Mapping[int, int], event: UnitEvent) -> None:
    """Place the units under an ending one under its heir; the heir itself goes where the ending one stood."""
    above = next((place.parent_id for place in ending.places(unit_id, event.from_on)), None)
    under = select(UnitParent).where(UnitParent.parent_id == unit_id, ending.reaches(UnitParent, event.from_on))
    for place in db.session.scalars(under).all():
        if place.from_on >= event.from_on:
            raise Refusal("overlap")
        new_above = above if place.unit_id == heir_id else heir_id
        ends_on, place.to_on = place.to_on, event.from_on
        if place.unit_id not in ends and new_above is not None:
            facts = {"from_on": event.from_on, "to_on": ends_on, "decision": event.decision}
            db.session.add(UnitParent(unit_id=place.unit_id, parent_id=new_above, **facts))
