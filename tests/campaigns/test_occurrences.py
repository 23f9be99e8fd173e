"""Occurrences against an oracle that shares no code: random rules, calendars, standstills and orders of creation."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

import pytest

import clock
from models.base import db
from models.tasks import Task
from models.vocabulary import Action, DayKind
from notifications import schedule
from tests.fixtures.campaigns import Campaign
from tests.fixtures.places import World
from tests.oracle import occurrences as oracle
from tests.oracle.days import Days
from tests.oracle.occurrences import LAST, Duty
from workflow import reference, tasks
from workflow.errors import Refusal
from workflow.given import Given
from workflow.organization import days
from workflow.reference import Reference

DAY: Final = timedelta(days=1)
NAMES: Final = {
    "week": "weekly", "month": "monthly", "quarter": "quarterly", "half": "half-yearly", "year": "yearly",
}  # fmt: skip
OFTEN: Final = (
    ("week",), ("month",), ("quarter",), ("half",), ("year",), ("month", "quarter"),
    ("month", "quarter", "half", "year"), ("half", "year"), ("week", "month"),
)  # fmt: skip


def a_duty(rng: Random, from_on: date) -> Duty:
    """Return a random duty; a list of periods names no day of its own, as in documents."""
    often = rng.choice(OFTEN)
    alone = len(often) == 1
    months = rng.sample(range(1, 13), rng.choice((1, 1, 2)))
    dates = tuple(sorted((month, rng.randint(1, monthrange(2026, month)[1])) for month in months))
    return Duty(
        often,
        day=rng.choice((1, 5, 15, 25, 30, 31, LAST)) if alone else LAST,
        weekday=rng.randint(1, 5) if often[0] == "week" else 5,
        month=rng.randint(1, 3) if often == ("quarter",) else 3,
        dates=dates if often == ("year",) else ((12, 31),),
        before=rng.random() < 0.4,
        from_on=from_on,
        until_on=from_on + rng.randint(100, 600) * DAY if rng.random() < 0.3 else date.max,
    )


def rule_of(duty: Duty) -> dict[str, Any]:
    """Return the duty in the form of a deadline's meaning."""
    names = [NAMES[often] for often in duty.often]
    rule: dict[str, Any] = {"kind": "recurring", "freq": names if len(names) > 1 else names[0]}
    if duty.before:
        rule["boundary"] = "before"
    if duty.often == ("week",):
        return rule | {"weekday": duty.weekday}
    if duty.often == ("year",):
        texts = [f"{month:02}-{day:02}" for month, day in duty.dates]
        return rule | ({"dates": texts} if len(texts) > 1 else {"month_day": texts[0]})
    if len(names) == 1 and duty.day != LAST:
        rule["day"] = duty.day
    return rule | ({"month": duty.month} if duty.often == ("quarter",) else {})


class Round:
    """Some duties begun one after another, and what the oracle says they have brought forth."""

    def __init__(self, world: World, rng: Random, number: int, entered: set[date]) -> None:
        self.entered = entered
        self.world, self.rng = world, rng
        self.day = date(2026, 1, 6) + 61 * number * DAY
        self.duties: dict[int, Duty] = {}
        self.expected: dict[int, dict[str, date]] = {}
        self.compared = 0

    def at(self) -> datetime:
        return clock.start_of(self.day) + timedelta(hours=9)

    def local(self) -> str:
        return f"{self.day}T09:00"

    def play(self, steps: int) -> None:
        for _ in range(steps):
            self.rng.choice((self.begin, self.run, self.run, self.run, self.enter_a_day))()
            self.day += self.rng.choice((0, 1, 3, 20, 45, 150)) * DAY
        self.run()
        for key in self.duties:
            given = {"reason": "Hết vòng", "decision": "QĐ 1"}
            self.world.step(key, Action.CANCEL, "vice", self.local(), **given)

    def begin(self) -> None:
        """Give a task by a document, as a recurring duty."""
        duty = a_duty(self.rng, self.day)
        by = self.world.actor("office", self.local())
        key = tasks.create(None, f"Việc {len(self.duties)}", "CV ngày 05/01/2026", by=by, at=self.at(), given=Given())
        given = {"rule": rule_of(duty), "until_on": duty.until_on if duty.until_on != date.max else None}
        if not oracle.owed(duty, min(duty.until_on, self.day + 800 * DAY), self.days()):
            with pytest.raises(Refusal, match="rule_without_days"):
                self.world.step(key, Action.RECUR, "office", self.local(), **given)
            return
        self.world.step(key, Action.RECUR, "office", self.local(), **given)
        self.world.assign(key, "CSDT", local=self.local())
        self.duties[key], self.expected[key] = duty, {}
        self.compare(key)

    def run(self) -> None:
        schedule.make_occurrences(self.at())
        self.compare(*self.duties)

    def enter_a_day(self) -> None:
        """Enter a day off or a day worked some time ahead, confirmed by a second person."""
        day, kind = self.day + self.rng.randint(0, 60) * DAY, self.rng.choice((DayKind.HOLIDAY, DayKind.MAKE_UP))
        if day in self.entered:
            return
        self.entered.add(day)
        key = days.enter(day, kind, "", "QĐ 2", by=self.world.actor("office", self.local()), at=self.at())
        days.confirm(key, by=self.world.actor("vice", self.local()), at=self.at())

    def days(self) -> Days:
        ref: Reference = reference.load(self.day)
        first = self.day - 900 * DAY
        return Days({day: ref.calendar.is_working(day) for day in (first + n * DAY for n in range(2200))})

    def compare(self, *keys: int) -> None:
        """Hold what is there against what the oracle expects: a date once given stays."""
        worked = self.days()
        db.session.expire_all()
        for key in keys:
            duty = self.duties[key]
            owed = oracle.owed(duty, self.day, worked)
            self.expected[key] = owed | self.expected[key]
            query = db.select(Task.period, Task.due_on).where(Task.definition_id == key)
            assert {row.period: row.due_on for row in db.session.execute(query)} == self.expected[key], (duty, self.day)
            self.compared += len(self.expected[key])


def test_occurrences_are_those_an_oracle_finds_day_by_day_whatever_stood_still(
    world: World, campaign: Callable[..., Campaign]
) -> None:
    found, compared = campaign("occurrences of random duties", small=6, full=400), 0
    entered: set[date] = set()
    for number in range(found.count):
        played = Round(world, found.random, number % 60, entered)
        played.play(12)
        compared += played.compared
    found.found(compared=compared)
    assert compared > 10 * found.count
