"""A second click does nothing: the first answer to a form's key is kept with the change it belongs to.

A key belongs to one form (which step on which task): with another one it is refused, never taken for done.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.access import Idempotency
from models.base import db
from workflow.actors import Actor
from workflow.errors import Refusal


def answered(by: Actor, key: str | None, form: str) -> str | None:
    """Return what this person's form was answered with; None when its key is new or missing. Inside a write unit.

    Raises Refusal when the key came with another form before.
    """
    if not key:
        return None
    query = select(Idempotency.form, Idempotency.answer)
    row = db.session.execute(query.where(Idempotency.person_id == by.person_id, Idempotency.key == key)).one_or_none()
    if row is None:
        return None
    if row.form != form:
        raise Refusal("key_of_another_form")
    answer: str = row.answer
    return answer


def keep(by: Actor, key: str | None, form: str, answer: str, at: datetime) -> None:
    """Keep the answer; it commits with the change."""
    if key:
        db.session.add(Idempotency(person_id=by.person_id, key=key, form=form, answer=answer, at=at))
