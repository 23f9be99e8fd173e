"""Days, moments and numbers as people of each language write them; filters of the templates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale

from clock import LOCAL, parse_moment
from i18n import gettext as _
from i18n import ngettext
from models.vocabulary import TimingState
from workflow.timing import Timing

DAY: Final = "dd/MM/yyyy"
UNITS: Final = ("B", "kB", "MB", "GB")
# what stands for a missing day
NONE: Final = "–"


def init_app(app: Flask) -> None:
    """Give every template the filters."""
    app.jinja_env.filters.update(
        day=day,
        day_short=day_short,
        day_long=day_long,
        day_named=day_named,
        moment=moment,
        clock=time_of_day,
        number=number,
        size=size,
        distance=distance,
        iso=iso,
        as_day=as_day,
        as_moment=as_moment,
        as_number=as_number,
    )


def day(value: date | None) -> str:
    """Return a day as dd/mm/yyyy."""
    return format_date(value, DAY, locale=_locale()) if value else NONE


def day_long(value: date | None) -> str:
    """Return a day with its weekday: "Thứ Năm, 03/09/2026"."""
    if value is None:
        return NONE
    weekday = format_date(value, "EEEE", locale=_locale())
    return f"{weekday}, {day(value)}"


def day_named(value: date | None) -> str:
    """Return a day for the middle of a sentence: "03/09/2026 (thứ Năm)"."""
    if value is None:
        return NONE
    weekday = format_date(value, "EEEE", locale=_locale())
    return f"{day(value)} ({weekday[0].lower() + weekday[1:] if _locale() == 'vi' else weekday})"


def day_short(value: date | None) -> str:
    """Return a day with its weekday in short, for lists: "Th 5, 03/09/2026"."""
    return f"{format_date(value, 'EEE', locale=_locale())}, {day(value)}" if value else NONE


def moment(value: datetime | None) -> str:
    """Return a moment in Vietnam's time: "07:30, 03/09/2026"."""
    return format_datetime(value.astimezone(LOCAL), f"HH:mm, {DAY}", locale=_locale()) if value else NONE


def time_of_day(value: datetime | None) -> str:
    """Return the time of day in Vietnam."""
    return value.astimezone(LOCAL).strftime("%H:%M") if value else NONE


def number(value: int | float | Decimal | None) -> str:
    """Return a number as the language writes it: 1.234,5 in Vietnamese; an empty text for none."""
    return format_decimal(value, locale=_locale()) if value is not None else ""


def as_number(value: str) -> str:
    """Return a number that is kept as text the way the language writes it; what is none stays as it is."""
    try:
        return number(Decimal(value))
    except ArithmeticError:
        return value


def size(value: int | None) -> str:
    """Return a count of bytes in the largest unit that keeps it above one."""
    left, place = float(value or 0), 0
    while left >= 1024 and place < len(UNITS) - 1:
        left, place = left / 1024, place + 1
    return f"{number(Decimal(str(round(left, 1))))} {UNITS[place]}"


def megabytes(value: int) -> str:
    """Return a count of bytes in megabytes, for limits: two figures are enough."""
    return number(Decimal(f"{value / 1024 / 1024:.2g}"))


def iso(value: date | str | None) -> str:
    """Return a day as forms carry it; what was typed stays as it was."""
    return value.isoformat() if isinstance(value, date) else value or ""


def as_day(value: date | str | None) -> date | None:
    """Return a day from its ISO text, as the log keeps it; a day stays one."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_moment(value: datetime | str) -> datetime:
    """Return a moment from its ISO text, as the log keeps it; a moment stays one."""
    return parse_moment(value) if isinstance(value, str) else value


def distance(timing: Timing) -> str:
    """Return how far a task is from its day, said after its state: "còn 3 ngày làm việc", "9 ngày (7 ngày …)"."""
    if timing.state in (TimingState.ON_TRACK, TimingState.DUE_SOON):
        return ngettext("%(num)d working day left", "%(num)d working days left", timing.working_days)
    if timing.is_late:
        late = ngettext("by %(num)d day", "by %(num)d days", timing.days)
        return late + " " + ngettext("(%(num)d working day)", "(%(num)d working days)", timing.working_days)
    if timing.state == TimingState.DUE_TODAY and timing.days:
        return _("still good today")
    return ""


def _locale() -> str:
    found = get_locale()
    return "vi" if found is None or found.language == "vi" else "en_GB"
