"""The small drawing of an indicator: its way to the goal, what was reported, and the forecast, as places in a drawing.

The same numbers stand in a table beside it; the drawing has no number that the table lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.words import Standing
from workflow import measuring
from workflow.queries.targets import Series, YearLine

WIDTH, HEIGHT = 320, 120
LEFT, RIGHT, TOP, BOTTOM = 8, 312, 14, 98


@dataclass(frozen=True)
class Dot:
    """A value in the drawing."""

    x: float
    y: float
    value: Decimal
    is_final: bool = True


@dataclass(frozen=True)
class Chart:
    """Where everything of an indicator is drawn."""

    way: str
    reported: str
    forecast: str
    goals: tuple[Dot, ...]
    dots: tuple[Dot, ...]
    end: Dot | None
    years: tuple[tuple[float, int], ...]


def chart(series: Series, lines: Iterable[YearLine]) -> Chart | None:
    """Return the drawing of an indicator; None when there are not two years to draw."""
    found = list(lines)
    if len(found) < 2:
        return None
    place = _Places(found, series)
    way = [(line.year, measuring.expected(series.baseline, series.goals, line.year)) for line in found]
    values = {line.year: line.value for line in found if line.value is not None}
    dots = [place.dot(year, row.value, row.standing == Standing.OFFICIAL) for year, row in values.items()]
    if series.baseline is not None and series.baseline[0] not in values:
        dots.insert(0, place.dot(*series.baseline))
    last = series.last_year
    ends = place.dot(last, series.forecast, False) if series.forecast is not None and last is not None else None
    return Chart(
        way=_line(place.at(year, value) for year, value in way if value is not None),
        reported=_line((dot.x, dot.y) for dot in dots),
        forecast=_line(((dots[-1].x, dots[-1].y), (ends.x, ends.y))) if ends and dots else "",
        goals=tuple(place.dot(line.year, line.goal.middle) for line in found if line.goal),
        dots=tuple(dots),
        end=ends,
        years=tuple((place.x(line.year), line.year) for line in (found[0], found[-1])),
    )


class _Places:
    """Turns years and values into places; the scale holds everything that is drawn and some room."""

    def __init__(self, lines: list[YearLine], series: Series) -> None:
        self.first, self.last = lines[0].year, lines[-1].year
        numbers = [number for line in lines for number in _numbers(line)]
        numbers += [series.baseline[1]] if series.baseline else []
        low, high = min(numbers, default=Decimal(0)), max(numbers, default=Decimal(1))
        room = (high - low) / 8 or max(abs(high) / 8, Decimal(1))
        self.low, self.high = low - room, high + room

    def x(self, year: int) -> float:
        """Return where a year is."""
        return round(LEFT + (RIGHT - LEFT) * (year - self.first) / (self.last - self.first), 1)

    def at(self, year: int, value: Decimal) -> tuple[float, float]:
        """Return where a value of a year is."""
        share = float((value - self.low) / (self.high - self.low))
        return self.x(year), round(BOTTOM - (BOTTOM - TOP) * share, 1)

    def dot(self, year: int, value: Decimal, is_final: bool = True) -> Dot:
        """Return a value of a year as a dot."""
        return Dot(*self.at(year, value), value, is_final)


def _numbers(line: YearLine) -> list[Decimal]:
    row = line.value.value if line.value is not None else None
    goal = line.goal.middle if line.goal is not None else None
    return [number for number in (row, goal, line.way, line.forecast) if number is not None]


def _line(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def charts(listed: Iterable[Series]) -> Mapping[int, tuple[list[YearLine], Chart | None]]:
    """Return the years and the drawing of each indicator, by its target's id."""
    found = {}
    for each in listed:
        lines = each.lines()
        found[each.target.id] = (lines, chart(each, lines))
    return found
