"""People as they come, change and go: an account, where they are reached, and the roles they have."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select

import clock
import vietnamese
from models.base import db
from models.people import Credential, Person, PersonContact, RoleGrant, Tenure
from models.session import retried, transaction
from models.units import Unit
from models.vocabulary import Role
from terms import N_
from workflow import access
from workflow.actors import WORKING, Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization import handovers
from workflow.organization.gate import found, require_span, require_version, words, write

USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,38}[a-z0-9]")
# exactly what letters can be sent to (notifications.letters.is_address; a test holds them together)
ADDRESS: Final = re.compile(
    r"(?!.*\.\.)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)
LONGEST_ADDRESS: Final = 254
PHONE: Final = re.compile(r"\+?[0-9(][0-9 ().,/x-]{5,38}[0-9]")
# letters and digits that cannot be taken for one another when read aloud or copied by hand
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
LANGUAGES: Final = ("vi", "en")


@retried
def create(
    username: str,
    name: str,
    email: str,
    *,
    by: Actor,
    at: datetime,
    password: str | None = None,
    key: str | None = None,
) -> tuple[int, str]:
    """Make an account and return its id and first password (drawn by the system unless given).

    Its owner chooses his own password before anything else, except for samples whose password the system gives.
    A form sent twice gets the same account and an empty password: the first was shown. Raises Refusal:
    not allowed, name taken, an unusable value, a weak password (the system's samples are not judged).
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return writing.number, ""
        if password is not None and by.person_id is not None:
            access.require_strong(password, username)
        first = password or draw_password()
        person = add(username, name, email, first, by=writing.by, at=at, req=key)
        _seen_by_another(person, password is None or by.person_id is not None)
        writing.keep(person)
        return person.id, first


def add(
    username: str, name: str, email: str, password: str, *, by: Actor, at: datetime, req: str | None = None
) -> Person:
    """Add a person with contact and password. Needs a write unit. Raises Refusal: taken, unusable."""
    username, name, address = _username(username), usable_name(name), usable_address(email)
    if db.session.scalar(select(Person.id).where(Person.username == username)):
        raise Refusal("taken", value=username)
    person = Person(username=username, name=name, sort_key=vietnamese.person_key(name))
    with recorded(None, "person.create", by=by, at=at, req=req):
        db.session.add(person)
        db.session.flush()
        db.session.add(PersonContact(person_id=person.id, email=address))
    access.set_password(person, password, by=by, at=at)
    return person


def rename(
    person_id: int, name: str, *, by: Actor, at: datetime, version: int | None = None, key: str | None = None
) -> None:
    """Correct a person's name; lines of the log keep the name of their day."""
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        person = found(Person, person_id)
        require_version(person, version)
        with recorded(person, "person.rename", by=writing.by, at=at, req=key):
            person.name = usable_name(name)
            person.sort_key = vietnamese.person_key(person.name)
        writing.keep(person)


def set_address(
    person_id: int, email: str, *, by: Actor, at: datetime, phone: str | None = None, key: str | None = None
) -> None:
    """Change where a person is reached; the log commits to address and telephone without showing them.

    A telephone that is not given stays as it is. Raises Refusal: not allowed, an unusable value.
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        person = found(Person, person_id)
        row = contact_of(person.id)
        address = usable_address(email)
        act = "person.phone" if phone is not None and address == row.email else "person.address"
        with recorded(row, act, by=writing.by, at=at, req=key):
            row.email = address
            row.phone = row.phone if phone is None else phone_number(phone)
        writing.keep(row)


def set_active(
    person_id: int,
    active: bool,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    key: str | None = None,
) -> None:
    """Close or open an account; a closed one is out at its next request, its lines in the log stay."""
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        person = found(Person, person_id)
        require_version(person, version)
        if not active:
            _require_other_administrator(person.id, clock.day_of(at))
            handovers.require(handovers.of_account(person.id), at)
            access.end_sessions(person.id, at)
        with recorded(person, "person.open" if active else "person.close", by=writing.by, at=at, req=key):
            person.active = active
        writing.keep(person)


def reset_password(person_id: int, *, by: Actor, at: datetime, key: str | None = None) -> str:
    """Draw a new password, end the person's sessions, and return it to be shown once; its owner must change it."""
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return ""
        person = found(Person, person_id)
        require_account(person.id)
        drawn = draw_password()
        access.set_password(person, drawn, by=writing.by, at=at)
        _seen_by_another(person, True)
        writing.keep(person)
        return drawn


def choose_language(person_id: int, language: str, *, by: Actor, at: datetime) -> None:
    """Set the language a person reads pages and letters in."""
    if language not in LANGUAGES:
        raise Refusal("bad_value", field=N_("language"), value=language[:20])
    with transaction():
        person = found(Person, person_id)
        with recorded(person, "person.language", by=by, at=at):
            person.language = language


@retried
def grant(
    person_id: int,
    role: Role,
    unit_id: int,
    from_on: date,
    *,
    by: Actor,
    at: datetime,
    key: str | None = None,
) -> None:
    """Give a person a role in a unit from a day on; heads and leaders are made by seats, not here.

    Raises Refusal: he has it already, or administration and work would meet in one account.
    """
    if role in (Role.HEAD, Role.LEADER):
        raise Refusal("bad_value", field=N_("role"), value=role)
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        person, unit = found(Person, person_id), found(Unit, unit_id)
        require_account(person.id)
        _require_apart(person.id, role, from_on)
        row = _ended_at_once(person.id, role, unit.id, from_on)
        with recorded(row, "role.grant", by=writing.by, at=at, req=key):
            if row is None:
                row = RoleGrant(person_id=person.id, role=role, unit_id=unit.id, from_on=from_on)
                writing.session.add(row)
            row.to_on = None
        writing.keep(row)


def end_grant(grant_id: int, to_on: date, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """End a role on a day (that day excluded)."""
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        row = found(RoleGrant, grant_id)
        require_span(row.from_on, to_on)
        if row.to_on is not None and to_on > row.to_on:
            raise Refusal("end_moves_away")
        if row.role == Role.ADMIN:
            _require_other_administrator(row.person_id, to_on)
        if row.role in WORKING:
            handovers.require(handovers.of_role(row), at)
        with recorded(row, "role.end", by=writing.by, at=at, req=key):
            row.to_on = to_on
        writing.keep(row)


def address_of(person_id: int) -> str | None:
    """Return where a person's letters go."""
    return db.session.scalar(select(PersonContact.email).where(PersonContact.person_id == person_id))


def draw_password() -> str:
    """Return a password of 16 letters and digits in four groups, drawn by chance (79 bits)."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _seen_by_another(person: Person, seen: bool) -> None:
    """Keep whether somebody else has seen the person's password."""
    db.session.get_one(Credential, person.id).must_change = seen


def _username(text: str) -> str:
    username = vietnamese.normalise(text).strip().lower()
    if not USERNAME.fullmatch(username):
        form = N_("3 to 40 small letters, digits, dots or dashes, without accents")
        raise Refusal("bad_value", field=N_("user name"), value=username[:60], form=form)
    return username


def usable_name(text: str) -> str:
    """Return a person's name as it is kept. Raises Refusal for one that cannot be used."""
    name = words(text, "name")
    if not 2 <= len(name) <= 120:
        raise Refusal("bad_value", field=N_("name"), value=name[:60], form=N_("a name of 2 to 120 letters"))
    return name


def usable_address(email: str, *, required: bool = False) -> str | None:
    """Return an address letters can go to; None for nothing. Raises Refusal for anything else."""
    email = email.strip()
    if (email or required) and (len(email) > LONGEST_ADDRESS or not ADDRESS.fullmatch(email)):
        form = N_("one plain address, such as ten@coquan.example.vn")
        raise Refusal("bad_value", field=N_("e-mail address"), value=email[:80], form=form)
    return email or None


def contact_of(person_id: int) -> PersonContact:
    """Return where a person is reached."""
    return db.session.scalars(select(PersonContact).where(PersonContact.person_id == person_id)).one()


def has_account(person_id: int) -> bool:
    """Return whether a person can sign in at all; the mailbox of a body outside cannot."""
    return db.session.get(Credential, person_id) is not None


def require_account(person_id: int) -> None:
    """Raise Refusal for the mailbox of a body outside: it has no password, no role and no seat here."""
    if not has_account(person_id):
        raise Refusal("no_account")


def phone_number(text: str) -> str | None:
    """Return a telephone number as it is dialled, perhaps with an extension; None for nothing. Raises Refusal."""
    text = " ".join(text.split())
    if text and not PHONE.fullmatch(text):
        form = N_("digits, spaces, dots and +, such as 0205 3812 345 or +84 912 345 678")
        raise Refusal("bad_value", field=N_("telephone"), value=text[:60], form=form)
    return text or None


def _require_apart(person_id: int, role: Role, from_on: date) -> None:
    """Refuse work and administration in one account: the latter has no say over tasks (promises ACL-5)."""
    roles = set(
        db.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id, _reaches(RoleGrant, from_on)))
    )
    seated = db.session.scalar(
        select(Tenure.id).where(Tenure.person_id == person_id, _reaches(Tenure, from_on)).limit(1)
    )
    works = seated is not None or bool(roles - {Role.ADMIN})
    if (works and role == Role.ADMIN) or (role != Role.ADMIN and Role.ADMIN in roles):
        raise Refusal("admin_apart")


def _ended_at_once(person_id: int, role: Role, unit_id: int, from_on: date) -> RoleGrant | None:
    """Return a grant of the same day that was ended at once. Raises Refusal: the role is in force already."""
    same = RoleGrant.person_id == person_id, RoleGrant.role == role, RoleGrant.unit_id == unit_id
    if db.session.scalar(select(RoleGrant.id).where(*same, _reaches(RoleGrant, from_on)).limit(1)) is not None:
        raise Refusal("role_given_already")
    return db.session.scalar(select(RoleGrant).where(*same, RoleGrant.from_on == from_on))


def _require_other_administrator(person_id: int, on: date) -> None:
    """Refuse to take the last administrator away."""
    query = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.active, RoleGrant.role == Role.ADMIN, RoleGrant.from_on <= on, _reaches(RoleGrant, on))
    )
    if set(db.session.scalars(query)) == {person_id}:
        raise Refusal("last_administrator")


def _reaches(kind: type[RoleGrant | Tenure], on: date) -> ColumnElement[bool]:
    """Return the condition that a span of at least one day has not ended by a day."""
    return or_(kind.to_on.is_(None), (kind.to_on > on) & (kind.to_on > kind.from_on))
