"""Sending a form twice does its work once, and says the same again (CON-2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.access import Idempotency
from models.base import db
from models.log import LogHead
from models.tasks import HandIn, Note
from models.vocabulary import Action, Status
from tests.fixtures.places import World
from workflow import tasks
from workflow.errors import Refusal
from workflow.given import Given

DUE = date(2026, 1, 30)


def seq() -> int:
    db.session.rollback()
    found: int = db.session.scalars(db.select(LogHead.seq)).one()
    return found


def test_each_step_sent_twice_with_its_key_is_taken_once_even_when_the_state_has_moved_on(world: World) -> None:
    task = world.drafts[0]
    first = {"lead_unit_id": world.unit["CSDT"], "leader_post_id": world.post["vice"], "due_on": DUE}
    steps: tuple[tuple[Action, str, dict[str, Any]], ...] = (
        (Action.ASSIGN, "vice", first),
        (Action.RECEIVE, "head_a", {}),
        (Action.COMMENT, "chair", {"text": "x"}),
        (Action.HAND_IN, "officer_a", {"result": "x"}),
        (Action.SIGN_OFF, "head_a", {}),
        (Action.CONFIRM, "vice", {}),
    )  # fmt: skip
    for number, (action, name, given) in enumerate(steps):
        version = world.task(task).version
        world.step(task, action, name, idempotency_key=f"form {number}", version=version, **given)
        before = seq()
        world.step(task, action, name, idempotency_key=f"form {number}", version=version, **given)
        assert seq() == before, action
    assert world.task(task).status == Status.COMPLETED
    assert db.session.scalar(db.select(db.func.count()).select_from(HandIn)) == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(Idempotency)) == len(steps)


def test_a_key_belongs_to_one_person(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    for name in ("head_a", "officer_a", "head_a"):
        world.step(world.drafts[0], Action.COMMENT, name, text=name, idempotency_key="k")
    assert list(db.session.scalars(db.select(Note.text).order_by(Note.id))) == ["head_a", "officer_a"]


def test_forms_without_a_key_are_each_taken(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    for _ in range(2):
        world.step(world.drafts[0], Action.COMMENT, "head_a", text="x")
    assert db.session.scalar(db.select(db.func.count()).select_from(Note)) == 2


def test_a_refused_form_keeps_no_answer_and_can_be_sent_again_put_right(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    with pytest.raises(Refusal):
        world.step(world.drafts[0], Action.COMMENT, "head_a", text=" ", idempotency_key="k")
    world.step(world.drafts[0], Action.COMMENT, "head_a", text="x", idempotency_key="k")
    assert db.session.scalar(db.select(db.func.count()).select_from(Note)) == 1


def test_who_lost_his_right_meanwhile_gets_the_same_answer_and_sees_nothing(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE, coordinator_ids=(world.unit["KHTH"],))
    world.step(world.drafts[0], Action.COMMENT, "head_b", text="x", idempotency_key="k")
    world.step(world.drafts[0], Action.DECLINE, "head_a", reason="x")
    before = seq()
    world.step(world.drafts[0], Action.COMMENT, "head_b", text="x", idempotency_key="k")
    assert seq() == before
    with pytest.raises(Refusal) as caught:
        world.step(world.drafts[0], Action.COMMENT, "head_b", text="x", idempotency_key="another")
    assert caught.value.code == "not_found"


def test_a_new_task_sent_twice_is_the_same_task(world: World) -> None:
    def create() -> int:
        by, given = world.actor("office"), Given(idempotency_key="n")
        return tasks.create(None, "Việc", "TB 1 ngày 05/01/2026", by=by, at=world.at(), given=given)

    assert create() == create()
