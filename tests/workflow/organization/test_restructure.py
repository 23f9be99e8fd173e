"""Units merge, split, end or pass functions on: by two people, at 00:00 of the day, and no open task is left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

import clock
from accountability import replay
from models.base import db
from models.coordination import Contest
from models.people import Mandate, Tenure
from models.session import transaction
from models.tasks import Coordination, Signature, Task, Wait
from models.units import Unit, UnitEvent
from models.vocabulary import Action, MandateKind, Rank, Role, Status, TaskKind, UnitChange, UnitKind
from tests.fixtures.mail import Office
from tests.fixtures.places import World
from tests.workflow.organization.test_units import DECISION
from workflow import reference
from workflow.actors import Actor
from workflow.ledger import recorded
from workflow.lifecycle import OPEN
from workflow.organization import inheritance, restructure, seats, unit_events, units

A, C = Action, UnitChange
DAY = date(2026, 3, 1)
EVE, NEW = "2026-02-28T23:59:59", "2026-03-01T00:00:00"


@pytest.fixture
def heir(world: World) -> int:
    """Make the division that takes over, with a head from its first day on."""
    at: dict[str, Any] = {"by": Actor.system(), "at": world.at()}
    world.unit["CSKH"] = units.create(
        "CSKH", UnitKind.DIVISION, "Phòng Chính sách - Kế hoạch", date(2026, 2, 1), parent_id=world.unit["BDT"], **at
    )
    world.post["head_new"] = seats.create_post(world.unit["CSKH"], "Trưởng phòng", Rank.HEAD, **at)
    seats.confirm(seats.enter(world.post["head_new"], world.person["officer_b"], DAY, DECISION, **at), **at)
    return world.unit["CSKH"]


def merge(world: World, local: str = "2026-02-20T08:00") -> int:
    """Have the office enter the merger of both divisions, and the chair confirm it."""
    gives: dict[int, int | None] = {world.unit["CSDT"]: None, world.unit["KHTH"]: None}
    by, at = world.actor("office", local), world.at(local)
    event = restructure.enter(C.MERGE, gives, [world.unit["CSKH"]], DAY, DECISION, by=by, at=at)
    unit_events.confirm(event, by=world.actor("chair", local), at=at)
    return event


def led(world: World) -> dict[int, str]:
    """Return the lead unit of each task, by its code."""
    code = {key: name for name, key in world.unit.items()}
    return {key: code[unit] for key, unit in db.session.execute(db.select(Task.id, Task.lead_unit_id)) if unit}


def test_a_merger_needs_a_second_person_and_passes_open_tasks_on_its_day_alone(world: World, heir: int) -> None:
    world.assign(world.drafts[0], "CSDT", date(2026, 4, 30))
    world.assign(world.drafts[1], "KHTH", date(2026, 4, 30))
    world.complete(world.drafts[1], "officer_b", "head_b")
    event = merge(world)
    assert restructure.due(world.at(EVE)) == 0
    assert led(world)[world.drafts[0]] == "CSDT"
    assert restructure.due(world.at(NEW)) == 1
    assert restructure.due(world.at(NEW)) == 0
    assert led(world) == {world.drafts[0]: "CSKH", world.drafts[1]: "KHTH"}
    assert db.session.get_one(UnitEvent, event).happened_at is not None
    assert replay.differences() == []


def test_who_entered_a_merger_does_not_confirm_it(world: World, heir: int, refused: Callable[..., None]) -> None:
    by, at = world.actor("office"), world.at()
    gives: dict[int, int | None] = {world.unit["CSDT"]: None, world.unit["KHTH"]: None}
    event = restructure.enter(C.MERGE, gives, [heir], DAY, DECISION, by=by, at=at)
    refused("second_person", unit_events.confirm, event, by=by, at=at)
    refused("not_yours", unit_events.confirm, event, by=world.actor("head_a"), at=at)


def test_seats_and_mandates_of_merged_units_end_at_midnight_to_the_second(world: World, heir: int) -> None:
    at = world.at("2026-02-01T08:00")
    given = seats.mandate(
        world.post["head_a"], world.person["officer_a"], MandateKind.TL, "Ký", at, world.at("2026-06-01T00:00"),
        DECISION, by=Actor.system(), at=at,
    )  # fmt: skip
    seats.confirm_mandate(given, by=Actor.system(), at=at)
    merge(world)
    assert db.session.get_one(Mandate, given).to_at == clock.start_of(DAY)
    assert world.unit["CSDT"] in world.actor("head_a", EVE).heads
    assert world.actor("head_a", NEW).heads == frozenset()
    assert world.actor("officer_a", NEW).holdings == ()
    assert world.actor("officer_a", NEW).unit_ids == {heir}
    assert world.actor("officer_b", NEW).heads == {heir}


def test_a_result_handed_in_before_keeps_its_signature_and_is_signed_on_by_the_new_head(
    world: World, heir: int
) -> None:
    first, second = world.drafts[:2]
    for task in (first, second):
        world.assign(task, "CSDT", date(2026, 4, 30))
        world.to_hand_in(task)
    world.step(first, A.SIGN_OFF, "head_a", "2026-02-27T09:00")
    before = [(mark.id, mark.unit_name, mark.position) for mark in db.session.scalars(db.select(Signature))]
    merge(world)
    restructure.due(world.at(NEW))
    after = [(mark.id, mark.unit_name, mark.position) for mark in db.session.scalars(db.select(Signature))]
    assert after == before
    world.step(first, A.CONFIRM, "vice", "2026-03-02T09:00")
    world.step(second, A.SIGN_OFF, "officer_b", "2026-03-02T09:00")
    assert world.task(second).status == Status.SIGNED_OFF


def test_units_that_wait_for_each_other_wait_no_more_and_their_parts_become_one(world: World, heir: int) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 4, 30), coordinator_ids=(world.unit["KHTH"], world.unit["VP"]))
    world.step(task, A.RECEIVE, "head_a", "2026-01-06T09:00")
    world.step(task, A.START, "officer_a", "2026-01-06T09:00")
    asked = {"unit_id": world.unit["KHTH"], "reason": "Số liệu", "answer_by": date(2026, 3, 10)}
    world.step(task, A.WAIT, "head_a", "2026-02-25T09:00", **asked)
    merge(world)
    restructure.due(world.at(NEW))
    assert world.task(task).status == Status.IN_PROGRESS
    assert [row.to_at is None for row in db.session.scalars(db.select(Wait))].count(True) == 0
    parts = db.session.scalars(db.select(Coordination.unit_id).where(Coordination.ended_at.is_(None)))
    assert set(parts) == {world.unit["VP"]}
    assert replay.differences() == []


def test_waiting_for_a_unit_that_ends_goes_on_with_its_heir(world: World, heir: int) -> None:
    task = world.drafts[0]
    world.assign(task, "VP", date(2026, 4, 30))
    world.step(task, A.RECEIVE, "head_office", "2026-01-06T09:00")
    world.step(task, A.START, "office", "2026-01-06T09:00")
    asked = {"unit_id": world.unit["KHTH"], "reason": "Số liệu", "answer_by": date(2026, 3, 10)}
    world.step(task, A.WAIT, "head_office", "2026-02-25T09:00", **asked)
    merge(world)
    restructure.due(world.at(NEW))
    world.step(task, A.ANSWER, "officer_b", "2026-03-02T09:00", text="Đây")
    assert world.task(task).status == Status.IN_PROGRESS


def test_a_duty_between_units_that_become_one_is_a_sub_task(world: World, heir: int) -> None:
    parent, duty = world.drafts[:2]
    world.assign(parent, "CSDT", date(2026, 4, 30))
    world.assign(duty, "KHTH", date(2026, 4, 30))
    with transaction():
        row = db.session.get_one(Task, duty)
        with recorded(row, "task.assign", by=Actor.system(), at=world.at()):
            row.kind, row.parent_id = TaskKind.DUTY, parent
    merge(world)
    restructure.due(world.at(NEW))
    assert world.task(duty).kind == TaskKind.SUB


def shared(world: World) -> tuple[int, int, int]:
    """Return a task of the first division, its step, and the duty of the second."""
    task, due = world.drafts[0], date(2026, 4, 20)
    world.assign(task, "CSDT", date(2026, 4, 30))
    world.step(task, A.RECEIVE, "head_a")
    duty: dict[str, Any] = {"title": "Số liệu", "unit_id": world.unit["KHTH"], "due_on": due}
    step: dict[str, Any] = {"title": "Dự thảo", "officer_id": world.person["officer_a"], "due_on": due}
    world.step(task, A.GIVE_DUTY, "head_a", **duty)
    world.step(task, A.BREAK_DOWN, "head_a", **step)
    first, second = db.session.scalars(db.select(Task.id).where(Task.parent_id == task).order_by(Task.id))
    return task, second, first


def test_a_signed_duty_between_units_that_become_one_is_done(world: World, heir: int) -> None:
    _task, step, duty = shared(world)
    world.step(duty, A.RECEIVE, "head_b")
    world.step(duty, A.HAND_IN, "officer_b", result="x")
    world.step(duty, A.SIGN_OFF, "head_b")
    merge(world)
    restructure.due(world.at(NEW))
    assert (world.task(duty).kind, world.task(duty).status) == (TaskKind.SUB, Status.COMPLETED)
    assert (world.task(step).kind, world.task(step).lead_unit_id) == (TaskKind.SUB, heir)
    assert replay.differences() == []


def test_steps_go_where_their_whole_goes_and_stand_in_no_list(world: World, heir: int) -> None:
    task, step, duty = shared(world)
    event = merge(world)
    restructure.due(world.at(NEW))
    assert [line.task_id for line in inheritance.lines(db.session.get_one(UnitEvent, event))] == [task]
    office, at = world.actor("office", "2026-03-02T09:00"), world.at("2026-03-02T09:00")
    inheritance.redistribute(event, {task: world.unit["VP"]}, by=office, at=at)
    assert {led(world)[key] for key in (task, step, duty)} == {"VP"}
    assert replay.differences() == []


def test_a_contest_goes_on_with_the_heir_of_the_unit_that_is_waited_for(world: World, heir: int) -> None:
    task = world.drafts[0]
    world.assign(task, "VP", date(2026, 4, 30))
    world.step(task, A.RECEIVE, "head_office", "2026-01-06T09:00")
    world.step(task, A.START, "office", "2026-01-06T09:00")
    asked: dict[str, Any] = {"unit_id": world.unit["KHTH"], "reason": "Số liệu", "answer_by": date(2026, 3, 10)}
    world.step(task, A.WAIT, "head_office", "2026-02-25T09:00", **asked)
    world.step(task, A.CONTEST, "head_b", "2026-02-26T09:00", reason="Đã gửi")
    merge(world, "2026-02-26T10:00")
    restructure.due(world.at(NEW))
    open_wait = db.session.scalars(db.select(Wait).where(Wait.to_at.is_(None))).one()
    contest = db.session.scalars(db.select(Contest)).one()
    assert (contest.decided_at, contest.wait_id, open_wait.document_number) == (None, open_wait.id, "7/BDT-CS")
    world.step(task, A.UPHOLD_CONTEST, "vice", "2026-03-02T09:00", reason="Đúng")
    assert world.task(task).status == Status.IN_PROGRESS
    assert replay.differences() == []


def test_a_completed_task_stays_with_its_unit_and_opens_again_with_the_heir(world: World, heir: int) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.complete(task)
    merge(world)
    restructure.due(world.at(NEW))
    assert world.task(task).lead_unit_id == world.unit["CSDT"]
    world.step(task, A.REOPEN, "chair", "2026-03-02T09:00", reason="Sai số liệu", decision="QĐ 9 ngày 02/03/2026")
    assert world.task(task).lead_unit_id == heir


def test_old_names_stay_true_for_the_days_before(world: World, heir: int) -> None:
    merge(world)
    ref = reference.load(DAY)
    assert ref.unit_name(world.unit["CSDT"], date(2026, 2, 1)) == "Phòng Chính sách Dân tộc"
    assert world.unit["CSDT"] not in {unit.id for unit in ref.inside}
    assert world.unit["CSDT"] in {unit.id for unit in reference.load(DAY - timedelta(days=1)).inside}


def test_the_list_is_passed_on_task_by_task_and_then_signed_off(
    world: World, heir: int, refused: Callable[..., None]
) -> None:
    first, second = world.drafts[:2]
    for task in (first, second):
        world.assign(task, "CSDT", date(2026, 4, 30))
    event, at = merge(world), world.at("2026-03-02T09:00")
    office = world.actor("office", "2026-03-02T09:00")
    refused("not_happened", inheritance.redistribute, event, {first: world.unit["VP"]}, by=office, at=at)
    restructure.due(world.at(NEW))
    found = inheritance.lines(db.session.get_one(UnitEvent, event))
    assert {(line.task_id, line.from_unit_id, line.lead_unit_id) for line in found} == {
        (task, world.unit["CSDT"], heir) for task in (first, second)
    }
    refused("unit_unknown", inheritance.redistribute, event, {first: world.unit["CSDT"]}, by=office, at=at)
    assert inheritance.redistribute(event, {first: world.unit["VP"], second: heir}, by=office, at=at) == 1
    assert led(world) == {first: "VP", second: "CSKH"}
    inheritance.sign_list(event, world.password, by=office, at=at)
    refused("list_signed", inheritance.redistribute, event, {second: world.unit["VP"]}, by=office, at=at)
    assert replay.differences() == []


def test_a_split_that_goes_on_itself_keeps_its_tasks_until_the_list_shares_them_out(world: World, heir: int) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 4, 30))
    at, office = world.at("2026-03-02T09:00"), world.actor("office", "2026-03-02T09:00")
    sides = {world.unit["CSDT"]: heir}, [world.unit["CSDT"], heir]
    event = restructure.enter(C.SPLIT, *sides, DAY, DECISION, by=office, at=at)
    settle_at(world, event, "2026-03-02T09:00")
    assert led(world)[task] == "CSDT"
    assert [line.task_id for line in inheritance.lines(db.session.get_one(UnitEvent, event))] == [task]
    inheritance.redistribute(event, {task: heir}, by=office, at=at)
    assert led(world)[task] == "CSKH"
    assert world.actor("head_a", "2026-03-02T09:00").heads == {world.unit["CSDT"]}


def settle_at(world: World, event: int, local: str) -> None:
    unit_events.confirm(event, by=world.actor("chair", local), at=world.at(local))


@pytest.mark.parametrize(
    ("kind", "gives", "takes", "answer"),
    [
        (C.MERGE, ["CSDT"], ["CSKH", "KHTH"], "change_shape"),
        (C.SPLIT, ["CSDT"], ["CSKH"], "change_shape"),
        (C.MERGE, ["CSDT"], ["CSDT"], "change_shape"),
        (C.TRANSFER, ["CSDT"], ["CSDT", "CSKH"], "change_shape"),
        (C.DISSOLVE, ["CSDT"], ["KHTH", "CSKH"], "no_heir"),
        (C.MERGE, ["LD"], ["CSKH"], "unit_unknown"),
        (C.MERGE, ["SXD"], ["CSKH"], "unit_outside"),
        (C.RENAME, ["CSDT"], ["CSKH"], "change_shape"),
    ],
)
def test_a_change_that_makes_no_sense_is_answered(
    kind: UnitChange, gives: list[str], takes: list[str], answer: str, world: World, heir: int,
    refused: Callable[..., None],
) -> None:  # fmt: skip
    sides = {world.unit[code]: None for code in gives}, [world.unit[code] for code in takes]
    refused(answer, restructure.enter, kind, *sides, DAY, DECISION, by=world.actor("office"), at=world.at())


def test_an_heir_that_ends_the_same_day_passes_on_to_its_own(world: World, heir: int) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 4, 30))
    by, at = Actor.system(), world.at()
    first = restructure.enter(
        C.MERGE, {world.unit["CSDT"]: None}, [world.unit["KHTH"]], date(2026, 2, 1), DECISION, by=by, at=at
    )
    unit_events.confirm(first, by=by, at=at)
    second = restructure.enter(C.MERGE, {world.unit["KHTH"]: None}, [heir], DAY, DECISION, by=by, at=at)
    unit_events.confirm(second, by=by, at=at)
    assert restructure.due(world.at("2026-03-05T09:00")) == 2
    assert led(world)[task] == "CSKH"
    open_units = set(db.session.scalars(db.select(Task.lead_unit_id).where(Task.status.in_(OPEN))))
    assert all(db.session.get_one(Unit, unit).to_on is None for unit in open_units)


def test_who_worked_in_a_merged_unit_works_in_its_heir_and_administration_is_nobodys(world: World, heir: int) -> None:
    merge(world)
    assert world.actor("officer_a", NEW).has(Role.OFFICER)
    assert world.actor("officer_a", EVE).unit_ids == {world.unit["CSDT"]}
    ends = set(db.session.scalars(db.select(Tenure.to_on).where(Tenure.post_id == world.post["head_a"])))
    assert ends == {DAY}


def test_the_heirs_head_hears_of_what_passed_to_him_in_one_letter(office: Office) -> None:
    world = office.world
    for task in world.drafts[:3]:
        world.assign(task, "CSDT", date(2026, 4, 30))
        world.step(task, A.RECEIVE, "head_a", "2026-01-06T09:00", officer_id=world.person["officer_a"])
    office.tick("2026-01-06T09:30")
    gives: Any = {world.unit["CSDT"]: None}
    takes = [world.unit["KHTH"]]
    by, at = Actor.system(), world.at("2026-01-06T10:00")
    event = restructure.enter(C.MERGE, gives, takes, date(2026, 1, 7), DECISION, by=by, at=at)
    unit_events.confirm(event, by=by, at=at)
    office.tick("2026-01-07T07:30")
    heard = [key for key in office.server.keys(office.address("head_b")) if "INHERITED" in key]
    assert len({key.split(";")[0] for key in heard}) == 3
    assert office.count("head_b") == 1
