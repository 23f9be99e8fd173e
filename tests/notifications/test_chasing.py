"""Who hears of chasing and of its answers, in which words; and the one urgent letter a day beside the digest."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from clock import day_of
from models.base import db
from models.letters import Letter, LetterLine
from models.people import RoleGrant
from models.vocabulary import (
    Action,
    DeadlineKind,
)
from models.words import (
    LetterKind,
    LetterState,
    LineState,
)
from notifications import outbox, reconcile, urgent
from tests.fixtures.handing import hand_role
from tests.fixtures.mail import Office, many_tasks
from workflow.given import Given
from workflow.organization import people

DUE = date(2026, 1, 9)
WRITTEN = "Đề nghị báo cáo ngay lý do chậm."


@pytest.fixture
def late(office: Office) -> int:
    """Return a task of the first division with an officer, two working days overdue on Tuesday 13 January 2026."""
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.RECEIVE, "head_a", officer_id=world.person["officer_a"])
    office.tick("2026-01-13T07:30")
    return task


def chase(office: Office, task: int, by: str, local: str, *, demand: bool = False, **given: Any) -> None:
    action = Action.DEMAND_EXPLANATION if demand else Action.CHASE
    office.world.step(task, action, by, local, **{"text": WRITTEN, "answer_by": date(2026, 1, 16), **given})


def heard(office: Office, username: str, *families: str) -> list[tuple[str, str, str]]:
    """Return day, kind of letter and family of what a person was told of chasing, in order."""
    wanted = families or ("CHASED", "DEMANDED", "EXPLAINED", "COMMITTED")
    return [
        (str(letter.day), str(letter.kind), line.rule.split("#")[0])
        for letter in office.letters(username)
        if letter.state == LetterState.ACCEPTED
        for line in letter.lines
        if line.rule.split("#")[0] in wanted
    ]


def words(office: Office, username: str) -> str:
    """Return the text of the last letter that reached a person, on one line."""
    place = max(place for place, to in enumerate(office.server.to) if to == office.address(username))
    return " ".join(office.server.words(place).split())


def is_clean(office: Office, local: str) -> bool:
    verdict = reconcile.check(office.world.at(local))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first
    return True


# ------------------------------------------------------------------------------------------------ who hears
def test_officer_and_head_are_urged_with_name_title_words_and_day_and_once(office: Office, late: int) -> None:
    chase(office, late, "vice", "2026-01-13T10:00")
    office.through(date(2026, 1, 14), date(2026, 1, 16))
    for username in ("head_a", "officer_a"):
        assert heard(office, username) == [("2026-01-14", "digest", "CHASED")]
    assert heard(office, "vice") == heard(office, "chair") == heard(office, "head_b") == []
    place = [place for place, to in enumerate(office.server.to) if to == office.address("head_a")][1]
    text = " ".join(office.server.words(place).split())
    assert f"Phó Trưởng ban Nông Thị Lan đôn đốc: “{WRITTEN}” Trả lời chậm nhất hết ngày 16/01/2026 (thứ Sáu)." in text
    assert text.index("ĐÔN ĐỐC, YÊU CẦU GIẢI TRÌNH (1)") < text.index(WRITTEN)
    assert text.count(f"/tasks/{late}") == 1
    assert is_clean(office, "2026-01-16T08:00")


def test_while_a_result_waits_the_signer_is_urged_and_nobody_of_the_unit(office: Office, late: int) -> None:
    office.world.step(late, Action.HAND_IN, "head_a", "2026-01-13T09:00", result="x")
    chase(office, late, "office", "2026-01-13T10:00")
    office.through(date(2026, 1, 14), date(2026, 1, 15))
    assert heard(office, "vice") == [("2026-01-14", "digest", "CHASED")]
    assert heard(office, "head_a") == heard(office, "officer_a") == []


def test_while_the_lead_waits_the_unit_waited_for_is_urged(office: Office, late: int) -> None:
    world, by = office.world, date(2026, 1, 20)
    world.step(late, Action.START, "head_a", "2026-01-13T09:00")
    world.step(late, Action.WAIT, "head_a", "2026-01-13T09:00", unit_id=world.unit["KHTH"], reason="x", answer_by=by)
    chase(office, late, "vice", "2026-01-13T10:00")
    office.through(date(2026, 1, 14), date(2026, 1, 15))
    assert heard(office, "head_b") == [("2026-01-14", "digest", "CHASED")]
    assert heard(office, "head_a") == []


def test_a_demand_goes_to_the_head_and_not_any_more_once_it_was_answered(office: Office, late: int) -> None:
    chase(office, late, "chair", "2026-01-13T10:00", demand=True)
    chase(office, late, "office", "2026-01-13T10:30")
    office.world.step(late, Action.EXPLAIN, "head_a", "2026-01-13T16:00", text="Chờ số liệu của huyện")
    office.tick("2026-01-14T07:30")
    assert heard(office, "head_a") == heard(office, "officer_a") == []
    assert heard(office, "chair") == heard(office, "vice") == heard(office, "office")
    assert heard(office, "office") == [("2026-01-14", "digest", "EXPLAINED")]
    assert "Trưởng phòng Triệu Minh Đức giải trình: “Chờ số liệu của huyện”" in words(office, "chair")


def test_a_commitment_is_told_to_the_supervising_leader_with_its_day(office: Office, late: int) -> None:
    office.world.step(late, Action.COMMIT_PROGRESS, "head_a", "2026-01-13T16:00", text="x", new_on=date(2026, 1, 21))
    office.tick("2026-01-14T07:30")
    assert heard(office, "vice") == [("2026-01-14", "digest", "COMMITTED")]
    assert heard(office, "chair") == []
    assert "Ngày cam kết hoàn thành: 21/01/2026 (thứ Tư); thời hạn giữ nguyên." in words(office, "vice")


def test_who_asked_and_left_the_office_hears_nothing_of_the_answer(office: Office, late: int) -> None:
    chase(office, late, "office", "2026-01-13T10:00", demand=True)
    world = office.world
    grant = db.session.scalars(db.select(RoleGrant.id).where(RoleGrant.person_id == world.person["office"])).one()
    hand_role(grant)
    people.end_grant(grant, date(2026, 1, 13), by=world.actor("admin"), at=world.at("2026-01-13T11:00"))
    office.world.step(late, Action.EXPLAIN, "head_a", "2026-01-13T16:00", text="x")
    office.tick("2026-01-14T07:30")
    assert heard(office, "office") == []


# ------------------------------------------------------------------------------------------------ the urgent letter
def test_the_first_urgent_act_of_a_day_is_a_letter_at_once_and_later_ones_head_the_next_digest(
    office: Office, late: int
) -> None:
    chase(office, late, "vice", "2026-01-13T10:00", is_urgent=True)
    office.tick("2026-01-13T10:00:20")
    assert heard(office, "head_a") == [("2026-01-13", "urgent", "CHASED")]
    assert "Subject: =?utf-8?" in office.server.raw[-1].decode()
    assert office.server.letters[-1]["Subject"].startswith("KHẨN: Tổ chức phổ biến")
    assert "VIỆC KHẨN (1)" in words(office, "head_a")
    chase(office, late, "chair", "2026-01-13T11:00", demand=True, is_urgent=True)
    office.tick("2026-01-13T11:00:20")
    assert len(heard(office, "head_a")) == 1
    office.through(date(2026, 1, 14), date(2026, 1, 15))
    assert heard(office, "head_a") == [("2026-01-13", "urgent", "CHASED"), ("2026-01-14", "digest", "DEMANDED")]
    assert heard(office, "officer_a") == [("2026-01-13", "urgent", "CHASED")]
    keys = office.server.keys(office.address("head_a"))
    assert len(keys) == len(set(keys))
    assert is_clean(office, "2026-01-15T08:00")


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-01-13T17:59", "2026-01-13"),
        ("2026-01-13T18:01", "2026-01-14"),
        ("2026-01-14T06:00", "2026-01-14"),
        ("2026-01-16T21:00", "2026-01-19"),  # a Friday evening
        ("2026-01-17T10:00", "2026-01-19"),  # a Saturday
    ],
)
def test_outside_the_window_the_urgent_letter_waits_for_the_next_one(
    office: Office, late: int, local: str, day: str
) -> None:
    mornings = [f"2026-01-{number}T07:30" for number in range(14, 21)]
    for morning in filter(lambda morning: morning < local, mornings):
        office.tick(morning)
    chase(office, late, "vice", local, is_urgent=True, answer_by=None)
    for moment in (f"{local}:30", *filter(lambda morning: morning > local, mornings)):
        office.tick(moment)
    assert heard(office, "head_a") == [(day, "urgent", "CHASED")]


def test_a_new_day_has_a_new_urgent_letter(office: Office, late: int) -> None:
    for number in (13, 14):
        office.tick(f"2026-01-{number}T07:30")
        chase(office, late, "vice", f"2026-01-{number}T10:00", is_urgent=True)
        office.tick(f"2026-01-{number}T10:01")
    assert [(day, kind) for day, kind, _rule in heard(office, "head_a")] == [
        ("2026-01-13", "urgent"), ("2026-01-14", "urgent"),
    ]  # fmt: skip


def test_an_urgent_assignment_is_a_letter_at_once(office: Office, late: int) -> None:
    world, task = office.world, office.world.drafts[1]
    world.assign(task, "CSDT", date(2026, 2, 2), local="2026-01-13T14:00", deadline_kind=DeadlineKind.URGENT)
    office.tick("2026-01-13T14:01")
    assert heard(office, "head_a", "ASSIGNED")[-1:] == [("2026-01-13", "urgent", "ASSIGNED")]
    assert "Nhiệm vụ mới giao" in words(office, "head_a")


def test_an_urgent_letter_nobody_took_by_night_is_written_anew_the_next_day(office: Office, late: int) -> None:
    office.server.rcpt[office.address("head_a")] = ["450 busy"]
    chase(office, late, "vice", "2026-01-13T10:00", is_urgent=True)
    office.tick("2026-01-13T10:01")
    office.tick("2026-01-13T17:00")
    office.server.rcpt.clear()
    office.tick("2026-01-14T07:30")
    assert heard(office, "head_a") == [("2026-01-14", "urgent", "CHASED")]
    states = [(str(letter.day), str(letter.state)) for letter in office.letters("head_a") if letter.kind == "urgent"]
    assert states == [("2026-01-13", "skipped"), ("2026-01-14", "accepted")]
    assert is_clean(office, "2026-01-14T08:00")


def test_an_urgent_letter_says_only_what_still_holds_when_it_leaves(office: Office, late: int) -> None:
    chase(office, late, "vice", "2026-01-13T19:00", is_urgent=True)
    chase(office, office_task(office), "vice", "2026-01-13T19:00", is_urgent=True)
    office.tick("2026-01-13T19:01")
    office.world.step(late, Action.EXPLAIN, "head_a", "2026-01-13T20:00", text="x")
    office.tick("2026-01-14T07:30")
    (letter,) = [letter for letter in office.letters("head_a") if letter.kind == LetterKind.URGENT]
    assert [line.task_id for line in letter.lines] == [office.world.drafts[1]]


def office_task(office: Office) -> int:
    task = office.world.drafts[1]
    office.world.assign(task, "CSDT", DUE)
    office.world.step(task, Action.RECEIVE, "head_a")
    return task


def test_more_than_fifty_urgent_tasks_are_one_letter_and_the_rest_comes_first_next_time(office: Office) -> None:
    tasks = many_tasks(office.world, 60, DUE)
    office.tick("2026-01-13T07:30")
    for task in tasks:
        chase(office, task, "vice", "2026-01-13T10:00", is_urgent=True)
    office.tick("2026-01-13T10:01")
    office.tick("2026-01-13T11:00")
    office.tick("2026-01-14T07:30")
    told = Counter((day, kind) for day, kind, _rule in heard(office, "head_a"))
    assert told == {("2026-01-13", "urgent"): 50, ("2026-01-14", "digest"): 10}


def test_the_author_is_told_whose_urgent_letter_of_the_day_is_out_already(office: Office, late: int) -> None:
    world, at = office.world, office.world.at("2026-01-13T11:00")
    form = Given(text="x", is_urgent=True)

    def too_late(task: int, action: Action, given: Given = form, by: str = "chair") -> list[str]:
        return urgent.too_late_for([task], action, given, by=world.actor(by), at=at)

    assert too_late(late, Action.CHASE) == []
    chase(office, late, "vice", "2026-01-13T10:00", is_urgent=True)
    office.tick("2026-01-13T10:01")
    assert too_late(late, Action.CHASE) == ["Triệu Minh Đức", "Lý Thị Én"]
    assert too_late(late, Action.DEMAND_EXPLANATION) == ["Triệu Minh Đức"]
    assert too_late(late, Action.CHASE, Given(text="x")) == []
    assert too_late(late, Action.ASSIGN) == []  # not urgent by its words
    assert [one.name for one in urgent.receivers([late], Action.CHASE, by=world.actor("vice"), at=at)] == [
        "Lý Thị Én", "Triệu Minh Đức",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ two a day
def test_a_letter_in_doubt_since_yesterday_counts_among_the_two_of_today(office: Office, late: int) -> None:
    """Yesterday's digest is repeated in the morning: beside it today's digest leaves, with the urgent act in it."""
    day = date(2026, 1, 14)
    letter = office.letters("head_a")[-1]
    letter.state, letter.doubts, letter.next_try_at = LetterState.AMBIGUOUS, 1, office.world.at("2026-01-13T23:50")
    for line in letter.lines:
        line.state = LineState.PLANNED
    db.session.commit()
    assert outbox.carried(day) == {office.world.person["head_a"]: 1}
    chase(office, late, "vice", "2026-01-13T20:00", is_urgent=True)
    office.tick("2026-01-13T20:01")
    office.tick("2026-01-14T07:30")
    office.tick("2026-01-14T09:00")
    sent = [found for found in office.letters("head_a") if found.sent_at and day_of(found.sent_at) == day]
    assert [(str(found.day), str(found.kind)) for found in sent] == [("2026-01-13", "digest"), ("2026-01-14", "digest")]
    assert heard(office, "head_a")[-1:] == [("2026-01-14", "digest", "CHASED")]


def test_no_act_is_lost_or_told_twice(office: Office, late: int) -> None:
    chase(office, late, "vice", "2026-01-13T10:00", is_urgent=True)
    chase(office, late, "office", "2026-01-13T10:30")
    office.tick("2026-01-13T10:31")
    office.through(date(2026, 1, 14), date(2026, 1, 15))
    lines = db.session.scalars(db.select(LetterLine).where(LetterLine.rule.startswith("CHASED")))
    assert {(line.recipient_id, line.rule): str(line.state) for line in lines} == {
        (office.world.person[name], rule): "sent"
        for name in ("head_a", "officer_a")
        for rule in {line.rule for line in db.session.scalars(db.select(LetterLine)) if line.rule.startswith("CHASED")}
    }
    assert db.session.scalar(db.select(db.func.count()).select_from(Letter).where(Letter.kind == "urgent")) == 2
