"""The rules of reminding in force on a day: the organisation's, a plan's, a task's; each value knows its origin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select

from models.base import db
from models.calendar import Setting
from models.reminding import ReminderRule
from models.tasks import Task
from workflow.reference import SETTINGS

ALWAYS: Final = date.min
PREFIX: Final = "reminder."
NAMES: Final = tuple(name for name in SETTINGS if name.startswith(PREFIX))


class Origin(StrEnum):
    """Where a value comes from; the later ones overrule the earlier."""

    SHIPPED = "shipped"
    ORGANISATION = "organisation"
    PLAN = "plan"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Value:
    """One rule's value, from which day on it holds, where it was set and by which decision."""

    value: Any
    since: date = ALWAYS
    origin: Origin = Origin.SHIPPED
    decision: str = ""


@dataclass(frozen=True)
class Rules:
    """All rules of one scope: the organisation (number 0), a plan or a task."""

    origin: Origin
    number: int
    values: Mapping[str, Value]

    def __getitem__(self, name: str) -> Any:
        """Return a rule's value. Raises KeyError for a name that is no rule of reminding."""
        return self.values[name].value

    def since(self, name: str) -> date:
        """Return from which day on a rule has its value."""
        return self.values[name].since


@dataclass(frozen=True)
class RuleTable:
    """The rules of a day: one set for all, others for the plans and tasks that have their own."""

    organisation: Rules
    plans: Mapping[int, Rules] = field(default_factory=dict)
    tasks: Mapping[int, Rules] = field(default_factory=dict)

    def of(self, plan_id: int | None, task_id: int) -> Rules:
        """Return the rules of a task: its own, else its plan's, else the organisation's."""
        return self.tasks.get(task_id) or self.plans.get(plan_id or 0) or self.organisation

    def all_of(self, name: str) -> Iterable[Any]:
        """Return every value a rule has anywhere."""
        sets = (self.organisation, *self.plans.values(), *self.tasks.values())
        return (rules[name] for rules in sets)


@dataclass(frozen=True, slots=True)
class Change:
    """A value from a day on, for the organisation (no number), a plan or a task; no value: inherit again."""

    origin: Origin
    number: int
    name: str
    value: Any
    valid_from: date
    decision: str = ""
    plan_id: int | None = None


def load(on: date, *more: Change) -> RuleTable:
    """Return the rules in force on a day; `more` are taken as if they were confirmed too. Two queries."""
    proposed = [change for change in more if change.valid_from <= on]
    # entered last, a proposal overrules what begins on its day or before, and nothing that begins later
    found = sorted([*_settings(on), *_overrides(on), *proposed], key=lambda change: change.valid_from)
    return table_of(found)


def table(settings: Mapping[str, Any], since: Mapping[str, date] | None = None) -> RuleTable:
    """Return rules that are the same for every task, from settings and the days they hold from."""
    begun = since or {}
    values = {name: Value(settings[name], begun.get(name, ALWAYS), Origin.ORGANISATION) for name in NAMES}
    return RuleTable(Rules(Origin.ORGANISATION, 0, values))


def table_of(changes: Iterable[Change]) -> RuleTable:
    """Return the rules that follow from changes, in the order in which the later overrules the earlier."""
    latest: dict[tuple[Origin, int], dict[str, Change]] = {}
    plan_of: dict[int, int | None] = {}
    for change in changes:
        latest.setdefault((change.origin, change.number), {})[change.name] = change
        if change.origin == Origin.TASK:
            plan_of[change.number] = change.plan_id
    shipped = Rules(Origin.SHIPPED, 0, {name: Value(SETTINGS[name]) for name in NAMES})
    whole = _under(shipped, Origin.ORGANISATION, 0, latest)
    plans = {key: _under(whole, origin, key, latest) for origin, key in latest if origin == Origin.PLAN}
    tasks = {key: _under(plans.get(plan_id or 0, whole), Origin.TASK, key, latest) for key, plan_id in plan_of.items()}
    return RuleTable(whole, plans, tasks)


def _under(above: Rules, origin: Origin, number: int, latest: Mapping[tuple[Origin, int], dict[str, Change]]) -> Rules:
    """Return the rules of a scope: its own values, the rest as inherited."""
    own = {name: _value(change, above) for name, change in latest.get((origin, number), {}).items()}
    return Rules(origin, number, {**above.values, **own})


def _value(change: Change, above: Rules) -> Value:
    """Return a change's value; one that gives the rule back begins anew on that day with what is inherited."""
    if change.value is None:
        inherited = above.values[change.name]
        return replace(inherited, since=max(inherited.since, change.valid_from))
    return Value(change.value, change.valid_from, change.origin, change.decision)


def _settings(on: date) -> list[Change]:
    columns = (Setting.name, Setting.value, Setting.valid_from, Setting.decision)
    begun = (Setting.name.in_(NAMES), Setting.valid_from <= on, Setting.confirmed_at.is_not(None))
    query = select(*columns).where(*begun).order_by(Setting.valid_from, Setting.id)
    found = db.session.execute(query)
    return [Change(Origin.ORGANISATION, 0, name, json.loads(value), since, why) for name, value, since, why in found]


def _overrides(on: date) -> list[Change]:
    rule = ReminderRule
    columns = (rule.plan_id, rule.task_id, rule.name, rule.value, rule.valid_from, rule.decision)
    begun = (rule.name.in_(NAMES), rule.valid_from <= on, rule.confirmed_at.is_not(None))
    query = select(*columns, Task.plan_id.label("of_plan")).outerjoin(Task, Task.id == rule.task_id).where(*begun)
    return [
        Change(
            Origin.TASK if row.task_id else Origin.PLAN,
            row.task_id or row.plan_id,
            row.name,
            None if row.value is None else json.loads(row.value),
            row.valid_from,
            row.decision,
            row.of_plan,
        )
        for row in db.session.execute(query.order_by(rule.valid_from, rule.id))
    ]
