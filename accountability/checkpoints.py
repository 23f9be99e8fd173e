"""Checkpoints: how long the log was, with the hashes that bind every line up to there, signed by the log's key.

Form: C2SP tlog-checkpoint in a signed note (c2sp.org/tlog-checkpoint, c2sp.org/signed-note); the tree is RFC 9162's.
The entry of a checkpoint carries the roots of the full subtrees, so that the next one goes on from there.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ColumnElement, Connection, Select, select, tuple_

from accountability import keys
from accountability.outside import verify_log
from accountability.outside.verify_log import Tree
from models.base import db
from models.letters import Letter
from models.log import LogEntry, LogHead, leaf_hash, moment_text
from models.session import snapshot
from workflow.actors import Actor
from workflow.ledger import note_now

ACT: Final = "log.checkpoint"
FILE: Final = "checkpoints.txt"
BATCH: Final = 10_000
# of a note signed by Ed25519 (c2sp.org/signed-note)
ED25519: Final = b"\x01"
# entries that name the key which signs from there on
NAMES_KEY: Final = (verify_log.OPENED, verify_log.KEY_CHANGED, verify_log.KEY_LOST)
# entries about looking at the log: they alone are no reason for another checkpoint
LOOKING: Final = (ACT, "log.verify", "log.compare")
# how the key of a letter begins that carries a checkpoint to a mailbox; its fate is no reason either
LETTER: Final = "checkpoint;"
# the act of leadership after which a checkpoint is made at once (promises 2.1, 8)
CONFIRMED: Final = "task.confirm"


class NoLogError(LookupError):
    """There is no log yet of which a checkpoint could speak."""


@dataclass(frozen=True)
class Checkpoint:
    """A signed note over so many lines."""

    size: int
    root: str
    text: str

    @property
    def printed(self) -> str:
        """Return it as paper has it: the number of lines, eight groups of eight signs, and a check sign."""
        root = base64.b64decode(self.root).hex()
        groups = " ".join(root[start : start + 8] for start in range(0, 64, 8))
        return f"{self.size}: {groups} [{verify_log.printed_check(self.size, root)}]"


def make(folder: Path, origin: str, *, by: Actor, at: datetime) -> Checkpoint:
    """Sign where the log stands, append the note to the file in a folder, and say so in the log.

    Raises NoLogError before the log is opened, WrongKeyError when the log's key is not there, PermissionError when
    others can read it.
    """
    with snapshot() as connection:
        tree, chain = grown(connection)
        public = key_in_force(connection)
    key = keys.signing(folder, public) if public else keys.ensure(folder)
    made = _signed(key, origin, tree, chain, at)
    _append(folder / FILE, made.text)
    data = {"size": made.size, "root": made.root, "chain": chain, "subtrees": [root.hex() for root in tree.roots]}
    note_now(ACT, by=by, at=at, data={**data, "note": made.text})
    return made


def is_due(*, at_once: bool = False) -> bool:
    """Return whether anything but looking at the log was written since the last checkpoint. Two queries.

    `at_once`: whether leadership confirmed something since.
    """
    last = db.session.execute(_last()).first()
    since = tuple_(LogEntry.epoch, LogEntry.seq) > tuple_(last.epoch, last.seq) if last else LogEntry.seq > 0
    if at_once:
        newest = select(LogEntry.epoch, LogEntry.seq).where(LogEntry.act == CONFIRMED)
        found = db.session.execute(newest.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1)).first()
        return found is not None and (last is None or (found.epoch, found.seq) > (last.epoch, last.seq))
    carried = select(Letter.id).where(Letter.key.startswith(LETTER))
    of_letter = (LogEntry.obj_type == "letter") & LogEntry.obj_id.in_(carried)
    written = select(LogEntry.seq).where(since, LogEntry.act.not_in(LOOKING), ~of_letter)
    return db.session.scalar(written.limit(1)) is not None


def kept(folder: Path) -> list[str]:
    """Return the notes that were made so far, the oldest first."""
    path = folder / FILE
    if not path.exists():
        return []
    return [f"{note.strip()}\n" for note in path.read_text(encoding="utf-8").split("\n\n\n") if note.strip()]


def newest() -> Checkpoint | None:
    """Return the last checkpoint that the log speaks of; None when there is none. One query."""
    row = db.session.execute(_last()).first()
    if row is None or "note" not in (data := orjson.loads(row.body)["data"]):
        return None
    return Checkpoint(data["size"], data["root"], data["note"])


def first_key(connection: Connection) -> str | None:
    """Return the key (base64) that the first entry names. One query."""
    body = connection.execute(select(LogEntry.body).where(LogEntry.seq == 1).limit(1)).scalar()
    found: str | None = orjson.loads(body)["data"].get("key") if body else None
    return found


def key_in_force(connection: Connection) -> str | None:
    """Return the key (base64) that the log names as its own now; None in a log without one. One query."""
    query = select(LogEntry.body).where(LogEntry.act.in_(NAMES_KEY))
    body = connection.execute(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1)).scalar()
    found: str | None = orjson.loads(body)["data"].get("key") if body else None
    return found


def grown(connection: Connection) -> tuple[Tree, str]:
    """Return the tree over every line up to the head, grown from the last checkpoint's, and the head's hash.

    Raises NoLogError before the log is opened.
    """
    head = connection.execute(select(LogHead.epoch, LogHead.seq, LogHead.hash)).one_or_none()
    if head is None:
        raise NoLogError
    tree, since = _standing(connection)
    upto = tuple_(LogEntry.epoch, LogEntry.seq) <= tuple_(head.epoch, head.seq)
    query = select(LogEntry.hash).where(since, upto).order_by(LogEntry.epoch, LogEntry.seq)
    for (hashed,) in connection.execute(query, execution_options={"yield_per": BATCH}):
        tree.add(bytes.fromhex(hashed))
    return tree, head.hash


def _last() -> Select[*tuple[Any, ...]]:
    query = select(LogEntry.epoch, LogEntry.seq, LogEntry.body, LogEntry.hash).where(LogEntry.act == ACT)
    return query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1)


def _standing(connection: Connection) -> tuple[Tree, ColumnElement[bool]]:
    """Return the tree of the last checkpoint as its entry keeps it, and which lines come after it.

    An empty tree, and every line, when there is no such entry or it is not to be trusted.
    """
    last = connection.execute(_last()).first()
    data = orjson.loads(last.body)["data"] if last and leaf_hash(last.body) == last.hash else {}
    if {"size", "root", "subtrees", "chain"} <= data.keys():
        tree = Tree(data["size"], map(bytes.fromhex, data["subtrees"]))
        end = connection.execute(select(LogEntry.epoch, LogEntry.seq).where(LogEntry.hash == data["chain"])).first()
        whole = len(tree.roots) == tree.size.bit_count() and base64.b64encode(tree.root()).decode() == data["root"]
        if whole and end is not None and end.seq == tree.size:
            return tree, tuple_(LogEntry.epoch, LogEntry.seq) > tuple_(end.epoch, end.seq)
    return Tree(), LogEntry.seq > 0


def _signed(key: Ed25519PrivateKey, origin: str, tree: Tree, chain: str, at: datetime) -> Checkpoint:
    root = base64.b64encode(tree.root()).decode()
    text = f"{origin}\n{tree.size}\n{root}\nchain {chain}\ntime {moment_text(at)}\n"
    public = base64.b64decode(keys.public_text(key))
    mark = hashlib.sha256(origin.encode() + b"\n" + ED25519 + public).digest()[:4]
    signature = base64.b64encode(mark + key.sign(text.encode())).decode()
    return Checkpoint(tree.size, root, f"{text}\n\u2014 {origin} {signature}\n")


def _append(path: Path, text: str) -> None:
    """Add a note to the file so that it is there when the power goes; nothing in the file is ever changed."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{text}\n\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
