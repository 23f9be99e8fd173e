"""From a file to a plan: what was read waits for a person, and only what he accepts becomes drafts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.log import LogHead
from models.plans import Clause, Document, Plan, Reading, Section, Target
from models.session import lock, transaction
from models.tasks import Task
from models.vocabulary import ClauseKind, DeadlineKind, TargetOp
from workflow import files, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import LIMITS
from workflow.ledger import note, recorded
from workflow.organization.gate import require
from workflow.strangers import read_stranger

LARGEST_ID: Final = 2**31
BLANK: Final = "…"


@dataclass(frozen=True)
class Choice:
    """What a person decided on the proposals: which he takes, with their text, and why not the others."""

    taken: Mapping[int, str] = field(default_factory=dict)
    declared: Mapping[int, str] = field(default_factory=dict)
    title: str = ""
    steps: int | None = None
    horizon_on: date | None = None


def read_upload(filename: str, data: bytes, *, by: Actor, at: datetime) -> int:
    """Read an uploaded document and keep what was found for this person. Returns the reading's id.

    The same file again, while its reading still waits, gives the same reading. Raises Refusal (not allowed,
    imported before) and Unreadable; nothing is kept then but the refusal in the log.
    """
    by = require("import", by, at)
    sha = hashlib.sha256(data).hexdigest()
    _refuse_known(sha)
    waiting = select(Reading.id).where(
        Reading.person_id == by.person_id, Reading.sha256 == sha, Reading.plan_id.is_(None)
    )
    known = db.session.scalar(waiting)
    if known is not None:
        return known
    payload = read_stranger(filename, data, by=by, at=at)
    return keep_reading(filename, data, payload, by=by, at=at)


def keep_reading(filename: str, data: bytes, payload: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Keep what was read, and the file, for the person who uploaded it. Returns the reading's id."""
    with transaction() as session:
        by = require("import", by, at)
        sha = files.vault().put(data)
        row = Reading(
            person_id=by.person_id,
            at=at,
            filename=files.name_of(filename),
            media_type="application/octet-stream",
            sha256=sha,
            size=len(data),
            payload=json.dumps(payload, ensure_ascii=False),
        )
        session.add(row)
        session.flush()
        note(
            "plan.read",
            by=by,
            at=at,
            obj=("reading", row.id),
            data={"sha256": sha, "size": len(data)},
            private={"filename": row.filename},
        )
        return row.id


def reading(reading_id: int, by: Actor) -> Reading:
    """Return a reading of this person's. Raises Refusal when there is none."""
    row = db.session.get(Reading, reading_id) if 0 < reading_id < LARGEST_ID else None
    if row is None or row.person_id != by.person_id:
        raise Refusal("not_found")
    return row


def drop_reading(reading_id: int, *, by: Actor, at: datetime) -> None:
    """Drop what was read; only the log remembers that it was."""
    with transaction() as session:
        by = require("import", by, at)
        row = reading(reading_id, by)
        if row.plan_id is not None:
            raise Refusal("reading_accepted")
        note("plan.drop", by=by, at=at, obj=("reading", row.id))
        session.delete(row)


def accept(reading_id: int, choice: Choice, *, by: Actor, at: datetime) -> int:
    """Make a plan of a reading: document, sections, clauses, targets, a draft task for each proposal taken.

    A second click returns the same plan. No draft has a unit or a date: the document's words are kept beside.
    Raises Refusal: not allowed, not there, the same file imported before, a proposal not taken nor declared.
    """
    with transaction():
        lock(LogHead, 1)  # one import at a time, so that two people cannot make the same plan twice
        by = require("import", by, at)
        row = reading(reading_id, by)
        if row.plan_id is not None:
            return row.plan_id
        _refuse_known(row.sha256)
        read = json.loads(row.payload)
        _require_answers(read["tasks"], choice)
        row.plan_id = _made(row, read, choice, by=by, at=at)
        return row.plan_id


def import_file(filename: str, data: bytes, read: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Make a plan of a file at once, every proposal taken as a draft: for an administrator's command.

    Raises Refusal: not allowed, the same file imported before.
    """
    with transaction():
        lock(LogHead, 1)
        by = require("import", by, at)
        sha, name = hashlib.sha256(data).hexdigest(), files.name_of(filename)
        _refuse_known(sha)
        files.vault().put(data)
        taken = {number: task["text"][: LIMITS["title"]] for number, task in enumerate(read["tasks"])}
        row = Reading(filename=name, media_type="application/octet-stream", sha256=sha, size=len(data))
        return _made(row, read, Choice(taken), by=by, at=at)


def _made(row: Reading, read: Mapping[str, Any], choice: Choice, *, by: Actor, at: datetime) -> int:
    """Write the plan, its parts and its drafts in one entry; return the plan's id."""
    steps = choice.steps or reference.load(clock.day_of(at)).settings["steps"]
    with recorded(None, "plan.import", by=by, at=at):
        plan = _plan(_document(row, read, at), read, choice, steps)
        sections = _sections(plan, read["sections"])
        clauses = _clauses(plan, sections, read, choice)
        _targets(plan, sections, read["targets"])
        _drafts(plan, clauses, read["tasks"], choice, clock.day_of(at))
    return plan.id


def horizon(read: Mapping[str, Any]) -> date | None:
    """Return the last day of the plan's time, when its title says one."""
    found = read["plan"].get("horizon")
    year = str((found.get("to") if isinstance(found, dict) else found) or "")[:4]
    return date(int(year), 12, 31) if year.isdecimal() and int(year) > 0 else None


def _refuse_known(sha: str) -> None:
    known = db.session.execute(select(Plan.id, Plan.short_title).join(Document).where(Document.sha256 == sha)).first()
    if known is not None:
        raise Refusal("document_known", title=known.short_title, plan_id=known.id)


def _require_answers(found: list[Mapping[str, Any]], choice: Choice) -> None:
    """Raise Refusal unless each proposal is taken with a text, or declared not to be a task with a reason."""
    for number in range(len(found)):
        text = choice.taken.get(number)
        if text is None and not choice.declared.get(number, "").strip():
            raise Refusal("proposal_unanswered", number=number + 1)
        if text is not None and not text.strip():
            raise Refusal("proposal_empty", number=number + 1)
        if len(text or "") > LIMITS["title"]:
            raise Refusal("too_long", field=f"{number + 1}", limit=LIMITS["title"], length=len(text or ""))


def _document(row: Reading, read: Mapping[str, Any], at: datetime) -> Document:
    head, issued = read["plan"], read["plan"].get("issued") or {}
    document = Document(
        sha256=row.sha256,
        filename=row.filename,
        media_type=row.media_type,
        size=row.size,
        text=read["text"],
        read_at=at,
        issued_year=issued.get("year"),
        issued_month=issued.get("month"),
        issued_day=issued.get("day"),
        cited=head.get("cited_numbers") or [],
        recipients=head.get("recipients") or [],
        **{
            name: head.get(name)
            for name in (
                "kind",
                "number",
                "symbol",
                "place",
                "title",
                "issuing_body",
                "signer_position",
                "signer_name",
                "sign_for",
            )
        },
    )
    db.session.add(document)
    db.session.flush()
    return document


def _plan(document: Document, read: Mapping[str, Any], choice: Choice, steps: int) -> Plan:
    title = vietnamese.normalise(choice.title or document.title or document.filename).strip()
    short = short_title(document) or title[:80]
    plan = Plan(
        document_id=document.id,
        title=title,
        short_title=short,
        steps=steps,
        horizon_on=choice.horizon_on or horizon(read),
        folded=vietnamese.fold(f"{short} {title}"),
    )
    db.session.add(plan)
    db.session.flush()
    return plan


def short_title(document: Document) -> str:
    """Return what a plan is called in lists, such as “Kế hoạch 15/KH-BDT”; a blank number is “…”."""
    number = str(document.number or (BLANK if document.symbol else ""))
    signs = "/".join(part for part in (number, document.symbol) if part)
    return f"{document.kind or ''} {signs}".strip()


def _sections(plan: Plan, found: list[list[str]]) -> dict[str, Section]:
    rows = [
        Section(plan_id=plan.id, path=path, heading=heading, position=place)
        for place, (path, heading) in enumerate(found)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return {row.path: row for row in rows}


def _clauses(plan: Plan, sections: Mapping[str, Section], read: Mapping[str, Any], choice: Choice) -> dict[int, Clause]:
    """Keep every clause of the text; return those that carry a proposed task, by the proposal's number."""
    rows, carrying = [], dict[int, Clause]()
    for item, numbers in zip(read["clauses"], _carried(read), strict=True):
        start, end = item["span"]
        row = Clause(
            plan_id=plan.id,
            section_id=_id(sections.get(item["section"])),
            text=read["text"][start:end].rstrip("\n"),
            span_from=start,
            span_to=end,
            kind=_kind(item, numbers, choice),
            declared_why="; ".join(
                dict.fromkeys(choice.declared[number] for number in numbers if number in choice.declared)
            )
            or None,
        )
        rows.append(row)
        carrying |= dict.fromkeys(numbers, row)
    db.session.add_all(rows)
    db.session.flush()
    return carrying


def _carried(read: Mapping[str, Any]) -> list[list[int]]:
    """Return, for each clause, the numbers of the proposals that begin inside it."""
    starts = [(task["span"][0], number) for number, task in enumerate(read["tasks"])]
    spans = [item["span"] for item in read["clauses"]]
    return [[number for place, number in starts if start <= place < end] for start, end in spans]


def _kind(item: Mapping[str, Any], numbers: list[int], choice: Choice) -> ClauseKind:
    """Return what a clause is after the choice: a task when one of its proposals is taken."""
    if not numbers:
        return ClauseKind(item["kind"])
    return ClauseKind.TASK if choice.taken.keys() & set(numbers) else ClauseKind.OTHER


def target(item: Mapping[str, Any]) -> Target:
    """Return a target as it was read, not yet part of any plan."""
    low, high = _values(item)
    return Target(
        group_name=item.get("group"),
        about_what=item["about"],
        op=TargetOp(item["op"]),
        low=low,
        high=high,
        unit=item.get("unit"),
        year=item.get("year"),
        span_from=item["span"][0],
        span_to=item["span"][1],
    )


def _targets(plan: Plan, sections: Mapping[str, Section], found: list[Mapping[str, Any]]) -> None:
    for item in found:
        row = target(item)
        row.plan_id, row.section_id = plan.id, _id(_nearest(sections, item["section"]))
        db.session.add(row)


def _nearest(sections: Mapping[str, Section], path: str | None) -> Section | None:
    """Return the section a point such as II.1.e stands in: the longest part of its path that is one."""
    parts = (path or "").split(".")
    paths = (".".join(parts[:depth]) for depth in range(len(parts), 0, -1))
    return next((sections[found] for found in paths if found in sections), None)


def _values(item: Mapping[str, Any]) -> tuple[Decimal, Decimal | None]:
    value = item["value"]
    if isinstance(value, list):
        return Decimal(str(value[0])), Decimal(str(value[1]))
    return Decimal(str(value)), None


def _drafts(
    plan: Plan, clauses: Mapping[int, Clause], found: list[Mapping[str, Any]], choice: Choice, on: date
) -> None:
    """Make the drafts: the document's words for lead and deadline stay words until a person decides."""
    for number, text in sorted(choice.taken.items()):
        item = found[number]
        title = vietnamese.normalise(text or item["text"]).strip()
        db.session.add(
            Task(
                plan_id=plan.id,
                clause_id=_id(clauses.get(number)),
                title=title,
                folded=vietnamese.fold(title),
                steps=plan.steps,
                drafted_on=on,
                product=item.get("product") or "",
                lead_words="; ".join(item.get("lead") or item.get("persons") or []),
                deadline_words=item.get("deadline") or "",
                deadline_kind=DeadlineKind((item.get("meaning") or {}).get("kind", "none")),
            )
        )


def _id(row: Section | Clause | None) -> int | None:
    return row.id if row is not None else None
