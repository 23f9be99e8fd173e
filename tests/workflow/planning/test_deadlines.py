"""Deadline words: every expression of the field's list means what it should, and nothing is made up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.planning import deadlines
from workflow.planning.deadlines import read_deadline

ISSUED = date(2013, 6, 26)
ONGOING = {"kind": "ongoing"}


def by(due: str, precision: str, boundary: str, **more: str) -> dict[str, Any]:
    return {"kind": "by", "due": due, "precision": precision, "boundary": boundary, **more}


def between(first: str, last: str) -> dict[str, Any]:
    return {"kind": "range", "from": first, "to": last}


def every(freq: str | list[str], **more: Any) -> dict[str, Any]:
    return {"kind": "recurring", "freq": freq, **more}


def first_then(first: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "combined", "first": first, "then": then}


LATE_2013 = between("2013-11-01", "2013-12-31")
# fmt: off
EXPRESSIONS: list[tuple[str, dict[str, Any]]] = [
    ("Trước ngày 30/11/2025",                          by("2025-11-30", "day", "before")),
    ("hoàn thành trước ngày 15 tháng 12 năm 2025",     by("2025-12-15", "day", "before")),
    ("chậm nhất ngày 10 tháng 12 năm 2025",            by("2025-12-10", "day", "within")),
    ("trước 17 giờ ngày 27/11/2025",                   by("2025-11-27", "day", "before", time="17:00")),
    ("đến hết ngày 31 tháng 12 năm 2025",              by("2025-12-31", "day", "within")),
    ("18/10/2025",                                     by("2025-10-18", "day", "on")),
    ("Tháng 6/2022",                                   by("2022-06-30", "month", "within")),
    ("trong tháng 9 năm 2026",                         by("2026-09-30", "month", "within")),
    ("Tháng 11, 12/2013",                              LATE_2013),
    ("Quý IV/2013",                                    by("2013-12-31", "quarter", "within")),
    ("trong quý 1/2019",                               by("2019-03-31", "quarter", "within")),
    ("QUÍ  I năm 2022",                                by("2022-03-31", "quarter", "within")),
    ("2025",                                           by("2025-12-31", "year", "within")),
    ("Năm 2018: …",                                    by("2018-12-31", "year", "within")),
    ("hoàn thành trong năm 2025",                      by("2025-12-31", "year", "within")),
    ("vào năm 2020",                                   by("2020-12-31", "year", "on")),
    ("đến hết năm 2019",                               by("2019-12-31", "year", "within")),
    ("Đến năm 2025",                                   by("2025-12-31", "year", "within")),
    ("Đến năm 2020",                                   by("2020-12-31", "year", "within")),
    ("Giai đoạn 2021-2025",                            between("2021-01-01", "2025-12-31")),
    ("giai đoạn 2026 - 2030",                          between("2026-01-01", "2030-12-31")),
    ("Từ năm 2025 đến hết năm 2030",                   between("2025-01-01", "2030-12-31")),
    ("Từ năm 2013 đến năm 2020 và tiếp theo",          first_then(between("2013-01-01", "2020-12-31"), ONGOING)),
    ("Từ tháng 11/2013 trở đi",                        {"kind": "ongoing", "from": "2013-11-01"}),
    ("Tháng 12/2013 và thường xuyên",                  first_then(by("2013-12-31", "month", "within"), ONGOING)),
    ("Tháng 11, 12/2013 và kiện toàn thường xuyên",    first_then(LATE_2013, ONGOING)),
    ("Tháng 11, 12/2013 và bổ sung, sửa đổi hàng năm", first_then(LATE_2013, every("yearly"))),
    ("Quý IV/2013, Quý I/2014 và thường xuyên",        first_then(between("2013-10-01", "2014-03-31"), ONGOING)),
    ("năm 2013 và kiện toàn thường xuyên hàng năm",    first_then(by("2013-12-31", "year", "within"), every("yearly"))),
    ("Nhiệm vụ thường xuyên",                          ONGOING),
    ("thường xuyên, liên tục",                         ONGOING),
    ("Thực hiện thường xuyên",                         ONGOING),
    ("Tháng 12 hằng năm",                              every("yearly", month=12, month_day="12-31")),
    ("trước ngày 15/12 hằng năm",                      every("yearly", month=12, month_day="12-15", boundary="before")),
    ("trước ngày 15/12 hàng năm",                      every("yearly", month=12, month_day="12-15", boundary="before")),
    ("trước ngày 30 tháng 11 năm trước của năm kế hoạch",
     every("yearly", month=11, month_day="11-30", boundary="before", year_offset=-1)),
    ("định kỳ 06 tháng (trước ngày 20 tháng 6 hằng năm …)",
     every("half-yearly", month=6, month_day="06-20", boundary="before")),
    ("6 tháng, hằng năm và định kỳ",                   every(["half-yearly", "yearly"])),
    ("Định kỳ hằng quý",                               every("quarterly")),
    ("trước ngày 20 của tháng cuối quý",               every("quarterly", day=20, month=3, boundary="before")),
    ("trước ngày 15 hằng tháng",                       every("monthly", day=15, boundary="before")),
    ("trước ngày 25 hằng tháng",                       every("monthly", day=25, boundary="before")),
    ("Định kỳ hàng tháng (trước ngày 16 hàng tháng)",  every("monthly", day=16, boundary="before")),
    ("Định kỳ hằng tuần, trước 16 giờ 00 ngày thứ Sáu",
     every("weekly", weekday=5, boundary="before", time="16:00")),
    ("hàng tuần trước 15:00 ngày thứ Sáu hàng tuần",   every("weekly", weekday=5, boundary="before", time="15:00")),
    ("Tổng kết giai đoạn 2013-2015 vào năm 2015; giai đoạn 2016-2020 vào năm 2020",
     {"kind": "milestones",
      "dates": [{"due": "2015-12-31", "precision": "year"}, {"due": "2020-12-31", "precision": "year"}]}),
    ("Trong quý I của năm liền kề đánh giá",
     every("yearly", **{"from": "01-01"}, month_day="03-31", boundary="within", year_offset=1)),
    ("từ ngày 10 đến ngày 15 tháng 12",
     every("yearly", month=12, **{"from": "12-10"}, month_day="12-15")),
    ("trước ngày 10 tháng 01 của năm thực hiện kế hoạch",
     every("yearly", month=1, month_day="01-10", boundary="before")),
    ("Sau khi có Quy chế của TW",                      {"kind": "event", "event": "có Quy chế của TW"}),
    ("khi có hướng dẫn của Trung ương",                {"kind": "event", "event": "có hướng dẫn của Trung ương"}),
    ("Theo Kế hoạch riêng",                            {"kind": "event", "event": "Kế hoạch riêng"}),
    ("Theo kế hoạch",                                  {"kind": "event", "event": "kế hoạch"}),
    ("Triển khai đảm bảo theo lộ trình, hướng dẫn của Bộ, ngành",
     {"kind": "event", "event": "lộ trình, hướng dẫn của Bộ, ngành"}),
    ("theo kế hoạch hàng năm và dài hạn",              every("yearly")),
    ("1,5 ngày (bắt đầu từ 13h30 thứ Hai ngày 06/7/2026)",
     {"kind": "duration", "days": 1.5, "from": "2026-07-06T13:30+07:00", "to": "2026-07-07"}),
    ("sau 05 ngày làm việc kể từ ngày kết thúc phiên họp",
     {"kind": "duration", "working_days": 5, "event": "kết thúc phiên họp"}),
    ("trong thời hạn 15 ngày làm việc kể từ ngày …",   {"kind": "duration", "working_days": 15, "event": "ngày …"}),
    ("trong thời hạn 01 năm kể từ ngày công việc kết thúc",
     {"kind": "duration", "months": 12, "event": "công việc kết thúc"}),
    ("Quá 24 tháng kể từ ngày Quyết định … có hiệu lực",
     {"kind": "duration", "months": 24, "event": "Quyết định … có hiệu lực"}),
    ("từ nay đến năm 2020",                            between("2013-06-26", "2020-12-31")),
    ("Hằng năm báo cáo kết quả thực hiện",             every("yearly")),
    ("trước ngày 20 tháng 11 năm 2025 và hàng tháng",
     first_then(by("2025-11-20", "day", "before"), every("monthly"))),
]
# fmt: on


@pytest.mark.parametrize(("words", "meaning"), EXPRESSIONS, ids=[words for words, _ in EXPRESSIONS])
def test_an_expression_means_what_the_field_means_by_it(words: str, meaning: dict[str, Any]) -> None:
    found = read_deadline(words, ISSUED)
    assert found.meaning == meaning
    assert found.question is None
    assert found.words == words


# fmt: off
ASKED: list[tuple[str, date | None, str]] = [
    ("trong tháng đầu năm của năm thứ nhất thực hiện kế hoạch", ISSUED, deadlines.WHICH_YEAR),
    ("Trước ngày 15/12",                                        None,   deadlines.WHICH_YEAR),
    ("Trước ngày 15/5",                                         ISSUED, deadlines.WHICH_YEAR),
    ("Quý III",                                                 None,   deadlines.WHICH_YEAR),
    ("Quý I",                                                   ISSUED, deadlines.WHICH_YEAR),
    ("ngày 31/02/2025",                                         ISSUED, deadlines.NO_SUCH_DAY),
    ("tháng 13/2025",                                           ISSUED, deadlines.NO_SUCH_DAY),
    ("trong năm nay",                                           None,   deadlines.ISSUED_UNKNOWN),
    ("từ nay đến năm 2020",                                     None,   deadlines.ISSUED_UNKNOWN),
    ("theo yêu cầu",                                            None,   ""),
    ("sớm",                                                     ISSUED, deadlines.UNREAD),
    ("before the end of next week",                             ISSUED, deadlines.UNREAD),
]
# fmt: on


@pytest.mark.parametrize(("words", "issued", "question"), ASKED)
def test_words_that_leave_the_day_open_give_no_date_and_a_question(
    words: str, issued: date | None, question: str
) -> None:
    found = read_deadline(words, issued)
    assert "due" not in found.meaning
    assert (found.question or "") == question


def test_urgent_words_have_no_date_and_ask_for_one() -> None:
    found = read_deadline("Khẩn trương thực hiện", ISSUED)
    assert found.to_json() == {
        "words": "Khẩn trương thực hiện",
        "kind": "urgent",
        "question": deadlines.URGENT,
        "warnings": [],
    }


@pytest.mark.parametrize(
    "words",
    [
        "theo Quyết định số 22/2013/QĐ-TTg ngày 26 tháng 4 năm 2013 của Thủ tướng Chính phủ",
        "có hiệu lực từ ngày 01/01/2025",
        "tầm nhìn đến năm 2050",
    ],
)
def test_dates_of_cited_documents_laws_and_far_views_are_no_deadlines(words: str) -> None:
    assert "due" not in read_deadline(words, ISSUED).meaning


def test_a_date_before_the_document_and_a_wrong_weekday_are_warned_of() -> None:
    assert read_deadline("27/6/2014", date(2014, 6, 28)).warnings == (deadlines.BEFORE_ISSUE,)
    assert read_deadline("thứ Ba ngày 06/7/2026", None).warnings == (deadlines.WRONG_WEEKDAY,)
    assert read_deadline("thứ Hai ngày 06/7/2026", None).warnings == ()


def test_no_words_mean_no_deadline_and_no_question() -> None:
    assert read_deadline("  ", ISSUED).to_json() == {"words": "  ", "kind": "none", "question": None, "warnings": []}


PIECES = [
    "ngày ",
    "1/1/2025 ",
    "tháng ",
    "quý ",
    "IV",
    "/2025",
    "năm ",
    "trước ",
    "đến ",
    "từ ",
    "hằng ",
    "; ",
    " và ",
    "31",
    "(",
    ",",
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200), st.sampled_from([None, ISSUED])
)
@settings(max_examples=300, deadline=None)
def test_any_words_have_a_kind_and_dates_of_the_calendar(words: str, issued: date | None) -> None:
    found = read_deadline(words, issued)
    for name in ("due", "to"):
        if value := found.fields.get(name):
            assert date.fromisoformat(value).isoformat() == value
    assert found.kind in {
        "by", "range", "recurring", "ongoing", "event", "combined", "milestones", "duration", "urgent", "none",
    }  # fmt: skip
