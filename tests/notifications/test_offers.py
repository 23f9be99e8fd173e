"""Who hears of another date, of its lapse, of causes and corrections, and of being named in a comment."""

from __future__ import annotations

from datetime import date

import pytest

from models.vocabulary import (
    Action,
    DelayClass,
)
from models.words import (
    LetterState,
)
from notifications import past, reconcile, schedule, why
from tests.fixtures.mail import Office

A = Action
DUE, ASKED, OFFERED = date(2026, 1, 30), date(2026, 2, 27), date(2026, 2, 10)


@pytest.fixture
def task(office: Office) -> int:
    """Return a task on which the head asked for more time on Tuesday 6 January."""
    world, found = office.world, office.world.drafts[0]
    world.assign(found, "CSDT", DUE)
    world.step(found, A.RECEIVE, "head_a", officer_id=world.person["officer_a"])
    office.tick("2026-01-06T07:30")
    world.step(found, A.REQUEST_EXTENSION, "head_a", "2026-01-06T09:00", proposed_on=ASKED, reason="Mưa lũ")
    return found


def heard(office: Office, username: str, *families: str) -> list[tuple[str, str]]:
    return [
        (f"{letter.day:%d/%m}", line.rule.split("#")[0])
        for letter in office.letters(username)
        if letter.state == LetterState.ACCEPTED
        for line in letter.lines
        if line.rule.split("#")[0].split("-")[0] in families
    ]


def words(office: Office, username: str) -> str:
    place = max(place for place, to in enumerate(office.server.to) if to == office.address(username))
    return " ".join(office.server.words(place).split())


def is_clean(office: Office, local: str) -> bool:
    verdict = reconcile.check(office.world.at(local))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first
    return True


def test_an_offer_has_a_clock_of_its_own_and_its_lapse_is_told_to_unit_and_leader(office: Office, task: int) -> None:
    offer = {"proposed_on": OFFERED, "reason": "Chỉ cần đến đó."}
    office.world.step(
        task, A.COUNTER_EXTENSION, "vice", "2026-01-07T09:00", **offer
    )  # Wednesday: until Saturday 10, a working day
    office.through(date(2026, 1, 8), date(2026, 1, 10))
    assert heard(office, "head_a", "COUNTERED", "OFFERED") == [
        ("08/01", "COUNTERED"), ("09/01", "OFFERED-1"), ("10/01", "OFFERED"),
    ]  # fmt: skip
    assert "trước khi hết ngày 10/01/2026" in words(office, "head_a")
    assert heard(office, "officer_a", "COUNTERED", "OFFERED") == []  # the head alone answers
    assert is_clean(office, "2026-01-10T08:00")
    schedule.lapse_offers(office.world.at("2026-01-11T00:02"))
    office.through(date(2026, 1, 11), date(2026, 1, 13))
    assert [heard(office, name, "LAPSED") for name in ("head_a", "officer_a", "vice")] == [[("12/01", "LAPSED")]] * 3
    assert "thời hạn giữ nguyên" in words(office, "head_a")
    assert is_clean(office, "2026-01-13T08:00")


def test_while_the_unit_has_an_offer_the_leader_is_not_asked_to_decide(office: Office, task: int) -> None:
    office.world.step(task, A.COUNTER_EXTENSION, "vice", "2026-01-07T09:00", proposed_on=OFFERED, reason="x")
    office.through(date(2026, 1, 8), date(2026, 1, 10))
    assert heard(office, "vice", "UNDECIDED") == heard(office, "chair", "UNDECIDED") == []


@pytest.mark.parametrize(
    ("action", "family", "told"),
    [(A.ACCEPT_COUNTER, "ACCEPTED", ("officer_a", "vice")), (A.DECLINE_COUNTER, "DECLINED", ("vice",))],
)
def test_the_answer_of_the_head_is_told_to_those_it_concerns(
    action: Action, family: str, told: tuple[str, ...], office: Office, task: int
) -> None:
    world = office.world
    world.step(task, A.COUNTER_EXTENSION, "vice", "2026-01-06T10:00", proposed_on=OFFERED, reason="x")
    world.step(task, action, "head_a", "2026-01-06T11:00", reason="Không kịp")
    office.through(date(2026, 1, 7), date(2026, 1, 7))
    found = {name for name in world.person if heard(office, name, family)}
    assert found == set(told)
    assert heard(office, "head_a", "COUNTERED", "OFFERED") == []  # answered before the letter left


def test_a_request_after_the_deadline_is_asked_of_the_chair(office: Office, task: int) -> None:
    world = office.world
    world.step(task, A.REFUSE_EXTENSION, "vice", "2026-01-06T10:00", reason="x")
    office.through(date(2026, 1, 7), date(2026, 2, 2))
    world.step(task, A.REQUEST_EXTENSION, "head_a", "2026-02-02T09:00", proposed_on=ASKED, reason="x")
    office.through(date(2026, 2, 3), date(2026, 2, 4))
    assert heard(office, "chair", "ASKED") == [("03/02", "ASKED")]
    assert heard(office, "vice", "ASKED") == []  # the first request was answered before its letter left
    assert heard(office, "chair", "UNDECIDED") == [("04/02", "UNDECIDED")]
    assert is_clean(office, "2026-02-04T08:00")


def test_a_past_day_is_told_with_the_offer_as_it_stood(office: Office, task: int) -> None:
    world = office.world
    world.step(task, A.COUNTER_EXTENSION, "vice", "2026-01-07T09:00", proposed_on=OFFERED, reason="x")
    world.step(task, A.ACCEPT_COUNTER, "head_a", "2026-01-09T09:00")
    before, during, after = (past.of(task, world.at(f"2026-01-{day}T12:00")) for day in ("06", "08", "09"))
    assert before is not None
    assert during is not None
    assert after is not None
    assert [(one.asked_by, one.offered_by) for one in (before, during, after)] == [
        (world.person["head_a"], None), (None, world.person["vice"]), (None, None),
    ]  # fmt: skip
    found = why.explain(world.person["head_a"], task, date(2026, 1, 9), world.at("2026-01-12T08:00"))
    assert "OFFERED" in {ladder.family for ladder in found.ladders}


def test_a_stated_cause_is_told_to_the_leader_and_the_decision_to_the_unit(office: Office, task: int) -> None:
    world = office.world
    cause = {"delay_class": DelayClass.OBJECTIVE, "text": "Lũ"}
    world.step(task, A.STATE_CAUSE, "head_a", "2026-02-02T09:00", **cause)
    office.tick("2026-02-03T07:30")
    assert heard(office, "vice", "CAUSED") == [("03/02", "CAUSED")]
    document = {"document_number": "45/BC", "document_on": date(2026, 2, 2)}
    world.step(task, A.CONFIRM_CAUSE, "vice", "2026-02-03T09:00", **document)
    office.tick("2026-02-04T07:30")
    assert [heard(office, name, "CAUSE_DECIDED") for name in ("head_a", "officer_a")] == [
        [("04/02", "CAUSE_DECIDED")]
    ] * 2


def comment(office: Office, task: int, local: str, *named: str) -> None:
    keys = tuple(office.world.person[name] for name in named)
    office.world.step(task, A.COMMENT, "head_a", local, text="Đề nghị xem lại số liệu dân tộc.", mention_ids=keys)


def test_who_is_named_hears_it_once_with_the_words_and_who_is_not_named_does_not(office: Office, task: int) -> None:
    comment(office, task, "2026-01-06T10:00", "officer_a", "inspector")
    office.through(date(2026, 1, 7), date(2026, 1, 9))
    for name in ("officer_a", "inspector"):
        assert heard(office, name, "MENTIONED") == [("07/01", "MENTIONED")]
    assert heard(office, "vice", "MENTIONED") == []
    text = words(office, "inspector")
    assert "Đề nghị xem lại số liệu dân tộc." in text
    assert "Triệu Minh Đức" in text
    assert "được nhắc tên trong một ý kiến" in text
    assert is_clean(office, "2026-01-09T08:00")


def test_a_comment_on_a_completed_task_still_reaches_who_it_names(office: Office, task: int) -> None:
    world = office.world
    world.step(task, A.HAND_IN, "officer_a", "2026-01-06T10:00", result="Xong")
    world.step(task, A.SIGN_OFF, "head_a", "2026-01-06T10:10")
    world.step(task, A.CONFIRM, "vice", "2026-01-06T10:20")
    comment(office, task, "2026-01-06T11:00", "officer_a")
    office.tick("2026-01-07T07:30")
    assert heard(office, "officer_a", "MENTIONED") == [("07/01", "MENTIONED")]


def test_who_no_longer_sees_the_task_is_told_nothing_of_it(office: Office) -> None:
    world, task = office.world, office.world.drafts[1]
    world.assign(task, "CSDT", DUE, coordinator_ids=(world.unit["KHTH"],))
    comment(office, task, "2026-01-05T10:00", "officer_b")
    world.assign(task, "CSDT", DUE, local="2026-01-05T11:00")  # the second division takes part no longer
    office.tick("2026-01-06T07:30")
    assert heard(office, "officer_b", "MENTIONED") == []
