"""The statements on letters and their lines: planned, claimed, settled; a claim carries a token, so one sender wins.

Letters are derived from the log and from deadlines, so their rows are not tracked; what became of each is noted.
Claims run by the database's own clock: two nodes may disagree about the time (REM-7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import import_module
from sys import intern
from typing import Any, Final

from sqlalchemy import ColumnElement, Insert, Select, Update, and_, bindparam, func, insert, or_, select, text, update

import clock
from models.base import db
from models.letters import Letter, LetterLine, SchedulerState
from models.log import LogEntry, LogHead
from models.words import (
    LetterKind,
    LetterState,
    LineState,
)
from notifications import facts
from workflow.pulse import DOUBT

WAITING: Final = (LineState.PLANNED, LineState.FOLDED)
DB_NOW: Final = {
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "postgresql": "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
}


@dataclass(slots=True)
class PlannedLine:
    """A line in the ledger that is to be said; if it no longer holds or has to wait, its fate, which `drop` writes."""

    id: int
    letter_id: int | None
    recipient_id: int
    task_id: int
    rule: str
    on: date
    state: LineState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that waits to be sent, as it was read."""

    id: int
    recipient_id: int
    kind: LetterKind
    state: LetterState
    token: int
    attempts: int
    doubts: int
    created_at: datetime
    message_id: str
    subject: str
    text: str
    html: str
    key: str


@dataclass(frozen=True)
class LogEnd:
    """Where the log ends: as long as it does, nothing that a letter depends on has changed."""

    epoch: int
    seq: int


@dataclass(frozen=True)
class Claim:
    """A letter that is ours to send until the lease ends."""

    letter_id: int
    token: int


def database_now() -> datetime:
    """Return the moment by the database's clock, for leases only."""
    found = db.session.scalar(text(DB_NOW[db.engine.dialect.name]))
    return datetime.fromisoformat(str(found)).replace(tzinfo=UTC)


def locked_state(at: datetime) -> tuple[SchedulerState, bool]:
    """Return the scheduler's row, locked until the unit ends, and whether there was none before."""
    query = select(SchedulerState).where(SchedulerState.id == 1).with_for_update()
    query = query.execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is not None:
        return found, False
    day_before = clock.day_of(at) - timedelta(days=1)
    insert_missing(SchedulerState, [{"id": 1, "day": day_before, "ran_at": at, "log_seq": 0}], ("id",))
    return db.session.scalars(query).one(), True


def is_waiting() -> ColumnElement[bool]:
    """Return the condition of lines that wait for a letter."""
    return and_(LetterLine.letter_id.is_(None), LetterLine.state.in_(WAITING))


def waiting_lines() -> list[PlannedLine]:
    """Return the lines that wait for a letter, in the order they were planned."""
    return _lines(is_waiting())


def lines_of(letter_ids: Sequence[int]) -> dict[int, list[PlannedLine]]:
    """Return the lines that letters are to say, by letter. One query."""
    found: dict[int, list[PlannedLine]] = {}
    for line in _lines(LetterLine.letter_id.in_(letter_ids), LetterLine.state == LineState.PLANNED):
        found.setdefault(line.letter_id or 0, []).append(line)
    return found


def line_columns() -> list[Any]:
    """Return the columns of a line as `PlannedLine` takes them."""
    return [getattr(LetterLine, each.name) for each in fields(PlannedLine)]


def _lines(*conditions: ColumnElement[bool]) -> list[PlannedLine]:
    query = select(*line_columns()).where(*conditions)
    rows = db.session.execute(query.order_by(LetterLine.id).execution_options(yield_per=facts.BUFFER))
    found, days = [PlannedLine(*row) for row in rows], dict[date, date]()
    for line in found:  # very many have their rule and their day in common: each is kept once
        line.rule, line.on = intern(line.rule), days.setdefault(line.on, line.on)
    return found


def drop(lines: Iterable[PlannedLine]) -> None:
    """Write the fate of those among some lines that hold no longer, or wait for their reader."""
    fates: dict[tuple[LineState, str], list[int]] = {}
    for line in lines:
        if line.reason is not None:
            fates.setdefault((line.state, line.reason), []).append(line.id)
    for (state, reason), ids in fates.items():
        _change(ids, state=state, reason=reason)


def put(lines: Iterable[int], letter_id: int | None, state: LineState) -> None:
    """Put lines into a letter; what does not fit has none and comes first in the next one."""
    _change(list(lines), letter_id=letter_id, state=state, reason=None)


def fold(people: Iterable[int]) -> None:
    """Have the lines of these people that still wait come first in their next letter: this one is full."""
    waiting = (LetterLine.letter_id.is_(None), LetterLine.state == LineState.PLANNED, LetterLine.reason.is_(None))
    statement = update(LetterLine).where(*waiting, LetterLine.recipient_id.in_(list(people)))
    db.session.connection().execute(statement.values(state=LineState.FOLDED))


def _change(ids: list[int], **values: Any) -> None:
    for start in range(0, len(ids), facts.MANY):
        statement = update(LetterLine).where(LetterLine.id.in_(ids[start : start + facts.MANY]))
        db.session.connection().execute(statement.values(**values))


def release(day: date) -> int:
    """Supersede letters of earlier days that nobody accepted and have their lines wait again (rulings 20).

    What is being sent, or may have been, is left to its own end. Returns how many letters were superseded.
    """
    stale = select(Letter.id).where(
        Letter.kind != LetterKind.SYSTEM, Letter.state == LetterState.QUEUED, Letter.day < day
    )
    keys = list(db.session.scalars(stale.with_for_update(skip_locked=True)))
    if not keys:
        return 0
    db.session.execute(
        update(LetterLine)
        .where(LetterLine.letter_id.in_(keys), LetterLine.state == LineState.PLANNED)
        .values(letter_id=None, state=LineState.PLANNED)
        .execution_options(synchronize_session=False)
    )
    superseded = {"state": LetterState.SKIPPED, "error": "superseded"}
    db.session.execute(
        update(Letter).where(Letter.id.in_(keys)).values(**superseded).execution_options(synchronize_session=False)
    )
    return len(keys)


def left_by_failure(recipients: Iterable[int]) -> list[PlannedLine]:
    """Return the lines these people never got, their letter failed or came back: they ride along with the next one."""
    failed = select(Letter.id).where(or_(Letter.state == LetterState.FAILED, Letter.bounced_at.is_not(None)))
    wanted = set(recipients)
    found = _lines(LetterLine.letter_id.in_(failed), LetterLine.state == LineState.PLANNED)
    return [line for line in found if line.recipient_id in wanted]


def carried(day: date) -> dict[int, int]:
    """Return how many letters of earlier days reach each person on this one: what is in doubt is repeated once.

    They count against the two a day (rulings 21).
    """
    in_doubt = and_(Letter.state == LetterState.AMBIGUOUS, Letter.doubts == 1)
    is_pending = or_(Letter.state == LetterState.SENDING, in_doubt)
    came_today = and_(Letter.state == LetterState.ACCEPTED, Letter.sent_at >= clock.start_of(day))
    query = select(Letter.recipient_id, func.count().label("size")).where(
        Letter.kind != LetterKind.SYSTEM, Letter.day < day, or_(is_pending, came_today)
    )
    return {row.recipient_id: row.size for row in db.session.execute(query.group_by(Letter.recipient_id))}


def served(key: str) -> set[int]:
    """Return who has a letter with this key, whatever became of it."""
    return set(db.session.scalars(select(Letter.recipient_id).where(Letter.key == key)))


def days_taken(people: set[int]) -> set[tuple[int, date]]:
    """Return on which days these people have had their urgent letter; one that was overtaken is none."""
    query = select(Letter.recipient_id, Letter.day).where(
        Letter.kind == LetterKind.URGENT, Letter.recipient_id.in_(people), Letter.error.is_distinct_from("superseded")
    )
    return {(row.recipient_id, row.day) for row in db.session.execute(query)}


def doubt_ended_leases(at: datetime) -> list[int]:
    """Have letters whose sender fell silent wait in doubt: each may have been sent. Returns their ids."""
    ended = and_(Letter.state == LetterState.SENDING, Letter.lease_until < database_now())
    keys = list(db.session.scalars(select(Letter.id).where(ended).with_for_update(skip_locked=True)))
    if keys:
        values = {
            "state": LetterState.AMBIGUOUS,
            "doubts": Letter.doubts + 1,
            "next_try_at": at + DOUBT,
            "error": "sender stopped",
        }
        db.session.execute(
            update(Letter).where(Letter.id.in_(keys)).values(**values).execution_options(synchronize_session=False)
        )
    return keys


def log_end() -> LogEnd:
    """Return where the log ends."""
    return LogEnd(*db.session.execute(select(LogHead.epoch, LogHead.seq).where(LogHead.id == 1)).one())


def is_of_letters_only(since: LogEnd) -> bool:
    """Return whether all that came into the log since it ended there are the fates of letters."""
    other = (LogEntry.epoch > since.epoch) | (LogEntry.seq > since.seq) & LogEntry.act.not_like("letter.%")
    query = select(LogEntry.seq).where(LogEntry.epoch >= since.epoch, other)
    return db.session.scalar(query.limit(1)) is None


def next_letters(at: datetime, day: date, count: int, *, window: bool) -> list[Waiting]:
    """Return the next letters that are due and nobody else is taking at this moment.

    Digests go on their own day, in the window; system letters at once.
    """
    rows = db.session.execute(_next(count, window), {"at": at, "today": day})
    return [Waiting(*row) for row in rows]


def claim(letter: Waiting, end: LogEnd, owner: str, until: datetime) -> Claim | None:
    """Take a letter as it was read, while the log ends where it did then. None when either has changed: read again."""
    found = {"wanted": letter.id, "read_token": letter.token, "read_state": letter.state}
    found |= {"owned_by": owner, "until": until, "epoch": end.epoch, "end": end.seq}
    written = db.session.connection().execute(_claiming(), found)
    return Claim(letter.id, letter.token + 1) if written.rowcount == 1 else None


@cache
def _claiming() -> Update:
    """Return the statement that takes a letter; made once, as all that are run for every letter."""
    ends_there = select(LogHead.id).where(LogHead.epoch == bindparam("epoch"), LogHead.seq == bindparam("end"))
    as_read = (
        Letter.id == bindparam("wanted"),
        Letter.token == bindparam("read_token"),
        Letter.state == bindparam("read_state", type_=Letter.state.type),
    )
    ours = select(Letter.id).where(*as_read, ends_there.exists()).with_for_update(skip_locked=True)
    taken = {"state": LetterState.SENDING, "token": Letter.token + 1, "attempts": Letter.attempts + 1}
    lease = {"owner": bindparam("owned_by"), "lease_until": bindparam("until", type_=Letter.lease_until.type)}
    return update(Letter).where(Letter.id == ours.scalar_subquery()).values(**taken, **lease)


def add_letter(**values: Any) -> int:
    """Add a letter without words, and return its number."""
    values |= dict.fromkeys(("subject", "text", "html"), "")
    key = db.session.connection().execute(_adding(), values).inserted_primary_key
    return int(key[0]) if key is not None else 0


@cache
def _adding() -> Insert:
    return insert(Letter)


def rewrite(letter_id: int, subject: str, words: str, html: str) -> None:
    """Write a letter's words anew."""
    found = {"written": letter_id, "subject": subject, "text": words, "html": html}
    db.session.connection().execute(_wording(), found)


@cache
def _wording() -> Update:
    return update(Letter).where(Letter.id == bindparam("written"))


def give_up(letter_id: int, why: str) -> None:
    """Write down a letter as failed before anybody has tried it."""
    failed = update(Letter).where(Letter.id == letter_id).values(state=LetterState.FAILED, error=why)
    db.session.connection().execute(failed)


def settle(mine: Claim, lines: LineState | None = None, **values: Any) -> bool:
    """Write a letter's outcome, and the fate of its lines that were planned, if the claim still stands.

    False when another sender has taken over: nothing is written.
    """
    connection, names = db.session.connection(), tuple(values)
    found = {"claimed": mine.letter_id, "fence": mine.token, **values}
    if lines is not None and connection.dialect.name == "postgresql":  # both in one way to the server
        return connection.execute(_settling_both(names), found | {"fate": lines}).scalar() == 1
    is_mine = connection.execute(_settling(names), found).rowcount == 1
    if is_mine and lines is not None:
        settle_lines(mine.letter_id, lines)
    return is_mine


@cache
def _settling_both(names: tuple[str, ...]) -> Select[int]:
    ours = _settling(names).returning(Letter.id).cte("ours")
    planned = (LetterLine.letter_id == ours.c.id, LetterLine.state == LineState.PLANNED)
    lines = update(LetterLine).where(*planned).values(state=bindparam("fate", type_=LetterLine.state.type)).cte("lines")
    return select(func.count()).select_from(ours).add_cte(lines)


@cache
def _settling(names: tuple[str, ...]) -> Update:
    """Return the statement that settles a letter under its token; made once for each set of columns."""
    still = (
        Letter.id == bindparam("claimed"),
        Letter.token == bindparam("fence"),
        Letter.state.in_((LetterState.SENDING, LetterState.AMBIGUOUS)),
    )
    values = {name: bindparam(name, type_=Letter.__table__.c[name].type) for name in names}
    return update(Letter).where(*still).values(lease_until=None, **values)


def settle_lines(letter_id: int, state: LineState) -> None:
    """Write the fate of a letter's lines that were planned."""
    db.session.connection().execute(_settling_lines(), {"of_letter": letter_id, "fate": state})


@cache
def _settling_lines() -> Update:
    planned = (LetterLine.letter_id == bindparam("of_letter"), LetterLine.state == LineState.PLANNED)
    return update(LetterLine).where(*planned).values(state=bindparam("fate", type_=LetterLine.state.type))


def mark_read(at: datetime, *lines: ColumnElement[bool]) -> None:
    """Write down when unread lines were read."""
    statement = update(LetterLine).where(LetterLine.read_at.is_(None), *lines).values(read_at=at)
    db.session.execute(statement.execution_options(synchronize_session=False))


@cache
def _next(count: int, window: bool) -> Select[Any]:
    """Return the query for the next letters that are due `at` a moment on the day `today`."""
    columns = [Letter.__table__.c[field.name] for field in fields(Waiting)]
    query = (
        select(*columns)
        .where(Letter.next_try_at <= bindparam("at"), _sendable(window))
        .order_by(Letter.next_try_at, Letter.id)
        .limit(count)
    )
    return query.with_for_update(skip_locked=True)


def _sendable(window: bool) -> ColumnElement[bool]:
    today = Letter.day == bindparam("today")
    queued = and_(Letter.state == LetterState.QUEUED, or_(Letter.kind == LetterKind.SYSTEM, today))
    repeated = and_(Letter.state == LetterState.AMBIGUOUS, Letter.doubts == 1)
    due = or_(queued, repeated)
    return due if window else and_(due, Letter.kind == LetterKind.SYSTEM)


def insert_missing(kind: type[Any], rows: list[dict[str, Any]], unique: tuple[str, ...]) -> None:
    """Insert rows, leaving those that are there as they are."""
    insert = import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}").insert
    columns = [kind.__table__.c[name] for name in unique]
    db.session.connection().execute(insert(kind.__table__).on_conflict_do_nothing(index_elements=columns), rows)
