"""Comments on a task: they never change what it is, and may name people, who are told and see it already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import select

from models.base import db, is_id
from models.causes import Mention
from models.people import Person
from models.tasks import Task
from models.vocabulary import Action
from workflow import actors, notes
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.turn import Turn

MOST_NAMED: Final = 10


def write(turn: Turn) -> None:
    """Keep a comment, with the people it names; whoever may not read the task cannot be named on it."""
    named, row = _named(turn), notes.row(turn)
    with turn.recorded():
        db.session.add(row)
        db.session.flush()
        for person in named:
            db.session.add(Mention(task_id=turn.task.id, note_id=row.id, person_id=person.id, name=person.name))


def _named(turn: Turn) -> list[Person]:
    """Return the people a comment names, each once, its author left out. Raises Refusal for one who may not see it."""
    keys = [key for key in dict.fromkeys(turn.given.mention_ids) if key != turn.by.person_id]
    if len(keys) > MOST_NAMED:
        raise Refusal("too_many_named", limit=MOST_NAMED)
    found = []
    for key in keys:
        person = db.session.get(Person, key) if is_id(key) else None
        if person is None or not person.active:
            raise Refusal("person_unknown")
        if not _sees(person, turn):
            raise Refusal("stranger_named", name=person.name)
        found.append(person)
    return found


def _sees(person: Person, turn: Turn) -> bool:
    scope = Scope(actors.actor(person, turn.case.ref, turn.at))
    return db.session.scalar(select(Task.id).where(Task.id == turn.task.id, scope.tasks())) is not None


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {Action.COMMENT: write}
