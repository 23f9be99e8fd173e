"""Units as they are made, renamed, placed under another, and ended, each by a day and a decision."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select

import vietnamese
from models.base import db
from models.session import transaction
from models.units import Unit, UnitName, UnitParent
from models.vocabulary import NameForm, UnitKind
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import require


def create(
    code: str, kind: UnitKind, name: str, from_on: date, *, by: Actor, at: datetime, short: str = "", parent_id: int | None = None, inside: bool = True
) -> int:
    """Make a unit with its full and short name and return its id. Raises Refusal: not allowed, code taken."""
    with transaction() as session:
        by = require("manage", by, at)
        code, name = _clean(code), _clean(name)
        if not code or not name:
            raise Refusal("missing_field", field="code" if not code else "name")
        if session.scalar(select(Unit.id).where(Unit.code == code)):
            raise Refusal("taken", value=code)
        unit = Unit(code=code, kind=kind, inside=inside, from_on=from_on)
        with recorded(None, "unit.create", by=by, at=at):
            session.add(unit)
            session.flush()
            session.add(name_row(unit.id, name, NameForm.FULL, from_on))
            if short:
                session.add(name_row(unit.id, _clean(short), NameForm.SHORT, from_on))
            if parent_id is not None:
                session.add(UnitParent(unit_id=unit.id, parent_id=parent_id, from_on=from_on))
        return unit.id


def rename(unit_id: int, name: str, from_on: date, decision: str, *, by: Actor, at: datetime, form: NameForm = NameForm.FULL) -> None:
    """Give a unit a new name from a day on; the old one stays true for the days before (one full name a day)."""
    with transaction() as session:
        by = require("manage", by, at)
        unit = session.get(Unit, unit_id)
        if unit is None:
            raise Refusal("not_found")
        with recorded(unit, "unit.rename", by=by, at=at):
            if form != NameForm.ALIAS:
                _end_names(unit, form, from_on)
            session.add(name_row(unit.id, _clean(name), form, from_on, decision))


def name_row(unit_id: int, text: str, form: NameForm, from_on: date, decision: str = "") -> UnitName:
    """Return a name with what searching and sorting need."""
    return UnitName(
        unit_id=unit_id, text=text, form=form, from_on=from_on, decision=decision,
        folded=vietnamese.fold(text), sort_key=vietnamese.sort_key(text),
    )


def _end_names(unit: Unit, form: NameForm, on: date) -> None:
    query = select(UnitName).where(
        UnitName.unit_id == unit.id, UnitName.form == form, or_(UnitName.to_on.is_(None), UnitName.to_on > on)
    )
    for row in db.session.scalars(query):
        if row.from_on >= on:
            raise Refusal("overlap")
        row.to_on = on


def _clean(text: str) -> str:
    return vietnamese.normalise(text).strip()
