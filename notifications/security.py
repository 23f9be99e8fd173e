"""What somebody must hear of at once about his own account: a second factor set, removed or lost, a locked signature.

Derived from the log, as all letters are: an entry gives each of its readers one system letter, under the entry's key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from flask import current_app
from sqlalchemy import Row, or_, select

import clock
from i18n import gettext as _
from models.base import db
from models.letters import Letter
from models.log import LogEntry
from models.people import Person, PersonContact, RoleGrant
from models.session import retried, transaction
from models.vocabulary import Role
from notifications import system
from notifications.recipients import Reader
from notifications.system import Notice
from terms import N_
from workflow import reference

KEY: Final = "security;"
# so far back entries are looked at: a scheduler that stood still for longer has more to say than this
BACK: Final = timedelta(days=3)


@dataclass(frozen=True)
class Told:
    """What is said of an act: the subject, what happened, and whether administrators hear of it too."""

    subject: str
    what: str
    to_administrators: bool = False


_CHECK: Final = N_("If that was not you, tell an administrator at once and change your password.")
# act -> what is said of it
ACTS: Final[dict[str, Told]] = {
    "access.factor_set": Told(
        N_("A second factor was set for your account"),
        N_("From now on signing in and signing ask for a one-time code beside the password."),
    ),
    "access.factor_removed": Told(
        N_("The second factor of your account was removed"), N_("From now on the password alone signs in and signs.")
    ),
    "access.factor_lost": Told(
        N_("An administrator removed the second factor of your account"),
        N_("It was said to be lost; your sessions were ended. Set a new one on the page of your account."),
    ),
    "access.recovery_used": Told(
        N_("A recovery code of your account was used"), N_("It took the place of a one-time code and is good no more.")
    ),
    "access.recovery_renewed": Told(
        N_("New recovery codes were made for your account"), N_("Those you had before are good no more.")
    ),
    "access.signing_locked": Told(
        N_("Signing was locked after five wrong tries"),
        N_("For a quarter of an hour no signature is taken. Password or one-time code was wrong five times."),
        to_administrators=True,
    ),
}


def tell(at: datetime) -> int:
    """Queue the letters on what happened to accounts and was not told yet; return how many. One query when nothing."""
    entries = _entries(at)
    return _tell(entries, at) if entries else 0


def notice(act: str, name: str, moment: datetime, *, is_own: bool, by: str, base: str) -> Notice:
    """Return what one reader is told: of his own account, or as an administrator of another's."""
    told, on = ACTS[act], moment.astimezone(clock.LOCAL).strftime("%H:%M %d/%m/%Y")
    said = [_("Account of %(name)s, %(moment)s.", name=name, moment=on), _(told.what)]
    if by and by != name:
        said.append(_("Done by: %(who)s.", who=by))
    link = (_("My account"), f"{base}/account/factor") if is_own else (_("Log"), f"{base}/log?act=access")
    return Notice(_(told.subject), [*said, _(_CHECK)] if is_own else said, links=(link,))


def _entries(at: datetime) -> list[Row[*tuple[Any, ...]]]:
    """Return the acts of the last days that no letter speaks of yet."""
    columns = (LogEntry.epoch, LogEntry.seq, LogEntry.act, LogEntry.at, LogEntry.obj_id, LogEntry.body)
    lately = LogEntry.act.in_(ACTS), LogEntry.at > at - BACK
    found = list(db.session.execute(select(*columns).where(*lately).order_by(LogEntry.epoch, LogEntry.seq)))
    if not found:
        return []
    known = set(db.session.scalars(select(Letter.key).where(Letter.key.in_([_key(row) for row in found]))))
    return [row for row in found if _key(row) not in known]


@retried
def _tell(entries: list[Row[*tuple[Any, ...]]], at: datetime) -> int:
    base, count = str(current_app.config["PUBLIC_URL"]).rstrip("/"), 0
    with transaction():
        body_name = reference.setting("body.name", clock.day_of(at))
        for row in entries:
            person = db.session.get_one(Person, row.obj_id)
            for reader in _readers(row, at):
                said = _saying(row, person.name, reader.id == person.id, base)
                count += system.queue(reader, _key(row), said, body_name, at) is not None
    return count


def _saying(row: Row[*tuple[Any, ...]], name: str, is_own: bool, base: str) -> Callable[[], Notice]:
    by = str(orjson.loads(row.body)["actor"]["name"])
    return lambda: notice(row.act, name, row.at, is_own=is_own, by=by, base=base)


def _readers(row: Row[*tuple[Any, ...]], at: datetime) -> Iterator[Reader]:
    """Give whoever hears of an act: the person, and the administrators where the act says so."""
    day, wanted = clock.day_of(at), Person.id == row.obj_id
    in_force = RoleGrant.from_on <= day, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > day)
    admins = select(RoleGrant.person_id).where(RoleGrant.role == Role.ADMIN, *in_force)
    both = or_(wanted, Person.id.in_(admins)) if ACTS[row.act].to_administrators else wanted
    query = select(Person.id, Person.name, Person.language, PersonContact.email)
    people = query.outerjoin(PersonContact, PersonContact.person_id == Person.id).where(both, Person.active)
    for found in db.session.execute(people.order_by(Person.id)).all():
        yield Reader(found.id, found.name, found.language, found.email)


def _key(row: Row[*tuple[Any, ...]]) -> str:
    return f"{KEY}{row.act};e={row.epoch};seq={row.seq}"
