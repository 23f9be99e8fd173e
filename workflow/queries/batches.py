"""One batch to look at: what was moved, what was left out and why, whether it can still be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.base import db, is_id
from models.batches import Batch
from models.tasks import Task
from models.vocabulary import (
    Role,
)
from models.words import (
    BulkAct,
)
from workflow import undoing
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.queries.rows import TaskRow, rows, selected
from workflow.reference import Reference


@dataclass(frozen=True)
class BatchView:
    """A batch with its tasks as they are now, as far as the reader may see them."""

    batch: Batch
    tasks: list[TaskRow]
    left_out: list[tuple[int, str, str, dict[str, Any]]]
    undone_by: int | None
    can_undo: bool


def one(batch_id: int, ref: Reference, *, seen_by: Scope) -> BatchView:
    """Return a batch for whoever did it, for leadership, office and inspection. Raises Refusal `not_found` otherwise.

    Four queries.
    """
    batch = db.session.get(Batch, batch_id) if is_id(batch_id) else None
    person = seen_by.actor.person_id
    if batch is None or not (batch.person_id == person or seen_by.sees_whole()):
        raise Refusal("not_found")
    named = {task_id: (code, details) for task_id, code, details in batch.left_out}
    seen = selected().where(Task.id.in_([*batch.tasks, *named]), seen_by.tasks()).order_by(Task.due_on, Task.id)
    found = rows(db.session.execute(seen).all(), ref)
    undone = db.session.scalar(select(Batch.id).where(Batch.undoes_id == batch.id))
    can = undone is None and batch.act != BulkAct.UNDO and undoing.is_his(batch, seen_by.actor)
    return BatchView(
        batch=batch,
        tasks=[row for row in found if row.id not in named],
        left_out=[(row.id, row.title, *named[row.id]) for row in found if row.id in named],
        undone_by=undone,
        can_undo=can and undoing.why_not(batch, ref.on) is None,
    )


def latest(*, seen_by: Scope, limit: int = 20) -> list[Batch]:
    """Return what this person, or for leadership anybody, did in one go lately. One query."""
    query = select(Batch).order_by(Batch.id.desc()).limit(limit)
    if not seen_by.actor.has(Role.LEADER, Role.INSPECTOR):
        query = query.where(Batch.person_id == seen_by.actor.person_id)
    return list(db.session.scalars(query))
