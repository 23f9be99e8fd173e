"""A task with several leads is split; a unit waited for contests; a body outside is waited for in writing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accountability import replay
from models.base import db
from models.coordination import Contest
from models.tasks import Task, Wait
from models.vocabulary import Action, Status, TaskKind
from tests.fixtures.places import World
from workflow import reference, tasks
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


def refused(world: World, task: int, action: Action, by: str, local: str = MONDAY, **given: Any) -> str:
    with pytest.raises(Refusal) as caught:
        world.step(task, action, by, local, **given)
    db.session.rollback()
    return caught.value.code


# ------------------------------------------------------------------------------------------------ several leads
def test_splitting_makes_a_draft_for_each_lead_under_a_parent_without_date_status_or_signature(world: World) -> None:
    task = world.drafts[0]
    units = (world.unit["CSDT"], world.unit["KHTH"])
    assert refused(world, task, A.SPLIT, "office", unit_ids=units[:1]) == "one_lead"
    assert refused(world, task, A.SPLIT, "office", unit_ids=(units[0], world.unit["SXD"])) == "unit_outside"
    world.step(task, A.SPLIT, "office", unit_ids=units)
    parent = world.task(task)
    assert (parent.kind, parent.due_on) == (K.COMMON, None)
    children = list(db.session.scalars(db.select(Task).where(Task.parent_id == task).order_by(Task.id)))
    assert [(child.kind, child.status, child.title) for child in children] == [(K.LEAD, S.DRAFT, parent.title)] * 2
    assert [child.lead_words for child in children] == ["Phòng Chính sách Dân tộc", "Phòng Kế hoạch - Tổng hợp"]
    assert {step.action for step in world.view(task, "office").steps} == {A.COMMENT}
    assert refused(world, task, A.ASSIGN, "office", lead_unit_id=units[0]) in {"wrong_state", "not_yours"}
    assert replay.differences() == []


def test_a_common_parent_is_as_late_as_its_latest_task_and_done_with_the_last(world: World) -> None:
    task = world.drafts[0]
    world.step(task, A.SPLIT, "office", unit_ids=(world.unit["CSDT"], world.unit["KHTH"]))
    first, second = db.session.scalars(db.select(Task.id).where(Task.parent_id == task).order_by(Task.id))
    world.assign(first, "CSDT", date(2026, 1, 8))
    world.assign(second, "KHTH", date(2026, 1, 12))

    def state(local: str, by: str = "head_b") -> tuple[Status, int]:
        ref = reference.load(world.at(local).date())
        status, timing = parts.common_state(parts.of(world.task(task), ref, seen_by=Scope(world.actor(by, local))))
        return status, timing.days if timing is not None and timing.is_late else 0

    assert world.view(task, "head_b").task.kind == K.COMMON, "a unit that leads a part opens the heading"
    assert state("2026-01-14T09:00") == (S.ASSIGNED, 6)
    world.complete(first, local="2026-01-14T09:00")
    assert state("2026-01-14T10:00") == (S.ASSIGNED, 6), "the first, done 6 days late, is later than the second by 2"
    world.complete(second, "officer_b", "head_b", local="2026-01-14T09:00")
    assert state("2026-01-15T09:00")[0] == S.COMPLETED


def test_a_common_parent_is_no_task_of_any_list_or_total(world: World) -> None:
    ref, everything = reference.load(date(2026, 1, 5)), Scope(world.actor("vice"))
    before = queries.page(Filter(state="to_assign"), ref, seen_by=everything).total
    world.step(world.drafts[0], A.SPLIT, "office", unit_ids=(world.unit["CSDT"], world.unit["KHTH"]))
    found = queries.page(Filter(state="to_assign"), ref, seen_by=everything)
    assert found.total == before + 1
    assert world.drafts[0] not in {row.id for row in found.rows}


# ------------------------------------------------------------------------------------------------ waiting
def wait(world: World, lead: int, unit: str = "KHTH", local: str = "2026-01-06T09:00", **given: Any) -> None:
    words: dict[str, Any] = {"unit_id": world.unit[unit], "reason": "số liệu", "answer_by": date(2026, 1, 12)} | given
    world.step(lead, A.WAIT, "head_a", local, **words)


def test_the_unit_waited_for_has_at_least_three_working_days(world: World, lead: int) -> None:
    with pytest.raises(Refusal) as caught:
        wait(world, lead, answer_by=date(2026, 1, 8))
    assert caught.value.code == "answer_by_too_soon"
    assert caught.value.details == {"count": 3, "day": "09/01/2026"}
    db.session.rollback()
    wait(world, lead, answer_by=date(2026, 1, 9))


def test_the_unit_waited_for_contests_within_two_working_days_and_an_upheld_contest_ends_the_waiting(
    world: World, lead: int
) -> None:
    wait(world, lead)
    assert refused(world, lead, A.CONTEST, "head_b", "2026-01-09T09:00", reason="x") == "too_late_to_contest"
    assert refused(world, lead, A.CONTEST, "head_a", "2026-01-08T09:00", reason="x") == "not_yours"
    world.step(lead, A.CONTEST, "head_b", "2026-01-08T09:00", reason="Không cần số liệu này")
    assert refused(world, lead, A.UPHOLD_CONTEST, "head_a", "2026-01-08T10:00", reason="x") == "not_yours"
    ref = reference.load(date(2026, 1, 8))
    heaps = desk.sections(ref, seen_by=Scope(world.actor("vice", "2026-01-08T10:00")))
    assert {heap.name: [row.id for row in heap.rows] for heap in heaps}["contested"] == [lead]
    world.step(lead, A.UPHOLD_CONTEST, "vice", "2026-01-08T11:00", reason="Đúng")
    assert world.task(lead).status == S.IN_PROGRESS
    assert db.session.scalars(db.select(Wait)).one().to_at == world.at("2026-01-08T11:00")
    assert replay.differences() == []


def test_who_goes_on_while_the_other_contests_gives_it_its_right_and_who_answers_drops_its_contest(
    world: World, lead: int
) -> None:
    wait(world, lead)
    world.step(lead, A.CONTEST, "head_b", "2026-01-06T10:00", reason="x")
    world.step(lead, A.RESUME, "head_a", "2026-01-06T11:00")
    wait(world, lead, local="2026-01-06T12:00")
    world.step(lead, A.CONTEST, "head_b", "2026-01-06T13:00", reason="x")
    world.step(lead, A.ANSWER, "head_b", "2026-01-06T14:00", text="x")
    assert list(db.session.scalars(db.select(Contest.upheld).order_by(Contest.id))) == [True, False]


def test_a_body_outside_is_waited_for_by_a_written_request_and_renewed_by_the_supervising_leader(
    world: World, lead: int
) -> None:
    with pytest.raises(Refusal) as caught:
        wait(world, lead, "SXD", document_number=" ", document_on=None)
    assert caught.value.code == "missing_field"
    db.session.rollback()
    wait(world, lead, "SXD", document_number="12/BDT-CS", document_on=date(2026, 1, 5))
    row = db.session.scalars(db.select(Wait)).one()
    assert (row.document_number, row.document_on, row.renew_by) == (
        "12/BDT-CS", date(2026, 1, 5), date(2026, 1, 19),
    )  # fmt: skip
    for name in ("head_a", "office"):
        assert refused(world, lead, A.RENEW_WAIT, name, "2026-01-19T09:00", reason="x") == "not_yours"
    world.step(lead, A.RENEW_WAIT, "vice", "2026-01-19T09:00", reason="Sở đang họp")
    assert db.session.scalars(db.select(Wait)).one().renew_by == date(2026, 2, 2)


def test_a_unit_inside_is_not_renewed(world: World, lead: int) -> None:
    wait(world, lead)
    assert refused(world, lead, A.RENEW_WAIT, "vice", "2026-01-07T09:00", reason="x") == "nothing_to_renew"


def test_nobody_decides_on_a_contest_he_is_a_party_to(world: World, lead: int) -> None:
    case = tasks.case(world.task(lead), reference.load(date(2026, 1, 6)))
    assert case.partners.is_contested is False
    wait(world, lead)
    world.step(lead, A.CONTEST, "head_b", "2026-01-06T10:00", reason="x")
    view = world.view(lead, "chair", "2026-01-06T11:00")
    assert {A.UPHOLD_CONTEST, A.DISMISS_CONTEST} <= {step.action for step in view.steps}
