"""The seal on the log's page claims what was verified, up to which line and when, and not more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text

from accountability import seal
from accountability.seal import Seal
from models import guards
from models.base import db
from models.log import LogEntry, LogHead
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow.actors import Actor

Visit = Callable[..., Visitor]
NUMBER = re.compile(r'href="/log/(\d+\.\d+)"')


def alter(app: Flask, seq: int, column: str = "body") -> None:
    """Change one letter of a line behind the system's back: guards down, row changed, guards up."""
    with app.app_context(), db.engine.begin() as connection:
        guards.remove(connection)
        connection.execute(
            text(f"UPDATE log_entry SET {column} = replace({column}, 'Hoàng', 'Hoang') || '' WHERE seq = {seq}")
        )
        changed = connection.execute(text(f"UPDATE log_entry SET {column} = {column} || ' ' WHERE seq = {seq}"))
        assert changed.rowcount == 1
        guards.install(connection)


def head_of(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(LogHead.seq)).one()


def numbers(page: str) -> list[str]:
    """Return the numbers of the lines a page shows, from top to bottom."""
    return NUMBER.findall(page)


def test_before_any_verification_the_seal_claims_nothing(world: World) -> None:
    assert seal.latest(world.at()) is None
    assert seal.whole() is None


def test_the_seal_says_up_to_which_line_the_log_was_verified_and_when_and_not_more(world: World) -> None:
    verified = seal.check(by=Actor.system(), at=world.at())
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    found = seal.latest(world.at("2026-01-05T09:00"))
    assert found == Seal(True, 1, verified.covered_to, world.at(), with_files=True)
    assert found is not None
    assert found.covered_to < db.session.scalars(select(LogHead.seq)).one()


def test_a_look_at_the_last_lines_claims_only_those(world: World) -> None:
    whole = seal.check(by=Actor.system(), at=world.at())
    part = seal.check(by=Actor.system(), at=world.at("2026-01-05T09:00"), last=5)
    found = seal.latest(world.at("2026-01-05T09:00"))
    assert found is not None
    assert (found.covered_from, found.covered_to, found.is_whole) == (part.covered_to - 4, part.covered_to, False)
    last_whole = seal.whole()
    assert last_whole is not None
    assert (last_whole.covered_to, last_whole.at) == (whole.covered_to, world.at())


def test_a_fault_stays_until_the_whole_log_was_found_intact(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        seal.check(by=Actor.system(), at=world.at())
    alter(app, 10)
    with app.app_context():
        assert seal.check(by=Actor.system(), at=world.at("2026-01-05T09:00")).first_bad == 10
        assert seal.check(by=Actor.system(), at=world.at("2026-01-05T10:00"), last=5).ok
        found = seal.latest(world.at("2026-01-05T10:00"))
        assert found is not None
        assert (found.ok, found.first_bad, found.reason) == (False, 10, "altered")


def test_a_finding_that_was_altered_itself_is_no_finding(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        verified = seal.check(by=Actor.system(), at=world.at())
    alter(app, verified.covered_to + 1)
    with app.app_context():
        found = seal.latest(world.at("2026-01-05T09:00"))
        assert found is not None
        assert (found.ok, found.first_bad) == (False, verified.covered_to + 1)


@pytest.mark.parametrize("username", ["chair", "vice", "inspector"])
def test_leadership_and_inspection_verify_by_a_button_and_everyone_sees_the_seal(
    username: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, person = world_app[0], visitor(username)
    assert "/log/verify" in person.get("/log").get_data(as_text=True)
    before = head_of(app)
    answer = person.post("/log/verify")
    assert (answer.status_code, answer.location) == (302, "/log")
    with app.app_context():
        entry = db.session.scalars(select(LogEntry).where(LogEntry.act == "log.verify")).one()
        assert entry.actor_id is not None
        found = seal.latest(world_app[1].at())
        assert found is not None
        assert (found.ok, found.covered_to) == (True, before)
    assert str(before) in visitor("officer_a").get("/log").get_data(as_text=True)


@pytest.mark.parametrize("username", ["office", "head_office", "head_a", "officer_a", "admin"])
def test_nobody_else_can_have_the_log_verified(username: str, visitor: Visit) -> None:
    person = visitor(username)
    assert "/log/verify" not in person.get("/log").get_data(as_text=True)
    assert person.post("/log/verify").status_code == 403


def test_one_letter_changed_behind_the_systems_back_is_named_by_its_line(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, person = world_app[0], visitor("inspector")
    alter(app, 7)
    person.get("/log")
    answer = person.post("/log/verify")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert re.search(r"is-broken.*?\b7\b", page, re.DOTALL)
    elsewhere = visitor("officer_a").get("/").get_data(as_text=True)
    assert "shield-exclamation" in elsewhere or "is-broken" in visitor("officer_a").get("/log").get_data(as_text=True)


def test_a_line_whose_text_is_broken_does_not_break_the_page(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    app = world_app[0]
    last = head_of(app)
    with app.app_context(), db.engine.begin() as connection:
        guards.remove(connection)
        connection.execute(text(f"UPDATE log_entry SET body = 'x' WHERE seq = {last}"))
        guards.install(connection)
    person = visitor("inspector")
    assert f"1.{last}" in numbers(person.get("/log").get_data(as_text=True))
    assert person.get(f"/log/1.{last}").status_code == 200
