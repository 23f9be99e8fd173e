"""Shares of the official classes, each with what it is a share of: a rate alone says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from models.vocabulary import OfficialClass
from terms import N_
from workflow.timing import Timing

# what one delay of a product costs, in points of a hundred (domain §11.5)
COST_OF_A_DELAY: Final = 25


class Denominator(StrEnum):
    """What a share is a share of."""

    DUE = "due"
    ASSIGNED = "assigned"


DENOMINATORS: Final = {
    Denominator.DUE: N_("of those due"),
    Denominator.ASSIGNED: N_("of all assigned with a deadline"),
}


def percent_of(part: int, whole: int) -> Decimal | None:
    """Return a part in per cent with one decimal, half rounded up; None when there is no whole."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


@dataclass(frozen=True)
class Share:
    """A part of a whole, and which whole it is."""

    part: int
    whole: int
    of: Denominator

    @property
    def percent(self) -> Decimal | None:
        """Return the share in per cent with one decimal, half rounded up; None when there is no whole."""
        return percent_of(self.part, self.whole)


@dataclass(frozen=True)
class Counts:
    """The four classes of Quyết định 42/2014/QĐ-TTg; beside them what has no deadline, is stopped or held."""

    done_on_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_late: int = 0
    no_deadline: int = 0
    stopped: int = 0

    @property
    def done(self) -> int:
        """Return what is completed, in time or late."""
        return self.done_on_time + self.done_late

    @property
    def open(self) -> int:
        """Return what is not completed, in time or overdue."""
        return self.open_in_time + self.open_late

    @property
    def due(self) -> int:
        """Return what came due: completed, and open overdue (rulings 17)."""
        return self.done + self.open_late

    @property
    def assigned(self) -> int:
        """Return all that has a deadline; what has none is in nobody's rate."""
        return self.done + self.open

    def done_share(self, of: Denominator) -> Share:
        """Return how much is completed."""
        return Share(self.done, self._whole(of), of)

    def on_time_share(self, of: Denominator) -> Share:
        """Return how much was completed in time."""
        return Share(self.done_on_time, self._whole(of), of)

    def overdue_share(self, of: Denominator) -> Share:
        """Return how much is open and overdue."""
        return Share(self.open_late, self._whole(of), of)

    def _whole(self, of: Denominator) -> int:
        return self.due if of == Denominator.DUE else self.assigned


def count(timings: Iterable[Timing]) -> Counts:
    """Return how many tasks are in each class; what was cancelled, withdrawn or is held has its own line."""
    found = Counter(timing.official for timing in timings)
    return Counts(**{kind.value: found[kind] for kind in OfficialClass}, stopped=found[None])


def progress_score(delays: int) -> int:
    """Return the progress score of a product in per cent: 25 points less for each delay, never below 0."""
    return max(0, 100 - COST_OF_A_DELAY * delays)
