"""The daily run as a sweep: everything due up to now and not written yet, in one write unit.

Running it again, late, doubled or after days of silence writes nothing twice: what is there already is left, what is
missing is added, and of what was missed only the stage that still counts is said (REM-5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from flask import current_app

import clock
from models.base import db
from models.letters import SchedulerState
from models.session import retried, snapshot, transaction
from models.vocabulary import (
    DayKind,
)
from models.words import (
    LineState,
)
from notifications import announce, compose, duties, facts, outbox, planned, points, preferences, rosters
from notifications.announce import News
from notifications.facts import Facts
from notifications.planned import Key, Line
from notifications.recipients import Roster
from notifications.stages import Audience, Book
from workflow import reference, reminding
from workflow.actors import Actor
from workflow.ledger import note
from workflow.organization import rules
from workflow.reference import Reference
from workflow.reminding import Change

DAY: Final = timedelta(days=1)
# what is added in the evening goes out the next working day; a day's first run is made up for at any hour
EVENING: Final = time(18, 0)


@dataclass(frozen=True)
class Swept:
    """What a sweep found and wrote."""

    day: date
    lines: tuple[Line, ...] = ()
    letters: int = 0
    superseded: int = 0
    held: str | None = None

    @property
    def planned(self) -> list[Line]:
        """Return the lines that are to be said."""
        return [line for line in self.lines if line.state == LineState.PLANNED]


@dataclass(frozen=True)
class Moment:
    """Where a run stands in time: the day that is planned, the one planned before, whether letters may be made now."""

    day: date
    previous: date
    writes_letters: bool


@dataclass(frozen=True)
class Stock:
    """What one run works with: the people and the stages of its day."""

    roster: Roster
    book: Book


@dataclass(frozen=True)
class Proposal:
    """What is not in force yet and can be taken as if it were: rules from a day on, days of the calendar."""

    rules: tuple[Change, ...] = ()
    days: Mapping[date, DayKind] = field(default_factory=dict)


NOTHING: Final = Proposal()


def stock(day: date, proposed: Proposal = NOTHING) -> Stock:
    """Return people, seats, calendar and rules as they are on a day. Five queries."""
    ref = reference.load(day)
    if proposed.days:
        ref = replace(ref, calendar=ref.calendar.with_days(proposed.days))
    return stock_of(ref, *proposed.rules)


def stock_of(ref: Reference, *more: Change) -> Stock:
    """Return the same where the organisation of the day is known. Four queries."""
    return Stock(rosters.load(ref), Book(ref.on, ref.calendar, reminding.load(ref.on, *more)))


def begins_day(at: datetime) -> bool:
    """Return whether a run at a moment plans a new day, or is the first of all. Up to two queries."""
    state = db.session.get(SchedulerState, 1)
    return state is None or planned_day(at, state.day) > state.day


@retried
def run(at: datetime) -> Swept:
    """Write what is due up to a moment and not written yet; nothing while the clock is held for a person's word."""
    points.reach("sweep.begun")
    with transaction():
        state, is_first = outbox.locked_state(at)
        points.reach("sweep.locked")
        if state.held_why is not None:
            return Swept(state.day, held=state.held_why)
        found = stock(planned_day(at, state.day))
        moment = moment_of(at, found, None if is_first else state.day)
        span = announce.Span.since(state.log_seq)
        tasks = spoken_of(found.book)
        lines = tuple(_due(tasks, found, moment, span))
        points.reach("sweep.planned")
        planned.add_lines(lines, moment.day)
        points.reach("sweep.lines")
        superseded, letters = _letters(found, tasks, at) if moment.writes_letters else (0, 0)
        state.day, state.ran_at, state.log_seq = moment.day, at, span.upto
        _note(lines, letters, superseded, moment.day, at)
        points.reach("sweep.noted")
    points.reach("sweep.committed")
    return Swept(moment.day, lines, letters, superseded)


def preview(at: datetime) -> Swept:
    """Return the lines a run at a moment would plan; writes nothing."""
    with snapshot():
        state = db.session.get(SchedulerState, 1)
        day = clock.day_of(at) - DAY
        found = stock(planned_day(at, state.day if state else day))
        moment = moment_of(at, found, state.day if state else None)
        tasks = spoken_of(found.book)
        lines = tuple(_due(tasks, found, moment, announce.Span.since(state.log_seq if state else 0)))
        return Swept(moment.day, lines, held=state.held_why if state else None)


def planned_day(at: datetime, stored: date) -> date:
    """Return the day a run plans up to: today from the hour of the digest on, and never an earlier one than before."""
    today = clock.day_of(at)
    return max(stored, today if _local(at) >= hour(today) else today - DAY)


def hour(on: date) -> time:
    """Return from when on a day its letters are written: the office's rule, else the server's setting. One query."""
    return rules.digest_hour(reference.setting("digest.hour", on), current_app.config["REMINDER_HOUR"])


def is_window(at: datetime, book: Book) -> bool:
    """Return whether work letters may leave now: the book has reached today (at the digest's hour), a working day."""
    return book.day >= clock.day_of(at) and book.calendar.is_working(book.day)


def moment_of(at: datetime, found: Stock, planned: date | None) -> Moment:
    """Return where a run stands; `planned`: the day that the run before planned up to, None for the first of all."""
    day = found.book.day
    is_days_first = planned is None or planned < day
    writes = is_window(at, found.book) and (is_days_first or not is_evening(at))
    return Moment(day, day if planned is None else planned, writes)


def is_evening(at: datetime) -> bool:
    """Return whether the window of urgent letters is over for the day."""
    return _local(at) >= EVENING


def spoken_of(book: Book) -> dict[int, Facts]:
    """Return the tasks that can be spoken of today. Up to four queries."""
    return facts.load(facts.spoken_of(book.horizon, facts.long_deadlines(book.near, book.horizon)), titled=False)


def _due(tasks: Mapping[int, Facts], found: Stock, moment: Moment, span: announce.Span) -> Iterator[Line]:
    """Give every line that should be there by now and is not."""
    news = announce.news(span, found.roster, found.book)
    return missing(tasks.values(), news, planned.known(), found, moment.previous)


def missing(
    tasks: Iterable[Facts], news: Iterable[News], known: Container[Key], found: Stock, previous: date
) -> Iterator[Line]:
    """Give every line that should be there by the book's day and is not among those known."""
    for task in tasks:
        for duty in duties.of(task, found.roster, found.book):
            yield from _missing(duty, known, previous, found.roster)
    for item in news:
        line = Line(item.person_id, item.task_id, item.rule, item.on)
        if line.key not in known:
            yield _as_wished(line, found.roster)


def _missing(duty: duties.Duty, known: Container[Key], previous: date, roster: Roster) -> Iterator[Line]:
    """Give the line of the stage that counts, unless it is there, and those it overtook since the run before."""
    latest = duty.latest
    if (duty.person_id, duty.task_id, latest.rule, duty.on) in known:
        return
    for stage in duty.stages[:-1]:
        was_missed = duty.counts(stage) and stage.falls > previous
        if was_missed and (duty.person_id, duty.task_id, stage.rule, duty.on) not in known:
            yield Line(duty.person_id, duty.task_id, stage.rule, duty.on, LineState.SKIPPED, "overtaken")
    line = Line(duty.person_id, duty.task_id, latest.rule, duty.on)
    if duty.counts(latest):
        yield _as_wished(line, roster, latest.audience)
    else:
        yield line._replace(state=LineState.SKIPPED, reason="before_assignment")


def _as_wished(line: Line, roster: Roster, *audiences: Audience) -> Line:
    """Return a line as its reader wants it: for a letter, for the inbox alone, or waiting until he is back."""
    reason = roster.held_back(line.recipient_id, line.rule, audiences)
    if reason is None:
        return line
    state = LineState.SKIPPED if reason == preferences.SWITCHED_OFF else LineState.PLANNED
    return line._replace(state=state, reason=reason)


def _letters(found: Stock, tasks: dict[int, Facts], at: datetime) -> tuple[int, int]:
    """Make the letters that are due; urgent ones only while the window is open."""
    return compose.run(found.roster, found.book, tasks, at, urgent_too=not is_evening(at))


def _note(lines: tuple[Line, ...], letters: int, superseded: int, day: date, at: datetime) -> None:
    """Log that something was planned; a run that found nothing leaves no entry."""
    if not (lines or letters or superseded):
        return
    counts = Counter(str(line.state) for line in lines)
    data = {"day": day.isoformat(), "lines": dict(sorted(counts.items())), "letters": letters, "superseded": superseded}
    note("letter.plan", by=Actor.system(), at=at, obj=("letter", None), data=data)


def _local(at: datetime) -> time:
    return at.astimezone(clock.LOCAL).time()
