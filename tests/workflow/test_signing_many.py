"""Signing many in one sitting: only what was opened as it is now, one proof, one signature and entry for each."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.log import LogEntry
from models.signing import Opened
from models.tasks import HandIn, Signature
from models.vocabulary import Action, Meaning, Status
from tests.fixtures.factors import code_at, enrol
from tests.fixtures.places import PASSWORD, World
from tests.fixtures.threads import together
from workflow import reference, signing_many
from workflow.errors import Refusal
from workflow.given import Given
from workflow.signing_many import Outcome, Shown

LOCAL, DUE = "2026-01-06T10:00", date(2026, 1, 30)


@pytest.fixture
def waiting(world: World) -> list[int]:
    """Return three tasks that wait for the first division's head."""
    return hand_in_three(world)


def hand_in_three(world: World) -> list[int]:
    for task in world.drafts[:3]:
        world.assign(task, "CSDT", DUE)
        world.to_hand_in(task)
    return list(world.drafts[:3])


def open_page(world: World, task: int, username: str = "head_a") -> None:
    row = db.session.scalars(db.select(HandIn).where(HandIn.task_id == task).order_by(HandIn.no.desc())).first()
    assert row is not None
    signing_many.note_opened(row, by=world.actor(username, LOCAL), at=world.at(LOCAL))


def shown(world: World, tasks: list[int], action: Action = Action.SIGN_OFF) -> list[Shown]:
    return [Shown(task, action, world.shown(task)) for task in tasks]


def sign(world: World, items: list[Shown], username: str = "head_a", **given: Any) -> Outcome:
    facts = {"password": PASSWORD, "meaning": Meaning.CHECKED, "idempotency_key": "one sitting"} | given
    return signing_many.sign(items, by=world.actor(username, LOCAL), at=world.at(LOCAL), given=Given(**facts))


def codes_of(outcome: Outcome) -> dict[int, str]:
    return {task: refusal.code for task, refusal in outcome.refused}


def test_each_gets_a_signature_and_an_entry_of_its_own_under_one_request(world: World, waiting: list[int]) -> None:
    for task in waiting:
        open_page(world, task)
    outcome = sign(world, shown(world, waiting), reason="Đã xem từng kết quả.")
    assert (outcome.signed, outcome.refused) == (waiting, [])
    marks = db.session.scalars(db.select(Signature).order_by(Signature.id)).all()
    assert [mark.task_id for mark in marks] == waiting
    assert {(mark.name, mark.meaning, mark.remark) for mark in marks} == {
        ("Triệu Minh Đức", Meaning.CHECKED, "Đã xem từng kết quả.")
    }
    query = db.select(LogEntry.task_id, LogEntry.req).where(
        LogEntry.act == "task.sign_off", LogEntry.obj_type == "task"
    )
    assert sorted((row.task_id, row.req) for row in db.session.execute(query)) == sorted(
        (task, "one sitting") for task in waiting
    )


def test_what_was_not_opened_is_left_out_and_said(world: World, waiting: list[int]) -> None:
    open_page(world, waiting[0])
    open_page(world, waiting[1], "vice")
    outcome = sign(world, shown(world, waiting))
    assert outcome.signed == waiting[:1]
    assert codes_of(outcome) == dict.fromkeys(waiting[1:], "not_opened")
    assert [world.task(task).status for task in waiting[1:]] == [Status.SUBMITTED] * 2


def test_a_result_handed_in_anew_must_be_opened_anew(world: World, waiting: list[int]) -> None:
    for task in waiting:
        open_page(world, task)
    old = shown(world, waiting[:1])
    world.step(waiting[0], Action.RETURN, "head_a", LOCAL, reason="Thiếu.")
    world.step(waiting[0], Action.HAND_IN, "officer_a", LOCAL, result="Bản hai")
    assert codes_of(sign(world, old)) == {waiting[0]: "content_changed"}
    new = shown(world, waiting[:1])
    assert codes_of(sign(world, new, idempotency_key="another")) == {waiting[0]: "not_opened"}


def test_the_list_says_of_each_whether_it_can_be_signed_with_others(world: World, waiting: list[int]) -> None:
    open_page(world, waiting[0])
    items = signing_many.waiting(waiting, reference.load(date(2026, 1, 6)), by=world.actor("head_a", LOCAL))
    assert [(item.task.id, item.why_not) for item in items] == [
        (waiting[0], ""),
        (waiting[1], "not_opened"),
        (waiting[2], "not_opened"),
    ]
    assert signing_many.waiting(waiting, reference.load(date(2026, 1, 6)), by=world.actor("vice", LOCAL)) == []
    assert signing_many.waiting(waiting, reference.load(date(2026, 1, 6)), by=world.actor("head_b", LOCAL)) == []


def test_opening_twice_is_one_mark(world: World, waiting: list[int]) -> None:
    for _visit in range(2):
        open_page(world, waiting[0])
    assert len(db.session.scalars(db.select(Opened)).all()) == 1


@pytest.mark.parametrize("given", [{"password": "sai"}, {"password": ""}, {"meaning": None}])
def test_without_proof_or_meaning_nothing_of_it_is_signed(
    given: dict[str, Any], world: World, waiting: list[int]
) -> None:
    for task in waiting:
        open_page(world, task)
    with pytest.raises(Refusal):
        sign(world, shown(world, waiting), **given)
    assert db.session.scalars(db.select(Signature)).all() == []


def test_one_code_signs_the_whole_sitting_and_no_second_one(world: World, waiting: list[int]) -> None:
    secret, _ = enrol(world, "head_a")
    for task in waiting:
        open_page(world, task)
    code = code_at(secret, world.at(LOCAL))
    assert sign(world, shown(world, waiting[:2]), code=code).signed == waiting[:2]
    with pytest.raises(Refusal, match="wrong_proof"):
        sign(world, shown(world, waiting[2:]), code=code, idempotency_key="another")
    assert {mark.method for mark in db.session.scalars(db.select(Signature))} == {"password+totp"}


def test_a_double_click_signs_each_once_and_both_answers_say_signed(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        waiting = hand_in_three(world)
        secret, _ = enrol(world, "head_a")
        for task in waiting:
            open_page(world, task)
        items, by, at = shown(world, waiting), world.actor("head_a", LOCAL), world.at(LOCAL)
        db.session.remove()
    given = Given(password=PASSWORD, meaning=Meaning.CHECKED, idempotency_key="k", code=code_at(secret, at))
    works = [partial(signing_many.sign, items, by=by, at=at, given=given) for _click in range(4)]
    found = together(app, works)
    assert [outcome.signed for outcome in found if isinstance(outcome, Outcome)] == [waiting] * 4
    with app.app_context():
        assert len(db.session.scalars(db.select(Signature)).all()) == 3
        db.session.remove()


def test_the_second_level_is_signed_in_the_same_way_and_never_ones_own_work(world: World, waiting: list[int]) -> None:
    for task in waiting:
        open_page(world, task)
        open_page(world, task, "vice")
    sign(world, shown(world, waiting))
    outcome = sign(world, shown(world, waiting, Action.CONFIRM), "vice")
    assert outcome.signed == waiting
    assert {world.task(task).status for task in waiting} == {Status.COMPLETED}


def test_too_many_at_once_are_refused_before_anything(world: World) -> None:
    items = [Shown(number, Action.SIGN_OFF, "0" * 64) for number in range(1, signing_many.LIMIT + 2)]
    with pytest.raises(Refusal, match="too_many_to_sign"):
        sign(world, items)
    with pytest.raises(Refusal, match="nothing_to_sign"):
        sign(world, [])
