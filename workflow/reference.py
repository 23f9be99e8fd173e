"""What every page needs of the organisation on a day: units, seats, calendar, settings, end of the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, Final

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    String,
    and_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

import clock
import vietnamese
from models.base import db
from models.calendar import CalendarDay, CalendarYear, Setting
from models.handover import SignerAlert
from models.log import LogHead
from models.people import Person, Post, Tenure
from models.units import Unit, UnitName, UnitParent
from models.vocabulary import Capacity, DayKind, NameForm, Rank, UnitKind
from workflow import pulse
from workflow.calendar import WorkCalendar
from workflow.pulse import Pulse

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
    "reminder.silent": 20,
    "reminder.reconfirm": [1, 10],
    "reminder.report_before": [3, 1],
    "reminder.report_after": [1, 3],
    "reminder.explained": 5,
    "reminder.contest": 3,
    "redo.working_days": 3,
    "waiting.answer": 3,
    "waiting.renew": 10,
    "waiting.credit": "first_late_days",
    "contest.within": 2,
    "duty.accept": 3,
    "due_soon.working_days": 7,
    "target.grace": 20,
    "deadline.before_counts": "day_before",
    "deadline.rest_day": "next_working_day",
    "recurring.rest_day": "working_day_before",
    "deadline.event_day": "left_out",
    "steps": 2,
    "steps.second": "supervisor",
    "second_factor.required": "none",
    # empty: the hour the server's settings name
    "digest.hour": "",
    "body.name": "Ban Dân tộc tỉnh Lạng Sơn",
    "body.superior": "Ủy ban nhân dân tỉnh Lạng Sơn",
    # empty: the code of the unit that is the body
    "body.symbol": "",
}


# how a seat is held -> what stands before its title
PREFIXES: Final = {Capacity.FULL: "", Capacity.IN_CHARGE: "Phụ trách ", Capacity.ACTING: "Quyền "}

# the columns that all kinds of rows of the one query share: keys, texts, days
COLUMNS: Final[dict[str, Any]] = {
    **dict.fromkeys(("k1", "k2", "k3"), Integer),
    **dict.fromkeys(("t1", "t2", "t3", "t4"), String),
    **dict.fromkeys(("d1", "d2", "d3", "d4"), Date),
}
LOG_HEAD: Final = {"k1": LogHead.epoch, "k2": LogHead.seq, "t1": LogHead.hash, "t2": LogHead.at.cast(String)}


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
    """A post, and who holds it on the day, since when (None when it is empty)."""

    post_id: int
    unit_id: int
    rank: Rank
    title: str
    person_id: int | None
    person_name: str | None
    capacity: Capacity | None
    since: date | None = None

    @property
    def position(self) -> str:
        """Return what its holder is called on the day: Trưởng phòng, Quyền Trưởng phòng, Phụ trách …."""
        return PREFIXES[self.capacity or Capacity.FULL] + self.title

    @property
    def said(self) -> str:
        """Return the holder with his title of the day; the title alone when the seat is empty."""
        return f"{self.position} {self.person_name}" if self.person_name else self.title


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
    pulse: Pulse = field(default_factory=Pulse)
    unsignable: int = 0

    def unit_name(self, unit_id: int | None, on: date | None = None, form: NameForm = NameForm.FULL) -> str:
        """Return a unit's name on a day (default: this one); an empty text for no unit."""
        unit = self.units.get(unit_id) if unit_id is not None else None
        return unit.name_on(on or self.on, form) if unit else ""

    def post(self, post_id: int | None) -> Seat | None:
        """Return the seat of a post; None when there is no such post."""
        return self._posts.get(post_id) if post_id is not None else None

    def head_of(self, unit_id: int | None) -> Seat | None:
        """Return the seat of a unit's head."""
        return self._heads.get(unit_id) if unit_id is not None else None

    def is_headless(self, unit_id: int | None) -> bool:
        """Return whether nobody holds the seat of a unit's head today."""
        head = self.head_of(unit_id)
        return head is None or head.person_id is None

    def acting_above(self, leader_post_id: int | None) -> Seat | None:
        """Return the filled seat that acts for an empty one under a supervising post: that post, else the chair."""
        seats = (self.post(leader_post_id), self.chair)
        return next((seat for seat in seats if seat is not None and seat.person_id is not None), None)

    @cached_property
    def _posts(self) -> dict[int, Seat]:
        """Return the seats by their posts."""
        return {seat.post_id: seat for seat in reversed(self.seats)}

    @cached_property
    def _heads(self) -> dict[int, Seat]:
        """Return the heads' seats by their units; of two, the one that was read first."""
        return {seat.unit_id: seat for seat in reversed(self.seats) if seat.rank == Rank.HEAD}

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
        can = (
            unit
            for unit in self.units.values()
            if unit.inside and unit.kind not in (UnitKind.BODY, UnitKind.LEADERSHIP)
        )
        return self._ordered(
            unit for unit in can if unit.from_on <= self.on and (unit.to_on is None or self.on < unit.to_on)
        )

    @cached_property
    def outside(self) -> tuple[UnitFacts, ...]:
        """Return the bodies that can be invited, in the Vietnamese order of their names."""
        return self._ordered(unit for unit in self.units.values() if not unit.inside)

    def resolve(self, words: str) -> UnitFacts | None:
        """Return the one unit called so by any of its names, with or without accents; None if not exactly one."""
        wanted = vietnamese.fold(words)
        found = {
            unit.id: unit for unit in self.units.values() for name in unit.names if vietnamese.fold(name.text) == wanted
        }
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
        settings=_settings(rows.get("setting", [])),
        head=_head(rows.get("head", [])),
        parents={row.k1: row.k2 for row in rows.get("parent", [])},
        pulse=_pulse(rows["pulse"][0]),
        unsignable=rows["pulse"][0].k1,
    )


def setting(name: str, on: date) -> Any:
    """Return the value of one dated setting on a day, where nothing else of the organisation is needed. One query."""
    in_force = Setting.name == name, Setting.valid_from <= on, Setting.confirmed_at.is_not(None)
    query = select(Setting.value).where(*in_force).order_by(Setting.valid_from.desc(), Setting.id.desc()).limit(1)
    found = db.session.scalar(query)
    return SETTINGS[name] if found is None else json.loads(found)


def now() -> Reference:
    """Return the organisation of today."""
    return load(clock.today())


@cache
def _query() -> CompoundSelect[Any]:
    """Return the one query, made once: what it asks differs only by the day."""
    return union_all(*_queries())


def _queries() -> list[Any]:
    """Return one SELECT per kind of row, all with the columns of COLUMNS."""
    day = bindparam("day", type_=Date)
    return [*_of_units(day), _of_seats(day), *_of_days(day), _line("head", LOG_HEAD), _line("pulse", _of_pulse())]


def _of_pulse() -> dict[str, Any]:
    """Return the moments of reminding as texts and what nobody can sign: a page's frame needs no query of its own."""
    found = pulse.parts().values()
    alerts = select(func.count()).select_from(SignerAlert).where(SignerAlert.solved_at.is_(None))
    return {"k1": alerts.scalar_subquery()} | {
        f"t{place}": part.scalar_subquery().cast(String) for place, part in enumerate(found, start=1)
    }


def _of_units(day: Any) -> list[Any]:
    """Return the queries of units with their names, and of parents in force on the day."""
    columns = {"k1": Unit.id, "k2": Unit.inside.cast(Integer), "k3": Unit.position, "t1": Unit.code}
    columns |= {"t2": Unit.kind.cast(String), "t3": UnitName.text, "t4": UnitName.form.cast(String)}
    columns |= {"d1": Unit.from_on, "d2": Unit.to_on, "d3": UnitName.from_on, "d4": UnitName.to_on}
    parents = {"k1": UnitParent.unit_id, "k2": UnitParent.parent_id}
    return [
        _line("unit", columns).outerjoin(UnitName, UnitName.unit_id == Unit.id),
        _line("parent", parents).where(_in_force(UnitParent, day)),
    ]


def _of_seats(day: Any) -> Any:
    """Return the query of posts with who holds them on the day, by an entry that a second person confirmed."""
    columns = {"k1": Post.id, "k2": Post.unit_id, "k3": Tenure.person_id, "t1": Post.rank.cast(String)}
    columns |= {"t2": Post.title, "t3": Person.name, "t4": Tenure.capacity.cast(String), "d1": Tenure.from_on}
    holds = and_(Tenure.post_id == Post.id, _in_force(Tenure, day), Tenure.confirmed_at.is_not(None))
    seats = _line("seat", columns).outerjoin(Tenure, holds)
    return seats.outerjoin(Person, Person.id == Tenure.person_id).where(Post.active)


def _of_days(day: Any) -> list[Any]:
    """Return the queries of days, years, and settings that have begun by the day; all confirmed by a second person."""
    days = {"k1": CalendarDay.id, "t1": CalendarDay.kind.cast(String), "t2": CalendarDay.name, "d1": CalendarDay.day}
    settings = {"k1": Setting.id, "t1": Setting.name, "t2": Setting.value, "d1": Setting.valid_from}
    return [
        _line("day", days).where(CalendarDay.confirmed_at.is_not(None)),
        _line("year", {"k1": CalendarYear.year, "t1": CalendarYear.decision}).where(
            CalendarYear.confirmed_at.is_not(None)
        ),
        _line("setting", settings).where(Setting.valid_from <= day, Setting.confirmed_at.is_not(None)),
    ]


def _line(what: str, columns: Mapping[str, Any]) -> Any:
    """Return a SELECT with all columns in their order, NULL for those a kind of row has no use for."""
    found = (columns.get(name, null().cast(kind)).label(name) for name, kind in COLUMNS.items())
    return select(literal(what).label("what"), *found)


def _in_force(kind: Any, day: Any) -> Any:
    """Return the condition that a row's span of days holds the day (`to_on` excluded)."""
    return and_(kind.from_on <= day, or_(kind.to_on.is_(None), kind.to_on > day))


def _units(rows: list[Any]) -> dict[int, UnitFacts]:
    names: dict[int, list[Name]] = {}
    for row in rows:
        if row.t3 is not None:
            names.setdefault(row.k1, []).append(Name(row.t3, NameForm(row.t4), row.d3, row.d4))
    return {
        row.k1: UnitFacts(
            row.k1,
            row.t1,
            UnitKind(row.t2),
            bool(row.k2),
            row.k3,
            row.d1,
            row.d2,
            tuple(sorted(names.get(row.k1, []), key=lambda name: name.from_on)),
        )
        for row in rows
    }


def _seat(row: Any) -> Seat:
    capacity = Capacity(row.t4) if row.t4 else None
    return Seat(row.k1, row.k2, Rank(row.t1), row.t2, row.k3, row.t3, capacity, row.d1)


def _calendar(days: list[Any], years: list[Any]) -> WorkCalendar:
    entered = {row.d1: DayKind(row.t1) for row in sorted(days, key=lambda row: row.k1)}
    return WorkCalendar.of(entered, frozenset(row.k1 for row in years))


def _settings(rows: list[Any]) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: (row.d1, row.k1))
    return SETTINGS | {row.t1: json.loads(row.t2) for row in ordered if row.t1 in SETTINGS}


def _head(rows: list[Any]) -> Head | None:
    return next((Head(row.k1, row.k2, row.t1, _moment(row.t2)) for row in rows), None)


def _pulse(row: Any) -> Pulse:
    return Pulse(*(_moment(text) if text else None for text in (row.t1, row.t2, row.t3, row.t4)))


def _moment(text: str) -> datetime:
    return clock.parse_moment(text.replace(" ", "T").split("+")[0] + "+00:00")
