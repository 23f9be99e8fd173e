"""A second click does nothing: the first answer to a form's key is kept with the change it belongs to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.access import Idempotency
from models.base import db
from workflow.actors import Actor


def answered(by: Actor, key: str | None) -> str | None:
    """Return what this person's key was answered with; None when it is new or missing. Inside a write unit."""
    if not key:
        return None
    query = select(Idempotency.answer).where(Idempotency.person_id == by.person_id, Idempotency.key == key)
    return db.session.scalar(query)


def keep(by: Actor, key: str | None, answer: str, at: datetime) -> None:
    """Keep the answer; it commits with the change."""
    if key:
        db.session.add(Idempotency(person_id=by.person_id, key=key, answer=answer, at=at))
