"""The dated settings in words: what each means, and which values make sense for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final

import vietnamese
from models.vocabulary import SecondSigner
from terms import N_
from workflow.errors import Refusal
from workflow.reference import SETTINGS

# so many days a rule can name: each is one more reminder of every task
MOST_DAYS: Final = 10
# the hour of the house lies in the morning, when a letter can still be acted upon
HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
EARLIEST, LATEST = time(6), time(12)


@dataclass(frozen=True)
class Rule:
    """One setting: what it means, the test of a value, how to write it, and the choices if few."""

    meaning: str
    fits: Callable[[Any], bool]
    write: str
    choices: Mapping[Any, str] = field(default_factory=dict)


def read(name: str, text: str) -> object:
    """Return a setting's value from what was typed. Raises Refusal: unknown name, no sense in the value."""
    if name not in SETTINGS:
        raise Refusal("bad_value", field=N_("setting"), value=name[:60])
    return _checked(name, READ[type(SETTINGS[name])](text), text)


def require_sense(name: str, value: object) -> None:
    """Raise Refusal for a value of another type than the setting's, or one that makes no sense for it."""
    if name not in SETTINGS or type(value) is not type(SETTINGS[name]):
        raise Refusal("bad_value", field=N_("setting"), value=f"{name} = {value}"[:60])
    _checked(name, value, str(value))


def digest_hour(rule: str, default: time) -> time:
    """Return the hour of the house: what the office set as `digest.hour`, else the server's own setting."""
    return time.fromisoformat(rule) if rule else default


def written(value: object) -> str:
    """Return a value as one would type it."""
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _checked(name: str, value: object, text: str) -> object:
    if isinstance(SETTINGS[name], list):
        _require_days(name, value, text)
    if value is None or (name in RULES and not RULES[name].fits(value)):
        field, form = (RULES[name].meaning, RULES[name].write) if name in RULES else (name, _LINE)
        raise Refusal("bad_value", field=field, value=text[:60], form=form)
    return value


def _require_days(name: str, value: object, text: str) -> None:
    """Refuse a list without a day, or with more days than anybody reads letters of."""
    meaning, form = RULES[name].meaning, RULES[name].write
    if value == [] or not text.strip(" ,;[]"):
        raise Refusal("no_days", field=meaning, form=form)
    count = len(value) if isinstance(value, list) else text.replace(";", ",").count(",") + 1
    if count > MOST_DAYS:
        raise Refusal("too_many_days", field=meaning, count=count, most=MOST_DAYS)


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _numbers(text: str) -> list[int] | None:
    found = [_number(part) for part in text.replace(";", ",").split(",")]
    return None if None in found else [number for number in found if number is not None]


def _line(text: str) -> str | None:
    line = " ".join(vietnamese.normalise(text).split())
    return line if line.isprintable() else None


READ: Final[dict[type, Callable[[str], Any]]] = {int: _number, list: _numbers, str: _line}


def _falling(highest: int) -> Callable[[Any], bool]:
    return lambda days: (
        0 < len(days) <= MOST_DAYS and days == sorted(set(days), reverse=True) and days[-1] >= 1 and days[0] <= highest
    )


def _rising(highest: int) -> Callable[[Any], bool]:
    return lambda days: (
        0 < len(days) <= MOST_DAYS and days == sorted(set(days)) and days[0] >= 1 and days[-1] <= highest
    )


def _two_rungs(days: Any) -> bool:
    return len(days) == 2 and _rising(60)(days)


def _within(low: int, high: int) -> Callable[[Any], bool]:
    return lambda number: bool(low <= number <= high)


def _is_hour(text: str) -> bool:
    """Return whether a text is an hour of the morning; empty leaves it to the server's settings."""
    return not text or (HOUR.fullmatch(text) is not None and EARLIEST <= time.fromisoformat(text) <= LATEST)


def _is_symbol(text: str) -> bool:
    """Return whether a text can stand in the sign of a paper; empty leaves it to the unit's code."""
    return len(text) <= 20 and not set(text) & set(" /\\")


def _named(text: str) -> bool:
    return 2 <= len(text) <= 200


_FALLING: Final = N_("numbers of days from the largest to the smallest, such as 15, 7, 3, 1")
_RISING: Final = N_("numbers of days from the smallest to the largest, such as 1, 3, 7")
_TWO_RUNGS: Final = N_("two numbers of days, the smaller first, such as 5, 10")
_NUMBER: Final = N_("a whole number of working days")
_DAYS: Final = N_("a whole number of days")
_HOUR: Final = N_("hours and minutes between 06:00 and 12:00, such as 07:30")
_SYMBOL: Final = N_("a short sign without blanks, such as BDT; empty takes the code of the unit")
_NAME: Final = N_("the official name in full")
_LINE: Final = N_("one line of text, or a number")
_CHOICE: Final = N_("one of the values offered")

_BEFORE: Final = {
    "day_before": N_("shown one day earlier; the named day itself is not late yet"),
    "due_day": N_("shown one day earlier; the named day itself is late"),
}
_REST: Final = {
    "next_working_day": N_("not late before the end of the next working day"),
    "as_written": N_("late from the day after, as written"),
}
_RECURRING: Final = {
    "working_day_before": N_("moves to the working day before"),
    "as_written": N_("stays as written, like a fixed date"),
}
_EVENT_DAY: Final = {
    "left_out": N_("the day of the event does not count (BLDS Article 147)"),
    "counts": N_("the day of the event is the first day"),
}
_CREDIT: Final = {
    "first_late_days": N_("as many of the first late days are charged to whoever headed that unit"),
    "none": N_("each late day is charged to whoever held the clock at its end"),
}
_STEPS: Final = {
    1: N_("the head of the lead unit"),
    2: N_("the head, then a member of leadership"),
}
_SECOND: Final = {
    SecondSigner.SUPERVISOR.value: N_("the supervising member of leadership"),
    SecondSigner.CHAIR.value: N_("the head of the body"),
}
_REQUIRED: Final = {
    "none": N_("nobody; whoever likes may set one"),
    "leadership": N_("leadership"),
    "signers": N_("everybody who signs: heads and leadership"),
}

RULES: Final[dict[str, Rule]] = {
    "reminder.before": Rule(
        N_("Working days before the deadline on which the unit is reminded"), _falling(60), _FALLING
    ),
    "reminder.before_long": Rule(N_("The same for deadlines of a quarter or a year"), _falling(120), _FALLING),
    "reminder.after": Rule(N_("Working days after the deadline on which the unit is reminded"), _rising(60), _RISING),
    "reminder.weekly": Rule(N_("Working days between the reminders that follow"), _within(1, 30), _NUMBER),
    "reminder.climb": Rule(
        N_("Working days after the deadline from which the supervising leader, then the chair, is told too"),
        _two_rungs,
        _TWO_RUNGS,
    ),
    "reminder.unreceived": Rule(
        N_("Working days after which an assignment not yet received is brought to mind"), _within(1, 30), _NUMBER
    ),
    "reminder.unsigned": Rule(
        N_("Working days after which a result not yet signed is brought to mind"), _within(1, 30), _NUMBER
    ),
    "reminder.climb_waiting": Rule(
        N_("Working days after which the next two levels are told of what is not received or signed"),
        _two_rungs,
        _TWO_RUNGS,
    ),
    "reminder.undated": Rule(
        N_("Working days after which office and leadership are told of a task without a date or lead unit"),
        _within(1, 30),
        _NUMBER,
    ),
    "reminder.silent": Rule(
        N_("Working days without news after which an ongoing duty is brought to mind, and between repetitions"),
        _within(5, 120),
        _NUMBER,
    ),
    "reminder.reconfirm": Rule(
        N_("Working days of each quarter on which a task that waits for an event is to be reconfirmed"),
        _rising(60),
        _RISING,
    ),
    "reminder.report_before": Rule(
        N_("Working days before the day of a periodic report on which the unit is reminded"), _falling(20), _FALLING
    ),
    "reminder.report_after": Rule(
        N_("Working days after the day of a periodic report on which the unit is reminded"), _rising(20), _RISING
    ),
    "reminder.explained": Rule(
        N_("Working days for which a written explanation stops the climb to leadership, once"),
        _within(1, 20),
        _NUMBER,
    ),
    "reminder.contest": Rule(
        N_("Working days after which an undecided contest goes on to the head of the body"), _within(1, 20), _NUMBER
    ),
    "redo.working_days": Rule(N_("Working days to redo a returned result"), _within(1, 30), _NUMBER),
    "waiting.answer": Rule(
        N_("Working days a unit that is waited for has at least to answer"), _within(1, 30), _NUMBER
    ),
    "waiting.renew": Rule(
        N_("Working days after which the supervising leader renews the waiting for a body outside"),
        _within(1, 60),
        _NUMBER,
    ),
    "waiting.credit": Rule(
        N_("Working days waited for another unit beyond its own date"), _CREDIT.__contains__, _CHOICE, _CREDIT
    ),
    "contest.within": Rule(
        N_("Working days within which a unit may contest that it is waited for, or that its duty was returned"),
        _within(1, 10),
        _NUMBER,
    ),
    "duty.accept": Rule(
        N_("Working days to accept or return the result of a coordinating duty; silence accepts it"),
        _within(1, 20),
        _NUMBER,
    ),
    "target.grace": Rule(
        N_("Days after the end of a period within which the value of a target is reported"), _within(0, 120), _DAYS
    ),
    "due_soon.working_days": Rule(
        N_("Working days before the deadline from which a task is “due soon”"), _within(1, 30), _NUMBER
    ),
    "deadline.before_counts": Rule(
        N_("A deadline in the words “before day X”"), _BEFORE.__contains__, _CHOICE, _BEFORE
    ),
    "deadline.rest_day": Rule(N_("A fixed deadline that falls on a day off"), _REST.__contains__, _CHOICE, _REST),
    "recurring.rest_day": Rule(
        N_("A recurring date that falls on a day off"), _RECURRING.__contains__, _CHOICE, _RECURRING
    ),
    "deadline.event_day": Rule(N_("A period counted from an event"), _EVENT_DAY.__contains__, _CHOICE, _EVENT_DAY),
    "steps": Rule(N_("Who signs that a task is completed"), _STEPS.__contains__, _CHOICE, _STEPS),
    "steps.second": Rule(
        N_("Who gives the second signature, in tasks whose plan says nothing else"),
        _SECOND.__contains__,
        _CHOICE,
        _SECOND,
    ),
    "second_factor.required": Rule(
        N_("Who can sign only with a one-time code beside the password"), _REQUIRED.__contains__, _CHOICE, _REQUIRED
    ),
    "digest.hour": Rule(N_("Hour from which the letters of a working day are written"), _is_hour, _HOUR),
    "body.name": Rule(N_("Name of the body"), _named, _NAME),
    "body.superior": Rule(N_("Name of the superior body"), _named, _NAME),
    "body.symbol": Rule(N_("Sign of the body in the numbers of its papers"), _is_symbol, _SYMBOL),
}
