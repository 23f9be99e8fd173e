"""Whoever reads another person's lines in the log leaves a line himself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select

import clock
from models.base import db
from models.log import LogEntry
from models.session import retried, transaction
from workflow.actors import Actor
from workflow.ledger import note

ACT: Final = "log.read"


def note_read(person_id: int, *, by: Actor, at: datetime) -> None:
    """Log that somebody looked at another person's lines, once a day for each reader and person."""
    if person_id != by.person_id:
        _note("person", person_id, {"person": person_id}, by, at)


def note_read_of_seat(post_id: int, unit_id: int, *, by: Actor, at: datetime) -> None:
    """Log that somebody looked at the lines of those who held a seat he does not hold himself, once a day."""
    if all(held.seat.post_id != post_id for held in by.holdings):
        _note("post", post_id, {"unit": unit_id}, by, at)


@retried
def _note(kind: str, key: int, about: Mapping[str, int], by: Actor, at: datetime) -> None:
    if _is_noted(kind, key, by, at):
        return
    with transaction():
        if not _is_noted(kind, key, by, at):
            note(ACT, by=by, at=at, obj=(kind, key), about=about)


def _is_noted(kind: str, key: int, by: Actor, at: datetime) -> bool:
    today = LogEntry.at >= clock.start_of(clock.day_of(at))
    same = (LogEntry.act == ACT, LogEntry.actor_id == by.person_id, LogEntry.obj_type == kind, LogEntry.obj_id == key)
    return bool(db.session.scalar(select(exists().where(*same, today))))
