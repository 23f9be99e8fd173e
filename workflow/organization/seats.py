"""Posts, who holds them from day to day, and mandates; each counts once a second person confirmed it.

To revoke a mandate needs one person and works at once: it only takes rights away.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, or_, select

import clock
from models.base import db
from models.log import LogHead
from models.people import Mandate, Person, Post, RoleGrant, Tenure
from models.plans import Plan
from models.tasks import Task
from models.units import Unit
from models.vocabulary import Capacity, MandateCover, MandateKind, Rank, Role
from terms import N_
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization import handovers
from workflow.organization.gate import found, require_second, require_span, words, write
from workflow.organization.people import require_account


@dataclass(frozen=True)
class Reach:
    """What a mandate is good for: which steps, in one plan or on one task where it names them."""

    covers: MandateCover = MandateCover.ALL
    plan_id: int | None = None
    task_id: int | None = None


EVERYWHERE: Final = Reach()


def create_post(unit_id: int, title: str, rank: Rank, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Make a seat in a unit and return its id. Raises Refusal: the unit has its head, or the body its chair."""
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return writing.number
        unit = found(Unit, unit_id)
        _require_only(rank, unit.id)
        post = Post(unit_id=unit.id, title=words(title, "title"), rank=rank)
        with recorded(None, "post.create", by=writing.by, at=at, req=key):
            writing.session.add(post)
        writing.keep(post)
        return post.id


def close_post(post_id: int, decision: str, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Close a seat that exists no more; its history stays. Raises Refusal while somebody holds it."""
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        post = found(Post, post_id)
        decision = words(decision, "decision")
        _require_free(post.id, clock.day_of(at), None)
        with recorded(post, "post.close", by=writing.by, at=at, req=key, data={"decision": decision}):
            post.active = False
        writing.keep(post)


def enter(  # noqa: PLR0913 (what its decision says, and who enters it)
    post_id: int,
    person_id: int,
    from_on: date,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    to_on: date | None = None,
    capacity: Capacity = Capacity.FULL,
    key: str | None = None,
) -> int:
    """Enter who holds a post from a day on, by which decision; it waits for a second person. Returns its id.

    Raises Refusal: not allowed, no decision, ends before it begins, the seat is taken on one of the days,
    an account of administration. Source: rulings 9.
    """
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return writing.number
        post = found(Post, post_id)  # locked: whoever enters the same seat at once waits here and then sees this row
        decision = words(decision, "decision")
        require_span(from_on, to_on)
        _require_worker(person_id, from_on)
        _require_free(post.id, from_on, to_on, ends_count=True)
        row = Tenure(
            post_id=post.id,
            person_id=person_id,
            capacity=capacity,
            from_on=from_on,
            to_on=to_on,
            decision=decision,
            entered_by_id=writing.by.person_id,
            entered_at=at,
        )
        with recorded(None, "seat.enter", by=writing.by, at=at, req=key):
            writing.session.add(row)
        writing.keep(row)
        return row.id


def confirm(tenure_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Confirm what another entered; it gives its rights from now, or from its first day if that is later."""
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return
        row = _tenure(tenure_id)
        require_second(row.entered_by_id, row.confirmed_at, writing.by)
        if row.to_on == row.from_on:
            raise Refusal("taken_back")
        _require_worker(row.person_id, row.from_on)
        _require_free(row.post_id, row.from_on, row.to_on, but=row.id)
        with recorded(row, "seat.confirm", by=writing.by, at=at, req=key):
            row.confirmed_by_id, row.confirmed_at = writing.by.person_id, at
        writing.keep(row)


def end(tenure_id: int, to_on: date, decision: str, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Enter the end of somebody's time in a seat (`to_on`: first day without it); a second person confirms it.

    Nothing changes until then; the system's own entry counts at once. An end only moves nearer: more time in a seat
    is a new entry. Raises Refusal: not allowed, no decision, an entry that nobody has confirmed.
    """
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return
        decision = words(decision, "decision")
        row = _tenure(tenure_id)
        if row.confirmed_at is None:
            raise Refusal("not_confirmed")
        _require_nearer(row, to_on)
        counts = by.person_id is None
        if counts:
            handovers.require(handovers.of_seat(row), at)
        with recorded(row, "seat.end" if counts else "seat.enter_end", by=writing.by, at=at, req=key):
            row.ends_on, row.end_decision = to_on, decision
            row.end_entered_by_id, row.end_entered_at = writing.by.person_id, at
            row.end_confirmed_by_id, row.end_confirmed_at = None, at if counts else None
            if counts:
                _cut(row, to_on)
        writing.keep(row)


def confirm_end(tenure_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Confirm an end that another entered: the time in the seat ends, and the mandates given with it."""
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return
        row = _tenure(tenure_id)
        if row.ends_on is None:
            raise Refusal("taken_back")
        require_second(row.end_entered_by_id, row.end_confirmed_at, writing.by)
        _require_nearer(row, row.ends_on)
        handovers.require(handovers.of_seat(row), at)
        with recorded(row, "seat.end", by=writing.by, at=at, req=key, data={"decision": row.end_decision}):
            row.end_confirmed_by_id, row.end_confirmed_at = writing.by.person_id, at
            _cut(row, row.ends_on)
        writing.keep(row)


def take_back_end(tenure_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Take back an end that nobody has confirmed; the log keeps that it was entered."""
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return
        row = _tenure(tenure_id)
        if row.ends_on is None:
            raise Refusal("taken_back")
        if row.end_confirmed_at is not None:
            raise Refusal("confirmed_already")
        with recorded(row, "seat.take_back_end", by=writing.by, at=at, req=key):
            _drop_end(row)
        writing.keep(row)


def take_back(tenure_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Take back an entry nobody has confirmed; it stays in the log and holds no day."""
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return
        row = _tenure(tenure_id)
        if row.confirmed_at is not None:
            raise Refusal("confirmed_already")
        with recorded(row, "seat.take_back", by=writing.by, at=at, req=key):
            row.to_on = row.from_on
        writing.keep(row)


def mandate(  # noqa: PLR0913 (what its decision says, and who enters it)
    post_id: int,
    person_id: int,
    kind: MandateKind,
    scope: str,
    from_at: datetime,
    to_at: datetime,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    key: str | None = None,
    reach: Reach = EVERYWHERE,
) -> int:
    """Enter an authority to sign for a post (KT., TL., TUQ.); it waits for a second person. Returns its id.

    Raises Refusal when it lies outside one holder's time in that seat: nobody gives what he does not hold, and who
    signs by mandate holds nothing to give (no sub-delegation).
    """
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return writing.number
        post = found(Post, post_id)
        decision, scope = words(decision, "decision"), words(scope, "scope")
        if to_at <= from_at:
            raise Refusal("ends_before_begins", begins=_shown(from_at), ends=_shown(to_at))
        _require_worker(person_id, clock.day_of(from_at))
        _require_giver(post.id, person_id, from_at, to_at)
        _require_reach(reach)
        row = Mandate(post_id=post.id, person_id=person_id, kind=kind, scope=scope, decision=decision, **asdict(reach))
        row.from_at, row.to_at, row.entered_by_id, row.entered_at = from_at, to_at, writing.by.person_id, at
        with recorded(None, "mandate.enter", by=writing.by, at=at, req=key):
            writing.session.add(row)
        writing.keep(row)
        return row.id


def confirm_mandate(mandate_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Confirm a mandate that another person entered."""
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return
        row = found(Mandate, mandate_id)
        found(Post, row.post_id)
        require_second(row.entered_by_id, row.confirmed_at, writing.by)
        if row.to_at is None or row.to_at <= row.from_at:
            raise Refusal("taken_back")
        _require_worker(row.person_id, clock.day_of(row.from_at))
        _require_giver(row.post_id, row.person_id, row.from_at, row.to_at)
        with recorded(row, "mandate.confirm", by=writing.by, at=at, req=key):
            row.confirmed_by_id, row.confirmed_at = writing.by.person_id, at
        writing.keep(row)


def revoke_mandate(mandate_id: int, decision: str, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """End a mandate at this moment; what was signed by it stays signed."""
    with write("seats", by, at, key) as writing:
        if writing.answer:
            return
        row = found(Mandate, mandate_id)
        decision = words(decision, "decision")
        if row.to_at is not None and row.to_at <= at:
            raise Refusal("taken_back")
        with recorded(row, "mandate.revoke", by=writing.by, at=at, req=key, data={"decision": decision}):
            row.to_at = max(at, row.from_at)
        writing.keep(row)


def holder_on(post_id: int, day: date) -> int | None:
    """Return who held a post on a day: the answer attribution asks for; None when it was empty."""
    query = select(Tenure.person_id).where(
        Tenure.post_id == post_id,
        Tenure.confirmed_at.is_not(None),
        Tenure.from_on <= day,
        or_(Tenure.to_on.is_(None), Tenure.to_on > day),
    )
    return db.session.scalar(query)


def empty(post_id: int, on: date) -> None:
    """End whatever time in a post reaches beyond a day. Needs an open door."""
    query = select(Tenure).where(Tenure.post_id == post_id, or_(Tenure.to_on.is_(None), Tenure.to_on > on))
    for row in db.session.scalars(query):
        _cut(row, max(on, row.from_on))


def _tenure(tenure_id: int) -> Tenure:
    """Return an entry of a seat, the seat locked before it: every change of one seat waits for the other."""
    row = found(Tenure, tenure_id)
    found(Post, row.post_id)
    return row


def _cut(row: Tenure, to_on: date) -> None:
    """End a time in a seat, and the mandates its holder gave with it."""
    begins, ends = clock.start_of(row.from_on), clock.start_of(to_on)
    given = select(Mandate).where(Mandate.post_id == row.post_id, Mandate.from_at >= begins, Mandate.to_at > ends)
    if row.to_on is not None:
        given = given.where(Mandate.from_at < clock.start_of(row.to_on))
    row.to_on = to_on
    if row.ends_on is not None and row.ends_on > to_on:
        _drop_end(row)
    for item in db.session.scalars(given) if row.confirmed_at is not None else ():
        item.to_at = max(ends, item.from_at)


def _drop_end(row: Tenure) -> None:
    """Clear an end that was entered. Needs an open door."""
    row.ends_on = row.end_decision = row.end_entered_by_id = row.end_entered_at = None
    row.end_confirmed_by_id = row.end_confirmed_at = None


def _require_nearer(row: Tenure, to_on: date) -> None:
    require_span(row.from_on, to_on)
    if row.to_on is not None and to_on > row.to_on:
        raise Refusal("end_moves_away")


def _require_only(rank: Rank, unit_id: int) -> None:
    """Refuse a second head of a unit and a second chair; who makes one at the same moment waits here."""
    if rank not in (Rank.HEAD, Rank.CHAIR):
        return
    db.session.execute(select(LogHead.id).with_for_update())
    query = select(Post.id).where(Post.active, Post.rank == rank)
    query = query.where(Post.unit_id == unit_id) if rank == Rank.HEAD else query
    if db.session.scalar(query.limit(1)) is not None:
        raise Refusal("seat_exists")


def _require_free(
    post_id: int, from_on: date, to_on: date | None, but: int | None = None, *, ends_count: bool = False
) -> None:
    """Refuse days on which another person holds the post: one person a post a day.

    With `ends_count` an end that waits frees its days, so that the successor can wait beside it.
    """
    ends = func.coalesce(Tenure.ends_on, Tenure.to_on) if ends_count else Tenure.to_on
    query = select(Tenure.id).where(Tenure.post_id == post_id, or_(ends.is_(None), ends > from_on))
    query = query.where(or_(Tenure.to_on.is_(None), Tenure.to_on > Tenure.from_on))
    if to_on is not None:
        query = query.where(Tenure.from_on < to_on)
    if but is not None:
        query = query.where(Tenure.id != but)
    if db.session.scalar(query.limit(1)) is not None:
        raise Refusal("overlap")


def _require_worker(person_id: int, on: date) -> None:
    """Refuse a person who is unknown, gone, or has an account of administration (promises ACL-5)."""
    person = found(Person, person_id)
    if not person.active:
        raise Refusal("bad_value", field=N_("person"), value=person.name)
    require_account(person.id)
    admin = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == Role.ADMIN,
        or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > on),
    )
    if db.session.scalar(admin.limit(1)) is not None:
        raise Refusal("admin_apart")


def _require_giver(post_id: int, person_id: int, from_at: datetime, to_at: datetime) -> None:
    """Refuse a mandate that does not lie within one other person's confirmed time in the seat."""
    for giver in db.session.scalars(select(Tenure).where(Tenure.post_id == post_id, Tenure.confirmed_at.is_not(None))):
        begins = clock.start_of(giver.from_on) <= from_at
        reaches = giver.to_on is None or to_at <= clock.start_of(giver.to_on)
        if begins and reaches and giver.person_id != person_id:
            return
    raise Refusal("mandate_without_giver")


def _require_reach(reach: Reach) -> None:
    """Refuse a mandate for a plan or task that is not there."""
    if reach.plan_id is not None:
        found(Plan, reach.plan_id)
    if reach.task_id is not None:
        found(Task, reach.task_id)


def _shown(moment: datetime) -> str:
    return moment.astimezone(clock.LOCAL).strftime("%d/%m/%Y")
