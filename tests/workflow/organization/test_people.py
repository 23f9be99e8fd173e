"""Accounts: names, first passwords, roles, and that administration and work never meet in one of them."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from datetime import date
from functools import partial
from threading import Barrier, Thread

import pytest
from flask import Flask

from accountability import replay, verify
from models.access import WebSession
from models.base import db
from models.log import LogEntry
from models.people import Person
from models.vocabulary import Action, Role, UnitKind
from tests.fixtures.places import World
from workflow import access, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import accounts, people, units
from workflow.permissions import Scope
from workflow.queries import people as queries

TODAY = date(2026, 1, 5)
OWN = "nam-con-trau-ben-suoi"


def test_a_new_account_signs_in_with_the_password_that_was_drawn(world: World) -> None:
    key, first = people.create(
        "nguyen.an", "Nguyễn Văn An", "an@bandantoc.example.vn", by=world.actor("admin"), at=world.at()
    )
    found, _ = access.sign_in("Nguyen.An ", first, "127.0.0.1", at=world.at())
    assert found.id == key
    assert len(first) == 19
    access.require_strong(first, "nguyen.an")


def test_two_drawn_passwords_are_never_the_same() -> None:
    assert len({people.draw_password() for _ in range(200)}) == 200


@pytest.mark.parametrize("password", ["ngan", "12345678901", "nguyen.an-va-ban", "matkhau-cua-toi-day"])
def test_a_given_password_must_be_strong_unless_the_system_fills_its_samples(
    password: str, world: World, refused: Callable[..., None]
) -> None:
    given = ("nguyen.an", "Nguyễn Văn An", "")
    refused("weak_password", people.create, *given, by=world.actor("admin"), at=world.at(), password=password)
    assert people.create(*given, by=Actor.system(), at=world.at(), password=password)[1] == password


@pytest.mark.parametrize(
    ("username", "name", "email"),
    [
        ("", "Nguyễn Văn An", ""),
        ("nguyễn", "Nguyễn Văn An", ""),
        ("an van", "Nguyễn Văn An", ""),
        ("an\x00van", "Nguyễn Văn An", ""),
        ("a" * 41, "Nguyễn Văn An", ""),
        ("nguyen.an", "A", ""),
        ("nguyen.an", "Nguyễn Văn An", "khong phai dia chi"),
        ("nguyen.an", "Nguyễn Văn An", "a@b\r\nBcc: c@d"),
        ("nguyen.an", "Nguyễn Văn An", "a@b,c@d"),
        ("nguyen.an", "Nguyễn Văn An", "ấn@x.vn"),
        ("nguyen.an", "Nguyễn Văn An", "an@đồng.vn"),
        ("nguyen.an", "Nguyễn Văn An", "an..van@x.vn"),
        ("nguyen.an", "Nguyễn Văn An", "an@x..vn"),
        ("nguyen.an", "Nguyễn Văn An", "an@" + "x" * 251 + ".vn"),
    ],
)
def test_what_cannot_be_a_name_or_an_address_is_answered(
    username: str, name: str, email: str, world: World, refused: Callable[..., None]
) -> None:
    refused("bad_value", people.create, username, name, email, by=world.actor("admin"), at=world.at())


def test_a_name_that_is_missing_or_too_long_is_answered(world: World, refused: Callable[..., None]) -> None:
    refused("missing_field", people.create, "nguyen.an", " \x00 ", "", by=world.actor("admin"), at=world.at())
    refused("too_long", people.create, "nguyen.an", "A" * 201, "", by=world.actor("admin"), at=world.at())


def test_a_user_name_is_taken_once(world: World, refused: Callable[..., None]) -> None:
    refused("taken", people.create, "CHAIR", "Ai Đó", "", by=world.actor("admin"), at=world.at())


def test_the_same_form_sent_twice_opens_one_account_and_shows_its_password_once(world: World) -> None:
    given = ("nguyen.an", "Nguyễn Văn An", "")
    sent = [people.create(*given, by=world.actor("admin"), at=world.at(), key="form-1") for _ in range(2)]
    assert sent[0][0] == sent[1][0]
    assert sent[0][1] != ""
    assert sent[1][1] == ""


@pytest.mark.parametrize("username", ["chair", "office", "head_a", "officer_a", "inspector"])
def test_only_administration_opens_accounts_and_gives_roles(
    username: str, world: World, refused: Callable[..., None]
) -> None:
    by, at, person = world.actor(username), world.at(), world.person["officer_a"]
    refused("not_yours", people.create, "nguyen.an", "Nguyễn Văn An", "", by=by, at=at)
    refused("not_yours", people.grant, person, Role.OFFICE, world.unit["VP"], TODAY, by=by, at=at)
    refused("not_yours", people.reset_password, person, by=by, at=at)
    refused("not_yours", people.set_active, person, False, by=by, at=at)


def test_a_role_given_twice_is_answered_and_one_that_ended_can_begin_anew(
    world: World, refused: Callable[..., None]
) -> None:
    by, at, person, unit = world.actor("admin"), world.at(), world.person["officer_a"], world.unit["CSDT"]
    refused("role_given_already", people.grant, person, Role.OFFICER, unit, TODAY, by=by, at=at)
    people.grant(person, Role.OFFICE, world.unit["VP"], TODAY, by=by, at=at)
    given = next(row for row in queries.one(person, seen_by=Scope(by)).roles if row.role == Role.OFFICE)
    people.end_grant(given.id, TODAY, by=by, at=at)
    assert Role.OFFICE not in world.actor("officer_a").roles
    people.grant(person, Role.OFFICE, world.unit["VP"], TODAY, by=by, at=at)
    assert Role.OFFICE in world.actor("officer_a").roles
    assert replay.differences() == []


def test_heads_and_leaders_are_made_by_seats_alone(world: World, refused: Callable[..., None]) -> None:
    for role in (Role.HEAD, Role.LEADER):
        refused(
            "bad_value",
            people.grant,
            world.person["officer_a"],
            role,
            world.unit["CSDT"],
            TODAY,
            by=world.actor("admin"),
            at=world.at(),
        )


def test_administration_and_work_never_meet_in_one_account(world: World, refused: Callable[..., None]) -> None:
    by, at = world.actor("admin"), world.at()
    for username in ("officer_a", "head_a", "chair", "inspector"):
        refused("admin_apart", people.grant, world.person[username], Role.ADMIN, world.unit["BDT"], TODAY, by=by, at=at)
    for role in (Role.OFFICER, Role.OFFICE, Role.INSPECTOR):
        refused("admin_apart", people.grant, world.person["admin"], role, world.unit["VP"], TODAY, by=by, at=at)


def test_the_last_administrator_stays(world: World, refused: Callable[..., None]) -> None:
    by, at, admin = world.actor("admin"), world.at(), world.person["admin"]
    role = queries.one(admin, seen_by=Scope(by)).roles[0]
    refused("last_administrator", people.set_active, admin, False, by=by, at=at)
    refused("last_administrator", people.end_grant, role.id, TODAY, by=by, at=at)
    second, _ = people.create("quan.tri", "Quản Trị Hai", "", by=by, at=at)
    people.grant(second, Role.ADMIN, world.unit["BDT"], TODAY, by=by, at=at)
    people.set_active(admin, False, by=by, at=at)
    assert db.session.get_one(Person, admin).active is False


def test_a_role_ends_on_its_day_and_not_before_it_began(world: World, refused: Callable[..., None]) -> None:
    by, at = world.actor("admin"), world.at()
    role = queries.one(world.person["officer_a"], seen_by=Scope(by)).roles[0]
    refused("ends_before_begins", people.end_grant, role.id, date(2019, 12, 31), by=by, at=at)
    people.end_grant(role.id, date(2026, 1, 6), by=by, at=at)
    assert world.actor("officer_a", "2026-01-05T23:59").unit_ids == {world.unit["CSDT"]}
    assert world.actor("officer_a", "2026-01-06T00:00").unit_ids == frozenset()
    refused("end_moves_away", people.end_grant, role.id, date(2026, 1, 7), by=by, at=at)


def test_a_form_opened_before_somebody_else_changed_the_person_is_answered(
    world: World, refused: Callable[..., None]
) -> None:
    by, at, person = world.actor("admin"), world.at(), world.person["officer_a"]
    version = db.session.get_one(Person, person).version
    people.rename(person, "Lý Thị Én", by=by, at=at, version=version)
    people.rename(person, "Lý Thị Yến", by=by, at=at)
    refused("somebody_was_faster", people.set_active, person, False, by=by, at=at, version=version)


def test_a_reset_password_ends_the_old_one_and_every_session(world: World, refused: Callable[..., None]) -> None:
    at = world.at()
    _, token = access.sign_in("officer_a", world.password, "127.0.0.1", at=at)
    drawn = people.reset_password(world.person["officer_a"], by=world.actor("admin"), at=at, key="form-1")
    assert access.sign_in("officer_a", drawn, "127.0.0.1", at=at)[0].id == world.person["officer_a"]
    refused("sign_in_failed", access.sign_in, "officer_a", world.password, "127.0.0.1", at=at)
    row = db.session.get_one(WebSession, access.session_id(token))
    assert row.ended_at == at
    assert people.reset_password(world.person["officer_a"], by=world.actor("admin"), at=at, key="form-1") == ""


def test_addresses_are_seen_by_administration_and_their_owner_alone_and_never_by_the_log(world: World) -> None:
    person, address = world.person["officer_a"], "officer-a@bandantoc.example.vn"
    seen = {
        name: queries.one(person, seen_by=Scope(world.actor(name))).email
        for name in ("admin", "officer_a", "chair", "office", "head_b")
    }
    assert seen == {"admin": address, "officer_a": address, "chair": None, "office": None, "head_b": None}
    people.set_address(person, "moi@bandantoc.example.vn", by=world.actor("admin"), at=world.at())
    assert not any("moi@" in body for body in db.session.scalars(db.select(LogEntry.body)))
    assert people.address_of(person) == "moi@bandantoc.example.vn"


def test_people_are_listed_by_given_name_and_closed_accounts_only_for_administration(world: World) -> None:
    people.set_active(world.person["officer_b"], False, by=world.actor("admin"), at=world.at())
    ref = reference.load(TODAY)
    names = [line.person.name.split()[-1] for line in queries.lines(ref, seen_by=Scope(world.actor("chair")))]
    assert names == ["Bảo", "Đức", "Én", "Hồng", "Hưng", "Khánh", "Lan", "Máy", "Thủ"]
    everyone = [line.person.username for line in queries.lines(ref, seen_by=Scope(world.actor("admin")))]
    assert "officer_b" in everyone


def test_every_change_of_people_is_in_the_log_and_replays(world: World) -> None:
    by, at = world.actor("admin"), world.at()
    key, _ = people.create("nguyen.an", "Nguyễn Văn An", "an@x.vn", by=by, at=at)
    people.grant(key, Role.OFFICER, world.unit["CSDT"], TODAY, by=by, at=at)
    people.set_active(key, False, by=by, at=at)
    people.set_active(key, True, by=by, at=at)
    assert verify.log().ok
    assert replay.differences() == []


# ------------------------------------------------------------------------------------------------ passwords seen
def test_nothing_is_done_with_a_password_that_somebody_else_has_seen(
    world: World, refused: Callable[..., None]
) -> None:
    at, person = world.at(), world.person["head_a"]
    drawn = people.reset_password(person, by=world.actor("admin"), at=at)
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    refused("choose_password", world.step, world.drafts[0], Action.RECEIVE, "head_a")
    given = accounts.last_given(person)
    assert given is not None
    assert given.name == "Trần Văn Máy"
    refused("password_unchanged", accounts.change_password, drawn, drawn, drawn, by=world.actor("head_a"), at=at)
    accounts.change_password(drawn, OWN, OWN, by=world.actor("head_a"), at=at)
    world.step(world.drafts[0], Action.RECEIVE, "head_a")


@pytest.mark.parametrize(
    ("by", "password", "changes"),
    [("admin", None, True), ("admin", "bon-tu-khac-hoan-toan", True), ("", None, True), ("", "mau", False)],
)
def test_only_the_samples_of_the_system_keep_a_password_they_were_given(
    by: str, password: str | None, changes: bool, world: World
) -> None:
    who = world.actor(by) if by else Actor.system()
    key, _ = people.create("nguyen.an", "Nguyễn Văn An", "", by=who, at=world.at(), password=password)
    assert accounts.must_change(key) is changes


# ------------------------------------------------------------------------------------------------ two at once
@pytest.mark.parametrize(("kind", "answer"), [("person", "taken"), ("unit", "taken"), ("role", "role_given_already")])
def test_two_who_make_the_same_at_once_get_one_and_an_answer(
    kind: str, answer: str, world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    ready, outcomes = Barrier(2), []
    unit, person = world.unit["KHTH"], world.person["officer_a"]
    calls: dict[str, Callable[..., object]] = {
        "person": partial(people.create, "nguyen.an", "Nguyễn Văn An", ""),
        "unit": partial(units.create, "DTTS", UnitKind.DIVISION, "Phòng Dân tộc thiểu số", TODAY),
        "role": partial(people.grant, person, Role.OFFICER, unit, TODAY),
    }

    def make() -> None:
        with app.app_context():
            by = world.actor("admin")
            ready.wait()
            try:
                calls[kind](by=by, at=world.at())
                outcomes.append("made")
            except Refusal as refusal:
                outcomes.append(refusal.code)
            db.session.remove()

    threads = [Thread(target=Context().run, args=(make,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == sorted(["made", answer])
