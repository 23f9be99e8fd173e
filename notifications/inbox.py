"""The inbox: each reminder a person was to get, by letter or not, one row a task, read or unread.

Read and acknowledged are one state seen from two sides: whoever confirms a letter has read its lines, and whoever
has read every line of a letter has received it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

import clock
from models.base import LARGEST_ID, db, is_id
from models.letters import Letter, LetterLine
from models.session import retried, transaction
from models.tasks import Task
from models.words import (
    LineState,
)
from notifications import acts, digest, duties, facts, outbox, preferences, receipts, sweep
from notifications.digest import Entry, Said
from notifications.stages import family_of
from workflow import actors, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.reference import Reference

PAGE: Final = 25
# the frame says "99+": counting stops there
COUNTED: Final = 100
FRESH: Final = timedelta(minutes=1)
TOLD: Final = (LineState.PLANNED, LineState.FOLDED, LineState.SENT, LineState.UNKNOWN)


@dataclass(frozen=True)
class Wanted:
    """What the address of the page asks for: only what is unread, and where the page before ended."""

    unread: bool = False
    before: int | None = None


@dataclass(frozen=True)
class Item:
    """One task of the inbox: what is said of it now, or that nothing is asked any more, and where it was said."""

    entry: Entry
    day: date
    unread: bool
    stands: bool
    letter_id: int | None
    reason: str | None


@dataclass(frozen=True)
class Page:
    """One page of the inbox: up to which line it reaches, and where the following one begins."""

    items: list[Item]
    newest: int
    next: int | None


def page(wanted: Wanted, ref: Reference, *, seen_by: Scope) -> Page:
    """Return a person's reminders, the newest first: only of tasks he may read now.

    As many queries for many as for few.
    """
    _counts().pop(seen_by.actor.person_id or 0, None)
    rows = _tasks(wanted, seen_by)
    shown = rows[:PAGE]
    return Page(
        items=_items([row.task_id for row in shown], ref, seen_by.actor.person_id or 0),
        newest=shown[0].last if shown else 0,
        next=shown[-1].last if len(rows) > PAGE else None,
    )


def unread(at: datetime, *, seen_by: Scope) -> int:
    """Return how many open tasks have something unread, up to a hundred. At most one query a minute and person."""
    kept, person = _counts(), seen_by.actor.person_id or 0
    counted_at, count = kept.get(person, (None, 0))
    if counted_at is None or not timedelta(0) <= at - counted_at < FRESH:
        count = _count(seen_by)
        kept[person] = (at, count)
    return count


def _count(scope: Scope) -> int:
    tasks = (
        select(LetterLine.task_id)
        .join(Task, Task.id == LetterLine.task_id)
        .where(_own(scope), LetterLine.read_at.is_(None), facts.unfinished())
        .group_by(LetterLine.task_id)
        .limit(COUNTED)
    )
    return db.session.scalar(select(func.count()).select_from(tasks.subquery())) or 0


def _counts() -> dict[int, tuple[datetime, int]]:
    """Return what this process counted lately."""
    found: dict[int, tuple[datetime, int]] = current_app.extensions["dondoc"].setdefault("unread", {})
    return found


@retried
def read(task_id: int, *, by: Actor, at: datetime) -> None:
    """Mark what is said of a task as read. Raises Refusal when the inbox has nothing of it, or he may not read it."""
    with transaction():
        scope = Scope(actors.reload(by, at, reference.load(clock.day_of(at))))
        mine = and_(_own(scope), LetterLine.task_id == task_id)
        own = select(LetterLine.id).join(Task, Task.id == LetterLine.task_id).where(mine).limit(1)
        if not is_id(task_id) or db.session.scalar(own) is None:
            raise Refusal("not_found")
        _mark(LetterLine.task_id == task_id, scope, at)
    _counts().pop(by.person_id or 0, None)


@retried
def read_all(upto: int, *, by: Actor, at: datetime) -> None:
    """Mark everything as read up to a line: what came after the page was opened stays unread."""
    with transaction():
        scope = Scope(actors.reload(by, at, reference.load(clock.day_of(at))))
        _mark(LetterLine.id <= min(upto, LARGEST_ID), scope, at)
    _counts().pop(by.person_id or 0, None)


def _mark(lines: ColumnElement[bool], scope: Scope, at: datetime) -> None:
    """Mark unread lines, and write each letter down as received of which no line is unread any more."""
    person = scope.actor.person_id
    unread = and_(LetterLine.recipient_id == person, LetterLine.read_at.is_(None))
    touched = select(LetterLine.letter_id).where(unread, lines, LetterLine.letter_id.is_not(None)).distinct()
    letters = list(db.session.scalars(touched))
    outbox.mark_read(at, unread, lines)
    of_letter = LetterLine.letter_id == Letter.id, LetterLine.state.in_(TOLD)
    left = exists().where(*of_letter, LetterLine.read_at.is_(None))
    for start in range(0, len(letters), facts.MANY):
        some = Letter.id.in_(letters[start : start + facts.MANY])
        whole = select(Letter).where(some, Letter.acknowledged_at.is_(None), ~left).order_by(Letter.id)
        for letter in db.session.scalars(whole.with_for_update().execution_options(populate_existing=True)):
            receipts.confirm(letter, by=scope.actor, at=at, way="inbox")


def _own(scope: Scope) -> ColumnElement[bool]:
    """Return the condition of the lines that stand in a person's inbox: of tasks he may read, said or held back."""
    told = or_(
        LetterLine.state.in_(TOLD),
        and_(LetterLine.state == LineState.SKIPPED, LetterLine.reason == preferences.SWITCHED_OFF),
    )
    return and_(LetterLine.recipient_id == scope.actor.person_id, told, scope.tasks())


def _tasks(wanted: Wanted, scope: Scope) -> list[Any]:
    """Return the tasks of a page with their newest line, one more than it shows. One query."""
    last = func.max(LetterLine.id)
    query = (
        select(LetterLine.task_id, last.label("last"))
        .join(Task, Task.id == LetterLine.task_id)
        .where(_own(scope))
        .group_by(LetterLine.task_id)
        .order_by(last.desc())
        .limit(PAGE + 1)
    )
    if wanted.unread:
        is_unread = case((and_(LetterLine.read_at.is_(None), facts.unfinished()), 1), else_=0)
        query = query.having(func.max(is_unread) == 1)
    if wanted.before is not None:
        query = query.having(last < wanted.before)
    return list(db.session.execute(query))


def _items(tasks: list[int], ref: Reference, person: int) -> list[Item]:
    """Return what is said of tasks, in their order: what still stands, in the words of a letter."""
    if not tasks:
        return []
    found = sweep.stock_of(ref)
    known = facts.of_ids(set(tasks))
    rows = _lines(tasks, person)
    acted = acts.load((line.task_id, line.rule) for lines in rows.values() for line in lines)
    base = current_app.config["PUBLIC_URL"].rstrip("/")
    items = []
    for key in tasks:
        task, lines = known[key], rows[key]
        standing = duties.standing(task, found.roster, found.book)
        told = [line for line in lines if duties.is_standing(standing, person, family_of(line.rule), line.on)]
        shown = _latest(told or lines[-1:])
        said = [Said(line.id, task, line.rule, line.on, act=acted.get((key, line.rule))) for line in shown]
        entry = digest.entry(person, said, found.roster, found.book, base)
        newest = lines[-1]
        is_unread = any(line.read_at is None for line in lines) and task.status in facts.UNFINISHED
        items.append(Item(entry, newest.planned_on, is_unread, bool(told), newest.letter_id, newest.reason))
    return items


def _latest(lines: Iterable[LetterLine]) -> list[LetterLine]:
    """Return the newest line of each family, in the order they were written."""
    newest = {family_of(line.rule): line for line in lines}
    return sorted(newest.values(), key=lambda line: line.id)


def _lines(tasks: list[int], person: int) -> dict[int, list[LetterLine]]:
    """Return a person's lines of tasks, the oldest first. One query."""
    told = or_(LetterLine.state.in_(TOLD), LetterLine.reason == preferences.SWITCHED_OFF)
    query = select(LetterLine).where(LetterLine.task_id.in_(tasks), LetterLine.recipient_id == person, told)
    found: dict[int, list[LetterLine]] = {}
    for line in db.session.scalars(query.order_by(LetterLine.id)):
        found.setdefault(line.task_id, []).append(line)
    return found
