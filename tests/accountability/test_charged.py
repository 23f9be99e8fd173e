"""Late days charged over a period: each once, to who held the seat; both ways of working them out agree."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

import clock
from accountability import periods
from accountability.figures import charged
from accountability.figures.charged import Side
from accountability.figures.question import VACANT, Question, of_period
from models.vocabulary import Action
from tests.accountability.test_figures import change, lived_on, question, story
from tests.fixtures.places import World
from workflow import reference

APART = (Side.LEADERSHIP, Side.NOBODY)


def total(about: Question) -> int:
    """Return the late days of a question, and hold everybody's part against them."""
    ref = reference.load(about.day)
    found = charged.of(about, ref)
    assert found == charged.of(about, ref, by_history=True)
    days = sum(each.charge.days for each in found)
    units = {each.unit_id for each in found}
    assert sum(each.charge.days for unit in units for each in charged.of(about.about(unit_id=unit), ref)) == days
    heads = {each.blame.person_id or VACANT for each in found if each.side not in APART}
    of_heads = [each for head in heads for each in charged.of(about.about(head_id=head), ref)]
    others = [each for each in found if each.side in APART]
    assert sum(each.charge.days for each in (*of_heads, *others)) == days
    return days


def test_head_a_to_the_15th_and_b_from_the_16th_answer_for_five_days_each(world: World) -> None:
    key = world.drafts[0]
    world.assign(key, "CSDT", date(2026, 2, 10))
    change(world, "head_a", "officer_b", date(2026, 2, 16))
    world.to_hand_in(key, head="officer_b", local="2026-02-20T09:00")
    about = question(world)
    assert total(about) == 10
    for person in ("head_a", "officer_b"):
        own = charged.of(about.about(head_id=world.person[person]), reference.load(about.day))
        assert [each.charge.days for each in own] == [5]


def test_only_the_days_of_the_period_are_charged_in_it(world: World) -> None:
    story(world)
    parts = ("2026-01", "2026-02", "2026-03")
    asked = [of_period(periods.parse(code), world.at("2026-03-10T09:00")) for code in parts]
    whole = of_period(periods.parse("2026-Q1"), world.at("2026-03-10T09:00"))
    assert sum(map(total, asked)) == total(whole) == 11 + 39


def test_waiting_is_charged_to_the_unit_waited_for_and_what_was_confirmed_stands_apart(world: World) -> None:
    story(world)
    abouts = list(lived_on(world))
    before, after = abouts[7], abouts[8]  # stated, then confirmed as objective
    ref = reference.load(before.day)
    sums = charged.totals(charged.of(before, ref))
    assert (sums["charged_waited_days"], sums["objective_days"]) == (6, 0)
    waited = charged.totals(charged.of(before.about(unit_id=world.unit["CSDT"]), ref))
    assert waited["charged_waited_days"] == 6  # 31/1 to 5/2: four working days waited beyond the day to answer
    confirmed = charged.totals(charged.of(after, reference.load(after.day)))
    assert confirmed["objective_days"] == 11
    assert total(before) + 1 == total(after) == 22


@pytest.mark.parametrize("seed", [1])
def test_over_random_seats_what_is_charged_sums_to_the_whole(world: World, seed: int) -> None:
    chance = random.Random(seed)
    for key in world.drafts:
        unit, head, _officer = chance.choice((("CSDT", "head_a", "officer_a"), ("KHTH", "head_b", "officer_b")))
        due = date(2026, 1, 8) + timedelta(days=chance.randrange(40))
        world.assign(key, unit, due)
        if chance.random() < 0.5:
            world.step(key, Action.RECEIVE, head, f"2026-01-{chance.randrange(6, 28):02d}T09:00")
    change(world, "head_a", "office", date(2026, 1, 28) + timedelta(days=chance.randrange(20)))
    change(world, "head_b", "officer_a", date(2026, 1, 28) + timedelta(days=chance.randrange(20)))
    about = question(world)
    late = sum(
        max(0, (DAY - max(world.task(key).late_after or DAY, clock.day_of(world.at()))).days) for key in world.drafts
    )
    assert total(about) == late


DAY = date(2026, 3, 2)
