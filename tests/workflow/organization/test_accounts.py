"""One's own account: the password again, a strong new one, and sessions that end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fixtures.places import World
from workflow import access
from workflow.organization import accounts

NEW = "nam-con-trau-ben-suoi"
IDLE, WHOLE = timedelta(minutes=30), timedelta(hours=8)


def is_open(token: str, world: World, local: str = "2026-01-05T08:01") -> bool:
    """Return whether a session's token is good."""
    return access.session_person(token, world.at(local), IDLE, WHOLE) is not None


def test_a_changed_password_ends_every_session_and_opens_a_new_one(world: World, refused: Callable[..., None]) -> None:
    at = world.at()
    tokens = [access.sign_in("officer_a", world.password, "127.0.0.1", at=at)[1] for _ in range(2)]
    fresh = accounts.change_password(world.password, NEW, NEW, by=world.actor("officer_a"), at=at)
    assert [is_open(token, world) for token in (*tokens, fresh)] == [False, False, True]
    refused("sign_in_failed", access.sign_in, "officer_a", world.password, "127.0.0.1", at=at)
    assert access.sign_in("officer_a", NEW, "127.0.0.1", at=at)[0].id == world.person["officer_a"]


def test_the_present_password_is_asked_for_and_guessing_it_is_stopped(
    world: World, refused: Callable[..., None]
) -> None:
    by, at = world.actor("officer_a"), world.at()
    for _ in range(5):
        refused("wrong_old_password", accounts.change_password, "sai", NEW, NEW, by=by, at=at)
    refused("too_many_tries", accounts.change_password, world.password, NEW, NEW, by=by, at=at)


@pytest.mark.parametrize(
    ("new", "again", "answer"),
    [("ngan", "ngan", "weak_password"), (NEW, NEW + "!", "passwords_differ"), ("", "", "weak_password")],
)
def test_a_new_password_is_strong_and_typed_twice_alike(
    new: str, again: str, answer: str, world: World, refused: Callable[..., None]
) -> None:
    refused(answer, accounts.change_password, world.password, new, again, by=world.actor("officer_a"), at=world.at())
    assert access.sign_in("officer_a", world.password, "127.0.0.1", at=world.at())[0].username == "officer_a"


def test_one_sees_and_ends_one_s_own_sessions_and_nobody_else_s(world: World, refused: Callable[..., None]) -> None:
    at, by = world.at(), world.actor("officer_a")
    here, there = (access.sign_in("officer_a", world.password, "127.0.0.1", at=at)[1] for _ in range(2))
    other = access.sign_in("officer_b", world.password, "127.0.0.1", at=at)[1]
    listed = accounts.open_sessions(world.person["officer_a"], access.session_id(here), at, IDLE, WHOLE)
    assert {(item.id, item.is_this) for item in listed} == {
        (access.session_id(here), True),
        (access.session_id(there), False),
    }
    refused("not_found", accounts.end_session, access.session_id(other), by=by, at=at)
    refused("not_found", accounts.end_session, "1", by=by, at=at)
    accounts.end_session(access.session_id(there), by=by, at=at)
    assert [is_open(token, world) for token in (here, there, other)] == [True, False, True]


def test_all_other_sessions_end_at_once(world: World) -> None:
    at, by = world.at(), world.actor("officer_a")
    here, there = (access.sign_in("officer_a", world.password, "127.0.0.1", at=at)[1] for _ in range(2))
    accounts.end_others(access.session_id(here), by=by, at=at)
    assert [is_open(token, world) for token in (here, there)] == [True, False]
