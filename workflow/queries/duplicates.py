"""The same file as evidence on another task: noticed before signing, never refused."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, select

from models.base import db
from models.tasks import Evidence, HandIn, Task
from workflow.permissions import Scope


@dataclass(frozen=True)
class Duplicate:
    """A file that stands on another task, too; its number and title only for whoever may read that task."""

    filename: str | None
    task_id: int | None
    title: str | None


def of(result: HandIn | None, *, seen_by: Scope) -> list[Duplicate]:
    """Return which files of a result are evidence on other tasks. One query, none for a result without files."""
    names = {item.sha256: item.filename for item in result.evidence if item.sha256} if result is not None else {}
    if result is None or not names:
        return []
    may_read = case((seen_by.tasks(), 1), else_=0).label("may_read")
    query = (
        select(Evidence.sha256, Task.id, Task.title, may_read)
        .join(Task, Task.id == Evidence.task_id)
        .where(Evidence.sha256.in_(names), Evidence.task_id != result.task_id)
        .distinct()
        .order_by(Task.id, Evidence.sha256)
    )
    found = [
        Duplicate(names[row.sha256], row.id if row.may_read else None, row.title if row.may_read else None)
        for row in db.session.execute(query)
    ]
    return list(dict.fromkeys(found))
