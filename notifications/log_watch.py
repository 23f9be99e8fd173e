"""Looks at the log when nobody asks: its end at the start and every hour, all of it and the rows every night.

What is found stands in the log. When something is wrong, leadership and administrators get one letter an incident at
once, and those named for alarms by the second mail server, because a broken log may stop the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError

import clock
from accountability import anchors, replay, seal
from accountability.replay import Compared
from accountability.seal import Seal
from accountability.verify import REASONS
from i18n import gettext as _
from i18n import ngettext
from models.appending import LogNotOpenError
from models.base import db
from models.people import RoleGrant
from models.session import retried, transaction
from models.vocabulary import Role
from notifications import alarm, letters, rosters, system
from notifications.recipients import Reader, Roster
from notifications.system import Notice
from terms import N_
from workflow import reference
from workflow.actors import Actor

# so many of the newest lines are verified every hour; all of them every night
LOOKED_AT: Final = 1_000
KEY: Final = "alarm;log="
# incident -> told by the second server already, by this process: a broken log may keep no note of it
_told: set[str] = set()


def look(at: datetime) -> None:
    """Verify guards, head and the newest lines, and tell when something is wrong."""
    seal.check(by=Actor.system(), at=at, last=LOOKED_AT)
    tell(at)


def nightly(at: datetime) -> None:
    """Verify every line, the guards' definitions, what was signed and the kept files; compare rows with the log."""
    by = Actor.system()
    seal.check(by=by, at=at, notes=anchors.filed(Path(current_app.config["DATA_DIR"])))
    try:
        replay.check(by=by, at=at)
    except (DBAPIError, LogNotOpenError):
        current_app.logger.exception("rows and log could not be compared")
        db.session.rollback()
    tell(at)


def tell(at: datetime) -> int:
    """Tell of what is wrong, once an incident and person; return how many letters were made or sent."""
    count = 0
    for key, notice in _incidents(at):
        count += _queue(key, notice, at) + _by_second_route(key, notice, at)
    return count


@dataclass(frozen=True)
class Standing:
    """How the log stands: what was found last, when all of it was last found intact, and the last comparison."""

    latest: Seal | None
    whole: Seal | None
    compared: Compared | None

    @property
    def is_bad(self) -> bool:
        """Return whether something is wrong that people have to know."""
        disagree = self.compared is not None and self.compared.disagreements > 0
        return disagree or (self.latest is not None and not self.latest.ok)


def standing(at: datetime) -> Standing:
    """Return how the log stands. Three queries at most."""
    return Standing(seal.latest(at), seal.whole(), replay.latest())


def _incidents(at: datetime) -> Iterator[tuple[str, Callable[[], Notice]]]:
    """Give what is wrong now: an incident's key, and what is said of it."""
    found = seal.latest(at)
    if found is not None and not found.ok:
        sound = seal.whole()
        after = sound.covered_to if sound is not None else 0
        yield (
            f"{KEY}{found.reason}.{found.first_bad or 0};after={after}",
            lambda: _of_log(found.reason, found.first_bad),
        )
    compared = replay.latest()
    if compared is not None and compared.disagreements:
        key = f"{KEY}rows;count={compared.disagreements};on={clock.day_of(compared.at).isoformat()}"
        yield key, lambda: _of_rows(compared.disagreements, compared.first)


def _of_log(reason: str, first_bad: int | None) -> Notice:
    why = _(REASONS.get(reason, ""))
    said = _("The log is not intact: %(why)s.", why=why)
    if first_bad:
        said = _("The log is not intact: first bad line %(line)s, because %(why)s.", line=first_bad, why=why)
    return _notice(_("Đôn Đốc: ALARM, the log is not intact"), said)


def _of_rows(count: int, first: tuple[str, ...]) -> Notice:
    said = ngettext(
        "Rows and log were compared: %(num)d place is not what the log says.",
        "Rows and log were compared: %(num)d places are not what the log says.",
        count,
    )
    return _notice(_("Đôn Đốc: ALARM, rows are not what the log says"), said, first)


def _notice(subject: str, said: str, items: tuple[str, ...] = ()) -> Notice:
    base = current_app.config["PUBLIC_URL"].rstrip("/")
    advice = N_(
        "Let nobody repair anything: keep the server's disk and the backups as they are, and call the inspectors."
    )
    return Notice(subject, [said, _(advice)], items, ((_("Log"), f"{base}/log"),))


@retried
def _queue(key: str, notice: Callable[[], Notice], at: datetime) -> int:
    """Put a letter to each of them into the outbox; those who have one of this incident get none."""
    with transaction():
        roster = rosters.load(reference.load(clock.day_of(at)))
        body_name = roster.ref.settings["body.name"]
        return sum(system.queue(reader, key, notice, body_name, at) is not None for reader in _readers(roster))


def _readers(roster: Roster) -> Iterator[Reader]:
    """Give leadership and the administrators, as far as letters reach them."""
    on = roster.ref.on
    grants = select(RoleGrant.person_id).where(
        RoleGrant.role.in_((Role.ADMIN, Role.LEADER)),
        RoleGrant.from_on <= on,
        or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > on),
    )
    people = [*(seat.person_id for seat in roster.ref.leadership), *db.session.scalars(grants.order_by(RoleGrant.id))]
    for person in dict.fromkeys(people):
        reader = roster.readers.get(person or 0)
        if reader is not None and letters.is_address(reader.email):
            yield reader


def _by_second_route(key: str, notice: Callable[[], Notice], at: datetime) -> int:
    """Send it past outbox and log to those who hear alarms; once a process and incident."""
    if key in _told or not alarm.is_set(current_app.config):
        return 0
    _told.add(key)
    return int(alarm.send(key, notice, at))
