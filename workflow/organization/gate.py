"""What every change of the organisation asks first: may he, was the form answered, is the row there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from flask_sqlalchemy.session import Session

import clock
import vietnamese
from models.base import Base, Tracked, is_id
from models.people import Person
from models.plans import Reading
from models.session import NotFoundError, lock, transaction
from models.units import Unit
from terms import N_
from workflow import actors, idempotency, reference, signers
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.permissions import Scope

Row = TypeVar("Row", bound=Base)

# what changes who may sign: after it everything that waits is looked at anew (N15)
MOVES_SEATS: Final = frozenset({"seats", "units", "manage"})
# what a form asks for -> what it is called, and the most letters it takes
FIELDS: Final[dict[str, tuple[str, int]]] = {
    "code": (N_("code"), 20),
    "name": (N_("name"), 200),
    "short": (N_("short name"), 80),
    "title": (N_("title of the seat"), 120),
    "scope": (N_("what the mandate covers"), 500),
    "decision": (N_("number and day of the decision"), 300),
    "value": (N_("value"), 500),
    "reason": (N_("reason"), 4000),
}


@dataclass(frozen=True)
class Writing:
    """An open write unit of one person: his rights of now, and what his form was answered with before."""

    session: Session
    by: Actor
    at: datetime
    key: str | None
    form: str
    answer: str | None

    @property
    def number(self) -> int:
        """Return the id the form was answered with before."""
        return int((self.answer or "").split()[-1])

    def keep(self, row: Tracked | Reading) -> None:
        """Keep what the form is answered with; it commits with the change."""
        if self.by.person_id is not None:
            idempotency.keep(self.by, self.key, self.form, f"{type(row).__name__} {row.id}", self.at)


@contextmanager
def write(place: str, by: Actor, at: datetime, key: str | None = None) -> Iterator[Writing]:
    """Open a write unit for a person who may change this place. Raises Refusal when it is not his.

    With a form's key the person is locked first, so that a double click waits here and then finds its answer.
    """
    with transaction() as session:
        if key and by.person_id is not None:
            session.get(Person, by.person_id, populate_existing=True, with_for_update={"key_share": True})
        fresh = require(place, by, at)
        answer = idempotency.answered(fresh, key, place) if by.person_id is not None else None
        yield Writing(session, fresh, at, key, place, answer)
        if place in MOVES_SEATS and not answer:
            signers.look(at)


def require(place: str, by: Actor, at: datetime) -> Actor:
    """Return the person with his rights of now; the system may everything. Raises Refusal: not his."""
    if by.person_id is None:
        return by
    fresh = actors.reload(by, at, reference.load(clock.day_of(at)))
    Scope(fresh).require(place)
    return fresh


def found(kind: type[Row], key: int | None) -> Row:
    """Return the row with this id, locked. Raises Refusal when there is none, however long the number is."""
    if key is None or not is_id(key):
        raise Refusal("not_found")
    try:
        return lock(kind, key)
    except NotFoundError:
        raise Refusal("not_found") from None


def require_version(row: Person | Unit, version: int | None) -> None:
    """Refuse a form that was opened on an older state of the row."""
    if version is not None and version != row.version:
        raise Refusal("somebody_was_faster")


def require_second(entered_by_id: int | None, confirmed_at: datetime | None, by: Actor) -> None:
    """Refuse to confirm what one entered oneself, or what is confirmed already."""
    if confirmed_at is not None:
        raise Refusal("confirmed_already")
    if by.person_id is not None and by.person_id == entered_by_id:
        raise Refusal("second_person")


def require_span(from_on: date, to_on: date | None) -> None:
    """Refuse an end that lies before the beginning."""
    if to_on is not None and to_on < from_on:
        raise Refusal("ends_before_begins", begins=from_on.strftime("%d/%m/%Y"), ends=to_on.strftime("%d/%m/%Y"))


def words(text: str, field: str, *, required: bool = True) -> str:
    """Return a line of text in one spelling, only visible signs. Raises Refusal: missing, too long."""
    label, limit = FIELDS[field]
    visible = "".join(char for char in vietnamese.normalise(text) if char.isprintable() or char.isspace())
    line = " ".join(visible.split())
    if required and not line:
        raise Refusal("missing_field", field=label)
    if len(line) > limit:
        raise Refusal("too_long", field=label, limit=limit, length=len(line))
    return line
