"""What nobody can do today, for the board."""

from __future__ import annotations

from sqlalchemy import select

from models.base import db
from models.handover import SignerAlert
from models.tasks import Task


def unsolved() -> list[tuple[SignerAlert, str]]:
    """Return the alerts that stand with the title of their task, the oldest first. One query."""
    query = select(SignerAlert, Task.title).outerjoin(Task, Task.id == SignerAlert.task_id)
    rows = db.session.execute(query.where(SignerAlert.solved_at.is_(None)).order_by(SignerAlert.since, SignerAlert.id))
    return [(alert, " ".join((title or "").split())) for alert, title in rows]
