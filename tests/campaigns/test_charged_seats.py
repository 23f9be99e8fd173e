"""Late days over random seats: each is charged once, the parts sum to the whole, over periods too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import clock
from accountability.charges import Book, Day, Seats, Term, Terms, summed
from accountability.figures.charged import plain
from accountability.figures.question import Question
from accountability.strip import State, Story
from models.vocabulary import Status
from tests.fixtures.campaigns import Campaign
from workflow.calendar import WorkCalendar

YEAR = date(2026, 1, 1)
UNIT, POST = 7, 70


def some_day(chance: Random, most: int = 300) -> date:
    return YEAR + timedelta(days=chance.randrange(most))


def some_seats(chance: Random) -> Seats:
    """Return a seat that people hold one after the other, with gaps."""
    days = sorted({some_day(chance) for _each in range(chance.randrange(2, 9))})
    spans = zip(days, [*days[1:], None], strict=True)
    terms = (Term(POST, chance.randrange(1, 4), first, last) for first, last in spans if chance.random() < 0.8)
    return Seats({UNIT: (POST,)}, None, tuple(terms))


def late_days(task: Any, seats: Seats, first: date, last: date) -> tuple[Day, ...]:
    return plain(task, Question(first, last, clock.end_of(last)), seats, WorkCalendar())


def test_days_charged_over_random_seats_sum_to_the_total(campaign: Callable[..., Campaign]) -> None:
    run = campaign("late days over random seats", small=300, full=20_000)
    days = 0
    for _number in range(run.count):
        chance = run.random
        given, late_after, until = some_day(chance), some_day(chance), some_day(chance, 400)
        task = SimpleNamespace(
            assigned_at=clock.start_of(given) + timedelta(hours=9),
            late_after=late_after,
            lead_unit_id=UNIT,
            until=until,
        )
        seats, last = some_seats(chance), YEAR + timedelta(days=500)
        whole = late_days(task, seats, YEAR, last)
        start = max(given, late_after)
        assert len(whole) == max(0, (until - start).days)
        assert sum(charge.days for charge in summed(whole)) == len(whole)
        cut = some_day(chance, 500)
        parts = late_days(task, seats, YEAR, cut), late_days(task, seats, cut + timedelta(days=1), last)
        assert (*parts[0], *parts[1]) == whole
        assert by_history(task, seats, until) == whole
        days += len(whole)
    run.found(days=days)


def by_history(task: Any, seats: Seats, until: date) -> tuple[Day, ...]:
    """Return the same days the long way: from the story of a task that only its lead unit ever held."""
    begins, ends = task.assigned_at, max(clock.end_of(until), task.assigned_at + timedelta(days=1))
    story = Story(begins, ends, (State(begins, Status.IN_PROGRESS, UNIT),))
    book = Book(story, Terms(seats, WorkCalendar()))
    return book.account(task.late_after, until, since=None, stopped_at=None).each
