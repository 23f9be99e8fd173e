"""Declared states held against the facts: the rules are one table; green to the last and late is counted once."""

from __future__ import annotations

from datetime import date

import pytest

from accountability import declared as held
from models.base import db
from models.people import Tenure
from models.vocabulary import Action, DeclaredState
from tests.fixtures.places import PASSWORD, World
from workflow import declared, reference
from workflow.actors import Actor
from workflow.declared import RULES, Standing
from workflow.organization import handovers, seats
from workflow.permissions import Scope
from workflow.queries import tasks as queries
from workflow.queries.tasks import Filter

G, A, R = DeclaredState.GREEN, DeclaredState.AMBER, DeclaredState.RED


def begun(world: World, due: date = date(2026, 1, 30), number: int = 0) -> int:
    world.assign(world.drafts[number], "CSDT", due, product="Báo cáo")
    world.step(world.drafts[number], Action.RECEIVE, "head_a")
    return world.drafts[number]


def say(world: World, key: int, state: DeclaredState | None, local: str) -> None:
    world.step(key, Action.PROGRESS, "officer_a", local, text="Đang làm", state=state)


def counted(world: World, local: str) -> dict[str, list[int]]:
    ref = reference.load(date.fromisoformat(local[:10]))
    found = held.green_then_late(ref, seen_by=Scope(world.actor("chair", local)))
    return {head.name: [item.task_id for item in items] for head, items in found.items()}


def seen(world: World, key: int, local: str) -> declared.Seen:
    found = world.view(key, "chair", local).seen
    assert found is not None
    page = queries.page(
        Filter(), reference.load(date.fromisoformat(local[:10])), seen_by=Scope(world.actor("chair", local))
    )
    assert page.seen[key] == found
    return found


def test_four_green_updates_then_late_are_counted_once_for_the_head(world: World) -> None:
    key = begun(world)
    for day in ("07", "14", "21", "30"):
        say(world, key, G, f"2026-01-{day}T09:00")
    assert counted(world, "2026-01-30T23:00") == {}
    assert counted(world, "2026-02-02T09:00") == {"Triệu Minh Đức": [key]}
    assert counted(world, "2026-05-04T09:00") == {"Triệu Minh Đức": [key]}


def test_it_stays_counted_when_it_was_handed_in_late_and_completed(world: World) -> None:
    key = begun(world)
    say(world, key, G, "2026-01-29T09:00")
    world.step(key, Action.HAND_IN, "officer_a", "2026-02-04T09:00", result="Xong")
    world.step(key, Action.SIGN_OFF, "head_a", "2026-02-04T10:00")
    world.step(key, Action.CONFIRM, "vice", "2026-02-04T11:00")
    assert counted(world, "2026-03-02T09:00") == {"Triệu Minh Đức": [key]}


@pytest.mark.parametrize(
    "said",
    [
        [(G, "2026-01-20T09:00"), (A, "2026-01-29T09:00")],  # warned before the deadline
        [(A, "2026-01-20T09:00"), (G, "2026-02-02T09:00")],  # green only after it
        [(None, "2026-01-20T09:00")],  # nothing was declared
    ],
)
def test_who_warned_in_time_or_declared_nothing_is_not_counted(
    world: World, said: list[tuple[DeclaredState | None, str]]
) -> None:
    key = begun(world)
    for state, local in said:
        say(world, key, state, local)
    assert counted(world, "2026-02-10T09:00") == {}


def test_a_text_alone_after_a_green_report_takes_nothing_back(world: World) -> None:
    key = begun(world)
    say(world, key, G, "2026-01-20T09:00")
    say(world, key, None, "2026-01-29T09:00")
    assert counted(world, "2026-02-10T09:00") == {"Triệu Minh Đức": [key]}


def test_in_time_it_is_not_counted(world: World) -> None:
    key = begun(world)
    say(world, key, G, "2026-01-20T09:00")
    world.step(key, Action.HAND_IN, "officer_a", "2026-01-30T22:00", result="Xong")
    assert counted(world, "2026-03-02T09:00") == {}


def test_it_is_charged_to_the_head_of_the_first_late_day(world: World) -> None:
    key, by, at = begun(world), Actor.system(), world.at("2026-02-05T08:00")
    say(world, key, G, "2026-01-29T09:00")
    tenure = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post["head_a"])).one()
    handovers.sign(
        handovers.of_seat(db.session.get_one(Tenure, tenure)), {}, password=PASSWORD, by=world.actor("head_a"), at=at
    )
    seats.end(tenure, date(2026, 2, 6), "QĐ 9", by=by, at=at)
    entered = seats.enter(world.post["head_a"], world.person["officer_b"], date(2026, 2, 6), "QĐ 10", by=by, at=at)
    seats.confirm(entered, by=by, at=at)
    assert counted(world, "2026-03-02T09:00") == {"Triệu Minh Đức": [key]}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Standing(late=True, left=None, silent=0), R),
        (Standing(late=False, left=1, silent=0, children=1), R),
        (Standing(late=False, left=1, silent=0, duties=1), R),
        (Standing(late=False, left=1, silent=0), G),
        (Standing(late=False, left=7, silent=6), A),
        (Standing(late=False, left=7, silent=5), G),
        (Standing(late=False, left=8, silent=20), G),
        (Standing(late=False, left=5, silent=0, duties=1), A),
        (Standing(late=False, left=5, silent=0, children=2), A),
        (Standing(late=False, left=6, silent=0, children=2), G),
        (Standing(late=False, left=None, silent=21), A),
        (Standing(late=False, left=None, silent=400), A),  # ongoing: never red
    ],
)
def test_the_state_follows_from_the_facts_by_the_first_rule_that_holds(
    facts: Standing, expected: DeclaredState
) -> None:
    assert declared.computed(facts) == expected


def test_every_rule_decides_somewhere(world: World) -> None:
    samples = [
        Standing(late, left, silent, children, duties)
        for late in (False, True)
        for left in (None, 0, 1, 5, 7, 30)
        for silent in (0, 6, 21)
        for children in (0, 1)
        for duties in (0, 1)
    ]
    first = {next((rule for rule in RULES if declared.holds(rule, facts)), None) for facts in samples}
    assert first == {*RULES, None}


def test_green_while_the_facts_say_otherwise_is_shown_as_a_gap(world: World) -> None:
    key = begun(world)
    say(world, key, G, "2026-01-07T09:00")
    assert not seen(world, key, "2026-01-08T09:00").is_rosier
    late = seen(world, key, "2026-01-27T09:00")
    assert (late.declared, late.computed, late.is_rosier) == (G, A, True)
    found = held.rosy(reference.load(date(2026, 1, 27)), seen_by=Scope(world.actor("chair", "2026-01-27T09:00")))
    assert [item.task_id for item in found] == [key]


def test_waiting_for_another_unit_near_the_deadline_is_a_danger(world: World) -> None:
    key = begun(world)
    world.step(key, Action.START, "officer_a")
    given = {"unit_id": world.unit["KHTH"], "reason": "Số liệu", "answer_by": date(2026, 1, 29)}
    world.step(key, Action.WAIT, "head_a", "2026-01-26T09:00", **given)
    say(world, key, G, "2026-01-27T09:00")
    assert seen(world, key, "2026-01-27T10:00").computed == A


def test_a_recurring_duty_itself_has_no_state_of_its_own(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", recurs=True, deadline_words="hằng tháng")
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    assert world.view(world.drafts[0], "head_a", "2026-06-01T08:00").seen is None
