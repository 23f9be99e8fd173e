"""Several tasks moved in one go: each by its own check, one entry a task under one batch, undone on the same day."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from accountability import replay, verify
from models.base import db
from models.batches import Batch
from models.log import LogEntry
from models.tasks import Coordination, Deadline, Task, Wait
from models.vocabulary import (
    Action,
    Status,
)
from models.words import (
    BulkAct,
)
from notifications import sweep
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from workflow import batches, tasks, undoing
from workflow.batches import Chosen
from workflow.errors import Refusal
from workflow.given import Given

DUE = date(2026, 1, 30)
DECISION = {"reason": "Điều chỉnh chương trình", "decision": "QĐ 9/QĐ-BDT ngày 05/01/2026"}


def move(
    world: World, act: BulkAct, ids: Any, by: str = "vice", local: str = "2026-01-05T09:00", **given: Any
) -> Batch:
    chosen = [one if isinstance(one, Chosen) else Chosen(one) for one in ids]
    key = batches.move(act, chosen, by=world.actor(by, local), at=world.at(local), given=Given(**given))
    return db.session.get_one(Batch, key)


def undo(world: World, batch: Batch, by: str = "vice", local: str = "2026-01-05T10:00") -> Batch:
    key = undoing.undo(batch.id, by=world.actor(by, local), at=world.at(local))
    return db.session.get_one(Batch, key)


def given_out(world: World, **given: Any) -> tuple[int, ...]:
    """Give the four drafts to the two divisions and return them."""
    for place, task in enumerate(world.drafts):
        world.assign(task, ("CSDT", "KHTH")[place % 2], **({"due_on": DUE} | given))
    return world.drafts


def entries(batch: Batch, kind: str = "task") -> list[dict[str, Any]]:
    query = db.select(LogEntry.body).where(LogEntry.req == batch.code, LogEntry.obj_type == kind).order_by(LogEntry.seq)
    return [json.loads(body) for body in db.session.scalars(query)]


def row(task: int) -> dict[str, Any]:
    db.session.rollback()
    found = dict(db.session.execute(db.select(Task.__table__).where(Task.__table__.c.id == task)).mappings().one())
    del found["version"]
    return found


def test_each_task_has_one_entry_of_its_own_and_all_carry_the_batch(world: World) -> None:
    ids = given_out(world)
    batch = move(world, BulkAct.LEADER, ids, leader_post_id=world.post["chair"])
    found = entries(batch)
    assert [body["obj"]["id"] for body in found] == list(ids)
    assert {body["data"]["batch"] for body in found} == {batch.code}
    assert {body["act"] for body in found} == {"task.name_leader"}
    assert [world.task(task).leader_post_id for task in ids] == [world.post["chair"]] * 4
    assert (batch.count, batch.left_out, batch.name) == (4, [], "Nông Thị Lan")
    assert len(entries(batch, "batch")) == 1
    assert verify.log().ok
    assert replay.differences() == []


def test_what_may_not_be_moved_is_left_out_by_the_check_of_the_single_step_and_named(world: World) -> None:
    ids = given_out(world)
    world.step(ids[1], Action.CANCEL, "chair", **DECISION)
    batch = move(world, BulkAct.OFFICER, ids[:3], by="head_a", officer_id=world.person["officer_a"])
    assert batch.tasks == [ids[0], ids[2]]
    assert batch.left_out == []  # what he may not read is not there for him
    batch = move(world, BulkAct.OFFICER, ids, officer_id=world.person["officer_b"])
    assert batch.tasks == [ids[3]]
    assert [(task, code) for task, code, _details in batch.left_out] == [
        (ids[0], "person_unknown"), (ids[1], "wrong_state"), (ids[2], "person_unknown"),
    ]  # fmt: skip


def test_a_task_that_changed_since_it_was_looked_at_is_named_and_not_overwritten(world: World) -> None:
    ids = given_out(world)
    seen = [Chosen(task, world.task(task).version) for task in ids]
    world.step(ids[2], Action.RECEIVE, "head_a")
    batch = move(world, BulkAct.LEADER, seen, leader_post_id=world.post["chair"])
    assert batch.tasks == [ids[0], ids[1], ids[3]]
    assert batch.left_out == [[ids[2], "somebody_was_faster", {}]]
    assert world.task(ids[2]).leader_post_id == world.post["vice"]


def test_a_second_click_moves_nothing_again(world: World) -> None:
    ids = given_out(world)
    first = move(world, BulkAct.LEADER, ids, leader_post_id=world.post["chair"], idempotency_key="k")
    again = move(world, BulkAct.LEADER, ids, leader_post_id=world.post["chair"], idempotency_key="k")
    assert first.id == again.id
    assert db.session.scalar(db.select(db.func.count()).select_from(Batch)) == 1


@pytest.mark.parametrize(
    ("act", "given", "code"),
    [
        (BulkAct.OFFICER, {}, "missing_field"),
        (BulkAct.WITHDRAW, {"reason": "x"}, "missing_field"),
        (BulkAct.HOLD, {"reason": "x", "until": DUE}, "missing_field"),
        (BulkAct.LEADER, {"leader_post_id": 10**6}, "batch_empty"),
        (BulkAct.FIRST_DATE, {"due_on": date(2026, 1, 4)}, "batch_empty"),
    ],
)
def test_an_act_without_what_it_must_be_given_moves_nothing(
    act: BulkAct, given: dict[str, Any], code: str, world: World
) -> None:
    ids = given_out(world, due_on=None)
    with pytest.raises(Refusal) as refusal:
        move(world, act, ids, **given)
    assert refusal.value.code == code
    assert db.session.scalar(db.select(Batch.id)) is None
    assert verify.log().ok


def test_more_than_can_be_looked_at_are_refused_with_the_number(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        move(world, BulkAct.LEADER, range(1, batches.LIMIT + 2), leader_post_id=world.post["chair"])
    assert (refusal.value.code, refusal.value.details["limit"]) == ("batch_too_many", batches.LIMIT)


def test_the_first_date_is_set_where_there_is_none_and_kept_where_there_is_one(world: World) -> None:
    ids = given_out(world, due_on=None, coordinator_ids=(world.unit["VP"],), product="Báo cáo")
    world.assign(ids[0], "CSDT", DUE)
    world.step(ids[2], Action.RECEIVE, "head_a")
    batch = move(world, BulkAct.FIRST_DATE, ids, due_on=date(2026, 2, 27))
    assert batch.tasks == [*ids[1:]]
    assert batch.left_out == [[ids[0], "date_kept", {}]]
    assert world.task(ids[0]).due_on == DUE
    assert {world.task(task).original_due_on for task in ids[1:]} == {date(2026, 2, 27)}
    assert [part.unit_id for part in world.task(ids[1]).coordinations] == [world.unit["VP"]]
    assert world.task(ids[1]).product == "Báo cáo"


def in_states(world: World) -> tuple[int, ...]:
    """Return the four tasks: assigned, received, at work, waiting for another unit."""
    ids = given_out(world)
    for task in ids[1:]:
        head = "head_a" if world.task(task).lead_unit_id == world.unit["CSDT"] else "head_b"
        world.step(task, Action.RECEIVE, head)
    world.step(ids[2], Action.START, "officer_a")
    world.step(ids[3], Action.START, "officer_b")
    world.step(ids[3], Action.WAIT, "head_b", unit_id=world.unit["CSDT"], reason="số liệu", answer_by=date(2026, 1, 12))
    world.step(ids[3], Action.REQUEST_EXTENSION, "head_b", proposed_on=date(2026, 3, 2), reason="x")
    return ids


def test_a_task_whose_duties_ended_with_it_is_not_given_back_by_undoing(world: World) -> None:
    ids = given_out(world)
    duty: dict[str, Any] = {"title": "Số liệu", "unit_id": world.unit["KHTH"], "due_on": date(2026, 1, 20)}
    world.step(ids[0], Action.GIVE_DUTY, "head_a", **duty)
    batch = move(world, BulkAct.WITHDRAW, ids[:2], **DECISION)
    back = undo(world, batch)
    assert back.tasks == [ids[1]]
    assert [left[:2] for left in back.left_out] == [[ids[0], "parts_ended"]]
    assert replay.differences() == []


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (BulkAct.LEADER, {"leader_post_id": "chair"}),
        (BulkAct.OFFICER, {"officer_id": "officer_a"}),
        (BulkAct.WITHDRAW, DECISION),
        (BulkAct.HOLD, {**DECISION, "until": date(2026, 2, 10)}),
    ],
)
def test_undone_on_the_same_day_everything_is_as_it_was_by_new_entries(
    act: BulkAct, given: dict[str, Any], world: World
) -> None:
    ids = in_states(world)
    named = {"leader_post_id": world.post, "officer_id": world.person}
    values: dict[str, Any] = {name: named[name][value] if name in named else value for name, value in given.items()}
    before = {task: row(task) for task in ids}
    wait = db.session.scalars(db.select(Wait)).one()
    batch = move(world, act, ids, **values)
    assert batch.count >= 2
    assert {row(task) != before[task] for task in batch.tasks} == {True}
    back = undo(world, batch)
    assert back.tasks == batch.tasks
    assert {task: row(task) for task in ids} == before
    assert db.session.get_one(Wait, wait.id).to_at is None
    assert {body["act"] for body in entries(back)} == {"task.undo"}
    assert replay.differences() == []
    assert verify.log().ok


def test_bulk_assigning_is_undone_to_drafts_whose_coordinators_take_part_no_longer(world: World) -> None:
    rows = {
        task: Given(lead_unit_id=world.unit["CSDT"], due_on=DUE, coordinator_ids=(world.unit["VP"],))
        for task in world.drafts
    }
    key = batches.assign(rows, by=world.actor("office"), at=world.at(), key="k")
    batch = db.session.get_one(Batch, key)
    assert [world.task(task).status for task in world.drafts] == [Status.ASSIGNED] * 4
    undo(world, batch, by="office")
    assert [world.task(task).status for task in world.drafts] == [Status.DRAFT] * 4
    assert {part.ended_at is None for part in db.session.scalars(db.select(Coordination))} == {False}
    assert len(db.session.scalars(db.select(Deadline)).all()) == 4  # the dates it had stay numbered
    world.assign(world.drafts[0], "KHTH", DUE)
    assert replay.differences() == []


def test_what_moved_on_since_is_left_as_it_is_and_named(world: World) -> None:
    ids = given_out(world)
    batch = move(world, BulkAct.OFFICER, ids, officer_id=world.person["officer_a"])
    assert batch.tasks == [ids[0], ids[2]]
    world.step(ids[0], Action.RECEIVE, "head_a", "2026-01-05T09:30")
    back = undo(world, batch)
    assert (back.tasks, back.left_out) == ([ids[2]], [[ids[0], "batch_moved_on", {}]])
    assert world.task(ids[0]).officer_id == world.person["officer_a"]
    assert world.task(ids[2]).officer_id is None


@pytest.mark.parametrize(
    ("by", "local", "code"),
    [
        ("vice", "2026-01-06T00:00", "batch_over"),
        ("office", "2026-01-05T10:00", "not_found"),
        ("head_a", "2026-01-05T10:00", "not_found"),
    ],
)
def test_nobody_else_and_no_other_day_undoes_it(by: str, local: str, code: str, world: World) -> None:
    batch = move(world, BulkAct.LEADER, given_out(world), leader_post_id=world.post["chair"])
    with pytest.raises(Refusal) as refusal:
        undo(world, batch, by, local)
    assert refusal.value.code == code


def test_it_is_undone_once_and_an_undoing_not_at_all(world: World) -> None:
    batch = move(world, BulkAct.LEADER, given_out(world), leader_post_id=world.post["chair"])
    back = undo(world, batch, by="chair")
    for one in (batch, back):
        with pytest.raises(Refusal) as refusal:
            undo(world, one)
        assert refusal.value.code == "batch_undone"


def test_two_hundred_tasks_moved_give_each_person_one_letter_at_most(world: World) -> None:
    by = world.actor("vice")
    ids = [
        tasks.create(world.plan, f"Việc số {number}", "", by=by, at=world.at(), given=Given())
        for number in range(batches.LIMIT)
    ]
    rows = {
        task: Given(
            lead_unit_id=world.unit[("CSDT", "KHTH")[place % 2]],
            leader_post_id=world.post["vice"],
            due_on=date(2026, 3, 31),
        )
        for place, task in enumerate(ids)
    }
    batches.assign(rows, by=by, at=world.at(), key=None)
    with counted() as statements:
        move(world, BulkAct.LEADER, ids, leader_post_id=world.post["chair"])
    # eight of the step itself, five that see whether somebody can still sign
    assert len(statements_of(statements)) < 14 * len(ids)
    sweep.run(world.at("2026-01-06T07:31"))
    letters = db.session.execute(db.text("SELECT recipient_id, count(*) FROM letter GROUP BY recipient_id")).all()
    assert letters
    assert {count for _person, count in letters} == {1}
