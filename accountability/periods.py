"""Reporting periods: from which day to which the figures run (Nghị định 09/2019/NĐ-CP, Điều 12)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import clock
from terms import N_

# a reporting month begins on this day of the month before it and ends on the day before this one
FIRST_DAY: Final = 15


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """A reporting period: its code as one types it, and its first and last day, both included."""

    code: str
    kind: PeriodKind
    year: int
    number: int
    first: date
    last: date

    @property
    def cut_off(self) -> datetime:
        """Return the moment the figures are taken: 24:00 of the last day (rulings 17)."""
        return clock.end_of(self.last)

    @property
    def title(self) -> tuple[str, dict[str, int]]:
        """Return what the period is called, as a message and its values."""
        return TITLES[self.kind, self.number if self.kind == PeriodKind.HALF else 0], {
            "number": self.number,
            "year": self.year,
        }

    def contains(self, day: date) -> bool:
        """Return whether a day belongs to the period."""
        return self.first <= day <= self.last


TITLES: Final = {
    (PeriodKind.MONTH, 0): N_("month %(number)s of %(year)s"),
    (PeriodKind.QUARTER, 0): N_("quarter %(number)s of %(year)s"),
    (PeriodKind.HALF, 1): N_("the first six months of %(year)s"),
    (PeriodKind.HALF, 2): N_("the last six months of %(year)s"),
    (PeriodKind.NINE_MONTHS, 0): N_("nine months of %(year)s"),
    (PeriodKind.YEAR, 0): N_("the year %(year)s"),
}

# how a code looks -> kind, and from the number in it the first and last month the period is named after
_FORMS: Final[tuple[tuple[re.Pattern[str], PeriodKind, Callable[[int], tuple[int, int]]], ...]] = (
    (re.compile(r"([0-9]{4})"), PeriodKind.YEAR, lambda _: (1, 12)),
    (re.compile(r"([0-9]{4})-9M"), PeriodKind.NINE_MONTHS, lambda _: (1, 9)),
    (re.compile(r"([0-9]{4})-H([12])"), PeriodKind.HALF, lambda half: (6 * half - 5, 6 * half)),
    (re.compile(r"([0-9]{4})-Q([1-4])"), PeriodKind.QUARTER, lambda quarter: (3 * quarter - 2, 3 * quarter)),
    (re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])"), PeriodKind.MONTH, lambda month: (month, month)),
)


def parse(text: str) -> Period:
    """Return the period of a code: 2026, 2026-H1, 2026-9M, 2026-Q3, 2026-09. Raises ValueError for others.

    Nine months run by analogy from 15 December to 14 September: the decree's grid has none.
    """
    code = text.strip().upper()
    for form, kind, months in _FORMS:
        found = form.fullmatch(code)
        if found and 2000 <= int(found[1]) <= 2100:
            number = int(found[2]) if found.re.groups > 1 else 0
            return Period(code, kind, int(found[1]), number, *_days(int(found[1]), *months(number)))
    raise ValueError("write 2026, 2026-H1, 2026-9M, 2026-Q3 or 2026-09")


def month_of(day: date) -> Period:
    """Return the reporting month a day belongs to: from the 15th on it is the next one."""
    months = day.year * 12 + day.month - 1 + (day.day >= FIRST_DAY)
    return parse(f"{months // 12:04d}-{months % 12 + 1:02d}")


def _days(year: int, first_month: int, last_month: int) -> tuple[date, date]:
    """Return first and last day of some months: each begins on the 15th of the one before."""
    before = date(year - 1, 12, FIRST_DAY) if first_month == 1 else date(year, first_month - 1, FIRST_DAY)
    return before, date(year, last_month, FIRST_DAY - 1)
