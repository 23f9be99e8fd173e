"""A table of tasks to look through before it is taken: every row of the file, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from models.base import db
from models.plans import Plan, TaskTable
from workflow import task_tables
from workflow.permissions import Scope
from workflow.planning import sheet_tasks
from workflow.planning.sheet_tasks import RowTask
from workflow.queries import plans
from workflow.reference import Reference
from workflow.task_tables import Checked


@dataclass(frozen=True)
class Waiting:
    """A table that waits for the decision of whoever brought it."""

    id: int
    filename: str


@dataclass(frozen=True)
class TableView:
    """A table with its rows looked through, in the order of the file; a group's heading stands among them."""

    table: TaskTable
    plan: Plan
    lines: tuple[Checked | RowTask, ...]
    remarks: tuple[tuple[str, str], ...]
    sheets: int

    @property
    def rows(self) -> tuple[Checked, ...]:
        """Return the rows that are to become tasks."""
        return tuple(line for line in self.lines if isinstance(line, Checked))

    @property
    def wrong(self) -> int:
        """Return how many rows have a fault."""
        return sum(1 for row in self.rows if row.faults)


def one(table_id: int, ref: Reference, *, seen_by: Scope) -> TableView:
    """Return a table this person brought, looked through with what is there now. Raises Refusal `not_found`."""
    table = task_tables.own(table_id, seen_by.actor)
    plan = plans.visible(table.plan_id, seen_by=seen_by)
    read = sheet_tasks.from_plain(json.loads(table.payload))
    return TableView(
        table=table,
        plan=plan,
        lines=_in_order(read, task_tables.checked(plan, read.rows, ref)),
        remarks=read.remarks,
        sheets=len({row.sheet for row in read.rows}),
    )


def waiting(plan_id: int, *, seen_by: Scope) -> list[Waiting]:
    """Return the tables of a plan that wait for this person."""
    query = select(TaskTable.id, TaskTable.filename).where(
        TaskTable.plan_id == plan_id, TaskTable.person_id == seen_by.actor.person_id, TaskTable.made.is_(None)
    )
    return [Waiting(row.id, row.filename) for row in db.session.execute(query.order_by(TaskTable.id.desc()))]


def _in_order(read: sheet_tasks.TaskTable, looked: list[Checked]) -> tuple[Checked | RowTask, ...]:
    """Return rows and headings of groups as they follow each other, sheet by sheet."""
    sheets = {name: place for place, name in enumerate(dict.fromkeys(row.sheet for row in (*read.groups, *read.rows)))}
    found: list[tuple[RowTask, Checked | RowTask]] = [(each.row, each) for each in looked]
    found += [(group, group) for group in read.groups]
    return tuple(line for _, line in sorted(found, key=lambda each: (sheets[each[0].sheet], each[0].row)))
