"""The clauses of a plan that was made: each covered by a task or target, declared, or open; and the steps on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

import clock
import vietnamese
from models.base import db, is_id
from models.plans import Clause, Plan, Section, Target
from models.session import NotFoundError, lock, retried
from models.tasks import Task
from models.vocabulary import ClauseKind, DeadlineKind, PlanState, Status
from terms import N_
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import LABELS, LIMITS, UNWRITABLE
from workflow.imports.steps import title_of
from workflow.ledger import recorded
from workflow.organization.gate import write

# states of a plan in which its clauses still ask for an answer
ASKING = (PlanState.READ, PlanState.PUBLISHED)


def covered() -> ColumnElement[bool]:
    """Return which clauses carry a task that was not withdrawn, or a target, themselves or where they are joined."""
    place = aliased(Clause)
    standing = select(place.id).where(
        place.id == func.coalesce(Clause.joined_id, Clause.id),
        or_(
            exists().where(Task.clause_id == place.id, Task.status != Status.WITHDRAWN),
            exists().where(
                Target.plan_id == place.plan_id, Target.span_from >= place.span_from, Target.span_from < place.span_to
            ),
        ),
    )
    return standing.exists()


def is_open() -> ColumnElement[bool]:
    """Return which clauses are neither covered nor declared; a heading asks for nothing."""
    return and_(Clause.kind != ClauseKind.HEADING, func.coalesce(Clause.declared_why, "") == "", ~covered())


def open_clauses(plan_id: int) -> list[Clause]:
    """Return the clauses of a plan that still ask for an answer, in the order of the text. One query."""
    query = select(Clause).where(Clause.plan_id == plan_id, is_open()).order_by(Clause.span_from)
    return list(db.session.scalars(query))


@retried
def declare(plan_id: int, ids: Iterable[int], why: str, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Declare open clauses not to be tasks, with the reason; return how many. Those answered meanwhile stay.

    Raises Refusal: not allowed, not there, no reason, nothing chosen, a plan whose time is over.
    """
    reason = _reason(why)
    wanted = {number for number in ids if is_id(number)}
    if not wanted:
        raise Refusal("missing_field", field=N_("the clauses"))
    with write("import", by, at, key) as unit:
        if unit.answer is not None:
            return 0
        plan = _asking(plan_id)
        found = [clause for clause in open_clauses(plan.id) if clause.id in wanted]
        for clause in found:
            with recorded(clause, "plan.declare_clause", by=unit.by, at=at, req=key):
                clause.declared_why, clause.declared_by_id = reason, unit.by.person_id
        unit.keep(plan)
        return len(found)


@retried
def declare_section(plan_id: int, section: int, why: str, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Declare every open clause under a heading (0: under none) not to be a task; return how many."""
    found = open_clauses(visible(plan_id).id)
    below = _below(plan_id, section)
    ids = [clause.id for clause in found if (clause.section_id or 0) in below]
    return declare(plan_id, ids, why, by=by, at=at, key=key) if ids else 0


@retried
def take_back(plan_id: int, clause_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Open a declared clause again; a second click changes nothing."""
    with write("import", by, at, key) as unit:
        if unit.answer is not None:
            return
        plan = _asking(plan_id)
        clause = _clause(plan, clause_id)
        if not clause.declared_why:
            return
        with recorded(clause, "plan.undo_clause", by=unit.by, at=at, req=key):
            clause.declared_why = clause.declared_by_id = None
        unit.keep(plan)


@retried
def cover(plan_id: int, clause_id: int, title: str, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Make a draft task of an open clause; return its id. Who does it by when is decided when it is assigned."""
    title = vietnamese.normalise(title).strip()
    if len(title) > LIMITS["title"]:
        raise Refusal("too_long", field=LABELS["title"], limit=LIMITS["title"], length=len(title))
    with write("import", by, at, key) as unit:
        if unit.answer is not None:
            return unit.number
        plan = _asking(plan_id)
        clause = _clause(plan, clause_id)
        if clause.id not in {each.id for each in open_clauses(plan.id)}:
            raise Refusal("clause_answered")
        words = title or title_of(clause.text)[: LIMITS["title"]]
        task = Task(
            plan_id=plan.id,
            clause_id=clause.id,
            title=words,
            folded=vietnamese.fold(words),
            steps=plan.steps,
            drafted_on=clock.day_of(at),
            deadline_kind=DeadlineKind.NONE,
        )
        with recorded(None, "plan.cover_clause", by=unit.by, at=at, req=key):
            db.session.add(task)
            db.session.flush()
            clause.kind = ClauseKind.TASK
        unit.keep(task)
        return task.id


def visible(plan_id: int) -> Plan:
    """Return a plan. Raises Refusal when there is none."""
    plan = db.session.get(Plan, plan_id) if is_id(plan_id) else None
    if plan is None:
        raise Refusal("not_found")
    return plan


def _asking(plan_id: int) -> Plan:
    try:
        plan = lock(Plan, plan_id if is_id(plan_id) else None)
    except NotFoundError:
        raise Refusal("not_found") from None
    if plan.state not in ASKING:
        raise Refusal("plan_state", state=plan.state)
    return plan


def _clause(plan: Plan, clause_id: int) -> Clause:
    clause = db.session.get(Clause, clause_id) if is_id(clause_id) else None
    if clause is None or clause.plan_id != plan.id:
        raise Refusal("not_found")
    return clause


def _below(plan_id: int, section: int) -> set[int]:
    """Return the ids of a section and of those under it; 0 stands for clauses under no heading."""
    if section == 0:
        return {0}
    rows = db.session.execute(select(Section.id, Section.path).where(Section.plan_id == plan_id)).all()
    path = next((row.path for row in rows if row.id == section), None)
    if path is None:
        raise Refusal("not_found")
    return {row.id for row in rows if f"{row.path}.".startswith(f"{path}.")}


def _reason(why: str) -> str:
    reason = " ".join(vietnamese.normalise(why).split())
    if not reason or not UNWRITABLE.isdisjoint(reason):
        raise Refusal("missing_field", field=LABELS["reason"])
    if len(reason) > LIMITS["reason"]:
        raise Refusal("too_long", field=LABELS["reason"], limit=LIMITS["reason"], length=len(reason))
    return reason
