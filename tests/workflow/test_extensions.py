"""More time: asked once at a time, decided by another, the first date kept for ever (rulings 12 and 13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models.base import db
from models.people import Tenure
from models.tasks import Deadline, Extension
from models.vocabulary import Action, Capacity, DeadlineCause, ExtensionState, Status
from tests.fixtures.handing import hand_seat
from tests.fixtures.places import World
from workflow.errors import Refusal
from workflow.organization import seats

DUE, MORE = date(2026, 1, 30), date(2026, 2, 27)  # both Fridays
Refused = Callable[..., None]
ASK, GRANT, REFUSE = Action.REQUEST_EXTENSION, Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION


@pytest.fixture
def task(world: World) -> int:
    """Return a task the first division works on, due on 30 January."""
    world.assign(world.drafts[0], "CSDT", DUE)
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    return world.drafts[0]


@pytest.fixture
def refused(world: World) -> Refused:
    """Return a function that expects a step to be refused with a code."""

    def expect(code: str, task: int, action: Action, by: str, local: str = "2026-01-20T08:00", **given: Any) -> None:
        with pytest.raises(Refusal) as caught:
            world.step(task, action, by, local, **given)
        assert caught.value.code == code

    return expect


def ask(world: World, task: int, local: str = "2026-01-20T08:00", to: date = MORE, by: str = "head_a") -> None:
    world.step(task, ASK, by, local, proposed_on=to, reason="Chờ số liệu của Sở.")


def requests(task: int) -> list[Extension]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Extension).where(Extension.task_id == task).order_by(Extension.no)))


def deadlines(task: int) -> list[tuple[int, date, date, DeadlineCause]]:
    rows = db.session.scalars(db.select(Deadline).where(Deadline.task_id == task).order_by(Deadline.no))
    return [(row.no, row.due_on, row.late_after, row.cause) for row in rows]


def test_a_grant_moves_the_current_date_and_never_the_first(world: World, task: int) -> None:
    ask(world, task)
    world.step(task, GRANT, "vice", "2026-01-21T08:00", reason="Đồng ý.")
    found = world.task(task)
    assert (found.due_on, found.late_after) == (MORE, MORE)
    assert (found.original_due_on, found.original_late_after) == (DUE, DUE)
    assert deadlines(task) == [(1, DUE, DUE, DeadlineCause.ORIGINAL), (2, MORE, MORE, DeadlineCause.EXTENSION)]
    (request,) = requests(task)
    assert (request.state, request.granted_on, request.decided_by_id) == (
        ExtensionState.GRANTED,
        MORE,
        world.person["vice"],
    )
    assert (request.after_deadline, request.answer) == (False, "Đồng ý.")


def test_after_a_grant_more_can_be_asked_and_the_first_date_still_stands(world: World, task: int) -> None:
    for number, to in enumerate((MORE, date(2026, 3, 31)), start=1):
        ask(world, task, to=to)
        world.step(task, GRANT, "chair", "2026-01-21T08:00")
        assert len(deadlines(task)) == number + 1
    assert (world.task(task).due_on, world.task(task).original_due_on) == (date(2026, 3, 31), DUE)


def test_a_refusal_leaves_the_date_and_needs_a_reason(world: World, task: int, refused: Refused) -> None:
    ask(world, task)
    refused("missing_field", task, REFUSE, "vice")
    world.step(task, REFUSE, "vice", "2026-01-21T08:00", reason="Không có căn cứ.")
    assert [row.state for row in requests(task)] == [ExtensionState.REFUSED]
    assert world.task(task).due_on == DUE
    refused("no_open_request", task, REFUSE, "vice", reason="x")
    ask(world, task)
    assert [row.no for row in requests(task)] == [1, 2]


@pytest.mark.parametrize(
    ("to", "local", "code"),
    [
        (DUE, "2026-01-20T08:00", "not_later"),
        (date(2026, 1, 29), "2026-01-20T08:00", "not_later"),
        (date(2026, 2, 2), "2026-02-03T08:00", "not_later"),  # later than the deadline, but past when asked
        (None, "2026-01-20T08:00", "missing_field"),
    ],
)
def test_a_date_that_is_not_later_is_refused(
    world: World, task: int, refused: Refused, to: date | None, local: str, code: str
) -> None:
    refused(code, task, ASK, "head_a", local, proposed_on=to, reason="x")
    assert requests(task) == []


def test_a_date_before_the_last_good_day_of_a_deadline_on_a_rest_day_is_not_later(
    world: World, refused: Refused
) -> None:
    task = world.drafts[1]
    world.assign(task, "CSDT", date(2026, 1, 31))  # a Saturday: not late before Monday 2 February ends
    world.step(task, Action.RECEIVE, "head_a")
    assert world.task(task).late_after == date(2026, 2, 2)
    refused("not_later", task, ASK, "head_a", proposed_on=date(2026, 2, 2), reason="x")
    ask(world, task, to=date(2026, 2, 3))
    refused("not_later", task, GRANT, "vice", granted_on=date(2026, 2, 1))
    world.step(task, GRANT, "vice", "2026-01-21T08:00", granted_on=date(2026, 2, 7))  # again a Saturday
    assert (world.task(task).due_on, world.task(task).late_after) == (date(2026, 2, 7), date(2026, 2, 9))


def test_a_request_after_the_deadline_is_marked_and_a_second_before_midnight_is_not(world: World, task: int) -> None:
    ask(world, task, "2026-01-30T23:59:59")
    world.step(task, REFUSE, "vice", "2026-01-31T00:00", reason="x")
    ask(world, task, "2026-01-31T00:00")
    assert [row.after_deadline for row in requests(task)] == [False, True]


def test_only_one_request_is_open(world: World, task: int, refused: Refused) -> None:
    ask(world, task)
    refused("request_open", task, ASK, "head_a", proposed_on=MORE, reason="x")
    assert Action.REQUEST_EXTENSION not in {step.action for step in world.view(task, "head_a").steps}


def test_a_task_without_a_date_has_nothing_to_extend(world: World, refused: Refused) -> None:
    world.assign(world.drafts[1], "CSDT")
    world.step(world.drafts[1], Action.RECEIVE, "head_a")
    refused("no_deadline", world.drafts[1], ASK, "head_a", proposed_on=MORE, reason="x")
    assert ASK not in {step.action for step in world.view(world.drafts[1], "head_a").steps}


def test_nobody_decides_on_what_he_asked_nor_for_a_unit_he_heads(world: World, task: int, refused: Refused) -> None:
    hold(world, "head_a", None, date(2026, 1, 10))
    hold(world, "head_a", "vice", date(2026, 1, 10), Capacity.ACTING)  # the vice-chair is acting head for a while
    ask(world, task, by="vice")
    refused("not_yours", task, GRANT, "vice")
    hold(world, "head_a", None, date(2026, 1, 25))
    refused("not_yours", task, GRANT, "vice", "2026-01-26T08:00")  # acting no more, but it was his request
    assert GRANT not in {step.action for step in world.view(task, "vice", "2026-01-26T08:00").steps}
    world.step(task, GRANT, "chair", "2026-01-26T08:00")


def hold(world: World, post: str, username: str | None, on: date, capacity: Capacity = Capacity.FULL) -> None:
    """End the time of who holds a post, or put somebody on it."""
    by, at = world.actor("office"), world.at()
    if username is None:
        query = db.select(Tenure.id).where(Tenure.post_id == world.post[post], Tenure.to_on.is_(None))
        held = db.session.scalars(query).one()
        hand_seat(held)
        seats.end(held, on, "QĐ 7", by=by, at=at)
        seats.confirm_end(held, by=world.actor("head_office"), at=at)
        return
    entered = seats.enter(world.post[post], world.person[username], on, "QĐ 7", capacity=capacity, by=by, at=at)
    seats.confirm(entered, by=world.actor("chair"), at=at)


def test_a_request_waits_while_a_result_is_handed_in_is_decided_after_a_return_and_lapses_with_completion(
    world: World, task: int, refused: Refused
) -> None:
    ask(world, task)
    world.step(task, Action.HAND_IN, "officer_a", "2026-01-21T08:00", result="x")
    refused("wrong_state", task, GRANT, "vice", "2026-01-21T09:00")
    world.step(task, Action.RETURN, "head_a", "2026-01-21T10:00", reason="Thiếu.")
    world.step(task, GRANT, "vice", "2026-01-21T11:00")
    ask(world, task, "2026-01-22T08:00", date(2026, 3, 31))
    world.step(task, Action.HAND_IN, "officer_a", "2026-01-22T09:00", result="x")
    world.step(task, Action.SIGN_OFF, "head_a", "2026-01-22T10:00")
    world.step(task, Action.CONFIRM, "vice", "2026-01-22T11:00")
    assert [row.state for row in requests(task)] == [ExtensionState.GRANTED, ExtensionState.LAPSED]
    assert requests(task)[1].decided_by_id is None


@pytest.mark.parametrize(("action", "by"), [(Action.CANCEL, "chair"), (Action.WITHDRAW, "office")])
def test_a_request_lapses_when_the_task_is_stopped(world: World, task: int, action: Action, by: str) -> None:
    ask(world, task)
    world.step(task, action, by, "2026-01-21T08:00", reason="x", decision="QĐ 8 ngày 21/01/2026")
    assert [(row.state, row.decided_at) for row in requests(task)] == [
        (ExtensionState.LAPSED, world.at("2026-01-21T08:00"))
    ]


def test_a_request_stays_open_through_waiting_and_holding(world: World, task: int) -> None:
    ask(world, task)
    world.step(task, Action.HOLD, "vice", "2026-01-21T08:00", reason="x", until=date(2026, 2, 10))
    world.step(task, GRANT, "vice", "2026-01-22T08:00")
    assert (world.task(task).status, world.task(task).due_on) == (Status.ON_HOLD, MORE)


def test_a_date_given_as_before_a_day_is_shown_a_day_earlier_and_is_good_to_that_day(world: World) -> None:
    world.assign(world.drafts[1], "CSDT", date(2026, 1, 29), boundary="before")  # trước ngày 29/01/2026
    task = world.task(world.drafts[1])
    assert (task.due_on, task.late_after) == (date(2026, 1, 28), date(2026, 1, 29))
    assert (task.original_due_on, task.original_late_after) == (date(2026, 1, 28), date(2026, 1, 29))
