"""A new version of a plan in force: aligned with it clause by clause, decided on by the office, signed by leadership.

Until the signature nothing of the plan moves. With it the new version takes the plan's place: kept and changed tasks
go over to it with their history, dates and signatures; a retired one ends by the decision; an added one is a draft.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.labels import TERMS
from models.log import LogHead, canonical, plain
from models.plans import Clause, Plan, PlanSignature, Reading
from models.session import lock, retried, transaction
from models.tasks import Task, Wait
from models.vocabulary import DeadlineCause, DeadlineKind, PlanState, Status, TaskKind
from terms import N_
from workflow import access, extensions, flows, planseal, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.imports import making
from workflow.imports.items import Mark, Move, Proposal, State
from workflow.imports.keeping import in_force, keep_reading, locked, refuse_known, sheet_of, waiting
from workflow.imports.sheet import Sheet
from workflow.ledger import recorded
from workflow.lifecycle import LIVE
from workflow.organization.gate import require
from workflow.planning.alignment import Wording, align
from workflow.strangers import read_stranger

# tasks that an amendment can change or end: what is handed in waits for its signature first
MOVABLE = (Status.DRAFT, *LIVE)
# tasks that stay with the version they ended in
ENDED = (Status.WITHDRAWN, Status.CANCELLED)


@dataclass
class Moves:
    """What an amendment does: new words, ends, new tasks, and how many tasks go on as they are."""

    change: list[Proposal] = field(default_factory=list)
    retire: list[Proposal] = field(default_factory=list)
    add: list[Proposal] = field(default_factory=list)
    rejected: list[Proposal] = field(default_factory=list)
    kept: int = 0


def read_version(plan_id: int, filename: str, data: bytes, *, by: Actor, at: datetime) -> int:
    """Read a new version of a plan in force and keep how it differs; return the reading's id.

    The same file again, while its reading waits, gives the same reading. Raises Refusal and Unreadable.
    """
    by = require("import", by, at)
    plan = in_force(plan_id)
    sha = hashlib.sha256(data).hexdigest()
    refuse_known(sha)
    known = waiting(sha, plan.id)
    if known is not None:
        return known
    read = read_stranger(filename, data, by=by, at=at)
    return keep_reading(filename, data, compared(plan, read), by=by, at=at, replaces=plan.id)


def compared(plan: Plan, read: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was read with how its clauses lie beside those of the plan. Three queries."""
    old = list(db.session.scalars(select(Clause).where(Clause.plan_id == plan.id).order_by(Clause.span_from)))
    paths = {section.id: section.path for section in plan.sections}
    starts = [item["span"][0] for item in read["clauses"]]
    wordings = [Wording(paths.get(clause.section_id or 0, ""), clause.text) for clause in old]
    new = [Wording(item["section"] or "", _words(read, item)) for item in read["clauses"]]
    found = align(wordings, new)
    tasks = _tasks(plan)
    moving = {clause: [facts for facts in those if facts[3] in MOVABLE] for clause, those in tasks.items()}
    same = {starts[other]: old[one].id for one, other in found.same}
    changed = {starts[other]: old[one].id for one, other in found.changed}
    gone = [old[one].id for one in found.gone]
    touched = {*changed.values(), *gone}
    amends: dict[str, Any] = {
        "plan": plan.id,
        "same": same,
        "changed": changed,
        "gone": gone,
        "old": {clause.id: clause.text for clause in old if clause.id in touched},
        "declared": {clause.id: clause.declared_why for clause in old if clause.declared_why},
        "tasks": {key: [facts[:3] for facts in (moving if key in touched else tasks).get(key, [])] for key in tasks},
    }
    return {**read, "amends": amends}


def moves(sheet: Sheet) -> Moves:
    """Return what the decisions on an amendment come to."""
    found = Moves(kept=sum(len(sheet.amends.tasks.get(old, ())) for old in sheet.amends.same.values()))
    for item in sheet.live():
        if item.state == State.DECLARED:
            found.rejected.append(item)
        elif item.move == Move.CHANGE:
            found.change.append(item)
        elif item.move == Move.RETIRE:
            found.retire.append(item)
        else:
            found.add.append(item)
    return found


def content(row: Reading, sheet: Sheet) -> str:
    """Return the canonical text that a signature on an amendment binds to."""
    names = ("no", "start", "end", "text", "lead", "coordinators", "product", "deadline", "task_id", "was", "due_on")
    items = [[str(item.state), *(getattr(item, name) for name in names)] for item in sheet.live()]
    aims = [[str(aim.state), aim.about, aim.op, aim.low, aim.high, aim.unit, aim.year] for aim in sheet.aims.values()]
    parts = [[part.start, part.end, bool(part.why)] for part in sheet.parts]
    facts = {"v": 1, "replaces": row.replaces_id, "sha256": row.sha256, "proposals": items, "targets": aims}
    return canonical(plain({**facts, "clauses": parts}))


def sign(
    reading_id: int, *, password: str, content_hash: str, decision: str, by: Actor, at: datetime,
    remark: str = "", code: str = "",
) -> int:  # fmt: skip
    """Put a new version in force in place of the plan; return its plan's id. A second click returns the same.

    Raises Refusal: not allowed, wrong password, something undecided, not what was shown, the plan is in force no more.
    """
    require("publish", by, at)
    form = f"amend {reading_id} {content_hash}"[:120]
    method = access.verify_again(by, password, at=at, code=code, form=form)
    return _sign(reading_id, content_hash, decision, remark, method, by=by, at=at)


@retried
def _sign(
    reading_id: int, content_hash: str, decision: str, remark: str, method: str, *, by: Actor, at: datetime
) -> int:
    with transaction():
        lock(LogHead, 1)
        by = require("publish", by, at)
        row = locked(reading_id)
        if row.plan_id is not None:
            return row.plan_id
        if row.replaces_id is None:
            raise Refusal("not_found")
        old = lock(Plan, row.replaces_id)
        if old.state != PlanState.PUBLISHED:
            raise Refusal("plan_state", state=TERMS[PlanState][old.state])
        refuse_known(row.sha256)
        sheet = sheet_of(row)
        _require_ready(sheet, decision, clock.day_of(at))
        if planseal.sha(content(row, sheet)) != content_hash:
            raise Refusal("plan_changed")
        row.plan_id = _Amending(row, sheet, old, decision, by, at).put_in_force(remark, method).id
        return row.plan_id


def _require_ready(sheet: Sheet, decision: str, on: date) -> None:
    left = len(sheet.unanswered()) or sheet.marks().count(Mark.OPEN)
    if left:
        raise Refusal("amendment_open", count=left)
    if not decision.strip() or len(decision) > 300:
        raise Refusal("missing_field", field=N_("number and day of the decision"))
    if any(item.due_on and date.fromisoformat(item.due_on) < on for item in moves(sheet).change):
        raise Refusal("date_in_past")


class _Amending:
    """One amendment being put in force, inside an open write unit."""

    def __init__(self, row: Reading, sheet: Sheet, old: Plan, decision: str, by: Actor, at: datetime) -> None:
        self.row, self.sheet, self.old, self.by, self.at = row, sheet, old, by, at
        self.decision = vietnamese.normalise(decision).strip()
        self.on = clock.day_of(at)
        self.ref = reference.load(self.on)
        self.moves = moves(sheet)
        # asked before the door opens: a query inside would flush half of the change
        query = select(Task).where(Task.plan_id == old.id, Task.status.not_in(ENDED)).order_by(Task.id)
        self.tasks = list(db.session.scalars(query.with_for_update(of=Task)))

    def put_in_force(self, remark: str, method: str) -> Plan:
        """Write the new version, move the tasks, end the old version, and sign; return the new plan."""
        choice = making.Choice(steps=self.old.steps)
        with recorded(self.old, "plan.amend", by=self.by, at=self.at, data={"decision": self.decision}):
            plan = making.write_plan(self.row, self.sheet, choice, self.at, replaces=self.old)
            plan.state, plan.published_on = PlanState.PUBLISHED, self.on
            clauses = making.write_parts(plan, self.sheet, self.by, self.on)
            self._move_tasks(plan, self._by_old(clauses))
            self.old.state = PlanState.SUPERSEDED
            db.session.flush()
            flows.carry_over(self.old, plan, self.decision, self.by, self.at)
            db.session.add(self._signature(plan, remark, method))
        return plan

    def _by_old(self, clauses: Mapping[int, Clause]) -> dict[int, Clause]:
        """Return the clause of the new version that each clause of the old one became."""
        pairs = {**self.sheet.amends.same, **self.sheet.amends.changed}
        numbers = {part.start: number for number, part in enumerate(self.sheet.parts)}
        return {old: clauses[numbers[start]] for start, old in pairs.items()}

    def _move_tasks(self, plan: Plan, clauses: Mapping[int, Clause]) -> None:
        changes = {item.task_id: item for item in self.moves.change}
        ending = {item.task_id for item in self.moves.retire}
        for task in self.tasks:
            if task.id in ending and task.status in MOVABLE:
                self._retire(task)
                continue
            clause = clauses.get(task.clause_id or 0)
            if clause is None and task.status == Status.COMPLETED:
                continue  # it was done in the version that asked for it
            task.plan_id, task.clause_id = plan.id, clause.id if clause is not None else None
            if task.id in changes and task.status in MOVABLE:
                self._reword(task, changes[task.id])

    def _retire(self, task: Task) -> None:
        """End a task whose clause went: withdrawn by the decision; one not yet given is cancelled."""
        task.status = Status.CANCELLED if task.status == Status.DRAFT else Status.WITHDRAWN
        with db.session.no_autoflush:
            for wait in db.session.scalars(select(Wait).where(Wait.task_id == task.id, Wait.to_at.is_(None))):
                wait.to_at = self.at
            extensions.lapse(task.id, self.at)

    def _reword(self, task: Task, item: Proposal) -> None:
        """Give a task its new words; the old ones stay in the log and in the old version, the first date for ever."""
        task.title, task.folded = item.text, vietnamese.fold(item.text)
        task.product = item.product or task.product
        task.lead_words = item.lead or task.lead_words
        task.coordinator_words = item.coordinators or task.coordinator_words
        if item.deadline:
            task.deadline_words = item.deadline
        if item.deadline and task.kind != TaskKind.DEFINITION:  # its rule is a person's to change
            task.deadline_kind = DeadlineKind(item.meaning.get("kind", "none"))
        if item.due_on and task.due_on is not None:
            self._redate(task, date.fromisoformat(item.due_on))

    def _redate(self, task: Task, day: date) -> None:
        dates = extensions.fixed(day, "on", self.ref)
        if (dates.due_on, dates.late_after) == (task.due_on, task.late_after):
            return
        is_later = task.late_after is not None and dates.late_after > task.late_after
        task.due_on, task.late_after = dates.due_on, dates.late_after
        cause = DeadlineCause.EXTENSION if is_later else DeadlineCause.CORRECTION
        with db.session.no_autoflush:
            extensions.add_deadline(task, dates, cause, task.deadline_words, self.by, self.at)

    def _signature(self, plan: Plan, remark: str, method: str) -> PlanSignature:
        with db.session.no_autoflush:
            shown = planseal.shown_hash(plan)
            return planseal.signature(plan, shown, remark, by=self.by, at=self.at, method=method)


def _words(read: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    start, end = item["span"]
    return str(read["text"][start:end]).rstrip("\n")


def _standing() -> tuple[Any, ...]:
    return Task.status.not_in(ENDED), Task.kind != TaskKind.OCCURRENCE


def _tasks(plan: Plan) -> dict[int, list[list[Any]]]:
    """Return the tasks of each clause that have not ended: id, words, date, status. Occurrences follow their duty."""
    query = select(Task.clause_id, Task.id, Task.title, Task.due_on, Task.status)
    rows: Iterable[Any] = db.session.execute(
        query.where(Task.plan_id == plan.id, Task.clause_id.is_not(None), *_standing()).order_by(Task.id)
    )
    found: dict[int, list[list[Any]]] = {}
    for row in rows:
        due = row.due_on.isoformat() if row.due_on else None
        found.setdefault(row.clause_id, []).append([row.id, row.title, due, row.status])
    return found
