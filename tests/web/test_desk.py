"""The desk: what waits for one person, what hurts first on top, every count with its rows behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from models.base import db
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from workflow import tasks
from workflow.given import Given

HEAP = re.compile(r'<h2 id="heap-([a-z_]+)">')


@pytest.fixture
def waiting(world_app: tuple[Flask, World], clock_at: Callable[[str], None]) -> tuple[Flask, World]:
    """Give one division a result to sign, an overdue task, a returned one and a new one."""
    app, world = world_app
    signed, overdue, returned, new = world.drafts
    with app.app_context():
        world.assign(signed, "CSDT", date(2026, 1, 30))
        world.to_hand_in(signed, local="2026-01-05T09:00")
        world.assign(overdue, "CSDT", date(2026, 1, 6))
        world.assign(returned, "CSDT", date(2026, 2, 27))
        world.to_hand_in(returned, local="2026-01-05T09:00")
        world.step(returned, Action.RETURN, "head_a", "2026-01-06T09:00", reason="Thiếu số liệu")
        world.assign(new, "CSDT", date(2026, 2, 27))
        db.session.remove()
    clock_at("2026-01-08T08:00")
    return app, world


def many(app: Flask, world: World, count: int) -> None:
    """Give a division as many new tasks."""
    with app.app_context():
        for number in range(count):
            given = Given(product="Báo cáo")
            title = f"Việc số {number:03d}"
            task = tasks.create(
                None, title, "Công văn 1/VP ngày 05/01/2026", by=world.actor("office"), at=world.at(), given=given
            )
            world.assign(task, "CSDT", date(2026, 3, 31))
        db.session.remove()


def test_what_hurts_first_lies_on_top(waiting: tuple[Flask, World], visitor: Callable[..., Visitor]) -> None:
    page = visitor("head_a").get("/").get_data(as_text=True)
    assert HEAP.findall(page) == ["to_sign", "overdue", "returned", "new"]
    assert "quá hạn" in page
    assert "2 ngày (2 ngày làm việc)" in page
    assert f'href="/tasks/{waiting[1].drafts[0]}/sign"' in page


def test_nobody_finds_his_own_result_among_those_to_sign(
    waiting: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    assert "to_sign" not in HEAP.findall(visitor("officer_a").get("/").get_data(as_text=True))


@pytest.mark.parametrize("username", ["head_b", "officer_b", "admin"])
def test_whom_nothing_waits_for_is_told_so(
    username: str, waiting: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    page = visitor(username).get("/").get_data(as_text=True)
    assert HEAP.findall(page) == []
    assert "Không có việc nào đang chờ." in page


DECIDERS = ("chair", "vice", "head_a")


def test_a_request_for_more_time_waits_on_the_desk_of_who_decides_it(
    waiting: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = waiting
    task = world.drafts[1]
    with app.app_context():
        world.step(task, Action.RECEIVE, "head_a", "2026-01-08T08:00")
        world.step(
            task, Action.REQUEST_EXTENSION, "head_a", "2026-01-08T08:00", reason="Chờ", proposed_on=date(2026, 2, 2)
        )
        db.session.remove()
    found = {name: "to_decide" in HEAP.findall(visitor(name).get("/").get_data(as_text=True)) for name in DECIDERS}
    assert found == {"chair": True, "vice": False, "head_a": False}  # made after the deadline: one level higher


def test_every_count_opens_all_its_rows(world_app: tuple[Flask, World], visitor: Callable[..., Visitor]) -> None:
    app, world = world_app
    many(app, world, 15)
    person = visitor("head_a")
    desk = person.get("/").get_data(as_text=True)
    assert desk.count("Việc số ") == 12
    assert 'href="/?heap=new"' in desk
    assert "Xem cả 15" in desk
    alone = person.get("/?heap=new").get_data(as_text=True)
    assert alone.count("Việc số ") == 15
    assert HEAP.findall(alone) == ["new"]


def test_a_heap_that_does_not_exist_is_the_whole_desk(
    waiting: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    assert len(HEAP.findall(visitor("head_a").get("/?heap=' OR 1=1").get_data(as_text=True))) == 4


def test_the_desk_asks_the_database_no_more_for_many_tasks_than_for_few(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    person = visitor("vice")
    many(app, world, 1)
    with counted() as few:
        person.get("/")
    many(app, world, 20)
    with counted() as more:
        person.get("/")
    assert len(statements_of(few)) == len(statements_of(more)) <= 6


@pytest.mark.parametrize(("language", "title"), [("vi", "Quá hạn"), ("en", "Overdue")])
@pytest.mark.parametrize("username", ["head_a", "officer_a", "office", "vice", "chair"])
def test_the_desk_speaks_the_readers_language(
    username: str, language: str, title: str, waiting: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    person = visitor(username)
    person.post("/language", {"language": language})
    assert title in person.get("/").get_data(as_text=True)
