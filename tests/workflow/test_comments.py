"""Comments and the people they name: said to those who see the task, and never more than said."""

from __future__ import annotations

from datetime import date

import pytest

from accountability import replay, verify
from models.base import db
from models.causes import Mention
from models.tasks import Note
from models.vocabulary import Action
from tests.fixtures.places import World
from workflow.errors import Refusal

A = Action


@pytest.fixture
def task(world: World) -> int:
    """Return a task of the first division, received."""
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    world.step(world.drafts[0], A.RECEIVE, "head_a")
    return world.drafts[0]


def comment(world: World, task: int, *named: str, by: str = "head_a", local: str = "2026-01-06T08:00") -> None:
    keys = tuple(world.person[name] for name in named)
    world.step(task, A.COMMENT, by, local, text="Đề nghị xem lại số liệu.", mention_ids=keys)


def test_a_comment_changes_nothing_of_the_task(world: World, task: int) -> None:
    before = world.task(task)
    kept = (before.status, before.version, before.due_on)
    comment(world, task, "officer_a", "vice")
    after = world.task(task)
    assert (after.status, after.version, after.due_on) == kept
    assert [row.name for row in db.session.scalars(db.select(Mention).order_by(Mention.id))] == [
        "Lý Thị Én", "Nông Thị Lan",
    ]  # fmt: skip
    assert replay.differences() == []
    assert verify.log().ok


@pytest.mark.parametrize("stranger", ["officer_b", "head_b", "admin"])
def test_a_stranger_cannot_be_named_into_seeing_a_task(world: World, task: int, stranger: str) -> None:
    with pytest.raises(Refusal) as caught:
        comment(world, task, "officer_a", stranger)
    assert caught.value.code == "stranger_named"
    assert db.session.scalars(db.select(Note)).all() == []  # nothing half-written
    with pytest.raises(Refusal) as caught:
        world.view(task, stranger)
    assert caught.value.code == "not_found"


def test_who_coordinates_or_inspects_can_be_named(world: World) -> None:
    world.assign(world.drafts[1], "CSDT", date(2026, 1, 30), coordinator_ids=(world.unit["KHTH"],))
    comment(world, world.drafts[1], "officer_b", "inspector", "office")
    assert len(db.session.scalars(db.select(Mention)).all()) == 3


def test_somebody_is_named_once_and_never_himself(world: World, task: int) -> None:
    comment(world, task, "officer_a", "officer_a", "head_a")
    assert [row.person_id for row in db.session.scalars(db.select(Mention))] == [world.person["officer_a"]]


def test_nobody_unknown_and_not_half_the_body_is_named(world: World, task: int) -> None:
    for keys, code in (((999_999,), "person_unknown"), (tuple(range(100, 111)), "too_many_named")):
        with pytest.raises(Refusal) as caught:
            world.step(task, A.COMMENT, "head_a", text="x", mention_ids=keys)
        assert caught.value.code == code


def test_a_completed_task_is_still_commented_on(world: World, task: int) -> None:
    world.step(task, A.HAND_IN, "officer_a", result="Xong")
    world.step(task, A.SIGN_OFF, "head_a")
    world.step(task, A.CONFIRM, "vice")
    comment(world, task, "officer_a", by="chair")
    assert len(world.view(task, "officer_a").history.rows("mention")) == 1


def test_a_comment_after_the_hand_in_does_not_unsign_it(world: World, task: int) -> None:
    world.step(task, A.HAND_IN, "officer_a", result="Xong")
    comment(world, task, "officer_a", by="chair")
    world.step(task, A.SIGN_OFF, "head_a")
    world.step(task, A.CONFIRM, "vice")
