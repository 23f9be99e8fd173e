"""A run of the reminders that dies at any named point is taken up by the next one: nothing lost, nothing doubled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from models.base import db
from models.letters import Letter
from models.words import (
    LetterState,
)
from notifications import outbox
from notifications.points import POINTS
from tests.fixtures.campaigns import FULL, ROOT, Campaign
from tests.fixtures.crowd import lost_and_doubled
from tests.fixtures.dying import Dying, dying, environ_of
from tests.fixtures.mail import Office
from tests.fixtures.smtp_faults import Misbehaving, misbehaving
from tests.fixtures.threads import wait_for

DIES, AGAIN = "2026-01-13T07:30", ("2026-01-13T07:31", "2026-01-13T09:00")
OFFICERS = 3


@pytest.fixture(scope="module")
def mortal() -> Iterator[Dying]:
    with dying() as found:
        yield found


def test_every_point_has_a_meaning_and_one_place() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "notifications").glob("*.py"))
    assert len(POINTS) == 20
    assert {name: code.count(f'points.reach("{name}")') for name in POINTS} == dict.fromkeys(POINTS, 1)


def is_free() -> bool:
    """Return whether no letter is held by a sender any more."""
    db.session.rollback()
    held = db.select(Letter.id).where(Letter.state == LetterState.SENDING, Letter.lease_until >= outbox.database_now())
    return db.session.scalar(held.limit(1)) is None


def after_death(name: str, nth: int, office: Office, mortal: Dying, server: Misbehaving) -> tuple[bool, Counter[str]]:
    """Let a run die at a point and others take over; return whether it died, and what was lost and doubled."""
    died = mortal.run(environ_of(office.app), "tick", "--at", DIES, at=name, nth=nth)
    with office.app.app_context():
        assert wait_for(is_free)
        db.session.remove()
    for moment in AGAIN:
        office.tick(moment)
    with office.app.app_context():
        found = lost_and_doubled(server)
        compared = json.loads(office.app.test_cli_runner().invoke(args=["reconcile", "--json"]).output)
        verified = office.app.test_cli_runner().invoke(args=["log", "verify"])
        assert (compared["missing"], compared["extra"]) == (0, 0), (name, nth, compared)
        assert verified.exit_code == 0, (name, nth, verified.output)
        states = Counter(str(letter.state) for letter in db.session.scalars(db.select(Letter)))
        assert states.keys() <= {"accepted", "skipped"}, (name, nth, states)
        db.session.remove()
    return died, found


def test_a_run_that_dies_at_any_point_loses_nothing_and_doubles_nothing(
    crowd_of: Callable[..., Office], mortal: Dying, campaign: Callable[..., Campaign], engine: str
) -> None:
    times = (1, 2, 3) if FULL else (1,)
    small = len(POINTS) if engine == "sqlite" else 5
    run = campaign(f"reminders: crash points, {engine}", small=small, full=len(POINTS) * len(times))
    deaths = run.random.sample([(name, nth) for name in POINTS for nth in times], run.count)
    sums: Counter[str] = Counter()
    for name, nth in deaths:
        with misbehaving() as server:
            office = crowd_of(OFFICERS, server.port, LEASE_SECONDS="2")
            died, found = after_death(name, nth, office, mortal, server)
        assert died or nth > 1, name
        assert (found["lost"], found["doubled"]) == (0, 0), (name, nth, found)
        assert found["repeated"] <= died, (name, nth, found)
        sums.update(found + Counter(kills=int(died)))
        run.found(**{"lost": 0, "doubled": 0} | dict(sums))
