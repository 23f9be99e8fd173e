"""Mandates: who signs for a seat he does not hold, from when to when, by two people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

import clock
from models.base import db
from models.people import Mandate
from models.vocabulary import Action, MandateKind, Status
from tests.fixtures.places import World
from tests.workflow.organization.test_seats import DECISION, current, end_seat, take_over
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import seats


@pytest.fixture
def handed_in(world: World) -> int:
    """Give a task that waits for the signature of the first division's head."""
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.to_hand_in(task)
    return task


def give_mandate(world: World, begins: str, ends: str, username: str = "officer_b", confirmed: bool = True) -> int:
    """Let somebody sign for the first division's head between two moments."""
    at = world.at("2026-01-06T10:00")
    mandate = seats.mandate(
        world.post["head_a"],
        world.person[username],
        MandateKind.TL,
        "Ký xác nhận khi đi công tác",
        world.at(begins),
        world.at(ends),
        DECISION,
        by=world.actor("office"),
        at=at,
    )
    if confirmed:
        seats.confirm_mandate(mandate, by=world.actor("vice"), at=at)
    return mandate


@pytest.mark.parametrize(
    ("moment", "signs"),
    [
        ("2026-01-07T07:59:59", False),
        ("2026-01-07T08:00:00", True),
        ("2026-01-07T16:59:59", True),
        ("2026-01-07T17:00:00", False),
    ],
)
def test_a_mandate_signs_within_its_bounds_to_the_second(
    moment: str, signs: bool, world: World, handed_in: int
) -> None:
    give_mandate(world, "2026-01-07T08:00:00", "2026-01-07T17:00:00")
    if signs:
        world.step(handed_in, Action.SIGN_OFF, "officer_b", moment)
        assert world.task(handed_in).status == Status.SIGNED_OFF
    else:
        with pytest.raises(Refusal):
            world.step(handed_in, Action.SIGN_OFF, "officer_b", moment)
        assert world.task(handed_in).status == Status.SUBMITTED


def test_a_mandate_nobody_confirmed_signs_nothing(world: World, handed_in: int) -> None:
    give_mandate(world, "2026-01-07T08:00", "2026-01-07T17:00", confirmed=False)
    with pytest.raises(Refusal):
        world.step(handed_in, Action.SIGN_OFF, "officer_b", "2026-01-07T09:00")


def test_a_revoked_mandate_signs_nothing_from_that_moment(world: World, handed_in: int) -> None:
    mandate = give_mandate(world, "2026-01-07T08:00", "2026-01-07T17:00")
    seats.revoke_mandate(mandate, DECISION, by=world.actor("office"), at=world.at("2026-01-07T09:00"))
    with pytest.raises(Refusal):
        world.step(handed_in, Action.SIGN_OFF, "officer_b", "2026-01-07T09:00")
    with pytest.raises(Refusal):
        seats.revoke_mandate(mandate, DECISION, by=world.actor("office"), at=world.at("2026-01-07T10:00"))


def test_a_mandate_lies_within_its_givers_time_in_the_seat(world: World, refused: Callable[..., None]) -> None:
    at, by, post = world.at(), world.actor("office"), world.post["head_a"]
    end_seat(world, date(2026, 2, 1))
    inside, beyond = clock.start_of(date(2026, 2, 1)), clock.start_of(date(2026, 2, 1)) + timedelta(seconds=1)
    refused(
        "mandate_without_giver",
        seats.mandate,
        post,
        world.person["officer_a"],
        MandateKind.TL,
        "Ký",
        at,
        beyond,
        DECISION,
        by=by,
        at=at,
    )
    assert seats.mandate(post, world.person["officer_a"], MandateKind.TL, "Ký", at, inside, DECISION, by=by, at=at) > 0


def test_nobody_signs_for_a_seat_he_holds_himself(world: World, refused: Callable[..., None]) -> None:
    at, by, ends = world.at(), world.actor("office"), world.at("2026-02-01T00:00")
    refused(
        "mandate_without_giver",
        seats.mandate,
        world.post["head_a"],
        world.person["head_a"],
        MandateKind.TL,
        "Ký",
        at,
        ends,
        DECISION,
        by=by,
        at=at,
    )


def test_a_mandate_ends_with_the_seat_of_its_giver_and_another_holders_stays(world: World) -> None:
    at, by = world.at("2026-01-06T10:00"), world.actor("office")
    first = give_mandate(world, "2026-01-07T00:00", "2026-03-01T00:00")
    held = current(world, "head_a")
    seats.end(held, date(2026, 3, 1), DECISION, by=Actor.system(), at=at)
    take_over(world, "officer_a", date(2026, 3, 1))
    second = give_mandate(world, "2026-03-02T00:00", "2026-04-01T00:00")
    seats.end(held, date(2026, 2, 1), DECISION, by=by, at=at)
    assert set(db.session.scalars(db.select(Mandate.to_at))) == {
        world.at("2026-03-01T00:00"),
        world.at("2026-04-01T00:00"),
    }
    seats.confirm_end(held, by=world.actor("chair"), at=at)
    ends = {row.id: row.to_at for row in db.session.scalars(db.select(Mandate))}
    assert ends == {first: clock.start_of(date(2026, 2, 1)), second: world.at("2026-04-01T00:00")}


def test_a_mandate_that_ends_before_it_begins_is_answered(world: World, refused: Callable[..., None]) -> None:
    at, by = world.at(), world.actor("office")
    refused(
        "ends_before_begins",
        seats.mandate,
        world.post["head_a"],
        world.person["officer_a"],
        MandateKind.KT,
        "Ký",
        at,
        at,
        DECISION,
        by=by,
        at=at,
    )
