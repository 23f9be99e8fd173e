"""Duties without a date are not forgotten: ongoing, waiting for an event, reported again and again."""

from __future__ import annotations

from datetime import date

import pytest

from models.vocabulary import Action, DeadlineKind
from notifications import reconcile
from tests.fixtures.mail import Office
from workflow.organization import people


def given_out(office: Office, kind: DeadlineKind, words: str) -> int:
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", deadline_kind=kind, deadline_words=words)
    world.step(task, Action.RECEIVE, "head_a")
    return task


def heard(office: Office, username: str, family: str) -> list[tuple[str, str]]:
    lines = [(f"{letter.day:%d/%m}", line.rule) for letter in office.letters(username) for line in letter.lines]
    return [(day, rule) for day, rule in lines if rule.startswith(family)]


def clean(office: Office, moment: str) -> None:
    verdict = reconcile.check(office.world.at(moment))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first


def test_an_ongoing_duty_without_news_is_brought_to_mind_and_news_begins_the_count_anew(office: Office) -> None:
    task = given_out(office, DeadlineKind.ONGOING, "thường xuyên")
    office.through(date(2026, 1, 6), date(2026, 2, 6))
    assert heard(office, "head_a", "SILENT") == [("30/01", "SILENT")]  # 20 working days, one a make-up Saturday
    last = len(office.server.to) - 1 - office.server.to[::-1].index(office.address("head_a"))
    assert "chưa có tin mới kể từ ngày 05/01/2026" in office.server.words(last)
    office.world.step(task, Action.PROGRESS, "head_a", "2026-02-06T09:00", text="Đã làm được nhiều việc.")
    office.through(date(2026, 2, 7), date(2026, 3, 13))
    assert heard(office, "head_a", "SILENT") == [("30/01", "SILENT"), ("13/03", "SILENT")]  # Tết lies between
    clean(office, "2026-03-13T08:00")


def test_a_duty_that_waits_for_an_event_is_reconfirmed_each_quarter(office: Office) -> None:
    task = given_out(office, DeadlineKind.EVENT, "sau khi có hướng dẫn của Trung ương")
    office.through(date(2026, 3, 27), date(2026, 4, 17))
    assert heard(office, "head_a", "EVENT") == [("01/04", "EVENT+1"), ("14/04", "EVENT+10")]
    office.world.step(task, Action.PROGRESS, "head_a", "2026-04-17T09:00", text="Chưa có hướng dẫn.")
    office.through(date(2026, 4, 18), date(2026, 7, 1))
    assert heard(office, "head_a", "EVENT")[2:] == [("01/07", "EVENT+1")]
    clean(office, "2026-07-01T08:00")


def test_a_missing_periodic_report_is_asked_for_before_on_and_after_its_day(office: Office) -> None:
    task = given_out(office, DeadlineKind.RECURRING, "ngày 20 hằng tháng")
    office.through(date(2026, 1, 6), date(2026, 1, 23))
    assert heard(office, "head_a", "REPORT") == [
        ("15/01", "REPORT-3"), ("19/01", "REPORT-1"), ("20/01", "REPORT0"), ("21/01", "REPORT+1"),
        ("23/01", "REPORT+3"),
    ]  # fmt: skip
    office.world.step(task, Action.PROGRESS, "head_a", "2026-01-23T09:00", text="Báo cáo tháng 01.")
    office.through(date(2026, 1, 24), date(2026, 2, 11))
    assert heard(office, "head_a", "REPORT")[5:] == [("10/02", "REPORT-3")]  # the 20th lies in Tết: due on the 13th
    clean(office, "2026-02-11T08:00")


def test_who_decides_on_more_time_is_reminded_and_the_climb_follows_him(office: Office) -> None:
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", date(2026, 4, 30))
    world.step(task, Action.RECEIVE, "head_a")
    asked = {"proposed_on": date(2026, 5, 29), "reason": "x"}
    world.step(task, Action.REQUEST_EXTENSION, "head_a", "2026-01-06T09:00", **asked)
    office.through(date(2026, 1, 7), date(2026, 1, 13))
    assert heard(office, "vice", "UNDECIDED") == [("08/01", "UNDECIDED")]
    assert heard(office, "chair", "UNDECIDED") == [("09/01", "UNDECIDED+3")]
    world.step(task, Action.REFUSE_EXTENSION, "vice", "2026-01-13T09:00", reason="x")
    office.through(date(2026, 1, 14), date(2026, 1, 30))
    assert len(heard(office, "vice", "UNDECIDED")) == 1
    clean(office, "2026-01-30T08:00")


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "Đến hạn báo cáo định kỳ: hết ngày 20/01/2026"), ("en", "A periodic report is due by the end of")],
)
def test_a_letter_says_which_report_is_due_in_its_readers_language(office: Office, language: str, words: str) -> None:
    world = office.world
    people.choose_language(world.person["head_a"], language, by=world.actor("head_a"), at=world.at())
    given_out(office, DeadlineKind.RECURRING, "ngày 20 hằng tháng")
    office.through(date(2026, 1, 14), date(2026, 1, 15))
    assert words in office.server.words(office.server.to.index(office.address("head_a"), 1))
