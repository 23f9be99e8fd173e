"""What happened, read from the log: acts as one would tell them, and the rows they left behind.

How the log's page finds its lines stands in `log_lines.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Select, and_, select

from models.base import db
from models.log import LogEntry, LogPrivate

# what stands for a body whose text is no longer one: verification names the line
BROKEN: Final[dict[str, Any]] = {
    "actor": {
        "id": None,
        "username": "",
        "name": "?",
        "position": "",
        "unit": "",
        "acting_for": None,
        "delegation": None,
    },
    "obj": {"type": "?", "id": None, "version_before": None, "version_after": None},
    "data": {"about": {}},
}


@dataclass(frozen=True)
class Part:
    """One entry of an act: a row that changed, with old and new values and the private words that came with it."""

    epoch: int
    seq: int
    act: str
    at: datetime
    req: str | None
    body: dict[str, Any]
    words: dict[str, str]
    hash: str = ""

    @property
    def kind(self) -> str:
        """Return which table the entry speaks of."""
        return str(self.body["obj"]["type"])

    @property
    def id(self) -> int | None:
        """Return which row the entry speaks of."""
        found: int | None = self.body["obj"]["id"]
        return found

    @property
    def changes(self) -> dict[str, list[Any]]:
        """Return column -> [old, new]; private values as they were, where they still are."""
        columns: dict[str, list[Any]] = self.body["data"].get("set", {})
        return {
            name: [_open(self, name, "old", old), _open(self, name, "new", new)] for name, (old, new) in columns.items()
        }


@dataclass(frozen=True)
class Act:
    """One thing somebody did: the entry it is about first, then the rows it touched."""

    main: Part
    parts: tuple[Part, ...]

    @property
    def act(self) -> str:
        """Return the act's code, such as task.sign_off."""
        return self.main.act

    @property
    def at(self) -> datetime:
        """Return when it was done."""
        return self.main.at

    @property
    def actor(self) -> dict[str, Any]:
        """Return who did it, as copied into the log then."""
        found: dict[str, Any] = self.main.body["actor"]
        return found

    @property
    def words(self) -> dict[str, str]:
        """Return the free text that came with it: reason, result, text, answer."""
        return {
            _last(path): text
            for part in reversed(self.parts)
            for path, text in part.words.items()
            if not path.endswith("/old")
        }

    @property
    def facts(self) -> dict[str, Any]:
        """Return what else the entry says in clear, such as the number of a decision."""
        data = self.main.body["data"]
        return {
            name: value for name, value in data.items() if name not in ("about", "set") and not isinstance(value, dict)
        }

    def of(self, kind: str) -> dict[str, Any]:
        """Return the new values of the first row of a table that the act touched."""
        part = next((part for part in self.parts if part.kind == kind), None)
        return {name: new for name, (_, new) in part.changes.items()} if part else {}


@dataclass(frozen=True)
class History:
    """The acts on one thing, newest first."""

    acts: list[Act]
    _rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """Return the rows of a table as the acts left them, each with `id`, in order."""
        return [{"id": key, **columns} for key, columns in sorted(self._rows.get(kind, {}).items())]


def of_task(task_id: int) -> History:
    """Return a task's whole history and what it left: one query."""
    parts = parts_of(
        joined().where(LogEntry.task_id == task_id).order_by(LogEntry.epoch, LogEntry.seq, LogPrivate.path)
    )
    return History(_acts(parts)[::-1], _left(parts))


def of_tasks(wanted: Select[Any], before: datetime) -> dict[int, History]:
    """Return the histories of some tasks up to a moment, without private words: one query, the ids as another."""
    columns = (LogEntry.epoch, LogEntry.seq, LogEntry.act, LogEntry.at, LogEntry.req, LogEntry.body, LogEntry.task_id)
    of_them = LogEntry.task_id.in_(wanted), LogEntry.at < before
    found: dict[int, list[Part]] = {}
    for row in db.session.execute(select(*columns).where(*of_them).order_by(LogEntry.epoch, LogEntry.seq)):
        part = Part(row.epoch, row.seq, row.act, row.at, row.req, _body(row.body), {})
        found.setdefault(row.task_id, []).append(part)
    return {key: History(_acts(parts)[::-1], _left(parts)) for key, parts in found.items()}


def joined() -> Select[*tuple[Any, ...]]:
    """Return entries with their private words beside them, one row for each word."""
    on = and_(LogPrivate.epoch == LogEntry.epoch, LogPrivate.seq == LogEntry.seq)
    columns = (
        LogEntry.epoch,
        LogEntry.seq,
        LogEntry.act,
        LogEntry.at,
        LogEntry.req,
        LogEntry.body,
        LogEntry.hash,
        LogPrivate.path,
        LogPrivate.value,
    )
    return select(*columns).outerjoin(LogPrivate, on)


def parts_of(query: Select[*tuple[Any, ...]]) -> list[Part]:
    """Return the entries that such a query finds, in its order."""
    found: dict[tuple[int, int], Part] = {}
    for row in db.session.execute(query):
        key = (row.epoch, row.seq)
        if key not in found:
            found[key] = Part(row.epoch, row.seq, row.act, row.at, row.req, _body(row.body), {}, row.hash)
        if row.path is not None:
            found[key].words[row.path] = row.value
    return list(found.values())


def _body(text: str) -> dict[str, Any]:
    """Return an entry's body; an empty one when its text was broken, so that the page still shows the line."""
    try:
        found: dict[str, Any] = orjson.loads(text)
    except orjson.JSONDecodeError:
        return BROKEN
    return found


def _acts(parts: Iterable[Part]) -> list[Act]:
    """Put the entries of one request together; the task's own entry is what the act is about."""
    together: dict[tuple[str | None, str, int], list[Part]] = {}
    for part in parts:
        together.setdefault((part.req, part.act, 0 if part.req else part.seq), []).append(part)
    return [
        Act(next((part for part in found if part.kind == "task"), found[0]), tuple(found))
        for found in together.values()
    ]


def _left(parts: Iterable[Part]) -> dict[str, dict[int, dict[str, Any]]]:
    """Return the rows as the entries leave them, by table and id; days as days."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for part in parts:
        if part.id is not None:
            row = found.setdefault(part.kind, {}).setdefault(part.id, {})
            row.update({name: _day(name, new) for name, (_, new) in part.changes.items()})
    return found


def _day(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if value and name.endswith("_on") else value


def _open(part: Part, name: str, which: str, value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"commit"}:
        return part.words.get(f"set/{name}/{which}")
    return value


def _last(path: str) -> str:
    return path.removeprefix("set/").removesuffix("/new")
