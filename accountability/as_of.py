"""A task, a plan or a unit as it was at the end of a day, rebuilt from the log alone: no row of today is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select, tuple_

import clock
from accountability import erased, replay
from models.base import db, is_id
from models.log import LogEntry, LogPrivate
from models.plans import Plan
from models.tasks import Task
from models.vocabulary import DeadlineKind, Status
from workflow import reference
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.queries import log_lines
from workflow.queries.log_lines import Key
from workflow.queries.plans import readable
from workflow.reference import Reference
from workflow.timing import Timing, TimingFacts, timing

Rows = dict[str, dict[int, dict[str, Any]]]


@dataclass(frozen=True)
class Kind:
    """What can be rebuilt: the column of the log that leads to its lines, and the tables that are part of it."""

    column: Any
    tables: frozenset[str] | None


# a task is all that speaks of it; a plan and a unit are their own tables, and the tasks of a plan
KINDS: Final = {
    "task": Kind(LogEntry.task_id, None),
    "plan": Kind(
        LogEntry.plan_id,
        frozenset({"plan", "document", "section", "clause", "target", "plan_signature", "flow", "task"}),
    ),
    "unit": Kind(LogEntry.unit_id, frozenset({"unit", "unit_name", "unit_parent", "unit_event", "post"})),
}


@dataclass(frozen=True)
class Past:
    """One thing as it was at the end of a day: its rows by table and id, and the last line of the log that counts."""

    kind: str
    id: int
    on: date
    upto: Key
    lines: int
    rows: Rows
    timing: Timing | None = None

    @property
    def main(self) -> dict[str, Any]:
        """Return the thing's own columns."""
        return self.rows[self.kind][self.id]

    @property
    def parts(self) -> Rows:
        """Return the rows that belong to it."""
        return {table: rows for table, rows in self.rows.items() if table != self.kind}


def as_of(kind: str, key: int, on: date, *, seen_by: Scope | None = None) -> Past:
    """Rebuild a thing as it was at the end of a day; `seen_by` None: whoever runs the command. Few queries.

    Raises Refusal `not_found` for what is not his to read, `not_yet` for what was not there on that day.
    """
    if not is_id(key) or not _may_read(kind, key, seen_by):
        raise Refusal("not_found")
    end = clock.end_of(on)
    after = log_lines.places([end])[end]
    before = [tuple_(LogEntry.epoch, LogEntry.seq) < tuple_(*after)] if after is not None else []
    found = _entries(and_(_of(KINDS[kind], key), *before))
    if kind == "unit" and "post" in found.rows:
        found = _with_tenures(found, before)
    if key not in found.rows.get(kind, {}):
        raise Refusal("not_yet", day=on.strftime("%d/%m/%Y"))
    rows = dict(sorted(found.rows.items()))
    stands = _timing(rows[kind][key], on) if kind == "task" else None
    return Past(kind, key, on, found.upto, found.lines, rows, stands)


@dataclass(frozen=True)
class _Found:
    rows: Rows
    upto: Key
    lines: int


def _of(kind: Kind, key: int) -> ColumnElement[bool]:
    found: ColumnElement[bool] = kind.column == key
    return found if kind.tables is None else and_(found, LogEntry.obj_type.in_(kind.tables))


def _entries(condition: ColumnElement[bool]) -> _Found:
    """Return the rows that some entries leave, in the log's order. One query."""
    on = and_(LogPrivate.epoch == LogEntry.epoch, LogPrivate.seq == LogEntry.seq)
    columns = LogEntry.obj_type, LogEntry.obj_id, LogEntry.epoch, LogEntry.seq, LogEntry.body
    query = select(*columns, LogPrivate.path, LogPrivate.value).outerjoin(LogPrivate, on)
    query = query.where(condition, LogEntry.obj_id.is_not(None))
    order = LogEntry.obj_type, LogEntry.obj_id, LogEntry.epoch, LogEntry.seq
    read: list[Any] = list(db.session.execute(query.order_by(*order)))
    rows: Rows = {}
    gone = erased.load(db.session.connection())
    for (table, key), entries in groupby(read, key=lambda row: (row.obj_type, row.obj_id)):
        columns_then = replay.left(entries, gone)
        if columns_then is not None:
            rows.setdefault(table, {})[key] = columns_then
    keys = {(row.epoch, row.seq) for row in read}
    return _Found(rows, max(keys, default=(0, 0)), len(keys))


def _with_tenures(found: _Found, before: Iterable[ColumnElement[bool]]) -> _Found:
    """Add who sat on the seats of a unit: those entries name the person, not the unit."""
    sat = _entries(and_(LogEntry.obj_type == "tenure", *before))
    tenures = {key: row for key, row in sat.rows.get("tenure", {}).items() if row.get("post_id") in found.rows["post"]}
    return _Found(found.rows | {"tenure": tenures}, max(found.upto, sat.upto), found.lines + sat.lines)


def _may_read(kind: str, key: int, seen_by: Scope | None) -> bool:
    """Return whether a thing is his to read, by his rights of now."""
    if seen_by is None or seen_by.reads_whole_log() or kind == "unit":
        return True
    if kind == "task":
        return db.session.scalar(select(Task.id).where(Task.id == key, seen_by.tasks())) is not None
    return (
        seen_by.allows("plans") and db.session.scalar(select(Plan.id).where(Plan.id == key, readable(seen_by))) == key
    )


def _timing(row: Mapping[str, Any], on: date) -> Timing:
    """Return where a task stood in time by its columns of the day."""

    def day(name: str) -> date | None:
        return date.fromisoformat(row[name]) if row.get(name) else None

    kind = DeadlineKind(row.get("deadline_kind") or DeadlineKind.NONE)
    dates = {name: day(name) for name in ("due_on", "late_after", "handed_in_on", "held_until")}
    ref: Reference = reference.load(on)
    facts = TimingFacts(status=Status(row["status"]), deadline_kind=kind, **dates)
    return timing(facts, on, ref.calendar, soon=ref.settings["due_soon.working_days"])
