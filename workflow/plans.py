"""The life of a plan: published before its tasks are assigned, completed where it was blank, closed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import clock
import vietnamese
from models.base import db, is_id
from models.labels import TERMS
from models.plans import Document, Plan
from models.session import NotFoundError, lock, retried, transaction
from models.vocabulary import PlanState
from terms import N_
from workflow import access, coverage, planseal
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.imports import (
    Choice,
    Said,
    accept,
    drop_reading,
    horizon,
    keep_reading,
    read_upload,
    reading,
    short_title,
    take,
)
from workflow.ledger import recorded
from workflow.organization.gate import require

__all__ = [
    "Choice",
    "Said",
    "accept",
    "close",
    "complete_number",
    "drop_reading",
    "horizon",
    "keep_reading",
    "publish",
    "read_upload",
    "reading",
    "take",
]

MOST_NAMED: Final = 50

LARGEST_NUMBER: Final = 100_000
# column of a document -> what its blank is called
BLANKS: Final = {
    "number": N_("number of the document"),
    "issued_year": N_("year of the document"),
    "issued_month": N_("month of the document"),
    "issued_day": N_("day of the document"),
}


def publish(
    plan_id: int,
    *,
    password: str,
    content_hash: str,
    code: str = "",
    by: Actor,
    at: datetime,
    version: int | None = None,
    remark: str = "",
) -> None:
    """Put a plan in force with the signature of leadership; its tasks can be assigned now. A second click does nothing.

    Raises Refusal: not allowed, wrong password, clauses neither covered nor declared, not what was shown.
    """
    require("publish", by, at)
    coverage.visible(plan_id)
    form = f"publish {plan_id} {content_hash}"[:120]
    method = access.verify_again(by, password, at=at, code=code, form=form)
    _publish(plan_id, content_hash, remark, version, method, by=by, at=at)


@retried
def _publish(
    plan_id: int, content_hash: str, remark: str, version: int | None, method: str, *, by: Actor, at: datetime
) -> None:
    with transaction():
        by = require("publish", by, at)
        plan = _locked(plan_id)
        if plan.state == PlanState.PUBLISHED:
            return
        _require_state(plan, PlanState.READ, version)
        refuse_open_clauses(plan)
        row = planseal.signature(plan, content_hash, remark, by=by, at=at, method=method)
        with recorded(plan, "plan.publish", by=by, at=at, content={"snapshot": row.content_sha}):
            plan.state = PlanState.PUBLISHED
            plan.published_on = clock.day_of(at)
            db.session.add(row)


def refuse_open_clauses(plan: Plan) -> None:
    """Raise Refusal while a clause of the plan is neither covered by a task or target nor declared."""
    found = coverage.open_clauses(plan.id)
    if found:
        clauses = [(clause.id, clause.text[:200]) for clause in found[:MOST_NAMED]]
        raise Refusal("clauses_open", count=len(found), clauses=clauses, plan_id=plan.id)


def close(plan_id: int, *, by: Actor, at: datetime, version: int | None = None) -> None:
    """Close a plan whose time is over; its history stays. A second click changes nothing."""
    with transaction():
        by = require("publish", by, at)
        plan = _locked(plan_id)
        if plan.state == PlanState.CLOSED:
            return
        _require_state(plan, PlanState.PUBLISHED, version)
        with recorded(plan, "plan.close", by=by, at=at):
            plan.state = PlanState.CLOSED


def complete_number(
    plan_id: int, number: int | None, day: date | None, *, by: Actor, at: datetime, version: int | None = None
) -> None:
    """Fill in the number or the day that a document left blank (rulings 28); what it says is never changed.

    Sending the same again changes nothing. Raises Refusal: not allowed, another value stands already, or a
    day outside the month and year that the document gives.
    """
    with transaction():
        by = require("import", by, at)
        plan = _locked(plan_id)
        document = lock(Document, plan.document_id)
        found = _blanks_filled(document, number, day)
        if not found:
            return
        _require_version(plan, version)
        with recorded(plan, "plan.number", by=by, at=at):
            for name, value in found.items():
                setattr(document, name, value)
            plan.short_title = short_title(document) or plan.short_title
            plan.folded = vietnamese.fold(f"{plan.short_title} {plan.title}")


def _locked(plan_id: int) -> Plan:
    try:
        return lock(Plan, plan_id if is_id(plan_id) else None)
    except NotFoundError:
        raise Refusal("not_found") from None


def _require_state(plan: Plan, state: PlanState, version: int | None) -> None:
    if plan.state != state:
        raise Refusal("plan_state", state=TERMS[PlanState][plan.state])
    _require_version(plan, version)


def _require_version(plan: Plan, version: int | None) -> None:
    if version is not None and version != plan.version:
        raise Refusal("somebody_was_faster")


def _blanks_filled(document: Document, number: int | None, day: date | None) -> dict[str, int]:
    """Return the columns to fill; empty when the document says all of it already."""
    if number is None and day is None:
        raise Refusal("missing_field", field=N_("number or day"))
    wanted: dict[str, int] = {} if number is None else {"number": number}
    if day is not None:
        wanted |= {"issued_year": day.year, "issued_month": day.month, "issued_day": day.day}
    for name, value in wanted.items():
        written = getattr(document, name)
        if written is not None and written != value:
            raise Refusal("written_otherwise", field=BLANKS[name], value=str(written))
    if number is not None and not 0 < number < LARGEST_NUMBER:
        form = N_("a whole number from 1 on, as in the document")
        raise Refusal("bad_value", field=BLANKS["number"], value=str(number), form=form)
    return {name: value for name, value in wanted.items() if getattr(document, name) is None}
