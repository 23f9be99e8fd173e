"""The entered calendar and the dated settings: rows are added and confirmed, never rewritten."""

from __future__ import annotations

import json
from datetime import date, datetime

from flask_sqlalchemy.session import Session
from sqlalchemy import select

import clock
from models.base import db
from models.calendar import CalendarDay, CalendarYear, Setting
from models.labels import label
from models.log import LogHead
from models.vocabulary import DayKind
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import found, require_second, words, write
from workflow.organization.rules import require_sense

YEARS = range(2000, 2101)


def enter(
    day: date, kind: DayKind, name: str, decision: str, *, by: Actor, at: datetime, key: str | None = None
) -> int:
    """Enter a day off, or a day worked to make up for one; it waits for a second person. Returns its id.

    A later entry for the same day overrules an earlier one once it is confirmed.
    """
    with write("calendar", by, at, key) as writing:
        if writing.answer:
            return writing.number
        decision, name = words(decision, "decision"), words(name, "name", required=False)
        _require_year(day.year)
        _lock_calendar(writing.session)
        latest = writing.session.scalars(
            select(CalendarDay).where(CalendarDay.day == day).order_by(CalendarDay.id.desc()).limit(1)
        ).first()
        if latest is not None and latest.kind == kind:
            raise Refusal("day_entered_already", day=day.strftime("%d/%m/%Y"), kind=label(kind))
        row = CalendarDay(
            day=day,
            kind=kind,
            name=name,
            decision=decision,
            entered_by_id=writing.by.person_id,
            entered_at=at,
        )
        with recorded(None, "calendar.enter", by=writing.by, at=at, req=key):
            writing.session.add(row)
        writing.keep(row)
        return row.id


def confirm(day_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Confirm a day that another person entered; no deadline moves by it."""
    with write("calendar", by, at, key) as writing:
        if writing.answer:
            return
        row = found(CalendarDay, day_id)
        require_second(row.entered_by_id, row.confirmed_at, writing.by)
        with recorded(row, "calendar.confirm", by=writing.by, at=at, req=key):
            row.confirmed_by_id, row.confirmed_at = writing.by.person_id, at
        writing.keep(row)


def declare_year(year: int, decision: str, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Say that a year's days off have been entered and checked, by which decision."""
    with write("calendar", by, at, key) as writing:
        if writing.answer:
            return
        decision = words(decision, "decision")
        _require_year(year)
        _lock_calendar(writing.session)
        if writing.session.scalar(select(CalendarYear.id).where(CalendarYear.year == year)):
            raise Refusal("taken", value=str(year))
        row = CalendarYear(year=year, decision=decision, entered_by_id=writing.by.person_id, entered_at=at)
        with recorded(None, "calendar.year", by=writing.by, at=at, req=key):
            writing.session.add(row)
        writing.keep(row)


def set_setting(
    name: str,
    value: object,
    valid_from: date,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    key: str | None = None,
) -> None:
    """Set a rule from a day on; what was in force before stays true for the days before.

    Raises Refusal: unknown name, a value without sense, a day in the past (the system may, at install).
    """
    require_sense(name, value)
    with write("calendar", by, at, key) as writing:
        if writing.answer:
            return
        decision = words(decision, "decision", required=by.person_id is not None)
        if by.person_id is not None and valid_from < clock.day_of(at):
            raise Refusal("rule_in_past")
        row = Setting(
            name=name,
            value=json.dumps(value, ensure_ascii=False),
            valid_from=valid_from,
            decision=decision,
            entered_by_id=writing.by.person_id,
            entered_at=at,
        )
        with recorded(None, "setting.set", by=writing.by, at=at, req=key):
            writing.session.add(row)
        writing.keep(row)


def name_the_body(name: str, on: date, at: datetime) -> None:
    """Set the body's name when the system is installed. Needs an open door."""
    db.session.add(
        Setting(
            name="body.name",
            value=json.dumps(name, ensure_ascii=False),
            valid_from=on,
            decision="",
            entered_by_id=None,
            entered_at=at,
        )
    )


def _require_year(year: int) -> None:
    if year not in YEARS:
        raise Refusal("not_a_year")


def _lock_calendar(session: Session) -> None:
    """Have two people who enter at once come one after the other: all writers share the log's head."""
    session.execute(select(LogHead.id).with_for_update())
