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
# what a file is read as -> what its refusal is a line about
OBJECTS: Final = {"plan": "reading", "tasks": "task_table", "targets": "target"}


def read_stranger(filename: str, data: bytes, *, by: Actor, at: datetime, what: str = "plan") -> dict[str, Any]:
    """Return what a plan document says, or the rows of a table of `what="tasks"` or `"targets"`.

    Raises Unreadable, with who, when and why in the log.
    """
    try:
        return read_safely(data, files.name_of(filename), what=what)
    except Unreadable as refused:
        _note(OBJECTS[what], refused.code, filename, data, by, at)
        raise


def _note(kind: str, code: str, filename: str, data: bytes, by: Actor, at: datetime) -> None:
    facts: dict[str, Any] = {"why": code, "size": len(data)}
    private = {}
    if code not in _UNNAMED:
        facts["sha256"] = hashlib.sha256(data).hexdigest()
        private["filename"] = files.name_of(filename)
    with transaction():
        note("plan.refused", by=by, at=at, obj=(kind, None), data=facts, private=private)
