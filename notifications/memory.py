"""What a simulation begins with, and the ledger it keeps in memory instead of the outbox: nothing of it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select

import clock
from models.base import db
from models.letters import Letter, LetterLine, SchedulerState
from models.words import (
    LetterKind,
    LetterState,
    LineState,
)
from notifications import facts, letters, outbox, planned
from notifications.announce import Span
from notifications.digest import Said
from notifications.facts import Facts
from notifications.outbox import PlannedLine
from notifications.planned import Key, Line

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Queued:
    """A letter that is made and not sent yet."""

    id: int
    person_id: int
    day: date
    kind: LetterKind


@dataclass(frozen=True)
class Start:
    """What is known at the moment a simulation begins: tasks, lines and letters, read once for all its runs."""

    at: datetime
    days: int
    planned: date | None
    span: Span
    tasks: dict[int, Facts]
    spoken_of: frozenset[int]
    known: frozenset[Key]
    lines: tuple[PlannedLine, ...]
    queued: tuple[Queued, ...]
    served: frozenset[int]
    urgent: frozenset[tuple[int, date]]
    carried: Mapping[int, int]

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


def begin(at: datetime, days: int, horizon: date) -> Start:
    """Read what a simulation begins with: eleven queries, however many days and tasks.

    `horizon`: the last deadline that can be spoken of within the days.
    """
    state, today = db.session.get(SchedulerState, 1), clock.day_of(at)
    spoken_of, lines = facts.load(facts.spoken_of(horizon)), _open_lines()
    return Start(
        at=at,
        days=days,
        planned=state.day if state else None,
        span=Span.since(state.log_seq if state else 0),
        tasks=spoken_of | facts.of_ids({line.task_id for line in lines} - spoken_of.keys()),
        spoken_of=frozenset(spoken_of),
        known=frozenset(planned.known()),
        lines=lines,
        queued=_queued(),
        served=frozenset(outbox.served(letters.digest_key(today))),
        urgent=_urgent(),
        carried=outbox.carried(today),
    )


def _open_lines() -> tuple[PlannedLine, ...]:
    """Return the lines that wait for a letter, or for theirs to be sent. One query."""
    unsent = and_(LetterLine.state == LineState.PLANNED, Letter.state.in_((LetterState.QUEUED, LetterState.FAILED)))
    query = select(*outbox.line_columns())
    query = query.outerjoin(Letter, Letter.id == LetterLine.letter_id).where(or_(outbox.is_waiting(), unsent))
    return tuple(PlannedLine(*row) for row in db.session.execute(query.order_by(LetterLine.id)))


def _queued() -> tuple[Queued, ...]:
    """Return the work letters that are not sent yet. One query."""
    query = select(Letter.id, Letter.recipient_id, Letter.day, Letter.kind)
    found = query.where(Letter.kind != LetterKind.SYSTEM, Letter.state == LetterState.QUEUED).order_by(Letter.id)
    return tuple(Queued(*row) for row in db.session.execute(found))


def _urgent() -> frozenset[tuple[int, date]]:
    """Return who has had an urgent letter on which day. One query."""
    query = select(Letter.recipient_id).where(Letter.kind == LetterKind.URGENT)
    return frozenset(outbox.days_taken(set(db.session.scalars(query.distinct()))))


class Memory:
    """Lines and letters as the outbox would keep them; `compose` asks it what it asks the outbox."""

    def __init__(self, start: Start) -> None:
        self.first, self.start_carried = start.first, start.carried
        self.known = set(start.known)
        self.waiting: dict[int, PlannedLine] = {}
        self.failed: dict[int, list[PlannedLine]] = {}
        self.next = max((line.id for line in start.lines), default=0) + 1
        self.queued: dict[Queued, list[PlannedLine]] = {letter: [] for letter in start.queued}
        self._served = {letters.digest_key(start.first): set(start.served)}
        self._urgent = set(start.urgent)
        lines_of = {letter.id: lines for letter, lines in self.queued.items()}
        for row in (replace(line) for line in start.lines):
            if row.letter_id is None:
                self.waiting[row.id] = row
            elif row.letter_id in lines_of:
                lines_of[row.letter_id].append(row)
            else:
                self.fail(row.recipient_id, [row])

    def add(self, lines: Iterable[Line]) -> None:
        """Keep lines that were planned."""
        for line in lines:
            self.known.add(line.key)
            fate = (line.state, line.reason)
            row = PlannedLine(self.next, None, line.recipient_id, line.task_id, line.rule, line.on, *fate)
            self.waiting[row.id], self.next = row, self.next + 1

    def waiting_lines(self) -> list[PlannedLine]:
        """Return the lines that wait for a letter; those that were settled meanwhile are forgotten."""
        self.waiting = {key: row for key, row in sorted(self.waiting.items()) if row.state in outbox.WAITING}
        return list(self.waiting.values())

    def left_by_failure(self, recipients: Iterable[int]) -> list[PlannedLine]:
        """Return the lines of letters that could not be sent to these people."""
        found = (row for person in set(recipients) for row in self.failed.get(person, []))
        return sorted((row for row in found if row.state == LineState.PLANNED), key=lambda row: row.id)

    def served(self, key: str) -> set[int]:
        """Return who has a letter with this key."""
        return self._served.setdefault(key, set())

    def days_taken(self, people: set[int]) -> set[tuple[int, date]]:
        """Return on which days these people have had their urgent letter."""
        return {(person, day) for person, day in self._urgent if person in people}

    def carried(self, day: date) -> Mapping[int, int]:
        """Return how many letters of earlier days reach each person on this one: what was in doubt at the start."""
        return self.start_carried if day == self.first else {}

    def release(self, day: date) -> None:
        """Have the lines of letters that an earlier day left unsent wait again."""
        for letter in [letter for letter in self.queued if letter.day < day]:
            self.waiting |= {row.id: row for row in self.queued.pop(letter)}
            if letter.kind == LetterKind.URGENT:
                self._urgent.discard((letter.person_id, letter.day))

    def put(
        self, kind: LetterKind, person_id: int, day: date, shown: list[Said], folded: list[Said]
    ) -> list[PlannedLine]:
        """Make a letter of lines and return them; what does not fit waits."""
        left = {row.id: row for row in self.failed.pop(person_id, [])}
        for line in folded:
            row = (left if line.id in left else self.waiting).pop(line.id)
            row.state, row.reason, self.waiting[line.id] = LineState.FOLDED, None, row
        rows = [(left if line.id in left else self.waiting).pop(line.id) for line in shown]
        for row in rows:
            row.state, row.reason = LineState.PLANNED, None
        self.fail(person_id, left.values())
        if kind == LetterKind.URGENT:
            self._urgent.add((person_id, day))
        else:
            self.served(letters.digest_key(day)).add(person_id)
        return rows

    def take(self, day: date) -> list[tuple[Queued, list[PlannedLine]]]:
        """Return the letters of a day that were made before the start, and forget them."""
        return [(letter, self.queued.pop(letter)) for letter in list(self.queued) if letter.day == day]

    def fail(self, person_id: int, rows: Iterable[PlannedLine]) -> None:
        """Keep what could not be sent to a person: it rides along with his next letter."""
        self.failed.setdefault(person_id, []).extend(rows)
