"""On which days a recurring duty is to be reported: as its words say, off rest days, covered by the news nearest."""

from __future__ import annotations

from datetime import date

import pytest

from workflow import recurrence
from workflow.calendar import WorkCalendar

CALENDAR = WorkCalendar()
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


def days(words: str, first: date = FIRST, last: date = LAST) -> list[str]:
    return [f"{day:%d/%m}" for day in recurrence.days_written(words, first, last)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("trước ngày 15 hằng tháng", ["14/01", "14/02", "14/03", "14/04", "14/05", "14/06"]),
        ("ngày 25 hằng tháng", ["25/01", "25/02", "25/03", "25/04", "25/05", "25/06"]),
        ("hằng tháng", ["31/01", "28/02", "31/03", "30/04", "31/05", "30/06"]),
        ("hằng quý", ["31/03", "30/06"]),
        ("trước ngày 10 của tháng cuối quý", ["09/03", "09/06"]),
        ("6 tháng, hằng năm", ["30/06"]),
        ("trước ngày 01/6 và trước ngày 15/11 hằng năm", ["31/05"]),
        ("thường xuyên", []),
        ("2 năm/lần", []),
        ("31/12/2026", []),
    ],
)
def test_words_give_the_days_they_name_and_a_period_without_a_day_its_last(words: str, expected: list[str]) -> None:
    assert days(words) == expected


def test_a_week_is_reported_on_the_weekday_named_else_on_friday() -> None:
    january = (date(2026, 1, 5), date(2026, 1, 18))
    assert days("thứ Tư hằng tuần", *january) == ["07/01", "14/01"]
    assert days("hằng tuần", *january) == ["09/01", "16/01"]


def test_the_years_named_bound_the_days() -> None:
    assert days("hằng năm, từ năm 2027", date(2026, 1, 1), date(2028, 12, 31)) == ["31/12", "31/12"]


def test_a_day_that_is_no_working_day_moves_to_the_one_before() -> None:
    found = recurrence.days("ngày 15 hằng tháng", date(2026, 2, 1), date(2026, 3, 31), CALENDAR)
    assert found[:2] == [date(2026, 2, 13), date(2026, 3, 13)]  # the 15ths: in Tết, a Sunday


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        (None, date(2026, 1, 20)),
        (date(2026, 1, 19), date(2026, 2, 13)),  # shortly before: it is the report of January; 20/02 lies in Tết
        (date(2026, 1, 27), date(2026, 2, 13)),  # a week late: still January's
        (date(2026, 2, 10), date(2026, 3, 20)),  # nearer to February's
    ],
)
def test_news_covers_the_day_of_report_nearest_to_it(news: date | None, expected: date) -> None:
    words, assigned = "ngày 20 hằng tháng", date(2026, 1, 5)
    assert recurrence.first_unreported(words, assigned, news, date(2026, 2, 25), CALENDAR) == expected


def test_news_right_after_the_assignment_is_of_the_time_before_it() -> None:
    words, assigned, news = "hằng tháng", date(2026, 1, 5), date(2026, 1, 6)
    assert recurrence.first_unreported(words, assigned, news, date(2026, 1, 20), CALENDAR) == date(2026, 1, 30)


def test_a_day_of_report_that_moves_onto_the_day_of_assignment_is_not_owed() -> None:
    words, assigned = "hằng tháng", date(2026, 1, 30)  # a Friday; the 31st is a Saturday
    assert recurrence.first_unreported(words, assigned, None, date(2026, 2, 2), CALENDAR) == date(2026, 2, 27)


def test_a_duty_whose_words_name_no_day_of_report_has_none() -> None:
    assert recurrence.first_unreported("thường xuyên", FIRST, None, LAST, CALENDAR) is None
