"""What people write on a task: progress, comments, answers."""

from __future__ import annotations

import vietnamese
from models.base import db
from models.log import new_salt
from models.tasks import Note
from models.vocabulary import Action, Status
from workflow.turn import Turn


def write(turn: Turn) -> None:
    """Write something on the task; the first progress of a received task also starts it."""
    with turn.recorded():
        if turn.step.action == Action.PROGRESS and turn.task.status == Status.RECEIVED:
            turn.task.status = Status.IN_PROGRESS
        db.session.add(row(turn))


def row(turn: Turn) -> Note:
    """Return what the turn says as a row of its own."""
    return Note(
        task_id=turn.task.id,
        person_id=turn.person_id,
        name=turn.by.name,
        position=turn.by.position,
        kind=turn.step.action.value,
        at=turn.at,
        text=vietnamese.normalise(turn.given.text),
        salt=new_salt(),
    )
