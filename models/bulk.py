"""The bulk door's hands: many rows and their entries put into the tables at once, inside one open write unit.

The entries have the body of every other, in the same chain; only the way into the tables is shorter. What may be
written so, and what its entries say, is for `workflow.bulk` to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from models import appending
from models.appending import Entry
from models.base import Tracked


def complete(kind: type[Tracked], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a new row's columns with what the table fills in by itself, as an insert through the session would."""
    return {**_defaults(inspect(kind).class_), **values}


def insert_rows(session: Session, kind: type[Tracked], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert complete rows of one table and return their ids in the same order."""
    if not rows:
        return []
    table = inspect(kind).local_table
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.connection().execute(statement, [dict(row) for row in rows]).scalars())


@cache
def _defaults(kind: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in inspect(kind).column_attrs:
        default = attribute.columns[0].default
        found[attribute.key] = default.arg if default is not None and default.is_scalar else None
    del found["id"]
    return found


def append(session: Session, entries: Iterable[Entry]) -> int:
    """Number, chain and insert entries after the locked end of the log; return how many."""
    return appending.append(session, appending.locked_end(session), entries)
