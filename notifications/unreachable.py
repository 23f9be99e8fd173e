"""Who cannot be reached by letter: a wrong address, a mailbox that refuses, a letter that came back.

The office is told at once, once a person and day, with the telephone; the list on the board holds a person until a
later letter is accepted or his address is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask import current_app
from sqlalchemy import case, func, or_, select

import clock
from i18n import gettext as _
from models.base import db
from models.letters import Letter, LetterLine
from models.log import LogEntry
from models.people import Person, PersonContact
from models.tasks import Task
from models.vocabulary import (
    UnitKind,
)
from models.words import (
    LetterState,
    LineState,
)
from notifications import letters, rosters, system
from notifications.recipients import Reader, Roster
from notifications.rule_words import of_rule
from notifications.system import Notice
from terms import N_
from workflow.reference import Reference

KEY: Final = "unreachable;person="
SHOWN: Final = 50
# why a letter did not arrive, where the mail server did not say it itself
WHY: Final[dict[str, str]] = {
    "no_address": N_("there is no usable address"),
    "bounced": N_("the letter came back"),
}


@dataclass(frozen=True)
class Missed:
    """One thing a person should have heard."""

    task_id: int
    title: str
    rule: str


@dataclass(frozen=True)
class Lost:
    """Somebody whom letters do not reach: since when, why, and what he has not heard."""

    person_id: int
    name: str
    position: str
    unit: str
    phone: str | None
    email: str | None
    since: datetime
    why: str
    missed: list[Missed] = field(default_factory=list)


def people(ref: Reference) -> list[Lost]:
    """Return whom letters do not reach, the latest first. One query when everybody is reached."""
    bad = _bad()
    if not bad:
        return []
    roster = rosters.load(ref)
    missed = _missed(bad.keys())
    contacts = {row.person_id: row for row in db.session.scalars(_contacts(bad.keys()))}
    found = [_lost(key, letter, roster, contacts.get(key), missed.get(key, [])) for key, letter in bad.items()]
    return sorted(found, key=lambda one: one.since, reverse=True)


def tell(person_id: int, key: str, roster: Roster, at: datetime) -> None:
    """Put a letter to the office into the outbox that somebody cannot be reached. Needs a write unit.

    When the letter that failed (`key`) was itself such a word, the next one hears of the same person.
    """
    bad = _bad()
    about = int(key.removeprefix(KEY).split(";")[0]) if key.startswith(KEY) else None
    missing = {person_id, about} - {None}
    for one in missing:
        if one is not None and one in bad:
            _tell(one, bad[one], bad, roster, at)


def _tell(person_id: int, letter: Letter, bad: Collection[int], roster: Roster, at: datetime) -> None:
    reader = next(_tellable(roster, {person_id, *bad}), None)
    if reader is None:
        return  # nobody can be told by letter; the list on the board says it
    contact = db.session.scalars(_contacts([person_id])).one_or_none()
    missed = _missed([person_id]).get(person_id, [])
    key = f"{KEY}{person_id};on={clock.day_of(at).isoformat()}"
    base = current_app.config["PUBLIC_URL"].rstrip("/")

    def said() -> Notice:
        return notice(_lost(person_id, letter, roster, contact, missed), base)

    system.queue(reader, key, said, roster.ref.settings["body.name"], at)


def _tellable(roster: Roster, but: set[int]) -> Iterator[Reader]:
    """Give who can be told: the office's head, its people, then leadership; none whom letters do not reach."""
    offices = {unit.id for unit in roster.ref.units.values() if unit.kind == UnitKind.OFFICE}
    heads = [seat.person_id for seat in map(roster.ref.head_of, offices) if seat is not None]
    leaders = [seat.person_id for seat in roster.ref.leadership]
    for person in dict.fromkeys([*heads, *roster.office_people, *leaders]):
        reader = roster.readers.get(person or 0)
        if reader is not None and reader.id not in but and letters.is_address(reader.email):
            yield reader


def notice(lost: Lost, base: str) -> Notice:
    """Return what the office is told of a person whom a letter did not reach."""
    who = ", ".join(filter(None, (lost.name, lost.position, lost.unit)))
    facts = [
        _("Telephone: %(phone)s", phone=lost.phone or _("not entered")),
        _("Address: %(address)s", address=lost.email or _("none")),
        _("What came of it: %(why)s", why=lost.why),
    ]
    heard = [f"{one.title} ({of_rule(one.rule)})" for one in lost.missed[:SHOWN]]
    said = [_("A letter to %(who)s could not be delivered.", who=who), *facts]
    if heard:
        said.append(_("Please tell by telephone what the letter said:"))
    return Notice(
        _("Not reached by letter: %(name)s", name=lost.name),
        said,
        items=heard,
        links=((_("Everybody who is not reached"), f"{base}/reminders#unreachable"),),
    )


def _bad() -> dict[int, Letter]:
    """Return the last letter that did not reach each person who is not reached still. Three queries, or one."""
    failed = or_(Letter.state == LetterState.FAILED, Letter.bounced_at.is_not(None))
    query = select(Letter).join(Person, Person.id == Letter.recipient_id).where(failed, Person.active)
    last: dict[int, Letter] = {}
    for letter in db.session.scalars(query.order_by(_failed_at(), Letter.id)):
        last[letter.recipient_id] = letter
    good = _reached(last.keys()) if last else {}
    return {key: letter for key, letter in last.items() if failed_at(letter) >= good.get(key, failed_at(letter))}


def failed_at(letter: Letter) -> datetime:
    """Return when it was known that a letter did not arrive."""
    return letter.bounced_at or letter.next_try_at


def _failed_at() -> Any:
    return case((Letter.bounced_at.is_not(None), Letter.bounced_at), else_=Letter.next_try_at)


def _reached(keys: Collection[int]) -> dict[int, datetime]:
    """Return when each of these people last got a letter, or was given another address."""
    taken = Letter.state == LetterState.ACCEPTED, Letter.bounced_at.is_(None), Letter.recipient_id.in_(keys)
    accepted = select(Letter.recipient_id, func.max(Letter.sent_at)).where(*taken).group_by(Letter.recipient_id)
    own = LogEntry.obj_type == PersonContact.__tablename__, LogEntry.obj_id == PersonContact.id
    changed = (
        select(PersonContact.person_id, func.max(LogEntry.at))
        .join(LogEntry, own[1])
        .where(own[0], LogEntry.act == "person.address", PersonContact.person_id.in_(keys))
        .group_by(PersonContact.person_id)
    )
    found: dict[int, datetime] = {}
    for person, moment in [*db.session.execute(accepted), *db.session.execute(changed)]:
        if moment is not None:
            found[person] = max(moment, found.get(person, moment))
    return found


def _missed(keys: Collection[int]) -> dict[int, list[Missed]]:
    """Return what these people never got because a letter failed or came back. One query."""
    lost = or_(Letter.state == LetterState.FAILED, Letter.bounced_at.is_not(None))
    query = (
        select(LetterLine.recipient_id, LetterLine.task_id, Task.title, LetterLine.rule)
        .join(Letter, Letter.id == LetterLine.letter_id)
        .join(Task, Task.id == LetterLine.task_id)
        .where(LetterLine.recipient_id.in_(keys), lost, LetterLine.state == LineState.PLANNED)
    )
    found: dict[int, list[Missed]] = {}
    for person, task_id, title, rule in db.session.execute(query.order_by(LetterLine.id)):
        found.setdefault(person, []).append(Missed(task_id, " ".join(title.split()), rule))
    return found


def _contacts(keys: Collection[int]) -> Any:
    return select(PersonContact).where(PersonContact.person_id.in_(keys))


def _lost(person_id: int, letter: Letter, roster: Roster, contact: PersonContact | None, missed: list[Missed]) -> Lost:
    reader, ref = roster.readers[person_id], roster.ref
    seat = next((seat for seat in ref.seats if seat.person_id == person_id), None)
    unit = seat.unit_id if seat else next((unit for person, unit in roster.works_in if person == person_id), None)
    why = "bounced" if letter.bounced_at is not None else letter.error or ""
    return Lost(
        person_id=person_id,
        name=reader.name,
        position=seat.position if seat else "",
        unit=ref.unit_name(unit),
        phone=contact.phone if contact else None,
        email=contact.email if contact else None,
        since=failed_at(letter),
        why=_(WHY.get(why, why)) if why else "",
        missed=missed,
    )
