"""Who signs, as numbered versions: pinned when a task is given, refused where four eyes could not be had."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.base import db
from models.log import LogEntry
from models.people import Tenure
from models.plans import Plan
from models.signing import Flow
from models.tasks import Task
from models.vocabulary import Action, Role, SecondSigner, Status
from tests.fixtures.handing import hand_seat
from tests.fixtures.places import START, World
from workflow import flows, reference, tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Given
from workflow.organization import days, people, seats

DUE, TODAY = date(2026, 1, 30), date(2026, 1, 5)
S = SecondSigner


def enter(world: World, steps: int, second: SecondSigner, **more: Any) -> None:
    facts: dict[str, Any] = {
        "decision": "QĐ 9/QĐ-BDT ngày 02/01/2026",
        "by": world.actor("chair"),
        "at": world.at(),
    } | more
    flows.enter(world.plan, steps, second, **facts)


def refused(code: str, world: World, *args: Any, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        enter(world, *args, **more)
    assert caught.value.code == code
    return caught.value


def empty(world: World, post: str) -> None:
    tenure = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post[post])).one()
    hand_seat(tenure)
    seats.end(tenure, TODAY, "QĐ 2", by=Actor.system(), at=world.at())


def pinned(world: World, task: int) -> tuple[int, SecondSigner, int | None]:
    found = world.task(task)
    return found.steps, found.second, found.flow_no


def test_a_task_keeps_the_version_it_was_given_with(world: World) -> None:
    first, second, third = world.drafts[:3]
    world.assign(first, "CSDT", DUE)
    enter(world, 1, S.SUPERVISOR)
    world.assign(second, "CSDT", DUE)
    enter(world, 2, S.CHAIR)
    world.assign(third, "CSDT", DUE)
    assert [pinned(world, task) for task in (first, second, third)] == [
        (2, S.SUPERVISOR, 1),
        (1, S.SUPERVISOR, 2),
        (2, S.CHAIR, 3),
    ]
    world.assign(first, "KHTH", DUE)
    assert pinned(world, first) == (2, S.SUPERVISOR, 1), "a correction of the assignment is no new one"


def test_versions_are_numbered_rows_with_their_decision_and_an_entry(world: World) -> None:
    enter(world, 1, S.SUPERVISOR)
    enter(world, 1, S.SUPERVISOR)
    (row,) = flows.versions(world.plan)
    assert (row.no, row.steps, row.decision, row.entered_by_id) == (
        2, 1, "QĐ 9/QĐ-BDT ngày 02/01/2026", world.person["chair"],
    )  # fmt: skip
    entries = db.session.scalars(db.select(LogEntry.obj_type).where(LogEntry.act == "plan.steps")).all()
    assert sorted(entries) == ["flow", "plan"]
    refused("missing_field", world, 2, S.CHAIR, decision=" ")
    refused("bad_value", world, 3, S.CHAIR)
    refused("somebody_was_faster", world, 2, S.CHAIR, version=1)
    assert db.session.scalars(db.select(Flow)).all() == [row]


def test_where_the_flow_names_the_chair_he_signs_second_and_the_supervisor_does_not(world: World) -> None:
    task = world.drafts[0]
    enter(world, 2, S.CHAIR)
    world.assign(task, "CSDT", DUE)
    world.to_hand_in(task)
    assert [seat.position for seat in world.view(task, "chair").chain] == ["Trưởng phòng", "Trưởng ban"]
    world.step(task, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    with pytest.raises(Refusal, match="not_yours"):
        world.step(task, Action.CONFIRM, "vice", "2026-01-06T10:00")
    world.step(task, Action.CONFIRM, "chair", "2026-01-06T10:00")
    assert world.task(task).status == Status.COMPLETED


def test_a_flow_nobody_could_follow_is_refused_and_the_unit_named(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE, leader_post_id=world.post["chair"])
    enter(world, 1, S.SUPERVISOR)
    empty(world, "head_a")
    found = refused("flow_fails", world, 2, S.SUPERVISOR)
    assert found.details["units"] == "Phòng Chính sách Dân tộc (Trưởng ban Hoàng Văn Thủ)"
    assert db.session.get_one(Plan, world.plan).steps == 1
    assert len(flows.versions(world.plan)) == 1


def test_one_person_on_two_seats_is_two_eyes(world: World) -> None:
    """By person, not by seat: the vice-chair who also heads the unit cannot be both signatures."""
    world.assign(world.drafts[0], "CSDT", DUE)
    enter(world, 1, S.SUPERVISOR)
    empty(world, "head_a")
    empty(world, "chair")
    post, at = world.post["head_a"], world.at()
    entered = seats.enter(post, world.person["vice"], TODAY, "QĐ 3", by=Actor.system(), at=at)
    seats.confirm(entered, by=Actor.system(), at=at)
    refused("flow_fails", world, 2, S.SUPERVISOR, by=world.actor("vice"))


def test_the_page_names_whom_the_heads_own_work_is_routed_to(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    version = flows.in_force(db.session.get_one(Plan, world.plan), reference.load(TODAY))
    (line,) = flows.lines(version, Task.plan_id == world.plan, reference.load(TODAY))
    assert [seat.person_name for seat in line.of_officer] == ["Triệu Minh Đức", "Nông Thị Lan"]
    assert [seat.person_name for seat in line.of_head] == ["Nông Thị Lan", "Hoàng Văn Thủ"]
    assert not line.fails


def test_a_head_who_hands_in_is_routed_up_whatever_account_or_role_he_has_beside(world: World) -> None:
    """Four eyes by person: an officer's role in his own unit gives the head no second pair of eyes."""
    people.grant(world.person["head_a"], Role.OFFICER, world.unit["CSDT"], START, by=Actor.system(), at=world.at())
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE, officer_id=world.person["head_a"])
    world.to_hand_in(task, officer="head_a")
    with pytest.raises(Refusal, match="own_work"):
        world.step(task, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    world.step(task, Action.SIGN_OFF, "vice", "2026-01-06T10:00")
    world.step(task, Action.CONFIRM, "chair", "2026-01-06T10:00")
    assert world.task(task).status == Status.COMPLETED


def test_a_task_without_a_plan_follows_the_rule_of_the_house_on_its_day(world: World) -> None:
    given: dict[str, Any] = {"by": world.actor("office"), "at": world.at(), "given": Given()}
    days.set_setting("steps.second", "chair", date(2020, 1, 1), "", by=Actor.system(), at=world.at())
    task = tasks.create(None, "Việc theo công văn", "Công văn 12/UBND ngày 02/01/2026", **given)
    world.assign(task, "CSDT", DUE)
    assert pinned(world, task) == (2, S.CHAIR, None)


def test_a_rule_of_the_house_nobody_could_follow_is_refused(world: World) -> None:
    given: dict[str, Any] = {"by": world.actor("office"), "at": world.at(), "given": Given()}
    days.set_setting("steps", 1, date(2020, 1, 1), "", by=Actor.system(), at=world.at())
    task = tasks.create(None, "Việc theo công văn", "Công văn 12/UBND ngày 02/01/2026", **given)
    world.assign(task, "CSDT", DUE, leader_post_id=world.post["chair"])
    empty(world, "head_a")
    with pytest.raises(Refusal, match="flow_fails"):
        days.set_setting("steps", 2, date(2026, 1, 6), "QĐ 4", by=world.actor("office"), at=world.at())


@pytest.mark.parametrize("username", ["office", "head_a", "inspector", "admin"])
def test_only_leadership_says_who_signs(username: str, world: World) -> None:
    refused("not_yours", world, 1, S.SUPERVISOR, by=world.actor(username))


def test_versions_can_neither_be_changed_nor_removed(world: World) -> None:
    enter(world, 1, S.SUPERVISOR)
    for statement in ("UPDATE flow SET steps = 2", "DELETE FROM flow"):
        with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
            connection.exec_driver_sql(statement)
