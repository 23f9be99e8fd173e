"""Files of results, for those who may read the task."""

from __future__ import annotations

from sqlalchemy import select

from models.base import db
from models.tasks import Evidence, Task
from workflow.errors import Refusal
from workflow.permissions import Scope


def one(task_id: int, evidence_id: int, *, seen_by: Scope) -> Evidence:
    """Return a file's facts. Raises Refusal `not_found` for what is absent or not this person's to read."""
    found = None
    if max(task_id, evidence_id) < 2**31:
        query = select(Evidence).join(Task, Task.id == Evidence.task_id)
        found = db.session.scalar(
            query.where(Evidence.id == evidence_id, Task.id == task_id, Evidence.sha256.is_not(None), seen_by.tasks())
        )
    if found is None:
        raise Refusal("not_found")
    return found
