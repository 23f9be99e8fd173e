"""The rule of a duty that comes again: its days as the words mean them, the period of each, and when that begins.

One place for it: periodic reports, occurrences and the page that proposes a rule all ask here. A rule is what
`planning` reads out of deadline words (`meaning` of kind recurring or milestones), confirmed or changed by a person.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from workflow.calendar import Deadline, WorkCalendar, fixed_deadline, months_after

DAY: Final = timedelta(days=1)
FRIDAY: Final = 5
DECEMBER: Final = 12
# so far ahead of the day on which its period begins a day can lie
LONGEST: Final = {"weekly": 14, "monthly": 70, "quarterly": 200, "half-yearly": 400, "yearly": 800}
# what a rule may not say: there is no day to be had from it
UNSURE: Final = ("interval", "times")

Meaning = Mapping[str, Any]
Months = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One time a duty comes: the day as written, the day the words name, its period, and when that begins."""

    written: date
    named: date
    period: str
    opens: date


@lru_cache(maxsize=10_000)
def meaning_of(words: str) -> Meaning:
    """Return what deadline words mean, read once."""
    from workflow.planning.deadlines import read_deadline

    found: Meaning = read_deadline(words, None).meaning
    return found


def proposed(words: str) -> Meaning | None:
    """Return the rule deadline words surely give: a recurring duty's, or milestones; None when they give none."""
    meaning = meaning_of(words)
    return meaning if is_sure(meaning) else None


def is_sure(meaning: Meaning) -> bool:
    """Return whether days can be worked out from a rule."""
    if meaning.get("kind") == "milestones":
        return bool(meaning.get("dates"))
    is_known = meaning.get("kind") == "recurring" and all(name in _OF for name in frequencies(meaning))
    return is_known and not any(name in meaning for name in UNSURE)


def frequencies(meaning: Meaning) -> list[str]:
    """Return how often, the shortest period first."""
    found = meaning.get("freq") or []
    named = found if isinstance(found, list) else [found]
    return sorted(named, key=lambda name: list(_OF).index(name) if name in _OF else -1)


def written_rule(meaning: Meaning) -> str:
    """Return a rule as it is kept."""
    return json.dumps(meaning, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def days_written(words: str, first: date, last: date) -> tuple[date, ...]:
    """Return the days of deadline words that lie in a span, as written; none when they do not recur, or not surely.

    Words without a day mean the period's last (a week's Friday). "Trước ngày 15" gives the 14th (rulings 12).
    """
    meaning = meaning_of(words)
    if meaning.get("kind") != "recurring" or not is_sure(meaning):
        return ()
    return tuple(slot.written for slot in slots(meaning, first, last))


def days(words: str, first: date, last: date, calendar: WorkCalendar) -> list[date]:
    """Return the same days, each on the working day before when it falls on a rest day (rulings 12)."""
    meaning = meaning_of(words)
    return sorted({_moved(day, meaning, calendar) for day in days_written(words, first, last + 20 * DAY)} - {date.min})


def first_unreported(words: str, assigned: date, news: date | None, day: date, calendar: WorkCalendar) -> date | None:
    """Return the first day of report after the assignment that no news covers; news covers the day nearest to it.

    That may be a day before the assignment: who writes on taking a duty over has not reported for the coming time.
    """
    known = days(words, date(assigned.year - 1, 1, 1), date(max(day, assigned).year + 2, 12, 31), calendar)
    covered = assigned
    if news is not None and known:
        covered = max(assigned, min(known, key=lambda each: (abs((each - news).days), each < news)))
    return next((each for each in known if each > covered), None)


def slots(meaning: Meaning, first: date, last: date) -> tuple[Slot, ...]:
    """Return each time a duty comes whose day as written lies in a span.

    When several periods end on one day, the longest names it: the quarter's report holds the month's.
    """
    return _slots(written_rule(meaning), first, last)


@lru_cache(maxsize=4_000)
def _slots(rule: str, first: date, last: date) -> tuple[Slot, ...]:
    meaning: Meaning = json.loads(rule)
    if meaning.get("kind") == "milestones":
        found = {slot.written: slot for slot in _milestones(meaning)}
    else:
        found = {slot.written: slot for name in frequencies(meaning) for slot in _of(name, meaning, first, last)}
    since, until = meaning.get("since", date.min.isoformat()), meaning.get("until", date.max.isoformat())
    return tuple(found[day] for day in sorted(found) if first <= day <= last and since <= day.isoformat() <= until)


def begun(meaning: Meaning, after: date, day: date) -> tuple[Slot, ...]:
    """Return each time whose period has begun by a day, of those written about or after another."""
    far = 800 if meaning.get("kind") == "milestones" else max(LONGEST[name] for name in frequencies(meaning))
    span = (after - 20 * DAY, max(after, day) + far * DAY)  # one that moves on may lie behind the day it moves to
    return tuple(slot for slot in slots(meaning, *span) if slot.opens <= day)


def coming(
    meaning: Meaning, after: date, count: int, calendar: WorkCalendar, settings: Mapping[str, Any]
) -> list[tuple[Slot, Deadline]]:
    """Return the next times whose deadline lies after a day, each with its dates by the calendar as it is."""
    last = max([each.named for each in _milestones(meaning)], default=after) if _is_fixed(meaning) else after
    found = slots(meaning, after - 20 * DAY, max(last, after + (count + 2) * 370 * DAY))
    dates = ((slot, dated(slot, meaning, calendar, settings)) for slot in found)
    return [(slot, each) for slot, each in dates if each.due_on > after][:count]


def dated(slot: Slot, meaning: Meaning, calendar: WorkCalendar, settings: Mapping[str, Any]) -> Deadline:
    """Return the due day and the last good day of one time.

    On a rest day it moves to the working day before, by the setting; milestones are fixed dates and stay as written
    (rulings 12). "Trước ngày X": the day named is not late yet, as with every other date.
    """
    counts, is_before = settings["deadline.before_counts"], _is_before(meaning)
    if _is_fixed(meaning) or settings["recurring.rest_day"] == "as_written":
        boundary = "before" if is_before else "on"
        return fixed_deadline(
            slot.named, boundary, calendar, before_counts=counts, rest_day=settings["deadline.rest_day"]
        )
    due = _moved(slot.written, meaning, calendar)
    last = calendar.on_or_before(slot.named) if is_before and counts == "day_before" else due
    return Deadline(due, max(due, last))


def _is_fixed(meaning: Meaning) -> bool:
    return bool(meaning.get("kind") == "milestones")


def _is_before(meaning: Meaning) -> bool:
    """Return whether the day named does not count; "before 16:00 on Friday" is a time of that Friday."""
    return meaning.get("boundary") == "before" and "time" not in meaning


def _moved(day: date, meaning: Meaning, calendar: WorkCalendar) -> date:
    """Return a day off rest days: the working day before; of "the first working day" the one after."""
    is_first = meaning.get("working") is True and meaning.get("day") == 1
    return calendar.on_or_after(day) if is_first else calendar.on_or_before(day)


def _milestones(meaning: Meaning) -> Iterator[Slot]:
    if not _is_fixed(meaning):
        return
    opens, is_before = date.min, _is_before(meaning)
    for text in sorted(item["due"] for item in meaning["dates"]):
        named = date.fromisoformat(text)
        yield Slot(named - DAY if is_before else named, named, text, opens)
        opens = named + DAY


def _of(name: str, meaning: Meaning, first: date, last: date) -> Iterator[Slot]:
    """Give the times of one frequency around a span, some before it: each may begin where the one before ends."""
    early = 400 if _is_several(meaning) else 40
    before = None
    for named in sorted(set(_OF[name](meaning, list(_months(first - early * DAY, last + 40 * DAY))))):
        written = named - DAY if _is_before(meaning) else named
        if not _is_several(meaning):
            yield Slot(written, named, *_period(name, meaning, named, written))
        elif before is not None:
            yield Slot(written, named, named.isoformat(), before + DAY)
        before = named


def _is_several(meaning: Meaning) -> bool:
    """Return whether a period holds several days: each is then called by its date."""
    return len(meaning.get("dates", ())) > 1 or len(meaning.get("days", ())) > 1


def _period(name: str, meaning: Meaning, named: date, written: date) -> tuple[str, date]:
    """Return which period a day reports on, and when it begins; never later than the period the day lies in."""
    months = meaning.get("month_offset", 0) + 3 * meaning.get("quarter_offset", 0) + 12 * meaning.get("year_offset", 0)
    period, opens = PERIODS[name](months_after(named, -months) if months else written)
    return period, min(opens, PERIODS[name](written)[1])


def _week(day: date) -> tuple[str, date]:
    year, week, weekday = day.isocalendar()
    return f"{year}-W{week:02}", day - (weekday - 1) * DAY


def _half(day: date) -> tuple[str, date]:
    half = (day.month + 5) // 6
    return f"{day.year}-H{half}", date(day.year, 6 * half - 5, 1)


def _quarter(day: date) -> tuple[str, date]:
    quarter = (day.month + 2) // 3
    return f"{day.year}-Q{quarter}", date(day.year, 3 * quarter - 2, 1)


# how often -> the period a day lies in, by its key, and the day it begins
PERIODS: Final[dict[str, Callable[[date], tuple[str, date]]]] = {
    "weekly": _week,
    "monthly": lambda day: (f"{day.year}-{day.month:02}", day.replace(day=1)),
    "quarterly": _quarter,
    "half-yearly": _half,
    "yearly": lambda day: (str(day.year), date(day.year, 1, 1)),
}


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield divmod(number, 12)[0], number % 12 + 1


def _of_weeks(meaning: Meaning, months: Months) -> Iterator[date]:
    for year, month in months:
        yield from _weekdays(meaning, year, month)


def _weekdays(meaning: Meaning, year: int, month: int) -> list[date]:
    """Return the days of a month that are the weekday meant (Friday when none is named)."""
    wanted, count = meaning.get("weekday", FRIDAY), monthrange(year, month)[1]
    found = (date(year, month, number) for number in range(1, count + 1))
    return [day for day in found if day.isoweekday() == wanted]


def _of_months(meaning: Meaning, months: Months) -> Iterator[date]:
    for year, month in months:
        if (week := meaning.get("week")) is not None:
            found = _weekdays(meaning, year, month)
            yield found[-1 if week == "last" else min(week, len(found)) - 1]
            continue
        for number in meaning.get("days", [meaning.get("day", "last")]):
            yield _on(year, month, number)


def _of_quarters(meaning: Meaning, months: Months) -> Iterator[date]:
    place = meaning.get("month", 1 if "quarter_offset" in meaning or "month_offset" in meaning else 3)
    yield from _of_months(meaning, [(year, month) for year, month in months if (month - 1) % 3 + 1 == place])


def _of_halves(meaning: Meaning, months: Months) -> Iterator[date]:
    if "dates" in meaning or "month_day" in meaning:
        yield from _of_years(meaning, months)
    else:
        yield from _of_months(meaning, [(year, month) for year, month in months if month in (6, DECEMBER)])


def _of_years(meaning: Meaning, months: Months) -> Iterator[date]:
    named = meaning.get("dates") or [meaning.get("month_day", "12-31")]
    for year, month in months:
        for text in named:
            if int(text[:2]) == month:
                yield _on(year, month, int(text[3:]))


_OF: Final[dict[str, Callable[[Meaning, Months], Iterator[date]]]] = {
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
