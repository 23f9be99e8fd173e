"""One task's strip: who held its clock when, and to whom its late days are charged; read from its history and rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select, true

import clock
from accountability import strip
from accountability.charges import Account, Blame, Book, Seats, Term, Terms
from accountability.strip import Dispute, Request, Result, Span, State, Story, Waiting
from models.base import db
from models.people import Person, Post, Tenure
from models.tasks import HandIn, Task
from models.vocabulary import Capacity, ExtensionState, Rank, Status, TaskKind
from workflow.permissions import standing
from workflow.queries.history import History
from workflow.reference import Reference, Seat
from workflow.timing import STOPPED, is_hold_over

LEADING: Final = (Rank.CHAIR, Rank.VICE_CHAIR)
# column of a task that decides who holds its clock -> how the log's value is read back
COLUMNS: Final[dict[str, Any]] = {
    "status": Status,
    "lead_unit_id": int,
    "leader_post_id": int,
    "held_until": date.fromisoformat,
}


@dataclass(frozen=True)
class People:
    """Seats of a task over time, with the names of those who sat on them and of the posts."""

    seats: Seats
    names: Mapping[int, str]
    titles: Mapping[int, str]


@dataclass(frozen=True)
class Strip:
    """Who held a task's clock, each span with who sat on its seat since when; what it is late by, both dates."""

    story: Story
    spans: tuple[tuple[Span, tuple[tuple[date, Blame], ...]], ...]
    people: People
    current: Account | None = None
    original: Account | None = None


def of(
    task: Task, past: History, hand_ins: Sequence[HandIn], parts: Iterable[Task], ref: Reference, at: datetime
) -> Strip | None:
    """Return a task's strip at a moment; None before it was given to a unit. Up to one query."""
    if task.assigned_at is None or task.kind == TaskKind.COMMON:
        return None
    story = story_of(task, past, hand_ins, parts, at)
    if story is None:
        return None
    people = _people(story, ref)
    book = Book(story, rules(people.seats, ref))
    current, original = accounts(task, story, book, at)
    held = tuple((span, book.holders(span)) for span in book.found)
    return Strip(story, held, people, current, original)


def rules(seats: Seats, ref: Reference) -> Terms:
    """Return the rules by which days are charged, as the settings of the day have them."""
    return Terms(seats, ref.calendar, ref.settings["waiting.credit"], ref.settings["reminder.contest"])


def accounts(task: Any, story: Story, book: Book, at: datetime) -> tuple[Account | None, Account | None]:
    """Return the accounts against the present and the first date; none for what has no date, was stopped or is held."""
    on_hold = task.status == Status.ON_HOLD and not is_hold_over(task.status, task.held_until, clock.day_of(at))
    if task.late_after is None or task.original_late_after is None or task.status in STOPPED or on_hold:
        return None, None
    until = task.handed_in_on or clock.day_of(at)
    last = story.results[-1] if task.handed_in_on and story.results else None
    stopped_at = last.at if last is not None and clock.day_of(last.at) == until else None
    granted = [each.decided_at for each in story.requests if each.granted and each.decided_at is not None]
    since = max(granted, default=None)
    return (
        book.account(task.late_after, until, since=since, stopped_at=stopped_at),
        book.account(task.original_late_after, until, since=None, stopped_at=stopped_at),
    )


def story_of(task: Any, past: History, hand_ins: Sequence[Any], parts: Iterable[Any], at: datetime) -> Story | None:
    """Return what happened to a task up to a moment; None before it was given. Rows do as well as tasks."""
    begins = task.assigned_at
    states = _states(task, past)
    ended = [state.at for state in states if state.status in (*STOPPED, Status.COMPLETED)]
    is_over = task.status in (*STOPPED, Status.COMPLETED)
    ends = task.completed_at or (ended[-1] if is_over and ended else at)
    if begins is None or not states or ends <= begins:
        return None
    disputes = past.rows("contest")
    return Story(
        begins=begins,
        ends=ends,
        states=tuple(states),
        waits=tuple(_waits(past, parts, disputes)),
        requests=tuple(_request(row) for row in past.rows("extension")),
        disputes=tuple(_dispute(row) for row in disputes if row.get("wait_id") is None),
        results=tuple(_result(row) for row in hand_ins),
        accepting_unit=_accepting(task),
    )


def _accepting(task: Any) -> int | None:
    """Return the unit that accepts a duty's result: the one that leads the whole. In the session by now."""
    whole = db.session.get(Task, task.parent_id) if task.kind == TaskKind.DUTY and task.parent_id else None
    return whole.lead_unit_id if whole else None


def _states(task: Any, past: History) -> list[State]:
    """Return how the task stood from each entry of its log on, the oldest first."""
    columns: dict[str, Any] = {}
    found = []
    for act in reversed(past.acts):
        for part in act.parts:
            if part.kind != Task.__tablename__ or part.id != task.id or not part.changes.keys() & COLUMNS.keys():
                continue
            for name, (_old, new) in part.changes.items():
                if name in COLUMNS:
                    columns[name] = None if new is None else COLUMNS[name](new)
            found.append((part.epoch, part.seq, part.at, dict(columns)))
    return [
        State(
            moment,
            kept.get("status", Status.DRAFT),
            kept.get("lead_unit_id"),
            kept.get("leader_post_id"),
            kept.get("held_until"),
        )
        for _epoch, _seq, moment, kept in sorted(found, key=lambda one: one[:2])
    ]


def _waits(past: History, parts: Iterable[Any], disputes: list[dict[str, Any]]) -> Iterable[Waiting]:
    duties = [part for part in parts if part.kind == TaskKind.DUTY and part.late_after is not None]
    for row in past.rows("wait"):
        begins = clock.parse_moment(row["from_at"])
        own = [
            duty.late_after
            for duty in duties
            if duty.lead_unit_id == row["unit_id"] and _was_open(duty, begins) and duty.late_after is not None
        ]
        yield Waiting(
            unit_id=row["unit_id"],
            from_at=begins,
            to_at=_moment(row.get("to_at")),
            answer_after=min(own, default=date.fromisoformat(row["answer_by"])),
            renewed=tuple(_renewals(past, row["id"])),
            disputes=tuple(_dispute(each) for each in disputes if each.get("wait_id") == row["id"]),
        )


def _was_open(duty: Any, at: datetime) -> bool:
    given = duty.assigned_at is not None and duty.assigned_at <= at
    return given and (duty.completed_at is None or duty.completed_at > at)


def _renewals(past: History, wait_id: int) -> Iterable[tuple[datetime, date]]:
    """Give each moment at which the waiting for a body outside was begun or renewed, and up to which day."""
    for act in reversed(past.acts):
        for part in act.parts:
            change = part.changes.get("renew_by") if (part.kind, part.id) == ("wait", wait_id) else None
            if change is not None and change[1] is not None:
                yield part.at, date.fromisoformat(change[1])


def _request(row: Mapping[str, Any]) -> Request:
    decided_at, is_offer = _moment(row.get("decided_at")), row.get("offered_on") is not None
    return Request(
        at=clock.parse_moment(row["asked_at"]),
        after_deadline=bool(row.get("after_deadline")),
        countered_at=decided_at if is_offer else None,
        decided_at=_moment(row.get("answered_at")) if is_offer else decided_at,
        granted=row.get("state") == ExtensionState.GRANTED,
    )


def _dispute(row: Mapping[str, Any]) -> Dispute:
    return Dispute(clock.parse_moment(row["at"]), _moment(row.get("decided_at")), row.get("upheld"))


def _result(row: Any) -> Result:
    marks = (strip.Mark(mark.level, mark.post_id, mark.person_id, mark.at) for mark in standing(row.signatures))
    return Result(row.at, row.person_id, tuple(marks))


def _moment(text: str | None) -> datetime | None:
    return clock.parse_moment(text) if text else None


def _people(story: Story, ref: Reference) -> People:
    """Return the seats that can have held the clock, with who sat on them since the task began.

    From today's seats where each has been held since before that; else over all time, by one query.
    """
    units = {state.unit_id for state in story.states} | {wait.unit_id for wait in story.waits} | {story.accepting_unit}
    inside = {unit for unit in units if unit is not None and ref.units.get(unit) is not None and ref.units[unit].inside}
    posts = {state.leader_post_id for state in story.states} - {None}
    seats = [*(ref.head_of(unit) for unit in inside), *(ref.post(post) for post in posts), ref.chair]
    begun = clock.day_of(story.begins)
    known = [seat for seat in seats if seat is not None and seat.since is not None and seat.since <= begun]
    return _today(known, ref) if len(known) == len(seats) else everybody(units - {None}, ref)


def _today(found: list[Seat], ref: Reference) -> People:
    seats = {seat.post_id: seat for seat in found if seat.person_id is not None and seat.since is not None}
    terms = [
        Term(post, seat.person_id, seat.since, capacity=seat.capacity or Capacity.FULL)
        for post, seat in seats.items()
        if seat.person_id is not None and seat.since is not None
    ]
    return People(
        Seats(
            {seat.unit_id: (post,) for post, seat in seats.items() if seat.rank == Rank.HEAD}, _chair(ref), tuple(terms)
        ),
        {seat.person_id: seat.person_name or "" for seat in seats.values() if seat.person_id is not None},
        {post: seat.title for post, seat in seats.items()},
    )


def everybody(units: set[int | None] | None, ref: Reference) -> People:
    """Return everybody who ever held the seats of leadership and of the heads of some units (None: all). One query."""
    wanted = or_(
        Post.rank.in_(LEADING), and_(Post.rank == Rank.HEAD, true() if units is None else Post.unit_id.in_(units))
    )
    holder = (Tenure.person_id, Tenure.from_on, Tenure.to_on, Tenure.capacity, Person.name)
    holds = and_(Tenure.post_id == Post.id, Tenure.confirmed_at.is_not(None))
    posts = select(Post.id, Post.unit_id, Post.rank, Post.title, *holder)
    query = posts.outerjoin(Tenure, holds).outerjoin(Person, Person.id == Tenure.person_id)
    rows = db.session.execute(query.where(wanted).order_by(Post.active.desc(), Post.id, Tenure.from_on)).all()
    heads: dict[int, tuple[int, ...]] = {}
    for row in rows:
        if row.rank == Rank.HEAD and row.id not in heads.get(row.unit_id, ()):
            heads[row.unit_id] = (*heads.get(row.unit_id, ()), row.id)
    held = [row for row in rows if row.person_id is not None]
    terms = [Term(row.id, row.person_id, row.from_on, row.to_on, row.capacity) for row in held]
    return People(
        Seats(heads, _chair(ref), tuple(terms)),
        {row.person_id: row.name for row in held},
        {row.id: row.title for row in rows},
    )


def _chair(ref: Reference) -> int | None:
    return ref.chair.post_id if ref.chair else None
