"""The alarm by a second route: when letters do not get out, people hear of it by a mail server that still works.

Once an incident, and once when it is over. Every node looks, whether or not it holds the lease.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import select

import clock
from i18n import gettext as _
from models.base import db
from models.letters import Lease
from models.log import LogEntry
from models.session import retried, transaction
from notifications import leases, letters, mailer, outbox, system
from notifications.mailer import Fate, Ready, SmtpPost
from notifications.system import Notice
from terms import N_
from workflow import pulse, reference
from workflow.actors import Actor
from workflow.ledger import note

RAISED: Final = "alarm.raised"
ENDED: Final = "alarm.ended"
LEASE: Final = "alarm"
TURN: Final = timedelta(minutes=2)
# promised within a quarter of an hour: a minute is left for the beat and the sending
LATE: Final = timedelta(minutes=14)
ORPHANED: Final = timedelta(minutes=15)
RUNLESS: Final = timedelta(hours=1)

# why there is an alarm -> in words; `minutes` says for how long
WHY: Final[dict[str, str]] = {
    "outbox": N_("A letter that is due has waited for %(minutes)s minutes and did not get out."),
    "lease": N_("No scheduler has worked for %(minutes)s minutes: nobody holds its lease."),
    "run": N_("Planning has not run for %(minutes)s minutes: it fails, or is held until somebody confirms the clock."),
}


def is_set(config: Mapping[str, Any]) -> bool:
    """Return whether there is a second route."""
    return bool(config["ALARM_MAIL_SERVER"] and config["ALARM_RECIPIENTS"])


def watch(at: datetime, owner: str) -> str | None:
    """Raise the alarm, or end it, when that is due; returns what was said (an act of the log), None for nothing."""
    if not is_set(current_app.config):
        return None
    found = reasons(at)
    if bool(found) == is_open() or not _take_turn(owner):
        return None
    try:
        act = RAISED if found else ENDED
        if bool(found) == is_open() or not send(act, notice(act, found, _base()), at):
            return None
        _note(act, found, at)
        return act
    finally:
        _give_turn_back(owner)


def reasons(at: datetime) -> dict[str, int]:
    """Return what is wrong at a moment: reason -> for how many minutes. Two queries."""
    beat = pulse.load()
    lease = db.session.get(Lease, "scheduler", populate_existing=True)
    idle = outbox.database_now() - lease.until if lease is not None else timedelta()
    since = {
        "outbox": beat.waited(at) if beat.waited(at) > LATE else None,
        "lease": idle if idle > ORPHANED else None,
        "run": at - beat.ran_at if beat.ran_at is not None and at - beat.ran_at > RUNLESS else None,
    }
    return {why: int(passed.total_seconds()) // 60 for why, passed in since.items() if passed is not None}


def is_open() -> bool:
    """Return whether an alarm was raised and not ended yet. One query."""
    query = select(LogEntry.act).where(LogEntry.act.in_((RAISED, ENDED)))
    found = db.session.scalar(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1))
    return found == RAISED


def send(key: str, said: Callable[[], Notice], at: datetime) -> bool:
    """Send to everybody who is to hear; return whether anybody was reached."""
    config = current_app.config
    ready = [_ready(address, key, said, at, config) for address in config["ALARM_RECIPIENTS"]]
    db.session.rollback()  # nothing is held open in the database while the server thinks
    post = SmtpPost(second_route(config))
    try:
        answers = [post.send(letter).fate for letter in ready]
    finally:
        post.close()
    if Fate.ACCEPTED not in answers:
        current_app.logger.error("the alarm could not be sent by %s either", config["ALARM_MAIL_SERVER"])
    return Fate.ACCEPTED in answers


def second_route(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a mail connection with those of the second server in place of the first's."""
    own = {"MAIL_SERVER": config["ALARM_MAIL_SERVER"], "MAIL_PORT": config["ALARM_MAIL_PORT"]}
    return {**config, **own, "MAIL_USE_TLS": False, "MAIL_USE_SSL": False, "MAIL_USERNAME": "", "MAIL_PASSWORD": None}


def _base() -> str:
    return str(current_app.config["PUBLIC_URL"]).rstrip("/")


def _ready(address: str, key: str, said: Callable[[], Notice], at: datetime, config: Mapping[str, Any]) -> Ready:
    base, body_name = _base(), reference.load(clock.day_of(at)).settings["body.name"]
    words = system.write(address, config["LANGUAGE"], said, body_name)
    message_id = letters.message_id(0, f"{key};to={address};at={at.isoformat()}", base)
    envelope = letters.Envelope(
        sender=config["MAIL_DEFAULT_SENDER"],
        name="",
        address=address,
        language=config["LANGUAGE"],
        written=words,
        message_id=message_id,
        at=at,
        keys=(),
        preferences=f"{base}/reminders/status",
    )
    return Ready(config["MAIL_DEFAULT_SENDER"], address, message_id, letters.to_bytes(envelope))


def notice(act: str, found: dict[str, int], base: str) -> Callable[[], Notice]:
    """Return what an alarm says, or the letter that it is over."""

    def said() -> Notice:
        look = ((_("State of reminding"), f"{base}/reminders/status"),)
        if act == ENDED:
            return Notice(_("Đôn Đốc: reminders go out again"), [_("What the alarm spoke of is over.")], links=look)
        what = [_(WHY[why], minutes=minutes) for why, minutes in found.items()]
        server = mailer.place(current_app.config) or current_app.config["DATA_DIR"]
        advice = N_("Look at the mail server (%(place)s) and at the scheduler. Letters wait and are tried again.")
        now = _(advice, place=server)
        return Notice(_("Đôn Đốc: ALARM, reminders do not go out"), [*what, now], links=look)

    return said


@retried
def _take_turn(owner: str) -> bool:
    """Let one node at a time speak."""
    with transaction():
        return leases.take_lease(LEASE, owner, TURN) is not None


@retried
def _give_turn_back(owner: str) -> None:
    with transaction():
        leases.drop_lease(LEASE, owner)


@retried
def _note(act: str, found: dict[str, int], at: datetime) -> None:
    with transaction():
        note(act, by=Actor.system(), at=at, obj=("scheduler", None), data={"minutes": found} if found else {})
