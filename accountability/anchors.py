"""The log held against checkpoints: those this system filed, and those that somebody kept elsewhere.

What a checkpoint binds, which losses the log itself speaks of, and which key signs is decided by the program that goes
outside (`outside/verify_log.py`), so that inside and outside never judge differently; the lines are walked here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from accountability import checkpoints, keys
from accountability.outside import verify_log
from accountability.outside.verify_log import HEEDED, Altered, Checkpoint, Log, Tree
from models.base import db

# so many leaves are put into the tree at once; a power of two
TOGETHER: Final = 4096


class Holding:
    """Takes the lines of a log that was walked and found good so far, and stops at every checkpoint."""

    def __init__(self, log_id: str, notes: Sequence[Checkpoint]) -> None:
        self.log = Log(notes)
        self.log.log = log_id
        self.leaves: list[bytes] = []
        self.stop = 0
        self._set_stop()

    def take(self, seq: int, leaf: bytes, body: dict[str, Any] | None) -> Altered | None:
        """Take the next line; return what a checkpoint of this length has against it."""
        self.leaves.append(leaf)
        if body is not None and body["act"] in HEEDED:
            try:
                self.log.heed(seq, body)
            except Altered as fault:
                return fault
        return self._look() if seq == self.stop else None

    def end(self) -> Altered | None:
        """Look at what is left at the end: lines that were published and are gone, losses, signatures."""
        try:
            self._grow()
            verify_log.check_signatures(self.log)
            verify_log.check_lost(self.log)
        except Altered as fault:
            return fault
        return None

    def _look(self) -> Altered | None:
        known = Tree(self.log.tree.size, self.log.tree.roots)
        for leaf in self.leaves[:-1] if self._is_at_note() else ():
            known.add(leaf)
        try:
            self._grow()
            self.log.hold(known)
        except Altered as fault:
            return fault
        self._set_stop()
        return None

    def _grow(self) -> None:
        if self.leaves:
            self.log.before = self.leaves[-1].hex()
            grow(self.log.tree, self.leaves)
            self.leaves = []

    def _is_at_note(self) -> bool:
        return bool(self.log.notes) and self.log.notes[0].size == self.stop

    def _set_stop(self) -> None:
        """Stop next at a full batch, or at a checkpoint before it."""
        size, notes = self.log.tree.size, self.log.notes
        full = (size // TOGETHER + 1) * TOGETHER
        self.stop = min(full, notes[0].size) if notes else full


def grow(tree: verify_log.Tree, leaves: Sequence[bytes]) -> None:
    """Add leaves to a tree; a full batch at once, level by level."""
    if len(leaves) != TOGETHER or tree.size % TOGETHER:
        for leaf in leaves:
            tree.add(leaf)
        return
    level, sha256 = list(leaves), hashlib.sha256
    while len(level) > 1:
        pairs = iter(level)
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    tree.add_full(level[0], TOGETHER)


def filed(folder: Path) -> list[Checkpoint]:
    """Return the checkpoints that this system filed in its folder."""
    return [note for text in checkpoints.kept(folder) for note in verify_log.notes_in(text, came_with_the_log=True)]


def is_key_there(folder: Path) -> bool:
    """Return whether the key in the folder is the one the log names. One query."""
    public = checkpoints.key_in_force(db.session.connection())
    try:
        return public is None or keys.signing(folder, public) is not None
    except keys.WrongKeyError:
        return False
