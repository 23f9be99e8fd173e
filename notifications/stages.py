"""When something is said: each ladder as a table in working days, filled from the dated settings.

A ladder hangs on one day: the deadline, the day to redo by, or the day on which waiting began. Its rungs say who
hears from which working day on. Several rungs on one day give one line, the latest (rulings 20 and 22).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Final

import vietnamese
from workflow.calendar import WorkCalendar
from workflow.reminding import ALWAYS, Rules, RuleTable

# so many working days ahead the next reminder is looked for: the longest pause between two repetitions
AHEAD: Final = 31


class Audience(StrEnum):
    """Who hears on a rung, as a place in the line of answering; `recipients` knows the people."""

    DOER = "doer"
    UNIT = "unit"
    ABOVE = "above"
    TOP = "top"
    OFFICE = "office"


@dataclass(frozen=True)
class Rung:
    """From when somebody hears: before the day, on it, after it. Texts name settings; `nth` takes one of their days.

    What follows is repeated by the setting `every`; `eve` says it on the working day before, whatever the settings.
    """

    audience: Audience
    before: str = ""
    on_day: str = ""
    after: str = ""
    nth: int | None = None
    every: str = "reminder.weekly"
    eve: bool = False


@dataclass(frozen=True)
class Stage:
    """One thing to be said: by which rule, from which working day on, since when the rule exists, and to whom."""

    rule: str
    falls: date
    since: date = ALWAYS
    audience: Audience = Audience.DOER


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
    "UNDECIDED": (
        Rung(_A.DOER,  after="reminder.unsigned"),
        Rung(_A.ABOVE, after="reminder.climb_waiting", nth=0),
        Rung(_A.TOP,   after="reminder.climb_waiting", nth=1),
    ),
    "OFFERED": (Rung(_A.DOER, eve=True, on_day="OFFERED"),),
    "ACCEPT": (Rung(_A.DOER, after="reminder.unsigned"),),
    "CONTEST": (
        Rung(_A.DOER,  after="reminder.unsigned"),
        Rung(_A.ABOVE, after="reminder.contest"),
    ),
    "RENEW": (
        Rung(_A.DOER,  on_day="RENEW", after="reminder.after"),
        Rung(_A.ABOVE, after="reminder.climb", nth=0),
    ),
    "REPORT": (
        Rung(_A.DOER,  before="reminder.report_before", on_day="REPORT0"),
        Rung(_A.UNIT,  after="reminder.report_after"),
        Rung(_A.ABOVE, after="reminder.climb", nth=0),
        Rung(_A.TOP,   after="reminder.climb", nth=1),
    ),
    "EXPLAIN": (
        Rung(_A.DOER,  on_day="EXPLAIN", after="reminder.after"),
        Rung(_A.TOP,   after="reminder.climb", nth=0),
    ),
    "PLEDGE": (Rung(_A.UNIT, eve=True, on_day="PLEDGE", after="reminder.after"),),
    "SILENT": (Rung(_A.DOER, after="reminder.silent", every="reminder.silent"),),
    "EVENT": (Rung(_A.DOER, after="reminder.reconfirm"),),
    "NODATE": (Rung(_A.OFFICE, after="reminder.undated"), Rung(_A.ABOVE, after="reminder.undated")),
    "NOLEAD": (Rung(_A.OFFICE, after="reminder.undated"), Rung(_A.ABOVE, after="reminder.undated")),
}
# fmt: on
# ladders whose every rule after the day carries its number of working days
NUMBERED: Final = ("T", "REDO", "ANSWER", "REPORT", "EVENT", "EXPLAIN", "PLEDGE", "OFFERED", "RENEW")
# the rungs that bring a delay to leadership; a written explanation makes them pause, and nobody can switch them off
CLIMBING: Final = (Audience.ABOVE, Audience.TOP)
# a rule's family is the capitals it begins with: T-3 -> T, UNRECEIVED+3w#1 -> UNRECEIVED, RETURNED#812 -> RETURNED
FAMILY: Final = re.compile(r"[A-Z_]+")


@lru_cache(maxsize=10_000)
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


@dataclass(frozen=True, slots=True)
class Pause:
    """From a written explanation on (`after`), up to a day, the climb rests: what falls in it falls on its end."""

    after: date
    until: date

    def moved(self, falls: date) -> date:
        """Return the day on which a stage of the climb falls."""
        return self.until if self.after < falls <= self.until else falls


@dataclass
class Book:
    """All stages that have fallen up to a day, looked up once for each anchor, audience and set of rules."""

    day: date
    calendar: WorkCalendar
    rules: RuleTable

    def __post_init__(self) -> None:
        """Begin with nothing looked up, and know how far ahead a deadline can be spoken of."""
        self._found: dict[tuple[object, ...], tuple[Stage, ...]] = {}
        self._kept: tuple[object, dict[Any, Any]] = (None, {})
        self._numbers: dict[object, int] = {}
        self.near = self._ahead("reminder.before", "reminder.report_before")
        self.horizon = max(self.near, self._ahead("reminder.before_long"))

    def _ahead(self, *names: str) -> date:
        """Return the furthest deadline that these rules have spoken of by now."""
        furthest = max((days[0] for name in names for days in self.rules.all_of(name) if days), default=0)
        return self.calendar.add(self.day, furthest)

    def number_of(self, likeness: object) -> int:
        """Return one number for all that is equal."""
        return self._numbers.setdefault(likeness, len(self._numbers))

    def kept_for(self, roster: object) -> dict[Any, Any]:
        """Return what was worked out with these people on this day and is kept, to be looked up and added to."""
        if self._kept[0] is not roster:
            self._kept = (roster, {})
        return self._kept[1]

    @cached_property
    def ahead(self) -> Book:
        """Return the same rules as they will have fallen some weeks on: far enough for what comes next."""
        return replace(self, day=self.calendar.add(self.day, AHEAD))

    def fallen(
        self,
        family: str,
        audiences: tuple[Audience, ...],
        anchor: date,
        rules: Rules,
        *,
        long: bool = False,
        pause: Pause | None = None,
    ) -> tuple[Stage, ...]:
        """Return what these audiences of a ladder should have been told up to the day, the latest last."""
        key = (family, audiences, anchor, rules.origin, rules.number, long, pause)
        if key not in self._found:
            rungs = [rung for rung in LADDERS[family] if rung.audience in audiences]
            self._found[key] = tuple(_Walk(self, family, anchor, rules, long=long, pause=pause).stages(rungs))
        return self._found[key]


@dataclass(frozen=True)
class _Walk:
    """One ladder from one anchor by one set of rules."""

    book: Book
    family: str
    anchor: date
    rules: Rules
    long: bool
    pause: Pause | None

    def stages(self, rungs: list[Rung]) -> list[Stage]:
        """Return what has fallen on these rungs, the latest last."""
        found = [stage for rung in rungs for stage in self._of(rung) if stage.falls <= self.book.day]
        return sorted(found, key=lambda stage: stage.falls)

    def _of(self, rung: Rung) -> Iterator[Stage]:
        calendar = self.book.calendar
        if rung.before:
            name = _named(rung.before, self.long)
            for count in self._days(name):
                yield Stage(
                    f"{self.family}-{count}", calendar.add(self.anchor, -count), self.rules.since(name), rung.audience
                )
        if rung.eve:
            yield Stage(f"{self.family}-1", calendar.add(self.anchor, -1), audience=rung.audience)
        if rung.on_day:
            yield Stage(rung.on_day, calendar.on_or_before(self.anchor), audience=rung.audience)
        if rung.after and self.anchor < self.book.day:
            yield from self._after(rung)

    def _after(self, rung: Rung) -> Iterator[Stage]:
        """Give what follows the day, then again and again for as long as it lasts."""
        since, days, rule, falls = self.rules.since(rung.after), self._days(rung.after), "", self.anchor
        for count in days if rung.nth is None else days[rung.nth : rung.nth + 1]:
            rule, falls = _name(rung, self.family, count), self.book.calendar.add(self.anchor, count)
            if falls > self.book.day:
                return
            yield Stage(rule, self._moved(rung, falls), since, rung.audience)
        times, every = 1, self.rules[rung.every]
        since = max(since, self.rules.since(rung.every))
        while rule and (falls := self.book.calendar.add(falls, every)) <= self.book.day:
            yield Stage(f"{rule}w#{times}", self._moved(rung, falls), since, rung.audience)
            times += 1

    def _moved(self, rung: Rung, falls: date) -> date:
        """Return on which day a stage falls: those of the climb rest in a pause."""
        return self.pause.moved(falls) if self.pause is not None and rung.audience in CLIMBING else falls

    def _days(self, name: str) -> list[int]:
        value = self.rules[name]
        return list(value) if isinstance(value, list) else [value]


def _named(name: str, long: bool) -> str:
    return f"{name}_long" if long and name == "reminder.before" else name


def _name(rung: Rung, family: str, count: int) -> str:
    """Return a rule's name: T+3, UNSIGNED+5; where waiting is first brought to mind, the ladder's own name."""
    is_first_of_waiting = rung.nth is None and family not in NUMBERED
    return family if is_first_of_waiting else f"{family}+{count}"
