"""“Đã nhận”: the link of a letter by which its receiver says that he has it, and what that writes.

The link carries a mark made of the letter, its receiver and the server's secret, so nothing is stored for it. It
opens a page; only the button on that page acts, so that scanners of mail, which follow links, confirm nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask import current_app
from sqlalchemy import distinct, func, select

import clock
from models.base import db, is_id
from models.letters import Letter, LetterLine
from models.people import Credential, Person
from models.session import retried, transaction
from notifications import outbox
from workflow import actors, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note

ACT: Final = "letter.acknowledge"
# what the mark is made for: a mark of the same secret for anything else is another one
PURPOSE: Final = "letter-received"
MARK_LENGTH: Final = 32


@dataclass(frozen=True)
class Receipt:
    """What the page of a letter's link shows: no title, no deadline, only that the letter is his."""

    letter_id: int
    day: date
    name: str
    language: str
    tasks: int
    acknowledged_at: datetime | None
    signs_in: bool = True


def link(letter_id: int, recipient_id: int) -> str:
    """Return the address at which a letter's receiver says that he has it."""
    base = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    return f"{base}/letters/{letter_id}/{mark(letter_id, recipient_id)}"


def mark(letter_id: int, recipient_id: int) -> str:
    """Return what nobody can make who does not know the server's secret."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    text = f"{PURPOSE}|{letter_id}|{recipient_id}".encode()
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:MARK_LENGTH]


def opened(letter_id: int, given: str) -> Receipt:
    """Return what a link shows. One query.

    Raises Refusal `not_found` alike for a letter that is not there, a wrong mark, and a receiver whose account ended.
    """
    tasks = select(func.count(distinct(LetterLine.task_id))).where(LetterLine.letter_id == Letter.id)
    of_person = (Person.id, Person.name, Person.language, Credential.person_id)
    query = (
        select(Letter.day, Letter.acknowledged_at, tasks.scalar_subquery(), *of_person)
        .join(Person, Person.id == Letter.recipient_id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .where(Letter.id == letter_id, Person.active)
    )
    row = db.session.execute(query).one_or_none() if is_id(letter_id) else None
    day, at, count, person, name, language, account = row or (date.min, None, 0, 0, "", "", None)
    is_right = hmac.compare_digest(mark(letter_id, person).encode(), given.encode())
    if row is None or not is_right:
        raise Refusal("not_found")
    return Receipt(letter_id, day, name, language, count, at, account is not None)


@retried
def acknowledge(letter_id: int, given: str, *, at: datetime) -> Receipt:
    """Write that a letter was received: once, in the log with who, its lines read. Raises Refusal as `opened`."""
    with transaction() as session:
        receipt = opened(letter_id, given)
        letter = session.get_one(Letter, letter_id, populate_existing=True, with_for_update=True)
        person = session.get_one(Person, letter.recipient_id)
        by = actors.actor(person, reference.load(clock.day_of(at)), at, {"method": "link"})
        if letter.acknowledged_at is None:
            confirm(letter, by=by, at=at, way="link")
    return receipt


def confirm(letter: Letter, *, by: Actor, at: datetime, way: str) -> None:
    """Write down a letter as received, with its lines read. Needs a write unit."""
    letter.acknowledged_at = at
    outbox.mark_read(at, LetterLine.letter_id == letter.id)
    data = {"day": letter.day.isoformat(), "way": way}
    note(ACT, by=by, at=at, obj=("letter", letter.id), about={"person": letter.recipient_id}, data=data)
