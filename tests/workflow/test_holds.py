"""A hold stops time up to its last day and no longer, whoever forgets to end it."""

from __future__ import annotations

from datetime import date
from typing import Any

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


def test_a_hold_moves_no_date_by_itself(world: World, held: int) -> None:
    world.step(held, Action.RESUME, "vice", DURING)
    assert (world.task(held).due_on, world.task(held).original_due_on) == (DUE, DUE)


def test_another_date_is_given_with_the_hold_by_a_decision_and_the_first_one_stays(world: World) -> None:
    task, later = world.drafts[1], date(2026, 2, 13)
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.RECEIVE, "head_a")
    holds: dict[str, Any] = {"reason": "Chờ Trung ương", "until": LAST, "due_after": later}
    with pytest.raises(Refusal) as caught:
        world.step(task, Action.HOLD, "vice", **holds)
    assert caught.value.code == "missing_field"  # the decision's number and day
    world.step(task, Action.HOLD, "vice", **holds, decision="QĐ 12 ngày 05/01/2026")
    found = world.task(task)
    assert (found.due_on, found.original_due_on, found.held_until) == (later, DUE, LAST)
    dates = world.view(task, "head_a").time.dates
    assert [(one.due_on, one.cause.value) for one in dates] == [(DUE, "original"), (later, "hold")]
    assert replay.differences() == []


def test_a_hold_is_prolonged_by_the_supervisor_and_never_shortened_so(world: World, held: int) -> None:
    for until, by, code in (
        (LAST, "vice", "hold_not_longer"), (date(2026, 2, 2), "head_a", "not_yours"), (None, "vice", "missing_field"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            world.step(held, Action.HOLD, by, DURING, reason="x", until=until)
        assert caught.value.code == code
    world.step(held, Action.HOLD, "vice", AFTER, reason="Vẫn chờ", until=date(2026, 2, 2))
    assert (world.task(held).status, world.task(held).held_until) == (Status.ON_HOLD, date(2026, 2, 2))
    assert world.view(held, "head_a", AFTER).timing.state == TimingState.ON_HOLD
    assert replay.differences() == []
