"""Units as their pages show them: the order of who stands under whom, and one unit through time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

import vietnamese
from models.base import db, is_id
from models.units import Unit, UnitEvent, UnitName, UnitParent
from models.vocabulary import NameForm, Rank
from workflow.errors import Refusal
from workflow.reference import Reference, Seat, UnitFacts


@dataclass(frozen=True)
class UnitLine:
    """A unit in the order of the body: how deep it stands, and its seats with their holders of that day."""

    unit: UnitFacts
    name: str
    short: str
    depth: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class UnitPage:
    """One unit through time: its names, the units above it, and those under it today."""

    unit: Unit
    name: str
    names: list[UnitName]
    parents: list[tuple[UnitParent, str]]
    under: list[UnitFacts]
    seats: tuple[Seat, ...]
    waiting: list[UnitEvent]


def tree(ref: Reference) -> list[UnitLine]:
    """Return the units inside the body that exist on the day, each under the one above it. No query."""
    present = {unit.id: unit for unit in ref.units.values() if unit.inside and _exists(unit, ref.on)}
    tops = [unit for unit in present.values() if ref.parents.get(unit.id) not in present]
    return [line for top in _ordered(tops, ref) for line in _branch(top, 0, present, ref)]


def outside(ref: Reference) -> list[UnitLine]:
    """Return the bodies outside that exist on the day, by name. No query."""
    found = [unit for unit in ref.units.values() if not unit.inside and _exists(unit, ref.on)]
    return [_line(unit, 0, ref) for unit in _ordered(found, ref)]


def ended(ref: Reference) -> list[UnitLine]:
    """Return the units that have ended by the day, or not begun. No query."""
    return [
        _line(unit, 0, ref)
        for unit in _ordered([unit for unit in ref.units.values() if not _exists(unit, ref.on)], ref)
    ]


def one(unit_id: int, ref: Reference) -> UnitPage:
    """Return one unit through time, with what waits to happen to it. Raises Refusal when there is none."""
    unit = db.session.get(Unit, unit_id) if is_id(unit_id) else None
    if unit is None:
        raise Refusal("not_found")
    places = db.session.scalars(
        select(UnitParent).where(UnitParent.unit_id == unit.id).order_by(UnitParent.from_on.desc())
    )
    return UnitPage(
        unit=unit,
        name=ref.unit_name(unit.id),
        names=sorted(unit.names, key=lambda name: (name.from_on, name.id), reverse=True),
        parents=[(row, ref.unit_name(row.parent_id, row.from_on)) for row in places],
        under=_ordered([ref.units[child] for child, parent in ref.parents.items() if parent == unit.id], ref),
        seats=_seats(unit.id, ref),
        waiting=waiting(unit.id),
    )


def waiting(unit_id: int | None = None) -> list[UnitEvent]:
    """Return what was entered for units and waits for a second person, the oldest first. One query."""
    query = select(UnitEvent).where(UnitEvent.confirmed_at.is_(None), UnitEvent.taken_back_at.is_(None))
    query = query if unit_id is None else query.where(UnitEvent.unit_id == unit_id)
    return list(db.session.scalars(query.order_by(UnitEvent.id)))


def _branch(unit: UnitFacts, depth: int, present: dict[int, UnitFacts], ref: Reference) -> Iterator[UnitLine]:
    yield _line(unit, depth, ref)
    for child in _ordered([item for item in present.values() if ref.parents.get(item.id) == unit.id], ref):
        yield from _branch(child, depth + 1, present, ref)


def _line(unit: UnitFacts, depth: int, ref: Reference) -> UnitLine:

    return UnitLine(unit, unit.name_on(ref.on), unit.name_on(ref.on, NameForm.SHORT), depth, _seats(unit.id, ref))


def _seats(unit_id: int, ref: Reference) -> tuple[Seat, ...]:

    order = list(Rank)
    return tuple(
        sorted(
            (seat for seat in ref.seats if seat.unit_id == unit_id),
            key=lambda seat: (order.index(seat.rank), seat.post_id),
        )
    )


def _exists(unit: UnitFacts, on: date) -> bool:
    return unit.from_on <= on and (unit.to_on is None or on < unit.to_on)


def _ordered(units: list[UnitFacts], ref: Reference) -> list[UnitFacts]:
    return sorted(units, key=lambda unit: (unit.position, vietnamese.sort_key(unit.name_on(ref.on))))
