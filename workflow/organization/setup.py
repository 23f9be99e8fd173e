"""The first administrator of an empty system, let in by a code that only the program's starter can read."""

from __future__ import annotations

import hmac
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.log import LogHead
from models.people import Person, RoleGrant
from models.session import transaction
from models.units import Unit
from models.vocabulary import Role, UnitKind
from workflow import access
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization import people, units
from workflow.organization.days import name_the_body
from workflow.organization.gate import words

FILE: Final = "setup_code"


@dataclass(frozen=True)
class First:
    """What the first page asks for."""

    body: str
    username: str
    name: str
    email: str
    password: str
    password_again: str


def is_needed() -> bool:
    """Return whether nobody is here yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def code(folder: Path) -> str:
    """Return the one-time code of this installation, made when there is none (mode 0600)."""
    path = folder / FILE
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def forget_code(folder: Path) -> None:
    """Remove the code: it is good for one administrator."""
    (folder / FILE).unlink(missing_ok=True)


def create_first(typed: str, first: First, *, folder: Path, address: str, at: datetime) -> int:
    """Make the body and its first administrator, and forget the code. Returns his id.

    Raises Refusal: somebody is here already (as if there were no such page), wrong code, too many tries,
    a value that cannot be used, a weak password.
    """
    _require_code(typed, folder, address, at)
    if first.password != first.password_again:
        raise Refusal("passwords_differ")
    access.require_strong(first.password, first.username.strip().lower())
    body, by = words(first.body, "name"), Actor.system()
    with transaction() as session:
        session.execute(select(LogHead.id).with_for_update())  # two browsers at once: the second finds somebody here
        if not is_needed():
            raise Refusal("not_found")
        person = people.add(first.username, first.name, first.email, first.password, by=by, at=at)
        day = clock.day_of(at)
        unit = Unit(code=_initials(body), kind=UnitKind.BODY, inside=True, from_on=day)
        with recorded(None, "setup.body", by=by, at=at):
            units.add(unit, body)
            name_the_body(body, day, at)
        with recorded(None, "setup.administrator", by=by, at=at):
            session.add(RoleGrant(person_id=person.id, role=Role.ADMIN, unit_id=unit.id, from_on=day))
        found = person.id
    forget_code(folder)
    return found


def _require_code(typed: str, folder: Path, address: str, at: datetime) -> None:
    """Refuse a wrong code, and after ten of them any, for a quarter of an hour."""
    access.require_quiet("setup", address, at)
    if not is_needed():
        raise Refusal("not_found")
    expected = _plain(code(folder))
    if expected and hmac.compare_digest(_plain(typed), expected):
        return
    with transaction():
        access.count_failure("setup", address, at)
    raise Refusal("wrong_setup_code", file=f"DATA_DIR/{FILE}")


def _make(path: Path) -> None:
    """Put a new code in place whole: processes that start at once agree on one, and none reads half of it."""
    drawn = people.draw_password()
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}-")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(drawn + "\n")
        os.link(draft, path)  # unlike a rename, never replaces the one another process has just shown
    except FileExistsError:
        return
    finally:
        os.unlink(draft)


def _plain(text: str) -> bytes:
    return "".join(char for char in text.lower() if char.isalnum()).encode()


def _initials(body: str) -> str:
    """Return the code of the body: the first letters of its name, such as BDTTLS."""
    return "".join(word[0] for word in vietnamese.fold(body).split())[:20].upper() or "BODY"
