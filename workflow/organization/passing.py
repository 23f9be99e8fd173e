"""Open work passes from a unit that ends to its heir: tasks, parts in others' tasks, waiting; and closes its circles.

Nothing is signed anew: results and signatures stay as they were given. One entry a task, all under one `req`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

import clock
from models.base import db
from models.people import Post, RoleGrant, Tenure
from models.tasks import Coordination, Task, Wait
from models.vocabulary import Status, TaskKind
from workflow import extensions, partners, waiting
from workflow.actors import WORKING, Actor
from workflow.ledger import recorded
from workflow.lifecycle import OPEN

INHERIT: Final = "task.inherit"
# what stays of a waiting that passes to another unit
GOES_ON: Final = ("asked", "answer_by", "document_number", "document_on", "renew_by")
# the same where the lead unit stays: its parts beside the lead, what it is waited for, what becomes a sub-task
INHERIT_PART: Final = "task.inherit_part"


def req_of(event_id: int) -> str:
    """Return what the entries of one change have in common."""
    return f"event:{event_id}"


def pass_on(event_id: int, unit_id: int, heir_id: int, *, by: Actor, at: datetime) -> None:
    """Pass everything open of a unit to its heir, and close its seats. Needs a write unit."""
    stay = works_in(heir_id, at)
    leads, parts, waits = _of(unit_id)
    for task in _tasks({*leads, *parts, *waits}):
        act = INHERIT if task.lead_unit_id == unit_id else INHERIT_PART
        with recorded(task, act, by=by, at=at, req=req_of(event_id), data={"event": event_id}):
            if task.lead_unit_id == unit_id:
                lead(task, heir_id, stay)
            if task.id in parts:
                _pass_part(task, unit_id, heir_id, at)
            if task.id in waits:
                _pass_wait(task, heir_id, at)
    _end_parts_of_leads(event_id, heir_id, leads, by, at)
    for post in db.session.scalars(select(Post).where(Post.unit_id == unit_id, Post.active)).all():
        with recorded(post, "post.close", by=by, at=at, req=req_of(event_id)):
            post.active = False


def lead(task: Task, unit_id: int, stay: set[int]) -> None:
    """Give a task another lead unit; its officer stays when he works there. Needs an open door."""
    task.lead_unit_id = unit_id
    if task.officer_id not in stay:
        task.officer_id = None


def close_circles(event_id: int, *, by: Actor, at: datetime) -> None:
    """Have steps follow their whole; make a duty between units that became one a step; end waiting for oneself."""
    about = {"by": by, "at": at, "req": req_of(event_id), "data": {"event": event_id}}
    for task, unit_id in _strayed():
        with recorded(task, INHERIT, **about):  # type: ignore[arg-type]  # its own names
            lead(task, unit_id, works_in(unit_id, at))
    for task in _own_duties():
        with recorded(task, INHERIT_PART, **about):  # type: ignore[arg-type]  # its own names
            _make_step(task, at)
    waits = select(Task, Wait).join(Wait, Wait.task_id == Task.id)
    itself = Wait.to_at.is_(None), Wait.unit_id == Task.lead_unit_id, Task.status == Status.WAITING
    rows = db.session.execute(waits.where(*itself).order_by(Task.id).with_for_update(of=Task)).unique().all()
    for task, wait in rows:
        with recorded(task, INHERIT_PART, **about):  # type: ignore[arg-type]  # its own names
            wait.to_at = at
            task.status = Status.IN_PROGRESS
            waiting.end_contest(task.id, at)


def _strayed() -> list[tuple[Task, int]]:
    """Return the open steps that another unit leads than their whole, each with the unit of the whole."""
    whole = aliased(Task)
    step = Task.kind == TaskKind.SUB, Task.status.in_(OPEN), Task.lead_unit_id != whole.lead_unit_id
    query = select(Task, whole.lead_unit_id).join(whole, whole.id == Task.parent_id).where(*step)
    rows = db.session.execute(query.order_by(Task.id).with_for_update(of=Task)).unique()
    return [(task, unit_id) for task, unit_id in rows if unit_id is not None]


def _own_duties() -> Sequence[Task]:
    """Return the open duties of units that lead the whole themselves."""
    whole = aliased(Task)
    duty = Task.kind == TaskKind.DUTY, Task.status.in_((*OPEN, Status.DRAFT)), Task.lead_unit_id == whole.lead_unit_id
    query = select(Task).join(whole, whole.id == Task.parent_id).where(*duty)
    return db.session.scalars(query.order_by(Task.id).with_for_update(of=Task)).unique().all()


def _make_step(task: Task, at: datetime) -> None:
    """Make a duty a step of the unit; one that its head has signed has nobody else left to accept it: it is done."""
    task.kind, task.refused_at = TaskKind.SUB, None
    waiting.end_contest(task.id, at)
    if task.status == Status.SIGNED_OFF:
        task.status, task.completed_at = Status.COMPLETED, at
        extensions.lapse(task.id, at)


def works_in(unit_id: int, at: datetime) -> set[int]:
    """Return who works in a unit at a moment, by role or seat. Two queries."""
    return workers({unit_id}, at)[unit_id]


def workers(units: set[int], at: datetime) -> dict[int, set[int]]:
    """Return who works in each of some units at a moment. Two queries."""
    on = clock.day_of(at)
    roles = select(RoleGrant.unit_id, RoleGrant.person_id).where(
        RoleGrant.unit_id.in_(units), RoleGrant.role.in_(WORKING), RoleGrant.from_on <= on
    )
    seats = select(Post.unit_id, Tenure.person_id).join(Post, Post.id == Tenure.post_id).where(Post.unit_id.in_(units))
    seats = seats.where(Tenure.from_on <= on, Tenure.confirmed_at.is_not(None))
    rows = [
        *db.session.execute(roles.where(or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > on))),
        *db.session.execute(seats.where(or_(Tenure.to_on.is_(None), Tenure.to_on > on))),
    ]
    return {unit: {person for where, person in rows if where == unit} for unit in units}


def _of(unit_id: int) -> tuple[set[int], set[int], set[int]]:
    """Return which open tasks a unit leads, takes part in, and is waited for on. Three queries."""
    is_open = Task.status.in_((*OPEN, Status.DRAFT))
    leads = select(Task.id).where(Task.lead_unit_id == unit_id, is_open)
    parts = select(Task.id).join(Coordination, Coordination.task_id == Task.id).where(is_open)
    waits = select(Task.id).join(Wait, Wait.task_id == Task.id).where(Wait.unit_id == unit_id, Wait.to_at.is_(None))
    return (
        set(db.session.scalars(leads)),
        set(db.session.scalars(parts.where(Coordination.unit_id == unit_id, Coordination.ended_at.is_(None)))),
        set(db.session.scalars(waits)),
    )


def _tasks(keys: set[int]) -> list[Task]:
    """Return tasks, locked in the order of their ids; in portions that fit into a statement."""
    ordered, found = sorted(keys), list[Task]()
    for start in range(0, len(ordered), 5_000):
        query = select(Task).where(Task.id.in_(ordered[start : start + 5_000])).order_by(Task.id)
        found += db.session.scalars(query.with_for_update(of=Task).execution_options(populate_existing=True)).unique()
    return found


def _pass_part(task: Task, unit_id: int, heir_id: int, at: datetime) -> None:
    rows = select(Coordination).where(Coordination.task_id == task.id, Coordination.unit_id.in_((unit_id, heir_id)))
    by_unit = {row.unit_id: row for row in db.session.scalars(rows)}
    by_unit[unit_id].ended_at = at
    if heir_id == task.lead_unit_id:
        return
    row = by_unit.get(heir_id) or Coordination(task_id=task.id, unit_id=heir_id, part=by_unit[unit_id].part)
    row.ended_at = None
    db.session.add(row)


def _pass_wait(task: Task, heir_id: int, at: datetime) -> None:
    """Have the waiting go on with the heir: a new span, so that who held it when stays readable."""
    wait = db.session.scalars(select(Wait).where(Wait.task_id == task.id, Wait.to_at.is_(None))).one()
    wait.to_at = at
    db.session.flush()
    goes_on = {name: getattr(wait, name) for name in GOES_ON}
    passed = Wait(task_id=task.id, unit_id=heir_id, from_at=at, **goes_on)
    db.session.add(passed)
    contest = partners.open_contest(task.id)
    if contest is not None:
        db.session.flush()
        contest.wait_id = passed.id


def _end_parts_of_leads(event_id: int, heir_id: int, leads: set[int], by: Actor, at: datetime) -> None:
    """End the heir's part beside the lead in tasks that it leads itself now."""
    query = select(Coordination).where(Coordination.unit_id == heir_id, Coordination.ended_at.is_(None))
    rows = query.join(Task, Task.id == Coordination.task_id).where(Task.lead_unit_id == heir_id, Task.status.in_(OPEN))
    for row in db.session.scalars(rows).all():
        if row.task_id in leads:
            task = db.session.get_one(Task, row.task_id)
            with recorded(task, INHERIT_PART, by=by, at=at, req=req_of(event_id), data={"event": event_id}):
                row.ended_at = at
