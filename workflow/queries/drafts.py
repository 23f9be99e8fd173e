"""The drafts of a plan that wait to be given to units, with where they stand in the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from models.base import db
from models.plans import Clause, Plan, Section
from models.tasks import Task
from models.vocabulary import Status, TaskKind
from workflow.batches import LIMIT
from workflow.permissions import Scope
from workflow.queries import plans

PAGE: Final = LIMIT


@dataclass(frozen=True)
class Drafts:
    """A plan's drafts, those of one section or all; how many there are, and the sections that have some."""

    plan: Plan
    tasks: list[Task]
    total: int
    sections: list[tuple[Section, int]]
    headings: dict[int, str]


def of_plan(plan_id: int, *, seen_by: Scope, section_id: int | None = None, offset: int = 0) -> Drafts:
    """Return the drafts in the order of the plan's text. Five queries. Raises Refusal `not_found`."""
    plan = plans.visible(plan_id, seen_by=seen_by)
    mine = (Task.plan_id == plan.id, Task.status == Status.DRAFT, Task.kind == TaskKind.LEAD, seen_by.tasks())
    counted = select(Clause.section_id, func.count()).select_from(Task).outerjoin(Clause, Clause.id == Task.clause_id)
    counts = {row[0]: row[1] for row in db.session.execute(counted.where(*mine).group_by(Clause.section_id))}
    below = _below(plan, section_id)
    chosen: list[Any] = [Clause.section_id.in_(below)] if below is not None else []
    query = (
        select(Task, Clause.section_id)
        .outerjoin(Clause, Clause.id == Task.clause_id)
        .where(*mine, *chosen)
        .order_by(Clause.span_from.is_(None), Clause.span_from, Task.id)
    )
    found = db.session.execute(query.offset(offset).limit(PAGE)).all()
    headings: dict[int | None, str] = {section.id: f"{section.path}. {section.heading}" for section in plan.sections}
    return Drafts(
        plan=plan,
        tasks=[row[0] for row in found],
        total=sum(count for key, count in counts.items() if below is None or key in below),
        sections=[(section, counts[section.id]) for section in plan.sections if section.id in counts],
        headings={row[0].id: headings.get(row[1], "") for row in found},
    )


def _below(plan: Plan, section_id: int | None) -> set[int] | None:
    """Return a section with those under it; None when none is chosen, or one that is not there."""
    top = next((section for section in plan.sections if section.id == section_id), None)
    if top is None:
        return None
    return {each.id for each in plan.sections if f"{each.path}.".startswith(f"{top.path}.")}
