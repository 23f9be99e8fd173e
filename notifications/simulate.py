"""The letters of the next weeks, before anybody decides: under the rules as they are, and under what is proposed.

Day by day the sender's own functions say what is due and what goes into each letter; the ledger they read and fill is
a memory, so nothing is written. It is taken that nobody acts meanwhile and that the mail server takes every letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

import clock
from models.session import snapshot
from models.words import (
    LetterKind,
)
from notifications import announce, compose, digest, letters, memory, sweep
from notifications.digest import Said
from notifications.memory import Memory, Start
from notifications.outbox import PlannedLine
from notifications.sweep import NOTHING, Moment, Proposal, Stock

DAYS: Final = 30
DAY: Final = timedelta(days=1)
# beyond these a change is confirmed in words: so many letters, or so many times as many as now
MANY: Final = 1_000
TIMES: Final = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One thing said in a letter: of which task, by which rule, for which day."""

    task_id: int
    rule: str
    on: date


@dataclass(frozen=True, slots=True)
class Expected:
    """A letter to come: when, to whom, and what it says."""

    day: date
    person_id: int
    told: tuple[Told, ...]
    is_urgent: bool = False


@dataclass(frozen=True)
class Outlook:
    """All letters of a span of days; `unreachable` are those to people without a mail address."""

    first: date
    last: date
    letters: tuple[Expected, ...]
    unreachable: tuple[Expected, ...] = ()

    @property
    def count(self) -> int:
        """Return how many letters would be sent."""
        return len(self.letters)

    @property
    def people(self) -> int:
        """Return how many people would get at least one."""
        return len({letter.person_id for letter in self.letters})

    @cached_property
    def by_day(self) -> Counter[date]:
        """Return how many letters each day has."""
        return Counter(letter.day for letter in self.letters)

    @cached_property
    def by_person(self) -> Counter[int]:
        """Return how many letters each person would get."""
        return Counter(letter.person_id for letter in self.letters)

    @property
    def busiest(self) -> tuple[date, int] | None:
        """Return the first of the days with most letters; None without any."""
        return min(self.by_day.items(), key=lambda pair: (-pair[1], pair[0])) if self.by_day else None


@dataclass(frozen=True, slots=True)
class Pair:
    """One person's letter of a day, as things stand and under a proposal; nothing said: no letter."""

    person_id: int
    before: tuple[Told, ...]
    after: tuple[Told, ...]

    @property
    def new(self) -> frozenset[Told]:
        """Return what only the proposal has said."""
        return frozenset(self.after).difference(self.before)

    @property
    def gone(self) -> frozenset[Told]:
        """Return what the proposal leaves out."""
        return frozenset(self.before).difference(self.after)


@dataclass(frozen=True)
class Comparison:
    """The same days under the rules as they are and under what is proposed, with the words both need."""

    before: Outlook
    after: Outlook
    names: Mapping[int, str] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def by_day(self) -> dict[date, list[Pair]]:
        """Return each day's letters, before beside after; days without any are left out."""
        sides = [
            {(letter.day, letter.person_id): letter.told for letter in found.letters}
            for found in (self.before, self.after)
        ]
        found: dict[date, list[Pair]] = {}
        for day, person in sorted({*sides[0], *sides[1]}):
            pair = Pair(person, *(side.get((day, person), ()) for side in sides))
            found.setdefault(day, []).append(pair)
        return found

    @property
    def is_far_reaching(self) -> bool:
        """Return whether so many letters more would go out that somebody says he means it."""
        before, after = self.before.count, self.after.count
        return after > before and (after > MANY or after > TIMES * before)


def outlook(at: datetime, proposed: Proposal = NOTHING, days: int = DAYS) -> Outlook:
    """Return the letters of the next days, today with what is left of it; writes nothing."""
    with snapshot():
        return _Run(_begin(at, days, proposed), proposed).outlook()


def compare(at: datetime, proposed: Proposal, days: int = DAYS) -> Comparison:
    """Return the letters of the next days as things stand, and under a proposal; writes nothing."""
    with snapshot():
        start = _begin(at, days, proposed)
        before, after = _Run(start, NOTHING).outlook(), _Run(start, proposed).outlook()
        said = {told.task_id for found in (before, after) for letter in found.letters for told in letter.told}
        titles = {key: task.title for key, task in start.tasks_of(said).items()}
        return Comparison(before, after, _names(start), titles)


def _begin(at: datetime, days: int, *proposals: Proposal) -> Start:
    """Return what the runs begin with; their tasks are those that any of them can speak of."""
    last = clock.day_of(at) + (days - 1) * DAY
    horizon = max(sweep.stock(last, each).book.horizon for each in (NOTHING, *proposals))
    return memory.begin(at, days, horizon)


def _names(start: Start) -> dict[int, str]:
    return {key: reader.name for key, reader in sweep.stock(start.first).roster.readers.items()}


# ------------------------------------------------------------------------------------------------------- day by day
class _Run:
    """One simulation: the days of a span under one proposal."""

    def __init__(self, start: Start, proposed: Proposal) -> None:
        self.start, self.proposed, self.planned = start, proposed, start.planned
        self.memory = Memory(start)
        self.found: Stock | None = None
        self.sent: list[Expected] = []
        self.unreachable: list[Expected] = []

    def outlook(self) -> Outlook:
        """Run through the moments of the span, and return the letters."""
        self._tick(self.start.at)
        for day in (self.start.first + number * DAY for number in range(self.start.days)):
            for moment in self._moments(day):
                if moment > self.start.at:
                    self._tick(moment)
        return Outlook(self.start.first, self.start.last, tuple(self.sent), tuple(self.unreachable))

    def _moments(self, day: date) -> Iterator[datetime]:
        """Give the moments of a day at which letters are made: the hour of the house, then later wishes of people."""
        house = sweep.hour(day)
        yield datetime.combine(day, house, tzinfo=clock.LOCAL)
        readers = self.found.roster.readers.values() if self.found else ()
        wishes = {wish for reader in readers if (wish := reader.wish.not_before) is not None and wish > house}
        yield from (datetime.combine(day, hour, tzinfo=clock.LOCAL) for hour in sorted(wishes))

    def _tick(self, at: datetime) -> None:
        """Plan what is due at a moment, make its letters and send them, as the scheduler's tick would."""
        day = sweep.planned_day(at, self.planned or clock.day_of(at) - DAY)
        known, found = self.found, self.found or sweep.stock(day, self.proposed)
        if found.book.day < day:
            found = sweep.stock(day, self.proposed)
        moment, self.found = sweep.moment_of(at, found, self.planned), found
        if found is not known:
            self._plan(found, moment, is_first=known is None)
        if sweep.is_window(at, found.book):
            self._send_old(found)
        if moment.writes_letters:
            self._write(found, at)
        self.planned = moment.day

    def _plan(self, found: Stock, moment: Moment, *, is_first: bool) -> None:
        """Plan the lines of a day; the news are told at the start, for nobody acts afterwards."""
        news = announce.news(self.start.span, found.roster, found.book) if is_first else iter(())
        tasks = (self.start.tasks[key] for key in self.start.spoken_of)
        self.memory.add(list(sweep.missing(tasks, news, self.memory.known, found, moment.previous)))

    def _send_old(self, found: Stock) -> None:
        """Send what was written today before the simulation began; what holds no longer is left out."""
        for letter, rows in self.memory.take(found.book.day):
            tasks = self.start.tasks_of({row.task_id for row in rows})
            said = compose.standing_lines(rows, tasks, found.roster, found.book).get(letter.person_id, [])
            self._send(letter.kind, letter.person_id, said, rows)

    def _write(self, found: Stock, at: datetime) -> None:
        """Make the letters of a moment and send them."""
        roster, book, memory = found.roster, found.book, self.memory
        memory.release(book.day)
        urgent_too = not sweep.is_evening(at)
        for choice in compose.choose(memory, self.start.tasks_of, roster, book, at, urgent_too=urgent_too):
            for person, said in choice.lines.items():
                shown, folded = digest.divided(person, said, roster, book)
                self._send(choice.kind, person, shown, memory.put(choice.kind, person, book.day, shown, folded))

    def _send(self, kind: LetterKind, person_id: int, said: list[Said], rows: list[PlannedLine]) -> None:
        """Send a letter; to whom no address leads, it fails and its lines ride along with the next one."""
        if not said or self.found is None:
            return
        told = tuple(Told(line.task.id, line.rule, line.on) for line in said)
        expected = Expected(self.found.book.day, person_id, told, is_urgent=kind == LetterKind.URGENT)
        reader = self.found.roster.readers.get(person_id)
        if reader is not None and letters.is_address(reader.email or ""):
            self.sent.append(expected)
        else:
            self.unreachable.append(expected)
            self.memory.fail(person_id, rows)
