"""The rules of reminding as their pages show them: each with its value, its origin, what comes and what waits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select

from models.base import db, is_id
from models.calendar import Setting
from models.plans import Plan
from models.reminding import ReminderRule
from models.tasks import Task
from models.vocabulary import PlanState
from terms import N_
from workflow import reminding
from workflow.errors import Refusal
from workflow.organization.reminder_rules import OVER
from workflow.organization.rules import RULES, Rule
from workflow.permissions import Scope
from workflow.queries.plans import readable
from workflow.reminding import NAMES, Change, Origin, Value

# what a rule is about -> the rules, in the order in which a task meets them
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    N_("Before the day"): ("reminder.before", "reminder.before_long", "reminder.report_before"),
    N_("After the day"): ("reminder.after", "reminder.weekly", "reminder.report_after"),
    N_("What climbs to leadership"): ("reminder.climb", "reminder.explained", "reminder.contest"),
    N_("What lies: not received, not signed, not decided"): (
        "reminder.unreceived",
        "reminder.unsigned",
        "reminder.climb_waiting",
    ),
    N_("Duties without a date"): ("reminder.undated", "reminder.silent", "reminder.reconfirm"),
}


@dataclass(frozen=True)
class Entry:
    """One value that somebody entered: from which day, by which decision, by whom."""

    id: int
    scope: Origin
    number: int
    name: str
    value: Any
    valid_from: date
    decision: str
    entered_by_id: int | None
    entered_at: datetime
    confirmed_at: datetime | None

    def change(self, plan_id: int | None = None) -> Change:
        """Return the entry as a change of the rules in force."""
        return Change(self.scope, self.number, self.name, self.value, self.valid_from, self.decision, plan_id)


@dataclass(frozen=True)
class Line:
    """One rule of a scope: what is in force and whence, what is confirmed for later, what waits, what was before."""

    name: str
    rule: Rule
    value: Value
    inherited: Value
    later: list[Entry]
    waiting: list[Entry]
    earlier: list[Entry]


@dataclass(frozen=True)
class OwnRules:
    """A plan or task with rules of its own: how many are in force or to come, and how many wait."""

    scope: Origin
    number: int
    title: str
    confirmed: int
    waiting: int


def lines(scope: Origin, number: int, plan_id: int | None, on: date) -> dict[str, list[Line]]:
    """Return the rules of the organisation, a plan or a task, by what they are about. Three queries."""
    table = reminding.load(on)
    above = table.organisation if scope == Origin.PLAN else table.plans.get(plan_id or 0, table.organisation)
    sets = {
        Origin.PLAN: table.plans.get(number, table.organisation),
        Origin.TASK: table.of(plan_id, number),
    }
    rules, entries = sets.get(scope, table.organisation), _entries(scope, number)
    return {
        group: [
            _line(name, rules.values[name], above.values[name], [row for row in entries if row.name == name], on)
            for name in names
        ]
        for group, names in GROUPS.items()
    }


def one(scope: Origin, entry_id: int) -> Entry:
    """Return one entry by its id; `scope` tells the organisation's from those of plans and tasks. One query.

    Raises Refusal when there is none, however long the number is.
    """
    kind: Any = Setting if scope == Origin.ORGANISATION else ReminderRule
    row = db.session.get(kind, entry_id) if is_id(entry_id) else None
    if row is None or row.name not in NAMES:
        raise Refusal("not_found")
    return _entry(row)


def exceptions(*, seen_by: Scope, plan_id: int | None = None) -> list[OwnRules]:
    """Return the plans and tasks with rules of their own that a person may see, all or those of one plan. Two queries.

    Plans and tasks that are over are left out: nobody is reminded of them.
    """
    confirmed = func.count(ReminderRule.confirmed_at)
    columns = (confirmed.label("confirmed"), (func.count() - confirmed).label("waiting"))
    plans = (
        select(Plan.id, Plan.short_title.label("title"), *columns)
        .join(ReminderRule, ReminderRule.plan_id == Plan.id)
        .where(Plan.state.not_in((PlanState.CLOSED, PlanState.SUPERSEDED)), readable(seen_by))
        .group_by(Plan.id, Plan.short_title)
        .order_by(Plan.id)
    )
    tasks = (
        select(Task.id, Task.title, *columns)
        .join(ReminderRule, ReminderRule.task_id == Task.id)
        .where(Task.status.not_in(OVER), seen_by.tasks())
        .group_by(Task.id, Task.title)
        .order_by(Task.id)
    )
    if plan_id is not None:
        return list(_found(Origin.TASK, tasks.where(Task.plan_id == plan_id)))
    return [*_found(Origin.PLAN, plans), *_found(Origin.TASK, tasks)]


def _found(scope: Origin, query: Any) -> Iterable[OwnRules]:
    for row in db.session.execute(query):
        yield OwnRules(scope, row.id, row.title, row.confirmed, row.waiting)


def _entries(scope: Origin, number: int) -> list[Entry]:
    """Return every entry of a scope, in the order in which the later overrules the earlier. One query."""
    if scope == Origin.ORGANISATION:
        query: Any = select(Setting).where(Setting.name.in_(NAMES)).order_by(Setting.valid_from, Setting.id)
    else:
        mine = ReminderRule.plan_id == number if scope == Origin.PLAN else ReminderRule.task_id == number
        query = select(ReminderRule).where(mine).order_by(ReminderRule.valid_from, ReminderRule.id)
    return [_entry(row) for row in db.session.scalars(query)]


def _entry(row: Any) -> Entry:
    plan_id, task_id = getattr(row, "plan_id", None), getattr(row, "task_id", None)
    scope = Origin.PLAN if plan_id else Origin.TASK if task_id else Origin.ORGANISATION
    value = None if row.value is None else json.loads(row.value)
    who, when = (row.entered_by_id, row.entered_at), row.confirmed_at
    return Entry(row.id, scope, plan_id or task_id or 0, row.name, value, row.valid_from, row.decision, *who, when)


def _line(name: str, value: Value, inherited: Value, entries: list[Entry], on: date) -> Line:
    counts = [row for row in entries if row.confirmed_at is not None]
    begun = [row for row in counts if row.valid_from <= on]
    return Line(
        name=name,
        rule=RULES[name],
        value=value,
        inherited=inherited,
        later=[row for row in counts if row.valid_from > on],
        waiting=[row for row in entries if row.confirmed_at is None and row.valid_from >= on],
        earlier=begun[-2::-1],
    )
