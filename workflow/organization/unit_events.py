"""What happens to a unit by a decision: entered by one person, and in effect once a second one confirms it (rulings 9).

What the system itself enters, at install and from the command line, takes effect at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

import vietnamese
from models.base import db
from models.session import retried
from models.tasks import Task
from models.units import Unit, UnitEvent, UnitName, UnitParent
from models.vocabulary import NameForm, UnitChange
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.lifecycle import OPEN
from workflow.organization import ending, restructure
from workflow.organization.ending import reaches
from workflow.organization.gate import Writing, found, require_second, require_span, write


@dataclass(frozen=True)
class _Place:
    """Under which unit another stands in a span of days, entered or proposed."""

    unit_id: int
    parent_id: int
    from_on: date
    to_on: date | None


def take(event: UnitEvent, unit: Unit, writing: Writing) -> int | None:
    """Keep an event until a second person confirms it and return its id; the system's own happens now (None).

    Raises Refusal for what could not happen. Inside a write unit.
    """
    CHECKS[event.kind](event, unit)
    if writing.by.person_id is None:
        _happen(event, unit, writing)
        writing.keep(unit)
        return None
    event.entered_by_id, event.entered_at = writing.by.person_id, writing.at
    with recorded(None, ENTERED[event.kind], by=writing.by, at=writing.at, req=writing.key):
        writing.session.add(event)
    writing.keep(event)
    return event.id


@retried
def confirm(event_id: int, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Confirm what another person entered: it happens now, from its day on. Returns the unit's id.

    Raises Refusal: not office or leadership, his own entry, taken back, or no longer possible.
    """
    with write("seats", by, at, key) as writing:
        event = found(UnitEvent, event_id)
        if writing.answer:
            return event.unit_id
        unit = found(Unit, event.unit_id)
        _require_waiting(event)
        require_second(event.entered_by_id, event.confirmed_at, writing.by)
        CHECKS[event.kind](event, unit)
        _happen(event, unit, writing)
        writing.keep(event)
        return unit.id


@retried
def take_back(event_id: int, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Take back what nobody has confirmed; the log keeps that it was entered. Returns the unit's id."""
    with write("units", by, at, key) as writing:
        event = found(UnitEvent, event_id)
        if writing.answer:
            return event.unit_id
        _require_waiting(event)
        if event.confirmed_at is not None:
            raise Refusal("confirmed_already")
        with recorded(event, "unit.take_back", by=writing.by, at=at, req=key):
            event.taken_back_at = at
        writing.keep(event)
        return event.unit_id


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


def _happen(event: UnitEvent, unit: Unit, writing: Writing) -> None:
    data = {"decision": event.decision} if event.decision else {}
    with recorded(unit, HAPPENED[event.kind], by=writing.by, at=writing.at, req=writing.key, data=data):
        EFFECTS[event.kind](event)
        if writing.by.person_id is not None:
            event.confirmed_by_id, event.confirmed_at = writing.by.person_id, writing.at
        elif event.kind in restructure.KINDS:
            event.confirmed_at = writing.at
    restructure.happen(event, writing.by, writing.at)


def _require_waiting(event: UnitEvent) -> None:
    if event.taken_back_at is not None:
        raise Refusal("taken_back")


# ------------------------------------------------------------------------------------------------ new names
def _check_name(event: UnitEvent, _unit: Unit) -> None:
    if any(row.from_on >= event.from_on for row in _names(event)):
        raise Refusal("overlap")


def _name(event: UnitEvent) -> None:
    for row in _names(event):
        row.to_on = event.from_on
    form = event.form or NameForm.FULL
    db.session.add(name_row(event.unit_id, event.name or "", form, event.from_on, event.decision))


def _names(event: UnitEvent) -> list[UnitName]:
    """Return the names of the form that reach the day; aliases stand beside each other."""
    if event.form == NameForm.ALIAS:
        return []
    query = select(UnitName).where(UnitName.unit_id == event.unit_id, UnitName.form == event.form)
    return list(db.session.scalars(query.where(reaches(UnitName, event.from_on))))


# ------------------------------------------------------------------------------------------------ other places
def _check_place(event: UnitEvent, unit: Unit) -> None:
    """Refuse a place that some day would have a unit above itself, or that meets a later one."""
    if event.parent_id == unit.id:
        raise Refusal("unit_above_itself")
    if any(row.from_on >= event.from_on for row in _places(event)):
        raise Refusal("overlap")
    rows = [
        _Place(row.unit_id, row.parent_id, row.from_on, event.from_on if row.unit_id == unit.id else row.to_on)
        for row in db.session.scalars(select(UnitParent).where(reaches(UnitParent, event.from_on)))
    ]
    _require_no_cycle(_Place(unit.id, event.parent_id or 0, event.from_on, None), rows)


def _place(event: UnitEvent) -> None:
    for row in _places(event):
        row.to_on = event.from_on
    db.session.add(
        UnitParent(unit_id=event.unit_id, parent_id=event.parent_id, from_on=event.from_on, decision=event.decision)
    )


def _places(event: UnitEvent) -> list[UnitParent]:
    query = select(UnitParent).where(UnitParent.unit_id == event.unit_id, reaches(UnitParent, event.from_on))
    return list(db.session.scalars(query))


def _require_no_cycle(new: _Place, others: list[_Place]) -> None:
    """Walk up from the unit on its first day and on every later day on which some place changes."""
    rows = [*others, new]
    for day in sorted({new.from_on, *(row.from_on for row in rows if row.from_on > new.from_on)}):
        if _meets_itself(new.unit_id, day, rows):
            raise Refusal("unit_above_itself")


def _meets_itself(unit_id: int, day: date, rows: Iterable[_Place]) -> bool:
    above = {
        row.unit_id: row.parent_id for row in rows if row.from_on <= day and (row.to_on is None or day < row.to_on)
    }
    seen, here = {unit_id}, above.get(unit_id)
    while here is not None and here not in seen:
        seen.add(here)
        here = above.get(here)
    return here is not None


# ------------------------------------------------------------------------------------------------ ends
def _check_end(event: UnitEvent, unit: Unit) -> None:
    """Refuse an end before the beginning or later than a known one, or while open tasks or units depend on it."""
    require_span(unit.from_on, event.from_on)
    if unit.to_on is not None and event.from_on > unit.to_on:
        raise Refusal("end_moves_away")
    tasks = select(func.count()).select_from(Task).where(Task.lead_unit_id == unit.id, Task.status.in_(OPEN))
    under = select(func.count()).select_from(UnitParent).where(UnitParent.parent_id == unit.id)
    counts = {
        "tasks": db.session.scalar(tasks) or 0,
        "units": db.session.scalar(under.where(reaches(UnitParent, event.from_on))) or 0,
    }
    if any(counts.values()):
        raise Refusal("unit_not_empty", **counts)


def _end(event: UnitEvent) -> None:
    ending.end_unit(event.unit_id, event.from_on)


C = UnitChange
CHECKS: Final[dict[UnitChange, Callable[[UnitEvent, Unit], None]]] = {
    C.RENAME: _check_name,
    C.PLACE: _check_place,
    C.END: _check_end,
    **dict.fromkeys(restructure.KINDS, restructure.check),
}
EFFECTS: Final[dict[UnitChange, Callable[[UnitEvent], None]]] = {
    C.RENAME: _name,
    C.PLACE: _place,
    C.END: _end,
    **dict.fromkeys(restructure.KINDS, restructure.settle),
}
ENTERED: Final = {kind: f"unit.enter_{kind}" for kind in C}
HAPPENED: Final = {kind: f"unit.{kind}" for kind in C}
