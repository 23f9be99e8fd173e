"""A hold stops time up to its last day and no longer, whoever forgets to end it."""

from __future__ import annotations

from datetime import date

import pytest

from accountability import replay, verify
from models.vocabulary import Action, Status, TimingState
from tests.fixtures.places import World
from workflow import reference
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.queries import desk, plans, tasks
from workflow.queries.tasks import Filter

DUE, LAST = date(2026, 1, 20), date(2026, 1, 22)
DURING, AFTER = "2026-01-22T16:00", "2026-01-23T08:00"


@pytest.fixture
def held(world: World) -> int:
    """Return a task on hold up to 22 January, due two days before that."""
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.HOLD, "vice", reason="Chờ Trung ương", until=LAST)
    return task


def heaps(world: World, username: str, local: str) -> dict[str, list[int]]:
    ref = reference.load(world.at(local).date())
    found = desk.sections(ref, seen_by=Scope(world.actor(username, local)))
    return {heap.name: [row.id for row in heap.rows] for heap in found}


def listed(world: World, when: str, local: str) -> list[int]:
    ref = reference.load(world.at(local).date())
    page = tasks.page(Filter(when=when), ref, seen_by=Scope(world.actor("head_a", local)))
    return [row.id for row in page.rows]


def test_a_hold_whose_last_day_has_passed_lets_time_run_again_everywhere(world: World, held: int) -> None:
    during, after = world.view(held, "head_a", DURING), world.view(held, "head_a", AFTER)
    assert (during.timing.state, during.is_hold_over) == (TimingState.ON_HOLD, False)
    assert (after.timing.state, after.timing.days, after.is_hold_over) == (TimingState.OVERDUE, 3, True)
    assert (listed(world, "overdue", DURING), listed(world, "overdue", AFTER)) == ([], [held])
    ref, scope = reference.load(date(2026, 1, 23)), Scope(world.actor("head_a", AFTER))
    assert [plan.tally.overdue for plan in plans.index(ref, seen_by=scope)] == [1]


@pytest.mark.parametrize("username", ["head_a", "officer_a", "vice", "chair", "office"])
def test_what_a_hold_has_left_behind_lies_in_a_heap_of_its_own_on_the_desk(
    username: str, world: World, held: int
) -> None:
    assert "hold_over" not in heaps(world, username, DURING)
    assert heaps(world, username, AFTER)["hold_over"] == [held]


def test_after_the_last_day_the_head_resumes_himself_and_before_it_only_the_supervisor(world: World, held: int) -> None:
    with pytest.raises(Refusal) as caught:
        world.step(held, Action.RESUME, "head_a", DURING)
    assert caught.value.code == "not_yours"
    with pytest.raises(Refusal) as caught:
        world.step(held, Action.RESUME, "officer_a", AFTER)
    assert caught.value.code == "not_yours"
    world.step(held, Action.RESUME, "head_a", AFTER)
    assert (world.task(held).status, world.task(held).held_until) == (Status.IN_PROGRESS, None)
    assert replay.differences() == []
    assert verify.log().ok


def test_the_end_of_a_hold_is_worked_out_and_writes_nothing(world: World, held: int) -> None:
    before = world.task(held).version
    world.view(held, "head_a", AFTER)
    heaps(world, "head_a", AFTER)
    assert (world.task(held).version, world.task(held).status) == (before, Status.ON_HOLD)
    assert replay.differences() == []
