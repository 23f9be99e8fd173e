"""The reviewed list of a change: what its heirs got, passed on one by one or many at once, and signed off.

Which tasks passed stands in the log; where each is now stands in its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import select

import clock
from models.base import db
from models.log import LogEntry
from models.people import Person
from models.session import retried
from models.tasks import Coordination, Task
from models.units import UnitEvent
from models.vocabulary import TaskKind
from workflow import access, assigning, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.lifecycle import OPEN
from workflow.organization import passing, restructure
from workflow.organization.gate import found, write
from workflow.reference import Reference

REDISTRIBUTE: Final = "task.redistribute"
LIMIT: Final = 500


@dataclass(frozen=True)
class Line:
    """One open task of the list: whose it was, and whose it is."""

    task_id: int
    title: str
    status: Any
    due_on: Any
    officer: str | None
    version: int
    from_unit_id: int
    lead_unit_id: int


def moved(event: UnitEvent) -> dict[int, int]:
    """Return which tasks passed by a change, and from which unit each came. One query."""
    acts = LogEntry.act.in_((passing.INHERIT, REDISTRIBUTE)), LogEntry.obj_type == "task"
    since = LogEntry.at >= event.entered_at
    found: dict[int, int] = {}
    query = select(LogEntry.task_id, LogEntry.body).where(*acts, since).order_by(LogEntry.epoch, LogEntry.seq)
    for task_id, body in db.session.execute(query.execution_options(yield_per=1_000)):
        data = orjson.loads(body)["data"]
        change = data.get("set", {}).get("lead_unit_id")
        if data.get("event") == event.id and change is not None and change[0] is not None:
            found.setdefault(task_id or 0, change[0])
    return found


def lines(event: UnitEvent) -> list[Line]:
    """Return the open tasks a change is about: those that passed, and those of units that give up and go on.

    Steps go where their whole goes.
    """
    came, parts = moved(event), restructure.parts(event)
    staying = {unit for unit in parts.heirs if unit not in parts.ending}
    columns = Task.id, Task.title, Task.status, Task.due_on, Person.name, Task.version, Task.lead_unit_id
    of_list = Task.id.in_(came) | Task.lead_unit_id.in_(staying)
    query = select(*columns).outerjoin(Person, Person.id == Task.officer_id).where(Task.status.in_(OPEN), of_list)
    query = query.where(Task.kind != TaskKind.SUB)
    rows = db.session.execute(query.order_by(Task.lead_unit_id, Task.due_on, Task.id)).all()
    return [Line(*row[:6], came.get(row.id, row.lead_unit_id), row.lead_unit_id) for row in rows]


@retried
def redistribute(event_id: int, choice: Mapping[int, int], *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Pass tasks of the list on to other units, one entry each under one `req`; returns how many changed.

    Raises Refusal: not allowed, the change has not happened, its list is signed off, a unit that is not there.
    """
    with write("seats", by, at, key) as writing:
        event = found(UnitEvent, event_id)
        if writing.answer:
            return 0
        _require_open(event)
        if len(choice) > LIMIT:
            raise Refusal("too_many_chosen", count=len(choice), limit=LIMIT)
        ref = reference.load(clock.day_of(at))
        allowed = {line.task_id for line in lines(event)}
        wanted = {task: unit for task, unit in sorted(choice.items()) if task in allowed}
        for unit_id in set(wanted.values()):
            _require_inside(unit_id, ref)
        changed = [_move(found(Task, task), unit, event, writing.by, at, key) for task, unit in wanted.items()]
        passing.close_circles(event.id, by=writing.by, at=at)
        writing.keep(event)
        return sum(changed)


@retried
def sign_list(event_id: int, password: str, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Sign the list off: each open task stands where it belongs. Raises Refusal: not allowed, a wrong password."""
    access.verify_again(by, password, at=at)
    with write("seats", by, at, key) as writing:
        event = found(UnitEvent, event_id)
        if writing.answer:
            return
        _require_open(event)
        left: Sequence[Line] = lines(event)
        counts = {"items": len(left)}
        with recorded(event, "unit.sign_list", by=writing.by, at=at, req=key, data=counts):
            event.list_signed_by_id, event.list_signed_at = writing.by.person_id, at
        writing.keep(event)


def _require_open(event: UnitEvent) -> None:
    if event.kind not in restructure.KINDS or event.happened_at is None:
        raise Refusal("not_happened")
    if event.list_signed_at is not None:
        raise Refusal("list_signed")


def _require_inside(unit_id: int, ref: Reference) -> None:
    if assigning.present(unit_id, ref) not in ref.inside:
        raise Refusal("unit_outside")


def _move(task: Task, unit_id: int, event: UnitEvent, by: Actor, at: datetime, key: str | None) -> bool:
    """Give a task of the list another lead unit; False when it is there already."""
    if task.lead_unit_id == unit_id:
        return False
    stay = passing.works_in(unit_id, at)
    part = select(Coordination).where(Coordination.task_id == task.id, Coordination.unit_id == unit_id)
    beside = db.session.scalars(part.where(Coordination.ended_at.is_(None))).one_or_none()
    with recorded(task, REDISTRIBUTE, by=by, at=at, req=key, data={"event": event.id, "decision": event.decision}):
        passing.lead(task, unit_id, stay)
        if beside is not None:
            beside.ended_at = at
    return True
