"""What the page of reminders shows: the rules in force, the letters and their fate, the scheduler. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models.base import db, is_id
from models.letters import Lease, Letter, LetterLine, SchedulerState
from models.people import Person
from models.tasks import Task
from models.words import (
    LetterState,
    LineState,
)
from notifications import mailer, reconcile
from notifications.schedule import LEASE
from terms import N_
from workflow.errors import Refusal
from workflow.permissions import Scope

PAGE: Final = 50

# why a letter or line ended so, and errors that are not the mail server's words
REASONS: Final[dict[str, str]] = {
    mailer.IN_FOLDER: N_("put into the mail folder of this server; no mail server is set, so nobody got it by mail"),
    "superseded": N_("overtaken by the next day's letter"),
    "nothing_left": N_("nothing in it held any more when it was to be sent"),
    "no_address": N_("the person has no usable address; tell the administrator"),
    "sender stopped": N_("the sender stopped before the answer was noted; it may have been sent"),
    "overtaken": N_("a later reminder of the same kind was due already"),
    "before_assignment": N_("it fell before the task was given, or before the rule"),
    "switched_off": N_("its reader has these by the inbox alone"),
    "away": N_("its reader is away; it waits until he is back"),
    "left": N_("the person's account has ended"),
    "unreadable": N_("its row in the database makes no sense; tell the administrator"),
    "closed": N_("nothing is owed on the task any more"),
    "moved_on": N_("the task has moved on, or is somebody else's now"),
}
# why the clock is held: the first part of the reason -> what happened
HELD: Final[dict[str, str]] = {
    "jump": N_("The server's clock jumped by %(amount)s hours while the system was running."),
    "ahead": N_("The server's clock is %(amount)s days ahead of the last run."),
}


@dataclass(frozen=True)
class Wanted:
    """What the address of the page asks for; empty means all."""

    state: LetterState | None = None
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class LetterRow:
    """One letter in the list."""

    id: int
    day: date
    name: str
    state: LetterState
    attempts: int
    doubts: int
    next_try_at: datetime
    sent_at: datetime | None
    error: str | None
    acknowledged_at: datetime | None
    lines: int


@dataclass(frozen=True)
class Board:
    """Everything the page shows."""

    rows: list[LetterRow]
    next: int | None
    counts: Mapping[LetterState, int]
    waiting_lines: int
    state: SchedulerState | None
    holder: Lease | None
    compared: tuple[datetime, dict[str, Any]] | None
    place: str


@dataclass(frozen=True)
class OneLetter:
    """One letter; its words and lines only for those who may read every task."""

    letter: Letter
    name: str
    lines: list[tuple[LetterLine, str]]
    may_read: bool


def board(wanted: Wanted, config: Mapping[str, Any]) -> Board:
    """Return the page's content: the letters asked for, the newest first. Six queries."""
    rows = _rows(wanted)
    by_state = select(Letter.state, func.count().label("size")).group_by(Letter.state)
    counts = {row.state: row.size for row in db.session.execute(by_state)}
    waiting = select(func.count()).select_from(LetterLine).where(LetterLine.letter_id.is_(None))
    return Board(
        rows=rows[:PAGE],
        next=rows[PAGE - 1].id if len(rows) > PAGE else None,
        counts=counts,
        waiting_lines=db.session.scalar(waiting.where(LetterLine.state.in_((LineState.PLANNED, LineState.FOLDED))))
        or 0,
        state=db.session.get(SchedulerState, 1),
        holder=db.session.get(Lease, LEASE),
        compared=reconcile.latest(),
        place=mailer.place(config),
    )


def one(letter_id: int, *, seen_by: Scope) -> OneLetter:
    """Return one letter with its lines. Raises Refusal `not_found` when there is none."""
    letter = None
    if is_id(letter_id):
        query = select(Letter).where(Letter.id == letter_id).options(joinedload(Letter.recipient))
        letter = db.session.scalars(query).one_or_none()
    if letter is None:
        raise Refusal("not_found")
    may_read = seen_by.sees_whole()
    lines = (
        select(LetterLine, Task.title)
        .join(Task, Task.id == LetterLine.task_id)
        .where(LetterLine.letter_id == letter.id)
    )
    rows = db.session.execute(lines.order_by(LetterLine.id)) if may_read else ()
    found = [(line, title) for line, title in rows]
    return OneLetter(letter, letter.recipient.name, found, may_read)


def _rows(wanted: Wanted) -> list[LetterRow]:
    count = select(func.count()).select_from(LetterLine).where(LetterLine.letter_id == Letter.id).scalar_subquery()
    query = (
        select(
            Letter.id, Letter.day, Person.name, Letter.state, Letter.attempts, Letter.doubts,
            Letter.next_try_at, Letter.sent_at, Letter.error, Letter.acknowledged_at, count,
        )
        .join(Person, Person.id == Letter.recipient_id)
        .order_by(Letter.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if wanted.state is not None:
        query = query.where(Letter.state == wanted.state)
    if wanted.day is not None:
        query = query.where(Letter.day == wanted.day)
    if wanted.before is not None:
        query = query.where(Letter.id < wanted.before)
    return [LetterRow(*row) for row in db.session.execute(query)]
