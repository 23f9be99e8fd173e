"""The scheduler: a clock that wakes sweeps, and a lease that says which node works.

APScheduler is a clock only: every job is a sweep of what is due and not there yet, so nothing is lost when it sleeps
and nothing is doubled when two of them wake.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from flask import Flask, current_app

import clock
from models.base import db
from models.letters import SchedulerState
from models.session import transaction
from notifications import (
    alarm,
    clockwatch,
    delivery,
    leases,
    nodes,
    poison,
    reconcile,
    security,
    signers,
    sweep,
)
from notifications.clockwatch import ClockWatch
from notifications.sweep import Swept
from workflow import coordination, occurrences, offers, reference
from workflow.actors import Actor
from workflow.ledger import note
from workflow.organization import restructure

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

LEASE: Final = "scheduler"
# what the log calls it when another node begins to work
TAKEN: Final = "scheduler.lease"
SLOWEST_BEAT: Final = 20
# beats missed by the monotonic clock before the watchdog sets the timer anew
STUCK: Final = 4


@dataclass(frozen=True)
class Ticked:
    """What one tick did: the sweep, and how many letters came to which end."""

    swept: Swept
    delivered: Counter[str] = field(default_factory=Counter)


def tick(at: datetime, keep: Callable[[], bool] = lambda: True) -> Ticked:
    """Plan, announce and deliver what is due at a moment, once; any number of times in a row does no more."""
    _of_the_hour(at)
    if sweep.begins_day(at):
        _occurrences_first(at)
    swept = sweep.run(at)
    security.tell(at)
    _keep_safe(at)
    return Ticked(swept, delivery.deliver(at, keep))


def _keep_safe(at: datetime) -> None:
    """Sign after what leadership confirmed, and queue the checkpoint that was not mailed yet."""
    from notifications import keeping

    keeping.run(at)


def _occurrences_first(at: datetime) -> None:
    """Make what begins on a new day, so that its letters can speak of it; a fault there stops no letter."""
    try:
        make_occurrences(at)
    except Exception:
        current_app.logger.exception("occurrences could not be made; the hourly job tries again")
        db.session.rollback()


@dataclass(frozen=True)
class Job:
    """What is done beside the beat: at this minute of this hour (`*`: of every hour), local time."""

    name: str
    hour: int | str
    minute: int
    run: Callable[[datetime], object]


def make_occurrences(at: datetime) -> int:
    """Make each occurrence whose period has begun and that is not there; return how many. Not while planning is held.

    A definition that cannot be reckoned with stops no other one, and no letter.
    """
    state = db.session.get(SchedulerState, 1)
    if state is not None and state.held_why is not None:
        return 0
    by, ids = Actor.system(), occurrences.missing(reference.load(clock.day_of(at)))
    return sum(poison.spared(("definition", key), partial(occurrences.make, key, by=by, at=at), 0) for key in ids)


def _look_at_the_end(at: datetime) -> None:
    """Verify the newest lines of the log."""
    from notifications import log_watch

    log_watch.look(at)


def _sign(at: datetime) -> None:
    """Sign where the log stands when it grew, and queue the letters that carry it out (promises: within the hour)."""
    from notifications import keeping

    keeping.sign(at)
    keeping.tell(at)


def _verify(at: datetime) -> None:
    """Verify every line, what was signed, the kept files and the filed checkpoints; hold the rows against the log."""
    from notifications import log_watch

    log_watch.nightly(at)


def _look_at_start(at: datetime) -> None:
    from notifications import log_watch

    log_watch.look(at)


def prepare_reports(at: datetime) -> None:
    """Prepare the draft of the month that has closed, and tell the office."""
    from notifications import report_drafts

    report_drafts.run(at)


def lapse_offers(at: datetime) -> None:
    """End the other dates that were offered and not answered in time (rulings 13)."""
    offers.lapse_all(at)


def _of_the_hour(at: datetime) -> None:
    """See what began or ended with the hour: units that change, and who may sign what waits."""
    restructure.due(at)
    signers.run(at)


def _timer() -> BackgroundScheduler:
    """Return a timer; what it needs is loaded by a node that runs all day, not by one tick."""
    from apscheduler.schedulers.background import BackgroundScheduler

    return BackgroundScheduler(timezone=clock.LOCAL)


# done once when a node begins to work
AT_START: Final = Job("look at start", 0, 0, _look_at_start)
JOBS: Final = (
    Job("lapse", "*", 2, lapse_offers),
    Job("silence", "*", 5, coordination.accept_by_silence),
    Job("compare", 2, 10, lambda at: reconcile.run(at, by=Actor.system())),
    Job("verify", 3, 10, _verify),
    Job("look", "*", 25, _look_at_the_end),
    Job("sign", "*", 26, _sign),
    Job("sign_at_five", 17, 0, _sign),
    # a night's ends and beginnings: seats, mandates, units
    Job("signers", "*", 0, _of_the_hour),
    Job("occurrences", "*", 1, make_occurrences),
    Job("reports", "*", 50, prepare_reports),
)


def start(app: Flask) -> Node:
    """Start the embedded scheduler in this process and return it; `stop()` ends it."""
    node = Node(app)
    node.start()
    return node


class Node:
    """One scheduler: beats every few seconds; the node that holds the lease works, the others stand by."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.lease = timedelta(seconds=app.config["LEASE_SECONDS"])
        self.every = max(1, min(SLOWEST_BEAT, app.config["LEASE_SECONDS"] // 3))
        self.watch = ClockWatch()
        self.last_beat = time.monotonic()
        self.renewed: float | None = None
        self.token: int | None = None
        self.stopped = threading.Event()
        self.beating = threading.Lock()
        self.timer = _timer()

    def start(self) -> None:
        """Begin to beat, with a watchdog that sets a stuck timer anew."""
        with self.app.app_context():
            clockwatch.check_start(clock.now())
            db.session.remove()
        # coalesce, one instance, no grace time: late is fine, missed is made up for by the sweep itself
        common = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self.timer.add_job(self.beat, "interval", seconds=self.every, id="beat", **common)
        self.timer.add_job(self.beat, id="first", **common)
        self.timer.add_job(self.work, args=[AT_START], id=AT_START.name, **common)
        for job in JOBS:
            self.timer.add_job(self.work, "cron", args=[job], id=job.name, hour=job.hour, minute=job.minute, **common)
        self.timer.start()
        threading.Thread(target=self._guard, name="scheduler-watchdog", daemon=True).start()

    def stop(self) -> None:
        """Stop beating and give the lease back."""
        self.stopped.set()
        self.timer.shutdown(wait=True)
        with self.app.app_context(), transaction():
            leases.drop_lease(LEASE, self.owner)
            nodes.forget(self.owner)

    def beat(self) -> None:
        """Look at the clock, take or renew the lease, and tick when it is ours; never twice at a time.

        The first beat and the timer's may meet: two of them would send side by side and leave two letters in doubt.
        """
        if self.beating.acquire(blocking=False):
            try:
                self._beat()
            finally:
                self.beating.release()

    def _beat(self) -> None:
        self.last_beat = time.monotonic()
        with self.app.app_context():
            try:
                jumped = self.watch.jump()
                at = self.watch.wall  # the moment that was judged, not a later look
                if abs(jumped) > clockwatch.JUMP:
                    clockwatch.hold(f"jump:{round(jumped.total_seconds() / 3600)}", at)
                if self.keep():
                    tick(at, self.keep)
            except Exception:
                current_app.logger.exception("the scheduler's beat failed; the next one tries again")
            finally:
                db.session.remove()
        self._watch()

    def _watch(self) -> None:
        """See whether letters get out, with the lease or without it: a node that stands by raises the alarm too."""
        with self.app.app_context():
            try:
                alarm.watch(clock.now(), self.owner)
            except Exception:
                current_app.logger.exception("whether an alarm is due could not be seen; the next beat looks again")
            finally:
                db.session.remove()

    def work(self, job: Job) -> None:
        """Do a job of the day when the lease is ours; one that fails is tried again at its next hour."""
        with self.app.app_context():
            try:
                if self.keep():
                    job.run(clock.now())
            except Exception:
                current_app.logger.exception("the job %s failed", job.name)
            finally:
                db.session.remove()

    def keep(self) -> bool:
        """Take or renew the lease; return whether this node may work."""
        self.last_beat = now = time.monotonic()
        if self.renewed is not None and now - self.renewed < self.lease.total_seconds() / 4:
            return True
        with transaction():
            token = leases.take_lease(LEASE, self.owner, self.lease)
            nodes.see(self.owner)
            if token is not None and token != self.token:
                data = {"owner": self.owner, "token": token}
                note(TAKEN, by=Actor.system(), at=clock.now(), obj=("scheduler", None), data=data)
        self.token = self.token if token is None else token
        self.renewed = now if token is not None else None
        return token is not None

    def _guard(self) -> None:
        """Set the timer anew when it has not beaten for a while: the host's clock may have been set back."""
        while not self.stopped.wait(self.every):
            if time.monotonic() - self.last_beat > STUCK * self.every + self.app.config["MAIL_TIMEOUT"]:
                self.last_beat = time.monotonic()
                self.timer.reschedule_job("beat", trigger="interval", seconds=self.every)
