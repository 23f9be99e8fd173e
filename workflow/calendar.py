"""Working days of Vietnam, and the deadlines that rest on them.

The days off come from the `holidays` library (Bộ luật Lao động 2019 Điều 112 and the yearly decisions it knows) and
from the days the office entered, each with its decision: an entered day always wins.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

import holidays

from models.vocabulary import DayKind

DAY: Final = timedelta(days=1)
SATURDAY: Final = 6
WORKED: Final = frozenset({DayKind.MAKE_UP, DayKind.WORKING})
# from this day of December on, the coming year's calendar should be there (domain §5.2)
WARN_FROM: Final = (12, 1)
# days swapped by a decision the library does not know: off, its name, and the day made up for it (domain §5.2)
SWAPPED: Final = {date(2026, 1, 2): ("Nghỉ hoán đổi Tết Dương lịch", date(2026, 1, 10))}


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: weekends, the library's days off, and on top of both what was entered."""

    entered: Mapping[date, DayKind] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, entered: Mapping[date, DayKind], years: frozenset[int]) -> WorkCalendar:
        """Return the calendar with the entered days and the years somebody declared complete."""
        return cls(dict(entered), years)

    def with_days(self, days: Mapping[date, DayKind]) -> WorkCalendar:
        """Return the calendar as it were with these days entered too."""
        return WorkCalendar({**self.entered, **days}, self.years)

    def is_working(self, day: date) -> bool:
        """Return whether the day is worked."""
        kind = self.entered.get(day)
        if kind is not None:
            return kind in WORKED
        return _is_known_working(day)

    def name_of(self, day: date) -> str:
        """Return what the library calls a day off; an empty text for any other day."""
        return _known(day.year)[0].get(day, "")

    def add(self, day: date, count: int) -> date:
        """Return the day `count` working days after (before, when negative) a day; the day itself never counts."""
        step = DAY if count >= 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, first: date, last: date) -> int:
        """Return how many working days lie after `first` up to and with `last`; 0 when `last` is not later."""
        if last <= first:
            return 0
        known = _worked_up_to(last) - _worked_up_to(first)
        return known + sum(
            (kind in WORKED) - _is_known_working(day) for day, kind in self.entered.items() if first < day <= last
        )

    def on_or_before(self, day: date) -> date:
        """Return the day itself when it is worked, else the last working day before it."""
        return day if self.is_working(day) else self.add(day, -1)

    def on_or_after(self, day: date) -> date:
        """Return the day itself when it is worked, else the next working day (BLDS 2015 Điều 148 khoản 5)."""
        return day if self.is_working(day) else self.add(day, 1)

    def end_of_working_days(self, start: date, count: int, *, first_counts: bool) -> date:
        """Return the last day of a period of working days from an event.

        By BLDS 2015 Điều 147 the day of the event does not count; a rule that says otherwise gives `first_counts`.
        """
        if first_counts and self.is_working(start):
            count -= 1
        return self.add(start, count)

    def end_of_months(self, start: date, months: int) -> date:
        """Return the last day of some months: the like day or the month's last, moved to a working day (Điều 148)."""
        return self.on_or_after(months_after(start, months))

    def missing_years(self, on: date) -> tuple[int, ...]:
        """Return the years whose days off are missing on a day: this one, and from 1 December the next."""
        due = [on.year, *([on.year + 1] if (on.month, on.day) >= WARN_FROM else [])]
        return tuple(year for year in due if year not in self.years)


@dataclass(frozen=True)
class Deadline:
    """The day that is shown and reminded of, and the last good day after which it is late (rulings 12)."""

    due_on: date
    late_after: date


def fixed_deadline(day: date, boundary: str, calendar: WorkCalendar, *, before_counts: str, rest_day: str) -> Deadline:
    """Return due day and last good day of a fixed date as written.

    `boundary` "before" means "trước ngày X": shown X-1, and by the setting `before_counts` ("day_before") X itself
    is not late yet. A date on a rest day stays as written; by `rest_day` ("next_working_day") it is not late before
    the end of the next working day (BLDS 2015 Điều 148 khoản 5).
    """
    due = day - DAY if boundary == "before" else day
    last = day if boundary == "before" and before_counts == "day_before" else due
    return Deadline(due, calendar.on_or_after(last) if rest_day == "next_working_day" else last)


def months_after(start: date, months: int) -> date:
    """Return the like day some months later, or the month's last when there is none (BLDS 2015 Điều 148 khoản 3)."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _is_known_working(day: date) -> bool:
    """Return whether the library has the day as worked."""
    off, made_up = _known(day.year)
    return day in made_up or (day.isoweekday() < SATURDAY and day not in off)


def _worked_up_to(day: date) -> int:
    """Return how many days the library has as worked from the year 2000 up to and with a day (negative before it)."""
    return _worked_before(day.year) + _running_counts(day.year)[day.timetuple().tm_yday]


@cache
def _worked_before(year: int) -> int:
    """Return the same up to and with the last day of the year before."""
    years = range(2000, year) if year >= 2000 else range(year, 2000)
    whole = sum(_running_counts(each)[-1] for each in years)
    return whole if year >= 2000 else -whole


@cache
def _running_counts(year: int) -> tuple[int, ...]:
    """Return, for each day of a year by its number, how many days of the year are worked up to it; 0 for number 0."""
    counts = [0]
    day = date(year, 1, 1)
    while day.year == year:
        counts.append(counts[-1] + _is_known_working(day))
        day += DAY
    return tuple(counts)


@cache
def _vietnam() -> Any:
    """Return the library's Vietnam alone: by its name it comes with some 270 other countries, at every start."""
    path = Path(str(holidays.__file__)).parent / "countries" / "vietnam.py"
    found = spec_from_file_location("holidays_of_vietnam", path)
    if found is None or found.loader is None or not path.exists():
        return partial(holidays.country_holidays, "VN")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module.Vietnam


@cache
def _known(year: int) -> tuple[Mapping[date, str], frozenset[date]]:
    """Return the library's days off and make-up working days of a year."""
    found = _vietnam()(years=(year - 1, year, year + 1), language="vi")
    off = {**found, **{day: name for day, (name, _) in SWAPPED.items()}}
    made_up = {*found.weekend_workdays, *(worked for _, worked in SWAPPED.values())}
    return {day: name for day, name in off.items() if day.year == year}, frozenset(
        day for day in made_up if day.year == year
    )
