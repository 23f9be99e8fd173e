"""The scheduler is only a clock: two of them do no more than one, a lying clock is held, a stuck timer is set anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from accountability import checkpoints, seal
from models.base import db
from models.letters import Lease, SchedulerState
from models.log import LogEntry
from models.session import transaction
from notifications import clockwatch, leases, schedule
from tests.fixtures.mail import Faulty, Office
from tests.fixtures.smtp_faults import misbehaving
from tests.fixtures.threads import together


def wait_for(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait until something holds."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.05)
    return False


def held(office: Office) -> str | None:
    with office.app.app_context():
        row = db.session.get(SchedulerState, 1)
        why = row.held_why if row else None
        db.session.remove()
        return why


@pytest.fixture
def quick(office_of: Callable[..., Office], mail_server: Faulty) -> Office:
    """Return the small Ban with leases of two seconds and a letter waiting to be written."""
    found = office_of(mail_server, LEASE_SECONDS="2", MAIL_TIMEOUT="1")
    with found.app.app_context():
        found.world.assign(found.world.drafts[0], "CSDT", date(2026, 1, 16))
        db.session.remove()
    return found


def _written(office: Office, act: str) -> int:
    with office.app.app_context():
        found = db.session.scalar(db.select(db.func.count()).select_from(LogEntry).where(LogEntry.act == act)) or 0
        db.session.remove()
    return found


def test_every_hour_the_end_of_the_log_is_looked_at_and_signed_when_something_new_stands_there(quick: Office) -> None:
    quick.set_clock("2026-01-13T07:25")
    hourly = [job for job in schedule.JOBS if job.name in ("look", "sign")]
    node = schedule.Node(quick.app)
    for job in hourly * 3:
        node.work(job)
    assert (_written(quick, "log.verify"), _written(quick, "log.checkpoint")) == (3, 1)
    with quick.app.app_context():
        quick.world.assign(quick.world.drafts[1], "KHTH", date(2026, 1, 30), local="2026-01-13T07:40")
        db.session.remove()
    for job in hourly:
        node.work(job)
    assert _written(quick, "log.checkpoint") == 2
    assert len(checkpoints.kept(Path(quick.app.config["DATA_DIR"]))) == 2


def test_every_night_the_whole_log_is_verified_and_a_job_that_fails_stops_no_other(quick: Office) -> None:
    quick.set_clock("2026-01-13T03:10")
    node = schedule.Node(quick.app)
    broken = schedule.Job("broken", 3, 10, lambda at: 1 // 0)
    for job in (broken, *(job for job in schedule.JOBS if job.name in ("verify", "compare"))):
        node.work(job)
    with quick.app.app_context():
        seal_now = seal.whole()
        db.session.remove()
    assert seal_now is not None
    assert _written(quick, "log.verify") == 1


def test_a_node_without_the_lease_does_no_job(quick: Office) -> None:
    quick.set_clock("2026-01-13T07:25")
    first, second = schedule.Node(quick.app), schedule.Node(quick.app)
    look = next(job for job in schedule.JOBS if job.name == "look")
    with quick.app.app_context():
        assert first.keep()
    second.work(look)
    assert _written(quick, "log.verify") == 0


def test_two_schedulers_at_once_send_each_letter_once_and_one_takes_over_from_the_other(quick: Office) -> None:
    quick.set_clock("2026-01-13T07:30")
    first, second = schedule.start(quick.app), schedule.start(quick.app)
    try:
        assert wait_for(lambda: quick.count("head_a") == 1)
        time.sleep(1.5)
        assert len(quick.server.to) == len(set(quick.server.to))
        with quick.app.app_context():
            lease = db.session.get_one(Lease, schedule.LEASE)
            holder, token = lease.owner, lease.token
            db.session.remove()
        leaving, staying = (first, second) if holder == first.owner else (second, first)
        leaving.stop()
        assert wait_for(lambda: _holder(quick) == (staying.owner, token + 1))
    finally:
        for node in (first, second):
            if not node.stopped.is_set():
                node.stop()


def _holder(office: Office) -> tuple[str, int]:
    with office.app.app_context():
        row = db.session.get_one(Lease, schedule.LEASE, populate_existing=True)
        found = (row.owner, row.token)
        db.session.remove()
        return found


def test_a_clock_that_jumps_while_it_runs_holds_planning_until_somebody_confirms(quick: Office) -> None:
    quick.set_clock("2026-01-13T07:00")
    node = schedule.start(quick.app)
    try:
        assert wait_for(lambda: _state_day(quick) is not None)
        quick.set_clock("2026-01-13T12:00")
        assert wait_for(lambda: held(quick) is not None)
        assert held(quick) == "jump:5"
        assert quick.server.letters == []
        with quick.app.app_context():
            clockwatch.confirm_clock(by=quick.world.actor("office"), at=quick.world.at("2026-01-13T12:00"))
            db.session.remove()
        assert wait_for(lambda: quick.count("head_a") == 1)
    finally:
        node.stop()


def _state_day(office: Office) -> date | None:
    with office.app.app_context():
        row = db.session.get(SchedulerState, 1)
        found = row.day if row else None
        db.session.remove()
        return found


def test_a_start_after_days_of_rest_is_no_jump_but_one_after_sixteen_is(quick: Office) -> None:
    with quick.app.app_context():
        quick.tick("2026-01-13T07:30")
        clockwatch.check_start(quick.world.at("2026-01-28T07:00"))
        assert held(quick) is None
    with quick.app.app_context():
        clockwatch.check_start(quick.world.at("2026-01-29T08:00"))
        assert held(quick) == "ahead:16"


def test_a_timer_that_does_not_beat_is_set_anew(quick: Office) -> None:
    quick.set_clock("2026-01-13T07:30")
    node = schedule.start(quick.app)
    try:
        assert wait_for(lambda: quick.count("head_a") == 1)
        node.timer.reschedule_job("beat", trigger="interval", hours=24)  # as when the host's clock was set back a day
        node.last_beat -= 60
        beaten = node.last_beat
        assert wait_for(lambda: node.last_beat > beaten + 61)
        assert node.timer.get_job("beat").trigger.interval == timedelta(seconds=node.every)
    finally:
        node.stop()


def test_beats_that_meet_send_through_one_connection(crowd_of: Callable[..., Office]) -> None:
    with misbehaving() as server:
        server.slowness = 0.1
        office = crowd_of(3, server.port)
        office.set_clock("2026-01-13T07:30")
        node = schedule.Node(office.app)
        together(office.app, [node.beat, node.beat, node.beat])
        assert server.most_at_once == 1
        assert len(server.arrived) >= 3


def test_a_lease_passes_on_only_when_it_has_ended_and_its_token_only_grows(office: Office) -> None:
    def take(owner: str, seconds: float) -> int | None:
        with transaction():
            return leases.take_lease("x", owner, timedelta(seconds=seconds))

    assert take("a", 30) == 1
    assert take("b", 30) is None
    assert take("a", 0.05) == 1
    time.sleep(0.1)
    assert take("b", 30) == 2
    assert take("a", 30) is None
