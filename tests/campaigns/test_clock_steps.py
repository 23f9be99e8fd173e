"""A clock that lies costs nothing: set back, set forward, at midnight, on 29/02 and 31/12, on hosts of other zones."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

import pytest

from clock import LOCAL
from models.base import db
from models.letters import Letter, LetterLine, SchedulerState
from models.vocabulary import Action
from notifications import clockwatch, reconcile, schedule
from tests.fixtures.campaigns import Campaign
from tests.fixtures.crowd import lost_and_doubled
from tests.fixtures.mail import Office
from tests.fixtures.smtp_faults import Misbehaving, misbehaving

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# first days of a week that crosses an edge of the calendar: a leap day, a year's end, Tết, a month's end
EDGES: Final = (date(2028, 2, 25), date(2026, 12, 28), date(2026, 2, 11), date(2027, 10, 28))
LIES: Final = (-HOUR, -DAY, -365 * DAY, -366 * DAY, -7 * HOUR - timedelta(minutes=31), timedelta(minutes=-1))
ZONES: Final = ("UTC", "Asia/Ho_Chi_Minh", "America/New_York")


def local(day: date, hour: int = 7, minute: int = 30) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001  (read as local by the fixtures)


@contextmanager
def week(crowd_of: Callable[..., Office], first: date) -> Iterator[tuple[Office, Misbehaving]]:
    """Give the Ban with tasks that are due in a week, and a mail server of its own."""
    with misbehaving() as server:
        office = crowd_of(1, server.port)
        with office.app.app_context():
            for place, task in enumerate(office.world.drafts):
                given = f"{first - 20 * DAY}T08:00"
                office.world.assign(task, "CSDT", first + (1 + 2 * place) * DAY, local=given)
                office.world.step(task, Action.RECEIVE, "head_a", given)
            db.session.remove()
        yield office, server


def run_through(office: Office, moments: list[datetime]) -> None:
    for moment in moments:
        office.tick(moment.isoformat(timespec="minutes"))


def arrived(server: Misbehaving) -> Counter[tuple[str, str]]:
    return server.repeats()


def with_lies(rng: Random, honest: list[datetime]) -> list[datetime]:
    """Return the moments with lies of the clock between them: it is set back, and right again."""
    found = []
    for moment in honest:
        found += [moment, *(moment + rng.choice(LIES) for _ in range(rng.randrange(3)))]
        if rng.random() < 0.5:  # around midnight, and a minute before the digest
            found += [local(moment.date(), 23, 59), local(moment.date() + DAY, 0, 0), local(moment.date() + DAY, 7, 29)]
    return [*found, honest[-1]]


def test_a_clock_set_back_says_what_an_honest_one_says(
    crowd_of: Callable[..., Office], campaign: Callable[..., Campaign], engine: str
) -> None:
    run = campaign(f"reminders: clock steps, {engine}", small=2, full=60)
    for number in range(run.count):
        first = run.random.choice(EDGES)
        honest = [local(first + n * DAY) for n in range(9)]
        with week(crowd_of, first) as (office, server):
            run_through(office, honest)
            expected = arrived(server)
        with week(crowd_of, first) as (office, server):
            run_through(office, with_lies(run.random, honest))
            assert arrived(server) == expected, (number, first)
            assert set(expected.values()) == {1}
            with office.app.app_context():
                found = lost_and_doubled(server)
                verdict = reconcile.check(office.world.at(honest[-1].isoformat()))
                db.session.remove()
            assert (found["lost"], found["doubled"], verdict.missing, verdict.extra) == (0, 0, 0, 0), verdict.first
        run.found(lost=0, doubled=0, lines=run.figures.get("lines", 0) + len(expected))


@pytest.mark.parametrize("ahead", [DAY, 14 * DAY])
def test_a_clock_that_was_ahead_for_a_while_doubles_nothing_when_it_is_right_again(
    ahead: timedelta, crowd_of: Callable[..., Office]
) -> None:
    first = EDGES[0]
    with week(crowd_of, first) as (office, server):
        honest = [local(first + n * DAY) for n in range(22)]
        run_through(office, [*honest[:2], honest[1] + ahead, *honest[1:]])
        with office.app.app_context():
            found = lost_and_doubled(server)
            verdict = reconcile.check(office.world.at(honest[-1].isoformat()))
            db.session.remove()
        assert (found["lost"], found["doubled"], verdict.missing, verdict.extra) == (0, 0, 0, 0), verdict.first
        assert max(arrived(server).values()) == 1


def planned(office: Office) -> tuple[int, date, str | None]:
    """Return how many lines there are, up to which day it was planned, and why planning is held."""
    with office.app.app_context():
        lines = db.session.scalar(db.select(db.func.count()).select_from(LetterLine)) or 0
        state = db.session.get_one(SchedulerState, 1)
        found = (lines, state.day, state.held_why)
        db.session.remove()
    return found


def test_planning_is_held_by_every_jump_over_two_hours_and_by_no_other(
    crowd_of: Callable[..., Office], campaign: Callable[..., Campaign], engine: str
) -> None:
    run = campaign(f"reminders: jumps of the clock, {engine}", small=6, full=100)
    first = EDGES[0]
    with week(crowd_of, first) as (office, _server):
        now, held = local(first), 0
        office.set_clock(now.isoformat())
        node = schedule.Node(office.app)
        node.beat()
        for _ in range(run.count):
            before = planned(office)
            minutes = run.random.choice((90, 118, 123, 300, 60 * 24, 60 * 24 * 365)) * run.random.choice((-1, 1))
            now += timedelta(minutes=minutes)
            office.set_clock(now.isoformat())
            node.beat()
            lines, day, why = planned(office)
            assert (why is not None) == (abs(minutes) > 120), (minutes, why)
            assert day >= before[1]
            if why is not None:
                held += 1
                assert (lines, day) == before[:2]
                now -= timedelta(minutes=minutes)  # somebody sets it right, and says so
                office.set_clock(now.isoformat())
                node.watch.jump()
                with office.app.app_context():
                    person = office.world.actor("office")
                    clockwatch.confirm_clock(by=person, at=office.world.at(now.isoformat()))
                    db.session.remove()
        run.found(held=held)


def test_a_start_is_held_from_the_sixteenth_day_on(crowd_of: Callable[..., Office]) -> None:
    first = EDGES[1]
    with week(crowd_of, first) as (office, _server):
        run_through(office, [local(first)])
        for later, is_held in ((DAY, False), (3 * DAY, False), (15 * DAY, False), (15 * DAY + HOUR, True)):
            with office.app.app_context():
                clockwatch.check_start(office.world.at((local(first) + later).isoformat()))
                db.session.remove()
            assert (planned(office)[2] is not None) == is_held, later


def test_hosts_of_any_zone_plan_the_same_lines_for_the_same_days(
    crowd_of: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, found = EDGES[1], []
    for zone in ZONES:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        with week(crowd_of, first) as (office, server):
            hours = ((0, 30), (7, 29), (7, 30), (23, 30))
            run_through(office, [local(first + n * DAY, *hour) for n in range(4) for hour in hours])
            with office.app.app_context():
                columns = (Letter.recipient_id, Letter.day, Letter.created_at)
                made = db.session.execute(db.select(*columns).order_by(Letter.id)).all()
                db.session.remove()
        found.append((arrived(server), [(to, day, f"{at.astimezone(LOCAL):%d %H:%M}") for to, day, at in made]))
    monkeypatch.undo()
    time.tzset()
    assert found[0] == found[1] == found[2]
    assert {at[-5:] for _person, _day, at in found[0][1]} == {"07:30"}
