"""The letters of the next weeks, before anybody decides: under the rules as they are, and under what is proposed.

Day by day the sender's own functions say what is due and what goes into each letter; the ledger they read and fill is
a memory, so nothing is written. It is taken that nobody acts meanwhile and that the mail server takes every letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import and_, or_, select

import clock
from models.base import db
from models.letters import Letter, LetterLine, SchedulerState
from models.session import snapshot
from models.vocabulary import LetterKind, LetterState, LineState
from notifications import announce, compose, digest, facts, letters, outbox, sweep
from notifications.announce import Span
from notifications.digest import Said
from notifications.facts import Facts
from notifications.outbox import Key, Line
from notifications.sweep import NOTHING, Proposal, Stock

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


# ----------------------------------------------------------------------------------------------------- where it begins
@dataclass(frozen=True)
class _Start:
    """What is known at the moment a simulation begins: tasks, lines and letters, read once for all its runs."""

    at: datetime
    days: int
    planned: date | None
    span: Span
    tasks: dict[int, Facts]
    spoken_of: frozenset[int]
    known: frozenset[Key]
    lines: tuple[tuple[Line, int, int | None], ...]
    queued: tuple[tuple[int, int, date], ...]
    served: frozenset[int]

    @property
    def first(self) -> date:
        """Return today."""
        return clock.day_of(self.at)

    @property
    def last(self) -> date:
        """Return the last day that is looked at."""
        return self.first + (self.days - 1) * DAY

    def tasks_of(self, keys: set[int]) -> dict[int, Facts]:
        """Return the facts of these tasks, as they stood when the simulation began."""
        return {key: self.tasks[key] for key in keys if key in self.tasks}


def _begin(at: datetime, days: int, proposed: Proposal) -> _Start:
    """Read what a simulation begins with. Ten queries, however many days and tasks."""
    state = db.session.get(SchedulerState, 1)
    today = clock.day_of(at)
    last = today + (days - 1) * DAY
    horizon = max(sweep.stock(last, each).book.horizon for each in (NOTHING, proposed))
    spoken_of = facts.load(facts.spoken_of(horizon))
    lines = _open_lines()
    span = Span.since(state.log_seq if state else 0)
    return _Start(
        at=at,
        days=days,
        planned=state.day if state else None,
        span=span,
        tasks=spoken_of | facts.of_ids({line.task_id for line, *_ in lines} - spoken_of.keys()),
        spoken_of=frozenset(spoken_of),
        known=frozenset(outbox.known()),
        lines=lines,
        queued=_queued(),
        served=frozenset(outbox.served(letters.digest_key(today))),
    )


def _open_lines() -> tuple[tuple[Line, int, int | None], ...]:
    """Return the lines that wait for a letter, or for theirs to be sent: each with its number and letter."""
    unsent = and_(LetterLine.state == LineState.PLANNED, Letter.state.in_((LetterState.QUEUED, LetterState.FAILED)))
    columns = (LetterLine.recipient_id, LetterLine.task_id, LetterLine.rule, LetterLine.on, LetterLine.state)
    query = select(*columns, LetterLine.reason, LetterLine.id, LetterLine.letter_id)
    query = query.outerjoin(Letter, Letter.id == LetterLine.letter_id).where(or_(outbox.is_waiting(), unsent))
    return tuple((Line(*row[:6]), *row[6:]) for row in db.session.execute(query.order_by(LetterLine.id)))


def _queued() -> tuple[tuple[int, int, date], ...]:
    """Return the digests that are not sent yet."""
    query = select(Letter.id, Letter.recipient_id, Letter.day)
    found = query.where(Letter.kind == LetterKind.DIGEST, Letter.state == LetterState.QUEUED)
    return tuple((row.id, row.recipient_id, row.day) for row in db.session.execute(found))


def _names(start: _Start) -> dict[int, str]:
    return {key: reader.name for key, reader in sweep.stock(start.first).roster.readers.items()}


# ------------------------------------------------------------------------------------------------ a ledger in memory
@dataclass(slots=True)
class _Row:
    """A line of the memory."""

    id: int
    recipient_id: int
    task_id: int
    rule: str
    on: date
    state: LineState
    reason: str | None


@dataclass
class _Queued:
    """A letter of the memory that is not sent yet."""

    person_id: int
    day: date
    lines: list[_Row] = field(default_factory=list)


class Memory:
    """Lines and letters as the outbox would keep them; `compose` reads them as it reads the outbox."""

    def __init__(self, start: _Start) -> None:
        self.known = set(start.known)
        self.waiting: dict[int, _Row] = {}
        self.failed: dict[int, list[_Row]] = {}
        self.next = max((number for _line, number, *_rest in start.lines), default=0) + 1
        self._served = {letters.digest_key(start.first): set(start.served)}
        queued = {key: _Queued(person, day) for key, person, day in start.queued}
        self._queued = list(queued.values())
        for line, number, letter_id in start.lines:
            row = _row(number, line)
            if letter_id is None:
                self.waiting[number] = row
            elif letter_id in queued:
                queued[letter_id].lines.append(row)
            else:
                self.fail(line.recipient_id, [row])

    def add(self, lines: Iterable[Line]) -> None:
        """Keep lines that were planned."""
        for line in lines:
            self.known.add(line.key)
            self.waiting[self.next] = _row(self.next, line)
            self.next += 1

    def served(self, key: str) -> set[int]:
        """Return who has a letter with this key."""
        return self._served.setdefault(key, set())

    def waiting_lines(self) -> list[_Row]:
        """Return the lines that wait for a letter; those that were settled meanwhile are forgotten."""
        self.waiting = {key: row for key, row in sorted(self.waiting.items()) if row.state in outbox.WAITING}
        return list(self.waiting.values())

    def left_by_failure(self, recipients: Iterable[int]) -> list[_Row]:
        """Return the lines of letters that could not be sent to these people."""
        found = (row for person in set(recipients) for row in self.failed.get(person, []))
        return sorted((row for row in found if row.state == LineState.PLANNED), key=lambda row: row.id)

    def release(self, day: date) -> None:
        """Have the lines of letters that an earlier day left unsent wait again."""
        for letter in self._queued:
            if letter.day < day:
                self.waiting |= {row.id: row for row in letter.lines}
        self._queued = [letter for letter in self._queued if letter.day >= day]

    def put(self, person_id: int, day: date, shown: list[Said], folded: list[Said]) -> list[_Row]:
        """Make a letter of lines and return them; what does not fit waits."""
        left = {row.id: row for row in self.failed.pop(person_id, [])}
        for line in folded:
            row = left.get(line.id) or self.waiting[line.id]
            row.state, self.waiting[line.id] = LineState.FOLDED, row
        rows = [left.get(line.id) or self.waiting.pop(line.id) for line in shown]
        for row in rows:
            row.state = LineState.PLANNED
        self.served(letters.digest_key(day)).add(person_id)
        return rows

    def take(self, day: date) -> list[_Queued]:
        """Return the letters of a day that are to be sent, and forget them."""
        found = [letter for letter in self._queued if letter.day == day]
        self._queued = [letter for letter in self._queued if letter.day != day]
        return found

    def fail(self, person_id: int, rows: Iterable[_Row]) -> None:
        """Keep what could not be sent to a person: it rides along with his next letter."""
        self.failed.setdefault(person_id, []).extend(rows)


def _row(number: int, line: Line) -> _Row:
    """Return a line as the memory keeps it."""
    return _Row(number, line.recipient_id, line.task_id, line.rule, line.on, line.state, line.reason)


# ------------------------------------------------------------------------------------------------------- day by day
class _Run:
    """One simulation: the days of a span under one proposal."""

    def __init__(self, start: _Start, proposed: Proposal) -> None:
        self.start, self.proposed, self.planned = start, proposed, start.planned
        self.memory = Memory(start)
        self.sent: list[Expected] = []
        self.unreachable: list[Expected] = []
        self.has_news = True

    def outlook(self) -> Outlook:
        """Run through the moments of the span, and return the letters."""
        for at in self._moments():
            self._tick(at)
        return Outlook(self.start.first, self.start.last, tuple(self.sent), tuple(self.unreachable))

    def _moments(self) -> Iterator[datetime]:
        """Give now, and the hour of the digest on each day to come; on rest days too lines are planned."""
        yield self.start.at
        for day in (self.start.first + number * DAY for number in range(self.start.days)):
            moment = datetime.combine(day, sweep.hour(), tzinfo=clock.LOCAL)
            if moment > self.start.at:
                yield moment

    def _tick(self, at: datetime) -> None:
        """Plan what is due at a moment, make its letters and send them, as the scheduler's tick would."""
        today = clock.day_of(at)
        found = sweep.stock(sweep.planned_day(at, self.planned or today - DAY), self.proposed)
        moment = sweep.moment_of(at, found, self.planned)
        news = announce.news(self.start.span, found.roster, found.book) if self.has_news else iter(())
        tasks = (self.start.tasks[key] for key in self.start.spoken_of)
        lines = list(sweep.missing(tasks, news, self.memory.known, found, moment.previous))
        self.memory.add(lines)
        if sweep.is_window(at, found.book):
            self._send_old(found)
        if moment.writes_letters:
            self._write(found)
        self.planned, self.has_news = moment.day, False

    def _send_old(self, found: Stock) -> None:
        """Send what was written today before the simulation began; what holds no longer is left out."""
        for letter in self.memory.take(found.book.day):
            tasks = self.start.tasks_of({row.task_id for row in letter.lines})
            said = compose.standing_lines(letter.lines, tasks, found.roster, found.book)
            self._send(letter.person_id, said.get(letter.person_id, []), letter.lines, found)

    def _write(self, found: Stock) -> None:
        """Make the letters of the day and send them."""
        roster, book = found.roster, found.book
        self.memory.release(book.day)
        for person, said in compose.choose(self.memory, self.start.tasks_of, roster, book).items():
            shown, folded = digest.divided(person, said, roster, book)
            self._send(person, shown, self.memory.put(person, book.day, shown, folded), found)

    def _send(self, person_id: int, said: list[Said], rows: list[_Row], found: Stock) -> None:
        """Send a letter; to whom no address leads, it fails and its lines ride along with the next one."""
        told = tuple(Told(line.task.id, line.rule, line.on) for line in said)
        if not told:
            return
        reader = found.roster.readers.get(person_id)
        is_reached = reader is not None and letters.is_address(reader.email or "")
        (self.sent if is_reached else self.unreachable).append(Expected(found.book.day, person_id, told))
        if not is_reached:
            self.memory.fail(person_id, rows)
