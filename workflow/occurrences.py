"""Occurrences of recurring duties: one task for each period, made when it begins, its date fixed from then on.

Unique by (definition, period): late, repeated and parallel runs add nothing twice. What a standstill missed is made
up for from the definition's own beginning on, never from before it; completing an occurrence, early or late, makes
none. A definition begun in the middle of a period owes that period's report when its day still lies ahead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select

import clock
import vietnamese
from models.base import db
from models.plans import Plan
from models.recurring import Recurrence
from models.session import lock, retried, transaction
from models.tasks import Coordination, Task
from models.vocabulary import DeadlineCause, DeadlineKind, PlanState, Status, TaskKind
from workflow import extensions, recurrence, reference
from workflow.actors import Actor
from workflow.calendar import Deadline
from workflow.ledger import recorded
from workflow.recurrence import Meaning, Slot
from workflow.reference import Reference

# states of a definition in which it brings forth occurrences
IN_FORCE: Final = (Status.ASSIGNED, Status.RECEIVED, Status.IN_PROGRESS)
# states of an occurrence nobody has taken over yet: it still goes where its definition goes
UNTOUCHED: Final = (Status.DRAFT, Status.ASSIGNED)
CREATE: Final = "task.occur"
# what an occurrence takes over from its definition, as that is when it is made
INHERITED: Final = (
    "plan_id", "clause_id", "source_document", "product", "steps", "lead_words", "coordinator_words", "lead_unit_id",
    "officer_id", "leader_post_id", "deadline_words",
)  # fmt: skip
# how the key of a period begins behind its year -> what it is called in a title
_QUARTERS: Final = ("I", "II", "III", "IV")
_HALVES: Final = ("6 tháng đầu năm", "6 tháng cuối năm")


def owed(rule: Recurrence, on: date, ref: Reference) -> list[tuple[Slot, Deadline]]:
    """Return each time a definition owes whose period has begun by a day, with its dates by the calendar as it is."""
    meaning = json.loads(rule.rule)
    begun = recurrence.begun(meaning, rule.from_on, on)
    dates = ((slot, recurrence.dated(slot, meaning, ref.calendar, ref.settings)) for slot in begun)
    last = rule.until_on or date.max
    return [(slot, found) for slot, found in dates if found.due_on > rule.from_on and slot.written <= last]


def missing(ref: Reference) -> list[int]:
    """Return the definitions in force that owe an occurrence which is not there yet. Two queries."""
    plan_lives = or_(Task.plan_id.is_(None), Plan.state == PlanState.PUBLISHED)
    of_force = and_(Task.kind == TaskKind.DEFINITION, Task.status.in_(IN_FORCE), plan_lives)
    query = select(Recurrence).join(Task, Task.id == Recurrence.task_id).outerjoin(Plan, Plan.id == Task.plan_id)
    rules = db.session.scalars(query.where(of_force).order_by(Recurrence.task_id)).all()
    if not rules:
        return []
    made = select(Task.definition_id, Task.period).where(Task.definition_id.in_([rule.task_id for rule in rules]))
    known = {(row.definition_id, row.period) for row in db.session.execute(made)}
    return [
        rule.task_id
        for rule in rules
        if any((rule.task_id, slot.period) not in known for slot, _dates in owed(rule, ref.on, ref))
    ]


@retried
def make(definition_id: int, *, by: Actor, at: datetime) -> int:
    """Make what a definition owes by a moment and does not have yet, in one write unit; return how many."""
    with transaction():
        definition = lock(Task, definition_id)
        return bring_forth(definition, reference.load(clock.day_of(at)), by=by, at=at)


def bring_forth(definition: Task, ref: Reference, *, by: Actor, at: datetime) -> int:
    """Make what a locked definition owes and does not have yet. Needs a write unit, with the door closed."""
    rule = of(definition.id)
    if rule is None or definition.kind != TaskKind.DEFINITION or definition.status not in IN_FORCE:
        return 0
    known = set(db.session.scalars(select(Task.period).where(Task.definition_id == definition.id)))
    absent = [(slot, dates) for slot, dates in owed(rule, ref.on, ref) if slot.period not in known]
    units = [(part.unit_id, part.part) for part in definition.coordinations]
    for slot, dates in absent:
        with recorded(None, CREATE, by=by, at=at):
            task = _task(definition, rule, slot)
            db.session.add(task)
            _hand_over(task, definition, dates, at)
            db.session.flush()
            extensions.add_deadline(task, dates, DeadlineCause.ORIGINAL, task.deadline_words, by, at)
            for unit_id, part in units:
                db.session.add(Coordination(task_id=task.id, unit_id=unit_id, part=part))
    return len(absent)


def follow(definition: Task, at: datetime) -> None:
    """Have the occurrences nobody has taken over go where their definition goes: given, handed back, received.

    Needs an open door; the dates they have stay. Of any other task there are none.
    """
    if definition.kind != TaskKind.DEFINITION:
        return
    query = select(Task).where(Task.definition_id == definition.id, Task.status.in_(UNTOUCHED)).order_by(Task.id)
    for task in db.session.scalars(query.with_for_update(of=Task)):
        task.status = _status(definition)
        task.lead_unit_id, task.officer_id = definition.lead_unit_id, definition.officer_id
        task.leader_post_id = definition.leader_post_id
        task.assigned_at = at if definition.lead_unit_id is not None else None
        task.received_at = at if task.status == Status.RECEIVED else None


def of(definition_id: int) -> Recurrence | None:
    """Return the rule of a definition."""
    return db.session.scalar(select(Recurrence).where(Recurrence.task_id == definition_id))


def by_calendar(task: Task, meaning: Meaning, ref: Reference) -> Deadline | None:
    """Return the dates the calendar gives an occurrence now, when they differ from those it was made with.

    A date that was extended is nobody's to move by the calendar.
    """
    if task.due_on is None or task.due_on != task.original_due_on:
        return None
    near = recurrence.slots(meaning, task.due_on - 40 * recurrence.DAY, task.due_on + 40 * recurrence.DAY)
    slot = next((slot for slot in near if slot.period == task.period), None)
    found = recurrence.dated(slot, meaning, ref.calendar, ref.settings) if slot is not None else None
    return found if found is not None and found != Deadline(task.due_on, task.late_after or task.due_on) else None


def said(period: str) -> str:
    """Return what a period is called, as titles of reports write it."""
    year, _dash, rest = period.partition("-")
    if not rest:
        return f"năm {year}"
    if rest[0] in NAMES:
        return str(NAMES[rest[0]](int(rest[1:]), year))
    month, _dash, day = rest.partition("-")
    return f"ngày {day}/{month}/{year}" if day else f"tháng {int(month)}/{year}"


NAMES: Final[Mapping[str, Any]] = {
    "W": lambda number, year: f"tuần {number}/{year}",
    "Q": lambda number, year: f"quý {_QUARTERS[number - 1]}/{year}",
    "H": lambda number, year: f"{_HALVES[number - 1]} {year}",
}


def _task(definition: Task, rule: Recurrence, slot: Slot) -> Task:
    title = f"{definition.title} ({said(slot.period)})"
    return Task(
        kind=TaskKind.OCCURRENCE,
        definition_id=definition.id,
        period=slot.period,
        title=title,
        folded=vietnamese.fold(title),
        deadline_kind=DeadlineKind.BY,
        nil_report=rule.nil_report,
        **{name: getattr(definition, name) for name in INHERITED},
    )


def _hand_over(task: Task, definition: Task, dates: Deadline, at: datetime) -> None:
    """Give an occurrence to its definition's unit, received as that is."""
    task.status, task.assigned_at = _status(definition), at
    task.received_at = at if task.status == Status.RECEIVED else None
    task.due_on = task.original_due_on = dates.due_on
    task.late_after = task.original_late_after = dates.late_after


def _status(definition: Task) -> Status:
    return definition.status if definition.status in UNTOUCHED else Status.RECEIVED
