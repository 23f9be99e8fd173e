"""Checkpoints: how long the log was, with the hashes that bind every line up to there, signed by the log's key.

Form: C2SP tlog-checkpoint in a signed note (c2sp.org/tlog-checkpoint, c2sp.org/signed-note); the tree is RFC 9162's.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, tuple_

from accountability import keys
from accountability.outside.verify_log import Tree
from models.base import db
from models.log import LogEntry, LogHead, moment_text
from models.session import snapshot
from workflow.actors import Actor
from workflow.ledger import note_now

ACT: Final = "log.checkpoint"
FILE: Final = "checkpoints.txt"
BATCH: Final = 10_000
# of a note signed by Ed25519 (c2sp.org/signed-note)
ED25519: Final = b"\x01"


# entries about looking at the log: they alone are no reason for another checkpoint
LOOKING: Final = (ACT, "log.verify")


class NoLogError(LookupError):
    """There is no log yet of which a checkpoint could speak."""


@dataclass(frozen=True)
class Checkpoint:
    """A signed note over so many lines."""

    size: int
    root: str
    text: str


def make(folder: Path, origin: str, *, by: Actor, at: datetime) -> Checkpoint:
    """Sign where the log stands, append the note to the file in a folder, and say so in the log.

    Raises NoLogError before the log is opened, PermissionError when others can read the key.
    """
    made = _signed(keys.ensure(folder), origin, at)
    _append(folder / FILE, made.text)
    note_now(ACT, by=by, at=at, data={"size": made.size, "root": made.root})
    return made


def is_due() -> bool:
    """Return whether anything but looking at the log was written since the last checkpoint. One query."""
    last = select(func.max(LogEntry.seq)).where(LogEntry.act == ACT).scalar_subquery()
    written = select(LogEntry.seq).where(LogEntry.seq > func.coalesce(last, 0), LogEntry.act.not_in(LOOKING))
    return db.session.scalar(written.limit(1)) is not None


def kept(folder: Path) -> list[str]:
    """Return the notes that were made so far, the oldest first."""
    path = folder / FILE
    if not path.exists():
        return []
    return [f"{note.strip()}\n" for note in path.read_text(encoding="utf-8").split("\n\n\n") if note.strip()]


def _signed(key: Ed25519PrivateKey, origin: str, at: datetime) -> Checkpoint:
    tree, chain = _tree()
    root = base64.b64encode(tree.root()).decode()
    text = f"{origin}\n{tree.size}\n{root}\nchain {chain}\ntime {moment_text(at)}\n"
    public = base64.b64decode(keys.public_text(key))
    mark = hashlib.sha256(origin.encode() + b"\n" + ED25519 + public).digest()[:4]
    signature = base64.b64encode(mark + key.sign(text.encode())).decode()
    return Checkpoint(tree.size, root, f"{text}\n\u2014 {origin} {signature}\n")


def _tree() -> tuple[Tree, str]:
    """Return the tree over every line up to the head, and the head's hash."""
    tree = Tree()
    with snapshot() as connection:
        head = connection.execute(select(LogHead.epoch, LogHead.seq, LogHead.hash)).one_or_none()
        if head is None:
            raise NoLogError
        upto = tuple_(LogEntry.epoch, LogEntry.seq) <= tuple_(head.epoch, head.seq)
        query = select(LogEntry.hash).where(upto).order_by(LogEntry.epoch, LogEntry.seq)
        for (hashed,) in connection.execute(query, execution_options={"yield_per": BATCH}):
            tree.add(bytes.fromhex(hashed))
    return tree, head.hash


def _append(path: Path, text: str) -> None:
    """Add a note to the file so that it is there when the power goes; nothing in the file is ever changed."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{text}\n\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
