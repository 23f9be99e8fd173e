"""A stranger's file is read, or its refusal stands in the log: of the file itself nothing is kept then."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final

from documents.readers.refusal import Unreadable
from models.session import transaction
from workflow import files
from workflow.actors import Actor
from workflow.ledger import note
from workflow.planning.safely import read_safely

# a document of the state's secrets leaves neither its name nor its hash behind
_UNNAMED: Final = frozenset({"secret"})


def read_stranger(filename: str, data: bytes, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Return what a plan document says. Raises Unreadable, with who, when and why in the log."""
    try:
        return read_safely(data, files.name_of(filename))
    except Unreadable as refused:
        _note(refused.code, filename, data, by, at)
        raise


def _note(code: str, filename: str, data: bytes, by: Actor, at: datetime) -> None:
    facts: dict[str, Any] = {"why": code, "size": len(data)}
    private = {}
    if code not in _UNNAMED:
        facts["sha256"] = hashlib.sha256(data).hexdigest()
        private["filename"] = files.name_of(filename)
    with transaction():
        note("plan.refused", by=by, at=at, obj=("reading", None), data=facts, private=private)
