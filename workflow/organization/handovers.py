"""Handing over: what somebody who leaves still holds, to whom each thing goes, signed before he can go (N15).

What hangs on his seat goes with the seat; the tasks that name him as officer go to whom he chooses, else to the head.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import aliased

import clock
import vietnamese
from models.base import db
from models.handover import Handover
from models.log import canonical, commitment, new_salt, plain
from models.people import Person, RoleGrant, Tenure
from models.session import retried, transaction
from models.tasks import Extension, Task, Wait
from models.vocabulary import ExtensionState, Leaving, Rank, Role, Status, TaskKind
from terms import N_
from workflow import access, actors, idempotency, reference
from workflow.actors import WORKING, Actor
from workflow.errors import Refusal
from workflow.given import is_blank
from workflow.ledger import recorded
from workflow.lifecycle import OPEN
from workflow.organization import passing
from workflow.reference import Reference

SIGN: Final = "handover.sign"
HAND_OVER: Final = "task.hand_over"
LONGEST: Final = 4000
# as what somebody holds a task -> how it is called; the first is his own, the others are his seat's
PARTS: Final[dict[str, str]] = {
    "officer": N_("named officer"),
    "head": N_("head of the lead unit"),
    "supervisor": N_("supervising leader"),
    "waited": N_("head of a unit that is waited for"),
    "acceptor": N_("head of the unit that accepts the result of a duty"),
}


@dataclass(frozen=True)
class Leave:
    """Who leaves what: his account with everything, one seat, or one role in a unit."""

    person_id: int
    leaving: Leaving
    tenure_id: int | None = None
    grant_id: int | None = None


@dataclass(frozen=True)
class Item:
    """One open task of somebody who leaves: as what he holds it, and what in it waits for him."""

    task_id: int
    title: str
    status: Status
    due_on: date | None
    lead_unit_id: int | None
    parts: tuple[str, ...]
    asks_time: bool

    @property
    def is_own(self) -> bool:
        """Return whether it names him: somebody must be named in his place."""
        return "officer" in self.parts


@dataclass(frozen=True)
class _Reach:
    """What of the open tasks is his: where he is named, whose head he is, which posts he holds."""

    person_id: int
    officer_in: frozenset[int] | None
    heads: frozenset[int]
    posts: frozenset[int]
    since: date


def of_account(person_id: int) -> Leave:
    """Return the leaving of somebody who leaves everything."""
    return Leave(person_id, Leaving.ACCOUNT)


def of_seat(row: Tenure) -> Leave:
    """Return the leaving of somebody who leaves a seat."""
    return Leave(row.person_id, Leaving.SEAT, tenure_id=row.id)


def of_role(row: RoleGrant) -> Leave:
    """Return the leaving of somebody who leaves a unit in which he has a role."""
    return Leave(row.person_id, Leaving.ROLE, grant_id=row.id)


def require(leave: Leave, at: datetime) -> None:
    """Raise Refusal while somebody who leaves holds open work that no signed handover speaks of."""
    ref = reference.load(clock.day_of(at))
    reach = _reach(leave, ref)
    items = _items(reach)
    own = sum(item.is_own for item in items)
    if own or (items and not _is_signed(leave, reach.since)):
        name = db.session.get_one(Person, leave.person_id).name
        raise Refusal("handover_missing", name=name, count=len(items))


def held(leave: Leave, ref: Reference) -> list[Item]:
    """Return the open work of somebody who leaves. At most four queries."""
    return _items(_reach(leave, ref))


def choices(items: list[Item], leave: Leave, at: datetime) -> dict[int, dict[int, str]]:
    """Return who can take each unit's tasks over: unit -> person -> name."""
    units = {item.lead_unit_id for item in items if item.is_own and item.lead_unit_id is not None}
    able = {unit: found - {leave.person_id} for unit, found in passing.workers(units, at).items()}
    everybody = {key for people in able.values() for key in people}
    query = select(Person.id, Person.name).where(Person.id.in_(everybody), Person.active).order_by(Person.sort_key)
    names = {row.id: row.name for row in db.session.execute(query)}
    return {unit: {key: name for key, name in names.items() if key in people} for unit, people in able.items()}


def require_may(leave: Leave, by: Actor, ref: Reference, at: datetime) -> bool:
    """Return whether it is his own; in his place signs who heads a unit of his, or leadership. Raises Refusal."""
    if by.person_id == leave.person_id:
        return True
    person = db.session.get(Person, leave.person_id)
    if person is None:
        raise Refusal("not_found")
    units = actors.actor(person, ref, at).unit_ids
    if not (by.has(Role.LEADER) or by.heads & units):
        raise Refusal("not_yours", who=N_("the person himself, the head of his unit, or leadership"))
    return False


@retried
def sign(
    leave: Leave,
    choice: Mapping[int, int | None],
    *,
    password: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    key: str | None = None,
) -> int:
    """Sign a handover: the list is kept as it is, and tasks that name the person go to whom he chose. Returns its id.

    Raises Refusal: a wrong password, not his, no reason in another's place, somebody who does not work there.
    """
    access.verify_again(by, password, at=at)
    with transaction() as session:
        session.get(Person, leave.person_id, populate_existing=True, with_for_update={"key_share": True})
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        if answer := idempotency.answered(by, key, SIGN):
            return int(answer.split()[-1])
        reason = _reason(reason, own=require_may(leave, by, ref, at))
        items = held(leave, ref)
        able = choices(items, leave, at)
        chosen = {item.task_id: _chosen(item, choice, able) for item in items if item.is_own}
        row = _row(leave, items, chosen, able, ref, by, at, reason)
        with recorded(None, SIGN, by=by, at=at, req=key, content={"snapshot": row.content_sha}):
            session.add(row)
        _rename_officers(chosen, by, at, key or f"handover:{row.id}")
        idempotency.keep(by, key, SIGN, f"Handover {row.id}", at)
        return row.id


def _rename_officers(chosen: Mapping[int, int | None], by: Actor, at: datetime, req: str) -> None:
    query = select(Task).where(Task.id.in_(chosen)).order_by(Task.id).with_for_update(of=Task)
    for task in db.session.scalars(query.execution_options(populate_existing=True)).unique().all():
        with recorded(task, HAND_OVER, by=by, at=at, req=req):
            task.officer_id = chosen[task.id]


def _reason(text: str, *, own: bool) -> str:
    text = vietnamese.normalise(text).strip()
    if not own and is_blank(text):
        raise Refusal("missing_field", field=N_("reason"))
    if len(text) > LONGEST:
        raise Refusal("too_long", field=N_("reason"), limit=LONGEST, length=len(text))
    return text


def _chosen(item: Item, choice: Mapping[int, int | None], able: Mapping[int, Mapping[int, str]]) -> int | None:
    """Return who takes a task over; None leaves it to the head."""
    person = choice.get(item.task_id)
    if person is not None and person not in able.get(item.lead_unit_id or 0, {}):
        raise Refusal("person_unknown")
    return person


def _row(
    leave: Leave, items: list[Item], chosen: Mapping[int, int | None], able: Mapping[int, Mapping[int, str]],
    ref: Reference, by: Actor, at: datetime, reason: str,
) -> Handover:  # fmt: skip
    person = actors.actor(db.session.get_one(Person, leave.person_id), ref, at)
    names = {key: name for people in able.values() for key, name in people.items()}
    salt = new_salt()
    content = {
        "v": 1,
        "person": {"id": person.person_id, "name": person.name, "position": person.position, "unit": person.unit_name},
        "leaving": leave.leaving,
        "seat": _seat_words(leave),
        "items": [_item_facts(item, names.get(chosen.get(item.task_id) or 0), ref) for item in items],
        "signed_by": {"name": by.name, "position": by.position, "unit": by.unit_name, "at": at},
        "reason": {"commit": commitment(salt, reason)} if reason else None,
    }
    text = canonical(plain(content))
    return Handover(
        person_id=leave.person_id, leaving=leave.leaving, tenure_id=leave.tenure_id, grant_id=leave.grant_id,
        signed_by_id=by.person_id, name=by.name, position=by.position, unit_name=by.unit_name, reason=reason or None,
        content=text, content_sha=hashlib.sha256(text.encode()).hexdigest(), method="password", at=at,
    )  # fmt: skip


def _seat_words(leave: Leave) -> str:
    row = db.session.get(Tenure, leave.tenure_id) if leave.tenure_id is not None else None
    return row.post.title if row is not None else ""


def _item_facts(item: Item, to: str | None, ref: Reference) -> dict[str, Any]:
    head = ref.head_of(item.lead_unit_id)
    return {
        "task": item.task_id,
        "title": " ".join(item.title.split()),
        "status": item.status,
        "due_on": item.due_on,
        "unit": ref.unit_name(item.lead_unit_id),
        "as": list(item.parts),
        "asks_time": item.asks_time,
        "to": to or (head.title if head is not None else ""),
        "to_person": to is not None,
    }


def _reach(leave: Leave, ref: Reference) -> _Reach:
    """Return what is his by what he leaves. Up to three queries."""
    seats = [seat for seat in ref.seats if seat.person_id == leave.person_id]
    if leave.leaving == Leaving.ACCOUNT:
        starts = select(Tenure.from_on).where(Tenure.person_id == leave.person_id, Tenure.confirmed_at.is_not(None))
        begun = [day for day in db.session.scalars(starts) if day <= ref.on]
        return _reached(leave, None, seats, max(begun, default=date.min) if seats else date.min)
    if leave.leaving == Leaving.SEAT:
        row = db.session.get_one(Tenure, leave.tenure_id)
        posts = [seat for seat in seats if seat.post_id == row.post_id]
        others = {seat.unit_id for seat in seats if seat.post_id != row.post_id} | _roles(leave, ref, but=None)
        return _reached(leave, {row.post.unit_id} - others, posts, row.from_on)
    grant = db.session.get_one(RoleGrant, leave.grant_id)
    others = {seat.unit_id for seat in seats} | _roles(leave, ref, but=grant.id)
    return _reached(leave, {grant.unit_id} - others, [], grant.from_on)


def _reached(leave: Leave, officer_in: set[int] | None, seats: list[Any], since: date) -> _Reach:
    heads = frozenset(seat.unit_id for seat in seats if seat.rank == Rank.HEAD)
    posts = frozenset(seat.post_id for seat in seats)
    return _Reach(leave.person_id, None if officer_in is None else frozenset(officer_in), heads, posts, since)


def _roles(leave: Leave, ref: Reference, but: int | None) -> set[int]:
    """Return the units in which he works by a role, one of them left out."""
    query = select(RoleGrant.unit_id).where(RoleGrant.person_id == leave.person_id, RoleGrant.role.in_(WORKING))
    query = query.where(RoleGrant.from_on <= ref.on, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > ref.on))
    return set(db.session.scalars(query if but is None else query.where(RoleGrant.id != but)))


def _items(reach: _Reach) -> list[Item]:
    """Return the open tasks that are his. One query."""
    his = Task.officer_id == reach.person_id
    waits = select(Wait.task_id).where(Wait.unit_id.in_(reach.heads), Wait.to_at.is_(None))
    asked = select(Extension.task_id).where(Extension.state.in_((ExtensionState.ASKED, ExtensionState.COUNTERED)))
    conditions: dict[str, ColumnElement[bool]] = {
        "officer": his if reach.officer_in is None else his & Task.lead_unit_id.in_(reach.officer_in),
        "head": Task.lead_unit_id.in_(reach.heads) if reach.heads else false(),
        "supervisor": Task.leader_post_id.in_(reach.posts) if reach.posts else false(),
        "waited": Task.id.in_(waits) if reach.heads else false(),
        "acceptor": _to_accept(reach.heads) if reach.heads else false(),
    }
    columns = Task.id, Task.title, Task.status, Task.due_on, Task.lead_unit_id, Task.id.in_(asked).label("asks")
    flags = [condition.label(name) for name, condition in conditions.items()]
    query = select(*columns, *flags).where(Task.status.in_(OPEN), or_(*conditions.values()))
    rows = db.session.execute(query.order_by(Task.lead_unit_id, Task.due_on, Task.id))
    return [
        Item(row.id, row.title, row.status, row.due_on, row.lead_unit_id, _parts(row), bool(row.asks)) for row in rows
    ]


def _to_accept(heads: frozenset[int]) -> ColumnElement[bool]:
    """Return which duties' signed results wait for the heads of some units to accept them."""
    whole = aliased(Task)
    led = select(whole.id).where(whole.lead_unit_id.in_(heads))
    return and_(Task.kind == TaskKind.DUTY, Task.status == Status.SIGNED_OFF, Task.parent_id.in_(led))


def _parts(row: Any) -> tuple[str, ...]:
    return tuple(name for name in PARTS if getattr(row, name))


def _is_signed(leave: Leave, since: date) -> bool:
    """Return whether a handover speaks of what he leaves, signed since he has had it."""
    same = {Leaving.SEAT: Handover.tenure_id == leave.tenure_id, Leaving.ROLE: Handover.grant_id == leave.grant_id}
    meant = or_(Handover.leaving == Leaving.ACCOUNT, same.get(leave.leaving, false()))
    query = select(Handover.at).where(Handover.person_id == leave.person_id, meant)
    last = db.session.scalar(query.order_by(Handover.id.desc()).limit(1))
    return last is not None and clock.day_of(last) >= since
