"""A task is given to a unit, received or handed back: who leads, who takes part, by when."""

from __future__ import annotations

from sqlalchemy import select

import clock
from models.base import db, is_id
from models.people import Person
from models.plans import Plan
from models.recurring import Recurrence
from models.tasks import Coordination, Task
from models.vocabulary import (
    DeadlineCause,
    DeadlineKind,
    Part,
    PlanState,
    Status,
    TaskKind,
)
from workflow import (
    actors,
    children,
    definitions,
    extensions,
    flows,
    occurrences,
    reference,
)
from workflow.errors import Refusal
from workflow.kinds import PARTS
from workflow.lifecycle import FIRST_DATE
from workflow.turn import Turn


def assign(turn: Turn) -> None:
    """Give the task to a lead unit, or correct that until it is received; later only the first date can be set.

    A missing date stays visible as missing.
    """
    if turn.step.gives == FIRST_DATE:
        _date(turn)
        return
    task, given, ref = turn.task, turn.given, turn.case.ref
    unit = present(given.lead_unit_id, ref)
    if unit not in ref.inside:
        raise Refusal("unit_outside")
    children.require_fits(task, unit.id)
    # asked before the door opens: a query inside would flush half of the change
    flow, leader_post_id, officer_id = _flow(turn), _leader_post(turn), officer(turn, unit.id)
    rule = definitions.at_assigning(turn)
    with turn.recorded():
        if task.lead_unit_id != unit.id:
            task.assigned_at = turn.at
        task.status = Status.ASSIGNED
        task.lead_unit_id = unit.id
        task.leader_post_id = leader_post_id
        task.officer_id = officer_id
        task.steps, task.second, task.flow_no = flow.steps, flow.second, flow.no
        task.product = given.product if given.product is not None else task.product
        task.authority = given.authority if given.authority is not None else task.authority
        _set_first_date(turn)
        _set_parts(turn, unit.id)
        if rule is not None:
            definitions.begin(task, Recurrence(task_id=task.id), rule)
        occurrences.follow(task, turn.at)
    if task.kind == TaskKind.DEFINITION:
        db.session.expire(task, ["coordinations"])
        occurrences.bring_forth(task, ref, by=turn.by, at=turn.at)


def receive(turn: Turn) -> None:
    """Receive the task, naming the officer who does it."""
    officer_id = officer(turn, turn.task.lead_unit_id or 0)
    with turn.recorded():
        turn.task.status = turn.target
        turn.task.received_at = turn.at
        turn.task.officer_id = officer_id if officer_id is not None else turn.task.officer_id
        occurrences.follow(turn.task, turn.at)


def name_officer(turn: Turn) -> None:
    """Name who does the work in the lead unit."""
    officer_id = officer(turn, turn.task.lead_unit_id or 0)
    if officer_id == turn.task.officer_id:
        raise Refusal("nothing_changes")
    with turn.recorded():
        turn.task.officer_id = officer_id


def name_leader(turn: Turn) -> None:
    """Name the member of leadership who supervises the task."""
    post_id = _leader_post(turn)
    if post_id == turn.task.leader_post_id:
        raise Refusal("nothing_changes")
    with turn.recorded():
        turn.task.leader_post_id = post_id


def decline(turn: Turn) -> None:
    """Hand the task back with a reason; its words stay, its assignment is undone.

    The dates it had stay numbered in `deadline`; the next assignment sets its own original date.
    """
    task = turn.task
    with turn.recorded():
        task.status = turn.target
        task.lead_unit_id = task.officer_id = task.assigned_at = None
        task.drafted_on = clock.day_of(turn.at)
        task.due_on = task.late_after = task.original_due_on = task.original_late_after = None
        for part in task.coordinations:
            part.ended_at = turn.at
        occurrences.follow(task, turn.at)


def _date(turn: Turn) -> None:
    """Set the first date of a task that was received without one; its lead unit stays."""
    if turn.given.lead_unit_id not in (None, turn.task.lead_unit_id):
        raise Refusal("only_first_date")
    with turn.recorded():
        _set_first_date(turn)


def _flow(turn: Turn) -> flows.Version:
    """Return how the task's result is signed: as its plan says when it is given; a part as it was given."""
    task = turn.task
    if task.status != Status.DRAFT or task.kind in PARTS:
        return flows.Version(task.steps, task.second, task.flow_no)
    return flows.in_force(published(task.plan_id) if task.plan_id is not None else None, turn.case.ref)


def _leader_post(turn: Turn) -> int | None:
    kept = turn.task.leader_post_id if turn.task.status == Status.DRAFT else None  # a correction may name the chair
    chosen = turn.given.leader_post_id or kept
    if chosen is None:
        return turn.case.ref.chair.post_id if turn.case.ref.chair else None
    if chosen not in {seat.post_id for seat in turn.case.ref.leadership}:
        raise Refusal("post_unknown")
    return chosen


def officer(turn: Turn, unit_id: int) -> int | None:
    """Return the officer named, who must work in the unit today; None when none is named."""
    if turn.given.officer_id is None:
        return None
    person = db.session.get(Person, turn.given.officer_id) if is_id(turn.given.officer_id) else None
    if person is None or not person.active or unit_id not in actors.units_of(person.id, turn.case.ref, turn.at):
        raise Refusal("person_unknown")
    return person.id


def _set_first_date(turn: Turn) -> None:
    """Set the first deadline; until receipt its assigner may correct it, and what it was stays numbered (rulings 13).

    An assignment without a date has none.
    """
    task, given = turn.task, turn.given
    had = (task.due_on, task.late_after)
    task.deadline_words = given.deadline_words or task.deadline_words
    task.deadline_kind = given.deadline_kind or (DeadlineKind.BY if given.due_on else task.deadline_kind)
    if given.due_on is None:
        task.due_on = task.late_after = task.original_due_on = task.original_late_after = None
        return
    deadline = extensions.fixed(given.due_on, given.boundary, turn.case.ref)
    if (deadline.due_on, deadline.late_after) == had:
        return
    turn.require_future("due_on", given.due_on)
    children.require_dates_fit(task, deadline.due_on)
    task.due_on, task.late_after = deadline.due_on, deadline.late_after
    task.original_due_on, task.original_late_after = deadline.due_on, deadline.late_after
    cause = DeadlineCause.ORIGINAL if had[0] is None else DeadlineCause.CORRECTION
    extensions.add_deadline(task, deadline, cause, task.deadline_words, turn.by, turn.at)


def _set_parts(turn: Turn, lead_id: int) -> None:
    """Name the units that take part: inside they coordinate, outside they are invited; who is not named no longer."""
    known = {part.unit_id: part for part in _all_parts(turn.task)}
    named = dict.fromkeys(turn.given.coordinator_ids)
    for part in known.values():
        if part.ended_at is None and (part.unit_id not in named or part.unit_id == lead_id):
            part.ended_at = turn.at
    for unit_id in named:
        unit = turn.case.ref.units.get(unit_id)
        if unit is None:
            raise Refusal("unit_unknown")
        if unit_id == lead_id:
            continue
        row = known.get(unit_id) or Coordination(task_id=turn.task.id, unit_id=unit_id)
        row.part, row.ended_at = (Part.COORDINATES if unit.inside else Part.INVITED), None
        db.session.add(row)


def _all_parts(task: Task) -> list[Coordination]:
    """Return the units that take part or did so under an assignment that was undone."""
    return list(db.session.scalars(select(Coordination).where(Coordination.task_id == task.id)))


def present(unit_id: int | None, ref: reference.Reference) -> reference.UnitFacts:
    """Return a unit that exists today. Raises Refusal: there is none, it has ended, it has not begun."""
    unit = ref.units.get(unit_id or 0)
    if unit is None or (unit.to_on is not None and unit.to_on <= ref.on):
        raise Refusal("unit_unknown")
    if unit.from_on > ref.on:
        raise Refusal("unit_not_begun", day=unit.from_on.strftime("%d/%m/%Y"))
    return unit


def published(plan_id: int) -> Plan:
    """Return a plan in force. Raises Refusal: there is none, or it is not published."""
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        raise Refusal("not_found")
    if plan.state != PlanState.PUBLISHED:
        raise Refusal("plan_not_published")
    return plan
