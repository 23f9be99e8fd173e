"""What is done to targets: settled who follows them and how, values reported and corrected, tasks linked.

The plan's own words (operator, value, year) are signed with the plan and never changed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

import clock
import vietnamese
from documents.writers.target_table import written
from models.base import db
from models.labels import TERMS
from models.plans import Plan, Target
from models.session import retried
from models.targets import TargetCare, TargetTask, TargetValue
from models.tasks import Task
from models.units import Unit
from models.vocabulary import PlanState, Role
from models.words import Cadence, Direction, Standing
from terms import N_
from workflow import indicators, measuring
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import is_blank
from workflow.imports import measures
from workflow.ledger import recorded
from workflow.measuring import Span
from workflow.organization.gate import Writing, found, write
from workflow.permissions import Scope

LIMITS: Final = {"source": 500, "reason": 4000, "decision": 300}
LABELS: Final = {
    "value": N_("value"),
    "source": N_("source"),
    "reason": N_("reason"),
    "period": N_("period"),
    "standing": N_("provisional or official"),
    "direction": N_("direction"),
    "cadence": N_("how often it is reported"),
    "baseline": N_("baseline"),
    "baseline_year": N_("year of the baseline"),
    "unit_id": N_("unit that reports"),
    "task_id": N_("task"),
    "decision": N_("number and day of the document"),
}
REPORTERS: Final = N_("the unit named for the target, or the office")
CORRECTORS: Final = N_("the head of the unit named for the target, or the office")
# plans whose targets are followed
FOLLOWED: Final = (PlanState.PUBLISHED, PlanState.CLOSED)


@dataclass(frozen=True)
class Report:
    """A value as it was reported: of which period, final or not, from which source; a reason when it corrects one."""

    period: str
    value: Decimal
    standing: Standing
    source: str
    reason: str = ""


@dataclass(frozen=True)
class Care:
    """What is settled about a target: who reports it how often, which way it is to go, and where it began."""

    unit_id: int | None
    direction: Direction
    cadence: Cadence
    baseline: Decimal | None = None
    baseline_year: int | None = None


def may_report(by: Actor, unit_id: int | None) -> bool:
    """Return whether somebody reports the values of a target: who works in the unit named, and the office."""
    return by.has(Role.OFFICE) or (unit_id is not None and unit_id in by.unit_ids | by.heads)


def may_correct(by: Actor, unit_id: int | None) -> bool:
    """Return whether somebody corrects a reported value: the head of the unit named, and the office."""
    return by.has(Role.OFFICE) or (unit_id is not None and unit_id in by.heads)


@retried
def report(target_id: int, said: Report, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Report a value of a target, or correct the one that stands; returns its number within the period.

    Raises Refusal: not his to report or to correct, no such period, nothing to correct without a reason.
    """
    with write("targets", by, at, key) as writing:
        if writing.answer:
            return writing.number
        target = followed(target_id)
        care = care_of(target.id)
        unit_id = care.unit_id if care else None
        span = _span(said.period, care.cadence if care else Cadence.YEARLY)
        require_time(span, said.standing, at)
        last = latest(target.id, span.code)
        _require_right(writing.by, unit_id, last, said)
        row = value_row(target, said, span, last, writing.by, at, unit_id)
        act = "target.correct" if row.reason else "target.report"
        with recorded(None, act, by=writing.by, at=at, data={"target": target.about_what}):
            db.session.add(row)
        writing.keep(row)
        return row.no


@retried
def follow(target_id: int, care: Care, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Settle who reports a target, how often, which way it is to go and where it began; the same again does nothing."""
    with write("give", by, at, key) as writing:
        if writing.answer:
            return
        target = followed(target_id)
        _require_sense(care)
        last = care_of(target.id)
        if last is not None and _facts(last) == vars(care):
            return
        row = care_row(target, care, last, writing.by, at)
        with recorded(None, "target.follow", by=writing.by, at=at, data={"target": target.about_what}):
            db.session.add(row)
        writing.keep(row)


@retried
def link(target_id: int, task_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Say that a task serves a target; once is enough. Raises Refusal for a task that is not his to read."""
    with write("give", by, at, key) as writing:
        target = followed(target_id)
        task = _task(task_id, writing)
        if _link(target.id, task.id) is not None:
            return
        with recorded(None, "target.link", by=writing.by, at=at, data={"target": target.about_what}):
            db.session.add(TargetTask(target_id=target.id, task_id=task.id, at=at))


@retried
def unlink(target_id: int, task_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Take the link between a task and a target away; the log remembers it."""
    with write("give", by, at, key) as writing:
        target = followed(target_id)
        row = _link(target.id, task_id)
        if row is None:
            return
        with recorded(row, "target.unlink", by=writing.by, at=at, data={"target": target.about_what}):
            row.ended_at = at


def followed(target_id: int) -> Target:
    """Return a target of a plan in force or closed, locked. Raises Refusal for any other."""
    target = found(Target, target_id)
    plan = db.session.get_one(Plan, target.plan_id)
    if plan.state == PlanState.READ:
        raise Refusal("not_found")
    if plan.state not in FOLLOWED:
        raise Refusal("plan_state", state=TERMS[PlanState][plan.state])
    return indicators.first_of(target)


def care_of(target_id: int) -> TargetCare | None:
    """Return what is settled about a target; None while nothing is."""
    query = select(TargetCare).where(TargetCare.target_id == target_id).order_by(TargetCare.no.desc())
    return db.session.scalar(query.limit(1))


def latest(target_id: int, period: str) -> TargetValue | None:
    """Return the value that stands for a period; None while there is none."""
    query = select(TargetValue).where(TargetValue.target_id == target_id, TargetValue.period == period)
    return db.session.scalar(query.order_by(TargetValue.no.desc()).limit(1))


def require_time(span: Span, standing: Standing, at: datetime) -> None:
    """Raise Refusal for a period that has not begun, or a final value of one that is not over."""
    today = clock.day_of(at)
    if span.first > today:
        raise Refusal("period_ahead", day=span.first.strftime("%d/%m/%Y"))
    if standing == Standing.OFFICIAL and span.last >= today:
        raise Refusal("not_final_yet", day=span.last.strftime("%d/%m/%Y"))


def value_row(
    target: Target, said: Report, span: Span, last: TargetValue | None, by: Actor, at: datetime, unit_id: int | None
) -> TargetValue:
    """Return the row of a reported value, the next of its period."""
    return TargetValue(
        target_id=target.id,
        period=span.code,
        until_on=span.last,
        no=last.no + 1 if last else 1,
        value=said.value,
        standing=said.standing,
        source=_words("source", said.source),
        reason=_words("reason", said.reason, required=False) or None,
        unit_id=unit_id,
        **signed(by, at),
    )


def care_row(target: Target, care: Care, last: TargetCare | None, by: Actor, at: datetime) -> TargetCare:
    """Return the row of what is settled about a target, the next of its kind."""
    return TargetCare(target_id=target.id, no=last.no + 1 if last else 1, **vars(care), **signed(by, at))


def signed(by: Actor, at: datetime) -> dict[str, Any]:
    """Return who writes, as what, and when: copied, so that it reads fully when he is gone."""
    return {"person_id": by.person_id, "name": by.name, "position": by.position, "at": at}


def document(text: str) -> str:
    """Return the document that values come from, in one line. Raises Refusal when there is none."""
    line = _words("decision", text, required=False)
    if not line:
        raise Refusal("no_decision")
    return line


def _require_right(by: Actor, unit_id: int | None, last: TargetValue | None, said: Report) -> None:
    """Raise Refusal unless he may report this: the first value of a period and the final one after an estimate are
    reports, anything else corrects.
    """
    if by.person_id is not None and not may_report(by, unit_id):
        raise Refusal("not_yours", who=REPORTERS)
    if last is None or is_final_after_estimate(last, said.standing):
        return
    if by.person_id is not None and not may_correct(by, unit_id):
        raise Refusal("not_yours", who=CORRECTORS)
    if last.standing == Standing.OFFICIAL and said.standing == Standing.PROVISIONAL:
        raise Refusal("official_stays")
    if is_blank(said.reason):
        raise Refusal("value_stands", value=written(last.value))


def is_final_after_estimate(last: TargetValue, standing: Standing) -> bool:
    """Return whether a value is the final one that an estimate was waiting for."""
    return last.standing == Standing.PROVISIONAL and standing == Standing.OFFICIAL


def _require_sense(care: Care) -> None:
    if care.unit_id is not None:
        found(Unit, care.unit_id)
    measures.year(care.baseline_year)
    for name, other in (("baseline", "baseline_year"), ("baseline_year", "baseline")):
        if getattr(care, name) is None and getattr(care, other) is not None:
            raise Refusal("missing_field", field=LABELS[name])


def _facts(row: TargetCare) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in Care.__dataclass_fields__}


def _span(code: str, cadence: Cadence) -> Span:
    try:
        span = measuring.span(code)
    except ValueError:
        span = None
    if span is None or not measuring.fits(span, cadence):
        raise Refusal("period_unfit", value=code[:20], cadence=TERMS[Cadence][cadence])
    return span


def _words(name: str, text: str, *, required: bool = True) -> str:
    line = "" if is_blank(text) else " ".join(vietnamese.normalise(text).split())
    if required and not line:
        raise Refusal("missing_field", field=LABELS[name])
    if len(line) > LIMITS[name]:
        raise Refusal("too_long", field=LABELS[name], limit=LIMITS[name], length=len(line))
    return line


def _task(task_id: int, writing: Writing) -> Task:
    query = select(Task).where(Task.id == task_id)
    if writing.by.person_id is not None:
        query = query.where(Scope(writing.by).tasks())
    task = db.session.scalar(query) if 0 < task_id < 2**31 else None
    if task is None:
        raise Refusal("bad_value", field=LABELS["task_id"], value=str(task_id)[:20])
    return task


def _link(target_id: int, task_id: int) -> TargetTask | None:
    query = select(TargetTask).where(TargetTask.target_id == target_id, TargetTask.ended_at.is_(None))
    return db.session.scalar(query.where(TargetTask.task_id == task_id)) if 0 < task_id < 2**31 else None
