"""Two schedulers on one database, one of them killed or frozen in its work: each line arrives once."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from accountability import verify
from models.base import db
from models.letters import Lease, Letter
from models.words import (
    LetterState,
)
from notifications import reconcile, schedule
from tests.fixtures.campaigns import Campaign
from tests.fixtures.crowd import lost_and_doubled
from tests.fixtures.dying import Dying, dying, environ_of
from tests.fixtures.mail import Office
from tests.fixtures.smtp_faults import Misbehaving, misbehaving
from tests.fixtures.threads import wait_for

OFFICERS, LEASE_SECONDS = 6, 4
MORNING, LATER = "2026-01-13T07:30", "2026-01-13T07:50"


@dataclass
class Nodes:
    """Schedulers in processes of their own."""

    office: Office
    mortal: Dying
    running: list[int] = field(default_factory=list)

    def start(self) -> int:
        """Start one."""
        environ = environ_of(self.office.app) | {"DONDOC_NOW_FILE": os.environ["DONDOC_NOW_FILE"]}
        self.running.append(self.mortal.start(environ, "scheduler"))
        return self.running[-1]

    def kill(self, process: int) -> None:
        """End one as by `kill -9`."""
        os.kill(process, signal.SIGKILL)
        self.mortal.end_of(process)
        self.running.remove(process)

    def freeze(self, process: int, meanwhile: Callable[[], object]) -> None:
        """Stop one for longer than its lease, while something else happens, and let it go on."""
        os.kill(process, signal.SIGSTOP)
        meanwhile()
        os.kill(process, signal.SIGCONT)


@contextmanager
def nodes_of(office: Office, mortal: Dying) -> Iterator[Nodes]:
    """Give two schedulers for a block and end whatever runs after it."""
    found = Nodes(office, mortal)
    found.start()
    found.start()
    try:
        yield found
    finally:
        for process in list(found.running):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
            mortal.end_of(process)


def seen(office: Office) -> tuple[int, Counter[LetterState]]:
    """Return which process holds the lease, and how the letters stand."""
    with office.app.app_context():
        owner = db.session.scalar(db.select(Lease.owner).where(Lease.name == schedule.LEASE)) or "::"
        states = Counter(db.session.scalars(db.select(Letter.state)))
        db.session.remove()
    return int(owner.split(":")[1] or 0), states


def is_quiet(office: Office) -> bool:
    """Return whether every letter has come to its end or waits for its one repetition."""
    _holder, states = seen(office)
    return bool(states) and states.keys() <= {LetterState.ACCEPTED, LetterState.AMBIGUOUS}


def is_over(office: Office) -> bool:
    """Return whether every letter was accepted."""
    return seen(office)[1].keys() == {LetterState.ACCEPTED}


def a_round(nodes: Nodes, server: Misbehaving, blow: str, after: int) -> None:
    """Let two schedulers work, hit the one at work once some letters are out, and wait until all are."""
    office = nodes.office
    assert wait_for(lambda: len(server.arrived) >= after, 60)
    holder = seen(office)[0]
    if blow == "kill":
        nodes.kill(holder)
        nodes.start()
    elif blow == "freeze":
        nodes.freeze(holder, lambda: time.sleep(LEASE_SECONDS + 1))
    else:  # frozen until the other one has repeated what was in doubt

        def others_repeat() -> None:
            assert wait_for(lambda: is_quiet(office), 60)
            office.set_clock(LATER)
            assert wait_for(lambda: is_over(office), 60)

        nodes.freeze(holder, others_repeat)
    assert wait_for(lambda: is_quiet(office), 60)
    office.set_clock(LATER)
    assert wait_for(lambda: is_over(office), 60)


@pytest.fixture(scope="module")
def mortal() -> Iterator[Dying]:
    with dying() as found:
        yield found


@pytest.mark.database("postgresql")  # SQLite has one embedded scheduler and no other (rulings 32)
def test_one_of_two_schedulers_killed_or_frozen_loses_nothing_and_doubles_nothing(
    crowd_of: Callable[..., Office], mortal: Dying, campaign: Callable[..., Campaign]
) -> None:
    run = campaign("reminders: two schedulers", small=3, full=30)
    sums: Counter[str] = Counter()
    for number in range(run.count):
        blow = ("kill", "freeze", "freeze until repeated")[number % 3]
        with misbehaving() as server:
            server.slowness = 0.2
            office = crowd_of(OFFICERS, server.port, LEASE_SECONDS=str(LEASE_SECONDS), MAIL_TIMEOUT="2")
            office.set_clock(MORNING)
            with nodes_of(office, mortal) as nodes:
                a_round(nodes, server, blow, run.random.randrange(1, OFFICERS))
        with office.app.app_context():
            found = lost_and_doubled(server)
            verdict = reconcile.check(office.world.at(LATER))
            assert (found["lost"], found["doubled"]) == (0, 0), (number, blow, found)
            assert found["repeated"] <= 1, (number, blow, found)
            assert (verdict.missing, verdict.extra) == (0, 0), (number, blow, verdict.first)
            assert verify.log().ok
            db.session.remove()
        sums.update(found)
        run.found(**{"lost": 0, "doubled": 0} | dict(sums))
