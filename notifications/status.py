"""What the page on the state of reminding shows: the scheduler, its nodes, what waits, the last working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson
from flask import current_app
from sqlalchemy import func, select

import clock
from i18n import gettext as _
from models.base import db
from models.letters import Lease, Letter, SchedulerState
from models.log import LogEntry
from models.session import retried, transaction
from models.words import (
    LetterKind,
    LetterState,
)
from notifications import alarm, log_watch, mailer, nodes, outbox, reconcile, rosters, system
from notifications.log_watch import Standing
from notifications.schedule import LEASE, TAKEN
from notifications.system import Notice
from workflow import pulse, reference
from workflow.actors import Actor
from workflow.calendar import WorkCalendar
from workflow.pulse import Pulse

DAYS: Final = 14
COMPARISONS: Final = 10
TEST: Final = "test;"
# what the bar of a day is made of, in this order; everything that is still to be sent is one part
PARTS: Final[dict[str, tuple[LetterState, ...]]] = {
    "accepted": (LetterState.ACCEPTED,),
    "waiting": (LetterState.QUEUED, LetterState.SENDING),
    "ambiguous": (LetterState.AMBIGUOUS,),
    "failed": (LetterState.FAILED,),
    "skipped": (LetterState.SKIPPED,),
}


@dataclass(frozen=True)
class DayCount:
    """How many letters of a working day came to which end."""

    day: date
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return how many letters the day had."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Comparison:
    """One comparison of what should have been written with what was."""

    at: datetime
    missing: int
    extra: int
    checked: int


@dataclass(frozen=True)
class Status:
    """Everything the page shows."""

    state: SchedulerState | None
    pulse: Pulse
    holder: Lease | None
    holds: bool
    since: datetime | None
    nodes: list[Lease]
    days: list[DayCount]
    comparisons: list[Comparison]
    place: str
    alarm: str
    alarm_is_open: bool
    test: Letter | None
    log: Standing

    @property
    def most(self) -> int:
        """Return the letters of the busiest day; at least one."""
        return max([1, *(day.total for day in self.days)])


def status(at: datetime, calendar: WorkCalendar, person_id: int | None, config: Mapping[str, Any]) -> Status:
    """Return how reminding, and the log, stand at a moment. Twelve queries."""
    holder = db.session.get(Lease, LEASE)
    return Status(
        state=db.session.get(SchedulerState, 1),
        pulse=pulse.load(),
        holder=holder,
        holds=holder is not None and holder.until > outbox.database_now(),
        since=_since(holder),
        nodes=nodes.seen(),
        days=_days(clock.day_of(at), calendar),
        comparisons=_comparisons(),
        place=mailer.place(config),
        alarm=f"{config['ALARM_MAIL_SERVER']}:{config['ALARM_MAIL_PORT']}" if alarm.is_set(config) else "",
        alarm_is_open=alarm.is_open(),
        test=_last_test(person_id),
        log=log_watch.standing(at),
    )


@retried
def send_test(key: str, *, by: Actor, at: datetime) -> bool:
    """Put a test letter to who asks into the outbox. False when this form was sent before, or he reads no letters."""
    with transaction():
        ref = reference.load(clock.day_of(at))
        reader = rosters.load(ref).readers.get(by.person_id or 0)
        if reader is None:
            return False
        return system.queue(reader, f"{TEST}key={key}", test_notice, ref.settings["body.name"], at) is not None


def test_notice() -> Notice:
    """Return what a test letter says."""
    base = current_app.config["PUBLIC_URL"].rstrip("/")
    return Notice(
        _("Đôn Đốc: test letter"),
        [_("You asked for this letter to see whether letters reach you. They do.")],
        links=((_("State of reminding"), f"{base}/reminders/status"),),
    )


def _since(holder: Lease | None) -> datetime | None:
    """Return when the holder of the lease began to work."""
    query = select(LogEntry.at, LogEntry.body).where(LogEntry.act == TAKEN)
    row = db.session.execute(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1)).one_or_none()
    is_his = row is not None and holder is not None and orjson.loads(row.body)["data"]["owner"] == holder.owner
    return row.at if row is not None and is_his else None


def _days(today: date, calendar: WorkCalendar) -> list[DayCount]:
    """Return the last working days with their letters, the newest first. One query."""
    days: list[date] = []
    day = today
    while len(days) < DAYS:
        if calendar.is_working(day):
            days.append(day)
        day -= timedelta(days=1)
    query = select(Letter.day, Letter.state, func.count().label("size")).where(Letter.day.in_(days))
    found: dict[date, dict[str, int]] = {day: dict.fromkeys(PARTS, 0) for day in days}
    part_of = {state: part for part, states in PARTS.items() for state in states}
    for row in db.session.execute(query.group_by(Letter.day, Letter.state)):
        found[row.day][part_of[row.state]] += row.size
    return [DayCount(day, counts) for day, counts in found.items()]


def _comparisons() -> list[Comparison]:
    query = select(LogEntry.at, LogEntry.body).where(LogEntry.act == reconcile.ACT)
    rows = db.session.execute(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(COMPARISONS))
    read = [(row.at, orjson.loads(row.body)["data"]) for row in rows]
    return [Comparison(at, data["missing"], data["extra"], data["checked"]) for at, data in read]


def _last_test(person_id: int | None) -> Letter | None:
    own = Letter.recipient_id == person_id, Letter.kind == LetterKind.SYSTEM, Letter.key.startswith(TEST)
    return db.session.scalar(select(Letter).where(*own).order_by(Letter.id.desc()).limit(1))
