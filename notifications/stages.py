"""When something is said: each ladder as a table in working days, filled from the dated settings.

A ladder hangs on one day: the deadline, the day to redo by, or the day on which waiting began. Its rungs say who
hears from which working day on. Several rungs on one day give one line, the latest (rulings 20 and 22).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import vietnamese
from workflow.calendar import WorkCalendar

ALWAYS: Final = date.min


class Audience(StrEnum):
    """Who hears on a rung, as a place in the line of answering; `recipients` knows the people."""

    DOER = "doer"
    UNIT = "unit"
    ABOVE = "above"
    TOP = "top"
    OFFICE = "office"


@dataclass(frozen=True)
class Rung:
    """From when somebody hears: before the day, on it, after it. Texts name settings; `nth` takes one of their days."""

    audience: Audience
    before: str = ""
    on_day: str = ""
    after: str = ""
    nth: int | None = None


@dataclass(frozen=True)
class Stage:
    """One thing to be said: by which rule, from which working day on, and since when the rule exists."""

    rule: str
    falls: date
    since: date = ALWAYS


_A = Audience
# fmt: off
LADDERS: Final[dict[str, tuple[Rung, ...]]] = {
    "T": (
        Rung(_A.DOER,  before="reminder.before", on_day="T0"),
        Rung(_A.UNIT,  after="reminder.after"),
        Rung(_A.ABOVE, after="reminder.climb", nth=0),
        Rung(_A.TOP,   after="reminder.climb", nth=1),
    ),
    "REDO": (
        Rung(_A.UNIT,  on_day="REDO", after="reminder.after"),
        Rung(_A.ABOVE, after="reminder.climb", nth=0),
        Rung(_A.TOP,   after="reminder.climb", nth=1),
    ),
    "ANSWER": (
        Rung(_A.UNIT,  on_day="ANSWER", after="reminder.after"),
        Rung(_A.ABOVE, after="reminder.climb", nth=0),
        Rung(_A.TOP,   after="reminder.climb", nth=1),
    ),
    "HOLD": (
        Rung(_A.DOER,  after="reminder.after", nth=0),
        Rung(_A.ABOVE, after="reminder.climb", nth=0),
        Rung(_A.TOP,   after="reminder.climb", nth=1),
    ),
    "UNRECEIVED": (
        Rung(_A.DOER,  after="reminder.unreceived"),
        Rung(_A.ABOVE, after="reminder.climb_waiting", nth=0),
        Rung(_A.TOP,   after="reminder.climb_waiting", nth=1),
    ),
    "UNSIGNED": (
        Rung(_A.DOER,  after="reminder.unsigned"),
        Rung(_A.ABOVE, after="reminder.climb_waiting", nth=0),
        Rung(_A.TOP,   after="reminder.climb_waiting", nth=1),
    ),
    "NODATE": (Rung(_A.OFFICE, after="reminder.undated"), Rung(_A.ABOVE, after="reminder.undated")),
    "NOLEAD": (Rung(_A.OFFICE, after="reminder.undated"), Rung(_A.ABOVE, after="reminder.undated")),
}
# fmt: on
# ladders whose every rule after the day carries its number of working days
NUMBERED: Final = ("T", "REDO", "ANSWER")
# a rule's family is the capitals it begins with: T-3 -> T, UNRECEIVED+3w#1 -> UNRECEIVED, RETURNED#812 -> RETURNED
FAMILY: Final = re.compile(r"[A-Z_]+")


def family_of(rule: str) -> str:
    """Return the ladder or kind of event a rule belongs to. Raises ValueError for what is no rule."""
    found = FAMILY.match(rule)
    if found is None:
        raise ValueError(f"{rule!r} is no rule")
    return found[0]


@lru_cache(maxsize=10_000)
def is_long(deadline_words: str) -> bool:
    """Return whether words speak of a quarter or a year as a whole, which is told of earlier."""
    words = vietnamese.fold(deadline_words)
    if re.search(r"\bquy (?:[1-4]|iv|i{1,3})\b", words):
        return True
    return bool(re.search(r"\bnam 20\d\d\b", words)) and not re.search(r"\b(?:thang|ngay)\b|\d[/.-]\d", words)


@dataclass
class Book:
    """All stages that have fallen up to a day, looked up once for each anchor and audience."""

    day: date
    calendar: WorkCalendar
    settings: Mapping[str, Any]
    since: Mapping[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nothing looked up, and know how far ahead a deadline can be spoken of."""
        self._found: dict[tuple[Any, ...], tuple[Stage, ...]] = {}
        self.horizon = self.calendar.add(
            self.day, max(*self._days("reminder.before", True), *self._days("reminder.before", False))
        )

    def fallen(self, family: str, audiences: tuple[Audience, ...], anchor: date, *, long: bool) -> tuple[Stage, ...]:
        """Return what these audiences of a ladder should have been told up to the day, the latest last."""
        key = (family, audiences, anchor, long)
        if key not in self._found:
            rungs = [rung for rung in LADDERS[family] if rung.audience in audiences]
            stages = [stage for rung in rungs for stage in self._of(rung, family, anchor, long)]
            self._found[key] = tuple(sorted(stages, key=lambda stage: stage.falls))
        return self._found[key]

    def _of(self, rung: Rung, family: str, anchor: date, long: bool) -> Iterator[Stage]:
        before = ((f"{family}-{count}", self.calendar.add(anchor, -count)) for count in self._before(rung, long))
        since = self._since(rung.before, long)
        for rule, falls in before:
            if falls <= self.day:
                yield Stage(rule, falls, since)
        if rung.on_day and (falls := self.calendar.on_or_before(anchor)) <= self.day:
            yield Stage(rung.on_day, falls)
        if rung.after and anchor < self.day:
            yield from self._after(rung, family, anchor)

    def _after(self, rung: Rung, family: str, anchor: date) -> Iterator[Stage]:
        """Give what follows the day, then weekly for as long as it lasts."""
        since, days, rule, falls = self._since(rung.after), self._days(rung.after), "", anchor
        for count in days if rung.nth is None else days[rung.nth : rung.nth + 1]:
            rule, falls = _name(rung, family, count), self.calendar.add(anchor, count)
            if falls > self.day:
                return
            yield Stage(rule, falls, since)
        times, every = 1, self.settings["reminder.weekly"]
        since = max(since, self._since("reminder.weekly"))
        while rule and (falls := self.calendar.add(falls, every)) <= self.day:
            yield Stage(f"{rule}w#{times}", falls, since)
            times += 1

    def _before(self, rung: Rung, long: bool) -> list[int]:
        return self._days(rung.before, long) if rung.before else []

    def _days(self, name: str, long: bool = False) -> list[int]:
        value = self.settings[_named(name, long)]
        return list(value) if isinstance(value, list) else [value]

    def _since(self, name: str, long: bool = False) -> date:
        return self.since.get(_named(name, long), ALWAYS)


def _named(name: str, long: bool) -> str:
    return f"{name}_long" if long and name == "reminder.before" else name


def _name(rung: Rung, family: str, count: int) -> str:
    """Return a rule's name: T+3, UNSIGNED+5; where waiting is first brought to mind, the ladder's own name."""
    is_first_of_waiting = rung.nth is None and family not in NUMBERED
    return family if is_first_of_waiting else f"{family}+{count}"
