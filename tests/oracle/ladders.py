"""The ladders, written out once more from the rulings: who hears before a day, on it and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tests.oracle.days import Days
from tests.oracle.facts import EVER
from tests.oracle.settings import Value

Values = Callable[[str], Value]
DOER, UNIT, ABOVE, TOP, OFFICE = "doer", "unit", "above", "top", "office"
BEFORE, ON, AFTER = "before", "on", "after"


@dataclass(frozen=True)
class Row:
    """One row of a ladder: who, whether before, on or after the day, by which setting, and what the rule is called.

    `nth` takes one of the setting's days; `{n}` in the name is the number of working days.
    """

    who: str
    when: str
    name: str
    setting: str = ""
    nth: int | None = None
    days: tuple[int, ...] = ()


CLIMB = (("reminder.climb", 0, ABOVE), ("reminder.climb", 1, TOP))
SOONER = (("reminder.climb_waiting", 0, ABOVE), ("reminder.climb_waiting", 1, TOP))


def _climb(family: str, rungs: tuple[tuple[str, int, str], ...] = CLIMB) -> tuple[Row, ...]:
    return tuple(Row(who, AFTER, family + "+{n}", setting, nth) for setting, nth, who in rungs)


LADDERS: dict[str, tuple[Row, ...]] = {
    "T": (
        Row(DOER, BEFORE, "T-{n}", "reminder.before"),
        Row(DOER, ON, "T0"),
        Row(UNIT, AFTER, "T+{n}", "reminder.after"),
        *_climb("T"),
    ),
    "REDO": (Row(UNIT, ON, "REDO"), Row(UNIT, AFTER, "REDO+{n}", "reminder.after"), *_climb("REDO")),
    "ANSWER": (Row(UNIT, ON, "ANSWER"), Row(UNIT, AFTER, "ANSWER+{n}", "reminder.after"), *_climb("ANSWER")),
    "HOLD": (Row(DOER, AFTER, "HOLD+{n}", "reminder.after", 0), *_climb("HOLD")),
    "UNRECEIVED": (Row(DOER, AFTER, "UNRECEIVED", "reminder.unreceived"), *_climb("UNRECEIVED", SOONER)),
    "UNSIGNED": (Row(DOER, AFTER, "UNSIGNED", "reminder.unsigned"), *_climb("UNSIGNED", SOONER)),
    "UNDECIDED": (Row(DOER, AFTER, "UNDECIDED", "reminder.unsigned"), *_climb("UNDECIDED", SOONER)),
    "OFFERED": (Row(DOER, BEFORE, "OFFERED-{n}", days=(1,)), Row(DOER, ON, "OFFERED")),
    "ACCEPT": (Row(DOER, AFTER, "ACCEPT", "reminder.unsigned"),),
    "CONTEST": (Row(DOER, AFTER, "CONTEST", "reminder.unsigned"), Row(ABOVE, AFTER, "CONTEST", "reminder.contest")),
    "RENEW": (
        Row(DOER, ON, "RENEW"),
        Row(DOER, AFTER, "RENEW+{n}", "reminder.after"),
        Row(ABOVE, AFTER, "RENEW+{n}", "reminder.climb", 0),
    ),
    "NODATE": tuple(Row(who, AFTER, "NODATE", "reminder.undated") for who in (OFFICE, ABOVE)),
    "NOLEAD": tuple(Row(who, AFTER, "NOLEAD", "reminder.undated") for who in (OFFICE, ABOVE)),
    "SILENT": (Row(DOER, AFTER, "SILENT", "reminder.silent"),),
    "EVENT": (Row(DOER, AFTER, "EVENT+{n}", "reminder.reconfirm"),),
    "REPORT": (
        Row(DOER, BEFORE, "REPORT-{n}", "reminder.report_before"),
        Row(DOER, ON, "REPORT0"),
        Row(UNIT, AFTER, "REPORT+{n}", "reminder.report_after"),
        *_climb("REPORT"),
    ),
    "EXPLAIN": (
        Row(UNIT, ON, "EXPLAIN"),
        Row(UNIT, AFTER, "EXPLAIN+{n}", "reminder.after"),
        Row(TOP, AFTER, "EXPLAIN+{n}", "reminder.climb", 0),
    ),
    "PLEDGE": (
        Row(UNIT, BEFORE, "PLEDGE-{n}", days=(1,)),
        Row(UNIT, ON, "PLEDGE"),
        Row(UNIT, AFTER, "PLEDGE+{n}", "reminder.after"),
    ),
}
# what is repeated by its own setting instead of weekly
REPEATED = {"SILENT": "reminder.silent"}


@dataclass(frozen=True)
class Stage:
    """What is said from a day on; one whose day lies before its rule's own beginning is not caught up."""

    rule: str
    falls: date
    since: date


def stages(
    family: str, hears: frozenset[str], anchor: date, day: date, days: Days, values: Values, *, long: bool
) -> list[Stage]:
    """Return what somebody in these places of a ladder has been told up to a day, in the ladder's order."""
    found: list[Stage] = []
    for row in LADDERS[family]:
        if row.who in hears:
            found += [s for s in _of(row, family, anchor, day, days, values, long) if s.falls <= day]
    return found


def _of(row: Row, family: str, anchor: date, day: date, days: Days, values: Values, long: bool) -> Iterator[Stage]:
    if row.when == ON:
        yield Stage(row.name, days.at_or_before(anchor), EVER)
        return
    name = "reminder.before_long" if long and row.setting == "reminder.before" else row.setting
    value = values(name) if name else Value(list(row.days), EVER)
    counts = list(value.value) if isinstance(value.value, list) else [value.value]
    if row.when == BEFORE:
        for count in counts:
            yield Stage(row.name.format(n=count), days.before(anchor, count), value.since)
        return
    last = Stage("", EVER, EVER)
    for count in counts if row.nth is None else [counts[row.nth]]:
        last = Stage(row.name.format(n=count), days.after(anchor, count), value.since)
        yield last
    yield from _again(last, day, days, value, values(REPEATED.get(family, "reminder.weekly")))


def _again(last: Stage, day: date, days: Days, value: Value, every: Value) -> Iterator[Stage]:
    """Repeat the last stage for as long as the matter stands; a repetition is as young as the younger of its rules."""
    number, falls = 1, last.falls
    while falls <= day:
        falls = days.after(falls, every.value)
        yield replace(last, rule=f"{last.rule}w#{number}", falls=falls, since=max(value.since, every.since))
        number += 1
