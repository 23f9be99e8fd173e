"""The kept files, held against the hashes that the log has of them: what was deleted or altered is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select

from documents.vault import ALTERED, DELETED
from models.log import LogEntry
from terms import N_
from workflow import files

# what became of a file -> what a person reads
FAULTS: Final = {
    DELETED: N_("the file was deleted, or it cannot be read"),
    ALTERED: N_("the file was altered: it no longer matches the SHA-256 in the log"),
}

BATCH: Final = 5_000
SHA: Final = '"sha256"'


@dataclass(frozen=True)
class BadFile:
    """A file that the log has and the store has not as it was: whose evidence it is, and what became of it."""

    task: int | None
    hand_in: int | None
    sha256: str
    fault: str
    entry: int


def bad(connection: Connection) -> tuple[BadFile, ...]:
    """Return the evidence of the log whose file is gone or altered, in the log's order; each file is read once."""
    store, looked = files.vault(), dict[str, str]()
    found = []
    for seq, new in _logged(connection):
        sha = new["sha256"]
        if sha not in looked:
            looked[sha] = store.fault(sha)
        if looked[sha]:
            found.append((seq, new, looked[sha]))
    numbers = _numbers(connection, {new.get("hand_in_id") for _seq, new, _fault in found} - {None}) if found else {}
    return tuple(
        BadFile(new.get("task_id"), numbers.get(new.get("hand_in_id")), new["sha256"], fault, seq)
        for seq, new, fault in found
    )


def _logged(connection: Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give entry and new values of every file; an entry that cannot be read is named elsewhere."""
    table = LogEntry.__table__
    query = select(table.c.seq, table.c.body).where(table.c.obj_type == "evidence")
    rows = connection.execute(query.order_by(table.c.epoch, table.c.seq), execution_options={"yield_per": BATCH})
    for seq, body in rows:
        if SHA in body and isinstance((new := _new_values(body)).get("sha256"), str):
            yield seq, new


def _numbers(connection: Connection, hand_ins: set[Any]) -> dict[Any, int]:
    """Return the numbers of hand-ins, each from its own entry: rows beside the log are not asked."""
    table = LogEntry.__table__
    query = select(table.c.obj_id, table.c.body).where(table.c.obj_type == "hand_in", table.c.obj_id.in_(hand_ins))
    values = ((key, _new_values(body)) for key, body in connection.execute(query.order_by(table.c.epoch, table.c.seq)))
    return {key: new["no"] for key, new in values if new.get("no") is not None}


def _new_values(body: str) -> dict[str, Any]:
    """Return a row's values after its entry."""
    try:
        return {name: new for name, (_old, new) in orjson.loads(body)["data"]["set"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
