"""What every page needs of the organisation on a day: units, seats, calendar, settings, the end of the log. One query."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, Final

from sqlalchemy import CompoundSelect, Date, Integer, String, and_, bindparam, literal, null, or_, select, union_all

import clock
import vietnamese
from models.base import db
from models.calendar import CalendarDay, CalendarYear, Setting
from models.log import LogHead
from models.people import Person, Post, Tenure
from models.units import Unit, UnitName, UnitParent
from models.vocabulary import Capacity, DayKind, NameForm, Rank, UnitKind
from workflow.calendar import WorkCalendar

# name -> (default, what it means): the dated settings the office can edit; the row in force on a day wins
SETTINGS: Final[dict[str, Any]] = {
    "reminder.before": [15, 7, 3, 1],
    "reminder.before_long": [30, 15, 7, 3, 1],
    "reminder.after": [1, 3, 7],
    "reminder.weekly": 5,
    "reminder.climb": [5, 10],
    "reminder.unreceived": 2,
    "reminder.unsigned": 2,
    "reminder.climb_waiting": [3, 5],
    "reminder.undated": 3,
    "redo.working_days": 3,
    "due_soon.working_days": 7,
    "deadline.before_counts": "day_before",
    "deadline.rest_day": "next_working_day",
    "steps": 2,
    "body.name": "Ban Dân tộc tỉnh Lạng Sơn",
    "body.superior": "Ủy ban nhân dân tỉnh Lạng Sơn",
}


@dataclass(frozen=True)
class Name:
    """What a unit is called from a day to a day (`to_on` excluded)."""

    text: str
    form: NameForm
    from_on: date
    to_on: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether the unit is called so on that day."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True)
class UnitFacts:
    """A unit as pages need it."""

    id: int
    code: str
    kind: UnitKind
    inside: bool
    position: int
    from_on: date
    to_on: date | None
    names: tuple[Name, ...]

    def name_on(self, day: date, form: NameForm = NameForm.FULL) -> str:
        """Return its name of that day in the form asked for, else the full one, else the code."""
        for wanted in (form, NameForm.FULL):
            named = [name for name in self.names if name.form == wanted]
            if named:
                return next((name.text for name in named if name.holds_on(day)), named[-1].text)
        return self.code


@dataclass(frozen=True)
class Seat:
    """A post, and who holds it on the day (None when it is empty)."""

    post_id: int
    unit_id: int
    rank: Rank
    title: str
    person_id: int | None
    person_name: str | None
    capacity: Capacity | None


@dataclass(frozen=True)
class Head:
    """Where the log ends."""

    epoch: int
    seq: int
    hash: str
    at: datetime


@dataclass(frozen=True)
class Reference:
    """The organisation on one day."""

    on: date
    units: dict[int, UnitFacts]
    seats: tuple[Seat, ...]
    calendar: WorkCalendar
    settings: dict[str, Any]
    head: Head | None
    parents: dict[int, int] = field(default_factory=dict)

    def unit_name(self, unit_id: int | None, on: date | None = None, form: NameForm = NameForm.FULL) -> str:
        """Return a unit's name on a day (default: this one); an empty text for no unit."""
        unit = self.units.get(unit_id) if unit_id is not None else None
        return unit.name_on(on or self.on, form) if unit else ""

    def post(self, post_id: int | None) -> Seat | None:
        """Return the seat of a post; None when there is no such post."""
        return next((seat for seat in self.seats if seat.post_id == post_id), None)

    def head_of(self, unit_id: int | None) -> Seat | None:
        """Return the seat of a unit's head."""
        return next((seat for seat in self.seats if seat.unit_id == unit_id and seat.rank == Rank.HEAD), None)

    @cached_property
    def chair(self) -> Seat | None:
        """Return the seat at the top."""
        return next((seat for seat in self.seats if seat.rank == Rank.CHAIR), None)

    @cached_property
    def leadership(self) -> tuple[Seat, ...]:
        """Return the seats of leadership, the chair first."""
        found = (seat for seat in self.seats if seat.rank in (Rank.CHAIR, Rank.VICE_CHAIR))
        return tuple(sorted(found, key=lambda seat: (seat.rank != Rank.CHAIR, seat.post_id)))

    @cached_property
    def inside(self) -> tuple[UnitFacts, ...]:
        """Return the units that can owe a task today, in their official order."""
        can = (unit for unit in self.units.values() if unit.inside and unit.kind not in (UnitKind.BODY, UnitKind.LEADERSHIP))
        return self._ordered(unit for unit in can if unit.to_on is None or self.on < unit.to_on)

    @cached_property
    def outside(self) -> tuple[UnitFacts, ...]:
        """Return the bodies that can be invited, in the Vietnamese order of their names."""
        return self._ordered(unit for unit in self.units.values() if not unit.inside)

    def resolve(self, words: str) -> UnitFacts | None:
        """Return the one unit called so (full name, abbreviation or alias, with or without accents); None if not exactly one."""
        wanted = vietnamese.fold(words)
        found = {unit.id: unit for unit in self.units.values() for name in unit.names if vietnamese.fold(name.text) == wanted}
        return next(iter(found.values())) if len(found) == 1 else None

    def _ordered(self, units: Iterable[UnitFacts]) -> tuple[UnitFacts, ...]:
        return tuple(sorted(units, key=lambda unit: (unit.position, vietnamese.sort_key(unit.name_on(self.on)))))


def load(on: date) -> Reference:
    """Return the organisation as it stands on a day."""
    rows: dict[str, list[Any]] = {}
    for row in db.session.execute(_query(), {"day": on}):
        rows.setdefault(row.what, []).append(row)
    return Reference(
        on=on,
        units=_units(rows.get("unit", [])),
        seats=tuple(_seat(row) for row in rows.get("seat", [])),
        calendar=_calendar(rows.get("day", []), rows.get("year", [])),
        settings=_settings(rows.get("setting", []), on),
        head=_head(rows.get("head", [])),
        parents={row.k1: row.k2 for row in rows.get("parent", [])},
    )


def now() -> Reference:
    """Return the organisation of today."""
    return load(clock.today())


@cache
def _query() -> CompoundSelect[Any]:
    """Return the one query, made once: what it asks differs only by the day."""
    return union_all(*_queries())


def _queries() -> list[Any]:
    """Return one SELECT per kind of row, all with the columns what, k1, k2, k3, t1, t2, t3, t4, d1, d2."""
    day = bindparam("day", type_=Date)
    in_force = and_(Tenure.from_on <= day, or_(Tenure.to_on.is_(None), Tenure.to_on > day), Tenure.confirmed_at.is_not(None))
    number, words, date_ = null().cast(Integer), null().cast(String), null().cast(Date)

    def line(what: str, *columns: Any) -> Any:
        labels = ("k1", "k2", "k3", "t1", "t2", "t3", "t4", "d1", "d2", "d3", "d4")
        return select(literal(what).label("what"), *(column.label(label) for column, label in zip(columns, labels, strict=True)))

    text = String
    return [
        line(
            "unit", Unit.id, Unit.inside.cast(Integer), Unit.position, Unit.code, Unit.kind.cast(text), UnitName.text, UnitName.form.cast(text),
            Unit.from_on, Unit.to_on, UnitName.from_on, UnitName.to_on,
        ).outerjoin(UnitName, UnitName.unit_id == Unit.id),
        line(
            "seat", Post.id, Post.unit_id, Tenure.person_id, Post.rank.cast(text), Post.title, Person.name, Tenure.capacity.cast(text),
            date_, date_, date_, date_,
        )
        .outerjoin(Tenure, and_(Tenure.post_id == Post.id, in_force))
        .outerjoin(Person, Person.id == Tenure.person_id)
        .where(Post.active),
        line("day", CalendarDay.id, number, number, CalendarDay.kind.cast(text), CalendarDay.name, words, words, CalendarDay.day, date_, date_, date_).where(
            CalendarDay.confirmed_at.is_not(None)
        ),
        line("year", CalendarYear.year, number, number, CalendarYear.decision, words, words, words, date_, date_, date_, date_),
        line("setting", Setting.id, number, number, Setting.name, Setting.value, words, words, Setting.valid_from, date_, date_, date_).where(
            Setting.valid_from <= day
        ),
        line("parent", UnitParent.unit_id, UnitParent.parent_id, number, words, words, words, words, date_, date_, date_, date_).where(
            UnitParent.from_on <= day, or_(UnitParent.to_on.is_(None), UnitParent.to_on > day)
        ),
        line("head", LogHead.epoch, LogHead.seq, number, LogHead.hash, LogHead.at.cast(text), words, words, date_, date_, date_, date_),
    ]


def _units(rows: list[Any]) -> dict[int, UnitFacts]:
    names: dict[int, list[Name]] = {}
    for row in rows:
        if row.t3 is not None:
            names.setdefault(row.k1, []).append(Name(row.t3, NameForm(row.t4), row.d3, row.d4))
    return {
        row.k1: UnitFacts(
            row.k1, row.t1, UnitKind(row.t2), bool(row.k2), row.k3, row.d1, row.d2,
            tuple(sorted(names.get(row.k1, []), key=lambda name: name.from_on)),
        )
        for row in rows
    }


def _seat(row: Any) -> Seat:
    return Seat(row.k1, row.k2, Rank(row.t1), row.t2, row.k3, row.t3, Capacity(row.t4) if row.t4 else None)


def _calendar(days: list[Any], years: list[Any]) -> WorkCalendar:
    entered = {row.d1: DayKind(row.t1) for row in sorted(days, key=lambda row: row.k1)}
    return WorkCalendar.of(entered, frozenset(row.k1 for row in years))


def _settings(rows: list[Any], on: date) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: (row.d1, row.k1))
    return SETTINGS | {row.t1: json.loads(row.t2) for row in ordered if row.t1 in SETTINGS}


def _head(rows: list[Any]) -> Head | None:
    return next((Head(row.k1, row.k2, row.t1, _moment(row.t2)) for row in rows), None)


def _moment(text: str) -> datetime:
    return clock.parse_moment(text.replace(" ", "T").split("+")[0] + "+00:00")
