"""Handovers as their pages show them: one that was signed, and what somebody can leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import or_, select

from models.base import db, is_id
from models.handover import Handover
from models.people import Person, RoleGrant, Tenure
from models.vocabulary import Role
from workflow.actors import WORKING
from workflow.errors import Refusal
from workflow.organization import handovers
from workflow.organization.handovers import Leave
from workflow.permissions import Scope
from workflow.reference import Reference


@dataclass(frozen=True)
class Signed:
    """A handover that was signed, with what its text says."""

    row: Handover
    content: dict[str, Any]


def one(handover_id: int, *, seen_by: Scope) -> Signed:
    """Return a signed handover. Raises Refusal: there is none, or it is not his to read."""
    row = db.session.get(Handover, handover_id) if is_id(handover_id) else None
    if row is None or not (row.person_id == seen_by.actor.person_id or _reads(seen_by, row)):
        raise Refusal("not_found")
    return Signed(row, orjson.loads(row.content))


def of_person(person_id: int) -> list[Handover]:
    """Return what a person handed over, the latest first. One query."""
    query = select(Handover).where(Handover.person_id == person_id)
    return list(db.session.scalars(query.order_by(Handover.id.desc())))


def leaves(person_id: int, ref: Reference) -> list[tuple[Leave, str]]:
    """Return what a person can leave, in words: his seats and his units one by one. Two queries."""
    tenures = select(Tenure).where(Tenure.person_id == person_id, Tenure.confirmed_at.is_not(None))
    tenures = tenures.where(Tenure.from_on <= ref.on, or_(Tenure.to_on.is_(None), Tenure.to_on > ref.on))
    roles = select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role.in_(WORKING))
    roles = roles.where(RoleGrant.from_on <= ref.on, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > ref.on))
    found = [
        (handovers.of_seat(row), f"{row.post.title}, {ref.unit_name(row.post.unit_id)}")
        for row in db.session.scalars(tenures)
    ]
    return found + [(handovers.of_role(row), ref.unit_name(row.unit_id)) for row in db.session.scalars(roles)]


def person(person_id: int) -> Person:
    """Return the person who leaves. Raises Refusal when there is none."""
    found = db.session.get(Person, person_id) if is_id(person_id) else None
    if found is None:
        raise Refusal("not_found")
    return found


def _reads(seen_by: Scope, row: Handover) -> bool:
    """Return whether it is his to read: who signed it, leadership, office, inspection, who took a task over."""
    by = seen_by.actor
    return by.person_id == row.signed_by_id or by.has(Role.LEADER, Role.OFFICE, Role.INSPECTOR)
