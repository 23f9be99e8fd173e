"""What happened, read from the log: acts as one would tell them, and the rows they left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_

from models.base import db
from models.log import LogEntry, LogPrivate
from models.people import Person
from models.vocabulary import Role
from terms import N_
from vietnamese import person_key
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.queries.people import of_units
from workflow.reference import Reference

PAGE: Final = 50
LARGEST_ID: Final = 2**31
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
class Family:
    """Acts that people look for together: how they are called, and how their codes begin."""

    label: str
    beginnings: tuple[str, ...]


FAMILIES: Final = {
    "task": Family(N_("Tasks"), ("task.",)),
    "sign": Family(
        N_("Signatures"), ("task.sign_off", "task.confirm", "task.return", "task.withdraw_signature", "task.reopen")
    ),
    "extension": Family(
        N_("More time"),
        (
            "task.request_extension",
            "task.grant_",
            "task.refuse_extension",
            "task.counter_",
            "task.accept_",
            "task.decline_counter",
            "task.lapse_",
            "task.correct_date",
            "task.confirm_date",
            "task.drop_date",
        ),
    ),
    "plan": Family(N_("Plans"), ("plan.",)),
    "letter": Family(N_("Letters"), ("letter.", "reminder.", "digest.")),
    "access": Family(N_("Signing in"), ("access.",)),
    "people": Family(N_("People, seats and units"), ("person.", "role.", "seat.", "post.", "mandate.", "unit.")),
    "settings": Family(N_("Calendar and settings"), ("calendar.", "setting.")),
    "log": Family(N_("Log and exports"), ("log.", "export.")),
    "figure": Family(N_("Explanations of figures"), ("figure.",)),
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


@dataclass(frozen=True)
class LogFilter:
    """What the address of the log page asks for; `act` is a name of FAMILIES, or how an act's code begins."""

    act: str = ""
    person_id: int | None = None
    unit_id: int | None = None
    task_id: int | None = None
    plan_id: int | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    before: tuple[int, int] | None = None


@dataclass(frozen=True)
class LogLine:
    """One line of the log with the exact text that was hashed, the hash before it and its own."""

    part: Part
    body: str
    prev: str
    hash: str


@dataclass(frozen=True)
class LogPage:
    """One page of the log, newest first, and where the next one starts."""

    parts: list[Part]
    next: tuple[int, int] | None


def of_task(task_id: int) -> History:
    """Return a task's whole history and what it left: one query."""
    parts = _parts(_joined().where(LogEntry.task_id == task_id).order_by(LogEntry.epoch, LogEntry.seq, LogPrivate.path))
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


def page(wanted: LogFilter, *, seen_by: Scope) -> LogPage:
    """Return one page of the log that this person may read: one query."""
    keys = select(LogEntry.epoch, LogEntry.seq).where(seen_by.log(), *_conditions(wanted))
    keys = keys.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(PAGE + 1)
    wanted_keys = keys.subquery()
    query = _joined().join(wanted_keys, and_(wanted_keys.c.epoch == LogEntry.epoch, wanted_keys.c.seq == LogEntry.seq))
    parts = _parts(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc(), LogPrivate.path))
    last = parts[PAGE - 1] if len(parts) > PAGE else None
    return LogPage(parts[:PAGE], (last.epoch, last.seq) if last else None)


def one(epoch: int, seq: int, *, seen_by: Scope) -> LogLine:
    """Return one line exactly as it was hashed. Raises Refusal `not_found` when it is not his to read."""
    parts: list[Part] = []
    if 0 < epoch < LARGEST_ID and 0 < seq < LARGEST_ID:
        parts = _parts(_joined().where(LogEntry.epoch == epoch, LogEntry.seq == seq, seen_by.log()))
    if not parts:
        raise Refusal("not_found")
    entry = db.session.get_one(LogEntry, (epoch, seq))
    return LogLine(parts[0], entry.body, entry.prev, entry.hash)


def people(ref: Reference, *, seen_by: Scope) -> list[tuple[int, str]]:
    """Return whose lines this person may look for: everybody's for those who see all, else his units'."""
    if seen_by.sees_whole() or seen_by.actor.has(Role.ADMIN):
        query = select(Person.id, Person.name).order_by(Person.sort_key, Person.id)
        return [(row.id, row.name) for row in db.session.execute(query)]
    found = of_units(ref)
    return sorted(
        {pair for unit in seen_by.units() for pair in found.get(unit, [])}, key=lambda pair: person_key(pair[1])
    )


def _conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    """Return one condition for each thing the filter names."""
    equal = {
        LogEntry.actor_id: wanted.person_id,
        LogEntry.unit_id: wanted.unit_id,
        LogEntry.task_id: wanted.task_id,
        LogEntry.plan_id: wanted.plan_id,
    }
    found: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if wanted.act:
        beginnings = FAMILIES[wanted.act].beginnings if wanted.act in FAMILIES else (wanted.act,)
        found.append(or_(*(LogEntry.act.startswith(text, autoescape=True) for text in beginnings)))
    if wanted.from_at is not None:
        found.append(LogEntry.at >= wanted.from_at)
    if wanted.to_at is not None:
        found.append(LogEntry.at < wanted.to_at)
    if wanted.before is not None:
        found.append(tuple_(LogEntry.epoch, LogEntry.seq) < tuple_(*wanted.before))
    return found


def _joined() -> Select[*tuple[Any, ...]]:
    """Return entries with their private words beside them, one row for each word."""
    on = and_(LogPrivate.epoch == LogEntry.epoch, LogPrivate.seq == LogEntry.seq)
    columns = (
        LogEntry.epoch,
        LogEntry.seq,
        LogEntry.act,
        LogEntry.at,
        LogEntry.req,
        LogEntry.body,
        LogPrivate.path,
        LogPrivate.value,
    )
    return select(*columns).outerjoin(LogPrivate, on)


def _parts(query: Select[*tuple[Any, ...]]) -> list[Part]:
    found: dict[tuple[int, int], Part] = {}
    for row in db.session.execute(query):
        key = (row.epoch, row.seq)
        if key not in found:
            found[key] = Part(row.epoch, row.seq, row.act, row.at, row.req, _body(row.body), {})
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
