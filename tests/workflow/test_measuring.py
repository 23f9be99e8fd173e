"""The arithmetic of targets, with numbers worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from models.vocabulary import TargetOp
from models.words import Cadence, Direction
from workflow import measuring
from workflow.measuring import Goal

UP, DOWN, HOLD = Direction.UP, Direction.DOWN, Direction.HOLD


@pytest.mark.parametrize(
    ("op", "low", "high", "direction", "value", "met"),
    [
        (TargetOp.LESS, "15", None, DOWN, "15", False),
        (TargetOp.LESS, "15", None, DOWN, "14.9", True),
        (TargetOp.MORE, "99.9", None, UP, "99.9", False),
        (TargetOp.AT_LEAST, "95", None, UP, "95", True),
        (TargetOp.AT_MOST, "3", None, DOWN, "3.0001", False),
        (TargetOp.BETWEEN, "16", "18", HOLD, "18", True),
        (TargetOp.BETWEEN, "16", "18", HOLD, "18.1", False),
        (TargetOp.EQUAL, "100", None, UP, "101", True),
        (TargetOp.EQUAL, "100", None, DOWN, "101", False),
        (TargetOp.EQUAL, "100", None, HOLD, "100.0", True),
        (TargetOp.ABOUT, "85", None, UP, "84", False),
    ],
)
def test_a_value_meets_its_goal_exactly_as_the_operator_says(
    op: TargetOp, low: str, high: str | None, direction: Direction, value: str, met: bool
) -> None:
    goal = Goal(2025, op, Decimal(low), Decimal(high) if high else None)
    assert goal.meets(Decimal(value), direction) is met


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-h1", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024-H2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_period_of_statistics_runs_by_the_calendar(code: str, first: date, last: date) -> None:
    found = measuring.span(code)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("code", ["", "24", "2024-Q5", "2024-13", "2024-H3", "1800", "２０２４"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="2026-Q3"):
        measuring.span(code)


def test_a_value_is_owed_once_its_period_has_ended_and_the_days_of_grace_are_over() -> None:
    first, last = date(2024, 3, 10), date(2025, 12, 31)
    codes = [each.code for each in measuring.due(Cadence.QUARTERLY, first, last, date(2024, 10, 20), 20)]
    assert codes == ["2024-Q1", "2024-Q2"]  # 30/9 + 20 days is 20/10 itself: not yet
    codes = [each.code for each in measuring.due(Cadence.QUARTERLY, first, last, date(2024, 10, 21), 20)]
    assert codes == ["2024-Q1", "2024-Q2", "2024-Q3"]
    assert measuring.due(Cadence.YEARLY, first, last, date(2030, 1, 1), 20)[-1].code == "2025"


def test_the_straight_way_goes_from_the_baseline_over_each_goal() -> None:
    goals = {
        2023: Goal(2023, TargetOp.AT_LEAST, Decimal(70)),
        2025: Goal(2025, TargetOp.BETWEEN, Decimal(80), Decimal(84)),
    }
    ways = [measuring.expected((2020, Decimal(40)), goals, year) for year in range(2019, 2027)]
    assert ways == [None, 40, 50, 60, 70, 76, 82, None]


def test_the_forecast_is_the_line_of_least_squares() -> None:
    exact = [(2021, Decimal(2)), (2022, Decimal(4)), (2023, Decimal(6))]
    assert measuring.forecast(exact, 2025) == 10
    # by hand: mean year 2022, mean 11/3, slope (1·(5−11/3) − 1·(2−11/3)) / 2 = 3/2; at 2025: 11/3 + 4,5 = 8,1667
    assert measuring.forecast([(2021, Decimal(2)), (2022, Decimal(4)), (2023, Decimal(5))], 2025) == Decimal("8.17")
    assert measuring.forecast([(2021, Decimal(2))], 2025) is None
    assert measuring.forecast([], 2025) is None
