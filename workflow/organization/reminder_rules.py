"""Rules of reminding for one plan or one task: entered with a decision, in force once a second person confirms them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Final

import clock
from models.plans import Plan
from models.reminding import ReminderRule
from models.tasks import Task
from models.vocabulary import PlanState, Status
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization import days
from workflow.organization.gate import Writing, found, require_second, words, write
from workflow.organization.rules import require_sense
from workflow.reminding import NAMES, Change, Origin

PLACE: Final = "calendar"
OVER: Final = (Status.COMPLETED, Status.CANCELLED, Status.WITHDRAWN)


def require(change: Change, at: datetime) -> None:
    """Raise Refusal for what entering a change would be refused for, whoever it is; writes nothing."""
    _require_rule(change.name, change.value)
    if change.origin == Origin.ORGANISATION:
        require_sense(change.name, change.value)
    words(change.decision, "decision")
    _require_ahead(change.valid_from, at)


def settle(change: Change, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Enter a rule of the organisation, of a plan or of a task; it waits for a second person. Returns its id."""
    if change.origin == Origin.ORGANISATION:
        value = (change.name, change.value, change.valid_from, change.decision)
        return days.set_setting(*value, by=by, at=at, key=key)
    return enter(change, by=by, at=at, key=key)


def enter(change: Change, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Enter a rule of one plan or task from a day on and return its id; it waits for a second person.

    Without a value the rule goes back to what it inherits. Raises Refusal: no such plan or task, or one that is over;
    a value without sense; a day in the past.
    """
    with write(PLACE, by, at, key) as writing:
        if writing.answer:
            return writing.number
        require(change, at)
        row = ReminderRule(
            **_scope(change.origin, change.number),
            name=change.name,
            value=None if change.value is None else json.dumps(change.value, ensure_ascii=False),
            valid_from=change.valid_from,
            decision=words(change.decision, "decision"),
            entered_by_id=writing.by.person_id,
            entered_at=at,
            confirmed_at=at if writing.by.person_id is None else None,
        )
        with recorded(None, "reminder_rule.set", by=writing.by, at=at, req=key):
            writing.session.add(row)
        writing.keep(row)
        return row.id


def confirm(rule_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Confirm a rule that another person entered. Raises Refusal when its first day has passed meanwhile."""
    with write(PLACE, by, at, key) as writing:
        if writing.answer:
            return
        row = found(ReminderRule, rule_id)
        _confirmed(row, writing, key)


def _confirmed(row: ReminderRule, writing: Writing, key: str | None) -> None:
    require_second(row.entered_by_id, row.confirmed_at, writing.by)
    _require_ahead(row.valid_from, writing.at)
    with recorded(row, "reminder_rule.confirm", by=writing.by, at=writing.at, req=key):
        row.confirmed_by_id, row.confirmed_at = writing.by.person_id, writing.at
    writing.keep(row)


def _scope(scope: Origin, number: int) -> dict[str, int | None]:
    """Return the columns that name the plan or task. Raises Refusal when it is not there or is over."""
    if scope == Origin.PLAN:
        plan = found(Plan, number)
        if plan.state in (PlanState.CLOSED, PlanState.SUPERSEDED):
            raise Refusal("nothing_to_remind")
        return {"plan_id": plan.id, "task_id": None}
    task = found(Task, number)
    if task.status in OVER:
        raise Refusal("nothing_to_remind")
    return {"plan_id": None, "task_id": task.id}


def _require_rule(name: str, value: object) -> None:
    if name not in NAMES:
        raise Refusal("not_found")
    if value is not None:
        require_sense(name, value)


def _require_ahead(valid_from: date, at: datetime) -> None:
    if valid_from < clock.day_of(at):
        raise Refusal("rule_in_past")
