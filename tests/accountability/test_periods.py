"""Reporting periods by Nghị định 09/2019/NĐ-CP, and the codes people type for them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

import clock
from accountability import periods


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-03", date(2026, 2, 15), date(2026, 3, 14)),
        ("2026-01", date(2025, 12, 15), date(2026, 1, 14)),
        ("2026-12", date(2026, 11, 15), date(2026, 12, 14)),
        ("2026-Q1", date(2025, 12, 15), date(2026, 3, 14)),
        ("2026-Q2", date(2026, 3, 15), date(2026, 6, 14)),
        ("2026-Q3", date(2026, 6, 15), date(2026, 9, 14)),
        ("2026-Q4", date(2026, 9, 15), date(2026, 12, 14)),
        ("2026-H1", date(2025, 12, 15), date(2026, 6, 14)),
        ("2026-H2", date(2026, 6, 15), date(2026, 12, 14)),
        ("2026-9M", date(2025, 12, 15), date(2026, 9, 14)),
        ("2026", date(2025, 12, 15), date(2026, 12, 14)),
        ("2025", date(2024, 12, 15), date(2025, 12, 14)),
    ],
)
def test_a_period_runs_from_the_15th_to_the_14th(code: str, first: date, last: date) -> None:
    found = periods.parse(code)
    assert (found.first, found.last, found.code) == (first, last, code)
    assert found.cut_off == clock.end_of(last)
    assert [found.contains(day) for day in (first - timedelta(days=1), first, last, last + timedelta(days=1))] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "26",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-Q0",
        "2026-H3",
        "2026-9",
        "2026-6M",
        "1999",
        "2101",
        "2026-03-01",
        "abcd",
        "２０２６",
    ],
)
def test_what_is_no_period_is_refused_with_the_right_forms(code: str) -> None:
    with pytest.raises(ValueError, match="2026-Q3"):
        periods.parse(code)


def test_capitals_and_blanks_do_not_matter() -> None:
    assert periods.parse(" 2026-q3 ") == periods.parse("2026-Q3")


@pytest.mark.parametrize(
    "parts",
    [
        [f"2026-{month:02d}" for month in range(1, 13)],
        [f"2026-Q{number}" for number in range(1, 5)],
        ["2026-H1", "2026-H2"],
    ],
)
def test_months_quarters_and_halves_tile_the_year_without_gap_or_overlap(parts: list[str]) -> None:
    found = [periods.parse(code) for code in parts]
    whole = periods.parse("2026")
    assert (found[0].first, found[-1].last) == (whole.first, whole.last)
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 3, 14), "2026-03"),
        (date(2026, 3, 15), "2026-04"),
        (date(2025, 12, 15), "2026-01"),
        (date(2026, 12, 31), "2027-01"),
    ],
)
def test_a_day_belongs_to_the_month_of_its_report(day: date, code: str) -> None:
    assert periods.month_of(day).code == code
    assert periods.month_of(day).contains(day)


def test_a_period_has_a_name_in_words() -> None:
    titles = {code: periods.parse(code).title for code in ("2026", "2026-H2", "2026-9M", "2026-Q3", "2026-09")}
    assert {code: text % values for code, (text, values) in titles.items()} == {
        "2026": "the year 2026",
        "2026-H2": "the last six months of 2026",
        "2026-9M": "nine months of 2026",
        "2026-Q3": "quarter 3 of 2026",
        "2026-09": "month 9 of 2026",
    }
