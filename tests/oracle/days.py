"""Working days, found by walking from one day to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """Weekdays are worked, Saturdays and Sundays are not, and some days differ from that by a decision."""

    special: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        """Return whether people work on a day."""
        return self.special.get(day, day.isoweekday() <= 5)

    def after(self, day: date, count: int) -> date:
        """Return the count-th working day after a day."""
        while count > 0:
            day += ONE
            count -= self.works(day)
        return day

    def before(self, day: date, count: int) -> date:
        """Return the count-th working day before a day."""
        while count > 0:
            day -= ONE
            count -= self.works(day)
        return day

    def at_or_before(self, day: date) -> date:
        """Return the day itself if it is worked, else the last working day before it."""
        while not self.works(day):
            day -= ONE
        return day


def quarter_before(day: date) -> date:
    """Return the last day of the quarter before the one a day lies in."""
    while True:
        day -= ONE
        if (day.month, day.day) in {(3, 31), (6, 30), (9, 30), (12, 31)}:
            return day
