"""Two who decide on time at the same moment: one decision, one date, nobody's words half-written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from flask import Flask

from accountability import replay, verify
from models.base import db
from models.causes import CauseDecision, DateCorrection
from models.log import LogEntry
from models.tasks import Deadline, Extension
from models.vocabulary import Action, CorrectionState, DelayClass, ExtensionState
from tests.fixtures.campaigns import Campaign
from tests.fixtures.places import World
from tests.fixtures.threads import together
from workflow import offers, tasks
from workflow.given import Given

A, S = Action, ExtensionState
DUE, ASKED, OFFERED = date(2026, 1, 30), date(2026, 2, 27), date(2026, 2, 10)
THREADS = 12
LOST = {"no_open_request", "offer_open", "no_offer", "no_correction", "no_cause", "somebody_was_faster"}


def asked(world: World) -> int:
    """Return a new task of the first division on which its head has asked for more time."""
    task = tasks.create(world.plan, "Việc tranh chấp", "", by=world.actor("vice"), at=world.at(), given=Given())
    world.assign(task, "CSDT", DUE)
    world.step(task, A.RECEIVE, "head_a")
    world.step(task, A.REQUEST_EXTENSION, "head_a", "2026-01-20T08:00", proposed_on=ASKED, reason="Mưa lũ")
    return task


def decisions(world: World, task: int) -> list[Callable[[], object]]:
    """Return what two deciders and the system would do with the request, all at once."""
    local = "2026-01-21T08:00"
    return [
        partial(world.step, task, A.GRANT_EXTENSION, "vice", local),
        partial(world.step, task, A.GRANT_EXTENSION, "chair", local),
        partial(world.step, task, A.REFUSE_EXTENSION, "chair", local, reason="Không"),
        partial(world.step, task, A.COUNTER_EXTENSION, "vice", local, proposed_on=OFFERED, reason="Khác"),
    ] * (THREADS // 4)


def whole(task: int) -> Extension:
    """Hold log and rows against each other and return the one request."""
    assert verify.log().ok
    assert replay.differences() == []
    found: Extension = db.session.scalars(db.select(Extension).where(Extension.task_id == task)).one()
    return found


def dates(task: int) -> list[date]:
    query = db.select(Deadline.due_on).where(Deadline.task_id == task)
    return list(db.session.scalars(query.order_by(Deadline.no)))


def test_of_many_who_decide_on_more_time_at_once_exactly_one_does(
    world_app: tuple[Flask, World], engine: str, campaign: Callable[..., Campaign]
) -> None:
    app, world = world_app
    rounds = campaign(f"deciding on more time, {THREADS} threads on {engine}", small=3, full=100)
    for _round in range(rounds.count):
        with app.app_context():
            task = asked(world)
        outcomes = together(app, decisions(world, task))
        assert outcomes.count(None) == 1, outcomes
        assert {str(code) for code in outcomes if code is not None} <= LOST, outcomes
        with app.app_context():
            request = whole(task)
            moved = [DUE, ASKED] if request.state == S.GRANTED else [DUE]
            assert (dates(task), world.task(task).due_on) == (moved, moved[-1])
    rounds.found(decided=rounds.count)


def test_an_offer_is_accepted_or_declined_or_lapses_and_never_two_of_them(
    world_app: tuple[Flask, World], engine: str, campaign: Callable[..., Campaign]
) -> None:
    app, world = world_app
    rounds = campaign(f"answering an offer, {THREADS} threads on {engine}", small=3, full=100)
    for _round in range(rounds.count):
        with app.app_context():
            task = asked(world)
            given = {"proposed_on": OFFERED, "reason": "Khác"}
            world.step(task, A.COUNTER_EXTENSION, "vice", "2026-01-21T08:00", **given)
        works: list[Callable[[], object]] = [
            partial(world.step, task, A.ACCEPT_COUNTER, "head_a", "2026-01-26T23:59"),
            partial(world.step, task, A.DECLINE_COUNTER, "head_a", "2026-01-26T23:59", reason="Không"),
            partial(offers.lapse_all, world.at("2026-01-27T00:02")),
            partial(world.step, task, A.GRANT_EXTENSION, "chair", "2026-01-26T23:59"),
        ]  # fmt: skip
        outcomes = together(app, works * (THREADS // 4))
        answered = outcomes.count(None) + outcomes.count(1)
        assert answered == 1, outcomes
        assert {str(code) for code in outcomes if code not in (None, 0, 1)} <= LOST, outcomes
        with app.app_context():
            request = whole(task)
            moved = [DUE, OFFERED] if request.state == S.GRANTED else [DUE]
            assert (dates(task), world.task(task).due_on) == (moved, moved[-1])
            acts = db.select(db.func.count()).select_from(LogEntry).where(LogEntry.act == offers.LAPSE)
            mine = acts.where(LogEntry.task_id == task, LogEntry.obj_type == "task")
            assert db.session.scalar(mine) == (1 if request.state == S.LAPSED else 0)
    rounds.found(answered=rounds.count)


def test_one_of_many_confirms_a_corrected_date_and_one_decides_on_a_cause(
    world_app: tuple[Flask, World], engine: str
) -> None:
    app, world = world_app
    late, words = "2026-02-03T08:00", {"document_number": "45/BC", "document_on": date(2026, 2, 2)}
    with app.app_context():
        task = asked(world)
        world.step(task, A.CORRECT_DATE, "office", "2026-01-21T08:00", due_on=OFFERED, reason="Gõ nhầm")
        other = asked(world)
        world.step(other, A.STATE_CAUSE, "head_a", late, delay_class=DelayClass.OBJECTIVE, text="Lũ")
    works: list[Callable[[], object]] = [
        partial(world.step, task, A.CONFIRM_DATE, "chair", "2026-01-21T09:00"),
        partial(world.step, task, A.DROP_DATE, "office", "2026-01-21T09:00"),
        partial(world.step, other, A.CONFIRM_CAUSE, "vice", late, **words),
        partial(world.step, other, A.REFUSE_CAUSE, "chair", late, reason="Không"),
    ]  # fmt: skip
    outcomes = together(app, works * 3)
    won = [outcome is None for outcome in outcomes]
    assert [sum(won[0::4]) + sum(won[1::4]), sum(won[2::4]) + sum(won[3::4])] == [1, 1], outcomes
    assert {str(code) for code in outcomes if code is not None} <= LOST, outcomes
    with app.app_context():
        whole(task)
        row = db.session.scalars(db.select(DateCorrection)).one()
        assert dates(task) == ([DUE, OFFERED] if row.state == CorrectionState.CONFIRMED else [DUE])
        assert len(db.session.scalars(db.select(CauseDecision)).all()) == 1
