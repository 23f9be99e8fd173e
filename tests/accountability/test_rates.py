"""Rates that say what they are a share of: the state's published figures come out of the four counts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accountability.rates import DENOMINATORS, Counts, Denominator, Share, count, progress_score
from models.vocabulary import TimingState as T
from workflow.timing import Timing

DUE, ASSIGNED = Denominator.DUE, Denominator.ASSIGNED
OF_2017 = Counts(done_on_time=14_068, done_late=1_983, open_in_time=5_640, open_late=223)


def test_the_figures_of_2017_stand_side_by_side_of_those_due_and_of_all() -> None:
    assert (OF_2017.done, OF_2017.open, OF_2017.due, OF_2017.assigned) == (16_051, 5_863, 16_274, 21_914)
    assert OF_2017.done_share(DUE).percent == Decimal("98.6")
    assert OF_2017.done_share(ASSIGNED).percent == Decimal("73.2")
    assert OF_2017.overdue_share(DUE).percent == Decimal("1.4")


def test_a_share_names_its_denominator() -> None:
    for of in Denominator:
        share = OF_2017.on_time_share(of)
        assert share.of == of
        assert DENOMINATORS[share.of] != ""
    assert OF_2017.on_time_share(DUE) == Share(14_068, 16_274, DUE)


def test_the_figures_of_2016_come_out_of_those_due() -> None:
    assert Counts(done_on_time=2_501, open_late=222, open_in_time=3_549).done_share(DUE) == Share(2_501, 2_723, DUE)
    assert Share(2_501, 2_723, DUE).percent == Decimal("91.8")


def test_a_share_of_nothing_is_no_figure() -> None:
    assert Counts().done_share(DUE).percent is None
    assert Counts(open_in_time=3).done_share(DUE).percent is None
    assert Counts(open_in_time=3).done_share(ASSIGNED).percent == Decimal("0.0")


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(1, 2000, "0.1"), (1, 2001, "0.0"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 1, "100.0"), (199_949, 200_000, "100.0")],
)
def test_a_half_of_the_last_digit_is_rounded_up(part: int, whole: int, percent: str) -> None:
    assert Share(part, whole, DUE).percent == Decimal(percent)


def test_every_state_is_counted_once_and_without_a_deadline_or_stopped_in_no_rate() -> None:
    states = {
        T.DONE_ON_TIME: "done_on_time",
        T.DONE_LATE: "done_late",
        T.ON_TRACK: "open_in_time",
        T.DUE_SOON: "open_in_time",
        T.DUE_TODAY: "open_in_time",
        T.HANDED_IN_TIME: "open_in_time",
        T.OVERDUE: "open_late",
        T.HANDED_IN_LATE: "open_late",
        T.NO_DATE: "no_deadline",
        T.WAITING_EVENT: "no_deadline",
        T.ONGOING: "no_deadline",
        T.DONE: "no_deadline",
        T.STOPPED: "stopped",
        T.ON_HOLD: "stopped",
    }
    assert set(states) == set(T)
    for state, name in states.items():
        assert count([Timing(state)]) == Counts(**{name: 1})
    whole = count(Timing(state) for state in T)
    assert whole.assigned == len(T) - whole.no_deadline - whole.stopped


@pytest.mark.parametrize(("delays", "score"), [(0, 100), (1, 75), (2, 50), (3, 25), (4, 0), (5, 0), (40, 0)])
def test_each_delay_costs_a_quarter_of_the_progress_score_and_never_more_than_all(delays: int, score: int) -> None:
    assert progress_score(delays) == score
