"""Many people at the same moment: no entry lost, no gap, no fork, one winner (LOG-3, CON-1…3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial

from flask import Flask

from accountability import replay, verify
from models.base import db
from models.log import LogEntry, LogHead
from models.tasks import Note, Signature
from models.vocabulary import Action, MandateKind, Meaning, Status
from tests.fixtures.campaigns import Campaign
from tests.fixtures.places import PASSWORD, World
from tests.fixtures.threads import together
from workflow import tasks
from workflow.given import Given
from workflow.organization import seats

THREADS = 12
DUE = date(2026, 1, 30)


def seq() -> int:
    found: int = db.session.scalars(db.select(LogHead.seq)).one()
    return found


def whole() -> None:
    """Hold the log against itself and the rows against the log."""
    numbers = list(db.session.scalars(db.select(LogEntry.seq).order_by(LogEntry.seq)))
    assert numbers == list(range(1, len(numbers) + 1))
    assert verify.log().ok
    assert replay.differences() == []


def test_every_accepted_act_has_its_entries_and_no_other_has(
    world_app: tuple[Flask, World], engine: str, campaign: Callable[..., Campaign]
) -> None:
    app, world = world_app
    rounds = campaign(f"writers at once on {engine}, {THREADS} threads", small=3, full=100)
    with app.app_context():
        for task in world.drafts:
            world.assign(task, "CSDT", DUE)
        before = seq()

    def comment(place: int, number: int) -> None:
        world.step(world.drafts[place % 4], Action.COMMENT, "head_a", text=f"ý {number}-{place}")

    accepted = 0
    for number in range(rounds.count):
        works = [partial(comment, place, number) for place in range(THREADS)]
        outcomes = together(app, works)
        assert outcomes == [None] * THREADS
        accepted += THREADS
    with app.app_context():
        notes = db.session.scalar(db.select(db.func.count()).select_from(Note))
        assert notes == accepted
        assert seq() - before == 2 * accepted, "a comment is two entries: the task's and its own"
        whole()
    rounds.found(accepted=accepted, entries=2 * accepted)


def test_one_of_many_wins_a_step_and_the_others_hear_that_somebody_was_faster(
    world_app: tuple[Flask, World], engine: str, campaign: Callable[..., Campaign]
) -> None:
    app, world = world_app
    rounds = campaign(f"one step, {THREADS} people on {engine}", small=2, full=100)
    with app.app_context():
        new = [tasks.create(world.plan, f"Việc {number}", "", by=world.actor("vice"), at=world.at(), given=Given())
               for number in range(rounds.count)]  # fmt: skip

    for task in new:
        with app.app_context():
            version = world.task(task).version
        givers = ("chair", "vice", "head_office", "office") * 3

        def give(name: str, task: int = task, version: int = version) -> None:
            world.assign(task, "CSDT", DUE, by=name, version=version)

        outcomes = together(app, [partial(give, name) for name in givers])
        assert Counter(outcomes) == {None: 1, "somebody_was_faster": THREADS - 1}
    with app.app_context():
        assert all(world.task(task).status == Status.ASSIGNED for task in new)
        whole()
    rounds.found(winners=rounds.count)


def test_two_heads_at_once_sign_once(
    world_app: tuple[Flask, World], engine: str, campaign: Callable[..., Campaign]
) -> None:
    app, world = world_app
    rounds = campaign(f"two heads at once on {engine}", small=2, full=100)
    with app.app_context():
        at, by = world.at(), world.actor("office")
        new = [tasks.create(world.plan, f"Việc {number}", "", by=world.actor("vice"), at=at, given=Given())
               for number in range(rounds.count)]  # fmt: skip
        for task in new:
            world.assign(task, "CSDT", DUE)
            world.to_hand_in(task)
        mandate = seats.mandate(
            world.post["head_a"], world.person["officer_b"], MandateKind.TUQ, "Ký thay", at,
            world.at("2026-12-31T00:00"), "GUQ 1 ngày 05/01/2026", by=by, at=at,
        )  # fmt: skip
        seats.confirm_mandate(mandate, by=world.actor("chair"), at=at)
    signed_at = "2026-01-06T10:00"
    for task in new:
        with app.app_context():
            shown, version = world.shown(task), world.task(task).version

        def sign(name: str, task: int = task, shown: str = shown, version: int = version) -> None:
            given = Given(password=PASSWORD, meaning=Meaning.COMPLETED, content_hash=shown, version=version)
            tasks.take_step(task, Action.SIGN_OFF, by=world.actor(name, signed_at), at=world.at(signed_at), given=given)

        outcomes = together(app, [partial(sign, name) for name in ("head_a", "officer_b")])
        assert Counter(outcomes) == {None: 1, "somebody_was_faster": 1}
    with app.app_context():
        count = db.session.scalar(db.select(db.func.count()).select_from(Signature))
        assert count == rounds.count
        whole()
    rounds.found(signatures=rounds.count)


def test_a_form_sent_twelve_times_at_once_does_its_work_once_and_fails_nobody(
    world_app: tuple[Flask, World], engine: str, campaign: Callable[..., Campaign]
) -> None:
    app, world = world_app
    rounds = campaign(f"double clicks on {engine}, {THREADS} at once", small=2, full=100)
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", DUE)

    def comment(number: int) -> None:
        world.step(world.drafts[0], Action.COMMENT, "head_a", text=f"một lần {number}", idempotency_key=f"k{number}")

    def create(number: int) -> int:
        given = Given(idempotency_key=f"n{number}")
        return tasks.create(
            None, f"Việc {number}", "Thông báo 3 ngày 05/01/2026", by=world.actor("office"), at=world.at(), given=given
        )

    for number in range(rounds.count):
        assert together(app, [partial(comment, number)] * THREADS) == [None] * THREADS
        made = together(app, [partial(create, number)] * THREADS)
        assert isinstance(made[0], int)
        assert len(set(made)) == 1
    with app.app_context():
        notes = list(db.session.scalars(db.select(Note.text)))
        assert sorted(notes) == sorted(f"một lần {number}" for number in range(rounds.count))
        whole()
    rounds.found(effects=2 * rounds.count)
