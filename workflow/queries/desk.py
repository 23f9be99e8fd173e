"""What waits for one person today, in the order of what hurts first. Three queries, whatever the number of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from models.base import db
from models.causes import DateCorrection
from models.coordination import Contest
from models.people import Person
from models.plans import Plan
from models.tasks import Extension, HandIn, Signature, Task, Wait
from models.vocabulary import (
    Action,
    CorrectionState,
    ExtensionState,
    Role,
    Status,
    TaskKind,
)
from terms import N_
from workflow import (
    causes,
    lifecycle,
)
from workflow.actors import (
    Actor,
)
from workflow.extensions import (
    granted_of,
)
from workflow.kinds import (
    OWN,
)
from workflow.permissions import Case, Scope, signs_first, signs_second
from workflow.queries.rows import COLUMNS, TaskRow, due_soon, hold_over, rows, running
from workflow.reference import Reference

SHOWN: Final = 12
# a recurring duty is on a desk until it is received; then its occurrences are
WAITING: Final = (Status.DRAFT, Status.ASSIGNED)
LOOKED_AT: Final = 300

TITLES: Final = {
    "to_sign": N_("To sign"),
    "to_decide": N_("Requests for more time"),
    "offered": N_("Another date offered to your unit"),
    "to_confirm": N_("Causes of delay and corrected dates to confirm"),
    "contested": N_("Contests between units, to be decided"),
    "to_accept": N_("Results of duties, to be accepted or returned"),
    "asked": N_("Waiting for your unit"),
    "hold_over": N_("The hold has ended: resume"),
    "overdue": N_("Overdue"),
    "returned": N_("Returned for redoing"),
    "new": N_("New"),
    "to_assign": N_("To assign"),
    "soon": N_("Due within 7 working days"),
}


@dataclass(frozen=True)
class DeskSection:
    """One heap on the desk: what it is, how many there are, and the first of them."""

    name: str
    title: str
    count: int
    rows: list[TaskRow]


@dataclass(frozen=True)
class _Result:
    """What signing needs to know of a hand-in: who handed in, who signed."""

    person_id: int
    signatures: tuple[Any, ...] = ()


@dataclass(frozen=True)
class _Mark:
    person_id: int
    post_id: int
    id: int = 0
    withdraws_id: int | None = None


def sections(ref: Reference, *, seen_by: Scope, shown: int = SHOWN) -> list[DeskSection]:
    """Return what waits for this person: heaps that hold something, in the order of TITLES, with their first rows."""
    found = {
        section.name: section
        for section in (_to_sign(ref, seen_by, shown), _to_decide(ref, seen_by, shown), *_heaps(ref, seen_by, shown))
    }
    return [found[name] for name in TITLES if name in found and found[name].count]


def to_sign(ref: Reference, *, seen_by: Scope, shown: int) -> DeskSection:
    """Return the results that wait for this person's signature. One query."""
    return _to_sign(ref, seen_by, shown)


def mine(seen_by: Scope) -> ColumnElement[bool]:
    """Return which tasks are this person's to move: his units', or those he supervises; the office has them all.

    The steps within a unit are its own alone.
    """
    by, own = seen_by.actor, Task.lead_unit_id.in_(seen_by.units())
    if by.is_chair or by.has(Role.OFFICE):
        return or_(Task.kind != TaskKind.SUB, own)
    return or_(own, and_(Task.leader_post_id.in_(by.leader_posts), Task.kind != TaskKind.SUB))


def _heaps(ref: Reference, seen_by: Scope, shown: int) -> list[DeskSection]:
    """Return the heaps of tasks to move on, each task in the first one it belongs to. One query."""
    heap = _heap(ref, seen_by).label("heap")
    due = func.coalesce(Task.due_on, date(9999, 12, 31))
    place = func.row_number().over(partition_by=heap, order_by=(due, Task.id)).label("place")
    size = func.count().over(partition_by=heap).label("size")
    inner = (
        _selected(heap, place, size)
        .where(seen_by.tasks(), or_(mine(seen_by), seen_by.waited_for(), to_accept(seen_by)), heap.is_not(None))
        .subquery()
    )
    query = (
        select(inner, granted_of(inner.c.id).label("granted"))
        .where(inner.c.place <= shown)
        .order_by(inner.c.heap, inner.c.place)
    )
    together: dict[str, list[Any]] = {}
    for row in db.session.execute(query):
        together.setdefault(row.heap, []).append(row)
    return [DeskSection(name, TITLES[name], items[0].size, rows(items, ref)) for name, items in together.items()]


def _heap(ref: Reference, seen_by: Scope) -> Any:
    counted = running(ref)
    gives = seen_by.actor.has(Role.OFFICE, Role.LEADER)
    heaps = [
        (_offered(seen_by), "offered"),
        (_to_confirm(seen_by), "to_confirm"),
        (_contested(seen_by), "contested"),
        (to_accept(seen_by), "to_accept"),
        (seen_by.waited_for(), "asked"),
        (hold_over(ref), "hold_over"),
        (and_(counted, Task.late_after < ref.on), "overdue"),
        (and_(counted, Task.redo_by.is_not(None)), "returned"),
        (Task.status == Status.ASSIGNED, "new"),
        (and_(counted, due_soon(ref)), "soon"),
    ]
    if gives:
        heaps.append((Task.status == Status.DRAFT, "to_assign"))
    return case(*heaps, else_=None)


def _offered(seen_by: Scope) -> ColumnElement[bool]:
    """Return on which tasks the head of the lead unit has another date to accept or decline."""
    open_offer = Extension.task_id == Task.id, Extension.state == ExtensionState.COUNTERED
    return and_(Task.lead_unit_id.in_(seen_by.actor.heads), exists().where(*open_offer).correlate(Task))


def _to_confirm(seen_by: Scope) -> ColumnElement[bool]:
    """Return on which tasks an objective cause waits for this leader, or a corrected date for a second person."""
    by = seen_by.actor
    supervised = true() if by.is_chair else Task.leader_post_id.in_(by.leader_posts)
    found = [and_(supervised, Task.lead_unit_id.not_in(by.heads), causes.undecided())] if by.leader_posts else []
    if by.has(Role.OFFICE, Role.LEADER):
        pending = DateCorrection.task_id == Task.id, DateCorrection.state == CorrectionState.PENDING
        found.append(exists().where(*pending, DateCorrection.person_id != by.person_id).correlate(Task))
    return or_(false(), *found)


def to_accept(seen_by: Scope) -> ColumnElement[bool]:
    """Return which duties' results wait for this person to accept them: he heads the unit they were done for."""
    whole = aliased(Task)
    led = select(whole.id).where(whole.lead_unit_id.in_(seen_by.actor.heads))
    return and_(Task.kind == TaskKind.DUTY, Task.status == Status.SIGNED_OFF, Task.parent_id.in_(led))


def _contested(seen_by: Scope) -> ColumnElement[bool]:
    """Return which tasks have a contest that this person decides: he supervises, and is no party to it."""
    by, whole = seen_by.actor, aliased(Task)
    supervised = true() if by.is_chair else Task.leader_post_id.in_(by.leader_posts)
    waited = select(Wait.task_id).where(Wait.unit_id.in_(by.heads), Wait.to_at.is_(None))
    led = select(whole.id).where(whole.lead_unit_id.in_(by.heads))
    party = or_(Task.lead_unit_id.in_(by.heads), Task.id.in_(waited), Task.parent_id.in_(led))
    said = Contest.decided_at.is_(None), Contest.person_id != by.person_id
    contested = Task.id.in_(select(Contest.task_id).where(*said))
    return and_(contested, supervised, func.coalesce(party, false()).is_(False)) if by.leader_posts else false()


def _to_sign(ref: Reference, seen_by: Scope, shown: int) -> DeskSection:
    """Return the results that wait for this person's signature today: his level, not his own work. One query."""
    by = seen_by.actor
    latest = (
        select(HandIn.person_id).where(HandIn.task_id == Task.id).order_by(HandIn.no.desc()).limit(1).scalar_subquery()
    )
    signer, signed_for = (
        select(column).where(Signature.task_id == Task.id).order_by(Signature.id.desc()).limit(1).scalar_subquery()
        for column in (Signature.person_id, Signature.post_id)
    )
    seats = or_(
        Task.lead_unit_id.in_(by.heads),
        Task.leader_post_id.in_(by.leader_posts),
        true() if by.is_chair else Task.id < 0,
        seen_by.by_mandate(),
    )
    marks = latest.label("author"), signer.label("signer"), signed_for.label("signed_for")
    query = _selected(*marks, Task.steps, Task.second, Task.leader_post_id).where(
        Task.status.in_((Status.SUBMITTED, Status.SIGNED_OFF)), seats
    )
    found = db.session.execute(query.order_by(Task.handed_in_on, Task.id).limit(LOOKED_AT)).all() if by.holdings else []
    waiting = [row for row in found if _signs_now(row, ref, seen_by)]
    return DeskSection("to_sign", TITLES["to_sign"], len(waiting), rows(waiting[:shown], ref))


def _signs_now(row: Any, ref: Reference, seen_by: Scope) -> bool:
    """Return whether the next signature on a row is this person's; the same rule as the life cycle's."""
    marks = (_Mark(row.signer, row.signed_for),) if row.status == Status.SIGNED_OFF and row.signer else ()
    found = Case(row, _Result(row.author, marks), ref)  # type: ignore[arg-type]  # a row has the columns the rule asks for
    first = row.status == Status.SUBMITTED
    signs, action = (signs_first, Action.SIGN_OFF) if first else (signs_second, Action.CONFIRM)
    return signs(seen_by.actor.within(row, action), found)


def _to_decide(ref: Reference, seen_by: Scope, shown: int) -> DeskSection:
    """Return the requests for more time that this person decides. One query; none for who supervises nothing."""
    by = seen_by.actor
    if not by.leader_posts:
        return DeskSection("to_decide", TITLES["to_decide"], 0, [])
    supervised = true() if by.is_chair else Task.leader_post_id.in_(by.leader_posts)
    others = Task.lead_unit_id.not_in(by.heads)
    open_now = Extension.state == ExtensionState.ASKED, Extension.asked_by_id != by.person_id
    asked = select(Extension.task_id).where(Extension.task_id == Task.id, *open_now, _in_time_or_above(ref, by))
    size = func.count().over().label("size")
    query = _selected(size, granted_of(Task.id).label("granted")).where(
        Task.id.in_(asked), Task.status.in_(lifecycle.LIVE), supervised, others
    )
    found = db.session.execute(query.order_by(Task.due_on, Task.id).limit(shown)).all()
    return DeskSection("to_decide", TITLES["to_decide"], found[0].size if found else 0, rows(found, ref))


def _in_time_or_above(ref: Reference, by: Actor) -> ColumnElement[bool]:
    """Return which requests are not one level too high for him: those made in time, or any for the head of the body.

    Who acts for that head by mandate does not decide a late one that he supervises himself (`deciding`).
    """
    chair = ref.chair
    holding = by.holding({chair.post_id}) if chair is not None else None
    if chair is None or holding is None:
        return Extension.after_deadline.is_(False)
    if holding.mandate_id is None:
        return true()
    own = Task.leader_post_id.in_(by.leader_posts - {chair.post_id})
    return or_(Extension.after_deadline.is_(False), Task.leader_post_id.is_(None), not_(own))


def _selected(*extra: Any) -> Any:
    return (
        select(*COLUMNS, *extra)
        .select_from(Task)
        .outerjoin(Person, Person.id == Task.officer_id)
        .outerjoin(Plan, Plan.id == Task.plan_id)
        .where(or_(Task.kind.in_(OWN), and_(Task.kind == TaskKind.DEFINITION, Task.status.in_(WAITING))))
    )
