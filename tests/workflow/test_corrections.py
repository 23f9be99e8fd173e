"""A mistyped date after receipt: entered by one with a reason, confirmed by another; the first one stays for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accountability import replay, verify
from models.base import db
from models.tasks import Deadline
from models.vocabulary import Action, DeadlineCause
from tests.fixtures.places import World
from workflow.errors import Refusal

A = Action
TYPED, MEANT = date(2026, 1, 3 + 27), date(2026, 3, 30)
Refused = Callable[..., None]


@pytest.fixture
def task(world: World) -> int:
    """Return a task received with 30 January for 30 March."""
    world.assign(world.drafts[0], "CSDT", TYPED)
    world.step(world.drafts[0], A.RECEIVE, "head_a")
    return world.drafts[0]


@pytest.fixture
def refused(world: World) -> Refused:
    """Return a function that expects a step to be refused with a code."""

    def expect(code: str, task: int, action: Action, by: str, local: str = "2026-01-12T08:00", **given: Any) -> None:
        with pytest.raises(Refusal) as caught:
            world.step(task, action, by, local, **given)
        assert caught.value.code == code

    return expect


def test_one_person_enters_it_and_nothing_moves_before_a_second_one_confirms(
    world: World, task: int, refused: Refused
) -> None:
    world.step(task, A.CORRECT_DATE, "office", "2026-01-12T08:00", due_on=MEANT, reason="Gõ nhầm tháng.")
    assert world.task(task).due_on == TYPED
    refused("not_yours", task, A.CONFIRM_DATE, "office")
    refused("not_yours", task, A.CONFIRM_DATE, "head_a")
    world.step(task, A.CONFIRM_DATE, "head_office", "2026-01-12T09:00")
    found = world.task(task)
    assert (found.due_on, found.original_due_on) == (MEANT, TYPED)
    rows = db.session.scalars(db.select(Deadline).where(Deadline.task_id == task).order_by(Deadline.no))
    assert [(row.due_on, row.cause) for row in rows] == [
        (TYPED, DeadlineCause.ORIGINAL), (MEANT, DeadlineCause.CORRECTION),
    ]  # fmt: skip
    assert replay.differences() == []
    assert verify.log().ok


def test_a_correction_counts_as_no_extension_and_may_shorten(world: World, task: int) -> None:
    world.step(task, A.CORRECT_DATE, "vice", "2026-01-12T08:00", due_on=date(2026, 1, 20), reason="x")
    world.step(task, A.CONFIRM_DATE, "office", "2026-01-12T09:00")
    found = world.view(task, "head_a", "2026-01-12T10:00").time
    assert (found.granted, world.task(task).due_on) == (0, date(2026, 1, 20))


def test_it_can_be_taken_back_and_only_one_waits(world: World, task: int, refused: Refused) -> None:
    refused("no_correction", task, A.DROP_DATE, "office")
    world.step(task, A.CORRECT_DATE, "office", "2026-01-12T08:00", due_on=MEANT, reason="x")
    refused("correction_open", task, A.CORRECT_DATE, "vice", due_on=MEANT, reason="x")
    world.step(task, A.DROP_DATE, "office", "2026-01-12T09:00")
    refused("no_correction", task, A.CONFIRM_DATE, "vice")
    assert world.task(task).due_on == TYPED


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"due_on": MEANT}, "missing_field"), ({"reason": "x"}, "missing_field"),
        ({"due_on": TYPED, "reason": "x"}, "same_date"),
        ({"due_on": date(2026, 1, 4), "reason": "x"}, "before_assignment"),
    ],
)  # fmt: skip
def test_what_is_no_correction_is_refused(
    world: World, task: int, refused: Refused, given: dict[str, Any], code: str
) -> None:
    refused(code, task, A.CORRECT_DATE, "office", **given)


def test_before_receipt_its_assigner_corrects_it_alone(world: World, refused: Refused) -> None:
    world.assign(world.drafts[1], "CSDT", TYPED)
    refused("wrong_state", world.drafts[1], A.CORRECT_DATE, "office", due_on=MEANT, reason="x")
    world.assign(world.drafts[1], "CSDT", MEANT)
    assert world.task(world.drafts[1]).original_due_on == MEANT


def test_the_unit_itself_never_corrects_a_date(world: World, task: int, refused: Refused) -> None:
    for by in ("head_a", "officer_a"):
        refused("not_yours", task, A.CORRECT_DATE, by, due_on=MEANT, reason="x")
