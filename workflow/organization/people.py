"""People as they come, change and go: an account, where they are reached, and the roles they have."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

import vietnamese
from models.base import db
from models.people import Person, PersonContact, RoleGrant
from models.session import lock, transaction
from models.vocabulary import Role
from workflow import access
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import require

USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,38}[a-z0-9]")
ADDRESS: Final = re.compile(r"[^@\s<>\"',;:]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def create(username: str, name: str, email: str, *, by: Actor, at: datetime, password: str | None = None) -> tuple[int, str]:
    """Make an account and return its id and first password (drawn by the system unless given).

    Raises Refusal: not allowed, name taken, a value that cannot be used, a weak password.
    """
    username, name = vietnamese.normalise(username).strip().lower(), vietnamese.normalise(name).strip()
    _require_names(username, name)
    first = password or secrets.token_urlsafe(12)
    with transaction() as session:
        by = require("manage", by, at)
        if session.scalar(select(Person.id).where(Person.username == username)):
            raise Refusal("taken", value=username)
        person = Person(username=username, name=name, sort_key=vietnamese.person_key(name))
        with recorded(None, "person.create", by=by, at=at):
            session.add(person)
            session.flush()
            session.add(PersonContact(person_id=person.id, email=_address(email)))
        access.set_password(person, first, by=by, at=at)
        return person.id, first


def set_address(person_id: int, email: str, *, by: Actor, at: datetime) -> None:
    """Change where a person's letters go; the log commits to the address without showing it."""
    with transaction() as session:
        by = require("manage", by, at)
        row = session.scalar(select(PersonContact).where(PersonContact.person_id == person_id))
        if row is None:
            raise Refusal("not_found")
        with recorded(row, "person.address", by=by, at=at):
            row.email = _address(email)


def set_active(person_id: int, active: bool, *, by: Actor, at: datetime) -> None:
    """Close or open an account; a closed one is out at its next request, its lines in the log stay."""
    with transaction():
        by = require("manage", by, at)
        person = lock(Person, person_id)
        with recorded(person, "person.open" if active else "person.close", by=by, at=at):
            person.active = active


def choose_language(person_id: int, language: str, *, by: Actor, at: datetime) -> None:
    """Set the language a person reads pages and letters in."""
    if language not in ("vi", "en"):
        raise Refusal("bad_value", field="language", value=language)
    with transaction():
        person = lock(Person, person_id)
        with recorded(person, "person.language", by=by, at=at):
            person.language = language


def grant(person_id: int, role: Role, unit_id: int, from_on: date, *, by: Actor, at: datetime) -> None:
    """Give a person a role in a unit from a day on; heads and leaders are made by seats, not here."""
    if role in (Role.HEAD, Role.LEADER):
        raise Refusal("bad_value", field="role", value=role)
    with transaction() as session:
        by = require("manage", by, at)
        row = RoleGrant(person_id=person_id, role=role, unit_id=unit_id, from_on=from_on)
        with recorded(None, "role.grant", by=by, at=at):
            session.add(row)


def end_grant(grant_id: int, to_on: date, *, by: Actor, at: datetime) -> None:
    """End a role on a day (that day excluded)."""
    with transaction():
        by = require("manage", by, at)
        row = lock(RoleGrant, grant_id)
        with recorded(row, "role.end", by=by, at=at):
            row.to_on = max(to_on, row.from_on)


def address_of(person_id: int) -> str | None:
    """Return where a person's letters go."""
    return db.session.scalar(select(PersonContact.email).where(PersonContact.person_id == person_id))


def _require_names(username: str, name: str) -> None:
    if not USERNAME.fullmatch(username):
        raise Refusal("bad_value", field="username", value=username[:60])
    if not 2 <= len(name) <= 120:
        raise Refusal("bad_value", field="name", value=name[:60])


def _address(email: str) -> str | None:
    email = email.strip()
    if email and not ADDRESS.fullmatch(email):
        raise Refusal("bad_value", field="email", value=email[:80])
    return email or None
