"""Tasks to look at: a list with filters and pages, and one task with everything about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

import vietnamese
from models.base import db
from models.batches import SourceFile
from models.tasks import Coordination, HandIn, Task
from models.vocabulary import Status, TaskKind
from models.words import SourceKind
from workflow import causes, clears, declared, drift, extensions, lifecycle, sources
from workflow.declared import Seen
from workflow.drift import WITHOUT_RESULT, Drift
from workflow.errors import Refusal
from workflow.kinds import COUNTED
from workflow.lifecycle import Step
from workflow.permissions import Case, Scope, signing_chain
from workflow.queries import chasing, history, parts, time
from workflow.queries.chasing import Chasing
from workflow.queries.history import History
from workflow.queries.rows import TaskRow, due_soon, marked, rows, running, selected, timing_of
from workflow.queries.time import TimeOf
from workflow.reference import Reference, Seat
from workflow.timing import Timing, is_hold_over

PAGE: Final = 50
FAR: Final = date(9999, 12, 31)
OPEN: Final = tuple(lifecycle.OPEN)

# the parts of tasks that a list shows instead of tasks: they count nowhere else (rulings 15)
PARTS: Final[dict[str, tuple[TaskKind, ...]]] = {
    "duty": (TaskKind.DUTY,),
    "sub": (TaskKind.SUB,),
    "common": (TaskKind.COMMON,),
}
# what a filter's name means; each gives a condition for its value
STATES: Final[dict[str, tuple[Status, ...]]] = {
    "open": OPEN,
    "to_assign": (Status.DRAFT,),
    "to_receive": (Status.ASSIGNED,),
    "working": (Status.RECEIVED, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD),
    "to_sign": (Status.SUBMITTED, Status.SIGNED_OFF),
    "done": (Status.COMPLETED,),
    "stopped": (Status.CANCELLED, Status.WITHDRAWN),
    "recurring": OPEN,
}
# filter -> which kinds it lists, where that is not what is counted: definitions alone, or beside it while they wait
KINDS: Final[dict[str, tuple[TaskKind, ...]]] = {
    "recurring": (TaskKind.DEFINITION,),
    "to_assign": (*COUNTED, TaskKind.DEFINITION),
    "to_receive": (*COUNTED, TaskKind.DEFINITION),
}
# where a task comes from -> the condition for it
PLANNED: Final = "plan"
SOURCES: Final[dict[str, ColumnElement[bool]]] = {
    PLANNED: Task.plan_id.is_not(None),
    **{str(kind): Task.source_kind == kind for kind in SourceKind},
}


@dataclass(frozen=True)
class Filter:
    """What the address of a list asks for; empty means all of what the person may read."""

    state: str = ""
    when: str = ""
    unit_id: int | None = None
    plan_id: int | None = None
    text: str = ""
    unclear: str = ""
    source: str = ""
    kind: str = ""
    after: tuple[date, int] | None = None


@dataclass(frozen=True)
class TaskPage:
    """One page of a list, how many there are in all, and where the next one starts."""

    rows: list[TaskRow]
    total: int
    next: tuple[date, int] | None
    drifts: dict[int, Drift]
    seen: dict[int, Seen] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskView:
    """One task with everything its page shows."""

    task: Task
    timing: Timing
    case: Case
    steps: tuple[Step, ...]
    chain: tuple[Seat, ...]
    hand_ins: list[HandIn]
    history: History
    seen: Seen | None = None

    @cached_property
    def chasing(self) -> Chasing:
        """Return who chased, explained and committed."""
        return chasing.of(self.history)

    @cached_property
    def time(self) -> TimeOf:
        """Return every date, request for more time and cause of delay, and both latenesses."""
        return time.of(self.task, self.history, self.case.ref)

    @cached_property
    def drift(self) -> Drift | None:
        """Return what the signatures on its results are worth today."""
        return drift.of(self.task, self.hand_ins, self.case.ref)

    @property
    def is_hold_over(self) -> bool:
        """Return whether the task still stands on hold although the last day of its hold has passed."""
        return is_hold_over(self.task.status, self.task.held_until, self.case.ref.on)


def page(wanted: Filter, ref: Reference, *, seen_by: Scope) -> TaskPage:
    """Return one page of tasks, the earliest deadline first, those without a date last. Up to five queries."""
    conditions = _conditions(wanted, ref, seen_by)
    total = db.session.scalar(select(func.count()).select_from(Task).where(*conditions)) or 0
    due = func.coalesce(Task.due_on, FAR)
    query = (
        selected(_kinds(wanted))
        .add_columns(*declared.columns())
        .where(*conditions)
        .order_by(due, Task.id)
        .limit(PAGE + 1)
    )
    if wanted.after is not None:
        query = query.where(tuple_(due, Task.id) > tuple_(*wanted.after))
    found = db.session.execute(marked(query, ref)).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    begun = [row.id for row in found[:PAGE] if row.status not in WITHOUT_RESULT]
    after = (last.due_on or FAR, last.id) if last else None
    listed = rows(found[:PAGE], ref)
    seen = declared.of_rows(found[:PAGE], (row.timing for row in listed), ref)
    return TaskPage(listed, total, after, drift.of_tasks(begun, ref), seen)


def matching(wanted: Filter, ref: Reference, limit: int, *, seen_by: Scope) -> tuple[list[int], int]:
    """Return the tasks a filter lets through, up to a limit, in the order of the list, and how many there are."""
    conditions = _conditions(wanted, ref, seen_by)
    total = db.session.scalar(select(func.count()).select_from(Task).where(*conditions)) or 0
    ordered = select(Task.id).where(*conditions).order_by(func.coalesce(Task.due_on, FAR), Task.id).limit(limit)
    return list(db.session.scalars(ordered)), total


def one(task_id: int, ref: Reference, *, seen_by: Scope) -> TaskView:
    """Return a task with all its parts: up to three queries, however long its history; a part's whole is one more.

    Raises Refusal `not_found` for what is absent or not this person's to read.
    """
    row = _with_parts(task_id, seen_by=seen_by)
    task: Task = row[0]
    past = history.of_task(task_id)
    hand_ins = _hand_ins(task_id) if past.rows("hand_in") else []
    asked = time.open_request(past, ref)
    waits = [wait for wait in past.rows("wait") if not wait.get("to_at")]
    case = lifecycle.case_of(
        task,
        hand_ins[-1] if hand_ins else None,
        ref,
        open_request=asked is not None,
        asked_by=asked["asked_by_id"] if asked else None,
        waits_for=waits[0]["unit_id"] if waits else None,
        outstanding=time.outstanding(task, past, asked),
        between=parts.partners_of(task, past, waits[0] if waits else None, ref),
    )
    steps = lifecycle.permitted(seen_by.actor, case)
    timing = timing_of(task, ref)
    seen = declared.of_one(task, timing, past, (row.open_children, row.open_duties), ref)
    return TaskView(task, timing, case, steps, signing_chain(case), hand_ins, past, seen)


def visible(task_id: int, *, seen_by: Scope) -> Task:
    """Return a task this person may read, with plan, clause and parts. Raises Refusal `not_found` otherwise."""
    task: Task = _with_parts(task_id, seen_by=seen_by)[0]
    return task


def _with_parts(task_id: int, *, seen_by: Scope) -> Row[Any]:
    """Return the same with how many of its sub-tasks, and of its duties and waits, are open. One query."""
    found = None
    if 0 < task_id < 2**31:
        query = (
            select(Task, *declared.part_counts())
            .where(Task.id == task_id, seen_by.tasks())
            .options(
                joinedload(Task.plan), joinedload(Task.clause), joinedload(Task.officer), joinedload(Task.coordinations)
            )
        )
        found = db.session.execute(query).unique().one_or_none()
    if found is None:
        raise Refusal("not_found")
    return found


def titles(task_ids: Sequence[int], *, seen_by: Scope) -> dict[int, str]:
    """Return the titles of some tasks, as far as this person may read them. One query."""
    query = select(Task.id, Task.title).where(Task.id.in_(task_ids), seen_by.tasks())
    return {row.id: row.title for row in db.session.execute(query)}


def source_file(task_id: int, *, seen_by: Scope) -> SourceFile:
    """Return the file of the document a task comes from. Raises Refusal: there is none, or it is not his to read."""
    task = visible(task_id, seen_by=seen_by)
    found = db.session.scalar(select(SourceFile).where(SourceFile.task_id == task.id))
    if found is None:
        raise Refusal("not_found")
    return found


def same_source(task: Task, *, seen_by: Scope) -> list[tuple[int, str]]:
    """Return number and words of the other tasks of the same document that this person may read. One query."""
    if task.source_kind is None:
        return []
    query = select(Task.id, Task.title, Task.source_number).where(Task.source_on == task.source_on, Task.id != task.id)
    wanted = sources.plain_number(task.source_number)
    found = db.session.execute(query.where(seen_by.tasks()).order_by(Task.id))
    return [(row.id, row.title) for row in found if sources.plain_number(row.source_number) == wanted][: sources.SHOWN]


def _hand_ins(task_id: int) -> list[HandIn]:
    query = (
        select(HandIn)
        .where(HandIn.task_id == task_id)
        .order_by(HandIn.no)
        .options(joinedload(HandIn.evidence), joinedload(HandIn.signatures))
    )
    return list(db.session.scalars(query).unique())


def _conditions(wanted: Filter, ref: Reference, seen_by: Scope) -> list[ColumnElement[bool]]:
    found = [Task.kind.in_(_kinds(wanted)), seen_by.tasks()]
    if wanted.state in STATES:
        found.append(Task.status.in_(STATES[wanted.state]))
    if wanted.unit_id is not None:
        part = select(Coordination.task_id).where(
            Coordination.unit_id == wanted.unit_id, Coordination.ended_at.is_(None)
        )
        found.append(or_(Task.lead_unit_id == wanted.unit_id, Task.id.in_(part)))
    if wanted.unclear in (*clears.CLEARS, clears.ALL):
        found.append(clears.unclear(wanted.unclear, ref))
    if wanted.source in SOURCES:
        found.append(SOURCES[wanted.source])
    if wanted.plan_id is not None:
        found.append(Task.plan_id == wanted.plan_id)
    found += [Task.folded.contains(word, autoescape=True) for word in vietnamese.fold(wanted.text).split()[:8]]
    return found + _when(wanted.when, ref)


def _kinds(wanted: Filter) -> tuple[TaskKind, ...]:
    return PARTS.get(wanted.kind) or KINDS.get(wanted.state, COUNTED)


def _when(name: str, ref: Reference) -> list[ColumnElement[bool]]:
    """Return the condition of a filter by time; the same days as `timing()` uses."""
    counted = running(ref)
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "overdue": [counted, Task.late_after < ref.on],
        "soon": [counted, Task.late_after >= ref.on, due_soon(ref)],
        "no_date": [or_(Task.status == Status.DRAFT, counted), Task.due_on.is_(None)],
        "extended": [extensions.often_extended()],
        "objective": [causes.confirmed_objective()],
    }
    return conditions.get(name, [])
