"""The days a calendar shows: open tasks with a date, as a person may read them now. One query."""

from __future__ import annotations

from typing import Final

from models.base import db
from models.tasks import Task
from workflow import lifecycle
from workflow.feeds import Reading
from workflow.kinds import OWN
from workflow.permissions import Scope
from workflow.queries.desk import mine
from workflow.queries.rows import TaskRow, rows, selected

MOST: Final = 2_000


def days(reading: Reading) -> list[TaskRow]:
    """Return the open tasks of a feed, the earliest date first; no more than a calendar can carry."""
    scope = Scope(reading.owner)
    of_whom = mine(scope) if reading.unit_id is None else Task.lead_unit_id == reading.unit_id
    query = selected(OWN).where(scope.tasks(), of_whom, Task.status.in_(lifecycle.OPEN), Task.due_on.is_not(None))
    found = db.session.execute(query.order_by(Task.due_on, Task.id).limit(MOST)).all()
    return rows(found, reading.ref)
