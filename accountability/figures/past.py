"""Tasks as they stood at a moment: today's rows, and what the log has of those that changed since, undone.

The first entry after the moment that changes a column says what it was before. Where nothing changed since, the
table itself is counted.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Text,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

import clock
from accountability.figures.question import Question
from models.base import Moment, db
from models.log import LogEntry
from models.tasks import Task
from workflow.reference import Reference

# what decides on a figure, and is read as it stood
NAMES: Final = (
    "id", "kind", "status", "plan_id", "clause_id", "lead_unit_id", "officer_id", "leader_post_id", "due_on",
    "late_after", "original_late_after", "handed_in_on", "held_until", "assigned_at", "completed_at", "title",
    "parent_id",
)  # fmt: skip
STORED: Final = "%Y-%m-%d %H:%M:%S.%f"
# the text of no rows
NOTHING: Final = "[]"


def known(question: Question, ref: Reference) -> Any:
    """Return the tasks as the question's moment knew them, as something to select from. Up to two statements."""
    table = Task.__table__
    if ref.head is None or is_present(question, ref):
        return table.alias("known")
    numbers, rows = _then(ref.head.hash, question.cut_off)
    if numbers == NOTHING:
        return table.alias("known")
    rest = select(*(table.c[name] for name in NAMES)).where(table.c.id.not_in(_numbers(numbers)))
    return union_all(rest, select(*_columns(rows))).subquery("known")


def is_present(question: Question, ref: Reference) -> bool:
    """Return whether nothing has happened since the question's moment."""
    return ref.head is None or ref.head.at < question.cut_off


@lru_cache(maxsize=8)
def _then(_head: str, cut_off: datetime) -> tuple[str, str]:
    """Return the tasks that changed since a moment, and their rows as they were, as texts of a statement.

    While the log ends with the same line this cannot be another: its hash names the log and all that is in it.
    """
    undone = _undone(cut_off)
    numbers = _text([[each] for each in undone])
    now = select(*(Task.__table__.c[name] for name in NAMES)).where(Task.id.in_(_numbers(numbers)))
    rows = db.session.execute(now).all() if undone else []
    former = [[_former(name, undone[row.id].get(name, value)) for name, value in row._mapping.items()] for row in rows]
    return numbers, _text(former)


def _undone(cut_off: datetime) -> dict[int, dict[str, Any]]:
    """Return what the log has of each task that changed from a moment on: column -> value before."""
    wanted = LogEntry.obj_type == Task.__tablename__, LogEntry.at >= cut_off
    query = select(LogEntry.obj_id, LogEntry.body).where(*wanted).order_by(LogEntry.epoch, LogEntry.seq)
    found: dict[int, dict[str, Any]] = {}
    for row in db.session.execute(query):
        before = found.setdefault(row.obj_id, {})
        for name, (old, _new) in orjson.loads(row.body)["data"].get("set", {}).items():
            before.setdefault(name, old)
    return found


def _columns(rows: str) -> list[ColumnElement[Any]]:
    """Return the rows of a text as the columns of a statement."""
    listed, read = _listed(rows)
    kinds = [Task.__table__.c[name].type for name in NAMES]
    return [
        type_coerce(read(listed, place, kind), kind).label(name)
        for place, (name, kind) in enumerate(zip(NAMES, kinds, strict=True))
    ]


def _former(name: str, value: Any) -> Any:
    """Return a value as both databases read it from text."""
    if isinstance(value, str) and name.endswith("_at"):
        value = clock.parse_moment(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(STORED)
    return value.isoformat() if isinstance(value, date) else value


def _numbers(text: str) -> Any:
    """Return numbers that come with a statement as one value, however many they are."""
    listed, read = _listed(text)
    return select(read(listed, 0, Integer())).select_from(listed)


def _text(rows: list[list[Any]]) -> str:
    return orjson.dumps(rows).decode()


def _listed(text: str) -> tuple[Any, Any]:
    """Return rows that come with a statement as one value, and how one of their columns is read."""
    if db.session.connection().dialect.name == "sqlite":
        return func.json_each(text).table_valued("value"), _of_sqlite
    return func.jsonb_array_elements(cast(cast(literal(text), Text), JSONB)).table_valued("value"), _of_postgresql


def _of_sqlite(listed: Any, place: int, _kind: Any) -> Any:
    return func.json_extract(listed.c.value, f"$[{place}]")


def _of_postgresql(listed: Any, place: int, kind: Any) -> Any:
    text = cast(listed.c.value, JSONB)[place].astext
    plain = kind.impl if isinstance(kind, Moment) else kind
    return text if isinstance(plain, String) else cast(text, plain)
