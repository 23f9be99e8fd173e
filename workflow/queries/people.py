"""People and where they work, for forms and for the pages of the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from models.base import db
from models.people import Mandate, Person, Post, RoleGrant, Tenure
from models.vocabulary import Role
from workflow.reference import Reference


@dataclass(frozen=True)
class PersonLine:
    """A person on the page of people: his seats and roles of today."""

    person: Person
    seats: tuple[str, ...]
    roles: tuple[Role, ...]
    units: tuple[str, ...]


def of_units(ref: Reference) -> dict[int, list[tuple[int, str]]]:
    """Return, for each unit, the people who can be named for its tasks: unit id -> [(person id, name)]. One query."""
    query = (
        select(RoleGrant.unit_id, Person.id, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.active, RoleGrant.role.in_((Role.OFFICER, Role.OFFICE)), RoleGrant.from_on <= ref.on)
        .where(or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > ref.on))
        .order_by(Person.sort_key)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for unit_id, person_id, name in db.session.execute(query):
        found.setdefault(unit_id, []).append((person_id, name))
    for seat in ref.seats:
        if seat.person_id is not None and (seat.person_id, seat.person_name) not in found.get(seat.unit_id, []):
            found.setdefault(seat.unit_id, []).append((seat.person_id, seat.person_name or ""))
    return found


def lines(ref: Reference) -> list[PersonLine]:
    """Return all people in the order of their given names, with seats, roles and units of today. Two queries."""
    granted: dict[int, list[RoleGrant]] = {}
    for grant in db.session.scalars(select(RoleGrant).where(or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > ref.on))):
        granted.setdefault(grant.person_id, []).append(grant)
    people = db.session.scalars(select(Person).order_by(Person.sort_key, Person.id))
    return [_line(person, granted, ref) for person in people]


def tenures() -> list[Tenure]:
    """Return every seat's holders through time, the newest first."""
    return list(db.session.scalars(select(Tenure).order_by(Tenure.post_id, Tenure.from_on.desc())))


def mandates() -> list[Mandate]:
    """Return every mandate, the newest first."""
    return list(db.session.scalars(select(Mandate).order_by(Mandate.from_at.desc())))


def posts() -> list[Post]:
    """Return every post."""
    return list(db.session.scalars(select(Post).order_by(Post.unit_id, Post.id)))


def _line(person: Person, granted: Mapping[int, list[Any]], ref: Reference) -> PersonLine:
    seats = [seat for seat in ref.seats if seat.person_id == person.id]
    grants = granted.get(person.id, [])
    units = dict.fromkeys([*(seat.unit_id for seat in seats), *(grant.unit_id for grant in grants)])
    titles = tuple(f"{seat.title}" for seat in seats)
    return PersonLine(person, titles, tuple(grant.role for grant in grants), tuple(ref.unit_name(unit) for unit in units))
