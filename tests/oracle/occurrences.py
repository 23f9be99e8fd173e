"""Which times a recurring duty owes: each day is asked whether it is named; its period is walked back to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tests.oracle.days import ONE, Days

LAST = 32


@dataclass(frozen=True)
class Duty:
    """A duty as a person would put it: how often, which day, and whether that day itself is too late."""

    often: tuple[str, ...]
    day: int = LAST
    weekday: int = 5
    month: int = 3
    dates: tuple[tuple[int, int], ...] = ((12, 31),)
    before: bool = False
    from_on: date = date.min
    until_on: date = date.max


def owed(duty: Duty, today: date, days: Days) -> dict[str, date]:
    """Return each period owed by a day, with the day it is due."""
    found: dict[date, tuple[str, date, date]] = {}
    for often in ("week", "month", "quarter", "half", "year"):
        for day in _named(duty, often, today) if often in duty.often else ():
            written = day - ONE if duty.before else day
            found[written] = (*_period(duty, often, day, written), written)
    return {
        period: days.at_or_before(written)
        for period, opens, written in found.values()
        if opens <= today and days.at_or_before(written) > duty.from_on and written <= duty.until_on
    }


def _named(duty: Duty, often: str, today: date) -> Iterator[date]:
    day = duty.from_on - 30 * ONE
    while day < today + 420 * ONE:
        if IS_NAMED[often](duty, day):
            yield day
        day += ONE


def _is_day_of_month(duty: Duty, day: date) -> bool:
    return day.day == duty.day or ((day + ONE).day == 1 and duty.day > day.day)


IS_NAMED: dict[str, Callable[[Duty, date], bool]] = {
    "week": lambda duty, day: day.isoweekday() == duty.weekday,
    "month": _is_day_of_month,
    "quarter": lambda duty, day: day.month in {duty.month, duty.month + 3, duty.month + 6, duty.month + 9}
    and _is_day_of_month(duty, day),
    "half": lambda duty, day: day.month in (6, 12) and _is_day_of_month(duty, day),
    "year": lambda duty, day: (day.month, day.day) in duty.dates,
}  # fmt: skip
CALLED: dict[str, Callable[[date], str]] = {
    "week": lambda day: day.strftime("%G-W%V"),
    "month": lambda day: day.strftime("%Y-%m"),
    "quarter": lambda day: f"{day.year}-Q{1 + (day.month > 3) + (day.month > 6) + (day.month > 9)}",
    "half": lambda day: f"{day.year}-H{1 + (day.month > 6)}",
    "year": lambda day: str(day.year),
}


def _period(duty: Duty, often: str, day: date, written: date) -> tuple[str, date]:
    """Return what the period is called, and its first day."""
    if often == "year" and len(duty.dates) > 1:
        opens = day
        while not IS_NAMED["year"](duty, opens - ONE):
            opens -= ONE
        return day.isoformat(), opens
    opens = written
    while CALLED[often](opens - ONE) == CALLED[often](written):
        opens -= ONE
    return CALLED[often](written), opens
