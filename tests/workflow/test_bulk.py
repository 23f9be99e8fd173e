"""The bulk door: many tasks at once, and the log, its verification and the pages know no difference."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

import clock
from accountability import replay, verify
from cli.sample_world import crowd, fill
from models.base import db
from models.log import LogEntry
from models.tasks import HandIn, Task
from models.vocabulary import Action, Meaning, Status
from tests.fixtures.places import World
from workflow import bulk, reference, signoff
from workflow.bulk import Act
from workflow.given import Given
from workflow.tasks import take_step


@pytest.fixture
def crowded(world: World) -> int:
    """Write sixty tasks into the small Ban and return how many entries they made."""
    at = world.at("2026-01-05T08:00")
    wanted = crowd.Crowd(
        crowd.units_at(at), reference.now().calendar, 60, 700, at, at + timedelta(days=20), clock.day_of(at)
    )
    return wanted.write()


def bodies(task_id: int) -> list[dict[str, Any]]:
    query = select(LogEntry.body).where(LogEntry.task_id == task_id).order_by(LogEntry.epoch, LogEntry.seq)
    return [json.loads(body) for body in db.session.scalars(query)]


def shape(body: dict[str, Any]) -> dict[str, Any]:
    """Return which columns an entry names, which of them are committed to, and what else it carries."""
    columns = {name: [isinstance(value, dict) for value in pair] for name, pair in body["data"].get("set", {}).items()}
    return {"keys": sorted(body), "obj": sorted(body["obj"]), "data": sorted(body["data"]), "set": columns}


def test_what_the_bulk_door_wrote_is_verified_and_rebuilt_like_any_other_entry(world: World, crowded: int) -> None:
    before = verify.log().entries
    assert crowded == 700
    assert verify.log().ok
    assert before == db.session.scalar(select(func.count()).select_from(LogEntry))
    assert replay.differences() == []


def test_entries_of_the_bulk_door_have_the_form_of_those_the_pages_write(world: World, crowded: int) -> None:
    of_bulk = db.session.scalars(
        select(Task.id).where(Task.status == Status.COMPLETED, Task.folded.contains("so "))
    ).first()
    by_hand = world.drafts[0]
    world.assign(by_hand, "CSDT", world.at("2026-02-27T08:00").date(), local="2026-01-28T08:00")
    world.step(by_hand, Action.RECEIVE, "head_a", "2026-01-28T09:00")
    world.step(by_hand, Action.PROGRESS, "officer_a", "2026-01-29T09:00", text="Đang làm.")
    assert of_bulk is not None
    bulk_shapes = {body["act"] + body["obj"]["type"]: shape(body) for body in reversed(bodies(of_bulk))}
    hand_shapes = {body["act"] + body["obj"]["type"]: shape(body) for body in bodies(by_hand)}
    for act in ("task.receivetask", "task.progressprogress", "task.assigndeadline"):
        assert bulk_shapes[act] == hand_shapes[act]
    assert bulk_shapes["task.progresstask"]["keys"] == hand_shapes["task.progresstask"]["keys"]


def test_a_result_of_the_bulk_door_is_intact_and_signed_by_the_head_of_its_unit(world: World, crowded: int) -> None:
    results = list(db.session.scalars(select(HandIn)))
    assert len(results) == 42
    assert all(signoff.is_intact(row) for row in results)
    assert all(mark.content_sha == row.content_sha for row in results for mark in row.signatures)
    assert {len(row.signatures) for row in results} == {1}


def test_a_task_of_the_bulk_door_goes_on_through_the_pages_like_any_other(world: World, crowded: int) -> None:
    task = db.session.scalars(
        select(Task).where(Task.status == Status.IN_PROGRESS, Task.lead_unit_id == world.unit["CSDT"])
    ).first()
    assert task is not None
    local, key = "2026-01-28T09:00", task.id
    for action, who, given in (
        (Action.HAND_IN, "officer_a", Given(version=task.version, result="Đã xong.", document_number="1/BC")),
        (Action.SIGN_OFF, "head_a", None),
    ):
        given = given or Given(password=world.password, meaning=Meaning.COMPLETED, content_hash=world.shown(key))
        take_step(key, action, by=world.actor(who, local), at=world.at(local), given=given)
    assert world.task(key).status == Status.COMPLETED
    assert replay.differences() == []


def test_a_crowd_added_while_the_clock_stands_before_the_last_entry_is_rebuilt_like_any_other(
    world: World, clock_at: Callable[[str], None]
) -> None:
    world.assign(world.drafts[0], "CSDT", world.at("2026-02-27T08:00").date(), local="2026-01-28T08:00")
    clock_at("2026-01-27T08:00")
    assert fill.add_crowd(20, 200) == 200
    assert replay.differences() == []
    assert verify.log().ok


def test_a_life_that_runs_backwards_is_refused_before_anything_is_written(world: World) -> None:
    before, by = verify.log().entries, world.actor("vice")
    facts = {"title": "x", "folded": "x", "product": "", "steps": 1, "source_document": "Văn bản số 1"}
    made = Act("task.create", world.at("2026-01-06T08:00"), by, facts)
    with pytest.raises(ValueError, match="backwards"):
        bulk.write([[made, Act("task.cancel", world.at("2026-01-05T08:00"), by, {"status": Status.CANCELLED})]])
    assert verify.log().entries == before


def test_entries_of_one_batch_stand_in_order_of_their_moments(world: World, crowded: int) -> None:
    moments = list(db.session.scalars(select(LogEntry.at).order_by(LogEntry.epoch, LogEntry.seq)))
    assert moments == sorted(moments)
    assert len(set(moments[-700:])) > 200
