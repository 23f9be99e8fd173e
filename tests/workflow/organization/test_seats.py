"""Seats and mandates: who held which on any day, by two people, and what rights follow."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from datetime import date
from threading import Barrier, Thread

import pytest
from flask import Flask

from accountability import replay
from models.base import db
from models.people import Tenure
from models.vocabulary import Action, Capacity, MandateKind, Rank, Role, Status
from tests.fixtures.handing import hand_account, hand_seat
from tests.fixtures.places import World
from workflow import tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Given
from workflow.organization import people, seats
from workflow.queries import people as queries

DECISION = "QĐ 12/QĐ-BDT ngày 10/11/2025"


def current(world: World, post: str) -> int:
    """Return the id of the tenure in force of a post of the small Ban."""
    query = db.select(Tenure.id).where(Tenure.post_id == world.post[post], Tenure.to_on.is_(None))
    return int(db.session.scalars(query).one())


def end_seat(world: World, on: date, post: str = "head_a") -> None:
    """Have office and leadership end somebody's time in a seat."""
    held = current(world, post)
    hand_seat(held)
    seats.end(held, on, DECISION, by=world.actor("office"), at=world.at())
    seats.confirm_end(held, by=world.actor("chair"), at=world.at())


def take_over(
    world: World, username: str, from_on: date, to_on: date | None = None, capacity: Capacity = Capacity.FULL
) -> int:
    """Have office and leadership put somebody on the seat of the first division's head."""
    at = world.at()
    entered = seats.enter(
        world.post["head_a"],
        world.person[username],
        from_on,
        DECISION,
        to_on=to_on,
        capacity=capacity,
        by=world.actor("office"),
        at=at,
    )
    seats.confirm(entered, by=world.actor("chair"), at=at)
    return entered


def change_of_heads(world: World) -> None:
    """Head A to Friday 14/11/2025, nobody over the weekend, head B from Monday 17/11 on (the example of the design)."""
    end_seat(world, date(2025, 11, 15))
    take_over(world, "officer_a", date(2025, 11, 17))


def test_who_was_head_is_known_for_every_day_over_a_change_of_heads_and_its_vacant_weekend(world: World) -> None:
    change_of_heads(world)
    post, first, second = world.post["head_a"], world.person["head_a"], world.person["officer_a"]
    expected = {
        date(2025, 11, 14): first,
        date(2025, 11, 15): None,
        date(2025, 11, 16): None,
        date(2025, 11, 17): second,
    }
    assert {day: seats.holder_on(post, day) for day in expected} == expected
    assert seats.holder_on(post, date(2019, 12, 31)) is None
    assert seats.holder_on(post, date(2030, 1, 1)) == second


def test_the_history_of_a_seat_shows_the_days_nobody_held_it(world: World) -> None:
    change_of_heads(world)
    spans = [
        (span.from_on, span.last_on, span.tenure.person.username if span.tenure else None)
        for span in queries.history(world.post["head_a"])
    ]
    assert spans == [
        (date(2025, 11, 17), None, "officer_a"),
        (date(2025, 11, 15), date(2025, 11, 16), None),
        (date(2020, 1, 1), date(2025, 11, 14), "head_a"),
    ]


def test_an_entry_counts_only_when_a_second_person_has_confirmed_it(world: World, refused: Callable[..., None]) -> None:
    at, office = world.at(), world.actor("office")
    end_seat(world, date(2026, 1, 5))
    entered = seats.enter(world.post["head_a"], world.person["officer_a"], date(2026, 1, 5), DECISION, by=office, at=at)
    assert seats.holder_on(world.post["head_a"], date(2026, 1, 5)) is None
    refused("second_person", seats.confirm, entered, by=office, at=at)
    seats.confirm(entered, by=world.actor("head_office"), at=at)
    assert seats.holder_on(world.post["head_a"], date(2026, 1, 5)) == world.person["officer_a"]
    refused("confirmed_already", seats.confirm, entered, by=world.actor("chair"), at=at)


@pytest.mark.parametrize("username", ["head_a", "officer_a", "inspector", "admin"])
def test_only_office_and_leadership_say_who_sits_where(
    username: str, world: World, refused: Callable[..., None]
) -> None:
    at, by = world.at(), world.actor(username)
    refused(
        "not_yours",
        seats.enter,
        world.post["head_a"],
        world.person["officer_a"],
        date(2026, 2, 1),
        DECISION,
        by=by,
        at=at,
    )
    refused("not_yours", seats.end, current(world, "head_a"), date(2026, 2, 1), DECISION, by=by, at=at)


def test_one_person_a_seat_a_day(world: World, refused: Callable[..., None]) -> None:
    at, by, post = world.at(), world.actor("office"), world.post["head_a"]
    refused("overlap", seats.enter, post, world.person["officer_a"], date(2026, 2, 1), DECISION, by=by, at=at)
    end_seat(world, date(2026, 2, 1))
    refused("overlap", seats.enter, post, world.person["officer_a"], date(2026, 1, 31), DECISION, by=by, at=at)
    assert seats.enter(post, world.person["officer_a"], date(2026, 2, 1), DECISION, by=by, at=at) > 0


def test_an_end_before_the_beginning_is_answered(world: World, refused: Callable[..., None]) -> None:
    at, by, post = world.at(), world.actor("office"), world.post["head_a"]
    refused("ends_before_begins", seats.end, current(world, "head_a"), date(2019, 12, 31), DECISION, by=by, at=at)
    refused(
        "ends_before_begins",
        seats.enter,
        post,
        world.person["officer_a"],
        date(2030, 2, 1),
        DECISION,
        to_on=date(2030, 1, 1),
        by=by,
        at=at,
    )


def test_an_end_never_moves_away_because_nobody_confirmed_the_further_days(
    world: World, refused: Callable[..., None]
) -> None:
    at, by, held = world.at(), world.actor("office"), current(world, "head_a")
    end_seat(world, date(2026, 2, 1))
    refused("end_moves_away", seats.end, held, date(2026, 3, 1), DECISION, by=by, at=at)


def test_an_entry_taken_back_holds_no_day_and_cannot_be_confirmed(world: World, refused: Callable[..., None]) -> None:
    at, by, post = world.at(), world.actor("office"), world.post["head_a"]
    end_seat(world, date(2026, 2, 1))
    entered = seats.enter(post, world.person["officer_a"], date(2026, 2, 1), DECISION, by=by, at=at)
    seats.take_back(entered, by=by, at=at)
    refused("taken_back", seats.confirm, entered, by=world.actor("chair"), at=at)
    assert queries.waiting_tenures() == []
    assert seats.enter(post, world.person["officer_b"], date(2026, 2, 1), DECISION, by=by, at=at) > entered


@pytest.mark.parametrize("person", [0, 99_999, 10**30])
def test_an_unknown_person_or_seat_is_answered(person: int, world: World, refused: Callable[..., None]) -> None:
    at, by = world.at(), world.actor("office")
    refused("not_found", seats.enter, world.post["head_a"], person, date(2030, 1, 1), DECISION, by=by, at=at)
    refused("not_found", seats.enter, person, world.person["officer_a"], date(2030, 1, 1), DECISION, by=by, at=at)
    refused("not_found", seats.confirm, person, by=by, at=at)
    refused("not_found", seats.end, person, date(2030, 1, 1), DECISION, by=by, at=at)


def test_an_administrator_gets_no_seat_and_no_mandate(world: World, refused: Callable[..., None]) -> None:
    at, by, admin = world.at(), world.actor("office"), world.person["admin"]
    end_seat(world, date(2026, 2, 1))
    refused("admin_apart", seats.enter, world.post["head_a"], admin, date(2026, 2, 1), DECISION, by=by, at=at)
    bounds = (world.at("2026-01-06T00:00"), world.at("2026-01-07T00:00"))
    refused(
        "admin_apart", seats.mandate, world.post["head_b"], admin, MandateKind.TL, "Ký", *bounds, DECISION, by=by, at=at
    )


@pytest.mark.parametrize("decision", ["", "   ", "\u200b"])
def test_nothing_of_a_seat_changes_without_a_decision(
    decision: str, world: World, refused: Callable[..., None]
) -> None:
    at, by = world.at(), world.actor("office")
    refused(
        "missing_field",
        seats.enter,
        world.post["head_a"],
        world.person["officer_a"],
        date(2030, 1, 1),
        decision,
        by=by,
        at=at,
    )
    refused("missing_field", seats.end, current(world, "head_a"), date(2026, 2, 1), decision, by=by, at=at)


def test_the_same_form_sent_twice_enters_one_holder(world: World) -> None:
    at, by = world.at(), world.actor("office")
    end_seat(world, date(2026, 2, 1))
    sent = [
        seats.enter(
            world.post["head_a"], world.person["officer_a"], date(2026, 2, 1), DECISION, by=by, at=at, key="form-1"
        )
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert len(queries.waiting_tenures()) == 1


def test_two_people_who_fill_the_same_seat_at_once_do_not_both_succeed(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        end_seat(world, date(2026, 2, 1))
    ready, outcomes = Barrier(2), []

    def fill(by: str, username: str) -> None:
        with app.app_context():
            actor = world.actor(by)
            ready.wait()
            try:
                seats.enter(
                    world.post["head_a"], world.person[username], date(2026, 2, 1), DECISION, by=actor, at=world.at()
                )
                outcomes.append("entered")
            except Refusal as refusal:
                outcomes.append(refusal.code)
            db.session.remove()

    threads = [
        Thread(target=Context().run, args=(fill, *who))
        for who in (("office", "officer_a"), ("head_office", "officer_b"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["entered", "overlap"]


# ---------------------------------------------------------------------------------------------- rights
def test_a_head_whose_seat_ended_heads_nothing_from_that_day_on(world: World) -> None:
    end_seat(world, date(2026, 1, 6))
    assert world.actor("head_a", "2026-01-05T23:59").heads == {world.unit["CSDT"]}
    assert world.actor("head_a", "2026-01-06T00:00").heads == frozenset()


def test_a_step_begun_by_a_head_is_refused_when_his_seat_ends_before_he_takes_it(
    world: World, refused: Callable[..., None]
) -> None:
    task, at = world.drafts[0], world.at()
    world.assign(task, "CSDT", date(2026, 1, 30))
    stale = world.actor("head_a")
    end_seat(world, date(2026, 1, 5))
    refused("not_found", tasks.take_step, task, Action.RECEIVE, by=stale, at=at, given=Given())
    assert world.task(task).status == Status.ASSIGNED


def test_a_closed_account_takes_no_step(world: World, refused: Callable[..., None]) -> None:
    task, at = world.drafts[0], world.at()
    world.assign(task, "CSDT", date(2026, 1, 30))
    stale = world.actor("head_a")
    hand_account(world.person["head_a"])
    people.set_active(world.person["head_a"], False, by=world.actor("admin"), at=at)
    refused("account_ended", tasks.take_step, task, Action.RECEIVE, by=stale, at=at, given=Given())


def test_acting_and_in_charge_hold_the_seat_like_an_appointed_head(world: World) -> None:
    end_seat(world, date(2026, 1, 6))
    take_over(world, "officer_a", date(2026, 1, 6), date(2026, 1, 20), Capacity.IN_CHARGE)
    take_over(world, "officer_b", date(2026, 1, 20), None, Capacity.ACTING)
    assert world.actor("officer_a", "2026-01-19T12:00").position == "Phụ trách Trưởng phòng"
    assert world.actor("officer_b", "2026-01-20T00:00").position == "Quyền Trưởng phòng"
    assert Role.HEAD in world.actor("officer_b", "2026-01-20T00:00").roles


def test_a_seat_is_made_by_administration_in_a_unit_that_exists(world: World, refused: Callable[..., None]) -> None:
    at, by = world.at(), world.actor("admin")
    assert seats.create_post(world.unit["VP"], "Phó Chánh Văn phòng", Rank.DEPUTY, by=by, at=at) > 0
    refused("not_found", seats.create_post, 10**30, "Phó", Rank.DEPUTY, by=by, at=at)
    refused("not_yours", seats.create_post, world.unit["VP"], "Phó", Rank.DEPUTY, by=world.actor("office"), at=at)


# ---------------------------------------------------------------------------------------------- ends
def test_nobody_loses_a_seat_by_one_person_alone(world: World, refused: Callable[..., None]) -> None:
    at, office, held, day = world.at(), world.actor("office"), current(world, "head_a"), date(2026, 1, 5)
    hand_seat(held)
    seats.end(held, day, DECISION, by=office, at=at)
    assert seats.holder_on(world.post["head_a"], day) == world.person["head_a"]
    assert world.actor("head_a").heads == {world.unit["CSDT"]}
    assert [row.id for row in queries.waiting_ends(world.post["head_a"])] == [held]
    refused("second_person", seats.confirm_end, held, by=office, at=at)
    refused("not_yours", seats.confirm_end, held, by=world.actor("head_b"), at=at)
    seats.confirm_end(held, by=world.actor("chair"), at=at)
    assert seats.holder_on(world.post["head_a"], day) is None
    assert queries.waiting_ends() == []
    refused("confirmed_already", seats.confirm_end, held, by=world.actor("vice"), at=at)
    assert replay.differences() == []


def test_an_end_taken_back_changes_nothing_and_cannot_be_confirmed(world: World, refused: Callable[..., None]) -> None:
    at, held = world.at(), current(world, "head_a")
    refused("taken_back", seats.take_back_end, held, by=world.actor("office"), at=at)
    hand_seat(held)
    seats.end(held, date(2026, 2, 1), DECISION, by=world.actor("office"), at=at)
    seats.take_back_end(held, by=world.actor("office"), at=at)
    refused("taken_back", seats.confirm_end, held, by=world.actor("chair"), at=at)
    assert seats.holder_on(world.post["head_a"], date(2026, 2, 1)) == world.person["head_a"]
    end_seat(world, date(2026, 2, 1))
    refused("confirmed_already", seats.take_back_end, held, by=world.actor("office"), at=at)


def test_a_successor_waits_beside_the_end_of_the_one_before_and_comes_after_it(
    world: World, refused: Callable[..., None]
) -> None:
    at, office, chair, held = world.at(), world.actor("office"), world.actor("chair"), current(world, "head_a")
    hand_seat(held)
    seats.end(held, date(2026, 2, 1), DECISION, by=office, at=at)
    person, day = world.person["officer_a"], date(2026, 2, 1)
    entered = seats.enter(world.post["head_a"], person, day, DECISION, by=office, at=at)
    refused("overlap", seats.confirm, entered, by=chair, at=at)
    seats.confirm_end(held, by=chair, at=at)
    seats.confirm(entered, by=chair, at=at)
    assert seats.holder_on(world.post["head_a"], day) == person


def test_an_entry_that_nobody_confirmed_is_taken_back_not_ended(world: World, refused: Callable[..., None]) -> None:
    at, office = world.at(), world.actor("office")
    end_seat(world, date(2026, 2, 1))
    person = world.person["officer_a"]
    entered = seats.enter(world.post["head_a"], person, date(2026, 2, 1), DECISION, by=office, at=at)
    refused("not_confirmed", seats.end, entered, date(2026, 3, 1), DECISION, by=world.actor("chair"), at=at)


def test_what_the_system_ends_has_ended(world: World) -> None:
    hand_seat(current(world, "head_a"))
    seats.end(current(world, "head_a"), date(2026, 2, 1), DECISION, by=Actor.system(), at=world.at())
    assert seats.holder_on(world.post["head_a"], date(2026, 2, 1)) is None
    assert queries.waiting_ends() == []


@pytest.mark.parametrize(("unit", "rank"), [("CSDT", Rank.HEAD), ("LD", Rank.CHAIR), ("VP", Rank.CHAIR)])
def test_a_unit_has_one_head_and_the_body_one_chair(
    unit: str, rank: Rank, world: World, refused: Callable[..., None]
) -> None:
    at, by = world.at(), world.actor("admin")
    refused("seat_exists", seats.create_post, world.unit[unit], "Người thứ hai", rank, by=by, at=at)
    assert seats.create_post(world.unit[unit], "Phó", Rank.DEPUTY, by=by, at=at) > 0


def test_a_closed_seat_of_a_head_makes_room_for_another(world: World) -> None:
    end_seat(world, date(2026, 1, 5))
    seats.close_post(world.post["head_a"], DECISION, by=world.actor("admin"), at=world.at())
    assert seats.create_post(world.unit["CSDT"], "Trưởng phòng", Rank.HEAD, by=world.actor("admin"), at=world.at()) > 0
