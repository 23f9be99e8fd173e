"""The system as it stood at one entry of its log, laid out as a passing database that every query can ask.

What is asked inside `standing(point)` (units, seats, calendar, rules, tasks, figures) is answered from the log up to
that entry alone: whatever was written later changes nothing. Where nothing was written later, the rows themselves
answer: they are what the log says (`flask log compare`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import orjson
from flask_sqlalchemy.session import Session
from sqlalchemy import Boolean, Column, Connection, Date, Engine, Numeric, Table, create_engine, select, tuple_
from sqlalchemy import Enum as Terms
from sqlalchemy.pool import StaticPool

import clock
from models import schema
from models.base import Base, Moment, Tracked, db
from models.log import LogEntry, LogHead, LogPrivate, commitment
from models.session import WRITING, snapshot

BATCH: Final = 2_000
# what stands for a private text that was erased
ERASED: Final = "[đã xoá theo quy định]"
# what columns that the log does not carry are filled with, by the kind of column: they serve searching alone
_NOTHING: Final = ""


@dataclass(frozen=True, order=True)
class Point:
    """A place in the log: what stood there is known, what came after is not."""

    epoch: int
    seq: int


class NothingYetError(LookupError):
    """The log has no entry as old as that."""


class Memory(Session):
    """A session whose every question goes to one passing database; nothing is written through it."""

    def __init__(self, engine: Engine, point: Point) -> None:
        super().__init__(db)
        self.engine = engine
        self.point = point
        self.info[WRITING] = True  # no write unit opens here

    def get_bind(self, *_args: Any, **_more: Any) -> Engine:
        """Return the passing database, whatever is asked for."""
        return self.engine


def last_before(moment: datetime) -> Point:
    """Return the last entry at or before a moment. Raises NothingYetError when there is none."""
    query = select(LogEntry.epoch, LogEntry.seq).where(LogEntry.at < moment)
    row = db.session.execute(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1)).one_or_none()
    if row is None:
        raise NothingYetError(moment.isoformat())
    return Point(row.epoch, row.seq)


def head() -> Point:
    """Return where the log ends."""
    row = db.session.execute(select(LogHead.epoch, LogHead.seq).where(LogHead.id == 1)).one()
    return Point(row.epoch, row.seq)


@contextmanager
def standing(point: Point) -> Iterator[None]:
    """Have every question asked inside answered as of an entry of the log; within itself it is there already."""
    present: Any = db.session()
    if isinstance(present, Memory) and present.point == point:
        yield
        return
    with snapshot():
        if point == head():
            yield
            return
    engine = _laid_out(point)
    db.session.registry.set(Memory(engine, point))
    try:
        yield
    finally:
        db.session().close()
        db.session.registry.set(present)
        engine.dispose()


def _laid_out(point: Point) -> Engine:
    """Return a database with every tracked row as the log left it there, and the log itself."""
    raw = sqlite3.connect("", check_same_thread=False)  # on disk once it is large, and gone when it is closed
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        raw.execute("PRAGMA foreign_keys=OFF")
        Base.metadata.create_all(connection)
        rows = _replayed(point, connection)
        for table, kind in schema.tracked().items():
            found = [_row(kind, key, columns) for (name, key), columns in sorted(rows.items()) if name == table]
            if found:
                connection.execute(_table(kind).insert(), found)
        connection.commit()
    return engine


def _replayed(point: Point, into: Connection) -> dict[tuple[str, int], dict[str, Any]]:
    """Return every row's columns as the log leaves them at a point; the entries themselves are laid out on the way."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    opened = _opened(point, into)
    table = _table(LogEntry)
    query = select(table).where(tuple_(table.c.epoch, table.c.seq) <= (point.epoch, point.seq))
    last: Any = None
    for batch in db.session.execute(query.order_by(table.c.epoch, table.c.seq)).mappings().partitions(BATCH):
        into.execute(table.insert(), [dict(row) for row in batch])
        for row in batch:
            _apply(orjson.loads(row["body"]), found, opened)
        last = batch[-1]
    _end_at(last, into)
    return found


def _apply(body: dict[str, Any], rows: dict[tuple[str, int], dict[str, Any]], opened: dict[str, str]) -> None:
    columns = body["data"].get("set")
    if columns is None or body["obj"]["id"] is None:
        return
    row = rows.setdefault((body["obj"]["type"], body["obj"]["id"]), {})
    for name, (_old, new) in columns.items():
        is_private = isinstance(new, dict) and set(new) == {"commit"}
        row[name] = opened.get(new["commit"], ERASED) if is_private else new


def _opened(point: Point, into: Connection) -> dict[str, str]:
    """Return what the commitments up to a point open to; an erased value opens to nothing."""
    table = _table(LogPrivate)
    query = select(table).where(tuple_(table.c.epoch, table.c.seq) <= (point.epoch, point.seq))
    rows = [dict(row) for row in db.session.execute(query).mappings()]
    if rows:
        into.execute(table.insert(), rows)
    return {commitment(row["salt"], row["value"]): row["value"] for row in rows}


def _end_at(last: Any, into: Connection) -> None:
    if last is None:
        return
    log_id = orjson.loads(last["body"])["log"]
    end = {name: last[name] for name in ("epoch", "seq", "hash", "at")}
    into.execute(_table(LogHead).insert(), [{"id": 1, "log_id": log_id, **end}])


def _table(kind: type[Any]) -> Table:
    """Return the table of a mapped class."""
    found: Table = kind.__table__
    return found


def _row(kind: type[Tracked], key: int, columns: dict[str, Any]) -> dict[str, Any]:
    """Return a row to be laid out: each column as its type wants it, those the log does not carry filled in."""
    found: dict[str, Any] = {"id": key}
    for column in _table(kind).columns:
        if column.name != "id":
            value = read(column, columns.get(column.name))
            found[column.name] = _filling(column) if value is None and not column.nullable else value
    return found


def _filling(column: Column[Any]) -> Any:
    return 0 if column.type.python_type in (int, bool) else _NOTHING


def read(column: Column[Any], value: Any) -> Any:
    """Return a value of the log as a column holds it."""
    if value is None:
        return None
    match column.type:
        case Moment():
            return clock.parse_moment(value)
        case Date():
            return date.fromisoformat(value)
        case Numeric():
            return Decimal(value)
        case Terms(enum_class=kind) if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(value)
        case Boolean():
            return bool(value)
    return value
