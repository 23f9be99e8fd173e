"""Whether the log is intact: every body, the chain, the head, the private values, and the guards of the database.

What this cannot tell: that the whole log was rewritten together with its head. For that one holds it against
something kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, func, select, tuple_

from models import guards
from models.base import db
from models.log import NO_HASH, LogEntry, LogHead, LogPrivate, commitment, leaf_hash
from terms import N_

BATCH: Final = 5000

# why a line is bad -> what a person reads
REASONS: Final = {
    "missing": N_("an entry is missing"),
    "altered": N_("the entry's text was altered"),
    "unlinked": N_("the entry does not follow the one before it"),
    "renumbered": N_("the entry's number or a column beside its text was altered"),
    "private": N_("a private value was altered, removed or added"),
    "head": N_("the end of the log is not where the head says"),
    "guards": N_("a guard of the database is missing or altered"),
    "no_log": N_("there is no log yet"),
}


@dataclass(frozen=True)
class Verdict:
    """What a verification found; `first_bad` is the number of the first bad entry, when one can be named."""

    ok: bool
    entries: int
    first_bad: int | None = None
    reason: str | None = None
    detail: str = ""
    covered_to: int = 0
    started_after: int = 0


def log(*, last: int | None = None) -> Verdict:
    """Verify the whole log, or its last so many entries, beside whatever is written meanwhile."""
    connection = db.session.connection()
    head = connection.execute(select(LogHead.epoch, LogHead.seq, LogHead.hash)).one_or_none()
    if head is None:
        return Verdict(False, 0, None, "no_log")
    start = max(0, head.seq - last) if last else 0
    found = _walk(connection, head, start)
    if found is None:
        found = _after_the_walk(connection, head)
    db.session.rollback()
    return found or Verdict(True, head.seq, covered_to=head.seq, started_after=start)


def _walk(connection: Connection, head: Row[Any], start: int) -> Verdict | None:
    """Go through the entries in order and return the first thing that is wrong."""
    prev = NO_HASH if start == 0 else _hash_of(connection, head.epoch, start)
    expected = start + 1
    private = _Private(connection, head, start)
    for row in _entries(connection, head, start):
        if row.seq != expected:
            return _bad(head, expected, "missing")
        reason = _wrong(row, prev) or private.wrong(row)
        if reason:
            return _bad(head, row.seq, reason)
        prev, expected = row.hash, expected + 1
    if expected != head.seq + 1:
        return _bad(head, expected, "missing")
    return None if prev == head.hash else _bad(head, head.seq, "head")


def _wrong(row: Row[Any], prev: str | None) -> str | None:
    """Return why an entry is bad by itself, or None."""
    if leaf_hash(row.body) != row.hash:
        return "altered"
    body = orjson.loads(row.body)
    if prev is not None and (row.prev != prev or body["prev"] != prev):
        return "unlinked"
    return None if _columns(body) == _beside(row) else "renumbered"


def _columns(body: dict[str, Any]) -> tuple[Any, ...]:
    """Return what the columns beside a body must say."""
    about = body["data"].get("about", {})
    return (
        body["epoch"], body["seq"], body["prev"], body["act"], body["at"], body["obj"]["type"], body["obj"]["id"], body["actor"]["id"],
        body["req"], about.get("task"), about.get("plan"), about.get("unit"),
    )


def _beside(row: Row[Any]) -> tuple[Any, ...]:
    at = row.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return (
        row.epoch, row.seq, row.prev, row.act, at, row.obj_type, row.obj_id, row.actor_id, row.req, row.task_id, row.plan_id, row.unit_id
    )


class _Private:
    """The private values in the order of their entries, read beside the entries."""

    def __init__(self, connection: Connection, head: Row[Any], start: int) -> None:
        query = (
            select(LogPrivate.seq, LogPrivate.path, LogPrivate.salt, LogPrivate.value)
            .where(LogPrivate.epoch == head.epoch, LogPrivate.seq > start, LogPrivate.seq <= head.seq)
            .order_by(LogPrivate.seq, LogPrivate.path)
        )
        rows = connection.execution_options(yield_per=BATCH).execute(query)
        self._groups = groupby(rows, key=lambda row: row.seq)
        self._next = next(self._groups, None)
        self._kept = list(self._next[1]) if self._next else []

    def wrong(self, row: Row[Any]) -> str | None:
        """Return why the private values of an entry are bad, or None: each commitment opens, and nothing is beside."""
        found: dict[str, Any] = {}
        if self._next is not None and self._next[0] == row.seq:
            found = {item.path: item for item in self._kept}
            self._advance()
        elif self._next is not None and self._next[0] < row.seq:
            return "private"
        wanted = dict(commitments(orjson.loads(row.body)["data"])) if found or '"commit"' in row.body else {}
        if found.keys() != wanted.keys():
            return "private"
        opens = all(commitment(item.salt, item.value) == wanted[path] for path, item in found.items())
        return None if opens else "private"

    def _advance(self) -> None:
        self._next = next(self._groups, None)
        self._kept = list(self._next[1]) if self._next else []


def commitments(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Return path and commitment of every private value a body's data speaks of."""
    for key, value in data.items():
        if key == "set" and not path:
            yield from _set_commitments(value)
        elif isinstance(value, dict) and set(value) == {"commit"}:
            yield f"{path}{key}", value["commit"]


def _set_commitments(columns: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    for name, values in columns.items():
        for which, value in zip(("old", "new"), values, strict=True):
            if isinstance(value, dict) and set(value) == {"commit"}:
                yield f"set/{name}/{which}", value["commit"]


def _after_the_walk(connection: Connection, head: Row[Any]) -> Verdict | None:
    """Check what lies outside the chain: no entry beyond the head, no unknown private value, guards in place."""
    beyond = connection.execute(select(func.max(LogEntry.seq)).where(LogEntry.epoch == head.epoch)).scalar() or 0
    now = connection.execute(select(LogHead.seq)).scalar() or 0
    if beyond > now:
        return _bad(head, now + 1, "head")
    orphan = connection.execute(
        select(func.min(LogPrivate.seq)).where(tuple_(LogPrivate.epoch, LogPrivate.seq).not_in(select(LogEntry.epoch, LogEntry.seq)))
    ).scalar()
    if orphan is not None and orphan <= head.seq:
        return _bad(head, orphan, "private")
    missing = guards.missing(connection)
    return Verdict(False, head.seq, None, "guards", ", ".join(missing), head.seq) if missing else None


def _entries(connection: Connection, head: Row[Any], start: int) -> Iterator[Row[Any]]:
    query = (
        select(LogEntry.__table__)
        .where(LogEntry.epoch == head.epoch, LogEntry.seq > start, LogEntry.seq <= head.seq)
        .order_by(LogEntry.seq)
    )
    yield from connection.execution_options(yield_per=BATCH).execute(query)


def _hash_of(connection: Connection, epoch: int, seq: int) -> str | None:
    return connection.execute(select(LogEntry.hash).where(LogEntry.epoch == epoch, LogEntry.seq == seq)).scalar()


def _bad(head: Row[Any], seq: int, reason: str) -> Verdict:
    return Verdict(False, head.seq, seq, reason, covered_to=seq - 1)
