"""Amendments to look at: the plan a new version is brought for, and what leadership would sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.base import db
from models.plans import Plan
from models.vocabulary import PlanState
from workflow import amendments, imports, planseal
from workflow.errors import Refusal
from workflow.imports.sheet import Coverage, Sheet
from workflow.permissions import Scope
from workflow.queries import plans
from workflow.queries.readings import Waiting, waiting


@dataclass(frozen=True)
class UploadView:
    """A plan in force, and the versions of it that wait for a decision."""

    plan: Plan
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class SigningView:
    """What an amendment would change, in numbers and words, and the hash of it all."""

    id: int
    plan: Plan
    sheet: Sheet
    moves: amendments.Moves
    coverage: Coverage
    waiting: int
    decision: str
    shown: str


def upload(plan_id: int, *, seen_by: Scope) -> UploadView:
    """Return a plan in force for which a new version can be brought. Raises Refusal: none, or not in force."""
    plan = plans.visible(plan_id, seen_by=seen_by)
    if plan.state != PlanState.PUBLISHED:
        raise Refusal("not_found")
    return UploadView(plan, tuple(item for item in waiting(seen_by=seen_by) if item.replaces == plan.id))


def signing(reading_id: int, *, seen_by: Scope) -> SigningView:
    """Return an amendment as leadership would sign it. Raises Refusal: none, or signed already."""
    row = imports.reading(reading_id, seen_by.actor)
    if row.replaces_id is None or row.plan_id is not None:
        raise Refusal("not_found")
    sheet = imports.sheet_of(row)
    head = sheet.read["plan"]
    signs = "/".join(str(part) for part in (head.get("number"), head.get("symbol")) if part)
    return SigningView(
        id=row.id,
        plan=db.session.get_one(Plan, row.replaces_id),
        sheet=sheet,
        moves=amendments.moves(sheet),
        coverage=sheet.coverage(),
        waiting=len(sheet.unanswered()) or sheet.coverage().open,
        decision=" ".join(filter(None, (head.get("kind"), signs, _day(head.get("issued") or {})))),
        shown=planseal.sha(amendments.content(row, sheet)),
    )


def _day(issued: Mapping[str, Any]) -> str:
    """Return the day of a document in its own language; nothing when it leaves part of it blank."""
    day, month, year = (issued.get(name) for name in ("day", "month", "year"))
    return f"ngày {day:02d}/{month:02d}/{year}" if day and month and year else ""
