"""A task goes its way from draft to completion, each step in the log."""

from __future__ import annotations

from datetime import date

from accountability import replay, verify
from models.vocabulary import Status
from tests.fixtures.places import World


def test_a_task_walks_from_draft_to_completed_and_the_log_proves_each_step(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.complete(task)
    assert world.task(task).status == Status.COMPLETED
    acts = [act.act for act in world.view(task, "chair").history.acts]
    assert acts == [f"task.{name}" for name in ("confirm", "sign_off", "hand_in", "start", "receive", "assign")] + ["plan.import"]
    assert verify.log().ok
    assert replay.differences() == []
