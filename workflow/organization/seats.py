"""Posts, who holds them from day to day, and mandates; each counts once a second person confirmed it (rulings 9)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select

import clock
import vietnamese
from models.base import db
from models.people import Mandate, Post, Tenure
from models.session import lock, transaction
from models.vocabulary import Capacity, MandateKind, Rank
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import require


def create_post(unit_id: int, title: str, rank: Rank, *, by: Actor, at: datetime) -> int:
    """Make a seat in a unit and return its id."""
    with transaction() as session:
        by = require("manage", by, at)
        post = Post(unit_id=unit_id, title=vietnamese.normalise(title).strip(), rank=rank)
        with recorded(None, "post.create", by=by, at=at):
            session.add(post)
        return post.id


def enter(
    post_id: int, person_id: int, from_on: date, decision: str, *, by: Actor, at: datetime, to_on: date | None = None, capacity: Capacity = Capacity.FULL
) -> int:
    """Enter who holds a post from a day on, by which decision; it waits for a second person. Returns its id.

    Raises Refusal: not allowed, no decision, the seat is taken on a day of it.
    """
    with transaction() as session:
        by = require("seats", by, at)
        _require_decision(decision)
        _require_free(post_id, from_on, to_on)
        row = Tenure(
            post_id=post_id, person_id=person_id, capacity=capacity, from_on=from_on, to_on=to_on, decision=decision,
            entered_by_id=by.person_id, entered_at=at,
        )
        with recorded(None, "seat.enter", by=by, at=at):
            session.add(row)
        return row.id


def confirm(tenure_id: int, *, by: Actor, at: datetime) -> None:
    """Confirm what another person entered; from now the seat gives its rights (from its first day, if that is later)."""
    with transaction():
        by = require("seats", by, at)
        row = lock(Tenure, tenure_id)
        _require_second(row.entered_by_id, by)
        _require_free(row.post_id, row.from_on, row.to_on, but=row.id)
        with recorded(row, "seat.confirm", by=by, at=at):
            row.confirmed_by_id, row.confirmed_at = by.person_id, at


def end(tenure_id: int, to_on: date, decision: str, *, by: Actor, at: datetime) -> None:
    """End somebody's time in a seat: `to_on` is the first day he no longer holds it."""
    with transaction():
        by = require("seats", by, at)
        _require_decision(decision)
        row = lock(Tenure, tenure_id)
        with recorded(row, "seat.end", by=by, at=at, data={"decision": decision}):
            row.to_on = max(to_on, row.from_on)


def mandate(
    post_id: int, person_id: int, kind: MandateKind, scope: str, from_at: datetime, to_at: datetime, decision: str, *, by: Actor, at: datetime
) -> int:
    """Enter a written authority to sign for a post (KT., TL., TUQ.); it waits for a second person. Returns its id."""
    with transaction() as session:
        by = require("seats", by, at)
        _require_decision(decision)
        if to_at <= from_at:
            raise Refusal("bad_value", field="until", value=clock.day_of(to_at).strftime("%d/%m/%Y"))
        row = Mandate(
            post_id=post_id, person_id=person_id, kind=kind, scope=scope, from_at=from_at, to_at=to_at, decision=decision,
            entered_by_id=by.person_id, entered_at=at,
        )
        with recorded(None, "mandate.enter", by=by, at=at):
            session.add(row)
        return row.id


def confirm_mandate(mandate_id: int, *, by: Actor, at: datetime) -> None:
    """Confirm a mandate that another person entered."""
    with transaction():
        by = require("seats", by, at)
        row = lock(Mandate, mandate_id)
        _require_second(row.entered_by_id, by)
        with recorded(row, "mandate.confirm", by=by, at=at):
            row.confirmed_by_id, row.confirmed_at = by.person_id, at


def holder_on(post_id: int, day: date) -> int | None:
    """Return who held a post on a day: the answer attribution asks for; None when it was empty."""
    query = select(Tenure.person_id).where(
        Tenure.post_id == post_id,
        Tenure.confirmed_at.is_not(None),
        Tenure.from_on <= day,
        or_(Tenure.to_on.is_(None), Tenure.to_on > day),
    )
    return db.session.scalar(query)


def _require_free(post_id: int, from_on: date, to_on: date | None, but: int | None = None) -> None:
    """Refuse days on which another person holds the post: one person a post a day."""
    query = select(Tenure.id).where(Tenure.post_id == post_id, or_(Tenure.to_on.is_(None), Tenure.to_on > from_on))
    if to_on is not None:
        query = query.where(Tenure.from_on < to_on)
    if but is not None:
        query = query.where(Tenure.id != but)
    if db.session.scalar(query.limit(1)) is not None:
        raise Refusal("overlap")


def _require_second(entered_by_id: int | None, by: Actor) -> None:
    if by.person_id is not None and by.person_id == entered_by_id:
        raise Refusal("second_person")


def _require_decision(decision: str) -> None:
    if not decision.strip():
        raise Refusal("missing_field", field="decision")
