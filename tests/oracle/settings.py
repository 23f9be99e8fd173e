"""Which value of a setting holds for a task on a day, and since when it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle.facts import EVER, Rule, Task

SHIPPED: dict[str, Any] = {
    "reminder.before": [15, 7, 3, 1],
    "reminder.before_long": [30, 15, 7, 3, 1],
    "reminder.after": [1, 3, 7],
    "reminder.weekly": 5,
    "reminder.climb": [5, 10],
    "reminder.unreceived": 2,
    "reminder.unsigned": 2,
    "reminder.climb_waiting": [3, 5],
    "reminder.undated": 3,
    "reminder.silent": 20,
    "reminder.reconfirm": [1, 10],
    "reminder.report_before": [3, 1],
    "reminder.report_after": [1, 3],
    "reminder.explained": 5,
    "reminder.contest": 3,
}


@dataclass(frozen=True)
class Value:
    """A value and the day it holds from."""

    value: Any
    since: date


def value_of(name: str, rules: Sequence[Rule], task: Task, day: date) -> Value:
    """Return what holds for a task: its own value, else its plan's, else the body's, else the shipped one."""
    found = Value(SHIPPED[name], EVER)
    scopes: list[tuple[int | None, int | None]] = [(None, None)]
    if task.plan is not None:
        scopes.append((task.plan, None))
    scopes.append((None, task.id))
    for plan, of_task in scopes:
        row = _last([r for r in rules if r.name == name and (r.plan, r.task) == (plan, of_task)], day)
        if row is not None and row.value is None:
            found = Value(found.value, max(found.since, row.valid_from))
        elif row is not None:
            found = Value(row.value, row.valid_from)
    return found


def _last(rows: list[Rule], day: date) -> Rule | None:
    """Return the confirmed row that began last; of two that began on one day the later one written."""
    found: Rule | None = None
    for row in rows:
        if row.confirmed and row.valid_from <= day and (found is None or row.valid_from >= found.valid_from):
            found = row
    return found
