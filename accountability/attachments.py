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
    for seq, task, hand_in, sha in _logged(connection):
        if sha not in looked:
            looked[sha] = store.fault(sha)
        if looked[sha]:
            found.append(BadFile(task, hand_in, sha, looked[sha], seq))
    return tuple(found)


def _logged(connection: Connection) -> Iterator[tuple[int, int | None, int | None, str]]:
    """Give entry, task, number of the hand-in and hash of every file; an entry that cannot be read is named elsewhere.

    The number comes from the hand-in's own entry: rows beside the log are not asked.
    """
    table = LogEntry.__table__
    query = select(table.c.seq, table.c.body).where(table.c.obj_type.in_(("hand_in", "evidence")))
    numbers: dict[int, int] = {}
    for seq, body in connection.execute(query.order_by(table.c.epoch, table.c.seq)).all():
        new = _new_values(body)
        if new.get("no") is not None:
            numbers[new["id"]] = new["no"]
        elif isinstance(sha := new.get("sha256"), str):
            yield seq, new.get("task_id"), numbers.get(new.get("hand_in_id") or 0), sha


def _new_values(body: str) -> dict[str, Any]:
    """Return a row's values after its entry, with its id."""
    try:
        read = orjson.loads(body)
        return {name: new for name, (_old, new) in read["data"]["set"].items()} | {"id": read["obj"]["id"]}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
