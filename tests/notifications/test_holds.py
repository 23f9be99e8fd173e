"""A hold that has ended is told to the head who forgot it, then to those above; while it lasts nobody hears."""

from __future__ import annotations

from datetime import date

import pytest

from models.vocabulary import Action
from notifications import reconcile
from tests.fixtures.mail import Office
from workflow.organization import people

LAST = date(2026, 1, 16)  # a Friday


@pytest.fixture
def held(office: Office) -> int:
    """Return a task on hold up to a Friday, due a week after it."""
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", date(2026, 3, 31))
    office.world.step(task, Action.RECEIVE, "head_a")
    office.world.step(task, Action.HOLD, "vice", reason="x", until=LAST)
    return task


def held_days(office: Office, username: str) -> list[tuple[str, str]]:
    lines = [(str(letter.day), line.rule) for letter in office.letters(username) for line in letter.lines]
    return [(day, rule) for day, rule in lines if rule.startswith("HOLD")]


def test_the_head_hears_the_working_day_after_a_hold_has_ended_and_those_above_later(office: Office, held: int) -> None:
    office.through(date(2026, 1, 6), date(2026, 1, 26))
    assert held_days(office, "head_a") == [("2026-01-19", "HOLD+1"), ("2026-01-26", "HOLD+1w#1")]
    assert held_days(office, "vice") == [("2026-01-23", "HOLD+5")]
    assert held_days(office, "officer_a") == []
    verdict = reconcile.check(office.world.at("2026-01-26T08:00"))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first


def test_who_resumes_in_time_hears_nothing_of_the_hold(office: Office, held: int) -> None:
    office.world.step(held, Action.RESUME, "vice", "2026-01-16T09:00")
    office.through(date(2026, 1, 6), date(2026, 1, 26))
    assert held_days(office, "head_a") == held_days(office, "vice") == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", "Thời gian tạm dừng đã hết 16/01/2026 (thứ Sáu): thời hạn tiếp tục được tính"),
        ("en", "The hold ended on 16/01/2026 (Friday): time runs again"),
    ],
)
def test_the_letter_says_since_when_time_runs_again(office: Office, held: int, language: str, words: str) -> None:
    head = office.world.actor("head_a")
    people.choose_language(office.world.person["head_a"], language, by=head, at=office.world.at())
    office.through(date(2026, 1, 6), date(2026, 1, 19))
    assert words in " ".join(office.server.words().split())
