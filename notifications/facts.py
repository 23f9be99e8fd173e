"""What reminding needs to know of tasks, read in sets: up to three queries, however many tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import aliased

import clock
from models.base import db
from models.coordination import Contest
from models.log import LogEntry
from models.plans import Plan
from models.recurring import Progress
from models.reminding import Chase, Commitment, Explanation
from models.tasks import OPEN, Deadline, Extension, HandIn, Note, Signature, Task, Wait
from models.vocabulary import (
    DeadlineKind,
    ExtensionState,
    PlanState,
    SecondSigner,
    Status,
    TaskKind,
)
from models.words import (
    ChaseKind,
)
from notifications.stages import is_long
from workflow import lifecycle
from workflow.clears import NEEDS_DATE

# so many ids fit into one statement on both databases
MANY: Final = 5_000
# so many rows are held at a time on their way from the database
BUFFER: Final = 1_000
UNFINISHED: Final = (Status.DRAFT, *lifecycle.OPEN)
HANDED_IN: Final = (Status.SUBMITTED, Status.SIGNED_OFF)
# duties without a date that are kept alive by news of them
BY_NEWS: Final = (DeadlineKind.ONGOING, DeadlineKind.EVENT, DeadlineKind.RECURRING)
# a common parent, a definition and an invitation owe nothing themselves (rulings 15)
OWES_NOTHING: Final = (TaskKind.COMMON, TaskKind.DEFINITION, TaskKind.INVITATION)


@dataclass(frozen=True)
class Mark:
    """Who signed, and for which post; a signature that stands, so it is withdrawn by none."""

    person_id: int
    post_id: int
    id: int = 0
    withdraws_id: int | None = None


@dataclass(frozen=True)
class Result:
    """The latest hand-in of a task that waits for signatures: by whom, since when it waits, who signed so far."""

    person_id: int
    waits_since: date
    signatures: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Facts:
    """One task as the ladders ask about it."""

    id: int
    title: str
    status: Status
    lead_unit_id: int | None
    officer_id: int | None
    leader_post_id: int | None
    due_on: date | None
    late_after: date | None
    deadline_kind: DeadlineKind
    deadline_words: str
    lead_words: str
    handed_in_on: date | None
    redo_by: date | None
    assigned_at: datetime | None
    steps: int
    dated_at: datetime | None
    unled_since: date | None
    asked_by: int | None
    held_until: date | None = None
    waits_for: int | None = None
    answer_by: date | None = None
    asked_at: datetime | None = None
    asked_late: bool | None = None
    offered_by: int | None = None
    offered_at: datetime | None = None
    plan_id: int | None = None
    explain_by: date | None = None
    pledged_on: date | None = None
    explained_at: datetime | None = None
    is_urged: bool = False
    asked_people: str | None = None
    second: SecondSigner = SecondSigner.SUPERVISOR
    given_by: int | None = None
    kind: TaskKind = TaskKind.LEAD
    parent_unit: int | None = None
    contested_at: datetime | None = None
    contested_by: int | None = None
    renew_by: date | None = None
    result: Result | None = None
    news_on: date | None = None
    # which tasks this one is like: their number, and the book that gave it
    alike: int = field(init=False, default=0, compare=False, repr=False)
    alike_in: object = field(init=False, default=None, compare=False, repr=False)

    @property
    def assigned_on(self) -> date | None:
        """Return the day 0 of the task."""
        return clock.day_of(self.assigned_at) if self.assigned_at else None

    @property
    def dated_on(self) -> date | None:
        """Return the day on which the task was given, or given its present date, whichever is later."""
        moments = [moment for moment in (self.assigned_at, self.dated_at) if moment is not None]
        return clock.day_of(max(moments)) if moments else None

    @property
    def asked_on(self) -> date | None:
        """Return since when a request for more time waits to be decided."""
        return clock.day_of(self.asked_at) if self.asked_at else None

    @property
    def offered_on(self) -> date | None:
        """Return on which day another date was offered that waits for the head's answer."""
        return clock.day_of(self.offered_at) if self.offered_at else None

    @property
    def contested_on(self) -> date | None:
        """Return since when a contest between units waits to be decided."""
        return clock.day_of(self.contested_at) if self.contested_at else None

    @property
    def waits_since(self) -> date | None:
        """Return since when a result waits for the next signature."""
        return self.result.waits_since if self.result else None

    @property
    def explained_on(self) -> date | None:
        """Return the day of the first explanation that speaks to the present deadline; later ones change nothing."""
        return clock.day_of(self.explained_at) if self.explained_at else None

    @property
    def askers(self) -> tuple[int, ...]:
        """Return who urged or demanded and was answered by an explanation."""
        return tuple(dict.fromkeys(map(int, self.asked_people.split(",")))) if self.asked_people else ()

    @property
    def lacks_date(self) -> bool:
        """Return whether the task has no date and its words do not say why."""
        return self.due_on is None and self.deadline_kind in NEEDS_DATE


def load(*conditions: ColumnElement[bool], titled: bool = True) -> dict[int, Facts]:
    """Return the facts of the tasks that meet the conditions, by their ids; without titles where thousands are read."""
    published = and_(Plan.id == Task.plan_id, Plan.state == PlanState.PUBLISHED)
    query = select(*_columns(titled=titled)).select_from(Task).outerjoin(Plan, published).where(*conditions)
    rows = db.session.execute(query.execution_options(yield_per=BUFFER))
    found = {row[0]: Facts(*row) for row in rows}
    _share(found.values())
    if any(facts.status in HANDED_IN for facts in found.values()):
        for task_id, result in _results(conditions).items():
            found[task_id].result = result
    if any(facts.deadline_kind in BY_NEWS and facts.due_on is None for facts in found.values()):
        for task_id, day in _news(conditions).items():
            found[task_id].news_on = day
    return found


def _share(tasks: Iterable[Facts]) -> None:
    """Keep what very many tasks have in common once: days, and the words of deadlines."""
    kept: dict[Any, Any] = {}
    for task in tasks:
        task.due_on = kept.setdefault(task.due_on, task.due_on)
        task.late_after = kept.setdefault(task.late_after, task.late_after)
        task.deadline_words = kept.setdefault(task.deadline_words, task.deadline_words)
        task.dated_at = kept.setdefault(task.dated_at, task.dated_at)
        task.assigned_at = kept.setdefault(task.assigned_at, task.assigned_at)


def name(tasks: Iterable[Facts]) -> None:
    """Give tasks that were read without titles their own. One query, none when all have theirs."""
    nameless = {task.id: task for task in tasks if not task.title}
    if nameless:
        for key, title in db.session.execute(select(Task.id, Task.title).where(Task.id.in_(nameless))):
            nameless[key].title = title


def of_ids(keys: set[int]) -> dict[int, Facts]:
    """Return the facts of these tasks as they are now, some thousand at a time."""
    ordered, found = sorted(keys), dict[int, Facts]()
    for start in range(0, len(ordered), MANY):
        found |= load(Task.id.in_(ordered[start : start + MANY]))
    return found


def long_deadlines(near: date, horizon: date) -> ColumnElement[bool]:
    """Return which deadlines are near, or name a whole quarter or year and lie within the horizon. One query.

    Only those are told of from so far ahead. The condition stands as the index of open tasks has it.
    """
    ahead = (text(f"task.{OPEN}"), Task.due_on > near, Task.due_on <= horizon)
    said = db.session.scalars(select(Task.deadline_words).where(*ahead).distinct())
    named = [words for words in said if is_long(words)]
    return or_(Task.due_on <= near, and_(Task.due_on <= horizon, Task.deadline_words.in_(named)))


def spoken_of(horizon: date, due: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Return which tasks a ladder can speak of up to a deadline this far ahead, or to those that `due` names."""
    running = and_(
        Task.status.in_((Status.RECEIVED, Status.IN_PROGRESS, Status.WAITING)),
        or_(
            Task.due_on <= horizon if due is None else due,
            Task.redo_by.is_not(None),
            and_(Task.due_on.is_(None), Task.deadline_kind.in_((*NEEDS_DATE, *BY_NEWS))),
            Task.id.in_(select(Extension.task_id).where(or_(undecided(), offered()))),
            Task.id.in_(select(Chase.task_id).where(*_unanswered_demand())),
            Task.id.in_(select(Contest.task_id).where(Contest.decided_at.is_(None))),
            Task.id.in_(select(Commitment.task_id)),
        ),
    )
    in_force = Task.plan_id.in_(select(Plan.id).where(Plan.state == PlanState.PUBLISHED))
    undelegated = and_(Task.status == Status.DRAFT, or_(Task.plan_id.is_(None), in_force))
    waiting = Task.status.in_((Status.ASSIGNED, Status.WAITING, Status.ON_HOLD, *HANDED_IN))
    return and_(Task.kind.not_in(OWES_NOTHING), or_(running, waiting, undelegated))


def unfinished() -> ColumnElement[bool]:
    """Return which tasks are not closed, drafts included."""
    return Task.status.in_(UNFINISHED)


def open_tasks() -> ColumnElement[bool]:
    """Return which tasks are open, as the partial indexes have it."""
    return Task.status.in_(lifecycle.OPEN)


def _unanswered_demand() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of demands for an explanation that nobody has answered."""
    return (Chase.kind == ChaseKind.EXPLANATION, Chase.answered_at.is_(None))


def undecided() -> ColumnElement[bool]:
    """Return the condition of requests for more time that wait to be decided."""
    return Extension.state == ExtensionState.ASKED


def offered() -> ColumnElement[bool]:
    """Return the condition of requests answered by another date that waits for the head."""
    return Extension.state == ExtensionState.COUNTERED


# what is looked up for the tasks that need it
ADDED: Final = ("result", "news_on", "alike", "alike_in")


@cache
def _columns(*, titled: bool) -> tuple[Any, ...]:
    """Return the columns of Facts in their order; made once."""
    dated = select(func.max(Deadline.decided_at)).where(Deadline.task_id == Task.id).scalar_subquery()
    asked = (Extension.task_id == Task.id, undecided())
    offer = (Extension.task_id == Task.id, offered())
    open_wait = (Wait.task_id == Task.id, Wait.to_at.is_(None))
    special = _chasing() | _between()
    special |= {
        "waits_for": select(Wait.unit_id).where(*open_wait).scalar_subquery().label("waits_for"),
        "answer_by": select(Wait.answer_by).where(*open_wait).scalar_subquery().label("answer_by"),
        "renew_by": select(Wait.renew_by).where(*open_wait).scalar_subquery().label("renew_by"),
        "dated_at": dated.label("dated_at"),
        # since when a draft waits for a lead unit: its plan is published, or it came under a document without a plan
        "unled_since": case((Task.plan_id.is_(None), Task.drafted_on), else_=Plan.published_on).label("unled_since"),
        "asked_by": select(Extension.asked_by_id).where(*asked).limit(1).scalar_subquery().label("asked_by"),
        "given_by": _given_by().label("given_by"),
        "asked_at": select(Extension.asked_at).where(*asked).limit(1).scalar_subquery().label("asked_at"),
        "asked_late": select(Extension.after_deadline).where(*asked).limit(1).scalar_subquery().label("asked_late"),
        "offered_by": select(Extension.decided_by_id).where(*offer).limit(1).scalar_subquery().label("offered_by"),
        "offered_at": select(Extension.decided_at).where(*offer).limit(1).scalar_subquery().label("offered_at"),
    }
    if not titled:
        special["title"] = literal("").label("title")
    names = [each.name for each in fields(Facts) if each.name not in ADDED]
    return tuple(special.get(name, getattr(Task, name, None)) for name in names)


def _given_by() -> Any:
    """Return who gave a task last, where it is a draft again: handed back, it is his to answer."""
    acts = LogEntry.task_id == Task.id, LogEntry.act == "task.assign", LogEntry.obj_type == Task.__tablename__
    last = select(LogEntry.actor_id).where(*acts).order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1)
    return case((Task.status == Status.DRAFT, last.correlate(Task).scalar_subquery()))


def _news(conditions: tuple[ColumnElement[bool], ...]) -> dict[int, date]:
    """Return the day of the last word on each task without a date that lives by news: report or note. One query."""
    undated = (Task.due_on.is_(None), Task.deadline_kind.in_(BY_NEWS))
    said = union_all(*(_said(kind).where(*undated, *conditions) for kind in (Note, Progress))).subquery()
    found = db.session.execute(select(said.c.task_id, func.max(said.c.at).label("at")).group_by(said.c.task_id))
    return {row.task_id: clock.day_of(row.at) for row in found}


def _said(kind: type[Note] | type[Progress]) -> Any:
    return select(kind.task_id, kind.at).join(Task, Task.id == kind.task_id)


def _chasing() -> dict[str, Any]:
    """Return what acts of chasing leave: what is open, who was answered, the latest pledge, when it was explained."""
    demanded = (Chase.task_id == Task.id, *_unanswered_demand())
    open_urge = (Chase.task_id == Task.id, Chase.kind == ChaseKind.URGE, Chase.answered_at.is_(None))
    urged = exists().where(*open_urge).correlate(Task)
    answered = (Chase.task_id == Task.id, Chase.answered_at.is_not(None))
    people = select(func.aggregate_strings(cast(Chase.person_id, String), ",")).where(*answered).scalar_subquery()
    latest = select(Commitment.new_on).where(Commitment.task_id == Task.id).order_by(Commitment.no.desc()).limit(1)
    explained = (Explanation.task_id == Task.id, Explanation.due_on == Task.due_on)
    return {
        "explain_by": select(func.min(Chase.answer_by)).where(*demanded).scalar_subquery().label("explain_by"),
        "pledged_on": latest.scalar_subquery().label("pledged_on"),
        "is_urged": urged.label("is_urged"),
        "asked_people": people.label("asked_people"),
        "explained_at": select(func.min(Explanation.at)).where(*explained).scalar_subquery().label("explained_at"),
    }


def _between() -> dict[str, Any]:
    """Return what units have open between them: whose part a task is, and a contest that waits to be decided."""
    whole = aliased(Task)
    unit = select(whole.lead_unit_id).where(whole.id == Task.parent_id).scalar_subquery()
    contest = (Contest.task_id == Task.id, Contest.decided_at.is_(None))
    return {
        "parent_unit": unit.label("parent_unit"),
        "contested_at": select(Contest.at).where(*contest).scalar_subquery().label("contested_at"),
        "contested_by": select(Contest.person_id).where(*contest).scalar_subquery().label("contested_by"),
    }


def _results(conditions: tuple[ColumnElement[bool], ...]) -> dict[int, Result]:
    """Return the latest hand-in of each task that waits, with its last signature. One query."""
    query = (
        select(
            HandIn.task_id,
            HandIn.person_id,
            HandIn.at,
            Signature.person_id.label("signer"),
            Signature.post_id,
            Signature.at.label("signed_at"),
            Task.status,
        )
        .join(Task, Task.id == HandIn.task_id)
        .outerjoin(Signature, Signature.hand_in_id == HandIn.id)
        .where(Task.status.in_(HANDED_IN), *conditions)
        .order_by(HandIn.task_id, HandIn.no, Signature.id)
    )
    found = {}
    for row in db.session.execute(query):
        signed = row.status == Status.SIGNED_OFF and row.signer is not None
        marks = (Mark(row.signer, row.post_id),) if signed else ()
        found[row.task_id] = Result(row.person_id, clock.day_of(row.signed_at if signed else row.at), marks)
    return found
