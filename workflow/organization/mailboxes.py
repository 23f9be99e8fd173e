"""The mailbox of a body outside: whom letters to it are addressed to. He has no password, so he can never sign in.

It is a seat at the head of the body with a holder, entered by one person: it gives no right, it only says where
letters go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select

import clock
import vietnamese
from models.base import db
from models.people import Credential, Person, PersonContact, Post, Tenure
from models.session import retried
from models.units import Unit
from models.vocabulary import Rank
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import found, write
from workflow.organization.people import contact_of, has_account, usable_address, usable_name
from workflow.organization.people import phone_number as usable_phone

TITLE: Final = "Đầu mối"


@dataclass(frozen=True)
class Mailbox:
    """Who takes the letters of a body outside, and where."""

    person_id: int
    name: str
    email: str | None
    phone: str | None


def of(unit_id: int, on: date) -> Mailbox | None:
    """Return the mailbox of a body outside on a day; None when it has none. One query."""
    query = (
        select(Person.id, Person.name, PersonContact.email, PersonContact.phone)
        .join(Tenure, Tenure.person_id == Person.id)
        .join(Post, Post.id == Tenure.post_id)
        .outerjoin(PersonContact, PersonContact.person_id == Person.id)
        .where(Post.unit_id == unit_id, Post.rank == Rank.HEAD, Post.active, *_holds(on))
    )
    row = db.session.execute(query).first()
    return Mailbox(*row) if row else None


@retried
def enter(
    unit_id: int, name: str, email: str, phone: str = "", *, by: Actor, at: datetime, key: str | None = None
) -> int:
    """Enter who takes the letters of a body outside, in place of whoever did. Returns his id.

    Raises Refusal: not allowed, a unit of the body, an unusable name, address or telephone.
    """
    with write("units", by, at, key) as writing:
        if writing.answer:
            return writing.number
        unit = _outside(unit_id)
        post, day = _post(unit, writing.by, at), clock.day_of(at)
        row = db.session.scalar(select(Tenure).where(Tenure.post_id == post.id, *_holds(day)))
        person = row.person if row is not None else None
        if row is not None and (person is None or person.name != usable_name(name) or has_account(row.person_id)):
            _end(row, day, writing.by, at)
            row = None
        if row is None or person is None:
            person = _person(unit, name, writing.by, at)
            _hold(post, person, day, writing.by, at)
        contact = contact_of(person.id)
        with recorded(contact, "unit.mailbox", by=writing.by, at=at, req=key):
            contact.email, contact.phone = usable_address(email, required=True), usable_phone(phone)
        writing.keep(person)
        return person.id


@retried
def end(unit_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """End the mailbox of a body outside: it gets no letters any more."""
    with write("units", by, at, key) as writing:
        if writing.answer:
            return
        unit, day = _outside(unit_id), clock.day_of(at)
        row = db.session.scalar(
            select(Tenure).join(Post, Post.id == Tenure.post_id).where(Post.unit_id == unit.id, *_holds(day))
        )
        if row is None:
            raise Refusal("no_mailbox")
        _end(row, day, writing.by, at)
        writing.keep(unit)


def _outside(unit_id: int) -> Unit:
    unit = found(Unit, unit_id)
    if unit.inside:
        raise Refusal("mailbox_inside")
    return unit


def _holds(on: date) -> tuple[ColumnElement[bool], ...]:
    return (Tenure.from_on <= on, or_(Tenure.to_on.is_(None), Tenure.to_on > on), Tenure.confirmed_at.is_not(None))


def _post(unit: Unit, by: Actor, at: datetime) -> Post:
    """Return the seat at the head of a body outside, made when there is none."""
    post = db.session.scalar(select(Post).where(Post.unit_id == unit.id, Post.rank == Rank.HEAD, Post.active))
    if post is None:
        post = Post(unit_id=unit.id, title=TITLE, rank=Rank.HEAD)
        with recorded(None, "post.create", by=by, at=at):
            db.session.add(post)
    return post


def _person(unit: Unit, name: str, by: Actor, at: datetime) -> Person:
    """Return a new person without a password, named after the body for the system's own use."""
    stem = "dau-moi-" + (re.sub(r"[^a-z0-9]+", "-", vietnamese.fold(unit.code)).strip("-") or str(unit.id))
    taken = set(db.session.scalars(select(Person.username).where(Person.username.startswith(stem))))
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    username = next(text for text in names if text not in taken)
    called = usable_name(name)
    person = Person(username=username, name=called, sort_key=vietnamese.person_key(called))
    with recorded(None, "person.create", by=by, at=at):
        db.session.add(person)
        db.session.flush()
        db.session.add(PersonContact(person_id=person.id))
    return person


def _hold(post: Post, person: Person, day: date, by: Actor, at: datetime) -> None:
    row = Tenure(
        post_id=post.id,
        person_id=person.id,
        from_on=day,
        decision="",
        entered_by_id=by.person_id,
        entered_at=at,
        confirmed_at=at,
    )
    with recorded(None, "seat.enter", by=by, at=at):
        db.session.add(row)


def _end(row: Tenure, day: date, by: Actor, at: datetime) -> None:
    """End a holder's time; one without a password is of no further use and is closed with it."""
    with recorded(row, "seat.end", by=by, at=at):
        row.to_on = max(day, row.from_on)
    if db.session.get(Credential, row.person_id) is None:
        person = found(Person, row.person_id)
        with recorded(person, "person.close", by=by, at=at):
            person.active = False
