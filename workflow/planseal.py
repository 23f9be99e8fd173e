"""Leadership's signature on a plan: what exactly is put in force, its hash, and who signed it as what."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

import vietnamese
from models.base import db
from models.log import canonical, plain
from models.plans import Clause, Document, Plan, PlanSignature, Target
from models.tasks import Task
from models.vocabulary import Status
from workflow.actors import Actor
from workflow.codes import PASSWORD
from workflow.errors import Refusal
from workflow.signoff import position_of


def content(plan: Plan) -> str:
    """Return the canonical text that a signature on a plan binds to: document, tasks, targets, what was declared.

    Free text that people wrote (reasons) is not in it in clear: the log keeps a commitment to each. Three queries.
    """
    document = plan.document
    found: dict[str, Any] = plain(
        {
            "v": 1,
            "plan": {"id": plan.id, "title": plan.title, "steps": plan.steps, "horizon_on": plan.horizon_on},
            "replaces": plan.replaces_id,
            "document": _document(document),
            "clauses": _clauses(plan),
            "tasks": _tasks(plan),
            "targets": _targets(plan),
        }
    )
    return canonical(found)


def sha(text: str) -> str:
    """Return the SHA-256 of a content, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def shown_hash(plan: Plan) -> str:
    """Return the hash of what a page that asks for the signature shows."""
    return sha(content(plan))


def signature(plan: Plan, shown: str, remark: str, *, by: Actor, at: datetime, method: str = PASSWORD) -> PlanSignature:
    """Return the signature of a leader on a plan as it is now. Raises Refusal: not what was shown, no seat of his."""
    text = content(plan)
    if sha(text) != shown:
        raise Refusal("plan_changed")
    holding = by.holding(by.leader_posts)
    if holding is None or by.person_id is None:
        raise Refusal("not_yours", who="—")
    return PlanSignature(
        plan_id=plan.id,
        person_id=by.person_id,
        name=by.name,
        position=position_of(holding),
        unit_name=by.unit_name,
        post_id=holding.seat.post_id,
        capacity=holding.capacity,
        mandate_id=holding.mandate_id,
        mandate_kind=holding.mandate_kind,
        content=text,
        content_sha=sha(text),
        method=method,
        at=at,
        remark=vietnamese.normalise(remark).strip() or None,
    )


def signed(plan_id: int) -> PlanSignature | None:
    """Return who put a plan in force; None while nobody has."""
    return db.session.scalar(select(PlanSignature).where(PlanSignature.plan_id == plan_id))


def is_intact(row: PlanSignature) -> bool:
    """Return whether a signature still speaks of the text and the file it was given for."""
    facts = json.loads(row.content)["document"]
    document = db.session.get_one(Plan, row.plan_id).document
    return sha(row.content) == row.content_sha and _document(document)["sha256"] == facts["sha256"]


def _document(document: Document) -> dict[str, Any]:
    names = ("sha256", "kind", "number", "symbol", "issued_year", "issued_month", "issued_day")
    return {name: getattr(document, name) for name in names} | {"text": sha(document.text)}


def _clauses(plan: Plan) -> list[Any]:
    query = select(Clause.span_from, Clause.span_to, Clause.kind, Clause.declared_why, Clause.joined_id)
    rows = db.session.execute(query.where(Clause.plan_id == plan.id).order_by(Clause.span_from))
    return [[row.span_from, row.span_to, row.kind, bool(row.declared_why), row.joined_id] for row in rows]


def _tasks(plan: Plan) -> list[Any]:
    query = select(Task.id, Task.clause_id, Task.title, Task.product, Task.lead_words, Task.deadline_words)
    rows = db.session.execute(query.where(Task.plan_id == plan.id, Task.status != Status.WITHDRAWN).order_by(Task.id))
    return [list(row) for row in rows]


def _targets(plan: Plan) -> list[Any]:
    query = select(Target.id, Target.about_what, Target.op, Target.low, Target.high, Target.unit, Target.year)
    return [list(row) for row in db.session.execute(query.where(Target.plan_id == plan.id).order_by(Target.id))]
