"""From a reading to a plan: what a person accepted becomes drafts, what he declared is kept with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

import clock
import vietnamese
from models.base import db
from models.log import LogHead
from models.plans import Clause, Document, Plan, Reading, Section
from models.session import lock, transaction
from models.tasks import Task
from models.vocabulary import ClauseKind, DeadlineKind
from workflow import files, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import LIMITS
from workflow.imports import measures
from workflow.imports.items import Part, Proposal, State
from workflow.imports.keeping import locked, refuse_known, sheet_of
from workflow.imports.sheet import Sheet
from workflow.ledger import recorded
from workflow.organization.gate import require

BLANK: Final = "…"


@dataclass(frozen=True)
class Choice:
    """What the plan is to be called and how it is signed; `taken` and `declared` decide on proposals at one go.

    Proposals that a choice does not speak of stay as the review left them; with any of the two, targets nobody
    decided on are taken.
    """

    taken: Mapping[int, str] = field(default_factory=dict)
    declared: Mapping[int, str] = field(default_factory=dict)
    title: str = ""
    steps: int | None = None
    horizon_on: date | None = None


def accept(reading_id: int, choice: Choice, *, by: Actor, at: datetime) -> int:
    """Make a plan of a reading: document, sections, clauses, targets, a draft task for each proposal taken.

    A second click returns the same plan. No draft has a unit or a date: the document's words are kept beside.
    Raises Refusal: not allowed, not there, an amendment, the same file imported before, something unanswered.
    """
    with transaction():
        lock(LogHead, 1)  # one import at a time, so that two people cannot make the same plan twice
        by = require("import", by, at)
        row = locked(reading_id)
        if row.plan_id is not None:
            return row.plan_id
        if row.replaces_id is not None:
            raise Refusal("amendment_is_signed")
        refuse_known(row.sha256)
        sheet = sheet_of(row)
        _choose(sheet, choice)
        _require_answers(sheet)
        row.plan_id = make(row, sheet, choice, by=by, at=at).id
        return row.plan_id


def import_file(filename: str, data: bytes, read: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Make a plan of a file at once, every proposal taken as a draft: for an administrator's command.

    Clauses without a proposal stay open: publishing asks for them. Raises Refusal: not allowed, imported before.
    """
    with transaction():
        lock(LogHead, 1)
        by = require("import", by, at)
        sha, name = hashlib.sha256(data).hexdigest(), files.name_of(filename)
        refuse_known(sha)
        files.vault().put(data)
        sheet = Sheet(read)
        _choose(sheet, Choice({item.no: item.text[: LIMITS["title"]] for item in sheet.live()}))
        row = Reading(filename=name, media_type="application/octet-stream", sha256=sha, size=len(data))
        return make(row, sheet, Choice(), by=by, at=at).id


def make(row: Reading, sheet: Sheet, choice: Choice, *, by: Actor, at: datetime) -> Plan:
    """Write the plan, its parts and its drafts in one entry; return the plan. Needs a write unit."""
    steps = choice.steps or reference.load(clock.day_of(at)).settings["steps"]
    with recorded(None, "plan.import", by=by, at=at):
        plan = write_plan(row, sheet, replace(choice, steps=steps), at)
        write_parts(plan, sheet, by, clock.day_of(at))
    return plan


def write_plan(row: Reading, sheet: Sheet, choice: Choice, at: datetime, replaces: Plan | None = None) -> Plan:
    """Write the document and the plan made of it, still without parts. Needs an open door."""
    document, read = _document(row, sheet.read, at), sheet.read
    title = vietnamese.normalise(choice.title or document.title or document.filename).strip()
    short = short_title(document) or title[:80]
    plan = Plan(
        document_id=document.id,
        title=title,
        short_title=short,
        steps=choice.steps,
        horizon_on=choice.horizon_on or horizon(read),
        folded=vietnamese.fold(f"{short} {title}"),
        replaces_id=replaces.id if replaces is not None else None,
    )
    db.session.add(plan)
    db.session.flush()
    return plan


def write_parts(plan: Plan, sheet: Sheet, by: Actor, on: date) -> dict[int, Clause]:
    """Write sections, clauses, targets and drafts of a plan; return its clauses by number. Needs an open door."""
    sections = _sections(plan, sheet.read["sections"])
    clauses = _clauses(plan, sections, sheet, by)
    _targets(plan, sections, sheet)
    _drafts(plan, clauses, sheet, on)
    return clauses


def horizon(read: Mapping[str, Any]) -> date | None:
    """Return the last day of the plan's time, when its title says one."""
    found = read["plan"].get("horizon")
    year = str((found.get("to") if isinstance(found, dict) else found) or "")[:4]
    return date(int(year), 12, 31) if year.isdecimal() and int(year) > 0 else None


def _choose(sheet: Sheet, choice: Choice) -> None:
    """Put a choice made at one go on the working paper."""
    for item in list(sheet.live()):
        text = choice.taken.get(item.no)
        if text is not None:
            item.text, item.state = vietnamese.normalise(text).strip(), State.ACCEPTED
        elif choice.declared.get(item.no, "").strip():
            item.state, item.why = State.DECLARED, choice.declared[item.no]
    if choice.taken or choice.declared:
        for aim in sheet.aims.values():
            aim.state = State.ACCEPTED if aim.state == State.OPEN else aim.state


def _require_answers(sheet: Sheet) -> None:
    """Raise Refusal unless each proposal is taken with a text or declared with a reason, and each target answered."""
    for item in sheet.live():
        if item.state == State.OPEN:
            raise Refusal("proposal_unanswered", number=item.no + 1, no=item.no)
        if item.state == State.ACCEPTED and not item.text.strip():
            raise Refusal("proposal_empty", number=item.no + 1, no=item.no)
        if len(item.text) > LIMITS["title"]:
            raise Refusal("too_long", field=f"{item.no + 1}", limit=LIMITS["title"], length=len(item.text))
    for aim in sheet.aims.values():
        if aim.state == State.OPEN:
            raise Refusal("target_unanswered", number=aim.no + 1, target=aim.no)


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


def _clauses(plan: Plan, sections: Mapping[str, Section], sheet: Sheet, by: Actor) -> dict[int, Clause]:
    """Keep every clause of the text with what was decided on it; return them by their number."""
    proposals, aims, rows = sheet.by_part(), sheet.aims_by_part(), dict[int, Clause]()
    for number, part in enumerate(sheet.parts):
        items = proposals.get(number, [])
        declared = (*(item for item in items if item.task_id is None), *aims.get(number, ()))
        whys = [item.why for item in declared if item.state == State.DECLARED]
        why = "; ".join(dict.fromkeys(whys)) or part.why
        rows[number] = Clause(
            plan_id=plan.id,
            section_id=_id(sections.get(part.section)),
            text=sheet.text[part.start : part.end].rstrip("\n"),
            span_from=part.start,
            span_to=part.end,
            kind=_kind(sheet, part, items),
            declared_why=why or None,
            declared_by_id=by.person_id if why else None,
        )
    db.session.add_all(rows.values())
    db.session.flush()
    _join(sheet, proposals, rows)
    return rows


def _kind(sheet: Sheet, part: Part, items: list[Proposal]) -> ClauseKind:
    """Return what a clause is after the review: a task when a task in force stands on it or a proposal is taken."""
    if part.is_kept or any(sheet.state_of(item) == State.ACCEPTED for item in items):
        return ClauseKind.TASK
    return ClauseKind.OTHER if part.kind == ClauseKind.TASK or items else part.kind


def _join(sheet: Sheet, proposals: Mapping[int, list[Proposal]], rows: Mapping[int, Clause]) -> None:
    """Have each clause whose proposals went into another's say which clause that is."""
    for number, items in proposals.items():
        into = {sheet.root_of(item).start for item in items if sheet.state_of(item) == State.ACCEPTED}
        places = {sheet.part_at(start) for start in into}
        other = next((place for place in places if place is not None), None)
        if other is not None and number not in places:
            rows[number].joined_id = rows[other].id


def _targets(plan: Plan, sections: Mapping[str, Section], sheet: Sheet) -> None:
    for aim in sheet.aims.values():
        if aim.state == State.ACCEPTED:
            row = measures.row(aim)
            row.plan_id, row.section_id = plan.id, _id(_nearest(sections, aim.section))
            db.session.add(row)


def _nearest(sections: Mapping[str, Section], path: str) -> Section | None:
    """Return the section a point such as II.1.e stands in: the longest part of its path that is one."""
    parts = path.split(".")
    paths = (".".join(parts[:depth]) for depth in range(len(parts), 0, -1))
    return next((sections[found] for found in paths if found in sections), None)


def _drafts(plan: Plan, clauses: Mapping[int, Clause], sheet: Sheet, on: date) -> None:
    """Make the drafts: the document's words for lead and deadline stay words until a person decides."""
    for item in sheet.live():
        if item.state == State.ACCEPTED and item.task_id is None:
            db.session.add(draft(plan, item, clause_of(clauses, sheet, item), on))


def clause_of(clauses: Mapping[int, Clause], sheet: Sheet, item: Proposal) -> Clause | None:
    """Return the clause in which a proposal stands."""
    number = sheet.part_at(item.start)
    return clauses[number] if number is not None else None


def draft(plan: Plan, item: Proposal, clause: Clause | None, on: date) -> Task:
    """Return a proposal as a draft of the plan."""
    return Task(
        plan_id=plan.id,
        clause_id=_id(clause),
        title=item.text,
        folded=vietnamese.fold(item.text),
        steps=plan.steps,
        drafted_on=on,
        product=item.product,
        lead_words=item.lead,
        coordinator_words=item.coordinators,
        deadline_words=item.deadline,
        deadline_kind=DeadlineKind(item.meaning.get("kind", "none")),
    )


def _id(row: Section | Clause | None) -> int | None:
    return row.id if row is not None else None
