"""Calendar feeds: what a secret address shows, to whom, and when it is dead."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from icalendar import Calendar

from models.access import Token
from models.base import db
from models.vocabulary import Action
from tests.fixtures.handing import hand_account
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow.organization import people

Visit = Callable[..., Visitor]
ADDRESS = re.compile(r'id="feed_address"[^>]*value="http://[^/]+(/feeds/[\w-]+\.ics)"')
DUE = date(2026, 3, 31)


@pytest.fixture
def world(world_app: tuple[Flask, World]) -> World:
    """Return the small Ban with one task of each division."""
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", DUE)
        world.assign(world.drafts[1], "KHTH", date(2026, 4, 30))
    return world


def make(person: Visitor, unit: int | None = None) -> str:
    """Make a feed as a person does and return its path."""
    person.get("/account")
    assert person.post("/account/feeds", {"unit": "" if unit is None else str(unit)}).status_code == 302
    found = ADDRESS.search(html.unescape(person.get("/account").get_data(as_text=True)))
    assert found
    return found[1]


def titles(visit: Visit, path: str) -> list[str]:
    """Return what a calendar program without any session reads at an address."""
    answer = visit().get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return [str(event["summary"]) for event in Calendar.from_ical(answer.get_data()).events]


def title(app: Flask, world: World, number: int) -> str:
    with app.app_context():
        return world.task(world.drafts[number]).title


def test_a_head_sees_the_deadlines_of_his_unit_and_no_others(
    world: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    assert titles(visitor, make(visitor("head_a"))) == [title(world_app[0], world, 0)]
    assert titles(visitor, make(visitor("head_b"))) == [title(world_app[0], world, 1)]


def test_leadership_follows_any_unit_and_a_head_only_his_own(world: World, visitor: Visit) -> None:
    assert len(titles(visitor, make(visitor("chair"), world.unit["KHTH"]))) == 1
    head = visitor("head_a")
    head.get("/account")
    assert head.post("/account/feeds", {"unit": str(world.unit["KHTH"])}).status_code == 404
    assert head.post("/account/feeds", {"unit": "999999999"}).status_code == 404


def test_the_address_is_shown_once_and_only_its_hash_is_kept(
    world: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    head = visitor("head_a")
    secret = make(head).removeprefix("/feeds/").removesuffix(".ics")
    assert secret not in head.get("/account").get_data(as_text=True)
    with world_app[0].app_context():
        assert secret not in db.session.scalars(db.select(Token.secret_sha)).all()


def test_a_new_address_kills_the_old_one_of_the_same_kind(world: World, visitor: Visit) -> None:
    head = visitor("head_a")
    old, of_unit, new = make(head), make(head, world.unit["CSDT"]), make(head)
    assert visitor().get(old).status_code == 404
    assert len(titles(visitor, new)) == len(titles(visitor, of_unit)) == 1


def test_a_revoked_address_is_dead_and_only_its_owner_revokes_it(
    world: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    head, path = visitor("head_a"), ""
    path = make(head)
    with world_app[0].app_context():
        number = db.session.scalars(db.select(Token.id)).one()
    stranger = visitor("head_b")
    stranger.get("/account")
    assert stranger.post(f"/account/feeds/{number}/close").status_code == 404
    assert visitor().get(path).status_code == 200
    for _ in range(2):  # the second click is as good as the first
        assert head.post(f"/account/feeds/{number}/close").status_code == 302
    assert visitor().get(path).status_code == 404


def test_a_feed_dies_with_the_account(world: World, world_app: tuple[Flask, World], visitor: Visit) -> None:
    path = make(visitor("officer_a"))
    app = world_app[0]
    with app.app_context():
        hand_account(world.person["officer_a"])
        people.set_active(world.person["officer_a"], active=False, by=world.actor("admin"), at=world.at())
    assert visitor().get(path).status_code == 404


def test_a_feed_follows_the_date_and_ends_with_the_task(
    world: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    path, app = make(visitor("head_a")), world_app[0]
    with app.app_context():
        world.complete(world.drafts[0])
    assert titles(visitor, path) == []


def test_a_returned_result_shows_the_day_to_redo_by_beside_the_deadline(
    world: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    path, app = make(visitor("head_a")), world_app[0]
    with app.app_context():
        world.to_hand_in(world.drafts[0])
        world.step(world.drafts[0], Action.RETURN, "head_a", "2026-01-06T10:00", reason="thiếu biểu")
    events = Calendar.from_ical(visitor().get(path).get_data()).events
    assert sorted(str(event["uid"]).split("@")[0] for event in events) == [
        f"task-{world.drafts[0]}", f"task-{world.drafts[0]}-redo",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["x", "a" * 3000, "..", "%00"])
def test_what_was_never_a_feed_is_answered_like_a_dead_one(name: str, world: World, visitor: Visit) -> None:
    assert visitor().get(f"/feeds/{name}.ics").status_code == 404


def test_making_and_revoking_stand_in_the_log_without_the_secret(world: World, visitor: Visit) -> None:
    head = visitor("head_a")
    secret = make(head).removeprefix("/feeds/").removesuffix(".ics")
    page = html.unescape(head.get(f"/log?person={world.person['head_a']}").get_data(as_text=True))
    assert "tạo một địa chỉ lịch" in page
    assert secret not in page
