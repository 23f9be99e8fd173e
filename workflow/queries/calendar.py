"""The calendar and the dated settings as their pages show them."""

from __future__ import annotations

import json
from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from models.base import db, is_id
from models.calendar import CalendarDay, CalendarYear, Setting
from models.vocabulary import DayKind
from workflow.errors import Refusal
from workflow.organization.rules import RULES, Rule
from workflow.queries import people
from workflow.reference import SETTINGS, Reference

SATURDAY: Final = 6


@dataclass(frozen=True)
class DayFacts:
    """One day: worked or not, and what makes it differ from its weekday (entered, else the library's)."""

    day: date
    working: bool
    kind: DayKind | None
    name: str
    decision: str

    @property
    def differs(self) -> bool:
        """Return whether it is off on a weekday, worked on a weekend, or entered."""
        return self.kind is not None or self.working == (self.day.isoweekday() >= SATURDAY)


@dataclass(frozen=True)
class Month:
    """One month: its weeks from Monday on (None for days of other months), and how many days are worked."""

    first: date
    weeks: list[list[DayFacts | None]]
    working_days: int


@dataclass(frozen=True)
class YearView:
    """One year: months, days that differ, what waits for a second person, who declares it complete.

    `declaring` is a declaration that waits, `declared` one that counts.
    """

    year: int
    months: list[Month]
    special: list[DayFacts]
    waiting: list[CalendarDay]
    declared: CalendarYear | None
    declaring: CalendarYear | None
    names: dict[int, str]
    working_days: int


@dataclass(frozen=True)
class SettingLine:
    """One dated setting: the value in force with its row (None: as shipped), what came, comes, and waits."""

    name: str
    rule: Rule | None
    value: Any
    row: Setting | None
    later: list[tuple[Setting, Any]]
    earlier: list[tuple[Setting, Any]]
    waiting: list[tuple[Setting, Any]]


def year(number: int, ref: Reference) -> YearView:
    """Return a year of the calendar. Three queries."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    query = select(CalendarDay).where(CalendarDay.day.between(first, last))
    rows = list(db.session.scalars(query.order_by(CalendarDay.day, CalendarDay.id)))
    entered = {item.day: item for item in sorted(rows, key=lambda item: item.id) if item.confirmed_at is not None}
    months = [_month(number, month, entered, ref) for month in range(1, 13)]
    days = [day for month in months for week in month.weeks for day in week if day is not None]
    row = db.session.scalar(select(CalendarYear).where(CalendarYear.year == number))
    waiting = [item for item in rows if item.confirmed_at is None]
    return YearView(
        year=number,
        months=months,
        special=[day for day in days if day.differs],
        waiting=waiting,
        declared=row if row is not None and row.confirmed_at is not None else None,
        declaring=row if row is not None and row.confirmed_at is None else None,
        names=people.names({item.entered_by_id for item in waiting} | ({row.entered_by_id} if row else set())),
        working_days=sum(month.working_days for month in months),
    )


def entered_day(day_id: int) -> CalendarDay:
    """Return a day that somebody entered. Raises Refusal when there is none, however long the number is."""
    row = db.session.get(CalendarDay, day_id) if is_id(day_id) else None
    if row is None:
        raise Refusal("not_found")
    return row


def settings(ref: Reference) -> list[SettingLine]:
    """Return every dated setting with what is, was and will be in force. One query."""
    rows = list(db.session.scalars(select(Setting).order_by(Setting.valid_from, Setting.id)))
    return [_setting(name, [row for row in rows if row.name == name], ref) for name in SETTINGS]


def _setting(name: str, rows: list[Setting], ref: Reference) -> SettingLine:
    counts = [row for row in rows if row.confirmed_at is not None]
    begun = [row for row in counts if row.valid_from <= ref.on]
    return SettingLine(
        name=name,
        rule=RULES.get(name),
        value=ref.settings[name],
        row=begun[-1] if begun else None,
        later=_read([row for row in counts if row.valid_from > ref.on]),
        earlier=_read(begun[-2::-1]),
        waiting=_read([row for row in rows if row.confirmed_at is None and row.valid_from >= ref.on]),
    )


def _read(rows: list[Setting]) -> list[tuple[Setting, Any]]:
    return [(row, json.loads(row.value)) for row in rows]


def _month(number: int, month: int, entered: dict[date, CalendarDay], ref: Reference) -> Month:
    weeks = [
        [_day(day, entered.get(day), ref) if day.month == month else None for day in week]
        for week in Calendar().monthdatescalendar(number, month)
    ]
    worked = sum(day.working for week in weeks for day in week if day is not None)
    return Month(date(number, month, 1), weeks, worked)


def _day(day: date, row: CalendarDay | None, ref: Reference) -> DayFacts:
    name = row.name if row else ref.calendar.name_of(day)
    return DayFacts(day, ref.calendar.is_working(day), row.kind if row else None, name, row.decision if row else "")
