"""Small charts drawn on the server as SVG; beside each stands a table that says the same, for readers and print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

WIDTH: Final = 600
HEIGHT: Final = 140
EDGE: Final = 12


@dataclass(frozen=True)
class Segment:
    """One piece of a stacked bar: where it begins, how long it is, and the tone of its colour."""

    at: int
    size: int
    tone: str


@dataclass(frozen=True)
class Bar:
    """A stacked bar on a scale that several bars share."""

    segments: tuple[Segment, ...]
    whole: int


@dataclass(frozen=True)
class Point:
    """One value of a line: where it lies on the drawing, and its value."""

    x: int
    y: int
    value: Decimal


@dataclass(frozen=True)
class Line:
    """A line through the points that have a value, as an SVG path."""

    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """Return the path's commands."""
        return " ".join(f"{'L' if place else 'M'}{point.x} {point.y}" for place, point in enumerate(self.points))


def bar(parts: Sequence[tuple[int, str]], whole: int) -> Bar:
    """Return a bar of some counts, each with its tone, drawn against the longest of all (`whole`)."""
    found, at = [], 0
    for size, tone in parts:
        if size:
            found.append(Segment(at, size, tone))
        at += size
    return Bar(tuple(found), max(whole, 1))


def line(values: Sequence[Decimal | None]) -> Line:
    """Return a line of shares in per cent, from 0 at the bottom to 100 at the top, left to right."""
    step = (WIDTH - 2 * EDGE) // max(len(values) - 1, 1)
    high = HEIGHT - 2 * EDGE
    points = [
        Point(EDGE + step * place, EDGE + high - int(high * value / 100), value)
        for place, value in enumerate(values)
        if value is not None
    ]
    return Line(tuple(points))
