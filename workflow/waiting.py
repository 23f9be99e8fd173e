"""A task stands still: it waits for another unit, or is held by leadership; and goes on."""

from __future__ import annotations

from sqlalchemy import select

from models.base import db
from models.tasks import Task, Wait
from workflow import assigning, notes
from workflow.errors import Refusal
from workflow.turn import Turn


def wait(turn: Turn) -> None:
    """Wait for another unit: from now its clock runs (rulings 10-11)."""
    given, task = turn.given, turn.task
    if given.unit_id == task.lead_unit_id:
        raise Refusal("unit_unknown")
    assigning.present(given.unit_id, turn.case.ref)
    turn.require_future("answer_by", given.answer_by)
    with turn.recorded():
        task.status = turn.target
        assert given.answer_by is not None  # the table asks for it
        db.session.add(
            Wait(task_id=task.id, unit_id=given.unit_id, asked=given.reason, answer_by=given.answer_by, from_at=turn.at)
        )


def answer(turn: Turn) -> None:
    """Answer what the lead waited for: the waiting ends, and the clock is the lead's again (rulings 10-11)."""
    with turn.recorded():
        turn.task.status = turn.target
        end_wait(turn)
        db.session.add(notes.row(turn))


def resume(turn: Turn) -> None:
    """Go on: the waiting or the hold ends, and time runs at the lead again."""
    with turn.recorded():
        turn.task.status = turn.target
        turn.task.held_until = None
        end_wait(turn)


def open_wait(task: Task) -> Wait | None:
    """Return the waiting a task is in; there is at most one."""
    return db.session.scalar(select(Wait).where(Wait.task_id == task.id, Wait.to_at.is_(None)))


def end_wait(turn: Turn) -> None:
    """End the waiting a task is in, if it is in one. Needs an open door."""
    wait = open_wait(turn.task)
    if wait is not None:
        wait.to_at = turn.at
