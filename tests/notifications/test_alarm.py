"""When letters do not get out people hear of it by a second mail server: once an incident, and once when it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from models.base import db
from models.letters import Lease
from models.log import LogEntry
from models.session import transaction
from notifications import alarm, clockwatch, leases, schedule
from tests.fixtures.mail import Faulty, Office, serving

TO = ("truc@ngoai.example.org", "it@ngoai.example.org")


@pytest.fixture
def second() -> Iterator[Faulty]:
    with serving(Faulty()) as found:
        yield found


@pytest.fixture
def guarded(office_of: Callable[..., Office], mail_server: Faulty, second: Faulty) -> Iterator[Office]:
    """Return the small Ban with a second route, and one unit's head to be written to on the 13th."""
    more = {"ALARM_MAIL_SERVER": "127.0.0.1", "ALARM_MAIL_PORT": str(second.port), "ALARM_RECIPIENTS": ",".join(TO)}
    found = office_of(mail_server, **more)
    with found.app.app_context():
        found.world.assign(found.world.drafts[0], "CSDT", date(2026, 1, 16))
        yield found


def minutes(office: Office, first: str, count: int) -> Iterator[str]:
    """Give local moments, a minute apart."""
    start = office.world.at(first)
    for passed in range(count):
        yield (start + timedelta(minutes=passed, hours=7)).strftime("%Y-%m-%dT%H:%M:00")


def acts() -> list[str]:
    db.session.rollback()
    query = db.select(LogEntry.act).where(LogEntry.act.startswith("alarm.")).order_by(LogEntry.epoch, LogEntry.seq)
    return list(db.session.scalars(query))


def test_two_hours_without_the_mail_server_raise_one_alarm_within_a_quarter_of_an_hour_and_one_word_when_it_is_well(
    guarded: Office, second: Faulty
) -> None:
    guarded.set_clock("2026-01-13T07:29")
    node = schedule.Node(guarded.app)
    guarded.server.rcpt = {guarded.address(name): ["450 down"] for name in guarded.world.person}
    raised = ended = None
    for moment in minutes(guarded, "2026-01-13T07:30", 150):
        guarded.set_clock(moment)
        if moment.endswith("T09:30:00"):
            guarded.server.rcpt.clear()
        node.beat()
        raised = raised or (moment if second.letters else None)
        ended = ended or (moment if len(second.letters) > 2 else None)
    assert raised is not None
    assert "2026-01-13T07:40:00" <= raised <= "2026-01-13T07:45:00"
    assert ended is not None
    assert ended >= "2026-01-13T09:30:00"
    assert guarded.count("head_a") == 1
    assert second.to == [*TO, *TO]
    assert acts() == [alarm.RAISED, alarm.ENDED]
    assert "BÁO ĐỘNG" in second.letters[0]["Subject"]
    assert "https://dondoc.example.vn/reminders/status" in second.words(0)
    assert second.letters[0]["Auto-Submitted"] == "auto-generated"


def test_a_node_that_stands_by_raises_the_alarm_too_and_two_nodes_raise_one(guarded: Office, second: Faulty) -> None:
    guarded.server.rcpt = {guarded.address(name): ["450 down"] for name in guarded.world.person}
    guarded.set_clock("2026-01-13T07:29")
    working, standing_by = schedule.Node(guarded.app), schedule.Node(guarded.app)
    guarded.set_clock("2026-01-13T07:30")
    working.beat()
    guarded.set_clock("2026-01-13T07:45")
    standing_by.beat()
    assert not standing_by.keep()
    assert second.to == list(TO)
    working.beat()
    standing_by.beat()
    assert second.to == list(TO)


def test_a_lease_that_nobody_takes_is_told(guarded: Office, second: Faulty) -> None:
    at = guarded.world.at("2026-01-05T09:00")
    guarded.tick("2026-01-05T09:00")
    with transaction():
        leases.take_lease(schedule.LEASE, "gone", timedelta())
        lease = db.session.get_one(Lease, schedule.LEASE)
        lease.until -= timedelta(minutes=14)
    assert alarm.watch(at, "web") is None
    with transaction():
        db.session.get_one(Lease, schedule.LEASE).until -= timedelta(minutes=2)
    assert alarm.watch(at, "web") == alarm.RAISED
    assert "16 phút" in second.words(0)
    node = schedule.Node(guarded.app)
    guarded.set_clock("2026-01-05T09:01")
    node.beat()
    assert acts() == [alarm.RAISED, alarm.ENDED]


def test_planning_that_fails_or_is_held_is_told_within_the_hour(guarded: Office, second: Faulty) -> None:
    guarded.tick("2026-01-13T09:00")
    clockwatch.hold("jump:5", guarded.world.at("2026-01-13T09:00"))
    node = schedule.Node(guarded.app)
    for moment, count in (("2026-01-13T09:59", 0), ("2026-01-13T10:01", 2)):
        guarded.set_clock(moment)
        node.watch = clockwatch.ClockWatch()
        node.beat()
        assert len(second.letters) == count, moment


def test_an_alarm_that_nobody_took_is_tried_again(guarded: Office, second: Faulty) -> None:
    guarded.server.rcpt = {guarded.address(name): ["450 down"] for name in guarded.world.person}
    second.rcpt = {TO[0]: ["450 later", "250 OK"], TO[1]: ["450 later", "250 OK"]}
    guarded.set_clock("2026-01-13T07:29")
    node = schedule.Node(guarded.app)
    for moment in ("2026-01-13T07:30", "2026-01-13T07:45", "2026-01-13T07:46"):
        guarded.set_clock(moment)
        node.beat()
        assert acts() == ([alarm.RAISED] if moment.endswith("46") else [])
    assert second.to == list(TO)


def test_without_a_second_route_nothing_is_asked_and_nothing_is_logged(office: Office, queries: list[str]) -> None:
    assert alarm.watch(office.world.at("2026-01-13T12:00"), "x") is None
    assert queries == []
