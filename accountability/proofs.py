"""The proof that one entry lies under a checkpoint, without showing any other: C2SP tlog-proof over RFC 9162, 2.1.3."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection, select, tuple_

from accountability import checkpoints
from accountability.anchors import TOGETHER, grow
from accountability.outside import verify_log
from accountability.outside.verify_log import Checkpoint, Tree
from models.base import db
from models.log import LogEntry
from models.session import snapshot

# so many checkpoints after an entry are looked at: two made at the same moment may not cover it
NEAR: Final = 5


class NoSuchEntryError(LookupError):
    """There is no entry of this number, or no checkpoint that covers it."""


class BrokenLogError(LookupError):
    """The lines here are not those of the checkpoint: nothing can be proved from them."""


@dataclass(frozen=True)
class Proof:
    """One entry with its way to the root of a checkpoint."""

    seq: int
    size: int
    text: str


def prove(seq: int, notes: list[Checkpoint]) -> Proof:
    """Return the proof of an entry under the first of the checkpoints that covers it.

    The first one: it is the one most likely in the hands of others. Raises NoSuchEntryError, BrokenLogError.
    """
    note = next((note for note in sorted(notes, key=lambda one: one.size) if note.size >= seq), None)
    with snapshot() as connection:
        body = connection.execute(select(LogEntry.body).where(LogEntry.seq == seq)).scalar()
        if body is None or note is None or seq < 1:
            raise NoSuchEntryError
        way, root = way_to_root(seq - 1, _leaves(connection, note.size))
    if root != note.root:
        raise BrokenLogError
    extra = base64.b64encode(body.encode()).decode()
    path = "".join(f"{base64.b64encode(one).decode()}\n" for one in way)
    signed = f"{note.text}\n" + "".join(f"\u2014 {' '.join(parts)}\n" for parts in note.signatures)
    return Proof(seq, note.size, f"{verify_log.PROOF}\nextra {extra}\nindex {seq - 1}\n{path}\n{signed}")


def of_entry(epoch: int, seq: int) -> Proof | None:
    """Return the proof of an entry under the first checkpoint that the log made over it; None while there is none.

    The lines of that checkpoint are read, so it costs more in a longer log.
    """
    after = tuple_(LogEntry.epoch, LogEntry.seq) > tuple_(epoch, seq)
    query = select(LogEntry.body).where(LogEntry.act == checkpoints.ACT, after)
    found = db.session.scalars(query.order_by(LogEntry.epoch, LogEntry.seq).limit(NEAR)).all()
    notes = [note for body in found for note in verify_log.notes_in(orjson.loads(body)["data"].get("note", ""))]
    try:
        return prove(seq, notes)
    except (NoSuchEntryError, BrokenLogError):
        return None


def way_to_root(index: int, leaves: Sequence[bytes]) -> tuple[list[bytes], bytes | None]:
    """Return the hashes beside the way from a leaf to the root, from below, and the root they lead to."""
    size = len(leaves)
    if index >= size:
        return [], None
    way = [_root(leaves[start:end]) for start, end in siblings(index, size)]
    return way, verify_log.root_of_path(index, size, leaves[index], way)


def _root(leaves: Sequence[bytes]) -> bytes:
    tree = Tree()
    for start in range(0, len(leaves), TOGETHER):
        grow(tree, leaves[start : start + TOGETHER])
    return tree.root()


def siblings(index: int, size: int) -> list[tuple[int, int]]:
    """Return the ranges of leaves whose roots lie beside the way from a leaf to the root, from below."""
    found, start, end = [], 0, size
    while end - start > 1:
        half = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < half:
            found.append((half, end))
            end = half
        else:
            found.append((start, half))
            start = half
    return found[::-1]


def _leaves(connection: Connection, size: int) -> list[bytes]:
    query = select(LogEntry.hash).order_by(LogEntry.epoch, LogEntry.seq).limit(size)
    return [bytes.fromhex(hashed) for hashed in connection.execute(query).scalars()]
