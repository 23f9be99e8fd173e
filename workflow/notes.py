"""What people write on a task beside its reports: comments, answers, word that an event is still to come."""

from __future__ import annotations

import vietnamese
from models.base import db
from models.log import new_salt
from models.tasks import Note
from workflow.turn import Turn


def write(turn: Turn) -> None:
    """Write something on the task."""
    with turn.recorded():
        db.session.add(row(turn))


def row(turn: Turn, text: str = "") -> Note:
    """Return what the turn says as a row of its own; `text` in place of words that need not be given."""
    return Note(
        task_id=turn.task.id,
        person_id=turn.person_id,
        name=turn.by.name,
        position=turn.by.position,
        kind=turn.step.action.value,
        at=turn.at,
        text=vietnamese.normalise(text or turn.given.text),
        salt=new_salt(),
    )
