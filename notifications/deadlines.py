"""A deadline in words: its day with the weekday, and where it stands today; in the language that is being spoken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Final

from babel.dates import format_date

from i18n import gettext as _
from i18n import ngettext, spoken
from models.vocabulary import DeadlineKind, TimingState
from notifications.facts import Facts
from terms import N_
from workflow.timing import Timing


def day_words(day: date) -> str:
    """Return a day with its weekday, as a letter writes it in the middle of a sentence."""
    return f"{_weekday(day.isoweekday(), spoken())}, {day:%d/%m/%Y}"


@cache
def _weekday(number: int, language: str) -> str:
    """Return the name of the first, second … day of the week."""
    name = format_date(date(2024, 1, number), "EEEE", locale=language)  # that year began with a Monday
    return name[0].lower() + name[1:] if language == "vi" else name


def day_named(day: date) -> str:
    """Return a day with its weekday for the middle of a sentence, as pages write it: "03/09/2026 (thứ Năm)"."""
    return f"{day:%d/%m/%Y} ({day_words(day).partition(',')[0]})"


def deadline_words(task: Facts, now: Timing, on: date) -> str:
    """Return the deadline and where it stands today, honestly: a last good day that moved is named, not called late."""
    if task.due_on is None or task.late_after is None:
        return _dateless(task)
    told = _STANDS.get(now.state)
    said = told(task.due_on, task.late_after, now, on) if told else ""
    words = _("Deadline: %(day)s", day=day_words(task.due_on))
    return f"{words} - {said}" if said else words


def _dateless(task: Facts) -> str:
    """Return what stands for a date: that the duty is ongoing or hangs on an event, and the document's own words."""
    words = _(_WITHOUT_DATE.get(task.deadline_kind, _NO_DATE))
    written = " ".join(task.deadline_words.split())
    return f"{words} - " + _("in the document: “%(words)s”", words=written) if written else words


def _left(_due: date, _last: date, now: Timing, _on: date) -> str:
    if now.working_days == 0:
        return _("today is the last working day before it")
    days = ngettext("%(num)d day left", "%(num)d days left", now.days)
    return f"{days} ({working(now.working_days)})"


def _last_day(due: date, last: date, _now: Timing, on: date) -> str:
    """Say that the day is here; where the last good day lies later (a rest day, "before day X"), name that day."""
    if on == last:
        return _("today") if due == on else _("the last day that still counts as in time is today")
    still = _("the last day that still counts as in time is %(day)s", day=day_words(last))
    return f"{_('today')}; {still}" if due == on else still


def _late(_due: date, _last: date, now: Timing, _on: date) -> str:
    days = ngettext("overdue by %(num)d day", "overdue by %(num)d days", now.days)
    return f"{days} ({working(now.working_days)})"


def _handed_in_late(_due: date, _last: date, now: Timing, _on: date) -> str:
    days = ngettext("handed in %(num)d day late", "handed in %(num)d days late", now.days)
    return f"{days} ({working(now.working_days)})"


def working(count: int) -> str:
    """Return a number of working days in words."""
    return ngettext("%(num)d working day", "%(num)d working days", count)


_STANDS: Final[dict[TimingState, Callable[[date, date, Timing, date], str]]] = {
    TimingState.ON_TRACK: _left,
    TimingState.DUE_SOON: _left,
    TimingState.DUE_TODAY: _last_day,
    TimingState.OVERDUE: _late,
    TimingState.HANDED_IN_TIME: lambda *_facts: _("handed in in time"),
    TimingState.HANDED_IN_LATE: _handed_in_late,
}
_NO_DATE: Final = N_("Deadline: none yet")
# what a task without a date has instead
_WITHOUT_DATE: Final[dict[DeadlineKind, str]] = {
    DeadlineKind.ONGOING: N_("Deadline: an ongoing duty"),
    DeadlineKind.RECURRING: N_("Deadline: a recurring duty"),
    DeadlineKind.EVENT: N_("Deadline: after an event"),
}
