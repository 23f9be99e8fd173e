"""Whoever reads another person's lines in the log leaves a line himself."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import exists, select

import clock
from models.base import db
from models.log import LogEntry
from models.session import transaction
from workflow.actors import Actor
from workflow.ledger import note

ACT: Final = "log.read"


def note_read(person_id: int, *, by: Actor, at: datetime) -> None:
    """Log that somebody looked at another person's lines, once a day for each reader and person."""
    if person_id == by.person_id or _is_noted(person_id, by, at):
        return
    with transaction():
        if not _is_noted(person_id, by, at):
            note(ACT, by=by, at=at, obj=("person", person_id), about={"person": person_id})


def _is_noted(person_id: int, by: Actor, at: datetime) -> bool:
    today = LogEntry.at >= clock.start_of(clock.day_of(at))
    same = (LogEntry.act == ACT, LogEntry.actor_id == by.person_id, LogEntry.obj_id == person_id)
    return bool(db.session.scalar(select(exists().where(*same, today))))
