"""The one bulk door (rulings 4): many tasks with their whole past in one transaction, every act a true entry.

For samples and measurements. An act says what it changed of the task and which rows came with it; the entries are
what `ledger.recorded` writes for the same act, so replay and verification know no difference.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from models import bulk
from models.appending import Entry, compare, logged_columns
from models.session import transaction
from models.tasks import OfTask, Task
from workflow.actors import Actor
from workflow.ledger import VERSIONED

Row = tuple[type[OfTask], Mapping[str, Any]]
Life = Sequence["Act"]


@dataclass(frozen=True)
class Act:
    """One act on a task: who did it when, what changed of the task, and the rows that came with it."""

    name: str
    at: datetime
    by: Actor
    changes: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[Row, ...] = ()
    content: Callable[[int], Mapping[str, Any]] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def write(lives: Sequence[Life]) -> tuple[list[int], int]:
    """Write tasks with their past, in one transaction; return their ids and how many entries were written.

    The first act of a life makes the task. Acts of all lives are put in order of time. A value that is a function is
    called with the task's id. A row beside an act may speak of an earlier one of its task by `row(kind, place)`.
    Raises ValueError for a life that runs backwards: its entries would stand in another order than its acts.
    """
    if any(earlier.at > later.at for life in lives for earlier, later in pairwise(life)):
        raise ValueError("a life runs backwards in time")
    with transaction() as session:
        ids = bulk.insert_rows(session, Task, [_final(life) for life in lives])
        tales = [_Tale(task_id, life) for task_id, life in zip(ids, lives, strict=True)]
        for kind in _kinds(lives):
            waiting = [item for tale in tales for item in tale.rows_of(kind)]
            keys = bulk.insert_rows(session, kind, [item.columns() for item in waiting])
            for item, key in zip(waiting, keys, strict=True):
                item.id = key
        written = sorted((line for tale in tales for line in tale.entries()), key=lambda line: line[0])
        return ids, bulk.append(session, (entry for _, entry in written))


@dataclass(frozen=True)
class row:  # noqa: N801  (it stands for a value, like a literal)
    """The id of a row that an earlier act of the same task brought: the `place`-th of its kind."""

    kind: type[OfTask]
    place: int = 0


@dataclass
class _Beside:
    """A row on its way into a table; its id is known once it is there."""

    tale: _Tale
    kind: type[OfTask]
    values: Mapping[str, Any]
    id: int = 0

    def columns(self) -> dict[str, Any]:
        found = {name: self.tale.value(value) for name, value in self.values.items()}
        return bulk.complete(self.kind, found | {"task_id": self.tale.task_id})


class _Tale:
    """A life with its task's id: the rows it brings and the entries it leaves."""

    def __init__(self, task_id: int, life: Life) -> None:
        self.task_id = task_id
        self.life = life
        self.beside = [[_Beside(self, kind, values) for kind, values in act.beside] for act in life]

    def rows_of(self, kind: type[OfTask]) -> list[_Beside]:
        """Return its rows of a table, in the order of the acts."""
        return [item for items in self.beside for item in items if item.kind is kind]

    def value(self, value: Any) -> Any:
        """Return a value that depends on the task's id or on an earlier row."""
        if isinstance(value, row):
            return self.rows_of(value.kind)[value.place].id
        return value(self.task_id) if callable(value) else value

    def entries(self) -> Iterator[tuple[datetime, Entry]]:
        """Return the entries of every act, the task's own first, as the door writes them."""
        columns: dict[str, Any] = {}
        version: int | None = None
        for act, items in zip(self.life, self.beside, strict=True):
            before, old = dict(columns), version
            columns |= _created(act) if version is None else dict(act.changes)
            version = _next_version(version, act)
            req = uuid.uuid4().hex
            yield act.at, self._own(act, before, columns, (old, version), req)
            for item in items:
                yield act.at, _entry_of(act, item, req)

    def _own(
        self, act: Act, before: dict[str, Any], after: dict[str, Any], versions: tuple[int | None, int], req: str
    ) -> Entry:
        names = logged_columns(Task) if versions[0] is None else list(act.changes)
        changed, private = compare(Task, before, {name: after[name] for name in names if name != VERSIONED})
        if versions[0] != versions[1]:
            changed[VERSIONED] = list(versions)
        parts = {"task": self.task_id, "plan": after["plan_id"], "unit": after["lead_unit_id"]}
        about = {name: key for name, key in parts.items() if key is not None}
        thing = {
            "type": Task.__tablename__,
            "id": self.task_id,
            "version_before": versions[0],
            "version_after": versions[1],
        }
        data = {"about": about, "set": changed, **act.data}
        content = act.content(self.task_id) if act.content is not None else None
        return Entry(act.name, act.at, act.by.logged(), act.by.auth, thing, data, content, req, private)


def _entry_of(act: Act, item: _Beside, req: str) -> Entry:
    columns = item.columns()
    names = logged_columns(item.kind)
    changed, private = compare(item.kind, {}, {name: columns[name] for name in names})
    thing = {"type": item.kind.__tablename__, "id": item.id, "version_before": None, "version_after": None}  # type: ignore[attr-defined]  # every mapped class has one
    data = {"about": {"task": columns["task_id"]}, "set": changed}
    return Entry(act.name, act.at, act.by.logged(), act.by.auth, thing, data, None, req, private)


def _final(life: Life) -> dict[str, Any]:
    """Return a task as its whole life leaves it."""
    found = _created(life[0])
    version = 1
    for act in life[1:]:
        found |= act.changes
        version = _next_version(version, act)
    return found | {VERSIONED: version}


def _created(act: Act) -> dict[str, Any]:
    return bulk.complete(Task, act.changes)


def _next_version(version: int | None, act: Act) -> int:
    return 1 if version is None else version + bool(act.changes)


def _kinds(lives: Sequence[Life]) -> list[type[OfTask]]:
    """Return the tables the lives bring rows to, in the order in which they first appear."""
    return list(dict.fromkeys(kind for life in lives for act in life for kind, _ in act.beside))
