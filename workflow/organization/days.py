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
from workflow import flows
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import Writing, found, require_second, words, write
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
    """Say that a year's days off have been entered and checked, by which decision; a second person confirms it.

    What waits can be declared anew. Raises Refusal: no year, no decision, declared and confirmed already.
    """
    with write("calendar", by, at, key) as writing:
        if writing.answer:
            return
        decision = words(decision, "decision")
        _require_year(year)
        _lock_calendar(writing.session)
        row = _declared(writing.session, year)
        if row is not None and row.confirmed_at is not None:
            raise Refusal("taken", value=str(year))
        with recorded(row, "calendar.year", by=writing.by, at=at, req=key):
            if row is None:
                row = CalendarYear(year=year)
                writing.session.add(row)
            row.decision, row.entered_by_id, row.entered_at = decision, writing.by.person_id, at
            row.confirmed_at = _at_once(writing)
        writing.keep(row)


def confirm_year(year: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Confirm that a year is complete, as another person declared."""
    with write("calendar", by, at, key) as writing:
        if writing.answer:
            return
        _require_year(year)
        _lock_calendar(writing.session)
        row = _declared(writing.session, year)
        if row is None:
            raise Refusal("not_found")
        require_second(row.entered_by_id, row.confirmed_at, writing.by)
        with recorded(row, "calendar.confirm_year", by=writing.by, at=at, req=key):
            row.confirmed_by_id, row.confirmed_at = writing.by.person_id, at
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
) -> int:
    """Enter a rule from a day on and return its id; it counts once a second person confirms it (the system's at once).

    What was in force before stays true for the days before. Raises Refusal: unknown name, a value without sense,
    a day in the past (the system may, at install).
    """
    require_sense(name, value)
    with write("calendar", by, at, key) as writing:
        if writing.answer:
            return writing.number
        decision = words(decision, "decision", required=by.person_id is not None)
        _require_ahead(valid_from, writing)
        flows.require_rule(name, value, clock.day_of(at))
        row = Setting(
            name=name,
            value=json.dumps(value, ensure_ascii=False),
            valid_from=valid_from,
            decision=decision,
            entered_by_id=writing.by.person_id,
            entered_at=at,
            confirmed_at=_at_once(writing),
        )
        with recorded(None, "setting.set", by=writing.by, at=at, req=key):
            writing.session.add(row)
        writing.keep(row)
        return row.id


def confirm_setting(setting_id: int, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Confirm a rule that another person entered. Raises Refusal when its first day has passed meanwhile."""
    with write("calendar", by, at, key) as writing:
        if writing.answer:
            return
        row = found(Setting, setting_id)
        require_second(row.entered_by_id, row.confirmed_at, writing.by)
        _require_ahead(row.valid_from, writing)
        with recorded(row, "setting.confirm", by=writing.by, at=at, req=key):
            row.confirmed_by_id, row.confirmed_at = writing.by.person_id, at
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
            confirmed_at=at,
        )
    )


def _at_once(writing: Writing) -> datetime | None:
    """Return when what is entered counts: now for the system, not yet for a person."""
    return writing.at if writing.by.person_id is None else None


def _declared(session: Session, year: int) -> CalendarYear | None:
    return session.scalars(select(CalendarYear).where(CalendarYear.year == year)).one_or_none()


def _require_ahead(valid_from: date, writing: Writing) -> None:
    if writing.by.person_id is not None and valid_from < clock.day_of(writing.at):
        raise Refusal("rule_in_past")


def _require_year(year: int) -> None:
    if year not in YEARS:
        raise Refusal("not_a_year")


def _lock_calendar(session: Session) -> None:
    """Have two people who enter at once come one after the other: all writers share the log's head."""
    session.execute(select(LogHead.id).with_for_update())
