"""Walks through the life cycle by chance: whoever presses whatever, the log stays whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accountability import held, replay, verify
from models import guards
from models.base import db
from models.log import LogHead
from models.tasks import HandIn, Task
from models.vocabulary import Action, Meaning, Status
from tests.fixtures.campaigns import Campaign
from tests.fixtures.places import PASSWORD, PEOPLE, World
from workflow import tasks
from workflow.errors import Refusal
from workflow.given import Given
from workflow.lifecycle import LIFECYCLE

STEPS = 20
NAMES = [name for name, *_ in PEOPLE]
# most people press what they may; now and then somebody presses what he may not
PRESSED = st.sampled_from(list(Action))
# what ends or undoes a walk, or only talks about it
RARE = (Action.CANCEL, Action.WITHDRAW, Action.DECLINE, Action.COMMENT, Action.SPLIT)


class Walk(RuleBasedStateMachine):
    """One task of the small Ban in the hands of everybody."""

    world: World
    counted: dict[str, int]

    @initialize()
    def begin(self) -> None:
        """Make a task."""
        self.at = self.world.at() + timedelta(minutes=self.counted["walks"])
        self.counted["walks"] += 1
        self.task = tasks.create(self.world.plan, "Việc đi dạo", "", by=self.actor("vice"), at=self.at, given=Given())
        self.state = Status.DRAFT

    def actor(self, name: str) -> Any:
        return self.world.actor(name, self.at.isoformat())

    @rule(
        name=st.sampled_from(NAMES),
        action=PRESSED,
        days=st.integers(-3, 60),
        hours=st.integers(0, 30),
        stale=st.booleans(),
    )
    def press(self, name: str, action: Action, days: int, hours: int, stale: bool) -> None:
        """Have somebody press a button, whether it is his or not."""
        self.at += timedelta(hours=hours)
        self.take(name, action, self.at.date() + timedelta(days=days), stale=stale and hours > 25)

    @rule(names=st.permutations(NAMES), choice=st.integers(0, 59), days=st.integers(0, 60))
    def do_what_is_offered(self, names: list[str], choice: int, days: int) -> None:
        """Have the first of these who may do anything press one of the buttons of his page; few give up a task."""
        self.at += timedelta(hours=2)
        for name in names:
            found = [action for action in self.offered(name) if action not in RARE or choice == 59]
            if found:
                self.take(name, found[choice % len(found)], self.at.date() + timedelta(days=days))
                return

    def offered(self, name: str) -> list[Action]:
        try:
            return [step.action for step in self.world.view(self.task, name, self.at.isoformat()).steps]
        except Refusal:
            return []

    def take(self, name: str, action: Action, day: date, *, stale: bool = False) -> None:
        before = db.session.scalars(db.select(LogHead.seq)).one()
        given = Given(
            version=0 if stale else None, reason="lý do", decision="QĐ 9 ngày 05/01/2026", text="ghi", result="kết quả",
            password=PASSWORD, lead_unit_id=self.world.unit["CSDT"], leader_post_id=self.world.post["vice"], due_on=day,
            document_number="1/BC",
            coordinator_ids=(self.world.unit["KHTH"],), unit_id=self.world.unit["KHTH"], answer_by=day, until=day,
            title="phần việc", unit_ids=(self.world.unit["CSDT"], self.world.unit["KHTH"]),
            officer_id=self.world.person["officer_a"], document_on=self.at.date(), is_blocking=True,
            proposed_on=day, new_on=day, meaning=Meaning.COMPLETED, content_hash=self.world.shown(self.task),
        )  # fmt: skip
        try:
            tasks.take_step(self.task, action, by=self.actor(name), at=self.at, given=given)
        except Refusal:
            db.session.rollback()
            assert db.session.scalars(db.select(LogHead.seq)).one() == before, "a refused step leaves nothing"
            assert self.now().status == self.state
            return
        self.counted["steps"] += 1
        self.check_move(action)

    def now(self) -> Task:
        return self.world.task(self.task)

    def check_move(self, action: Action) -> None:
        """Hold the move against the table."""
        new = self.now().status
        targets = {
            step.target or self.state for step in LIFECYCLE if step.action == action and self.state in step.sources
        }
        if action == Action.SIGN_OFF:
            targets.add(Status.COMPLETED)
        if action == Action.PROGRESS:
            targets.add(Status.IN_PROGRESS)
        assert new in targets, (self.state, action, new)
        assert new == self.state or new in guards.TRANSITIONS[self.state]
        self.state = new

    @invariant()
    def nobody_signs_his_own_work(self) -> None:
        """Look at every hand-in of the task."""
        for result in db.session.scalars(db.select(HandIn).where(HandIn.task_id == getattr(self, "task", 0))):
            signers = [mark.person_id for mark in result.signatures]
            assert result.person_id not in signers
            assert len(signers) == len(set(signers))
            assert [mark.content_sha for mark in result.signatures] == [result.content_sha] * len(signers)

    @invariant()
    def what_is_stored_hangs_together(self) -> None:
        """Look at the task itself."""
        task = db.session.get(Task, getattr(self, "task", 0))
        if task is not None and task.due_on is not None:
            assert task.original_due_on is not None
            assert task.late_after is not None
            assert task.late_after >= task.due_on >= task.original_due_on

    def teardown(self) -> None:
        """At the end of the walk the log is whole, and the strip covers it: each late day is somebody's, once."""
        assert verify.log(last=200).ok
        strip = self.strip()
        if strip is not None:
            spans = [span for span, _seat in strip.spans]
            assert (spans[0].from_at, spans[-1].to_at) == (strip.story.begins, strip.story.ends)
            assert all(one.to_at == two.from_at for one, two in pairwise(spans))
            for account in filter(None, (strip.current, strip.original)):
                assert sum(charge.days for charge in account.charges) == account.days
                assert sum(charge.working_days for charge in account.charges) == account.working_days
            self.counted["strips"] += 1

    def strip(self) -> held.Strip | None:
        if not hasattr(self, "task"):
            return None
        view = self.world.view(self.task, "office", self.at.isoformat())
        parts = list(db.session.scalars(db.select(Task).where(Task.parent_id == self.task)))
        return held.of(view.task, view.history, view.hand_ins, parts, view.case.ref, self.at)


def test_whoever_presses_whatever_the_log_is_whole_and_nobody_signs_his_own_work(
    world: World, engine: str, campaign: Callable[..., Campaign]
) -> None:
    walks = campaign(f"life-cycle walks on {engine}, {STEPS} steps each", small=10, full=10_000)
    counted = {"walks": 0, "steps": 0, "strips": 0}
    machine = type("WalkHere", (Walk,), {"world": world, "counted": counted})
    run_state_machine_as_test(
        seed(walks.seed)(machine),
        settings=settings(
            max_examples=walks.count, stateful_step_count=STEPS, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
        ),
    )  # fmt: skip
    assert counted["steps"] > walks.count
    assert verify.log().ok
    assert replay.differences() == []
    walks.found(taken=counted["steps"], illegal=0, strips=counted["strips"])
