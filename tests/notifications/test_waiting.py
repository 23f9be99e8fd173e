"""Who is waited for hears at once, on the day and after it; the lead hears of the answer."""

from __future__ import annotations

from datetime import date

import pytest

from models.vocabulary import Action
from notifications import reconcile
from tests.fixtures.mail import Office
from workflow.organization import people

BY = date(2026, 1, 12)


@pytest.fixture
def waiting(office: Office) -> int:
    """Return a task of the first division that has waited for the second since a Tuesday."""
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", date(2026, 3, 31))
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.START, "head_a")
    world.step(task, Action.WAIT, "head_a", "2026-01-06T09:00", unit_id=world.unit["KHTH"], reason="x", answer_by=BY)
    return task


def heard(office: Office, username: str) -> list[tuple[str, str]]:
    lines = [(str(letter.day), line.rule.split("#")[0]) for letter in office.letters(username) for line in letter.lines]
    return [(day, rule) for day, rule in lines if rule.startswith(("WAITED", "ANSWER"))]


def test_the_head_waited_for_hears_next_morning_on_the_day_and_after_it_and_the_climb_follows(
    office: Office, waiting: int
) -> None:
    office.through(date(2026, 1, 6), date(2026, 1, 19))
    assert heard(office, "head_b") == [
        ("2026-01-06", "WAITED"), ("2026-01-12", "ANSWER"), ("2026-01-13", "ANSWER+1"), ("2026-01-15", "ANSWER+3"),
    ]  # fmt: skip
    assert heard(office, "vice") == [("2026-01-19", "ANSWER+5")]
    assert heard(office, "head_a") == heard(office, "officer_b") == []
    verdict = reconcile.check(office.world.at("2026-01-19T08:00"))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first


def test_an_answer_ends_the_reminders_and_is_told_to_the_lead(office: Office, waiting: int) -> None:
    office.through(date(2026, 1, 6), date(2026, 1, 7))
    office.world.step(waiting, Action.ANSWER, "head_b", "2026-01-07T10:00", text="x")
    office.through(date(2026, 1, 8), date(2026, 1, 16))
    assert [rule for _day, rule in heard(office, "head_b")] == ["WAITED"]
    assert heard(office, "head_a") == [("2026-01-08", "ANSWERED")]


@pytest.mark.parametrize(
    ("language", "words", "why"),
    [
        ("vi", "Đơn vị chủ trì đang chờ đơn vị của đồng chí phối hợp", "thay mặt đơn vị đang được chờ phối hợp"),
        ("en", "The lead unit waits for your unit; answer by", "for the unit that is waited for"),
    ],
)
def test_the_letter_says_who_waits_and_until_when(
    office: Office, waiting: int, language: str, words: str, why: str
) -> None:
    world = office.world
    people.choose_language(world.person["head_b"], language, by=world.actor("head_b"), at=world.at())
    office.tick("2026-01-07T07:30")
    place = office.server.to.index(office.address("head_b"))
    letter = " ".join(office.server.words(place).split())
    assert words in letter
    assert "12/01/2026" in letter
    assert why in letter


def test_a_body_outside_gets_no_letter(office: Office) -> None:
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", date(2026, 3, 31))
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.START, "head_a")
    world.step(task, Action.WAIT, "head_a", unit_id=world.unit["SXD"], reason="x", answer_by=BY)
    office.through(date(2026, 1, 6), date(2026, 1, 23))
    assert [heard(office, name) for name in ("head_b", "vice", "chair")] == [[], [], []]


def test_once_the_day_is_over_no_letter_asks_to_answer_by_it(office: Office, waiting: int) -> None:
    office.through(date(2026, 1, 12), date(2026, 1, 13))
    letters = [
        office.server.words(place) for place, to in enumerate(office.server.to) if to == office.address("head_b")
    ]
    on_the_day, after = (" ".join(words.split()) for words in letters)
    assert "trả lời chậm nhất hết ngày 12/01/2026" in on_the_day or "trả lời chậm nhất hết 12/01/2026" in on_the_day
    assert "phải trả lời chậm nhất hết ngày 12/01/2026 (thứ Hai), nay đã quá 1 ngày làm việc" in after
    assert "đang chờ đơn vị của đồng chí phối hợp" not in after
