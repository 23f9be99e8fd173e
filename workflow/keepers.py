"""Who keeps the checkpoints of the log: entered and ended by a command, each an entry of the log itself.

At least one of them should be out of reach of whoever runs the system: the head of the body, the inspection, records.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import or_, select

import clock
import vietnamese
from models.base import db
from models.keeping import Keeper
from models.people import Person, PersonContact
from models.session import retried, transaction
from terms import N_
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.people import has_account, usable_address, usable_name

STEM: Final = "giu-moc"
# how a mailbox is called that only the system's own setting names
CALLED: Final = "Người giữ mốc"


@dataclass(frozen=True)
class Kept:
    """A mailbox that gets the checkpoints."""

    person_id: int
    name: str
    language: str
    email: str | None


def all_of(on: date) -> list[Kept]:
    """Return the mailboxes that get the checkpoints on a day. One query."""
    query = (
        select(Person.id, Person.name, Person.language, PersonContact.email)
        .join(Keeper, Keeper.person_id == Person.id)
        .outerjoin(PersonContact, PersonContact.person_id == Person.id)
        .where(Person.active, Keeper.from_on <= on, or_(Keeper.to_on.is_(None), Keeper.to_on > on))
    )
    return [Kept(*row) for row in db.session.execute(query.order_by(Person.id))]


@retried
def enter(name: str, email: str, *, by: Actor, at: datetime) -> int:
    """Enter a mailbox of somebody who never signs in here. Raises Refusal for an unusable name or address."""
    with transaction():
        return _enter(name, email, by, at)


@retried
def enter_person(username: str, *, by: Actor, at: datetime) -> int:
    """Have somebody of the body itself get the checkpoints. Raises Refusal: nobody of this name, no address."""
    with transaction():
        person = db.session.scalar(select(Person).where(Person.username == username, Person.active))
        email = (
            db.session.scalar(select(PersonContact.email).where(PersonContact.person_id == person.id))
            if person
            else None
        )
        if person is None or not email:
            form = N_("the user name of somebody whose account is open and who has an e-mail address")
            raise Refusal("bad_value", field=N_("user name"), value=username[:60], form=form)
        _keep(person.id, by, at)
        return person.id


@retried
def enter_missing(addresses: Iterable[str], *, by: Actor, at: datetime) -> int:
    """Enter the mailboxes of the system's own setting that are not there yet; return how many."""
    known = {kept.email for kept in all_of(clock.day_of(at))}
    missing = [address for address in addresses if address not in known]
    if missing:
        with transaction():
            for number, address in enumerate(missing, len(known) + 1):
                _enter(f"{CALLED} {number}", address, by, at)
    return len(missing)


@retried
def end(person_id: int, *, by: Actor, at: datetime) -> None:
    """End a mailbox; whoever only got checkpoints by it is closed with it. Raises Refusal when there is none."""
    with transaction():
        row = db.session.scalar(select(Keeper).where(Keeper.person_id == person_id))
        if row is None or row.to_on is not None:
            raise Refusal("no_mailbox")
        with recorded(row, "log.keeper_end", by=by, at=at):
            row.to_on = max(clock.day_of(at), row.from_on)
        if not has_account(person_id):
            person = db.session.get_one(Person, person_id)
            with recorded(person, "person.close", by=by, at=at):
                person.active = False


def _enter(name: str, email: str, by: Actor, at: datetime) -> int:
    called, address = usable_name(name), usable_address(email, required=True)
    taken = set(db.session.scalars(select(Person.username).where(Person.username.startswith(STEM))))
    username = next(text for number in range(1, len(taken) + 2) if (text := f"{STEM}-{number}") not in taken)
    person = Person(username=username, name=called, sort_key=vietnamese.person_key(called))
    with recorded(None, "person.create", by=by, at=at):
        db.session.add(person)
        db.session.flush()
        db.session.add(PersonContact(person_id=person.id, email=address))
    _keep(person.id, by, at)
    return person.id


def _keep(person_id: int, by: Actor, at: datetime) -> None:
    row = db.session.scalar(select(Keeper).where(Keeper.person_id == person_id))
    with recorded(row, "log.keeper", by=by, at=at):
        if row is None:
            row = Keeper(person_id=person_id, from_on=clock.day_of(at))
            db.session.add(row)
        row.to_on = None
