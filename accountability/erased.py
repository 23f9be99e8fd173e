"""Which private values are gone by an erasure: an entry says so, and another person had asked for it before."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, select

from models.log import REDACT, LogEntry

Key = tuple[int, int]
Erased = dict[Key, set[str]]
ASK = "log.ask_redact"


def load(connection: Connection) -> Erased:
    """Return line -> paths of the values that two people had erased. One query, two when there is any."""
    query = select(LogEntry.epoch, LogEntry.seq, LogEntry.actor_id, LogEntry.body).where(LogEntry.act == REDACT)
    rows = connection.execute(query.order_by(LogEntry.epoch, LogEntry.seq)).all()
    asked = _asked(connection) if rows else {}
    found: Erased = {}
    for row in rows:
        data = _data(row.body)
        for path in data.get("paths", ()):
            asker = asked.get((data.get("code"), data.get("epoch"), data.get("seq"), path))
            if asker is not None and asker != row.actor_id:
                found.setdefault((data["epoch"], data["seq"]), set()).add(path)
    return found


def _asked(connection: Connection) -> dict[tuple[Any, ...], int | None]:
    """Return who asked for the erasure of which value, by the code of what was asked together."""
    query = select(LogEntry.actor_id, LogEntry.body).where(LogEntry.act == ASK)
    found = {}
    for row in connection.execute(query):
        new = {name: value for name, (_old, value) in _data(row.body).get("set", {}).items()}
        found[new.get("code"), new.get("epoch"), new.get("seq"), new.get("path")] = row.actor_id
    return found


def _data(body: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(body)["data"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found
