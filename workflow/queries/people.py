"""People and where they work, for forms and for the pages of the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select

from models.base import db, is_id
from models.people import Credential, Mandate, Person, PersonContact, Post, RoleGrant, Tenure
from models.vocabulary import Role
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.reference import Reference

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class PersonLine:
    """A person on the page of people: his seats and roles of today."""

    person: Person
    seats: tuple[str, ...]
    roles: tuple[Role, ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class PersonPage:
    """One person: seats, mandates and roles through time; account and address only for administration."""

    person: Person
    tenures: list[Tenure]
    mandates: list[Mandate]
    roles: list[RoleGrant]
    email: str | None
    phone: str | None
    manages: bool
    may_hand_over: bool = False


@dataclass(frozen=True)
class Span:
    """Days in the life of a seat, first and last included: with its holder, or empty (`tenure` None)."""

    from_on: date
    last_on: date | None
    tenure: Tenure | None


def of_units(ref: Reference) -> dict[int, list[tuple[int, str]]]:
    """Return who can be named for each unit's tasks: unit id -> [(person id, name)]. One query."""
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


def lines(ref: Reference, *, seen_by: Scope) -> list[PersonLine]:
    """Return all people in the order of their given names, with seats, roles and units of today. Two queries.

    Closed accounts are shown to administration alone.
    """
    granted: dict[int, list[RoleGrant]] = {}
    in_force = RoleGrant.from_on <= ref.on, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > ref.on)
    for grant in db.session.scalars(select(RoleGrant).where(*in_force)):
        granted.setdefault(grant.person_id, []).append(grant)
    query = select(Person).order_by(Person.sort_key, Person.id)
    people = db.session.scalars(query if seen_by.allows("manage") else query.where(Person.active))
    return [_line(person, granted, ref) for person in people]


def one(person_id: int, *, seen_by: Scope) -> PersonPage:
    """Return one person through time. Raises Refusal: none, or a closed account and one may not know."""
    person = db.session.get(Person, person_id) if is_id(person_id) else None
    manages = seen_by.allows("manage")
    if person is None or not (person.active or manages):
        raise Refusal("not_found")
    own = manages or seen_by.actor.person_id == person.id
    contact = db.session.scalar(select(PersonContact).where(PersonContact.person_id == person.id)) if own else None
    return PersonPage(
        person=person,
        tenures=_tenures_of(person.id, confirmed=not seen_by.allows("seats")),
        mandates=_mandates_of(person.id, confirmed=not seen_by.allows("seats")),
        roles=list(
            db.session.scalars(
                select(RoleGrant).where(RoleGrant.person_id == person.id).order_by(RoleGrant.from_on.desc())
            )
        ),
        email=contact.email if contact else None,
        phone=contact.phone if contact else None,
        manages=manages,
        may_hand_over=person.active
        and (seen_by.actor.person_id == person.id or seen_by.actor.has(Role.LEADER, Role.HEAD)),
    )


def choices(ref: Reference) -> list[tuple[int, str]]:
    """Return whom a form for a seat can name, in the order of given names. One query."""
    admins = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.ADMIN, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > ref.on)
    )
    query = (
        select(Person.id, Person.name)
        .join(Credential, Credential.person_id == Person.id)
        .where(Person.active, Person.id.not_in(admins))
        .order_by(Person.sort_key, Person.id)
    )
    return [(key, name) for key, name in db.session.execute(query)]


def post(post_id: int) -> Post:
    """Return a post. Raises Refusal when there is none."""
    found = db.session.get(Post, post_id) if is_id(post_id) else None
    if found is None:
        raise Refusal("not_found")
    return found


def history(post_id: int) -> list[Span]:
    """Return who held a seat from day to day, empty spans included, the latest first. One query."""
    query = select(Tenure).where(Tenure.post_id == post_id, Tenure.confirmed_at.is_not(None)).order_by(Tenure.from_on)
    held = [row for row in db.session.scalars(query) if row.to_on is None or row.to_on > row.from_on]
    spans: list[Span] = []
    for place, row in enumerate(held):
        spans.append(Span(row.from_on, row.to_on - DAY if row.to_on else None, row))
        following = held[place + 1].from_on if place + 1 < len(held) else None
        if row.to_on is not None and row.to_on != following:
            spans.append(Span(row.to_on, following - DAY if following else None, None))
    return spans[::-1]


def waiting_tenures(post_id: int | None = None) -> list[Tenure]:
    """Return the entries of seats that wait for a second person, the oldest first."""
    query = select(Tenure).where(
        Tenure.confirmed_at.is_(None), or_(Tenure.to_on.is_(None), Tenure.to_on > Tenure.from_on)
    )
    query = query if post_id is None else query.where(Tenure.post_id == post_id)
    return list(db.session.scalars(query.order_by(Tenure.id)))


def waiting_ends(post_id: int | None = None) -> list[Tenure]:
    """Return the times in seats whose end waits for a second person, the oldest entry first."""
    query = select(Tenure).where(Tenure.ends_on.is_not(None), Tenure.end_confirmed_at.is_(None))
    query = query if post_id is None else query.where(Tenure.post_id == post_id)
    return list(db.session.scalars(query.order_by(Tenure.id)))


def tenures() -> list[Tenure]:
    """Return every seat's holders through time, the newest first."""
    return list(db.session.scalars(select(Tenure).order_by(Tenure.post_id, Tenure.from_on.desc())))


def mandates(at: datetime | None = None, *, confirmed: bool = False) -> list[Mandate]:
    """Return mandates, the newest first: all, or those that have not ended by a moment."""
    query = select(Mandate).order_by(Mandate.from_at.desc())
    if at is not None:
        query = query.where(or_(Mandate.to_at.is_(None), (Mandate.to_at > at) & (Mandate.to_at > Mandate.from_at)))
    return list(db.session.scalars(query.where(Mandate.confirmed_at.is_not(None)) if confirmed else query))


def posts() -> list[Post]:
    """Return every post."""
    return list(db.session.scalars(select(Post).order_by(Post.unit_id, Post.id)))


def by_username(username: str) -> Person | None:
    """Return the person of a user name; None when there is none."""
    return db.session.scalar(select(Person).where(Person.username == username.strip().lower()))


def everybody() -> dict[int, str]:
    """Return the name of everybody there ever was. One query."""
    return {row.id: row.name for row in db.session.execute(select(Person.id, Person.name))}


def everybody_by_name() -> list[tuple[int, str]]:
    """Return everybody with an open account, in the order of given names. One query."""
    query = select(Person.id, Person.name).where(Person.active).order_by(Person.sort_key, Person.id)
    return [(key, name) for key, name in db.session.execute(query)]


def names(person_ids: set[int | None]) -> dict[int, str]:
    """Return the names of some people. One query."""
    wanted = [key for key in person_ids if key is not None]
    if not wanted:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))}


def _tenures_of(person_id: int, *, confirmed: bool) -> list[Tenure]:
    query = select(Tenure).where(Tenure.person_id == person_id).order_by(Tenure.from_on.desc())
    return list(db.session.scalars(query.where(Tenure.confirmed_at.is_not(None)) if confirmed else query))


def _mandates_of(person_id: int, *, confirmed: bool) -> list[Mandate]:
    query = select(Mandate).where(Mandate.person_id == person_id).order_by(Mandate.from_at.desc())
    return list(db.session.scalars(query.where(Mandate.confirmed_at.is_not(None)) if confirmed else query))


def _line(person: Person, granted: Mapping[int, list[Any]], ref: Reference) -> PersonLine:
    seats = [seat for seat in ref.seats if seat.person_id == person.id]
    grants = granted.get(person.id, [])
    units = dict.fromkeys([*(seat.unit_id for seat in seats), *(grant.unit_id for grant in grants)])
    titles = tuple(seat.position for seat in seats)
    return PersonLine(
        person, titles, tuple(grant.role for grant in grants), tuple(ref.unit_name(unit) for unit in units)
    )
