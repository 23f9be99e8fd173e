"""Calendar feeds: a secret address a person and unit, made when asked for, revoked when asked for or with the account.

Whoever knows the address reads what its owner may read at that moment, and no more: rights are asked at each reading.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

import clock
from models.access import Token
from models.base import db
from models.people import Credential, Person
from models.session import transaction
from workflow import actors, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note
from workflow.permissions import Scope
from workflow.reference import Reference

KIND: Final = "feed"


@dataclass(frozen=True)
class Feed:
    """An open feed: whose, of which unit (none: what is his own to move), since when."""

    id: int
    unit_id: int | None
    created_at: datetime


@dataclass(frozen=True)
class Reading:
    """What a feed's address stands for now: its owner with the rights of this moment, and the unit asked for."""

    owner: Actor
    unit_id: int | None
    ref: Reference


def feeds_of(person_id: int) -> list[Feed]:
    """Return a person's open feeds, his own first."""
    query = select(Token).where(Token.person_id == person_id, Token.kind == KIND, Token.revoked_at.is_(None))
    rows = db.session.scalars(query.order_by(Token.unit_id.is_not(None), Token.id))
    return [Feed(row.id, row.unit_id, row.created_at) for row in rows]


def units_to_follow(ref: Reference, *, seen_by: Scope) -> list[int]:
    """Return the units whose feed a person may ask for: his own, or all inside when he reads every task."""
    own = seen_by.units()
    return [unit.id for unit in ref.inside if seen_by.sees_whole() or unit.id in own]


def open_feed(unit_id: int | None, *, by: Actor, at: datetime) -> str:
    """Make a feed and return its secret, which is shown this once; an older one of the same kind is revoked.

    Raises Refusal: not signed in as a person, or a unit whose tasks he does not read.
    """
    with transaction() as session:
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        if by.person_id is None or (unit_id is not None and unit_id not in units_to_follow(ref, seen_by=Scope(by))):
            raise Refusal("not_found")
        _revoke(by.person_id, unit_id, at)
        secret = secrets.token_urlsafe(32)
        session.add(Token(secret_sha=_sha(secret), person_id=by.person_id, kind=KIND, unit_id=unit_id, created_at=at))
        note("access.feed_opened", by=by, at=at, obj=("person", by.person_id), data={"unit": unit_id})
        return secret


def close_feed(feed_id: int, *, by: Actor, at: datetime) -> None:
    """Revoke one of one's own feeds; a second time changes nothing. Raises Refusal for another person's."""
    with transaction() as session:
        row = session.get(Token, feed_id) if 0 < feed_id < 2**31 else None
        if row is None or row.person_id != by.person_id or row.kind != KIND:
            raise Refusal("not_found")
        if row.revoked_at is None:
            row.revoked_at = at
            note("access.feed_closed", by=by, at=at, obj=("person", by.person_id), data={"unit": row.unit_id})


def opened(secret: str, at: datetime) -> Reading:
    """Return what a secret opens now.

    Raises Refusal `not_found` alike for what never was, was revoked, or belongs to an account that is closed or whose
    password somebody else knows.
    """
    query = (
        select(Token, Person)
        .join(Person, Person.id == Token.person_id)
        .join(Credential, Credential.person_id == Person.id)
        .where(
            Token.secret_sha == _sha(secret),
            Token.kind == KIND,
            Token.revoked_at.is_(None),
            Person.active,
            Credential.must_change.is_(False),
        )
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise Refusal("not_found")
    ref = reference.load(clock.day_of(at))
    return Reading(actors.actor(row.Person, ref, at), row.Token.unit_id, ref)


def _revoke(person_id: int, unit_id: int | None, at: datetime) -> None:
    same = Token.unit_id == unit_id if unit_id is not None else Token.unit_id.is_(None)
    query = select(Token).where(Token.person_id == person_id, Token.kind == KIND, Token.revoked_at.is_(None), same)
    for row in db.session.scalars(query):
        row.revoked_at = at


def _sha(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
