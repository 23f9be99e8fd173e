"""Duties, steps, common parents: who gives, receives, signs, accepts and contests them; what ends with the whole."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from accountability import replay, verify
from models.base import db
from models.coordination import Contest
from models.log import LogEntry
from models.tasks import Coordination, Signature, Task
from models.vocabulary import Action, Meaning, Part, Status, TaskKind
from tests.fixtures.places import World
from workflow import coordination, reference
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.queries import desk, parts
from workflow.queries import tasks as queries
from workflow.queries.tasks import Filter

A, S, K = Action, Status, TaskKind
DUE = date(2026, 1, 30)
MONDAY = "2026-01-05T09:00"


@pytest.fixture
def lead(world: World) -> int:
    """Return a task of the first division, at work."""
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, A.RECEIVE, "head_a", MONDAY)
    world.step(task, A.START, "officer_a", MONDAY)
    return task


def duty_of(world: World, task: int, by: str = "head_a", local: str = MONDAY, **given: Any) -> int:
    words: dict[str, Any] = {"title": "Cung cấp số liệu", "unit_id": world.unit["KHTH"], "due_on": date(2026, 1, 20)}
    world.step(task, A.GIVE_DUTY, by, local, **(words | given))
    return newest(task)


def step_of(world: World, task: int, by: str = "head_a", local: str = MONDAY, **given: Any) -> int:
    words: dict[str, Any] = {"title": "Dự thảo", "officer_id": world.person["officer_a"], "due_on": date(2026, 1, 16)}
    world.step(task, A.BREAK_DOWN, by, local, **(words | given))
    return newest(task)


def newest(task: int) -> int:
    return db.session.scalars(db.select(Task.id).where(Task.parent_id == task).order_by(Task.id.desc())).first() or 0


def signed(world: World, duty: int, local: str = "2026-01-06T09:00") -> None:
    """Take a duty up to its head's signature."""
    world.step(duty, A.RECEIVE, "head_b", local)
    world.step(duty, A.HAND_IN, "officer_b", local, result="Số liệu")
    world.step(duty, A.SIGN_OFF, "head_b", local)


def refused(world: World, task: int, action: Action, by: str, local: str = MONDAY, **given: Any) -> str:
    with pytest.raises(Refusal) as caught:
        world.step(task, action, by, local, **given)
    db.session.rollback()
    return caught.value.code


def acts(task: int) -> list[str]:
    own = LogEntry.task_id == task, LogEntry.obj_type == "task"
    return list(db.session.scalars(db.select(LogEntry.act).where(*own).order_by(LogEntry.seq)))


# ------------------------------------------------------------------------------------------------ giving
def test_a_duty_is_a_task_of_its_unit_under_the_lead_task_dated_and_open_to_both_units(world: World, lead: int) -> None:
    duty = world.task(duty_of(world, lead, is_blocking=True))
    assert (duty.kind, duty.parent_id, duty.lead_unit_id) == (K.DUTY, lead, world.unit["KHTH"])
    assert (duty.status, duty.due_on, duty.original_due_on) == (S.ASSIGNED, date(2026, 1, 20), date(2026, 1, 20))
    assert (duty.is_blocking, duty.leader_post_id) == (True, world.task(lead).leader_post_id)
    row = db.session.scalars(db.select(Coordination).where(Coordination.task_id == lead)).one()
    assert (row.unit_id, row.part, row.ended_at) == (world.unit["KHTH"], Part.COORDINATES, None)
    for name in ("head_a", "officer_a", "head_b", "officer_b"):
        assert world.view(lead, name).task.id == lead
        assert world.view(duty.id, name).task.id == duty.id
    assert replay.differences() == []
    assert verify.log().ok


@pytest.mark.parametrize("by", ["head_a", "vice", "chair", "office", "head_office"])
def test_the_leads_head_the_office_and_leadership_give_duties(by: str, world: World, lead: int) -> None:
    assert world.task(duty_of(world, lead, by)).kind == K.DUTY


@pytest.mark.parametrize("by", ["officer_a", "inspector"])
def test_nobody_else_gives_duties(by: str, world: World, lead: int) -> None:
    assert refused(world, lead, A.GIVE_DUTY, by, title="x", unit_id=world.unit["KHTH"], due_on=DUE) == "not_yours"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"due_on": date(2026, 1, 31)}, "beyond_the_whole"),
        ({"due_on": date(2026, 1, 2)}, "date_in_past"),
        ({"title": " "}, "missing_field"),
        ({"unit_id": "CSDT"}, "duty_of_the_lead"),
        ({"unit_id": "SXD"}, "unit_outside"),
        ({"unit_id": None}, "missing_field"),
    ],
)
def test_a_duty_that_makes_no_sense_is_refused_and_leaves_nothing(
    given: dict[str, Any], code: str, world: World, lead: int
) -> None:
    if isinstance(given.get("unit_id"), str):
        given = {"unit_id": world.unit[given["unit_id"]]}
    words: dict[str, Any] = {"title": "Số liệu", "unit_id": world.unit["KHTH"], "due_on": date(2026, 1, 20)} | given
    assert refused(world, lead, A.GIVE_DUTY, "head_a", **words) == code
    assert newest(lead) == 0


def test_a_form_of_a_duty_sent_twice_gives_one(world: World, lead: int) -> None:
    first = duty_of(world, lead, idempotency_key="k")
    assert duty_of(world, lead, idempotency_key="k") == first


def test_a_step_is_received_by_its_officer_and_signed_once_by_the_head(world: World, lead: int) -> None:
    step = step_of(world, lead)
    assert world.task(step).kind == K.SUB
    assert refused(world, step, A.DECLINE, "head_a", reason="x") == "wrong_state"
    world.step(step, A.RECEIVE, "officer_a")
    world.step(step, A.HAND_IN, "officer_a", result="Xong")
    world.step(step, A.SIGN_OFF, "head_a")
    assert world.task(step).status == S.COMPLETED


def test_a_step_goes_to_an_officer_of_the_unit_within_the_date_of_the_whole(world: World, lead: int) -> None:
    words: dict[str, Any] = {"title": "x", "due_on": date(2026, 1, 16)}
    assert (
        refused(world, lead, A.BREAK_DOWN, "head_a", **words, officer_id=world.person["officer_b"]) == "person_unknown"
    )
    late: dict[str, Any] = {"title": "x", "due_on": date(2026, 2, 2), "officer_id": world.person["officer_a"]}
    assert refused(world, lead, A.BREAK_DOWN, "head_a", **late) == "beyond_the_whole"
    step = step_of(world, lead)
    assert refused(world, step, A.BREAK_DOWN, "head_a", **words, officer_id=world.person["officer_a"]) == "wrong_state"


def test_the_coordinating_unit_does_not_open_the_leads_steps(world: World, lead: int) -> None:
    duty_of(world, lead)
    step = step_of(world, lead)
    with pytest.raises(Refusal) as caught:
        world.view(step, "head_b")
    assert caught.value.code == "not_found"
    ref = reference.load(world.at(MONDAY).date())
    shown = parts.of(world.task(lead), ref, seen_by=Scope(world.actor("head_b")))
    assert [part.may_be_read for part in shown] == [True, False]


# ------------------------------------------------------------------------------------------------ dates
def test_more_time_for_a_part_never_reaches_beyond_the_whole(world: World, lead: int) -> None:
    duty = duty_of(world, lead)
    world.step(duty, A.RECEIVE, "head_b")
    words: dict[str, Any] = {"proposed_on": date(2026, 2, 2), "reason": "x"}
    assert refused(world, duty, A.REQUEST_EXTENSION, "head_b", **words) == "beyond_the_whole"
    world.step(duty, A.REQUEST_EXTENSION, "head_b", proposed_on=date(2026, 1, 26), reason="x")
    assert refused(world, duty, A.GRANT_EXTENSION, "vice", granted_on=date(2026, 2, 2)) == "beyond_the_whole"
    world.step(duty, A.GRANT_EXTENSION, "vice")
    assert world.task(duty).due_on == date(2026, 1, 26)


def test_a_date_of_the_whole_before_that_of_a_part_is_refused_naming_the_part(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    duty_of(world, task, "vice")
    with pytest.raises(Refusal) as caught:
        world.assign(task, "CSDT", date(2026, 1, 15))
    assert caught.value.code == "parts_beyond"
    assert "“Cung cấp số liệu” – 20/01/2026" in caught.value.details["parts"]
    db.session.rollback()
    with pytest.raises(Refusal) as leads:
        world.assign(task, "KHTH", DUE)
    assert leads.value.code == "duty_of_the_lead"


# ------------------------------------------------------------------------------------------------ handing in, accepting
def test_a_blocking_duty_holds_the_hand_in_unless_a_reason_is_given_and_the_reason_is_in_the_log(
    world: World, lead: int
) -> None:
    duty_of(world, lead, is_blocking=True)
    step_of(world, lead)
    with pytest.raises(Refusal) as caught:
        world.step(lead, A.HAND_IN, "officer_a", MONDAY, result="x")
    assert caught.value.code == "duties_open"
    assert caught.value.details["duties"] == (
        "“Cung cấp số liệu” – Phòng Kế hoạch - Tổng hợp (Trưởng phòng Đặng Quốc Hưng)"
    )
    db.session.rollback()
    world.step(lead, A.HAND_IN, "officer_a", MONDAY, result="x", reason="Không chờ được")
    assert world.view(lead, "vice").history.acts[0].words["reason"] == "Không chờ được"


def test_a_duty_that_blocks_nothing_and_an_open_step_do_not_hold_the_hand_in(world: World, lead: int) -> None:
    duty_of(world, lead)
    step_of(world, lead)
    world.step(lead, A.HAND_IN, "officer_a", MONDAY, result="x")
    assert world.task(lead).status == S.SUBMITTED


def test_a_duty_signed_by_its_head_is_accepted_by_the_leads_head_and_by_no_leader(world: World, lead: int) -> None:
    duty = duty_of(world, lead)
    signed(world, duty)
    assert world.task(duty).status == S.SIGNED_OFF
    for name in ("head_b", "officer_a", "vice", "chair", "office"):
        assert refused(world, duty, A.ACCEPT, name) == "not_yours"
    world.step(duty, A.ACCEPT, "head_a")
    assert world.task(duty).status == S.COMPLETED
    assert world.task(duty).completed_at is not None


def test_silence_accepts_a_duty_when_three_working_days_are_over_and_the_log_says_so(world: World, lead: int) -> None:
    duty = duty_of(world, lead)
    signed(world, duty, "2026-01-06T09:00")  # a Tuesday: Friday is the last of three working days
    assert coordination.accept_by_silence(world.at("2026-01-09T23:59")) == 0
    assert coordination.accept_by_silence(world.at("2026-01-10T00:05")) == 1
    assert coordination.accept_by_silence(world.at("2026-01-10T01:05")) == 0
    assert world.task(duty).status == S.COMPLETED
    last = world.view(duty, "vice", "2026-01-12T09:00").history.acts[0]
    assert (last.act, last.actor["username"], last.facts["silent"]) == ("task.accept", "system", True)
    assert replay.differences() == []


def test_a_returned_duty_is_contested_within_two_working_days_and_the_leader_decides(world: World, lead: int) -> None:
    duty = duty_of(world, lead)
    signed(world, duty)
    world.step(duty, A.RETURN, "head_a", "2026-01-07T09:00", reason="thiếu biểu")
    assert world.task(duty).status == S.IN_PROGRESS
    assert refused(world, duty, A.CONTEST, "head_b", "2026-01-10T09:00", reason="x") == "too_late_to_contest"
    world.step(duty, A.CONTEST, "head_b", "2026-01-09T09:00", reason="đủ rồi")
    assert refused(world, duty, A.CONTEST, "head_b", "2026-01-09T09:00", reason="x") == "too_late_to_contest"
    for name in ("head_a", "head_b"):
        assert refused(world, duty, A.UPHOLD_CONTEST, name, "2026-01-09T10:00", reason="x") == "not_yours"
    world.step(duty, A.UPHOLD_CONTEST, "vice", "2026-01-09T11:00", reason="đúng là đủ")
    done = world.task(duty)
    assert (done.status, done.handed_in_on) == (S.COMPLETED, date(2026, 1, 6))
    row = db.session.scalars(db.select(Contest)).one()
    assert (row.upheld, row.decided_by_id, row.wait_id) == (True, world.person["vice"], None)
    assert replay.differences() == []
    assert verify.log().ok


def test_the_return_of_a_duty_is_signed_by_who_returned_it_and_needs_his_password(world: World, lead: int) -> None:
    duty = duty_of(world, lead)
    signed(world, duty)
    assert refused(world, duty, A.RETURN, "head_a", "2026-01-07T09:00", reason="x", password="sai") == "wrong_password"
    world.step(duty, A.RETURN, "head_a", "2026-01-07T09:00", reason="thiếu biểu")
    mark = db.session.scalars(db.select(Signature).order_by(Signature.id.desc()).limit(1)).one()
    assert (mark.meaning, mark.level, mark.person_id) == (Meaning.RETURNED, 2, world.person["head_a"])
    assert mark.post_id == world.post["head_a"]


def test_a_result_shows_how_far_the_duties_of_the_task_were_when_it_was_handed_in(world: World, lead: int) -> None:
    done, going = duty_of(world, lead), duty_of(world, lead)
    signed(world, done)
    world.step(done, A.ACCEPT, "head_a", "2026-01-06T10:00")
    world.step(lead, A.HAND_IN, "officer_a", "2026-01-06T11:00", result="x")
    content = json.loads(world.view(lead, "head_a").hand_ins[-1].content)
    assert [(duty["id"], duty["status"]) for duty in content["duties"]] == [(done, "completed"), (going, "assigned")]


def test_a_dismissed_contest_leaves_the_return_as_it_is(world: World, lead: int) -> None:
    duty = duty_of(world, lead)
    signed(world, duty)
    world.step(duty, A.RETURN, "head_a", "2026-01-07T09:00", reason="thiếu biểu")
    world.step(duty, A.CONTEST, "head_b", "2026-01-07T10:00", reason="đủ rồi")
    world.step(duty, A.DISMISS_CONTEST, "chair", "2026-01-08T10:00", reason="thiếu thật")
    assert world.task(duty).status == S.IN_PROGRESS
    world.step(duty, A.HAND_IN, "officer_b", "2026-01-08T11:00", result="bổ sung")


def test_a_return_by_its_own_head_is_no_matter_of_contest(world: World, lead: int) -> None:
    duty = duty_of(world, lead)
    world.step(duty, A.RECEIVE, "head_b")
    world.step(duty, A.HAND_IN, "officer_b", result="x")
    world.step(duty, A.RETURN, "head_b", reason="x")
    assert A.CONTEST not in {step.action for step in world.view(duty, "head_b").steps}


# ------------------------------------------------------------------------------------------------ the end of the whole
@pytest.mark.parametrize("ending", ["completed", "cancelled", "withdrawn"])
def test_what_is_open_under_a_task_ends_with_it_as_not_needed_and_what_is_done_stays(
    ending: str, world: World, lead: int
) -> None:
    done, assigned, waiting = duty_of(world, lead), duty_of(world, lead), duty_of(world, lead)
    step = step_of(world, lead)
    signed(world, done, MONDAY)
    world.step(done, A.ACCEPT, "head_a", MONDAY)
    signed(world, waiting, MONDAY)
    if ending == "completed":
        world.step(lead, A.HAND_IN, "officer_a", MONDAY, result="x")
        world.step(lead, A.SIGN_OFF, "head_a", MONDAY)
        assert world.task(assigned).status == S.ASSIGNED, "the whole is not done yet"
        world.step(lead, A.CONFIRM, "vice", MONDAY)
    else:
        action = A.CANCEL if ending == "cancelled" else A.WITHDRAW
        world.step(lead, action, "chair", MONDAY, reason="x", decision="QĐ 9 ngày 05/01/2026")
    assert {key: world.task(key).status for key in (done, assigned, waiting, step)} == {
        done: S.COMPLETED, assigned: S.CANCELLED, waiting: S.CANCELLED, step: S.CANCELLED,
    }  # fmt: skip
    assert acts(assigned)[-1] == "task.not_needed"
    assert replay.differences() == []
    assert verify.log().ok


def test_the_head_takes_a_duty_back_with_a_reason_and_no_decision(world: World, lead: int) -> None:
    duty = duty_of(world, lead)
    assert refused(world, duty, A.WITHDRAW, "head_b", reason="x") == "not_yours"
    world.step(duty, A.WITHDRAW, "head_a", reason="nhầm")
    assert world.task(duty).status == S.WITHDRAWN


def test_a_duty_that_was_handed_back_still_blocks_and_is_given_anew_by_the_leads_head(world: World, lead: int) -> None:
    duty = duty_of(world, lead, is_blocking=True)
    world.step(duty, A.DECLINE, "head_b", reason="không phải việc của phòng")
    assert refused(world, lead, A.HAND_IN, "officer_a", result="x") == "duties_open"
    assert refused(world, duty, A.ASSIGN, "head_a", lead_unit_id=world.unit["CSDT"], due_on=DUE) == "duty_of_the_lead"
    world.step(duty, A.ASSIGN, "head_a", lead_unit_id=world.unit["TTR"], due_on=date(2026, 1, 22))
    given = world.task(duty)
    assert (given.status, given.lead_unit_id, given.steps) == (S.ASSIGNED, world.unit["TTR"], 1)


# ------------------------------------------------------------------------------------------------ counting
def test_parts_never_count_as_tasks_in_lists_totals_and_tallies(world: World, lead: int) -> None:
    ref, everything = reference.load(date(2026, 1, 5)), Scope(world.actor("vice"))
    before = queries.page(Filter(), ref, seen_by=everything)
    duty_of(world, lead)
    step_of(world, lead)
    after = queries.page(Filter(), ref, seen_by=everything)
    assert (after.total, [row.id for row in after.rows]) == (before.total, [row.id for row in before.rows])
    assert [row.kind for row in queries.page(Filter(kind="duty"), ref, seen_by=everything).rows] == [K.DUTY]
    assert [row.kind for row in queries.page(Filter(kind="sub"), ref, seen_by=everything).rows] == [K.SUB]


def test_an_overdue_part_shows_on_the_whole_in_every_list(world: World, lead: int) -> None:
    step_of(world, lead)
    ref = reference.load(date(2026, 1, 19))
    row = queries.page(Filter(), ref, seen_by=Scope(world.actor("vice"))).rows[0]
    assert (row.id, row.late_parts, row.timing.is_late) == (lead, 1, False)


def test_leaders_and_the_office_do_not_find_the_steps_of_a_unit_on_their_desks(world: World, lead: int) -> None:
    step = step_of(world, lead)
    ref = reference.load(date(2026, 1, 19))
    for name, sees in (("officer_a", True), ("head_a", True), ("vice", False), ("office", False), ("chair", False)):
        heaps = desk.sections(ref, seen_by=Scope(world.actor(name, "2026-01-19T09:00")))
        assert any(row.id == step for heap in heaps for row in heap.rows) is sees, name
