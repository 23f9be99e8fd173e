"""The tracked tables, rebuilt from the log alone, held against the rows as they stand.

Both are read in the order of their ids and side by side, so that a long log needs no more memory than a short one.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import orjson
from sqlalchemy import and_, select

from accountability import erased
from accountability.erased import Erased
from accountability.verify import BATCH
from models import schema
from models.appending import logged_columns
from models.base import Tracked, db
from models.log import LogEntry, LogPrivate, erased_value, plain
from models.session import snapshot
from workflow.actors import Actor
from workflow.ledger import note_now

ACT: Final = "log.compare"
# so many disagreements an entry names
NAMED: Final = 20


@dataclass(frozen=True)
class Difference:
    """One place where a row is not what the log says."""

    table: str
    id: int
    column: str
    by_log: Any
    in_row: Any


@dataclass(frozen=True)
class Compared:
    """What the last comparison found, and when."""

    at: datetime
    disagreements: int
    first: tuple[str, ...]


def check(*, by: Actor, at: datetime) -> list[Difference]:
    """Compare rows and log, and keep in the log how many disagree and which come first, without what they say."""
    found = differences()
    first = [f"{item.table} {item.id} {item.column}" for item in found[:NAMED]]
    note_now(ACT, by=by, at=at, data={"disagreements": len(found), "first": first})
    return found


def latest() -> Compared | None:
    """Return what the last comparison found; None when there was none. One query."""
    query = select(LogEntry.at, LogEntry.body).where(LogEntry.act == ACT)
    row = db.session.execute(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    data = orjson.loads(row.body)["data"]
    return Compared(row.at, data["disagreements"], tuple(data["first"]))


def differences() -> list[Difference]:
    """Return every place where rows and log disagree at one moment; empty when state = replay of the log."""
    with snapshot():
        return [found for table, kind in schema.tracked().items() for found in _table(table, kind)]


def states(table: str) -> Generator[tuple[int, dict[str, Any]]]:
    """Give each row of a table as the log leaves it, by id: its columns, private ones opened where they still are."""
    entry = LogEntry
    on = and_(LogPrivate.epoch == entry.epoch, LogPrivate.seq == entry.seq)
    query = select(entry.obj_id, entry.epoch, entry.seq, entry.body, LogPrivate.path, LogPrivate.value)
    query = query.outerjoin(LogPrivate, on).where(entry.obj_type == table, entry.obj_id.is_not(None))
    query = query.order_by(entry.obj_id, entry.epoch, entry.seq).execution_options(yield_per=BATCH)
    gone = erased.load(db.session.connection())
    with db.session.execute(query) as rows:
        for key, entries in groupby(rows, key=lambda row: row.obj_id):
            found = left(entries, gone)
            if found is not None:
                yield key, found


def left(rows: Iterable[Any], gone: Erased) -> dict[str, Any] | None:
    """Return the columns of one object as its entries leave them, in their order; None when none speaks of columns."""
    found: dict[str, Any] | None = None
    for _key, parts in groupby(rows, key=lambda row: (row.epoch, row.seq)):
        entry = list(parts)
        columns = orjson.loads(entry[0].body)["data"].get("set")
        if columns is not None:
            paths = gone.get((entry[0].epoch, entry[0].seq), ())
            words = {path: erased_value(path.split("/")[1] if "/" in path else path) for path in paths}
            words |= {row.path: row.value for row in entry if row.path is not None}
            new = {name: opened(value, words.get(f"set/{name}/new")) for name, (_old, value) in columns.items()}
            found = (found or {}) | new
    return found


def opened(value: Any, words: str | None) -> Any:
    """Return a value of an entry: the words themselves where it only commits to them."""
    return words if isinstance(value, dict) and set(value) == {"commit"} else value


def _table(table: str, kind: type[Tracked]) -> Iterator[Difference]:
    """Hold the rows of a table against the log, by id."""
    names = logged_columns(kind)
    query = select(kind.id, *(getattr(kind, name) for name in names)).order_by(kind.id)
    with db.session.execute(query, execution_options={"yield_per": BATCH}) as rows, closing(states(table)) as known:
        yield from _side_by_side(table, names, iter(rows), known)


def _side_by_side(
    table: str, names: Iterable[str], rows: Iterator[Any], known: Iterator[tuple[int, dict[str, Any]]]
) -> Iterator[Difference]:
    row, state = next(rows, None), next(known, None)
    while row is not None or state is not None:
        if row is not None and (state is None or row.id < state[0]):
            yield Difference(table, row.id, "*", "absent", "present")
            row = next(rows, None)
        elif state is not None and (row is None or row.id > state[0]):
            yield Difference(table, state[0], "*", "present", "absent")
            state = next(known, None)
        elif row is not None and state is not None:
            yield from _compare(table, row, names, state[1])
            row, state = next(rows, None), next(known, None)


def _compare(table: str, row: Any, names: Iterable[str], known: dict[str, Any]) -> Iterator[Difference]:
    for name, found in zip(names, row[1:], strict=True):
        value, by_log = plain(found), known.get(name)
        if value != by_log:
            yield Difference(table, row.id, name, by_log, value)
