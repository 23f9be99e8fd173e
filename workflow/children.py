"""What a task and its parts owe each other: dates within the whole's, duties done before it, the late ones in sight."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy import select

from models.base import db
from models.tasks import Task
from models.vocabulary import Status, TaskKind
from workflow.errors import Refusal
from workflow.given import is_blank
from workflow.kinds import PARTS
from workflow.reference import Reference
from workflow.turn import Turn

CLOSED: Final = (Status.COMPLETED, Status.CANCELLED, Status.WITHDRAWN)
WRITTEN: Final = "%d/%m/%Y"


def open_parts(task_id: int) -> list[Task]:
    """Return the duties and sub-tasks of a task that are not closed, in the order they were given. One query.

    It may be asked while a door is open, and then writes nothing before its time.
    """
    own = Task.parent_id == task_id, Task.kind.in_(PARTS), Task.status.not_in(CLOSED)
    with db.session.no_autoflush:
        return list(db.session.scalars(select(Task).where(*own).order_by(Task.id)))


def duties_of(task_id: int) -> list[Task]:
    """Return every coordinating duty under a task, in the order they were given. One query."""
    own = Task.parent_id == task_id, Task.kind == TaskKind.DUTY
    return list(db.session.scalars(select(Task).where(*own).order_by(Task.id)))


def require_within(task: Task, day: date | None) -> None:
    """Raise Refusal for a date of a part that lies beyond the whole's; for any task that is no part of one: nothing.

    Setting, correcting and extending a date all ask here.
    """
    if day is None or task.parent_id is None or task.kind not in PARTS:
        return
    with db.session.no_autoflush:
        whole = db.session.get(Task, task.parent_id, populate_existing=True, with_for_update={"read": True, "of": Task})
    require_not_beyond(whole, day)


def require_dates_fit(task: Task, day: date) -> None:
    """Raise Refusal for a date that lies beyond that of the whole, or before that of an open part."""
    require_within(task, day)
    require_room(task, day)


def require_not_beyond(whole: Task | None, day: date) -> None:
    """Raise Refusal when a day lies after the date of the whole."""
    if whole is not None and whole.due_on is not None and day > whole.due_on:
        raise Refusal("beyond_the_whole", day=day.strftime(WRITTEN), due=whole.due_on.strftime(WRITTEN))


def require_room(task: Task, day: date) -> None:
    """Raise Refusal when a task's date would come to lie before that of an open part, naming those parts."""
    beyond = [part for part in open_parts(task.id) if part.due_on is not None and part.due_on > day]
    if beyond:
        raise Refusal("parts_beyond", day=day.strftime(WRITTEN), parts=_dated(beyond))


def require_fits(task: Task, unit_id: int) -> None:
    """Raise Refusal for a lead unit that does not go with the parts of the whole, or with the whole of a part."""
    whole = db.session.get(Task, task.parent_id) if task.parent_id is not None else None
    if task.kind == TaskKind.SUB and whole is not None and whole.lead_unit_id != unit_id:
        raise Refusal("step_leaves_unit")
    leads = task.kind == TaskKind.DUTY and whole is not None and whole.lead_unit_id == unit_id
    if leads or any(part.kind == TaskKind.DUTY and part.lead_unit_id == unit_id for part in open_parts(task.id)):
        raise Refusal("duty_of_the_lead")


def require_duties_done(turn: Turn) -> None:
    """Raise Refusal for a hand-in over open blocking duties without a reason, naming each and who holds it."""
    blocking = [part for part in open_parts(turn.task.id) if part.kind == TaskKind.DUTY and part.is_blocking]
    if blocking and is_blank(turn.given.reason):
        raise Refusal("duties_open", duties=_held(blocking, turn.case.ref))


def _held(parts: Iterable[Task], ref: Reference) -> str:
    return "; ".join(f"“{part.title}” – {holder(part, ref)}" for part in parts)


def holder(part: Task, ref: Reference) -> str:
    """Return who holds a part: its unit with its head of today; the unit alone while nobody heads it."""
    head = ref.head_of(part.lead_unit_id)
    said = f" ({head.said})" if head is not None and head.person_id is not None else ""
    return f"{ref.unit_name(part.lead_unit_id) or '…'}{said}"


def _dated(parts: Iterable[Task]) -> str:
    return "; ".join(f"“{part.title}” – {part.due_on:%d/%m/%Y}" for part in parts)
