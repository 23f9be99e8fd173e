"""The people of a day as letters need them: who reads, where he works, who is away, who was named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, or_, select

import clock
from models.base import db
from models.causes import Mention
from models.people import Credential, Person, PersonContact, RoleGrant
from models.reminding import Absence, LetterPreference
from models.tasks import Coordination, Note
from models.vocabulary import Role
from notifications.preferences import Wish
from notifications.recipients import Reader, Roster
from workflow.reference import Reference

# so long a mention waits for a letter, such as of somebody who is away
NAMED_LATELY: Final = timedelta(days=60)
WORKS: Final = (Role.OFFICER, Role.OFFICE)


def load(ref: Reference) -> Roster:
    """Return the people of the reference's day. Three queries, one more where bodies outside have mailboxes."""
    people = _people(ref)
    readers = {
        row.id: Reader(
            row.id,
            row.name,
            row.language,
            row.email,
            Wish.of(row.off, row.channel, row.not_before),
            row.account is not None,
        )
        for row in people
    }
    granted = select(RoleGrant.person_id, RoleGrant.unit_id, RoleGrant.role).where(
        RoleGrant.role.in_(WORKS), RoleGrant.from_on <= ref.on, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > ref.on)
    )
    grants = db.session.execute(granted.order_by(RoleGrant.person_id)).all()
    seated = {(seat.person_id, seat.unit_id) for seat in ref.seats if seat.person_id is not None}
    office = tuple(row.person_id for row in grants if row.role == Role.OFFICE and row.person_id in readers)
    works_in = frozenset(seated | {(row.person_id, row.unit_id) for row in grants})
    away = {row.id: row.substitute_id for row in people if row.absent and not _has_ended(row.ended_at, ref)}
    return Roster(ref, readers, works_in, office, _who_can(away, readers, works_in), _invited(ref), _mentions(ref))


def _invited(ref: Reference) -> dict[int, tuple[int, ...]]:
    """Return which bodies outside with a mailbox take part in which tasks. One query, none without any mailbox."""
    outside = {unit.id for unit in ref.outside}
    held = {seat.unit_id for seat in ref.seats if seat.unit_id in outside and seat.person_id is not None}
    found: dict[int, tuple[int, ...]] = {}
    if held:
        query = select(Coordination.task_id, Coordination.unit_id)
        part = Coordination.unit_id.in_(held), Coordination.ended_at.is_(None)
        for task_id, unit_id in db.session.execute(query.where(*part).order_by(Coordination.id)):
            found[task_id] = (*found.get(task_id, ()), unit_id)
    return found


def _mentions(ref: Reference) -> dict[int, tuple[tuple[int, ...], frozenset[int]]]:
    """Return who was named lately on which task, with the units that coordinate it now. One query."""
    part = and_(Coordination.task_id == Mention.task_id, Coordination.ended_at.is_(None))
    query = (
        select(Mention.task_id, Mention.person_id, Coordination.unit_id)
        .join(Note, Note.id == Mention.note_id)
        .outerjoin(Coordination, part)
        .where(Note.at >= clock.start_of(ref.on - NAMED_LATELY))
    )
    found: dict[int, tuple[tuple[int, ...], frozenset[int]]] = {}
    rows: Iterable[Any] = db.session.execute(query)
    for task_id, person_id, unit_id in rows:
        people, units = found.get(task_id, ((), frozenset()))
        more = people if person_id in people else (*people, person_id)
        found[task_id] = more, units if unit_id is None else units | {unit_id}
    return found


def _people(ref: Reference) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return everybody whose account is open, with his wishes and his absences of the day. One query."""
    wish = (LetterPreference.off, LetterPreference.channel, LetterPreference.not_before)
    account = Credential.person_id.label("account")
    absence = (Absence.id.label("absent"), Absence.substitute_id, Absence.ended_at)
    of_day = and_(Absence.person_id == Person.id, Absence.from_on <= ref.on, Absence.to_on > ref.on)
    query = (
        select(Person.id, Person.name, Person.language, PersonContact.email, *wish, *absence, account)
        .outerjoin(PersonContact, PersonContact.person_id == Person.id)
        .outerjoin(LetterPreference, LetterPreference.person_id == Person.id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .outerjoin(Absence, of_day)
    )
    return db.session.execute(query.where(Person.active)).all()


def _who_can(
    away: Mapping[int, int | None], readers: Mapping[int, Reader], works_in: frozenset[tuple[int, int]]
) -> dict[int, int | None]:
    """Return who is away, with the substitute who can hear for him: here himself, in a unit of his."""
    found = {}
    for person, other in away.items():
        units = {unit for one, unit in works_in if one == person}
        can = other in readers and other not in away and any((other, unit) in works_in for unit in units)
        found[person] = other if can else None
    return found


def _has_ended(ended_at: datetime | None, ref: Reference) -> bool:
    return ended_at is not None and clock.day_of(ended_at) <= ref.on
