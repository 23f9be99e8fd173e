"""What units owe each other reaches the right people: duties, acceptance, contests, renewals; steps climb to nobody."""

from __future__ import annotations

from datetime import date

import pytest

from models.base import db
from models.tasks import Task
from models.vocabulary import Action
from notifications import reconcile, schedule
from tests.fixtures.mail import Office

A = Action


@pytest.fixture
def lead(office: Office) -> int:
    """Return a task of the first division at work, due in March."""
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", date(2026, 3, 31))
    world.step(task, A.RECEIVE, "head_a")
    world.step(task, A.START, "officer_a")
    return task


def part(office: Office, lead: int, action: Action, **given: object) -> int:
    office.world.step(lead, action, "head_a", "2026-01-05T09:00", **{"title": "Số liệu", **given})
    return db.session.scalars(db.select(Task.id).where(Task.parent_id == lead).order_by(Task.id.desc())).first() or 0


def duty(office: Office, lead: int) -> int:
    return part(office, lead, A.GIVE_DUTY, unit_id=office.world.unit["KHTH"], due_on=date(2026, 1, 20))


def heard(office: Office, username: str, task: int, *families: str) -> list[tuple[str, str]]:
    lines = [(str(letter.day), line) for letter in office.letters(username) for line in letter.lines]
    found = [(day, line.rule.split("#")[0]) for day, line in lines if line.task_id == task]
    return [one for one in dict.fromkeys(found) if not families or one[1].startswith(families)]


def clean(office: Office, local: str) -> bool:
    verdict = reconcile.check(office.world.at(local))
    return (verdict.missing, verdict.extra) == (0, 0)


def test_a_duty_is_told_and_reminded_like_any_task_of_its_unit(office: Office, lead: int) -> None:
    given = duty(office, lead)
    office.through(date(2026, 1, 6), date(2026, 1, 6))
    office.world.step(given, A.RECEIVE, "head_b", "2026-01-06T09:00")
    office.through(date(2026, 1, 7), date(2026, 1, 21))
    assert heard(office, "head_b", given) == [
        ("2026-01-06", "ASSIGNED"), ("2026-01-10", "T-7"), ("2026-01-15", "T-3"), ("2026-01-19", "T-1"),
        ("2026-01-20", "T0"), ("2026-01-21", "T+1"),
    ]  # fmt: skip
    assert heard(office, "head_a", given) == []
    assert clean(office, "2026-01-21T08:00")


def test_the_leads_head_hears_of_a_signed_duty_and_again_before_silence_accepts_it(office: Office, lead: int) -> None:
    given, world = duty(office, lead), office.world
    world.step(given, A.RECEIVE, "head_b", "2026-01-05T10:00")
    world.step(given, A.HAND_IN, "officer_b", "2026-01-06T09:00", result="x")
    world.step(given, A.SIGN_OFF, "head_b", "2026-01-06T10:00")
    office.through(date(2026, 1, 7), date(2026, 1, 9))
    assert heard(office, "head_a", given) == [("2026-01-07", "HANDED_IN"), ("2026-01-08", "ACCEPT")]
    assert heard(office, "vice", given) == heard(office, "chair", given) == [], "leadership only on contest"
    job = next(job for job in schedule.JOBS if job.name == "silence")
    job.run(world.at("2026-01-10T00:05"))
    assert world.task(given).status == "completed"
    assert clean(office, "2026-01-12T08:00")


def test_a_contest_goes_to_the_supervising_leader_then_to_the_chair_and_the_unit_is_left_in_peace(
    office: Office, lead: int
) -> None:
    world = office.world
    words = {"unit_id": world.unit["KHTH"], "reason": "x", "answer_by": date(2026, 1, 12)}
    world.step(lead, A.WAIT, "head_a", "2026-01-06T09:00", **words)
    world.step(lead, A.CONTEST, "head_b", "2026-01-07T09:00", reason="đã gửi")
    office.through(date(2026, 1, 7), date(2026, 1, 13))
    mine = ("CONTEST", "ANSWER")
    assert heard(office, "vice", lead, *mine) == [("2026-01-07", "CONTESTED"), ("2026-01-09", "CONTEST")]
    assert heard(office, "chair", lead, *mine) == [("2026-01-10", "CONTEST")]
    assert heard(office, "head_b", lead, *mine) == []
    assert clean(office, "2026-01-13T08:00")
    world.step(lead, A.DISMISS_CONTEST, "chair", "2026-01-13T09:00", reason="chưa đủ")
    office.through(date(2026, 1, 14), date(2026, 1, 14))
    assert ("2026-01-14", "CONTEST_SETTLED") in heard(office, "head_b", lead, *mine)
    assert heard(office, "head_a", lead, *mine) == [("2026-01-14", "CONTEST_SETTLED")]


def test_the_supervising_leader_is_told_to_renew_the_waiting_for_a_body_outside(office: Office, lead: int) -> None:
    world = office.world
    words = {"unit_id": world.unit["SXD"], "reason": "x", "answer_by": date(2026, 1, 12)}
    world.step(lead, A.WAIT, "head_a", "2026-01-06T09:00", **words)
    office.through(date(2026, 1, 6), date(2026, 1, 20))
    assert heard(office, "vice", lead, "RENEW") == [("2026-01-19", "RENEW"), ("2026-01-20", "RENEW+1")]
    world.step(lead, A.RENEW_WAIT, "vice", "2026-01-20T09:00", reason="còn chờ")
    office.through(date(2026, 1, 21), date(2026, 1, 23))
    assert len(heard(office, "vice", lead, "RENEW")) == 2
    assert clean(office, "2026-01-23T08:00")


def test_an_overdue_step_is_the_officers_and_heads_own_and_climbs_to_nobody(office: Office, lead: int) -> None:
    officer = office.world.person["officer_a"]
    step = part(office, lead, A.BREAK_DOWN, officer_id=officer, due_on=date(2026, 1, 9))
    office.world.step(step, A.RECEIVE, "officer_a", "2026-01-05T10:00")
    office.through(date(2026, 1, 9), date(2026, 1, 28))
    assert ("2026-01-10", "T+1") in heard(office, "officer_a", step)
    assert ("2026-01-10", "T+1") in heard(office, "head_a", step)
    assert heard(office, "vice", step) == heard(office, "chair", step) == []
    assert clean(office, "2026-01-28T08:00")


def test_a_common_parent_reminds_nobody(office: Office) -> None:
    task, world = office.world.drafts[1], office.world
    world.step(task, A.SPLIT, "office", unit_ids=(world.unit["CSDT"], world.unit["KHTH"]))
    office.through(date(2026, 1, 6), date(2026, 1, 14))
    assert [heard(office, name, task) for name in ("head_office", "vice", "chair")] == [[], [], []]
