"""What happened and somebody should know: lines derived from the log, each carrying the number of its entry.

Running it again finds the same lines under the same keys, so nothing is announced twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased

import clock
from models.base import db
from models.causes import Mention
from models.log import LogEntry, LogHead
from models.tasks import Coordination, Task
from models.vocabulary import Status
from notifications import duties, facts
from notifications.facts import Facts
from notifications.recipients import Roster
from notifications.stages import Book
from workflow.lifecycle import LIVE

# the first run of all looks at so many entries: older ones are no news, the ladders speak of what is left of them
LOOKED_BACK: Final = 20_000

Heard = Callable[[Facts, Roster], tuple[int | None, ...]]


@dataclass(frozen=True)
class Event:
    """A kind of act that is announced: by which rule, to whom, and on which day its line hangs."""

    rule: str
    heard_by: Heard
    on: Callable[[Facts], date | None]


def _unit(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return roster.unit(task)


def _officer(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return roster.officer(task)


def _signer(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return (roster.signer(task),)


def _decider(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return (roster.decider(task),)


def _waited(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return roster.waited(task)


def _urged(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return roster.urged(task)


def _head(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return tuple(roster.above(task)[:1])


def _leader(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return (roster.leader(task),)


def _following(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return tuple(dict.fromkeys([*roster.askers(task), roster.leader(task)]))


def _answerer(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return (roster.answerer(task),)


def _unit_and_leader(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return tuple(dict.fromkeys([*roster.unit(task), roster.leader(task)]))


def _giver(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return roster.giver(task)


def _arbiter(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return (roster.arbiter(task),)


def _parties(task: Facts, roster: Roster) -> tuple[int | None, ...]:
    return roster.parties(task)


def _due(task: Facts) -> date | None:
    return task.due_on


EVENTS: Final[dict[str, Event]] = {
    "task.assign": Event("ASSIGNED", _unit, _due),
    "task.receive": Event("ASSIGNED", _officer, _due),
    "task.name_officer": Event("ASSIGNED", _officer, _due),
    "task.name_leader": Event("SUPERVISED", _leader, _due),
    "task.decline": Event("HANDED_BACK", _giver, lambda _task: None),
    "task.withdraw": Event("STOPPED", _unit, lambda _task: None),
    "task.cancel": Event("STOPPED", _unit, lambda _task: None),
    "task.hand_over": Event("ASSIGNED", _officer, _due),
    "task.inherit": Event("INHERITED", _unit, _due),
    "task.redistribute": Event("INHERITED", _unit, _due),
    "task.return": Event("RETURNED", _unit, lambda task: task.redo_by),
    "task.reopen": Event("RETURNED", _unit, lambda task: task.redo_by),
    "task.grant_extension": Event("EXTENDED", _unit, _due),
    "task.record_event": Event("DATED", _unit, _due),
    "task.follow_calendar": Event("DATED", _unit, _due),
    "task.refuse_extension": Event("REFUSED", _unit, _due),
    "task.request_extension": Event("ASKED", _decider, _due),
    "task.counter_extension": Event("COUNTERED", _answerer, lambda _task: None),
    "task.accept_counter": Event("ACCEPTED", _unit_and_leader, _due),
    "task.decline_counter": Event("DECLINED", _leader, _due),
    "task.lapse_counter": Event("LAPSED", _unit_and_leader, _due),
    "task.confirm_date": Event("REDATED", _unit, _due),
    "task.state_cause": Event("CAUSED", _leader, lambda _task: None),
    "task.confirm_cause": Event("CAUSE_DECIDED", _unit, lambda _task: None),
    "task.refuse_cause": Event("CAUSE_DECIDED", _unit, lambda _task: None),
    "task.wait": Event("WAITED", _waited, lambda task: task.answer_by),
    "task.answer": Event("ANSWERED", _unit, _due),
    "task.report_nil": Event("HANDED_IN", _signer, lambda task: task.waits_since),
    "task.contest": Event("CONTESTED", _arbiter, lambda task: task.contested_on),
    "task.uphold_contest": Event("CONTEST_SETTLED", _parties, lambda _task: None),
    "task.dismiss_contest": Event("CONTEST_SETTLED", _parties, lambda _task: None),
    "task.hand_in": Event("HANDED_IN", _signer, lambda task: task.waits_since),
    "task.chase": Event("CHASED", _urged, lambda _task: None),
    "task.demand_explanation": Event("DEMANDED", _head, lambda _task: None),
    "task.explain": Event("EXPLAINED", _following, lambda _task: None),
    "task.commit_progress": Event("COMMITTED", _leader, lambda _task: None),
    "task.sign_off": Event("HANDED_IN", _signer, lambda task: task.waits_since),
}


# acts that end a task and are told all the same
ENDING: Final = ("task.withdraw", "task.cancel")


@dataclass(frozen=True)
class Span:
    """The entries after one number up to another, in one epoch of the log."""

    epoch: int
    after: int
    upto: int

    @classmethod
    def since(cls, log_seq: int) -> Span:
        """Return what was written since a number; on the first run of all, what was written lately. One query."""
        head = db.session.execute(select(LogHead.epoch, LogHead.seq).where(LogHead.id == 1)).one_or_none()
        epoch, seq = (head.epoch, head.seq) if head else (1, 0)
        known = log_seq if 0 < log_seq <= seq else max(0, seq - LOOKED_BACK)
        return cls(epoch, known, seq)

    def of(self, *acts: str) -> tuple[ColumnElement[bool], ...]:
        """Return the condition of its entries with these acts."""
        return (
            LogEntry.act.in_(acts),
            LogEntry.epoch == self.epoch,
            LogEntry.seq > self.after,
            LogEntry.seq <= self.upto,
        )


@dataclass(frozen=True, slots=True)
class News:
    """One thing to announce to one person."""

    person_id: int
    task_id: int
    rule: str
    on: date


def news(span: Span, roster: Roster, book: Book) -> Iterator[News]:
    """Give what is still news among the entries of a span. Five queries, two when there is nothing."""
    yield from _mentions(span, roster, book)
    entries = _entries(span)
    if not entries:
        return
    named = _naming(span) if any(row.act == "task.receive" for row in entries) else frozenset()
    tasks = facts.of_ids({row.task_id for row in entries})
    found = {key: duties.standing(task, roster, book) for key, task in tasks.items()}
    for row in entries:
        event, task = EVENTS[row.act], tasks.get(row.task_id)
        if task is None or (row.act == "task.receive" and row.seq not in named):
            continue
        for person in roster.hearers(event.rule, task, event.heard_by(task, roster)):
            line = News(person or 0, task.id, f"{event.rule}#{row.seq}", event.on(task) or clock.day_of(row.at))
            if untold(line, event.rule, row.actor_id, found[task.id]) is None:
                yield line
    if roster.invited and any(row.act == "task.assign" for row in entries):
        yield from _invitations(span, tasks, roster)


def _mentions(span: Span, roster: Roster, book: Book) -> Iterator[News]:
    """Give to each person the comments that name him, be the task open or closed. One query, one more for tasks."""
    act = aliased(LogEntry)
    same = and_(act.req == LogEntry.req, act.epoch == LogEntry.epoch, act.task_id == LogEntry.task_id)
    query = (
        select(act.seq, act.at, Mention.task_id, Mention.person_id)
        .select_from(LogEntry)
        .join(act, and_(same, act.obj_type == "task", act.act == LogEntry.act))
        .join(Mention, Mention.id == LogEntry.obj_id)
        .where(*span.of("task.comment"), LogEntry.obj_type == Mention.__tablename__)
    )
    rows = db.session.execute(query.order_by(act.seq, Mention.id)).all()
    tasks = facts.of_ids({row.task_id for row in rows}) if rows else {}
    for row in rows:
        line = News(row.person_id, row.task_id, f"MENTIONED#{row.seq}", clock.day_of(row.at))
        if duties.is_standing(duties.standing(tasks[row.task_id], roster, book), line.person_id, "MENTIONED", line.on):
            yield line


def _invitations(span: Span, tasks: dict[int, Facts], roster: Roster) -> Iterator[News]:
    """Give to each body outside what it is newly invited to: by the act that gave the task, or added it. One query."""
    columns = (LogEntry.seq, LogEntry.obj_type, LogEntry.obj_id, LogEntry.task_id, LogEntry.req, LogEntry.body)
    query = select(*columns, LogEntry.at).where(*span.of("task.assign")).order_by(LogEntry.seq)
    acts: dict[str | None, list[Any]] = {}
    for row in db.session.execute(query):
        acts.setdefault(row.req, []).append(row)
    for rows in acts.values():
        main = next((row for row in rows if row.obj_type == "task"), None)
        task = tasks.get(main.task_id) if main is not None else None
        if main is None or task is None or task.status not in LIVE:
            continue
        for unit_id in _newly_invited(rows, main, roster.invited.get(task.id, ())):
            for person in roster.mailbox(unit_id):
                yield News(person, task.id, f"INVITED#{main.seq}", task.due_on or clock.day_of(main.at))


def _newly_invited(rows: list[Row[Any]], main: Row[Any], units: tuple[int, ...]) -> tuple[int, ...]:
    """Return which of a task's bodies outside an act invited: all when it gave the task, else those it named anew."""
    was, _now = orjson.loads(main.body)["data"].get("set", {}).get("status", (None, None))
    if was == Status.DRAFT:
        return units
    added = {row.obj_id for row in rows if row.obj_type == Coordination.__tablename__}
    query = select(Coordination.unit_id).where(Coordination.id.in_(added), Coordination.ended_at.is_(None))
    named = set(db.session.scalars(query)) if added else set()
    return tuple(unit for unit in units if unit in named)


def untold(line: News, family: str, actor_id: int | None, standing: duties.Standing) -> str | None:
    """Return why an act is not announced to one of those who hear of it; None when it is. `why` asks here too."""
    if not duties.is_standing(standing, line.person_id, family, line.on):
        return "moved_on"
    return "own_act" if line.person_id == actor_id else None


def _entries(span: Span) -> list[Row[Any]]:
    """Return the acts of a span on tasks that are not closed, and those that ended one by a decision.

    Which of an act's entries is the task's own is looked at here: SQLite would look for that first, in the whole log.
    """
    columns = (LogEntry.seq, LogEntry.act, LogEntry.task_id, LogEntry.actor_id, LogEntry.at, LogEntry.obj_type)
    ended = and_(LogEntry.act.in_(ENDING), Task.status.in_(duties.STOPPED))
    news = Task.id == LogEntry.task_id, or_(facts.unfinished(), ended)
    query: Select[*tuple[Any, ...]] = select(*columns).join(Task, and_(*news)).where(*span.of(*EVENTS))
    return [row for row in db.session.execute(query.order_by(LogEntry.seq)) if row.obj_type == "task"]


def _naming(span: Span) -> frozenset[int]:
    """Return which acts of receiving named an officer: for him the task is new."""
    query = select(LogEntry.seq, LogEntry.body).where(*span.of("task.receive"), LogEntry.obj_type == "task")
    rows = db.session.execute(query.execution_options(yield_per=facts.BUFFER))
    return frozenset(seq for seq, body in rows if "officer_id" in orjson.loads(body)["data"].get("set", {}))
