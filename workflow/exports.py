"""What leaves the system as a file is noted in the log."""

from __future__ import annotations

from datetime import datetime

from models.session import retried, transaction
from workflow.actors import Actor
from workflow.ledger import note


@retried
def note_export(what: str, *, by: Actor, at: datetime) -> None:
    """Log that somebody took a list away."""
    with transaction():
        note("export.taken", by=by, at=at, obj=("export", None), data={"what": what})
