"""A unit whose head's seat is empty goes on: the level above acts for it, and nobody signs his own work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from accountability import replay
from models.base import db
from models.people import Tenure
from models.tasks import HandIn
from models.vocabulary import Action, Status
from tests.fixtures.handing import hand_seat
from tests.fixtures.mail import Office
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import people, seats

A = Action
LOCAL = "2026-01-06T09:00"


def empty(world: World, *posts: str) -> None:
    """End the time of whoever holds these seats, before the 6th of January."""
    system: dict[str, Any] = {"by": Actor.system(), "at": world.at()}
    for post in posts:
        held = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post[post])).one()
        hand_seat(held)
        seats.end(held, date(2026, 1, 6), "QĐ 2", **system)


@pytest.fixture
def vacant(world: World) -> int:
    """Return a task of the first division, supervised by the vice-chair, on a day on which nobody heads the unit."""
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    empty(world, "head_a")
    return world.drafts[0]


def offered(world: World, task: int, username: str) -> set[Action]:
    return {step.action for step in world.view(task, username, LOCAL).steps}


def signers(task: int) -> list[tuple[int, str]]:
    db.session.expire_all()
    result = db.session.scalars(db.select(HandIn).where(HandIn.task_id == task)).one()
    return [(mark.level, mark.position) for mark in result.signatures]


def test_the_supervising_leader_receives_and_the_officers_result_still_has_two_signatures(
    world: World, vacant: int
) -> None:
    assert {A.RECEIVE, A.DECLINE} <= offered(world, vacant, "vice")
    world.step(vacant, A.RECEIVE, "vice", LOCAL, officer_id=world.person["officer_a"])
    world.step(vacant, A.HAND_IN, "officer_a", LOCAL, result="Xong")
    world.step(vacant, A.SIGN_OFF, "vice", LOCAL)
    with pytest.raises(Refusal) as caught:
        world.step(vacant, A.CONFIRM, "vice", LOCAL)
    assert caught.value.code == "own_work"
    world.step(vacant, A.CONFIRM, "chair", LOCAL)
    assert signers(vacant) == [(1, "Phó Trưởng ban"), (2, "Trưởng ban")]
    assert world.task(vacant).status == Status.COMPLETED
    assert replay.differences() == []


def test_who_acts_for_the_seat_may_hand_in_and_then_signs_nothing(world: World, vacant: int) -> None:
    world.step(vacant, A.RECEIVE, "vice", LOCAL)
    world.step(vacant, A.HAND_IN, "vice", LOCAL, result="Tự làm")
    with pytest.raises(Refusal) as caught:
        world.step(vacant, A.SIGN_OFF, "vice", LOCAL)
    assert caught.value.code == "own_work"
    world.step(vacant, A.SIGN_OFF, "chair", LOCAL)
    assert signers(vacant) == [(1, "Trưởng ban")]


def test_more_time_asked_for_an_empty_seat_is_decided_by_another(world: World, vacant: int) -> None:
    world.step(vacant, A.RECEIVE, "vice", LOCAL)
    world.step(vacant, A.REQUEST_EXTENSION, "vice", LOCAL, reason="x", proposed_on=date(2026, 2, 27))
    assert A.GRANT_EXTENSION not in offered(world, vacant, "vice")
    world.step(vacant, A.GRANT_EXTENSION, "chair", LOCAL)
    assert world.task(vacant).due_on == date(2026, 2, 27)


def test_with_the_supervising_seat_empty_too_the_chair_acts(world: World, vacant: int) -> None:
    empty(world, "vice")
    with pytest.raises(Refusal):
        world.step(vacant, A.RECEIVE, "officer_a", LOCAL)
    world.step(vacant, A.RECEIVE, "chair", LOCAL)
    assert world.task(vacant).status == Status.RECEIVED


def test_a_seat_that_is_held_is_nobody_elses_to_act_for(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    for username in ("vice", "chair", "head_b", "office"):
        with pytest.raises(Refusal):
            world.step(world.drafts[0], A.RECEIVE, username, LOCAL)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", "vị trí trưởng đơn vị còn trống; Phó Trưởng ban Nông Thị Lan xử lý thay"),
        ("en", "the head's seat is empty; Phó Trưởng ban Nông Thị Lan acts for it"),
    ],
)
def test_the_page_says_who_acts_for_the_empty_seat_and_gives_him_the_form(
    language: str,
    words: str,
    world_app: tuple[Flask, World],
    visitor: Callable[..., Visitor],
    clock_at: Callable[[str], None],
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        empty(world, "head_a")
        db.session.remove()
    clock_at(LOCAL)
    vice = visitor("vice")
    vice.post("/language", {"language": language})
    page = vice.get(f"/tasks/{world.drafts[0]}").get_data(as_text=True)
    assert words in page.replace("&#39;", "'")
    assert f'action="/tasks/{world.drafts[0]}/receive"' in page
    assert 'id="heap-new"' in vice.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("vi", "đang xử lý thay vị trí trưởng đơn vị chủ trì còn trống"),
        ("en", "you act for the empty seat of the lead unit's head"),
    ],
)
def test_letters_to_an_empty_seat_go_to_who_acts_for_it_and_say_why(office: Office, language: str, why: str) -> None:
    world = office.world
    people.choose_language(world.person["vice"], language, by=world.actor("vice"), at=world.at())
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 9), by="office")
    empty(world, "head_a")
    office.tick("2026-01-06T07:30")
    heard = office.server.keys(office.address("vice"))
    assert any(f"task={world.drafts[0]};rule=ASSIGNED" in key for key in heard)
    place = office.server.to.index(office.address("vice"))
    assert why in " ".join(office.server.words(place).split())
    assert office.count("head_a") == 0
