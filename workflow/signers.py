"""Somebody can always sign (N15): who may do each act that waits, and an alert for every act that nobody may do.

Looked at on every change of the organisation, after a step that leaves something waiting, and by the scheduler: seats
and mandates end by themselves. One alert an act, until somebody can do it or it waits no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, or_, select, true, union_all
from sqlalchemy.orm import aliased

import clock
from models.base import db
from models.coordination import Contest
from models.handover import SignerAlert
from models.people import Mandate, Tenure
from models.session import retried, take_turns, transaction
from models.tasks import Extension, HandIn, Signature, Task, Wait
from models.units import UnitEvent
from models.vocabulary import Action, ExtensionState, Role, Status, TaskKind, UnitKind
from terms import N_
from workflow import actors, deciding, lifecycle, partners, permissions, reference
from workflow.actors import Actor
from workflow.ledger import note
from workflow.outstanding import Outstanding
from workflow.permissions import Case, Partners
from workflow.reference import Reference

NONE: Final = "signers.none"
FOUND: Final = "signers.found"
# kind of act that waits -> how it is called
KINDS: Final[dict[str, str]] = {
    "receive": N_("a task to be received"),
    "sign_first": N_("a result to be signed"),
    "sign_second": N_("a result to be confirmed"),
    "accept": N_("the result of a duty to be accepted"),
    "decide": N_("a request for more time"),
    "arbitrate": N_("a contest between units"),
    "tenure": N_("an entry of a seat to be confirmed"),
    "end": N_("the end of somebody's time in a seat to be confirmed"),
    "mandate": N_("a mandate to be confirmed"),
    "unit_event": N_("a change of a unit to be confirmed"),
}
# what a task's status waits for; the result of a duty signed by its head waits for the unit it was done for
WAITS: Final = {Status.ASSIGNED: "receive", Status.SUBMITTED: "sign_first", Status.SIGNED_OFF: "sign_second"}
RULES: Final[dict[str, tuple[Action, Callable[[Actor, Case], bool]]]] = {
    "receive": (Action.RECEIVE, permissions.heads_lead_unit),
    "sign_first": (Action.SIGN_OFF, permissions.signs_first),
    "sign_second": (Action.CONFIRM, permissions.signs_second),
    "accept": (Action.ACCEPT, partners.accepts_duty),
    "decide": (Action.GRANT_EXTENSION, deciding.decides_extension),
    "arbitrate": (Action.DISMISS_CONTEST, partners.decides_contest),
}
CONFIRMS: Final = (Role.OFFICE, Role.LEADER)
# a common parent and an invitation are nobody's to receive or sign
NOBODYS: Final = (TaskKind.COMMON, TaskKind.INVITATION)


@dataclass(frozen=True)
class _Mark:
    person_id: int
    post_id: int
    id: int
    withdraws_id: int | None


@dataclass(frozen=True)
class _Result:
    person_id: int
    signatures: tuple[_Mark, ...]


@dataclass(frozen=True)
class Waiting:
    """An act that waits: of which kind, on which row, and what the rules ask about it."""

    kind: str
    object_id: int
    since: date
    entered_by: int | None = None
    task: Any = None
    result: _Result | None = None
    asked_by: int | None = None
    is_late: bool = False
    waits_for: int | None = None
    partners: Partners = field(default_factory=Partners)

    @property
    def task_id(self) -> int | None:
        """Return the task it is about; None for an entry of the organisation."""
        return self.task.task_id if self.task is not None else None

    def like(self, *, each: bool) -> tuple[Any, ...]:
        """Return what decides who may do it; with `each` task by task, because some mandate is limited."""
        if self.task is None:
            return self.kind, self.entered_by
        marks = tuple((mark.person_id, mark.post_id) for mark in permissions.standing(self._marks))
        author = self.result.person_id if self.result else None
        task = self.task
        own = (task.task_id, task.plan_id) if each else ()
        between = self.waits_for, self.partners
        return self.kind, task.lead_unit_id, task.leader_post_id, author, marks, self.asked_by, *between, *own

    @property
    def _marks(self) -> tuple[_Mark, ...]:
        return self.result.signatures if self.result else ()


@dataclass(frozen=True)
class Signable:
    """An act that waits, with everybody who may do it at that moment."""

    waiting: Waiting
    people: tuple[Actor, ...]


@retried
def watch(at: datetime) -> int:
    """Look at everything that waits, in a write unit of its own; returns how many acts nobody may do."""
    with transaction():
        return look(at)


def after_step(task: Task, action: Action, at: datetime) -> None:
    """Look at what a step left waiting on its task. Needs a write unit."""
    if task.status in WAITS or action in (Action.REQUEST_EXTENSION, Action.CONTEST):
        look(at, task.id)


def look(at: datetime, task_id: int | None = None) -> int:
    """Write an alert for each act that nobody may do, and end those that are solved. Needs a write unit.

    With `task_id` only what that task waits for. As many queries for ten thousand acts as for one.
    """
    db.session.flush()
    open_alerts = _open_alerts(task_id)
    waiting = list(pending(at, task_id))
    if not waiting and not open_alerts:
        return 0
    ref = reference.load(clock.day_of(at))
    everybody = actors.everybody(ref, at)
    empty = {
        (one.waiting.kind, one.waiting.object_id): one.waiting
        for one in _signable(waiting, ref, everybody)
        if not one.people
    }
    if empty.keys() != open_alerts.keys():
        take_turns("signers")
        open_alerts = _open_alerts(task_id)
    for key, alert in open_alerts.items():
        if key not in empty:
            _end(alert, at)
    for key, act in empty.items():
        superior = _superior(act, ref, everybody)
        if key not in open_alerts:
            _raise(act, superior, at)
        elif open_alerts[key].superior_id is None:
            open_alerts[key].superior_id = superior
    return len(empty)


def signable(at: datetime, ref: Reference) -> list[Signable]:
    """Return every act that waits with who may do it at a moment. Nine queries, however many there are."""
    return _signable(list(pending(at)), ref, actors.everybody(ref, at))


def pending(at: datetime, task_id: int | None = None) -> Iterator[Waiting]:
    """Give every act that waits for somebody. Four queries."""
    of_task = true() if task_id is None else Task.id == task_id
    yield from _of_tasks(of_task)
    yield from _decisions(of_task)
    if task_id is None:
        yield from _entries(at)


def _signable(waiting: list[Waiting], ref: Reference, everybody: list[Actor]) -> list[Signable]:
    seated = [one for one in everybody if one.holdings]
    each = any(one.limited for one in seated)
    known: dict[tuple[Any, ...], tuple[Actor, ...]] = {}
    found = []
    for act in waiting:
        key = act.like(each=each)
        if key not in known:
            known[key] = _may(act, ref, seated if act.task is not None else everybody)
        found.append(Signable(act, known[key]))
    return found


def _may(act: Waiting, ref: Reference, people: Iterable[Actor]) -> tuple[Actor, ...]:
    """Return who may do an act: the very rules of its step, asked of everybody."""
    if act.task is None:
        return tuple(one for one in people if one.has(*CONFIRMS) and one.person_id != act.entered_by)
    action, rule = RULES[act.kind]
    waits = Outstanding(is_late_request=act.is_late)
    asked = act.asked_by is not None
    case = Case(act.task, act.result, ref, asked, act.asked_by, act.waits_for, waits, act.partners)  # type: ignore[arg-type]  # a row has the columns the rules ask for
    return tuple(one for one in people if rule(one.within(act.task, action), case))


def _of_tasks(of_task: ColumnElement[bool]) -> Iterator[Waiting]:
    """Give the tasks that wait to be received, and the results that wait for a signature. Two queries."""
    latest = select(func.max(HandIn.no)).where(HandIn.task_id == Task.id).correlate(Task).scalar_subquery()
    result = (HandIn.task_id == Task.id) & (HandIn.no == latest)
    waits = Task.status.in_(WAITS), Task.kind.not_in(NOBODYS), of_task
    columns = *_columns(), HandIn.id.label("hand_in"), HandIn.person_id.label("author"), HandIn.at.label("handed_in_at")
    rows = db.session.execute(select(*columns).outerjoin(HandIn, result).where(*waits).order_by(Task.id)).all()
    marks: dict[int, list[_Mark]] = {}
    signed = select(Signature.hand_in_id, Signature.person_id, Signature.post_id, Signature.id, Signature.withdraws_id)
    if any(row.hand_in for row in rows):
        query = signed.join(Task, Task.id == Signature.task_id).where(*waits).order_by(Signature.id)
        for row in db.session.execute(query):
            mark = _Mark(row.person_id, row.post_id, row.id, row.withdraws_id)
            marks.setdefault(row.hand_in_id, []).append(mark)
    for row in rows:
        is_new = row.status == Status.ASSIGNED
        found = None if row.hand_in is None or is_new else _Result(row.author, tuple(marks.get(row.hand_in, ())))
        since = row.assigned_at if is_new else row.handed_in_at
        object_id = row.task_id if is_new else row.hand_in
        kind = "accept" if (row.kind, row.status) == (TaskKind.DUTY, Status.SIGNED_OFF) else WAITS[row.status]
        whose = Partners(parent_unit=row.parent_unit)
        yield Waiting(kind, object_id or row.task_id, clock.day_of(since), task=row, result=found, partners=whose)


def _decisions(of_task: ColumnElement[bool]) -> Iterator[Waiting]:
    """Give the requests for more time and the contests between units that wait for a decision. One query."""
    asked = (Extension.task_id == Task.id) & (Extension.state == ExtensionState.ASKED)
    contested = (Contest.task_id == Task.id) & Contest.decided_at.is_(None)
    waited = (Wait.task_id == Task.id) & Wait.to_at.is_(None)
    of_request = Extension.id.label("request"), Extension.asked_by_id, Extension.asked_at, Extension.after_deadline
    of_contest = Contest.id.label("contest"), Contest.person_id, Contest.at, Wait.unit_id.label("waited")
    query = select(*_columns(), *of_request, *of_contest).outerjoin(Extension, asked).outerjoin(Contest, contested)
    waits = Task.status.in_(lifecycle.LIVE), or_(Extension.id.is_not(None), Contest.id.is_not(None)), of_task
    for row in db.session.execute(query.outerjoin(Wait, waited).where(*waits).order_by(Task.id)):
        if row.request is not None:
            late, since = row.after_deadline, clock.day_of(row.asked_at)
            yield Waiting("decide", row.request, since, task=row, asked_by=row.asked_by_id, is_late=late)
        if row.contest is not None:
            whose = Partners(parent_unit=row.parent_unit, is_contested=True, contested_by=row.person_id)
            since = clock.day_of(row.at)
            yield Waiting("arbitrate", row.contest, since, task=row, waits_for=row.waited, partners=whose)


def _entries(at: datetime) -> Iterator[Waiting]:
    """Give what people entered for seats and units and a second person has not confirmed. One query.

    What the system itself entered it may confirm, too: that waits for nobody.
    """
    kinds = (
        ("tenure", Tenure, Tenure.entered_by_id, Tenure.entered_at, _holds_days()),
        ("end", Tenure, Tenure.end_entered_by_id, Tenure.end_entered_at, Tenure.end_confirmed_at.is_(None)),
        ("mandate", Mandate, Mandate.entered_by_id, Mandate.entered_at, _still_to_come(at)),
        ("unit_event", UnitEvent, UnitEvent.entered_by_id, UnitEvent.entered_at, UnitEvent.taken_back_at.is_(None)),
    )
    queries = []
    for name, kind, by, when, waits in kinds:
        unconfirmed = true() if name == "end" else kind.confirmed_at.is_(None)
        query = select(literal(name).label("kind"), kind.id.label("id"), by.label("by"), when.label("at"))
        queries.append(query.where(by.is_not(None), unconfirmed, waits))
    for row in db.session.execute(union_all(*queries)):
        yield Waiting(row.kind, row.id, clock.day_of(row.at), entered_by=row.by)


def _holds_days() -> ColumnElement[bool]:
    return or_(Tenure.to_on.is_(None), Tenure.to_on > Tenure.from_on)


def _still_to_come(at: datetime) -> ColumnElement[bool]:
    return or_(Mandate.to_at.is_(None), (Mandate.to_at > Mandate.from_at) & (Mandate.to_at > at))


def _columns() -> tuple[Any, ...]:
    whole = aliased(Task)
    parent_unit = select(whole.lead_unit_id).where(whole.id == Task.parent_id).scalar_subquery()
    kept = (
        Task.kind,
        Task.status,
        Task.lead_unit_id,
        Task.leader_post_id,
        Task.plan_id,
        Task.steps,
        Task.second,
        Task.assigned_at,
        Task.title,
    )
    return Task.id, Task.id.label("task_id"), parent_unit.label("parent_unit"), *kept


def _superior(act: Waiting, ref: Reference, everybody: list[Actor]) -> int | None:
    """Return who is told: supervising leader, chair, head of the office, its people, else leadership.

    An entry of the organisation lacks a second person: the administrator is told, who can make one.
    """
    here = {one.person_id for one in everybody}
    if act.task is None:
        admins = [one.person_id for one in everybody if one.has(Role.ADMIN)]
        return next(iter([*admins, act.entered_by]), None)
    offices = [unit.id for unit in ref.units.values() if unit.kind == UnitKind.OFFICE]
    seats = [ref.post(act.task.leader_post_id), ref.chair, *map(ref.head_of, offices)]
    named = [seat.person_id for seat in seats if seat is not None]
    people = [one.person_id for role in CONFIRMS for one in everybody if one.has(role)]
    author = act.result.person_id if act.result else act.asked_by
    found = [one for one in (*named, *people) if one is not None and one in here]
    return next((one for one in found if one != author), next(iter(found), None))


def _open_alerts(task_id: int | None) -> dict[tuple[str, int], SignerAlert]:
    query = select(SignerAlert).where(SignerAlert.solved_at.is_(None))
    query = query if task_id is None else query.where(SignerAlert.task_id == task_id)
    rows = db.session.scalars(query.order_by(SignerAlert.id).execution_options(populate_existing=True))
    return {(row.kind, row.object_id): row for row in rows}


def _raise(act: Waiting, superior: int | None, at: datetime) -> None:
    facts = {"kind": act.kind, "object_id": act.object_id, "task_id": act.task_id, "superior_id": superior}
    db.session.add(SignerAlert(**facts, since=act.since, found_at=at))
    _note(NONE, act.kind, act.object_id, act.task_id, at)


def _end(alert: SignerAlert, at: datetime) -> None:
    alert.solved_at = at
    _note(FOUND, alert.kind, alert.object_id, alert.task_id, at)


def _note(act: str, kind: str, object_id: int, task_id: int | None, at: datetime) -> None:
    about = {"task": task_id} if task_id is not None else {}
    thing = ("task", task_id) if task_id is not None else ("tenure" if kind == "end" else kind, object_id)
    note(act, by=Actor.system(), at=at, obj=thing, about=about, data={"what": kind})
