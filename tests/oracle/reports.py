"""On which days a recurring duty is to be reported, found by asking of each day whether it is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from tests.oracle.days import ONE, Days


def _ends_month(day: date) -> bool:
    return (day + ONE).day == 1


# what the words of the deadline mean, day by day; "before the 15th" is the 14th
IS_REPORTED: dict[str, Callable[[date], bool]] = {
    "every week": lambda day: day.isoweekday() == 5,
    "every Thursday": lambda day: day.isoweekday() == 4,
    "every month": _ends_month,
    "before the 15th of each month": lambda day: day.day == 14,
    "the 20th of each month": lambda day: day.day == 20,
    "the 31st of each month": _ends_month,
    "every quarter": lambda day: day.month % 3 == 0 and _ends_month(day),
    "before the 20th of a quarter's last month": lambda day: day.month % 3 == 0 and day.day == 19,
    "every half-year": lambda day: day.month in (6, 12) and _ends_month(day),
    "every year": lambda day: (day.month, day.day) == (12, 31),
    "before 1 December each year": lambda day: (day.month, day.day) == (11, 30),
}


def report_days(words: str, first: date, last: date, days: Days) -> list[date]:
    """Return the days of report whose words fall into a span, each moved off a rest day to the working day before."""
    found: list[date] = []
    day = first
    while day <= last:
        if IS_REPORTED[words](day):
            moved = days.at_or_before(day)
            if not found or moved > found[-1]:
                found.append(moved)
        day += ONE
    return found


def first_owed(words: str, assigned: date, notes: Sequence[date], day: date, days: Days) -> date:
    """Return the first day of report after the assignment and after every one that a note covers.

    A note covers the day of report nearest to it; of two as near, the later.
    """
    known = report_days(words, assigned - 500 * ONE, max(day, *notes, assigned) + 900 * ONE, days)
    covered = [assigned]
    for note in notes:
        nearest = known[0]
        for each in known:
            if abs(each - note) <= abs(nearest - note):
                nearest = each
        covered.append(nearest)
    return next(each for each in known if each > max(covered))
