"""Tables of tasks into a plan: looked through row by row first, then taken whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

import clock
import vietnamese
from models.base import db, is_id
from models.labels import TERMS
from models.plans import Document, Plan, TaskTable
from models.session import NotFoundError, lock, retried, transaction
from models.tasks import Coordination, Task
from models.vocabulary import DeadlineKind, Part, PlanState
from workflow import files, reference
from workflow.actors import Actor
from workflow.answers import Answer
from workflow.answers_tables import FAULTS
from workflow.errors import Refusal
from workflow.given import LIMITS
from workflow.ledger import note, recorded
from workflow.organization.gate import require
from workflow.planning import sheet_tasks
from workflow.planning.deadlines import Deadline, read_deadline
from workflow.planning.fields import Field
from workflow.planning.resolve import Resolution, UnitNames, directory, resolve
from workflow.planning.sheet_tasks import RowTask
from workflow.reference import Reference
from workflow.strangers import read_stranger

LIMIT_ROWS: Final = 2_000
OPEN_PLANS: Final = frozenset({PlanState.READ, PlanState.PUBLISHED})
# how a name was not found -> what is wrong with the row
_UNFOUND: Final = {"ambiguous": "unit_ambiguous", "generic": "unit_general"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: which column, and what, why and what now."""

    column: str
    code: str
    details: Mapping[str, Any]

    @property
    def answer(self) -> Answer:
        """Return its texts."""
        return FAULTS[self.code]


@dataclass(frozen=True)
class Checked:
    """A row that was looked through: what it would become, what is wrong with it, what is worth a look."""

    row: RowTask
    lead_ids: tuple[int, ...]
    part_ids: tuple[int, ...]
    deadline: Deadline
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]


@retried
def upload(plan_id: int, filename: str, data: bytes, *, by: Actor, at: datetime) -> int:
    """Read a table for a plan and keep it for this person to look through. Returns its id; no task is made.

    The same file again gives the same id while it waits. Raises Refusal (not allowed, taken already, no table in it)
    and Unreadable; nothing is kept then.
    """
    by = require("import", by, at)
    plan, sha = _plan(plan_id), hashlib.sha256(data).hexdigest()
    known = _known(plan.id, sha, by)
    if known is not None:
        return known
    payload = read_stranger(filename, data, by=by, at=at, what="tasks")
    _require_rows(sheet_tasks.from_plain(payload))
    with transaction() as session:
        by = require("import", by, at)
        row = TaskTable(
            plan_id=plan_id,
            person_id=by.person_id,
            at=at,
            filename=files.name_of(filename),
            sha256=sha,
            size=len(data),
            payload=json.dumps(payload, ensure_ascii=False),
        )
        session.add(row)
        session.flush()
        facts = {"sha256": sha, "size": len(data), "rows": len(payload["rows"])}
        note("plan.table", by=by, at=at, obj=("task_table", row.id), about={"plan": plan_id}, data=facts,
             private={"filename": row.filename})  # fmt: skip
        return row.id


def checked(plan: Plan, rows: Sequence[RowTask], ref: Reference) -> list[Checked]:
    """Look through the rows of a table against the units of the day and the tasks of the plan. Nothing is written."""
    units, issued = directory(ref), issued_on(plan.document)
    titles = db.session.scalars(select(Task.folded).where(Task.plan_id == plan.id))
    known: dict[str, int | None] = dict.fromkeys(titles)
    found = []
    for row in rows:
        found.append(_Look(row, units, ref, issued).result(known))
        known.setdefault(vietnamese.fold(row.text), row.row)
    return found


@retried
def confirm(table_id: int, *, by: Actor, at: datetime) -> int:
    """Make a draft of every row, or of none when any has a fault. Returns how many; a second click the same number.

    Rows are looked through anew, with the units and tasks of now. Raises Refusal: not allowed, not there, plan
    closed, taken already by another, rows with faults.
    """
    with transaction():
        by = require("import", by, at)
        row = own(table_id, by)
        plan = _locked_plan(row.plan_id)
        row = own(table_id, by)
        if row.made is not None:
            return row.made
        _known(plan.id, row.sha256, by)
        rows = sheet_tasks.from_plain(json.loads(row.payload)).rows
        row.made, row.made_at = write(plan, rows, row.sha256, by=by, at=at), at
        return row.made


@retried
def take(plan_id: int, filename: str, data: bytes, payload: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Take a table into a plan at once, for an administrator's command. Returns how many tasks were made.

    Raises Refusal as `upload` and `confirm` do.
    """
    with transaction() as session:
        by = require("import", by, at)
        plan, sha = _locked_plan(plan_id), hashlib.sha256(data).hexdigest()
        _known(plan.id, sha, by)
        table = sheet_tasks.from_plain(dict(payload))
        _require_rows(table)
        made = write(plan, table.rows, sha, by=by, at=at)
        session.add(
            TaskTable(
                plan_id=plan_id, person_id=by.person_id, at=at, filename=files.name_of(filename), sha256=sha,
                size=len(data), payload=json.dumps(payload, ensure_ascii=False), made=made, made_at=at,
            )
        )  # fmt: skip
        return made


def write(plan: Plan, rows: Sequence[RowTask], sha: str, *, by: Actor, at: datetime) -> int:
    """Write a draft for each row in one act of the log. Raises Refusal when any row has a fault."""
    ref = reference.load(clock.day_of(at))
    looked = checked(plan, rows, ref)
    wrong = sum(1 for each in looked if each.faults)
    if wrong:
        raise Refusal("table_has_faults", count=wrong)
    with recorded(None, "plan.tasks", by=by, at=at, data={"table": sha, "rows": len(looked)}):
        for each in looked:
            task = _draft(plan, each, ref)
            db.session.add(task)
            db.session.flush()
            for unit_id in each.part_ids:
                part = Part.COORDINATES if ref.units[unit_id].inside else Part.INVITED
                db.session.add(Coordination(task_id=task.id, unit_id=unit_id, part=part))
    return len(looked)


@retried
def drop(table_id: int, *, by: Actor, at: datetime) -> int:
    """Drop a table that was not taken; only the log remembers it. Returns the plan's id."""
    with transaction() as session:
        by = require("import", by, at)
        row = own(table_id, by)
        plan_id = row.plan_id
        if row.made is None:
            note("plan.table.drop", by=by, at=at, obj=("task_table", row.id), about={"plan": plan_id})
            session.delete(row)
        return plan_id


def own(table_id: int, by: Actor) -> TaskTable:
    """Return a table this person brought. Raises Refusal when there is none."""
    row = db.session.get(TaskTable, table_id, populate_existing=True) if is_id(table_id) else None
    if row is None or row.person_id != by.person_id:
        raise Refusal("not_found")
    return row


def issued_on(document: Document) -> date | None:
    """Return the day of a document when it is written in full and exists."""
    try:
        return date(document.issued_year or 0, document.issued_month or 0, document.issued_day or 0)
    except ValueError:
        return None


def _plan(plan_id: int) -> Plan:
    plan = db.session.get(Plan, plan_id) if is_id(plan_id) else None
    if plan is None:
        raise Refusal("not_found")
    if plan.state not in OPEN_PLANS:
        raise Refusal("plan_state", state=TERMS[PlanState][plan.state])
    return plan


def _locked_plan(plan_id: int) -> Plan:
    """Return the plan, locked, so that two tables are looked through one after the other."""
    try:
        lock(Plan, plan_id if is_id(plan_id) else None)
    except NotFoundError:
        raise Refusal("not_found") from None
    return _plan(plan_id)


def _known(plan_id: int, sha: str, by: Actor) -> int | None:
    """Return the id of the same file of this person that still waits. Raises Refusal when it was taken already."""
    same = db.session.scalars(select(TaskTable).where(TaskTable.plan_id == plan_id, TaskTable.sha256 == sha)).all()
    taken = next((row for row in same if row.made_at is not None), None)
    if taken is not None and taken.made_at is not None:
        raise Refusal("table_known", day=f"{clock.day_of(taken.made_at):%d/%m/%Y}", count=taken.made)
    return next((row.id for row in same if row.person_id == by.person_id), None)


def _require_rows(table: sheet_tasks.TaskTable) -> None:
    if not table.has_heading:
        raise Refusal("table_no_heading")
    if not table.rows:
        raise Refusal("table_empty")
    if len(table.rows) > LIMIT_ROWS:
        raise Refusal("table_too_long", count=len(table.rows), limit=LIMIT_ROWS)


def _draft(plan: Plan, each: Checked, ref: Reference) -> Task:
    """Return the draft of a row: the words of lead and time are kept, nothing is assigned."""
    title = vietnamese.normalise(each.row.text).strip()
    leads = [ref.units[unit_id].name_on(ref.on) for unit_id in each.lead_ids] or list(each.row.persons)
    return Task(
        plan_id=plan.id,
        title=title,
        folded=vietnamese.fold(title),
        steps=plan.steps,
        drafted_on=ref.on,
        product=vietnamese.normalise(each.row.product).strip(),
        lead_words="; ".join(leads),
        deadline_words=each.row.time,
        deadline_kind=DeadlineKind(each.deadline.kind),
    )


class _Look:
    """Looks through one row."""

    def __init__(self, row: RowTask, units: Mapping[int, UnitNames], ref: Reference, issued: date | None) -> None:
        self.row, self.units, self.ref, self.issued = row, units, ref, issued

    def result(self, known: Mapping[str, int | None]) -> Checked:
        """Return the row with what it would become and all that is wrong with it."""
        leads = [(name, resolve(name, self.units)) for name in self.row.leads]
        helping = [(name, resolve(name, self.units)) for name in self.row.coordinators]
        deadline = read_deadline(self.row.time, self.issued)
        lead_ids = _ids(leads)
        faults = [
            *self._of_text(known),
            *self._of_units(leads, Field.LEAD if Field.LEAD in self.row.columns else Field.DOER),
            *self._of_units(helping, Field.WITH),
            *self._outside(leads),
            *self._of_time(deadline),
            *self._too_long(Field.PRODUCT, self.row.product, "product"),
            *self._too_long(Field.TIME, self.row.time, "deadline_words"),
        ]
        part_ids = tuple(unit_id for unit_id in _ids(helping) if unit_id not in lead_ids)
        return Checked(self.row, lead_ids, part_ids, deadline, tuple(faults), tuple(self._remarks()))

    def _fault(self, column: Field, code: str, **details: Any) -> Fault:
        return Fault(self.row.columns.get(column, ""), code, details)

    def _of_text(self, known: Mapping[str, int | None]) -> Iterator[Fault]:
        text, folded = self.row.text.strip(), vietnamese.fold(self.row.text)
        if not text:
            yield self._fault(Field.TASK, "no_text")
        elif len(text) > LIMITS["title"]:
            yield self._fault(Field.TASK, "text_too_long", length=len(text), limit=LIMITS["title"])
        elif folded in known:
            other = known[folded]
            yield self._fault(Field.TASK, "known_in_plan" if other is None else "twice_in_table", row=other)

    def _of_units(self, found: Sequence[tuple[str, Resolution]], column: Field) -> Iterator[Fault]:
        for name, resolution in found:
            if resolution.unit_id is not None:
                continue
            units = ", ".join(self.ref.units[unit_id].name_on(self.ref.on) for unit_id in resolution.candidates)
            code = _UNFOUND.get(resolution.how, "unit_near" if units else "unit_unknown")
            yield self._fault(column, code, name=name[:80], units=units)

    def _outside(self, leads: Sequence[tuple[str, Resolution]]) -> Iterator[Fault]:
        inside = {unit.id for unit in self.ref.inside}
        for name, resolution in leads:
            if resolution.unit_id is not None and resolution.unit_id not in inside:
                yield self._fault(Field.LEAD, "unit_outside", name=name[:80])

    def _of_time(self, deadline: Deadline) -> Iterator[Fault]:
        if self.row.time and deadline.question:
            yield self._fault(Field.TIME, "time_open", words=self.row.time[:80], why=deadline.question)

    def _too_long(self, column: Field, words: str, name: str) -> Iterator[Fault]:
        if len(words) > LIMITS[name]:
            yield self._fault(column, "words_too_long", length=len(words), limit=LIMITS[name])

    def _remarks(self) -> Iterator[str]:
        if self.row.persons and not self.row.leads:
            yield "person"
        elif not self.row.leads:
            yield "no_lead"
        if len(self.row.leads) > 1:
            yield "several_leads"
        if not self.row.time:
            yield "no_time"


def _ids(found: Sequence[tuple[str, Resolution]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(each.unit_id for _, each in found if each.unit_id is not None))
