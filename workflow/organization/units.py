"""Units as they are made, renamed, placed under another, and ended, each by a day and a decision.

A new unit takes effect by one person: it does nothing before office or leadership give it a task or fill its seats.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from models.base import db
from models.session import retried
from models.units import Unit, UnitEvent, UnitParent
from models.vocabulary import NameForm, UnitChange, UnitKind
from terms import N_
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import found, require_version, words, write
from workflow.organization.unit_events import name_row, take

CODE: Final = re.compile(r"[\w.-]{1,20}")


@retried
def create(  # noqa: PLR0913 (what its decision says, and who enters it)
    code: str,
    kind: UnitKind,
    name: str,
    from_on: date,
    *,
    by: Actor,
    at: datetime,
    short: str = "",
    parent_id: int | None = None,
    inside: bool = True,
    key: str | None = None,
) -> int:
    """Make a unit with its full and short name and return its id. Raises Refusal: not allowed, code taken."""
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return writing.number
        if parent_id is not None:
            found(Unit, parent_id)
        code = words(code, "code")
        if not CODE.fullmatch(code):
            form = N_("1 to 20 letters, digits, dots or dashes, without spaces")
            raise Refusal("bad_value", field=N_("code"), value=code, form=form)
        if writing.session.scalar(select(Unit.id).where(func.lower(Unit.code) == code.lower())):
            raise Refusal("taken", value=code)
        unit = Unit(code=code, kind=kind, inside=inside and kind != UnitKind.EXTERNAL, from_on=from_on)
        with recorded(None, "unit.create", by=writing.by, at=at, req=key):
            add(unit, name, short, parent_id)
        writing.keep(unit)
        return unit.id


def add(unit: Unit, name: str, short: str = "", parent_id: int | None = None) -> None:
    """Add a new unit with its names and its place. Needs an open door."""
    name, short = words(name, "name"), words(short, "short", required=False)
    db.session.add(unit)
    db.session.flush()
    db.session.add(name_row(unit.id, name, NameForm.FULL, unit.from_on))
    if short:
        db.session.add(name_row(unit.id, short, NameForm.SHORT, unit.from_on))
    if parent_id is not None:
        db.session.add(UnitParent(unit_id=unit.id, parent_id=parent_id, from_on=unit.from_on))


@retried
def rename(  # noqa: PLR0913 (what its decision says, and who enters it)
    unit_id: int,
    name: str,
    from_on: date,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    form: NameForm = NameForm.FULL,
    version: int | None = None,
    key: str | None = None,
) -> int | None:
    """Enter a new name of a unit from a day on; the old one stays true for the days before (one full name a day).

    It waits for a second person: returns the entry's id. None when it counts at once: an alias, which only helps
    reading and needs no decision, or the system's own entry.
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return None
        unit = found(Unit, unit_id)
        require_version(unit, version)
        required = form != NameForm.ALIAS and by.person_id is not None
        decision, name = words(decision, "decision", required=required), words(name, "name")
        if form == NameForm.ALIAS:
            with recorded(unit, "unit.rename", by=writing.by, at=at, req=key):
                writing.session.add(name_row(unit.id, name, form, from_on, decision))
            writing.keep(unit)
            return None
        event = UnitEvent(
            kind=UnitChange.RENAME, unit_id=unit.id, from_on=from_on, decision=decision, name=name, form=form
        )
        return take(event, unit, writing)


@retried
def place_under(
    unit_id: int,
    parent_id: int,
    from_on: date,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    key: str | None = None,
) -> int | None:
    """Enter another unit above from a day on; the old place stays true for the days before.

    It waits for a second person: returns the entry's id. Raises Refusal when some day would then have a unit above
    itself.
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return None
        unit, parent = found(Unit, unit_id), found(Unit, parent_id)
        require_version(unit, version)
        decision = words(decision, "decision")
        event = UnitEvent(
            kind=UnitChange.PLACE, unit_id=unit.id, parent_id=parent.id, from_on=from_on, decision=decision
        )
        return take(event, unit, writing)


@retried
def end(
    unit_id: int,
    to_on: date,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    key: str | None = None,
) -> int | None:
    """Enter the end of a unit (`to_on`: first day without it) with its seats, mandates and roles (rulings 16).

    It waits for a second person: returns the entry's id. Raises Refusal while the unit still leads open tasks or has
    units under it: those go to their heirs first.
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return None
        unit = found(Unit, unit_id)
        require_version(unit, version)
        decision = words(decision, "decision")
        event = UnitEvent(kind=UnitChange.END, unit_id=unit.id, from_on=to_on, decision=decision)
        return take(event, unit, writing)
