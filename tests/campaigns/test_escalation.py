"""Thousands of overdue tasks bring nobody more than two letters a day, and each superior one digest (N11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from models.base import db
from models.people import Tenure
from models.vocabulary import (
    Action,
    Rank,
)
from models.words import (
    LetterKind,
    LetterState,
)
from notifications import reconcile
from tests.fixtures.campaigns import Campaign
from tests.fixtures.handing import hand_seat
from tests.fixtures.mail import Office, many_tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import seats

DUE = date(2026, 1, 16)  # a Friday: the first overdue working day is Monday the 19th
SUPERIORS = ("vice", "chair")
HOURS = ("07:30", "09:10", "11:00", "16:40", "20:00")


class Counted:
    """The letters that reached each address on each day, by their Message-IDs: a repeated one is one letter."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.of: dict[tuple[str, date], set[str]] = defaultdict(set)

    def tick(self, day: date, hour: str) -> None:
        before = len(self.office.server.to)
        self.office.tick(f"{day}T{hour}")
        pairs = zip(self.office.server.to, self.office.server.letters, strict=True)
        for to, letter in list(pairs)[before:]:
            self.of[to, day].add(str(letter["Message-ID"]))

    @property
    def most(self) -> int:
        """Return the most letters any address got on any day."""
        return max(map(len, self.of.values()), default=0)


def chase(office: Office, tasks: list[int], rng: Random, day: date, hour: str) -> None:
    """Have leadership and the office chase some tasks, mostly urgently."""
    moment, by_when = f"{day}T{hour}", day + timedelta(days=7)
    for _number in range(rng.randrange(6)):
        action = rng.choice((Action.CHASE, Action.CHASE, Action.DEMAND_EXPLANATION))
        given = {"text": "x", "answer_by": by_when, "is_urgent": rng.random() < 0.8}
        try:
            office.world.step(rng.choice(tasks), action, rng.choice(("vice", "chair", "office")), moment, **given)
        except Refusal:
            db.session.rollback()


def trouble(office: Office, rng: Random, *, is_evening: bool) -> None:
    """Let the mail server refuse, put off or lose the answer now and then, of a day's last letters most often."""
    office.server.rcpt.clear()
    if rng.random() < 0.3:
        address = office.address(rng.choice(("head_a", "vice", "chair")))
        office.server.rcpt[address] = [rng.choice(("450 busy", "550 no such mailbox"))]
    office.server.data[:] = ["drop"] * 4 if rng.random() < (0.7 if is_evening else 0.2) else []


def test_thousands_of_overdue_tasks_bring_no_address_a_third_letter_and_a_superior_one_digest_a_day(
    office: Office, campaign: Callable[..., Campaign]
) -> None:
    run = campaign(f"escalation: overdue tasks, {db.engine.dialect.name}", small=60, full=5_000)
    rng, counted = run.random, Counted(office)
    tasks = many_tasks(office.world, run.count, DUE)
    day = DUE
    for _number in range(25):
        day += timedelta(days=1)
        hours = sorted(rng.sample(HOURS, rng.randint(1, 3)))
        for hour in hours:  # what is in doubt in the evening is repeated on another day
            chase(office, tasks, rng, day, hour)
            trouble(office, rng, is_evening=hour == hours[-1])
            counted.tick(day, hour)
    run.found(letters=len(office.server.letters), most=counted.most)
    assert counted.most == 2
    for username in (*SUPERIORS, "head_a"):
        digests = [letter.day for letter in office.letters(username) if letter.kind == LetterKind.DIGEST]
        assert len(digests) == len(set(digests))
    verdict = reconcile.check(office.world.at(f"{day}T21:00"))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first


# ------------------------------------------------------------------------------------------------ the rungs
def empty(office: Office, username: str, on: date) -> None:
    """End the time of whoever holds a seat, from a day on."""
    post = office.world.post[username]
    held = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == post, Tenure.to_on.is_(None))).one()
    hand_seat(held)
    seats.end(held, on, "QĐ 2", by=Actor.system(), at=office.world.at())


def first_heard(office: Office, username: str, task: int) -> tuple[str, str] | None:
    """Return the day of a superior's first line on a task's deadline, and its rule."""
    found = [
        (str(letter.day), line.rule)
        for letter in office.letters(username)
        if letter.state == LetterState.ACCEPTED
        for line in letter.lines
        if line.task_id == task and line.rule.startswith("T+")
    ]
    return found[0] if found else None


@pytest.fixture
def overdue(office: Office) -> int:
    """Return a task of the first division that fell due on a Friday; its fifth overdue working day is the 23rd."""
    (task,) = many_tasks(office.world, 1, DUE)
    return task


def test_the_climb_reaches_the_supervising_leader_after_five_working_days_and_the_chair_after_ten(
    office: Office, overdue: int
) -> None:
    office.through(date(2026, 1, 19), date(2026, 1, 30))
    assert first_heard(office, "vice", overdue) == ("2026-01-23", "T+5")
    assert first_heard(office, "chair", overdue) == ("2026-01-30", "T+10")


def test_an_empty_seat_is_skipped_to_the_next_rung_on_the_same_day(office: Office, overdue: int) -> None:
    empty(office, "vice", date(2026, 1, 20))
    office.through(date(2026, 1, 19), date(2026, 1, 23))
    assert first_heard(office, "vice", overdue) is None
    assert first_heard(office, "chair", overdue) == ("2026-01-23", "T+5")


def test_a_superior_who_owes_the_task_himself_is_skipped_to_the_next_rung_on_the_same_day(
    office: Office, overdue: int
) -> None:
    world = office.world
    system: dict[str, Any] = {"by": Actor.system(), "at": world.at()}
    empty(office, "head_a", date(2026, 1, 13))
    tenure = seats.enter(world.post["head_a"], world.person["vice"], date(2026, 1, 13), "QĐ 3", **system)
    seats.confirm(tenure, **system)  # the vice-chair heads the division himself
    office.through(date(2026, 1, 19), date(2026, 1, 23))
    assert next(seat.rank for seat in world.view(overdue, "chair", "2026-01-23T08:00").chain) == Rank.HEAD
    assert first_heard(office, "chair", overdue) == ("2026-01-23", "T+5")


def test_an_explanation_rests_the_climb_once_and_a_second_one_does_nothing_more(office: Office, overdue: int) -> None:
    explain = {"text": "Chờ số liệu của huyện"}
    office.through(date(2026, 1, 19), date(2026, 1, 21))
    office.world.step(overdue, Action.EXPLAIN, "head_a", "2026-01-21T10:00", **explain)
    office.through(date(2026, 1, 22), date(2026, 1, 27))
    assert first_heard(office, "vice", overdue) is None
    office.world.step(overdue, Action.EXPLAIN, "head_a", "2026-01-27T10:00", **explain)
    office.through(date(2026, 1, 28), date(2026, 1, 30))
    assert first_heard(office, "vice", overdue) == ("2026-01-28", "T+5")  # five working days after the first
    assert first_heard(office, "chair", overdue) == ("2026-01-30", "T+10")
    verdict = reconcile.check(office.world.at("2026-01-30T08:00"))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first


def test_a_new_deadline_begins_anew(office: Office, overdue: int) -> None:
    world, reason = office.world, {"reason": "x"}
    world.step(overdue, Action.EXPLAIN, "head_a", "2026-01-21T10:00", text="x")
    world.step(overdue, Action.REQUEST_EXTENSION, "head_a", "2026-01-22T10:00", proposed_on=date(2026, 1, 27), **reason)
    world.step(overdue, Action.GRANT_EXTENSION, "chair", "2026-01-22T11:00")  # asked for after the day
    office.through(date(2026, 1, 22), date(2026, 1, 29))
    world.step(overdue, Action.EXPLAIN, "head_a", "2026-01-29T10:00", text="x")
    office.through(date(2026, 1, 30), date(2026, 2, 5))
    assert first_heard(office, "vice", overdue) == ("2026-02-05", "T+5")  # the 3rd, rested up to the 5th
