"""Whatever the mail server does, no line is lost, none is doubled, and one bad address hurts nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from accountability import verify
from models.base import db
from models.letters import Letter
from models.words import (
    LetterState,
)
from notifications import reconcile
from tests.fixtures.campaigns import FULL, Campaign
from tests.fixtures.crowd import address, lost_and_doubled
from tests.fixtures.mail import Office
from tests.fixtures.smtp_faults import FAULTS, SILENCE, Fault, Misbehaving, misbehaving

LETTERS = 20 if FULL else 4
TUESDAY = "2026-01-13"
LATER = ("09:10", "09:40")
# the next day that has a stage: what failed for good rides along with its digest
NEXT = "2026-01-15T07:30"
KNOWS_WHOM = ("RCPT", "DATA", "text", "dot")


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with misbehaving() as found:
        yield found


def mornings(fault: Fault) -> tuple[str, ...]:
    """Return when the system runs while the fault lasts; a silent server costs a second each time it is asked."""
    if fault.does == SILENCE:
        return ("07:30",)
    return ("07:30", "07:32", "07:40") if fault.in_doubt else ("07:30", "07:32", "08:00", "09:00")


def after(name: str, office: Office, server: Misbehaving) -> Counter[str]:
    """Let a fault last and end, and the week go by; return what was lost, doubled, and repeated with a mark."""
    fault = FAULTS[name]
    server.begin(fault)
    for hour in mornings(fault):
        office.tick(f"{TUESDAY}T{hour}")
    assert server.shown or fault.at == "listen"
    server.end()
    for moment in (*(f"{TUESDAY}T{hour}" for hour in LATER), NEXT):
        office.tick(moment)
    with office.app.app_context():
        found = lost_and_doubled(server)
        verdict = reconcile.check(office.world.at(NEXT))
        states = Counter((letter.state, letter.error) for letter in db.session.scalars(db.select(Letter)))
        assert (found["lost"], found["doubled"]) == (0, 0), (name, states)
        assert found["repeated"] == 0 or fault.in_doubt, (name, states)
        assert (verdict.missing, verdict.extra) == (0, 0), (name, verdict.first)
        ended = {LetterState.ACCEPTED, LetterState.SKIPPED, *([LetterState.FAILED] if fault.for_good else [])}
        assert {state for state, _error in states} <= ended, (name, states)
        assert verify.log().ok
        db.session.remove()
    return found


def test_no_fault_of_the_mail_server_loses_a_line_or_doubles_one(
    crowd_of: Callable[..., Office], campaign: Callable[..., Campaign], engine: str
) -> None:
    small = len(FAULTS) if engine == "sqlite" else 5
    run = campaign(f"reminders: faults of the mail server, {engine}", small=small, full=len(FAULTS))
    kinds = run.random.sample(list(FAULTS), run.count)
    sums: Counter[str] = Counter()
    for name in kinds:
        with misbehaving() as server:
            found = after(name, crowd_of(LETTERS, server.port), server)
            sums.update(found)
            sums["letters"] += len(server.arrived)
            run.found(**{"lost": 0, "doubled": 0} | dict(sums), receivers=LETTERS)


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.at in KNOWS_WHOM])
def test_one_bad_address_hurts_nobody_else(name: str, crowd_of: Callable[..., Office], server: Misbehaving) -> None:
    office = crowd_of(LETTERS, server.port)
    server.begin(FAULTS[name], frozenset({address(1)}))
    office.tick(f"{TUESDAY}T07:30")
    assert server.shown == 1
    with office.app.app_context():
        bad = office.world.person["can_bo_1"]
        others = list(db.session.scalars(db.select(Letter).where(Letter.recipient_id != bad)))
        assert len(others) >= LETTERS
        assert {letter.state for letter in others} == {LetterState.ACCEPTED}
        assert all(times == 1 for (to, _key), times in server.repeats().items() if to != address(1))
        db.session.remove()
