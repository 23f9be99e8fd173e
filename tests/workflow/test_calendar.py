"""Working days of Vietnam: the worked examples of the years, and counting that agrees with a finger on the calendar."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.vocabulary import DayKind
from workflow.calendar import WorkCalendar, fixed_deadline, months_after

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)
PLAIN = WorkCalendar()


def days(first: date, last: date) -> list[date]:
    """Return the days from one to another, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


# ---------------------------------------------------------------------------- worked examples (domain §5.2)
@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2010, 2, 19), False),
        (date(2010, 2, 27), True),  # Tết 2010: swapped
        (date(2026, 1, 1), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),  # New Year 2026: swapped
        (date(2026, 2, 13), True),
        (date(2026, 2, 23), True),  # the days around Tết 2026
        (date(2026, 4, 26), False),
        (date(2026, 4, 27), False),
        (date(2026, 4, 28), True),  # Giỗ Tổ on a Sunday: in lieu
        (date(2026, 8, 22), True),
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), False),
        (date(2026, 9, 2), False),
        (date(2026, 9, 3), True),
        (date(2026, 8, 29), False),
        (date(2026, 8, 30), False),
        (date(2026, 8, 28), True),
    ],
)
def test_the_swapped_and_made_up_days_of_the_years_are_known(day: date, works: bool) -> None:
    assert PLAIN.is_working(day) == works


def test_tet_2026_is_nine_days_off_in_a_row_and_nothing_is_made_up_for_it() -> None:
    off = days(date(2026, 2, 14), date(2026, 2, 22))
    assert [day for day in off if PLAIN.is_working(day)] == []
    assert PLAIN.between(date(2026, 2, 13), date(2026, 2, 23)) == 1
    assert PLAIN.add(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert PLAIN.add(date(2026, 2, 23), -1) == date(2026, 2, 13)


def test_three_working_days_before_thursday_3_september_2026_is_wednesday_26_august() -> None:
    assert PLAIN.add(date(2026, 9, 3), -3) == date(2026, 8, 26)


@pytest.mark.parametrize(("first_counts", "last"), [(True, date(2026, 3, 30)), (False, date(2026, 3, 31))])
def test_two_working_days_from_friday_27_march_2026_end_by_the_rule_that_is_set(first_counts: bool, last: date) -> None:
    assert PLAIN.end_of_working_days(date(2026, 3, 27), 2, first_counts=first_counts) == last


def test_a_period_that_begins_on_a_rest_day_counts_from_the_next_working_day_either_way() -> None:
    for first_counts in (True, False):
        assert PLAIN.end_of_working_days(date(2026, 3, 28), 2, first_counts=first_counts) == date(2026, 3, 31)


def test_one_month_from_31_january_2026_ends_on_monday_2_march() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert PLAIN.end_of_months(date(2026, 1, 31), 1) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_a_month_later_is_the_like_day_or_the_months_last(start: date, months: int, end: date) -> None:
    assert months_after(start, months) == end


def test_29_february_and_the_turn_of_the_year_are_counted_like_any_day() -> None:
    assert PLAIN.between(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert PLAIN.between(date(2023, 2, 28), date(2023, 3, 1)) == 1
    assert PLAIN.add(date(2025, 12, 31), 1) == date(2026, 1, 5)
    assert PLAIN.add(date(2026, 1, 5), -1) == date(2025, 12, 31)
    assert PLAIN.between(date(2025, 12, 31), date(2026, 1, 10)) == 6  # five days of the week, and the Saturday made up


def test_an_entered_day_wins_over_the_library_either_way() -> None:
    entered = WorkCalendar.of(
        {date(2026, 9, 2): DayKind.WORKING, date(2026, 9, 3): DayKind.HOLIDAY, date(2026, 9, 5): DayKind.MAKE_UP},
        frozenset(),
    )
    assert [entered.is_working(day) for day in days(date(2026, 9, 2), date(2026, 9, 5))] == [True, False, True, True]
    assert entered.between(date(2026, 9, 1), date(2026, 9, 5)) == 3


@pytest.mark.parametrize(
    ("on", "missing"),
    [
        (date(2026, 11, 30), ()),
        (date(2026, 12, 1), (2027,)),
        (date(2026, 12, 31), (2027,)),
        (date(2027, 1, 1), (2027,)),
        (date(2028, 12, 1), (2028, 2029)),
    ],
)
def test_the_calendar_of_the_coming_year_is_missed_from_1_december_on(on: date, missing: tuple[int, ...]) -> None:
    assert WorkCalendar.of({}, frozenset({2026})).missing_years(on) == missing


# ---------------------------------------------------------------------------- deadlines as written (rulings 12)
@pytest.mark.parametrize(
    ("day", "boundary", "counts", "rest", "due", "late_after"),
    [
        (date(2026, 11, 25), "on", "day_before", "next_working_day", date(2026, 11, 25), date(2026, 11, 25)),
        (date(2026, 11, 25), "before", "day_before", "next_working_day", date(2026, 11, 24), date(2026, 11, 25)),
        (date(2026, 11, 25), "before", "due_day", "as_written", date(2026, 11, 24), date(2026, 11, 24)),
        (date(2025, 11, 30), "on", "day_before", "next_working_day", date(2025, 11, 30), date(2025, 12, 1)),
        (date(2025, 11, 30), "on", "day_before", "as_written", date(2025, 11, 30), date(2025, 11, 30)),
        (date(2025, 11, 30), "before", "day_before", "next_working_day", date(2025, 11, 29), date(2025, 12, 1)),
        (date(2026, 2, 14), "on", "day_before", "next_working_day", date(2026, 2, 14), date(2026, 2, 23)),
    ],
)
def test_a_fixed_date_stays_as_written_and_is_late_after_its_last_good_day(
    day: date, boundary: str, counts: str, rest: str, due: date, late_after: date
) -> None:
    found = fixed_deadline(day, boundary, PLAIN, before_counts=counts, rest_day=rest)
    assert (found.due_on, found.late_after) == (due, late_after)


# ---------------------------------------------------------------------------- against a finger on the calendar
def oracle_between(calendar: WorkCalendar, first: date, last: date) -> int:
    """Count the worked days after `first` up to and with `last`, one by one."""
    return sum(calendar.is_working(day) for day in days(first + DAY, last)) if last > first else 0


def oracle_add(calendar: WorkCalendar, day: date, count: int) -> date:
    """Walk day by day until so many worked days have passed."""
    step = DAY if count > 0 else -DAY
    while count:
        day += step
        if calendar.is_working(day):
            count -= 1 if count > 0 else -1
    return day


def drawn_calendar(draw: random.Random) -> WorkCalendar:
    """Return a calendar with some entered days of every kind."""
    start = date(2023, 12, 1)
    entered = {
        start + timedelta(days=draw.randrange(1200)): draw.choice(list(DayKind)) for _ in range(draw.randrange(40))
    }
    return WorkCalendar.of(entered, frozenset())


def test_counting_and_adding_agree_with_a_finger_on_the_calendar(campaign: Callable[..., object]) -> None:
    made: object = campaign("working days against an oracle", small=300, full=20_000)
    draw: random.Random = made.random  # type: ignore[attr-defined]  # the campaign fixture's own type is not imported
    calendar = PLAIN
    for number in range(made.count):  # type: ignore[attr-defined]  # as above
        calendar = drawn_calendar(draw) if number % 10 == 0 else calendar
        first = date(2024, 1, 1) + timedelta(days=draw.randrange(900))
        last, count = first + timedelta(days=draw.randrange(-30, 200)), draw.randrange(-60, 60)
        assert calendar.between(first, last) == oracle_between(calendar, first, last), (first, last)
        found = calendar.add(first, count)
        assert found == oracle_add(calendar, first, count), (first, count)
        if count > 0:
            assert calendar.between(first, found) == count
        assert calendar.is_working(calendar.on_or_after(first))
        assert calendar.on_or_before(first) <= first <= calendar.on_or_after(first)


def test_counts_over_many_years_and_before_2000_are_differences_of_one_line() -> None:
    for first, last in (
        (date(1998, 5, 1), date(2003, 4, 2)),
        (date(1999, 12, 31), date(2000, 1, 3)),
        (date(2019, 3, 3), date(2031, 7, 7)),
    ):
        assert PLAIN.between(first, last) == oracle_between(PLAIN, first, last)


# ---------------------------------------------------------------------------- wherever the server stands
ELSEWHERE = """
from datetime import date
import clock
from workflow.calendar import WorkCalendar
calendar = WorkCalendar()
moments = ("2026-08-26T16:59:59", "2026-08-26T17:00:00", "2026-12-31T17:00:00", "2024-02-29T16:59:59")
print([clock.day_of(clock.parse_moment(text + "+00:00")).isoformat() for text in moments])
print(clock.end_of(date(2026, 8, 26)).isoformat(), clock.parse_moment("2026-08-26T07:30").isoformat())
print(calendar.add(date(2026, 9, 3), -3), calendar.between(date(2026, 2, 13), date(2026, 2, 23)), clock.today())
"""


def test_days_and_deadlines_are_the_same_wherever_the_server_stands() -> None:
    found = set()
    for zone in ("UTC", "Asia/Ho_Chi_Minh", "America/New_York"):
        environ = {
            **os.environ,
            "TZ": zone,
            "DONDOC_TEST_MODE": "1",
            "DONDOC_NOW": "2026-08-26T23:59:00",
            "PYTHONPATH": str(ROOT),
        }
        run = subprocess.run(
            [sys.executable, "-c", ELSEWHERE], env=environ, cwd=ROOT, capture_output=True, text=True, check=True
        )
        found.add(run.stdout)
    assert found == {
        "['2026-08-26', '2026-08-27', '2027-01-01', '2024-02-29']\n"
        "2026-08-26T17:00:00+00:00 2026-08-26T00:30:00+00:00\n"
        "2026-08-26 1 2026-08-26\n"
    }
