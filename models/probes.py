"""Writes that nobody may make to the log and to what was signed, tried for real in transactions that are rolled back.

A guard fires only for rows that are there, so each try first sees to a row; it counts as refused only when the guard
itself, or the database's rights, said no.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum as Words
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Enum,
    Integer,
    Numeric,
    Table,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from models import guards
from models.base import Base, Moment
from models.vocabulary import Capacity, Role

NO_RIGHT: Final = "42501"
SHA: Final = "0" * 64
# what a sample row needs beside one value of each column's type, by column or by table and column
SAMPLE: Final[dict[str, Any]] = {
    "capacity": Capacity.FULL,
    "source_document": "probe",
    "sha256": SHA,
    "content_sha": SHA,
    "template_sha": SHA,
    "salt": "00",
    "note.kind": "comment",
    "clause.span_to": 2,
    "target.span_from": 1,
    "target.span_to": 2,
    "role_grant.role": Role.OFFICER,
    "absence.to_on": date(2000, 1, 2),
    "reminder_rule.plan_id": 1,
    "flow.no": 2,
}
# columns that may be empty, of which one has to say what the row belongs to
MADE: Final = frozenset({"evidence.hand_in_id", "figure_note.unit_id"})
BY_TYPE: Final[dict[type[Any], Any]] = {
    Boolean: False,
    Integer: 1,
    Numeric: 1,
    JSON: [],
    Date: date(2000, 1, 1),
    DateTime: datetime(2000, 1, 1, tzinfo=UTC),
    Moment: datetime(2000, 1, 1, tzinfo=UTC),
}
ILLEGAL_STEP: Final = "CASE status WHEN 'draft' THEN 'completed' WHEN 'assigned' THEN 'completed' ELSE 'draft' END"

CHANGES: Final = ("UPDATE {table} SET {column} = {column}", "DELETE FROM {table}")
REPLACES: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    ),
    "postgresql": (
        "TRUNCATE {table} CASCADE",
        "SET LOCAL session_replication_role = replica; DELETE FROM {table}",
    ),
}
UPSERT: Final = (
    "INSERT INTO {table} SELECT * FROM {table} WHERE true LIMIT 1"
    " ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
)
HEAD: Final = (
    "UPDATE log_head SET seq = seq - 1",
    "UPDATE log_head SET epoch = epoch - 1, seq = seq + 1",
    "UPDATE log_head SET hash = prev FROM log_entry",
    "DELETE FROM log_head",
)


def forbidden(dialect: str) -> list[tuple[str, str]]:
    """Return table and statement of every write that has to be refused on a kind of database."""
    found: list[tuple[str, str]] = []
    for table in guards.APPEND_ONLY:
        found += [(table, _filled(form, table)) for form in (*CHANGES, UPSERT, *REPLACES[dialect])]
    found += [("log_head", statement) for statement in HEAD]
    found += [(table, _filled(form, table)) for table in ("log_head", *guards.KEPT) for form in REPLACES[dialect]]
    step = f"UPDATE task SET status = {ILLEGAL_STEP}"  # noqa: S608  (a text of this module)
    return [*found, ("task", step), ("task", "DELETE FROM task")]


def is_refused(engine: Engine, table: str, statement: str) -> bool:
    """Return whether a guard of the database, or its rights, refuses the write; nothing of the try stays."""
    with engine.connect().execution_options(write=True) as connection:
        _row_of(connection, Base.metadata.tables[table])
        try:
            for part in statement.split("; "):
                connection.execute(text(part))
        except DBAPIError as error:
            words = str(error.orig)
            return getattr(error.orig, "sqlstate", "") == NO_RIGHT or any(word in words for word in guards.WORDS)
        finally:
            connection.rollback()
    return False


def _filled(form: str, table: str) -> str:
    columns = Base.metadata.tables[table].columns
    keys = [column.name for column in columns if column.primary_key]
    other = next(column.name for column in columns if not column.primary_key and not column.foreign_keys)
    return form.format(table=table, column=other, key=", ".join(keys))


def _row_of(connection: Connection, table: Table) -> Any:
    """Return the key of a row of the table; made with all it refers to when the table is empty."""
    found = connection.execute(select(*table.primary_key.columns).limit(1)).first()
    if found is None:
        values = sample(connection, table)
        found = connection.execute(table.insert().values(values)).inserted_primary_key
    return found[0] if found else None


def sample(connection: Connection, table: Table) -> dict[str, Any]:
    """Return the columns of a row that the table takes; what it refers to is made where it is missing."""
    return dict(_values(connection, table))


def _values(connection: Connection, table: Table) -> Iterator[tuple[str, Any]]:
    for column in table.columns:
        refers = next(iter(column.foreign_keys), None)
        named = {column.name, f"{table.name}.{column.name}"} & SAMPLE.keys()
        if named:
            yield column.name, SAMPLE[named.pop()]
        elif f"{table.name}.{column.name}" not in MADE and _fills_itself(column, table):
            continue
        else:
            yield column.name, _row_of(connection, refers.column.table) if refers else _value(column)


def _fills_itself(column: Column[Any], table: Table) -> bool:
    return column.nullable or column.default is not None or column is table.autoincrement_column


def _value(column: Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, Enum):
        words: type[Words] | None = kind.enum_class
        return next(iter(words)) if words else kind.enums[0]
    return BY_TYPE.get(type(kind), secrets.token_hex(8))
