"""The entered calendar and the dated settings: rows are added, confirmed by a second person, never rewritten."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from models.calendar import CalendarDay, CalendarYear, Setting
from models.session import lock, transaction
from models.vocabulary import DayKind
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization.gate import require
from workflow.reference import SETTINGS


def enter(day: date, kind: DayKind, name: str, decision: str, *, by: Actor, at: datetime) -> int:
    """Enter a day off, or a day worked to make up for one; it waits for a second person. Returns its id."""
    with transaction() as session:
        by = require("calendar", by, at)
        if not decision.strip():
            raise Refusal("missing_field", field="decision")
        row = CalendarDay(day=day, kind=kind, name=name, decision=decision, entered_by_id=by.person_id, entered_at=at)
        with recorded(None, "calendar.enter", by=by, at=at):
            session.add(row)
        return row.id


def confirm(day_id: int, *, by: Actor, at: datetime) -> None:
    """Confirm a day that another person entered; no deadline moves by it."""
    with transaction():
        by = require("calendar", by, at)
        row = lock(CalendarDay, day_id)
        if by.person_id is not None and by.person_id == row.entered_by_id:
            raise Refusal("second_person")
        with recorded(row, "calendar.confirm", by=by, at=at):
            row.confirmed_by_id, row.confirmed_at = by.person_id, at


def declare_year(year: int, decision: str, *, by: Actor, at: datetime) -> None:
    """Say that a year's days off have been entered and checked, by which decision."""
    with transaction() as session:
        by = require("calendar", by, at)
        if not 2000 <= year <= 2100:
            raise Refusal("bad_value", field="year", value=str(year))
        if session.scalar(select(CalendarYear.id).where(CalendarYear.year == year)):
            raise Refusal("taken", value=str(year))
        with recorded(None, "calendar.year", by=by, at=at):
            session.add(CalendarYear(year=year, decision=decision, entered_by_id=by.person_id, entered_at=at))


def set_setting(name: str, value: Any, valid_from: date, decision: str, *, by: Actor, at: datetime) -> None:
    """Set a rule from a day on; what was in force before stays true for the days before."""
    if name not in SETTINGS or type(value) is not type(SETTINGS[name]):
        raise Refusal("bad_value", field=name, value=str(value)[:60])
    with transaction() as session:
        by = require("calendar", by, at)
        row = Setting(
            name=name, value=json.dumps(value, ensure_ascii=False), valid_from=valid_from, decision=decision,
            entered_by_id=by.person_id, entered_at=at,
        )
        with recorded(None, "setting.set", by=by, at=at):
            session.add(row)
