"""Signing in: sessions live on the server, guessing is slowed for all processes alike, and no name can be found out."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from argon2 import PasswordHasher
from flask import Flask

from models.access import Throttle, WebSession
from models.base import db
from models.people import Credential, Person
from models.session import transaction
from models.vocabulary import Action
from tests.fixtures.handing import hand_account
from tests.fixtures.places import PASSWORD, World
from tests.fixtures.threads import together
from workflow import access
from workflow.errors import Refusal
from workflow.organization import people

IDLE, WHOLE = timedelta(minutes=30), timedelta(hours=8)


def code_of(
    username: str, password: str, world: World, local: str = "2026-01-05T08:00", address: str = "10.0.0.1"
) -> str:
    with pytest.raises(Refusal) as caught:
        access.sign_in(username, password, address, at=world.at(local))
    return caught.value.code


def test_the_database_holds_no_token_and_no_password(world: World) -> None:
    person, token = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at())
    kept = db.session.scalars(db.select(WebSession)).one()
    assert kept.id == access.session_id(token) != token
    assert db.session.get_one(Credential, person.id).password_hash.startswith("$argon2id$")


def test_each_signing_in_gets_a_session_of_its_own_however_the_name_is_typed(world: World) -> None:
    _, first = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at())
    person, second = access.sign_in("  OFFICE ", PASSWORD, "10.0.0.1", at=world.at())
    assert first != second
    assert person.id == world.person["office"]


def test_a_session_ends_after_half_an_hour_of_rest_and_after_eight_hours_at_all(world: World) -> None:
    _, token = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at("2026-01-05T08:00"))

    def lives(local: str) -> bool:
        return access.session_person(token, world.at(local), IDLE, WHOLE) is not None

    assert lives("2026-01-05T08:29:59")
    assert not lives("2026-01-05T08:30")
    for minute in range(20, 480, 20):
        access.touch(access.session_id(token), world.at("2026-01-05T08:00") + timedelta(minutes=minute))
    assert lives("2026-01-05T15:59:59")
    assert not lives("2026-01-05T16:00")


def test_signing_out_kills_the_token_at_once_and_leaves_others(world: World) -> None:
    _, first = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at())
    _, second = access.sign_in("office", PASSWORD, "10.0.0.2", at=world.at())
    access.sign_out(first, by=world.actor("office"), at=world.at())
    assert access.session_person(first, world.at(), IDLE, WHOLE) is None
    assert access.session_person(second, world.at(), IDLE, WHOLE) is not None


def test_a_new_password_and_a_closed_account_end_every_session(world: World) -> None:
    by = world.actor("admin")
    _, token = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at())
    with transaction():
        person = db.session.get_one(Person, world.person["office"])
        access.set_password(person, "mot-cau-dai-khong-doan-ra", by=by, at=world.at())
    assert access.session_person(token, world.at(), IDLE, WHOLE) is None
    assert code_of("office", PASSWORD, world) == "sign_in_failed"
    _, token = access.sign_in("office", "mot-cau-dai-khong-doan-ra", "10.0.0.1", at=world.at())
    hand_account(world.person["office"])
    people.set_active(world.person["office"], False, by=by, at=world.at())
    assert access.session_person(token, world.at(), IDLE, WHOLE) is None
    assert code_of("office", "mot-cau-dai-khong-doan-ra", world) == "sign_in_failed"


def test_ten_wrong_tries_in_a_quarter_of_an_hour_lock_the_account_for_the_right_password_too(world: World) -> None:
    for number in range(10):
        assert code_of("office", f"sai {number}", world, address=f"10.0.1.{number}") == "sign_in_failed"
    assert code_of("office", PASSWORD, world, "2026-01-05T08:14:59") == "too_many_tries"
    assert access.failures("office", world.at()) == 10
    access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at("2026-01-05T08:15"))


def test_one_address_cannot_try_account_after_account(world: World) -> None:
    for number in range(50):
        assert code_of(f"ai_do_{number}", "sai", world) == "sign_in_failed"
    assert code_of("office", PASSWORD, world) == "too_many_tries"
    access.sign_in("office", PASSWORD, "10.9.9.9", at=world.at())


def test_the_right_password_forgets_the_wrong_ones(world: World) -> None:
    for _ in range(9):
        code_of("office", "sai", world)
    access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at())
    assert access.failures("office", world.at()) == 0


def test_what_is_counted_names_nobody(world: World) -> None:
    code_of("office", "sai", world)
    code_of("nguoi_la", "sai", world)
    keys = " ".join(db.session.scalars(db.select(Throttle.key)))
    assert all(name not in keys for name in ("office", "nguoi_la", "10.0.0.1"))


@pytest.mark.parametrize("username", ["nguoi_la", "", "x" * 5000, "a\x00b", "' OR 1=1 --", "admin\n"])
def test_an_unknown_name_is_answered_like_a_wrong_password(world: World, username: str) -> None:
    assert code_of(username, PASSWORD if username != "admin\n" else "sai", world) == code_of("office", "sai", world)


@pytest.mark.database("sqlite")  # what is measured is the hash, not the database
def test_an_unknown_name_costs_as_much_time_as_a_wrong_password(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    costly = PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1)
    monkeypatch.setitem(access._hasher, "argon2", costly)
    with transaction():
        row = db.session.get_one(Credential, world.person["office"])
        row.password_hash = costly.hash(PASSWORD)

    def cost(username: str) -> float:
        took = []
        for number in range(9):
            begun = time.perf_counter()
            code_of(username, "sai", world, f"2026-01-{number + 5:02d}T08:00")
            took.append(time.perf_counter() - begun)
        return statistics.median(took)

    known, unknown = cost("office"), cost("nguoi_la")
    assert 0.5 < unknown / known < 2


@pytest.mark.parametrize(
    "weak",
    ["ngan", "matkhau123456", "MatKhau-Cua-Toi", "bandantoc-2026!", "office-office-1", "dondoc dondoc", "qwertyuiop[]"],
)
def test_a_short_or_obvious_password_is_refused(weak: str) -> None:
    with pytest.raises(Refusal) as caught:
        access.require_strong(weak, "office")
    assert caught.value.code == "weak_password"


@pytest.mark.parametrize("strong", ["bốn từ không liên quan", "x7$kPq2!mZ9w", "a" * 11 + "Z" * 200])
def test_a_long_password_is_taken_whatever_it_is_made_of(strong: str) -> None:
    access.require_strong(strong, "office")


def test_a_wrong_password_at_signing_is_counted_logged_and_locks_signing_after_five(world: World) -> None:
    from datetime import date

    from models.log import LogEntry

    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.to_hand_in(task)

    def code(local: str, password: str) -> str:
        with pytest.raises(Refusal) as caught:
            world.step(task, Action.SIGN_OFF, "head_a", local, password=password)
        return caught.value.code

    assert code("2026-01-06T10:00", "") == "missing_field"
    assert [code("2026-01-06T10:00", f"sai {number}") for number in range(5)] == ["wrong_password"] * 5
    assert code("2026-01-06T10:14", PASSWORD) == "too_many_tries"
    logged = db.session.scalars(db.select(LogEntry.actor_id).where(LogEntry.act == "access.signing_refused")).all()
    assert logged == [world.person["head_a"]] * 5
    world.step(task, Action.SIGN_OFF, "head_a", "2026-01-06T10:15")


def test_a_session_is_noted_as_used_and_an_unknown_one_is_ignored(world: World) -> None:
    _, token = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at())
    access.touch(access.session_id(token), world.at("2026-01-05T08:05"))
    access.touch("no such session", world.at("2026-01-05T08:05"))
    assert db.session.scalars(db.select(WebSession.seen_at)).one() == world.at("2026-01-05T08:05")
    assert access.session_person("no such token", world.at(), IDLE, WHOLE) is None


def test_tries_at_the_same_moment_are_counted_like_tries_one_after_another(
    world_app: tuple[Flask, World],
) -> None:
    app, world = world_app
    works = [
        partial(access.sign_in, "office", f"sai {number}", f"10.0.2.{number}", at=world.at()) for number in range(24)
    ]
    assert Counter(together(app, works)) == {"sign_in_failed": 10, "too_many_tries": 14}
    with app.app_context():
        assert access.failures("office", world.at()) == 10
        db.session.remove()


def test_a_name_nobody_has_is_slowed_at_the_same_moment_just_as_much(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    works = [
        partial(access.sign_in, "nguoi_la", f"sai {number}", f"10.0.2.{number}", at=world.at()) for number in range(24)
    ]
    assert Counter(together(app, works)) == {"sign_in_failed": 10, "too_many_tries": 14}


def test_guessing_at_a_signature_at_the_same_moment_stops_after_five(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        by = world.actor("head_a")
        db.session.remove()
    works = [partial(access.verify_again, by, f"sai {number}", at=world.at()) for number in range(12)]
    assert Counter(together(app, works)) == {"wrong_password": 5, "too_many_tries": 7}


@pytest.mark.database("sqlite")  # what is shown is the order of two looks, not the database
def test_the_right_password_is_no_use_when_the_tries_ran_out_while_it_was_checked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = world.actor("office")
    checked = access._fits

    def while_others_try(stored: str | None, password: str) -> bool:
        with transaction() as session:
            keys = access._key("account", "office"), access._key("sign", str(by.person_id))
            session.add_all(Throttle(key=key, at=world.at()) for key in keys for _ in range(10))
        return checked(stored, password)

    monkeypatch.setattr(access, "_fits", while_others_try)
    assert code_of("office", PASSWORD, world) == "too_many_tries"
    with pytest.raises(Refusal, match="too_many_tries"):
        access.verify_again(by, PASSWORD, at=world.at())
    assert db.session.scalars(db.select(WebSession)).all() == []


def test_signing_in_ends_the_session_the_browser_came_with_whoever_it_was(world: World) -> None:
    _, first = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at())
    _, other = access.sign_in("office", PASSWORD, "10.0.0.2", at=world.at())
    _, second = access.sign_in("head_a", PASSWORD, "10.0.0.1", at=world.at(), instead_of=first)
    alive = [access.session_person(token, world.at(), IDLE, WHOLE) is not None for token in (first, other, second)]
    assert alive == [False, True, True]


def test_a_session_renewed_is_another_one_that_ends_no_later(world: World) -> None:
    _, first = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at("2026-01-05T08:00"))
    second = access.renew_session(first, by=world.actor("office"), at=world.at("2026-01-05T08:20"))
    later = world.at("2026-01-05T08:20")
    assert access.session_person(first, later, IDLE, WHOLE) is None
    found = access.session_person(second, later, IDLE, WHOLE)
    assert found is not None
    assert (found[0].created_at, found[0].seen_at) == (world.at("2026-01-05T08:00"), later)


def test_whose_a_session_was_is_known_after_it_ended_and_a_made_up_token_is_nobodys(world: World) -> None:
    _, token = access.sign_in("office", PASSWORD, "10.0.0.1", at=world.at())
    access.sign_out(token, by=world.actor("office"), at=world.at())
    assert access.session_owner(token) == world.person["office"]
    assert [access.session_owner(other) for other in ("made up", "", None)] == [None] * 3
