"""What ends with a unit: its place, its seats with their mandates, its roles; each to the day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from models.base import db
from models.people import Post, RoleGrant
from models.units import Unit, UnitName, UnitParent
from workflow.organization import seats


def end_unit(unit_id: int, on: date) -> None:
    """End the unit with its place, its seats with their mandates, and its roles (rulings 16). Needs an open door."""
    db.session.get_one(Unit, unit_id).to_on = on
    for place in places(unit_id, on):
        if place.from_on < on:
            place.to_on = on
    for post_id in db.session.scalars(select(Post.id).where(Post.unit_id == unit_id)):
        seats.empty(post_id, on)
    for grant in grants(unit_id, on):
        grant.to_on = max(on, grant.from_on)


def places(unit_id: int, on: date) -> list[UnitParent]:
    """Return where a unit stands from a day on."""
    return list(db.session.scalars(select(UnitParent).where(UnitParent.unit_id == unit_id, reaches(UnitParent, on))))


def grants(unit_id: int, on: date) -> list[RoleGrant]:
    """Return the roles in a unit that have not ended by a day."""
    return list(db.session.scalars(select(RoleGrant).where(RoleGrant.unit_id == unit_id, reaches(RoleGrant, on))))


def reaches(kind: type[UnitName | UnitParent | RoleGrant], on: date) -> ColumnElement[bool]:
    """Return the condition that a span has not ended by a day."""
    return or_(kind.to_on.is_(None), kind.to_on > on)
