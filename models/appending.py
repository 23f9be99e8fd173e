"""Entries on their way into the log: what changed, collected at flush; then numbered, chained and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Insert, Select, Update, bindparam, insert, inspect, select, update
from sqlalchemy.orm import Session

from models.base import Base, Tracked
from models.log import (
    NO_HASH,
    VERSION,
    LogEntry,
    LogHead,
    LogPrivate,
    canonical,
    commitment,
    leaf_hash,
    moment_text,
    new_salt,
    plain,
)

INDEXED = ("task", "plan", "unit")
# what of the log's head moves on
MOVED = ("epoch", "seq", "hash", "at")


class LogNotOpenError(RuntimeError):
    """There is no log yet: the genesis entry is written when the system is installed."""


@dataclass(frozen=True)
class Entry:
    """One entry before it has a number: who did what to which object, and what is to be kept private."""

    act: str
    at: datetime
    actor: Mapping[str, Any]
    auth: Mapping[str, Any] | None
    obj: Mapping[str, Any]
    data: Mapping[str, Any]
    content: Mapping[str, Any] | None = None
    req: str | None = None
    private: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class End:
    """Where the log ends; it moves on while entries are chained."""

    log_id: str
    epoch: int
    seq: int
    hash: str
    at: datetime


@dataclass
class Change:
    """A tracked row and, per column, the value before and after."""

    row: Tracked
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)


class Changes:
    """The tracked rows written while the door stood open, in the order of their first change."""

    def __init__(self) -> None:
        self._by_row: dict[int, Change] = {}

    def __iter__(self) -> Any:
        """Return the changes in order."""
        return iter(self._by_row.values())

    def added(self, row: Tracked) -> None:
        """Note a new row; its values are read when the entry is written."""
        self._by_row.setdefault(id(row), Change(row, is_new=True))

    def changed(self, row: Tracked) -> None:
        """Note the old values of a row's changed columns; the first old value of a column stays."""
        change = self._by_row.setdefault(id(row), Change(row, is_new=False))
        if change.is_new:
            return
        state = inspect(row)
        for name in logged_columns(type(row)):
            history = state.attrs[name].history
            if history.has_changes():
                change.before.setdefault(name, history.deleted[0] if history.deleted else None)


def logged_columns(kind: type[Tracked]) -> list[str]:
    """Return the attribute names of a tracked table that the log carries (all but id and derived ones)."""
    names = [attribute.key for attribute in inspect(kind).column_attrs]
    return [name for name in names if name != "id" and name not in kind.DERIVED]


def describe(change: Change) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """Return the body's `set` of a change, column -> [old, new], and the private values it commits to."""
    row = change.row
    names = logged_columns(type(row)) if change.is_new else list(change.before)
    return compare(type(row), change.before, {name: getattr(row, name) for name in names})


def compare(
    kind: type[Tracked], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """Return the same for a row given by its columns: those of `after` that differ from `before`."""
    private: dict[str, tuple[str, str]] = {}
    found: dict[str, Any] = {}
    for name in sorted(after):
        old, new = plain(before.get(name)), plain(after[name])
        if old == new:
            continue
        if name in kind.PRIVATE:
            old = _commit(private, f"set/{name}/old", old)
            new = _commit(private, f"set/{name}/new", new)
        found[name] = [old, new]
    return found, private


def _commit(private: dict[str, tuple[str, str]], path: str, value: str | None) -> dict[str, str] | None:
    """Return the commitment to a value and keep the salt and the value themselves aside."""
    if value is None:
        return None
    salt = new_salt()
    private[path] = (salt, value)
    return {"commit": commitment(salt, value)}


def commit_all(values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """Return named private texts as commitments for a body's `data`, and the texts to keep aside."""
    private: dict[str, tuple[str, str]] = {}
    return {name: _commit(private, name, plain(value)) for name, value in values.items()}, private


def open_log(session: Session, log_id: str, genesis: Entry) -> None:
    """Write the genesis entry and the head of a new log."""
    end = End(log_id=log_id, epoch=1, seq=0, hash=NO_HASH, at=genesis.at)
    session.add(LogHead(id=1, **asdict(end)))
    session.flush()
    append(session, end, [genesis])


def write(session: Session, entries: list[Entry]) -> None:
    """Number, chain and insert the entries; the head stays locked from here to the commit.

    Raises LogNotOpenError when no genesis entry was written.
    """
    if entries:
        append(session, locked_end(session), entries)


def locked_end(session: Session) -> End:
    """Return where the log ends, locked to the commit. Raises LogNotOpenError when no genesis entry was written."""
    found = session.connection().execute(_end()).one_or_none()
    if found is None:
        raise LogNotOpenError("the log has no genesis entry")
    return End(*found)


def append(session: Session, end: End, entries: Iterable[Entry]) -> int:
    """Chain entries after the locked end and write them and where the log ends now; return how many.

    All of it goes past the session's bookkeeping: nobody asks it for these rows.
    """
    rows, kept = _chained(end, entries)
    connection = session.connection()
    if len(rows) == 1 and len(kept) < 2 and connection.dialect.name == "postgresql":
        connection.execute(_at_once(bool(kept)), _named("entry", rows) | _named("kept", kept) | _place(end))
        return 1
    for table, found in ((LogEntry, rows), (LogPrivate, kept)):
        if found:
            connection.execute(_inserting(table), found)
    if rows:
        connection.execute(_moving(), _place(end))
    return len(rows)


@cache
def _end() -> Select[str, int, int, str, datetime]:
    """Return the query for where the log ends, locking; made once, as the two below."""
    columns = (LogHead.log_id, LogHead.epoch, LogHead.seq, LogHead.hash, LogHead.at)
    return select(*columns).where(LogHead.id == 1).with_for_update()


@cache
def _inserting(table: type[LogEntry | LogPrivate]) -> Insert:
    return insert(table)


@cache
def _moving() -> Update:
    return update(LogHead).where(LogHead.id == 1).values(_marks("head", LogHead, *MOVED))


@cache
def _at_once(has_private: bool) -> Update:
    """Return the statement that writes one entry, its private value and the end: one way to the server, not three."""
    parts = [("entry", LogEntry), *([("kept", LogPrivate)] if has_private else [])]
    written = [insert(table).values(_marks(name, table)).cte(name) for name, table in parts]
    return update(LogHead).where(LogHead.id == 1).values(_marks("head", LogHead, *MOVED)).add_cte(*written)


def _marks(name: str, table: type[Base], *columns: str) -> dict[str, BindParameter[Any]]:
    """Return where the values of a table's columns go in a statement on several tables."""
    found = table.__table__.c
    return {key: bindparam(f"{name}_{key}", type_=found[key].type) for key in columns or found.keys()}


def _named(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"{name}_{key}": value for row in rows for key, value in row.items()}


def _place(end: End) -> dict[str, Any]:
    """Return where the log ends, as the statements take it."""
    return {f"head_{key}": getattr(end, key) for key in MOVED}


def _chained(end: End, entries: Iterable[Entry]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Number and chain entries after the end, which moves on; return the rows of the log and of its private values."""
    rows: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    for entry in entries:
        end.seq += 1
        end.at = max(end.at, entry.at)
        body = canonical(_body(entry, end))
        rows.append(_columns(entry, end, body))
        key = {"epoch": end.epoch, "seq": end.seq}
        kept += [{**key, "path": path, "salt": salt, "value": value} for path, (salt, value) in entry.private.items()]
        end.hash = rows[-1]["hash"]
    return rows, kept


def _body(entry: Entry, end: End) -> dict[str, Any]:
    return {
        "v": VERSION,
        "log": end.log_id,
        "epoch": end.epoch,
        "seq": end.seq,
        "prev": end.hash,
        "at": moment_text(end.at),
        "actor": dict(entry.actor),
        "auth": dict(entry.auth) if entry.auth else None,
        "act": entry.act,
        "obj": dict(entry.obj),
        "content": dict(entry.content) if entry.content else None,
        "data": dict(entry.data),
        "req": entry.req,
    }


def _columns(entry: Entry, end: End, body: str) -> dict[str, Any]:
    about = entry.data.get("about", {})
    return {
        "epoch": end.epoch,
        "seq": end.seq,
        "prev": end.hash,
        "hash": leaf_hash(body),
        "body": body,
        "at": end.at,
        "act": entry.act,
        "obj_type": entry.obj["type"],
        "obj_id": entry.obj["id"],
        "actor_id": entry.actor.get("id"),
        "req": entry.req,
    } | {f"{name}_id": about.get(name) for name in INDEXED}
