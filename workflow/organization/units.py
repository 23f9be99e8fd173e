"""Units as they are made, renamed, placed under another, and ended, each by a day and a decision."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select

import vietnamese
from models.base import db
from models.people import Post, RoleGrant
from models.session import retried
from models.tasks import Task
from models.units import Unit, UnitName, UnitParent
from models.vocabulary import NameForm, UnitKind
from terms import N_
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.lifecycle import OPEN
from workflow.organization import seats
from workflow.organization.gate import found, require_span, require_version, words, write

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
) -> None:
    """Give a unit a new name from a day on; the old one stays true for the days before (one full name a day).

    A full or short name that a person enters needs its decision; an alias only helps reading.
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        unit = found(Unit, unit_id)
        require_version(unit, version)
        required = form != NameForm.ALIAS and by.person_id is not None
        decision, name = words(decision, "decision", required=required), words(name, "name")
        with recorded(unit, "unit.rename", by=writing.by, at=at, req=key):
            if form != NameForm.ALIAS:
                _end_names(unit, form, from_on)
            writing.session.add(name_row(unit.id, name, form, from_on, decision))
        writing.keep(unit)


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
) -> None:
    """Place a unit under another from a day on; the old place stays true for the days before.

    Raises Refusal when some day would then have a unit above itself.
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        unit, parent = found(Unit, unit_id), found(Unit, parent_id)
        require_version(unit, version)
        decision = words(decision, "decision")
        if unit.id == parent.id:
            raise Refusal("unit_above_itself")
        with recorded(unit, "unit.place", by=writing.by, at=at, req=key):
            for row in writing.session.scalars(
                select(UnitParent).where(UnitParent.unit_id == unit.id, _reaches(UnitParent, from_on))
            ):
                if row.from_on >= from_on:
                    raise Refusal("overlap")
                row.to_on = from_on
            writing.session.add(UnitParent(unit_id=unit.id, parent_id=parent.id, from_on=from_on, decision=decision))
            writing.session.flush()
            _require_no_cycle(unit.id, from_on)
        writing.keep(unit)


def end(
    unit_id: int,
    to_on: date,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    key: str | None = None,
) -> None:
    """End a unit (`to_on`: first day without it) with its seats, mandates and roles (rulings 16).

    Raises Refusal while it still leads open tasks or has units under it: those go to their heirs first.
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        unit = found(Unit, unit_id)
        require_version(unit, version)
        decision = words(decision, "decision")
        require_span(unit.from_on, to_on)
        if unit.to_on is not None and to_on > unit.to_on:
            raise Refusal("end_moves_away")
        _require_empty(unit, to_on)
        with recorded(unit, "unit.end", by=writing.by, at=at, req=key, data={"decision": decision}):
            unit.to_on = to_on
            _end_within(unit.id, to_on)
        writing.keep(unit)


def name_row(unit_id: int, text: str, form: NameForm, from_on: date, decision: str = "") -> UnitName:
    """Return a name with what searching and sorting need."""
    return UnitName(
        unit_id=unit_id,
        text=text,
        form=form,
        from_on=from_on,
        decision=decision,
        folded=vietnamese.fold(text),
        sort_key=vietnamese.sort_key(text),
    )


def _end_names(unit: Unit, form: NameForm, on: date) -> None:
    query = select(UnitName).where(UnitName.unit_id == unit.id, UnitName.form == form, _reaches(UnitName, on))
    for row in db.session.scalars(query):
        if row.from_on >= on:
            raise Refusal("overlap")
        row.to_on = on


def _end_within(unit_id: int, on: date) -> None:
    """End the place, the seats with their mandates, and the roles of a unit on a day."""
    for place in db.session.scalars(select(UnitParent).where(UnitParent.unit_id == unit_id, _reaches(UnitParent, on))):
        if place.from_on < on:
            place.to_on = on
    for post_id in db.session.scalars(select(Post.id).where(Post.unit_id == unit_id)):
        seats.empty(post_id, on)
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.unit_id == unit_id, _reaches(RoleGrant, on))):
        grant.to_on = max(on, grant.from_on)


def _require_empty(unit: Unit, on: date) -> None:
    tasks = select(func.count()).select_from(Task).where(Task.lead_unit_id == unit.id, Task.status.in_(OPEN))
    under = (
        select(func.count()).select_from(UnitParent).where(UnitParent.parent_id == unit.id, _reaches(UnitParent, on))
    )
    counts = {"tasks": db.session.scalar(tasks) or 0, "units": db.session.scalar(under) or 0}
    if any(counts.values()):
        raise Refusal("unit_not_empty", **counts)


def _require_no_cycle(unit_id: int, from_on: date) -> None:
    """Walk up from the unit on its first day and on every later day on which some place changes."""
    rows = list(db.session.scalars(select(UnitParent).where(_reaches(UnitParent, from_on))))
    for day in sorted({from_on, *(row.from_on for row in rows if row.from_on > from_on)}):
        if _meets_itself(unit_id, day, rows):
            raise Refusal("unit_above_itself")


def _meets_itself(unit_id: int, day: date, rows: Iterable[UnitParent]) -> bool:
    above = {
        row.unit_id: row.parent_id for row in rows if row.from_on <= day and (row.to_on is None or day < row.to_on)
    }
    seen, here = {unit_id}, above.get(unit_id)
    while here is not None and here not in seen:
        seen.add(here)
        here = above.get(here)
    return here is not None


def _reaches(kind: type[UnitName | UnitParent | RoleGrant], on: date) -> ColumnElement[bool]:
    """Return the condition that a span has not ended by a day."""
    return or_(kind.to_on.is_(None), kind.to_on > on)
