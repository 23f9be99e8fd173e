"""Plans from reading to publishing: nothing lives before a person accepts it, nothing is assigned before it is published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.plans import Clause, Document, Plan, Reading, Section, Target
from models.session import lock, transaction
from models.tasks import Task
from models.vocabulary import ClauseKind, DeadlineKind, PlanState, TargetOp
from workflow import files
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note, recorded
from workflow.organization.gate import require


@dataclass(frozen=True)
class Choice:
    """What a person decided on the proposals of a reading: which tasks he takes, with their text; why others not."""

    taken: Mapping[int, str] = field(default_factory=dict)
    declared: Mapping[int, str] = field(default_factory=dict)
    title: str = ""
    steps: int = 2
    horizon_on: date | None = None


def keep_reading(filename: str, data: bytes, payload: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Keep what was read from a file for the person who uploaded it, and the file itself. Returns the reading's id."""
    with transaction() as session:
        by = require("import", by, at)
        sha = files.vault().put(data)
        row = Reading(
            person_id=by.person_id, at=at, filename=files.name_of(filename), media_type="application/octet-stream", sha256=sha,
            size=len(data), payload=json.dumps(payload, ensure_ascii=False),
        )
        session.add(row)
        session.flush()
        note("plan.read", by=by, at=at, obj=("reading", row.id), data={"sha256": sha, "size": len(data)}, private={"filename": row.filename})
        return row.id


def reading(reading_id: int, by: Actor) -> Reading:
    """Return a reading of this person's. Raises Refusal when there is none."""
    row = db.session.get(Reading, reading_id) if reading_id < 2**31 else None
    if row is None or row.person_id != by.person_id:
        raise Refusal("not_found")
    return row


def drop_reading(reading_id: int, *, by: Actor, at: datetime) -> None:
    """Drop what was read; only the log remembers that it was."""
    with transaction() as session:
        by = require("import", by, at)
        row = reading(reading_id, by)
        note("plan.drop", by=by, at=at, obj=("reading", row.id))
        session.delete(row)


def accept(reading_id: int, choice: Choice, *, by: Actor, at: datetime) -> int:
    """Make a plan of a reading: document, sections, clauses, targets, and a draft task for each proposal taken.

    A second click returns the same plan. No draft has a unit or a date: the document's words are kept beside it.
    Raises Refusal: not allowed, not there, the same file was imported before.
    """
    with transaction() as session:
        by = require("import", by, at)
        row = reading(reading_id, by)
        if row.plan_id is not None:
            return row.plan_id
        _refuse_known(row.sha256)
        read = json.loads(row.payload)
        with recorded(None, "plan.import", by=by, at=at):
            plan = _plan(_document(row, read, at), read, choice)
            sections = _sections(plan, read["sections"])
            clauses = _clauses(plan, sections, read, choice)
            _targets(plan, sections, read["targets"])
            _drafts(plan, clauses, read["tasks"], choice)
        row.plan_id = plan.id
        return plan.id


def publish(plan_id: int, *, by: Actor, at: datetime) -> None:
    """Put a plan in force; from now on its tasks can be assigned. A second click changes nothing."""
    with transaction():
        by = require("publish", by, at)
        plan = lock(Plan, plan_id)
        if plan.state == PlanState.PUBLISHED:
            return
        if plan.state != PlanState.READ:
            raise Refusal("wrong_state", state=plan.state)
        with recorded(plan, "plan.publish", by=by, at=at):
            plan.state = PlanState.PUBLISHED
            plan.published_on = clock.day_of(at)


def close(plan_id: int, *, by: Actor, at: datetime) -> None:
    """Close a plan whose time is over; its history stays."""
    with transaction():
        by = require("publish", by, at)
        plan = lock(Plan, plan_id)
        if plan.state != PlanState.PUBLISHED:
            raise Refusal("wrong_state", state=plan.state)
        with recorded(plan, "plan.close", by=by, at=at):
            plan.state = PlanState.CLOSED


def set_steps(plan_id: int, steps: int, *, by: Actor, at: datetime) -> None:
    """Say how many signatures completion needs in this plan; tasks assigned before keep theirs."""
    with transaction():
        by = require("publish", by, at)
        plan = lock(Plan, plan_id)
        if steps not in (1, 2):
            raise Refusal("bad_value", field="steps", value=str(steps))
        with recorded(plan, "plan.steps", by=by, at=at):
            plan.steps = steps


def horizon(read: Mapping[str, Any]) -> date | None:
    """Return the last day of the plan's time, when its title says one."""
    year = (read["plan"].get("horizon") or {}).get("to") if isinstance(read["plan"].get("horizon"), dict) else read["plan"].get("horizon")
    return date(int(str(year)[:4]), 12, 31) if year and str(year)[:4].isdigit() else None


def _refuse_known(sha: str) -> None:
    title = db.session.scalar(select(Plan.short_title).join(Document).where(Document.sha256 == sha))
    if title is not None:
        raise Refusal("document_known", title=title)


def _document(row: Reading, read: Mapping[str, Any], at: datetime) -> Document:
    head, issued = read["plan"], read["plan"].get("issued") or {}
    document = Document(
        sha256=row.sha256, filename=row.filename, media_type=row.media_type, size=row.size, text=read["text"], read_at=at,
        issued_year=issued.get("year"), issued_month=issued.get("month"), issued_day=issued.get("day"),
        cited=head.get("cited_numbers") or [], recipients=head.get("recipients") or [],
        **{name: head.get(name) for name in ("kind", "number", "symbol", "place", "title", "issuing_body", "signer_position", "signer_name", "sign_for")},
    )
    db.session.add(document)
    db.session.flush()
    return document


def _plan(document: Document, read: Mapping[str, Any], choice: Choice) -> Plan:
    title = vietnamese.normalise(choice.title or document.title or document.filename).strip()
    kind = f"{document.kind} " if document.kind else ""
    number = "/".join(str(part) for part in (document.number, document.symbol) if part)
    short = f"{kind}{number}".strip() or title[:80]
    plan = Plan(
        document_id=document.id, title=title, short_title=short, steps=choice.steps, horizon_on=choice.horizon_on or horizon(read),
        folded=vietnamese.fold(f"{short} {title}"),
    )
    db.session.add(plan)
    db.session.flush()
    return plan


def _sections(plan: Plan, found: list[list[str]]) -> dict[str, Section]:
    rows = [Section(plan_id=plan.id, path=path, heading=heading, position=place) for place, (path, heading) in enumerate(found)]
    db.session.add_all(rows)
    db.session.flush()
    return {row.path: row for row in rows}


def _clauses(plan: Plan, sections: Mapping[str, Section], read: Mapping[str, Any], choice: Choice) -> dict[int, Clause]:
    """Keep every clause of the text; return those that carry a proposed task, by the proposal's number."""
    starts = {task["span"][0]: number for number, task in enumerate(read["tasks"])}
    rows, carrying = [], {}
    for item in read["clauses"]:
        start, end = item["span"]
        number = starts.get(start)
        why = choice.declared.get(number) if number is not None else None
        row = Clause(
            plan_id=plan.id, section_id=_id(sections.get(item["section"])), text=read["text"][start:end], span_from=start, span_to=end,
            kind=ClauseKind.TASK if number in choice.taken else ClauseKind(item["kind"]) if number is None else ClauseKind.OTHER,
            declared_why=why or None,
        )
        rows.append(row)
        if number is not None:
            carrying[number] = row
    db.session.add_all(rows)
    db.session.flush()
    return carrying


def _targets(plan: Plan, sections: Mapping[str, Section], found: list[Mapping[str, Any]]) -> None:
    for item in found:
        low, high = _values(item)
        db.session.add(
            Target(
                plan_id=plan.id, section_id=_id(sections.get(item["section"])), group_name=item.get("group"), about_what=item["about"],
                op=TargetOp(item["op"]), low=low, high=high, unit=item.get("unit"), year=item.get("year"),
                span_from=item["span"][0], span_to=item["span"][1],
            )
        )


def _values(item: Mapping[str, Any]) -> tuple[Decimal, Decimal | None]:
    value = item["value"]
    if isinstance(value, list):
        return Decimal(str(value[0])), Decimal(str(value[1]))
    return Decimal(str(value)), None


def _drafts(plan: Plan, clauses: Mapping[int, Clause], found: list[Mapping[str, Any]], choice: Choice) -> None:
    """Make the drafts: the document's words for lead and deadline stay words until a person decides."""
    for number, text in sorted(choice.taken.items()):
        item = found[number]
        title = vietnamese.normalise(text or item["text"]).strip()
        db.session.add(
            Task(
                plan_id=plan.id, clause_id=_id(clauses.get(number)), title=title, folded=vietnamese.fold(title), steps=plan.steps,
                product=item.get("product") or "", lead_words="; ".join(item.get("lead") or []),
                deadline_words=item.get("deadline") or "", deadline_kind=DeadlineKind((item.get("meaning") or {}).get("kind", "none")),
            )
        )


def _id(row: Section | Clause | None) -> int | None:
    return row.id if row is not None else None

