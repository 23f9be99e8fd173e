"""What happened and somebody should know: lines derived from the log, each carrying the number of its entry.

Running it again finds the same lines under the same keys, so nothing is announced twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import Row, select

import clock
from models.base import db
from models.log import LogEntry
from models.tasks import Task
from notifications import duties, facts
from notifications.facts import Facts
from notifications.recipients import Roster
from notifications.stages import Book, family_of

Heard = Callable[[Facts, Roster], tuple[int | None, ...]]


@dataclass(frozen=True)
class Event:
    """A kind of act that is announced: by which rule, to whom, and on which day its line hangs."""

    rule: str
    heard_by: Heard
    on: Callable[[Facts], date | None]


def _unit(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return roster.unit(task)


def _officer(task: Facts, _roster: Roster) -> tuple[int | None, ...]:
    return (task.officer_id,)


def _signer(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return (roster.signer(task),)


def _decider(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return (roster.decider(task),)


def _due(task: Facts) -> date | None:
    return task.due_on


EVENTS: Final[dict[str, Event]] = {
    "task.assign": Event("ASSIGNED", _unit, _due),
    "task.receive": Event("ASSIGNED", _officer, _due),
    "task.return": Event("RETURNED", _unit, lambda task: task.redo_by),
    "task.grant_extension": Event("EXTENDED", _unit, _due),
    "task.refuse_extension": Event("REFUSED", _unit, _due),
    "task.request_extension": Event("ASKED", _decider, _due),
    "task.hand_in": Event("HANDED_IN", _signer, lambda task: task.waits_since),
    "task.sign_off": Event("HANDED_IN", _signer, lambda task: task.waits_since),
}


@dataclass(frozen=True, slots=True)
class News:
    """One thing to announce to one person."""

    person_id: int
    task_id: int
    rule: str
    on: date


def news(after: int, upto: int, roster: Roster, book: Book) -> Iterator[News]:
    """Give what is still news among the entries after one number up to another. Three queries, none without entries."""
    entries = _entries(after, upto)
    if not entries:
        return
    tasks = facts.load(Task.id.in_({row.task_id for row in entries}))
    found = {key: duties.standing(task, roster, book) for key, task in tasks.items()}
    for row in entries:
        event, task = EVENTS[row.act], tasks.get(row.task_id)
        if task is None or not _concerns(row):
            continue
        for person in event.heard_by(task, roster):
            line = News(person or 0, task.id, f"{event.rule}#{row.seq}", event.on(task) or clock.day_of(row.at))
            if person != row.actor_id and duties.is_standing(
                found[task.id], line.person_id, family_of(line.rule), line.on
            ):
                yield line


def _entries(after: int, upto: int) -> list[Row[Any]]:
    columns = (LogEntry.seq, LogEntry.act, LogEntry.task_id, LogEntry.actor_id, LogEntry.at, LogEntry.body)
    query = select(*columns).where(
        LogEntry.act.in_(EVENTS),
        LogEntry.obj_type == "task",
        LogEntry.task_id.is_not(None),
        LogEntry.seq > after,
        LogEntry.seq <= upto,
    )
    return list(db.session.execute(query.order_by(LogEntry.seq)))


def _concerns(row: Row[Any]) -> bool:
    """Return whether an entry is news: receiving a task is, only when it names an officer."""
    return row.act != "task.receive" or "officer_id" in orjson.loads(row.body)["data"].get("set", {})
