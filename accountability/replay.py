"""The tracked tables, rebuilt from the log alone, held against the rows as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from accountability.verify import BATCH
from models import schema
from models.appending import logged_columns
from models.base import Tracked, db
from models.log import LogEntry, LogPrivate, commitment, plain
from models.session import snapshot

State = dict[tuple[str, int], dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """One place where a row is not what the log says."""

    table: str
    id: int
    column: str
    by_log: Any
    in_row: Any


def differences() -> list[Difference]:
    """Return every place where rows and log disagree at one moment; empty when state = replay of the log."""
    with snapshot():
        state, opened = rebuild()
        return [found for table, kind in schema.tracked().items() for found in _table(table, kind, state, opened)]


def _table(table: str, kind: type[Tracked], state: State, opened: dict[str, str]) -> Iterator[Difference]:
    rows = {row.id: row for row in db.session.scalars(select(kind))}
    known = {key: columns for (name, key), columns in state.items() if name == table}
    for key in sorted(rows.keys() - known.keys()):
        yield Difference(table, key, "*", "absent", "present")
    for key in sorted(known.keys() - rows.keys()):
        yield Difference(table, key, "*", "present", "absent")
    for key in sorted(rows.keys() & known.keys()):
        yield from _compare(table, rows[key], known[key], opened)


def rebuild() -> tuple[State, dict[str, str]]:
    """Return each tracked row as the log leaves it, and what the commitments among its values open to."""
    state: State = {}
    for body in _bodies():
        columns = body["data"].get("set")
        if columns is not None and body["obj"]["id"] is not None:
            row = state.setdefault((body["obj"]["type"], body["obj"]["id"]), {})
            row.update({name: new for name, (_, new) in columns.items()})
    opened = {
        commitment(row.salt, row.value): row.value
        for row in db.session.scalars(select(LogPrivate).execution_options(yield_per=BATCH))
    }
    return state, opened


def _compare(table: str, row: Tracked, known: dict[str, Any], opened: dict[str, str]) -> Iterator[Difference]:
    for name in logged_columns(type(row)):
        value, by_log = plain(getattr(row, name)), known.get(name)
        if isinstance(by_log, dict) and set(by_log) == {"commit"}:
            by_log = opened.get(by_log["commit"])
        if value != by_log:
            yield Difference(table, row.id, name, by_log, value)


def _bodies() -> Iterator[dict[str, Any]]:
    query = select(LogEntry.body).order_by(LogEntry.epoch, LogEntry.seq).execution_options(yield_per=BATCH)
    for text in db.session.scalars(query):
        yield orjson.loads(text)
