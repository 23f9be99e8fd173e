"""Another key for the log: named by an entry that the old key signs or, when that is lost, by one that says so."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from accountability import checkpoints, keys
from accountability.checkpoints import NoLogError
from accountability.outside import verify_log
from accountability.reopening import begin_epoch, standing
from models.base import db
from models.log import LogHead
from models.session import retried, transaction
from workflow.actors import Actor
from workflow.ledger import note

LOG: tuple[str, None] = ("log", None)


@retried
def rotate(folder: Path, *, by: Actor, at: datetime) -> str:
    """Put a new key in place of the log's and return its public half (base64).

    Raises NoLogError, and WrongKeyError when the present key is not there: then it is lost.
    """
    with transaction():
        old, log_id = _present()
        signer = keys.signing(folder, old)
        new = keys.public_text(keys.successor(folder))
        signature = base64.b64encode(signer.sign(verify_log.key_statement(log_id, old, new))).decode()
        data = {"old": old, "key": new, "signature": signature}
        note(verify_log.KEY_CHANGED, by=by, at=at, obj=LOG, data=data)
    keys.signing(folder, new)
    return new


@retried
def replace_lost(folder: Path, reason: str, *, by: Actor, at: datetime) -> str:
    """Begin a new epoch under a new key, because the old one is gone; returns its public half (base64).

    The entry names where the log stood. Raises NoLogError.
    """
    with transaction() as session:
        old, _log_id = _present()
        data: dict[str, Any] = {"old": old, **standing(session.connection())}
        data["key"] = new = keys.public_text(keys.successor(folder))
        begin_epoch(verify_log.KEY_LOST, by=by, at=at, data=data, private={"reason": reason})
    keys.signing(folder, new)
    return new


def _present() -> tuple[str, str]:
    """Return the key that the log names and the log's id, the log locked."""
    log_id = db.session.scalar(select(LogHead.log_id).with_for_update())
    public = checkpoints.key_in_force(db.session.connection()) if log_id else None
    if log_id is None or public is None:
        raise NoLogError
    return public, log_id
