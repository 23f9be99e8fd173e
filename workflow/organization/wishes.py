"""What a person settles about his own reminders: what comes by letter, from which hour, and when he is away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select

import clock
from models.base import db
from models.people import Person
from models.reminding import Absence, LetterPreference
from models.session import retried
from models.words import (
    Channel,
    LetterGroup,
)
from terms import N_
from workflow import reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import found, require_span, write
from workflow.organization.rules import HOUR
from workflow.queries import people
from workflow.reference import Reference

PLACE: Final = "account"
# a later hour would leave no time to send before the evening
LATEST: Final = time(16, 30)
LONGEST: Final = timedelta(days=366)


def preference_of(person_id: int) -> LetterPreference | None:
    """Return what a person wants of his letters; None when he said nothing. One query."""
    return db.session.scalar(select(LetterPreference).where(LetterPreference.person_id == person_id))


def absences_of(person_id: int, on: date) -> list[Absence]:
    """Return a person's absences that are not over on a day, the next first. One query."""
    query = select(Absence).where(Absence.person_id == person_id, Absence.to_on > on, Absence.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(Absence.from_on, Absence.id)))


def colleagues(person_id: int, ref: Reference) -> list[tuple[int, str]]:
    """Return who can hear in a person's place: those who work in a unit of his, by seat or role. One query."""
    by_unit = people.of_units(ref)
    own = [members for members in by_unit.values() if any(key == person_id for key, _name in members)]
    found = {key: name for members in own for key, name in members if key != person_id}
    return list(found.items())


@retried
def set_preference(
    off: Iterable[LetterGroup],
    channel: Channel,
    not_before: str,
    *,
    opens: time,
    by: Actor,
    at: datetime,
    key: str | None = None,
) -> None:
    """Settle what comes by letter, and from which hour on (empty: with everybody, when the house opens at `opens`).

    Raises Refusal for an hour that is none, or lies outside the house's hour and half past four.
    """
    hour = _hour(not_before, opens)
    with write(PLACE, by, at, key) as writing:
        if writing.answer or by.person_id is None:
            return
        row = preference_of(by.person_id)
        with recorded(row, "letter.preference", by=writing.by, at=at, req=key):
            if row is None:
                row = LetterPreference(person_id=by.person_id)
                writing.session.add(row)
            row.off, row.channel, row.not_before = ",".join(sorted(set(off))), channel, hour
            writing.session.flush()
        writing.keep(row)


@retried
def enter_absence(
    from_on: date,
    last_on: date,
    substitute_id: int | None,
    *,
    by: Actor,
    at: datetime,
    key: str | None = None,
) -> None:
    """Enter that one is away from a day to a day, both included, and who hears in one's place.

    Raises Refusal: a day that is over, an end before the beginning, more than a year, days entered already, a
    substitute who does not work here.
    """
    require_span(from_on, last_on)
    today = clock.day_of(at)
    if from_on < today:
        raise Refusal("date_in_past", field=N_("first day away"), value=f"{from_on:%d/%m/%Y}")
    if last_on - from_on >= LONGEST:
        raise Refusal("away_too_long", days=LONGEST.days)
    with write(PLACE, by, at, key) as writing:
        if writing.answer or by.person_id is None:
            return
        writing.session.get(Person, by.person_id, populate_existing=True, with_for_update={"key_share": True})
        _require_free(by.person_id, from_on, last_on, today)
        if substitute_id is not None and substitute_id not in dict(colleagues(by.person_id, reference.load(today))):
            raise Refusal("substitute_unknown")
        row = Absence(
            person_id=by.person_id,
            from_on=from_on,
            to_on=last_on + timedelta(days=1),
            substitute_id=substitute_id,
            entered_at=at,
        )
        with recorded(None, "absence.enter", by=writing.by, at=at, req=key):
            writing.session.add(row)
            writing.session.flush()
        writing.keep(row)


@retried
def end_absence(absence_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """End or take back one's absence; from today on one hears again. A second time changes nothing.

    Raises Refusal for another person's, as if there were none.
    """
    with write(PLACE, by, at, key) as writing:
        if writing.answer:
            return
        row = found(Absence, absence_id)
        if row.person_id != by.person_id:
            raise Refusal("not_found")
        if row.ended_at is None:
            with recorded(row, "absence.end", by=writing.by, at=at, req=key):
                row.ended_at = at
            writing.keep(row)


def _require_free(person_id: int, from_on: date, last_on: date, today: date) -> None:
    """Refuse days on which the person is away already."""
    query = select(Absence).where(
        Absence.person_id == person_id,
        Absence.from_on <= last_on,
        Absence.to_on > from_on,
        Absence.to_on > today,
        Absence.ended_at.is_(None),
    )
    row = db.session.scalar(query.limit(1))
    if row is not None:
        last = row.to_on - timedelta(days=1)
        raise Refusal("away_already", begins=f"{row.from_on:%d/%m/%Y}", ends=f"{last:%d/%m/%Y}")


def _hour(text: str, opens: time) -> str | None:
    """Return a personal hour as it is kept; None for the hour of the house. Raises Refusal: none, or outside."""
    text = text.strip()
    if not text:
        return None
    hour = time.fromisoformat(text) if HOUR.fullmatch(text) else None
    if hour is None or not opens <= hour <= LATEST:
        raise Refusal("hour_outside", value=text[:20], first=f"{opens:%H:%M}", last=f"{LATEST:%H:%M}")
    return None if hour == opens else f"{hour:%H:%M}"
