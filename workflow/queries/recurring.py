"""The occurrences of a recurring duty, newest period first, each with its state and what the calendar says now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import exists, select

from models.base import db
from models.tasks import HandIn, Task
from models.vocabulary import Status
from workflow import occurrences
from workflow.lifecycle import RUNNING
from workflow.permissions import Scope
from workflow.queries.rows import timing_of
from workflow.recurrence import Meaning
from workflow.reference import Reference
from workflow.timing import Timing

# so many periods stand on a definition's page: five years of months
SHOWN: Final = 60


@dataclass(frozen=True)
class OccurrenceRow:
    """One period: its task, where it stands, and another date if the calendar gives one by now."""

    id: int
    period: str
    due_on: date | None
    timing: Timing
    status: Status
    version: int
    is_nil: bool
    moved: date | None


def of_definition(definition_id: int, rule: Meaning | None, ref: Reference, *, seen_by: Scope) -> list[OccurrenceRow]:
    """Return the latest periods of a definition. One query."""
    is_nil = exists().where(HandIn.task_id == Task.id, HandIn.is_nil).correlate(Task)
    query = select(Task, is_nil).where(Task.definition_id == definition_id, seen_by.tasks())
    found = db.session.execute(query.order_by(Task.original_due_on.desc(), Task.id.desc()).limit(SHOWN)).all()
    return [_row(task, rule, ref, is_nil=nil) for task, nil in found]


def _row(task: Task, rule: Meaning | None, ref: Reference, *, is_nil: bool) -> OccurrenceRow:
    dates = occurrences.by_calendar(task, rule, ref) if rule is not None and task.status in RUNNING else None
    return OccurrenceRow(
        task.id,
        occurrences.said(task.period or ""),
        task.due_on,
        timing_of(task, ref),
        task.status,
        task.version,
        is_nil,
        dates.due_on if dates is not None else None,
    )
