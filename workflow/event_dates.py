"""Tasks that wait for an event: no date and not late before it; recorded, it gives the first date by its words.

A period is counted by Bộ luật Dân sự 2015 Điều 147 and 148: the day of the event is left out (a dated setting says
otherwise), and an end on a rest day moves to the next working day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import clock
from models.base import db
from models.vocabulary import Action, DeadlineCause
from workflow import children, extensions, notes, recurrence
from workflow.calendar import DAY, Deadline, WorkCalendar, months_after
from workflow.errors import Refusal
from workflow.given import LABELS
from workflow.reference import Reference
from workflow.turn import Turn

WRITTEN: Final = "%d/%m/%Y"
# what a form says when a person adds no words of his own
NOT_YET: Final = "Sự kiện chưa xảy ra."
UNITS: Final = ("working_days", "days", "months", "hours")
HOURS_A_DAY: Final = 24


def record_event(turn: Turn) -> None:
    """Record on which day the event happened, by which document: the task gets its first date from it."""
    task, given, ref = turn.task, turn.given, turn.case.ref
    _require_past(turn)
    turn.require_future("due_on", given.due_on)
    assert given.event_on is not None  # the table asks for it
    dates = extensions.fixed(given.due_on, given.boundary, ref) if given.due_on else None
    dates = dates or proposed(task.deadline_words, given.event_on, ref)
    if dates is None:
        raise Refusal("missing_field", field=LABELS["due_on"])
    children.require_dates_fit(task, dates.due_on)
    with turn.recorded():
        task.event_on = given.event_on
        task.event_document = f"{given.document_number.strip()} ngày {given.document_on:{WRITTEN}}"
        task.due_on = task.original_due_on = dates.due_on
        task.late_after = task.original_late_after = dates.late_after
        extensions.add_deadline(task, dates, DeadlineCause.EVENT, task.deadline_words, turn.by, turn.at)


def reconfirm(turn: Turn) -> None:
    """Confirm that the event has not happened: news of the task, which is asked for each quarter."""
    with turn.recorded():
        db.session.add(notes.row(turn, turn.given.text or NOT_YET))


def proposed(words: str, event_on: date, ref: Reference) -> Deadline | None:
    """Return the dates that a task's words give once its event has happened; None when they give no length."""
    length = length_of(words)
    if length is None:
        return None
    unit, count = length
    first_counts = ref.settings["deadline.event_day"] == "counts"
    last = _end(ref.calendar, event_on, unit, count, first_counts=first_counts)
    if ref.settings["deadline.rest_day"] == "next_working_day" and count > 0:
        last = ref.calendar.on_or_after(last)
    return Deadline(last, last)


def length_of(words: str) -> tuple[str, int] | None:
    """Return unit and number of the period that deadline words count from their event; negative: before it."""
    meaning = recurrence.meaning_of(words)
    if meaning.get("kind") == "duration" and "to" not in meaning:
        return _length(meaning)
    offset = meaning.get("offset")
    return _length(offset) if meaning.get("kind") == "event" and isinstance(offset, dict) else None


def event_of(words: str) -> str:
    """Return the event that deadline words name, as they call it; empty when they name none."""
    return str(recurrence.meaning_of(words).get("event") or "")


def _length(found: Any) -> tuple[str, int] | None:
    unit = next((name for name in UNITS if name in found), None)
    return (unit, -int(-found[unit] // 1)) if unit is not None else None


def _end(calendar: WorkCalendar, start: date, unit: str, count: int, *, first_counts: bool) -> date:
    """Return the last day of a period from an event; the first day shortens it when it counts itself."""
    if unit == "working_days":
        return calendar.end_of_working_days(start, count, first_counts=first_counts and count > 0)
    if unit == "months":
        return months_after(start, count) - (DAY if first_counts and count > 0 else timedelta())
    days = -(-count // HOURS_A_DAY) if unit == "hours" else count
    return start + (days - (1 if first_counts and days > 0 else 0)) * DAY


def _require_past(turn: Turn) -> None:
    """Raise Refusal for an event or a document that lies ahead."""
    today = clock.day_of(turn.at)
    for name in ("event_on", "document_on"):
        day = getattr(turn.given, name)
        if day is not None and day > today:
            raise Refusal("not_happened_yet", field=LABELS[name], value=day.strftime(WRITTEN))


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.RECORD_EVENT: record_event,
    Action.RECONFIRM: reconfirm,
}
