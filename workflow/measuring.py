"""The arithmetic of targets: periods of the calendar, whether a value meets its goal, the way there, the forecast.

Values of targets are statistics: their periods are those of the calendar, not the reporting periods that close on
the 14th (Nghị định 09/2019/NĐ-CP leaves statistics their own).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from models.vocabulary import TargetOp
from models.words import Cadence, Direction

DAY: Final = timedelta(days=1)
_HUNDREDTH: Final = Decimal("0.01")
# how often -> how many months a period of it has, and how its number in the year is written
_MONTHS: Final = {Cadence.YEARLY: 12, Cadence.HALF_YEARLY: 6, Cadence.QUARTERLY: 3, Cadence.MONTHLY: 1}
_CODES: Final = {
    Cadence.YEARLY: "{year}",
    Cadence.HALF_YEARLY: "{year}-H{number}",
    Cadence.QUARTERLY: "{year}-Q{number}",
    Cadence.MONTHLY: "{year}-{number:02d}",
}
_FORMS: Final = {
    Cadence.YEARLY: re.compile(r"([0-9]{4})"),
    Cadence.HALF_YEARLY: re.compile(r"([0-9]{4})-H([12])"),
    Cadence.QUARTERLY: re.compile(r"([0-9]{4})-Q([1-4])"),
    Cadence.MONTHLY: re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])"),
}
_WAYS: Final = {
    TargetOp.MORE: Direction.UP,
    TargetOp.AT_LEAST: Direction.UP,
    TargetOp.LESS: Direction.DOWN,
    TargetOp.AT_MOST: Direction.DOWN,
    TargetOp.BETWEEN: Direction.HOLD,
}


@dataclass(frozen=True)
class Goal:
    """What is to be reached in a year."""

    year: int
    op: TargetOp
    low: Decimal
    high: Decimal | None = None

    def meets(self, value: Decimal, direction: Direction) -> bool:
        """Return whether a value meets the goal; about a number is met as the number itself is.

        A bare number is the least to be reached when the value is to rise, and the most when it is to fall.
        """
        match self.op:
            case TargetOp.MORE:
                return value > self.low
            case TargetOp.AT_LEAST:
                return value >= self.low
            case TargetOp.LESS:
                return value < self.low
            case TargetOp.AT_MOST:
                return value <= self.low
            case TargetOp.BETWEEN:
                return self.low <= value <= (self.low if self.high is None else self.high)
        return {
            Direction.UP: value >= self.low,
            Direction.DOWN: value <= self.low,
            Direction.HOLD: value == self.low,
        }[direction]

    @property
    def middle(self) -> Decimal:
        """Return the one number a line is drawn to."""
        return self.low if self.high is None else (self.low + self.high) / 2


@dataclass(frozen=True)
class Span:
    """A period of the calendar: its code and its first and last day, both included."""

    code: str
    cadence: Cadence
    year: int
    number: int
    first: date
    last: date


def direction_of(op: TargetOp) -> Direction:
    """Return which way an operator points; a bare number is taken as one to rise to until somebody says otherwise."""
    return _WAYS.get(op, Direction.UP)


def span(code: str) -> Span:
    """Return the period of a code: 2026, 2026-H1, 2026-Q3, 2026-09. Raises ValueError for others."""
    for cadence, form in _FORMS.items():
        found = form.fullmatch(code.strip().upper())
        if found and 1990 <= int(found[1]) <= 2100:
            number = int(found[2]) if form.groups > 1 else 1
            return _span(cadence, int(found[1]), number)
    raise ValueError("write 2026, 2026-H1, 2026-Q3 or 2026-09")


def fits(code: Span, cadence: Cadence) -> bool:
    """Return whether a value may be reported for a period: one of its own rhythm, or a whole year."""
    return code.cadence in (cadence, Cadence.YEARLY)


def spans(cadence: Cadence, first: date, last: date) -> Iterator[Span]:
    """Yield the periods of a rhythm that end between two days, both included."""
    for year in range(first.year, last.year + 1):
        for number in range(1, 12 // _MONTHS[cadence] + 1):
            found = _span(cadence, year, number)
            if first <= found.last <= last:
                yield found


def due(cadence: Cadence, first: date, last: date, today: date, grace: int) -> list[Span]:
    """Return the periods whose value should be there by now: ended, and the days of grace are over."""
    return [each for each in spans(cadence, first, min(last, today)) if each.last + grace * DAY < today]


def expected(baseline: tuple[int, Decimal] | None, goals: Mapping[int, Goal], year: int) -> Decimal | None:
    """Return where the straight way from baseline over the yearly goals stands in a year; None before and after it."""
    fixed = {each.year: each.middle for each in goals.values()}
    if baseline is not None:
        fixed = {baseline[0]: baseline[1]} | fixed
    before = max((each for each in fixed if each <= year), default=None)
    after = min((each for each in fixed if each >= year), default=None)
    if before is None or after is None:
        return None
    if before == after:
        return fixed[before]
    share = Fraction(year - before, after - before)
    return _rounded(Fraction(fixed[before]) + share * (Fraction(fixed[after]) - Fraction(fixed[before])))


def forecast(points: Sequence[tuple[int, Decimal]], year: int) -> Decimal | None:
    """Return where the straight line of least squares through yearly values stands in a year; None below two years.

    It is arithmetic, not a promise: whoever shows it says so.
    """
    if len({at for at, _ in points}) < 2:
        return None
    count = len(points)
    middle = Fraction(sum(at for at, _ in points), count)
    level = sum((Fraction(value) for _, value in points), Fraction()) / count
    above = sum(((at - middle) * (Fraction(value) - level) for at, value in points), Fraction())
    slope = above / sum(((at - middle) ** 2 for at, _ in points), Fraction())
    return _rounded(level + slope * (year - middle))


def _span(cadence: Cadence, year: int, number: int) -> Span:
    months = _MONTHS[cadence]
    last = number * months
    end = date(year + last // 12, last % 12 + 1, 1) - DAY
    code = _CODES[cadence].format(year=year, number=number)
    return Span(code, cadence, year, number, date(year, last - months + 1, 1), end)


def _rounded(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_HUNDREDTH)
