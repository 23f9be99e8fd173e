"""On which days a recurring duty is to be reported, from what its deadline words mean; moved off rest days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from workflow.calendar import WorkCalendar

DAY: Final = timedelta(days=1)
FRIDAY: Final = 5
DECEMBER: Final = 12


@lru_cache(maxsize=10_000)
def _meaning(words: str) -> Mapping[str, Any]:
    """Return what deadline words mean, read once."""
    from workflow.planning.deadlines import read_deadline

    found: Mapping[str, Any] = read_deadline(words, None).meaning
    return found


def days_written(words: str, first: date, last: date) -> tuple[date, ...]:
    """Return the days of deadline words that lie in a span, as written; none when they do not recur, or not surely.

    Words without a day mean the period's last (a week's Friday). "Trước ngày 15" gives the 14th (rulings 12).
    """
    from workflow.planning.deadlines import read_deadline

    meaning: Mapping[str, Any] = read_deadline(words, None).meaning
    if meaning.get("kind") != "recurring" or "interval" in meaning or "times" in meaning:
        return ()
    frequencies = meaning["freq"] if isinstance(meaning["freq"], list) else [meaning["freq"]]
    step = DAY if meaning.get("boundary") == "before" else timedelta()
    months = list(_months(first - 40 * DAY, last + 40 * DAY))
    found = {day - step for name in frequencies for day in _OF.get(name, _none)(meaning, months)}
    since, until = meaning.get("since", date.min.isoformat()), meaning.get("until", date.max.isoformat())
    return tuple(sorted(day for day in found if first <= day <= last and since <= day.isoformat() <= until))


def days(words: str, first: date, last: date, calendar: WorkCalendar) -> list[date]:
    """Return the same days, each on the working day before when it falls on a rest day (rulings 12)."""
    return sorted({calendar.on_or_before(day) for day in days_written(words, first, last + 20 * DAY)} - {date.min})


def first_unreported(words: str, assigned: date, news: date | None, day: date, calendar: WorkCalendar) -> date | None:
    """Return the first day of report after the assignment that no news covers; news covers the day nearest to it.

    That may be a day before the assignment: who writes on taking a duty over has not reported for the coming time.
    """
    known = days(words, date(assigned.year - 1, 1, 1), date(max(day, assigned).year + 2, 12, 31), calendar)
    covered = assigned
    if news is not None and known:
        covered = max(assigned, min(known, key=lambda each: (abs((each - news).days), each < news)))
    return next((each for each in known if each > covered), None)


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield divmod(number, 12)[0], number % 12 + 1


def _of_weeks(meaning: Mapping[str, Any], months: list[tuple[int, int]]) -> Iterator[date]:
    weekday = meaning.get("weekday", FRIDAY)
    for year, month in months:
        for number in range(1, monthrange(year, month)[1] + 1):
            if date(year, month, number).isoweekday() == weekday:
                yield date(year, month, number)


def _of_months(meaning: Mapping[str, Any], months: list[tuple[int, int]]) -> Iterator[date]:
    for year, month in months:
        for number in meaning.get("days", [meaning.get("day", "last")]):
            yield _on(year, month, number)


def _of_quarters(meaning: Mapping[str, Any], months: list[tuple[int, int]]) -> Iterator[date]:
    place = meaning.get("month", 1 if "quarter_offset" in meaning or "month_offset" in meaning else 3)
    yield from _of_months(meaning, [(year, month) for year, month in months if (month - 1) % 3 + 1 == place])


def _of_halves(meaning: Mapping[str, Any], months: list[tuple[int, int]]) -> Iterator[date]:
    if "dates" in meaning or "month_day" in meaning:
        yield from _of_years(meaning, months)
    else:
        yield from _of_months(meaning, [(year, month) for year, month in months if month in (6, DECEMBER)])


def _of_years(meaning: Mapping[str, Any], months: list[tuple[int, int]]) -> Iterator[date]:
    named = meaning.get("dates") or [meaning.get("month_day", "12-31")]
    for year, month in months:
        for text in named:
            if int(text[:2]) == month:
                yield _on(year, month, int(text[3:]))


def _none(_meaning: Mapping[str, Any], _months: list[tuple[int, int]]) -> Iterator[date]:
    return iter(())


_OF: Final[dict[str, Callable[[Mapping[str, Any], list[tuple[int, int]]], Iterator[date]]]] = {
    "weekly": _of_weeks,
    "monthly": _of_months,
    "quarterly": _of_quarters,
    "half-yearly": _of_halves,
    "yearly": _of_years,
}


def _on(year: int, month: int, number: Any) -> date:
    """Return a day of a month; its last when the month has no such day, or the last is meant."""
    end = monthrange(year, month)[1]
    return date(year, month, end if number == "last" else min(int(number), end))
