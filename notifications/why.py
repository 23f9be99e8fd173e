"""Why somebody was told something of a task on a day, or was not: the sender's own conditions, asked one by one.

`duties.of` runs the same functions over all tasks; here they are asked for one person and one task, so that the first
that does not hold can be named. A past day is asked with the seats, calendar, rules and the task of that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

import clock
from models.base import db, is_id
from models.letters import LetterLine, SchedulerState
from models.log import LogEntry
from models.people import Person
from models.reminding import Absence
from models.tasks import Task
from models.vocabulary import TaskKind
from notifications import announce, compose, duties, facts, outbox, past, preferences, sweep
from notifications.duties import Duty, Hung
from notifications.facts import Facts
from notifications.recipients import Roster
from notifications.stages import LADDERS, Book, Stage, family_of
from workflow.errors import Refusal
from workflow.organization import rules
from workflow.reference import Reference

# so far ahead the next stage is looked for
AHEAD: Final = timedelta(days=400)
Row = TypeVar("Row", Person, Task)

ACTS_SHOWN: Final = 20


@dataclass
class Asked:
    """One ladder asked for one person and one task on a day; each condition fills in what the next ones need."""

    person_id: int
    family: str
    task: Facts
    kind: TaskKind
    roster: Roster
    book: Book
    lines: list[LetterLine]
    hung: Hung | None = None
    audiences: duties.Audiences = ()
    duty: Duty | None = None

    def line_of(self, stage: Stage) -> LetterLine | None:
        """Return the ledger's line of a stage."""
        own = (line for line in self.lines if self.hung and (line.rule, line.on) == (stage.rule, self.hung.on))
        return next(own, None)


def _reads(asked: Asked) -> bool:
    return asked.person_id in asked.roster.readers


def _owes(asked: Asked) -> bool:
    return asked.kind not in facts.OWES_NOTHING


def _speaks(asked: Asked) -> bool:
    return asked.family in duties.families(asked.task, asked.book.day)


def _hangs(asked: Asked) -> bool:
    asked.hung = duties.hang(asked.family, asked.task, asked.book)
    return asked.hung is not None


def _hears(asked: Asked) -> bool:
    asked.audiences = asked.roster.heard_by(asked.family, asked.task).get(asked.person_id, ())
    return bool(asked.audiences)


def _fallen(asked: Asked) -> bool:
    if asked.hung is not None:
        asked.duty = duties.owed(asked.person_id, asked.audiences, asked.task.id, asked.family, asked.hung, asked.book)
    return asked.duty is not None


def _counts(asked: Asked) -> bool:
    return asked.duty is not None and asked.duty.counts(asked.duty.latest)


def _wanted(asked: Asked) -> bool:
    """Return whether the person wants this by letter; what he switched off stands in his inbox alone."""
    stage = asked.duty.latest if asked.duty else None
    held = asked.roster.held_back(asked.person_id, stage.rule, (stage.audience,)) if stage else None
    return held != preferences.SWITCHED_OFF


def _is_new(asked: Asked) -> bool:
    line = asked.line_of(asked.duty.latest) if asked.duty else None
    return line is None or line.planned_on >= asked.book.day


# the conditions of one line, in the order in which the sender meets them
CONDITIONS: Final[dict[str, Callable[[Asked], bool]]] = {
    "reads": _reads,
    "owes": _owes,
    "speaks": _speaks,
    "hangs": _hangs,
    "hears": _hears,
    "fallen": _fallen,
    "counts": _counts,
    "wanted": _wanted,
    "new": _is_new,
}


@dataclass(frozen=True)
class Ladder:
    """What became of one ladder: the first condition that does not hold (None: its line belongs to this day)."""

    asked: Asked
    failing: str | None
    next: Stage | None = None

    @property
    def family(self) -> str:
        """Return the ladder's name."""
        return self.asked.family

    @property
    def stage(self) -> Stage | None:
        """Return the stage that counts by the day."""
        return self.asked.duty.latest if self.asked.duty else None

    @property
    def depth(self) -> int:
        """Return how many conditions hold."""
        names = list(CONDITIONS)
        return len(names) if self.failing is None else names.index(self.failing)


@dataclass(frozen=True)
class Act:
    """One act on the task that is announced: to whom, and why not to the person who is asked about."""

    seq: int
    at: datetime
    family: str
    told: tuple[int, ...]
    untold: str | None


@dataclass(frozen=True)
class Explanation:
    """Everything the page and the command say."""

    person: Person
    task: Task
    on: date
    is_past: bool
    planned_up_to: date | None
    roster: Roster
    book: Book
    ladders: list[Ladder] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    lines: list[LetterLine] = field(default_factory=list)
    waits: dict[int, str | None] = field(default_factory=dict)
    away_until: date | None = None

    @property
    def due(self) -> list[Ladder]:
        """Return the ladders whose line belongs to this day."""
        return [ladder for ladder in self.ladders if ladder.failing is None]

    @property
    def said(self) -> list[LetterLine]:
        """Return the lines that stand in a letter of this day."""
        return [line for line in self.lines if line.letter is not None and line.letter.day == self.on]

    @property
    def nearest(self) -> Ladder:
        """Return the ladder that came farthest; of several the first of the table."""
        return max(self.ladders, key=lambda ladder: ladder.depth)


def explain(person_id: int, task_id: int, on: date, at: datetime) -> Explanation:
    """Return why a person was told something of a task on a day, or not. Raises Refusal: nobody, no task."""
    person, task = _found(Person, person_id), _found(Task, task_id)
    found = sweep.stock(on)
    then = _moment_of(on, found.roster.ref)
    known = past.of(task.id, then) if then < at else facts.of_ids({task.id}).get(task.id)
    state = db.session.get(SchedulerState, 1)
    lines = _lines(person.id, task.id)
    return Explanation(
        person=person,
        task=task,
        on=on,
        is_past=then < at,
        planned_up_to=state.day if state else None,
        roster=found.roster,
        book=found.book,
        ladders=[
            _ladder(Asked(person.id, family, known, task.kind, found.roster, found.book, lines)) for family in LADDERS
        ]
        if known
        else [],
        acts=list(_acts(person.id, known, found.roster, found.book)) if known else [],
        waits=_waiting(lines, found.roster, found.book),
        lines=lines,
        away_until=_away_until(person.id, on),
    )


@dataclass(frozen=True)
class Coming:
    """What somebody hears next of a task, if it stays as it is."""

    person_id: int
    name: str
    audiences: duties.Audiences
    family: str
    stage: Stage


def ahead(task_id: int, on: date) -> tuple[list[Coming], Book]:
    """Return who hears what next of a task, the earliest first; and the day it was asked with."""
    found = sweep.stock(on)
    task = facts.load(Task.id == task_id, Task.kind.not_in(facts.OWES_NOTHING)).get(task_id)
    coming = list(_ahead(task, found.roster, found.book)) if task else []
    return sorted(coming, key=lambda one: (one.stage.falls, one.name)), found.book


def _ahead(task: Facts, roster: Roster, book: Book) -> Iterator[Coming]:
    for family in duties.families(task, book.day):
        hung = duties.hang(family, task, book)
        for person, audiences in roster.heard_by(family, task).items() if hung else ():
            stage = _next_of(person, audiences, task.id, family, hung, book)
            if stage is not None:
                yield Coming(person, roster.readers[person].name, audiences, family, stage)


def _found(kind: type[Row], key: int) -> Row:
    row = db.session.get(kind, key) if is_id(key) else None
    if row is None:
        raise Refusal("not_found")
    return row


def _moment_of(on: date, ref: Reference) -> datetime:
    """Return the moment at which a day's run decides: the hour of the digest."""
    hour = rules.digest_hour(ref.settings["digest.hour"], current_app.config["REMINDER_HOUR"])
    return clock.start_of(on) + timedelta(hours=hour.hour, minutes=hour.minute)


def _ladder(asked: Asked) -> Ladder:
    failing = next((name for name, holds in CONDITIONS.items() if not holds(asked)), None)
    return Ladder(asked, failing, _next(asked) if failing in (None, "fallen", "counts", "wanted", "new") else None)


def _next(asked: Asked) -> Stage | None:
    """Return the stage that falls first after the day, by the rules of the day."""
    return _next_of(asked.person_id, asked.audiences, asked.task.id, asked.family, asked.hung, asked.book)


def _next_of(
    person_id: int, audiences: duties.Audiences, task_id: int, family: str, hung: Hung | None, book: Book
) -> Stage | None:
    if hung is None:
        return None
    duty = duties.owed(person_id, audiences, task_id, family, hung, replace(book, day=book.day + AHEAD))
    later = (stage for stage in duty.stages if stage.falls > book.day and duty.counts(stage)) if duty else iter(())
    return next(later, None)


def _lines(person_id: int, task_id: int) -> list[LetterLine]:
    """Return the ledger of one person and task, the newest first. One query."""
    own = LetterLine.recipient_id == person_id, LetterLine.task_id == task_id
    query = select(LetterLine).where(*own).options(joinedload(LetterLine.letter))
    return list(db.session.scalars(query.order_by(LetterLine.planned_on.desc(), LetterLine.id.desc())))


def _waiting(lines: list[LetterLine], roster: Roster, book: Book) -> dict[int, str | None]:
    """Return for each line that waits for a letter why it would not be said any more; None when it would."""
    waiting = [line for line in lines if line.letter is None and line.state in outbox.WAITING]
    tasks = facts.of_ids({line.task_id for line in waiting})
    standing = {key: duties.standing(task, roster, book) for key, task in tasks.items()}
    latest = {(line.recipient_id, line.task_id, family_of(line.rule)): line.id for line in reversed(waiting)}
    return {
        line.id: compose.why_not(_as_read(line), tasks.get(line.task_id), standing, latest, roster) for line in waiting
    }


def _as_read(line: LetterLine) -> outbox.PlannedLine:
    """Return a line as the sender reads it."""
    return outbox.PlannedLine(*(getattr(line, column.key) for column in outbox.line_columns()))


def _away_until(person_id: int, on: date) -> date | None:
    """Return until when a person is away on a day without anybody in his place."""
    span = Absence.from_on <= on, Absence.to_on > on, Absence.ended_at.is_(None), Absence.substitute_id.is_(None)
    return db.session.scalar(select(Absence.to_on).where(Absence.person_id == person_id, *span).limit(1))


def _acts(person_id: int, task: Facts, roster: Roster, book: Book) -> Iterator[Act]:
    """Give the acts up to the day that are announced, the newest first, as the announcing run sees them. One query."""
    until = LogEntry.at < clock.end_of(book.day)
    own = LogEntry.task_id == task.id, LogEntry.obj_type == "task", LogEntry.act.in_(announce.EVENTS), until
    query = select(LogEntry.seq, LogEntry.act, LogEntry.at, LogEntry.actor_id).where(*own)
    standing = duties.standing(task, roster, book)
    for row in db.session.execute(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(ACTS_SHOWN)):
        event = announce.EVENTS[row.act]
        told = tuple(filter(None, roster.hearers(event.rule, task, event.heard_by(task, roster))))
        line = announce.News(person_id, task.id, f"{event.rule}#{row.seq}", event.on(task) or clock.day_of(row.at))
        why = announce.untold(line, event.rule, row.actor_id, standing) if person_id in told else "not_heard"
        yield Act(row.seq, row.at, event.rule, told, why)
