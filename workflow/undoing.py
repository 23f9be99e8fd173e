"""What was done to several tasks in one go, undone on the same day: the old values come back as new entries.

A task that has changed since is left as it is and named. What was only ever added (dates a task had) stays; a unit
that was named to take part takes part no longer.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import inspect, select

import clock
from models.base import Moment, Tracked, db, is_id
from models.batches import Batch
from models.log import LogEntry
from models.session import NotFoundError, attempt, lock, retried, transaction
from models.tasks import Coordination, Extension, Task, Wait
from models.vocabulary import (
    Role,
)
from models.words import (
    BulkAct,
)
from workflow import actors, coordination, idempotency, reference
from workflow.actors import Actor
from workflow.batches import keep
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.permissions import Scope

ACT: Final = "task.undo"
FORM: Final = "undo batch"
# tables whose rows go back to what they were; rows of others stay, as they are numbered and never changed
BACK: Final[dict[str, type[Tracked]]] = {kind.__tablename__: kind for kind in (Task, Coordination, Wait, Extension)}


def is_his(batch: Batch, by: Actor) -> bool:
    """Return whether he may undo it: who did it, and leadership."""
    return by.person_id is not None and (by.person_id == batch.person_id or by.has(Role.LEADER))


def why_not(batch: Batch, on: date) -> Refusal | None:
    """Return why a batch can no longer be undone; None while it can."""
    if batch.act == BulkAct.UNDO or db.session.scalar(select(Batch.id).where(Batch.undoes_id == batch.id)):
        return Refusal("batch_undone")
    day = clock.day_of(batch.at)
    return None if day == on else Refusal("batch_over", day=day.strftime("%d/%m/%Y"))


@retried
def undo(batch_id: int, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Undo a batch as another one; return its number. Raises Refusal: not his, another day, undone, all moved on."""
    with transaction() as session:
        batch = _locked(batch_id)
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        if answer := idempotency.answered(by, key, FORM):
            return int(answer.split()[-1])
        if not is_his(batch, by):
            raise Refusal("not_found")
        if refusal := why_not(batch, ref.on):
            raise refusal
        code, moved, left = uuid.uuid4().hex, list[int](), list[Any]()
        changes = _changes(batch)
        for task in _tasks(batch, by):
            try:
                with attempt():
                    _back(task, changes.get(task.id, []), batch.code, code, by=by, at=at)
            except Refusal as refusal:
                left.append([task.id, refusal.code, {}])
            else:
                moved.append(task.id)
        if not moved:
            raise Refusal("batch_moved_on")
        made = keep(BulkAct.UNDO, code, moved, left, by=by, at=at, undoes=batch.id)
        session.flush()
        idempotency.keep(by, key, FORM, f"batch {made.id}", at)
        return made.id


def _locked(batch_id: int) -> Batch:
    try:
        return lock(Batch, batch_id if is_id(batch_id) else None)
    except NotFoundError:
        raise Refusal("not_found") from None


def _tasks(batch: Batch, by: Actor) -> list[Task]:
    """Return the tasks a batch moved, locked; those that left his sight by it are his to take back."""
    query = select(Task).where(Task.id.in_(batch.tasks)).order_by(Task.id)
    if batch.person_id != by.person_id:
        query = query.where(Scope(by).tasks())
    locked = query.with_for_update(of=Task).execution_options(populate_existing=True)
    return list(db.session.scalars(locked).unique())


def _changes(batch: Batch) -> dict[int, list[Mapping[str, Any]]]:
    """Return what the entries of a batch changed, by task: table, row, versions, and column -> [old, new]."""
    query = select(LogEntry.task_id, LogEntry.body).where(LogEntry.task_id.in_(batch.tasks), LogEntry.req == batch.code)
    found: dict[int, list[Mapping[str, Any]]] = {}
    for task_id, body in db.session.execute(query.order_by(LogEntry.epoch, LogEntry.seq)):
        read = json.loads(body)
        found.setdefault(task_id or 0, []).append({"obj": read["obj"], "set": read["data"].get("set", {})})
    return found


def _back(task: Task, changes: list[Mapping[str, Any]], batch: str, code: str, *, by: Actor, at: datetime) -> None:
    """Put a task's rows back to what they were. Raises Refusal: it has moved on since, or parts of it ended with it."""
    left_at = max((entry["obj"]["version_after"] or 0 for entry in changes), default=0)
    if task.version != left_at:
        raise Refusal("batch_moved_on")
    if _parts_ended(task, batch):
        raise Refusal("parts_ended")
    rows = list(_rows(task, changes))
    with recorded(task, ACT, by=by, at=at, req=code, data={"batch": code}):
        for row, entry in rows:
            if entry["set"].get("task_id", [0])[0] is None:
                _end(row, at)
                continue
            for name, (old, _new) in entry["set"].items():
                if name != "version":
                    setattr(row, name, _value(type(row), name, old))


def _parts_ended(task: Task, batch: str) -> bool:
    """Return whether duties or steps under a task ended with it in a batch: what ended does not open again."""
    parts = select(Task.id).where(Task.parent_id == task.id)
    ended = LogEntry.task_id.in_(parts), LogEntry.act == coordination.ENDED, LogEntry.req == batch
    return db.session.scalar(select(LogEntry.seq).where(*ended).limit(1)) is not None


def _rows(task: Task, changes: list[Mapping[str, Any]]) -> Iterator[tuple[Tracked, Mapping[str, Any]]]:
    """Give each row that a batch changed and that can go back, with what was changed."""
    for entry in changes:
        kind = BACK.get(entry["obj"]["type"])
        row = task if kind is Task else db.session.get(kind, entry["obj"]["id"]) if kind is not None else None
        if row is not None:
            yield row, entry


def _end(row: Tracked, at: datetime) -> None:
    """End a row that the batch made: a unit's part."""
    if isinstance(row, Coordination):
        row.ended_at = at


def _value(kind: type[Tracked], name: str, plain: Any) -> Any:
    """Return a column's value from the form the log has it in."""
    column = inspect(kind).column_attrs[name].columns[0].type
    if plain is None or not isinstance(plain, str):
        return plain
    words = getattr(column, "enum_class", None)
    if words is not None and issubclass(words, StrEnum):
        return words(plain)
    if isinstance(column, Moment):
        return clock.parse_moment(plain)
    return date.fromisoformat(plain) if column.python_type is date else plain
