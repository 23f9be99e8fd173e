"""A log taken up again: after a restore from a backup, or under a new key. A new epoch says so for ever.

What was published and is not in the backup is lost; it stays named in every verification, and a leader accepts it by
name.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from accountability import checkpoints
from accountability.checkpoints import NoLogError
from accountability.outside import verify_log
from accountability.outside.verify_log import Checkpoint
from models.base import db
from models.log import LogEntry, LogHead
from models.session import retried, transaction
from terms import N_
from workflow import access
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note
from workflow.organization.gate import require


class NothingLostError(LookupError):
    """There is no loss at this line that somebody could accept."""


@dataclass(frozen=True)
class Loss:
    """Lines `first` to `last` were published and are gone; the entry that says so has the number `first`."""

    first: int
    last: int
    at: datetime
    accepted_by: str = ""


@retried
def after_restore(notes: Sequence[Checkpoint], *, by: Actor, at: datetime) -> Loss | None:
    """Begin a new epoch after a restore: its first entry names the old size, root and last published checkpoint.

    Returns what is known to be lost, from the checkpoints at hand. Raises NoLogError.
    """
    with transaction() as session:
        data = standing(session.connection())
        size = data["size"]
        beyond = max((note for note in notes if note.size > size), key=lambda note: note.size, default=None)
        if beyond is not None:
            published = {"root": base64.b64encode(beyond.root).decode(), "time": beyond.time}
            data["lost"] = {"from": size + 1, "to": beyond.size, **published}
        begin_epoch(verify_log.RESTORED, by=by, at=at, data=data)
    return Loss(size + 1, beyond.size, at) if beyond is not None else None


def accept(line: int, *, password: str, factor: str = "", by: Actor, at: datetime) -> Loss:
    """Accept as a leader, by name, that lines were lost with the restore which the entry of this number speaks of.

    Raises NothingLostError; Refusal: no leader, wrong password or code.
    """
    if by.person_id is None:
        raise Refusal("not_yours", who=N_("leadership"))
    fresh = require("review", by, at)
    access.verify_again(fresh, password, at=at, code=factor, form=f"loss {line}")
    return _accept(line, by=fresh, at=at)


@retried
def _accept(line: int, *, by: Actor, at: datetime) -> Loss:
    with transaction():
        loss = next((loss for loss in losses() if loss.first == line and not loss.accepted_by), None)
        if loss is None:
            raise NothingLostError
        data = {"line": line, "from": loss.first, "to": loss.last}
        note(verify_log.ACCEPTED, by=by, at=at, obj=("log", None), data=data)
    return loss


def losses() -> list[Loss]:
    """Return what was lost with restores, in the log's order. One query."""
    query = select(LogEntry.seq, LogEntry.act, LogEntry.at, LogEntry.body)
    query = query.where(LogEntry.act.in_((verify_log.RESTORED, verify_log.ACCEPTED)))
    found: dict[int, Loss] = {}
    for row in db.session.execute(query.order_by(LogEntry.epoch, LogEntry.seq)):
        body = orjson.loads(row.body)
        lost = body["data"].get("lost")
        if row.act == verify_log.ACCEPTED and (loss := found.get(body["data"]["line"])):
            found[loss.first] = Loss(loss.first, loss.last, loss.at, body["actor"]["name"])
        elif lost:
            found[row.seq] = Loss(row.seq, lost["to"], row.at)
    return list(found.values())


def standing(connection: Connection) -> dict[str, Any]:
    """Return how long the log is and its root, as an entry says it. Raises NoLogError."""
    tree, chain = checkpoints.grown(connection)
    return {"size": tree.size, "root": base64.b64encode(tree.root()).decode(), "chain": chain}


def begin_epoch(
    act: str, *, by: Actor, at: datetime, data: Mapping[str, Any], private: Mapping[str, str] | None = None
) -> None:
    """Write the first entry of a new epoch. Needs a write unit. Raises NoLogError."""
    head = db.session.scalars(select(LogHead).with_for_update()).one_or_none()
    if head is None:
        raise NoLogError
    head.epoch += 1
    db.session.flush()
    note(act, by=by, at=at, obj=("log", None), data=data, private=private)
