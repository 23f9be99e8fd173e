"""The state a reporter declares beside the one that follows from the facts (N16): a table of rules, worked out anew.

What the page prints as the rules is made of the same table; nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, literal, select, union_all

import clock
from models.base import db
from models.recurring import Progress
from models.tasks import Note, Task, Wait
from models.vocabulary import DeclaredState, TaskKind, TimingState
from terms import N_
from workflow.lifecycle import AT_WORK, OPEN
from workflow.queries.history import History
from workflow.reference import Reference
from workflow.timing import Timing

S = DeclaredState
# so many tasks fit into one look-up
MANY: Final = 2_000


@dataclass(frozen=True)
class StateRule:
    """One rule: the state, and what has to hold for it; everything named has to hold together."""

    state: DeclaredState
    late: bool = False
    left_at_most: int | None = None
    silent_over: int | None = None
    children_open: bool = False
    duties_open: bool = False


@dataclass(frozen=True)
class Standing:
    """The facts of one task on a day, in working days: what is left, since when nobody wrote; parts still open."""

    late: bool
    left: int | None
    silent: int
    children: int = 0
    duties: int = 0


# the first that holds decides; where none does, the task is on schedule
RULES: Final = (
    StateRule(S.RED, late=True),
    StateRule(S.RED, left_at_most=1, children_open=True),
    StateRule(S.RED, left_at_most=1, duties_open=True),
    StateRule(S.AMBER, left_at_most=7, silent_over=5),
    StateRule(S.AMBER, left_at_most=5, children_open=True),
    StateRule(S.AMBER, left_at_most=5, duties_open=True),
    StateRule(S.AMBER, silent_over=20),
)
# what a rule asks for -> how the page says it
SAID: Final = {
    "late": N_("the deadline has passed"),
    "left_at_most": N_("at most %(count)s working days are left"),
    "silent_over": N_("nobody has reported for more than %(count)s working days"),
    "children_open": N_("a sub-task is still open"),
    "duties_open": N_("it waits for another unit, or a coordinating duty is open"),
}
_RANK: Final = {S.GREEN: 0, S.AMBER: 1, S.RED: 2}


@dataclass(frozen=True)
class Seen:
    """A task's two states: as last declared, and as worked out; None where nobody declared, or nothing is to be done.

    `silent` is for how many working days nobody has written, `news_on` the day of the last word.
    """

    declared: DeclaredState | None
    computed: DeclaredState | None
    silent: int = 0
    news_on: date | None = None

    @property
    def is_rosier(self) -> bool:
        """Return whether the reporter sees it better than the facts do."""
        if self.declared is None or self.computed is None:
            return False
        return _RANK[self.declared] < _RANK[self.computed]


def holds(rule: StateRule, facts: Standing) -> bool:
    """Return whether everything a rule names holds."""
    return (
        (not rule.late or facts.late)
        and (rule.left_at_most is None or (facts.left is not None and facts.left <= rule.left_at_most))
        and (rule.silent_over is None or facts.silent > rule.silent_over)
        and (not rule.children_open or facts.children > 0)
        and (not rule.duties_open or facts.duties > 0)
    )


def computed(facts: Standing) -> DeclaredState:
    """Return the state that follows from the facts."""
    return next((rule.state for rule in RULES if holds(rule, facts)), S.GREEN)


def asks(rule: StateRule) -> list[tuple[str, int | None]]:
    """Return what a rule asks for: the sentence of each condition, and its number."""
    values = [(each.name, getattr(rule, each.name)) for each in fields(rule) if each.name in SAID]
    return [(SAID[name], None if value is True else value) for name, value in values if value not in (False, None)]


def of_rows(rows: Sequence[Any], timings: Iterable[Timing], ref: Reference) -> dict[int, Seen]:
    """Return the two states of tasks at work, by id: rows need id, status and assigned_at. Three queries a heap."""
    live = [(row, timing) for row, timing in zip(rows, timings, strict=True) if row.status in AT_WORK]
    found: dict[int, Seen] = {}
    for start in range(0, len(live), MANY):
        heap = live[start : start + MANY]
        facts = _Known.load([row.id for row, _timing in heap])
        found |= {row.id: facts.seen(row, timing, ref) for row, timing in heap}
    return found


def of_one(task: Task, timing: Timing, history: History, ref: Reference) -> Seen | None:
    """Return the two states of a task whose history is at hand; None when nothing is at work. One query."""
    if task.status not in AT_WORK:
        return None
    reports = history.rows("progress")
    states = [DeclaredState(row["state"]) for row in reports if row.get("state")]
    moments = [clock.parse_moment(row["at"]) for row in (*reports, *history.rows("note"))]
    last = {task.id: states[-1]} if states else {}
    news = {task.id: max(moments)} if moments else {}
    return _Known(last, news, *_parts([task.id])).seen(task, timing, ref)


@dataclass(frozen=True)
class _Known:
    """What is known of some tasks beside their rows: last declared state, last word, parts still open."""

    states: dict[int, DeclaredState]
    news: dict[int, datetime]
    children: dict[int, int]
    duties: dict[int, int]

    @classmethod
    def load(cls, ids: list[int]) -> _Known:
        states = {row.task_id: row.state for row in db.session.execute(_last_states(ids))}
        news = {row.task_id: row.at for row in db.session.execute(_last_words(ids))}
        return cls(states, news, *_parts(ids))

    def seen(self, row: Any, timing: Timing, ref: Reference) -> Seen:
        moments = [moment for moment in (self.news.get(row.id), row.assigned_at) if moment is not None]
        last = clock.day_of(max(moments)) if moments else ref.on
        silent = ref.calendar.between(last, ref.on)
        has_date = timing.state in (TimingState.ON_TRACK, TimingState.DUE_SOON, TimingState.DUE_TODAY)
        facts = Standing(
            timing.state == TimingState.OVERDUE,
            timing.working_days if has_date else None,
            silent,
            self.children.get(row.id, 0),
            self.duties.get(row.id, 0),
        )
        return Seen(self.states.get(row.id), computed(facts), silent, last)


def _parts(ids: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return how many sub-tasks, and how many duties and waits, of some tasks are open."""
    children, duties = dict[int, int](), dict[int, int]()
    for row in db.session.execute(_open_parts(ids)):
        heap = duties if row.kind == TaskKind.DUTY else children
        heap[row.task_id] = heap.get(row.task_id, 0) + row.size
    return children, duties


def _last_states(ids: list[int]) -> Any:
    """Return the query of the last state somebody declared on each task; a report without one changes nothing."""
    declared = (Progress.task_id.in_(ids), Progress.state.is_not(None))
    last = select(Progress.task_id, func.max(Progress.no).label("no")).where(*declared).group_by(Progress.task_id)
    latest = last.subquery()
    same = (Progress.task_id == latest.c.task_id) & (Progress.no == latest.c.no)
    return select(Progress.task_id, Progress.state).join(latest, same)


def _last_words(ids: list[int]) -> Any:
    said = union_all(
        *(select(kind.task_id, kind.at).where(kind.task_id.in_(ids)) for kind in (Progress, Note))
    ).subquery()
    return select(said.c.task_id, func.max(said.c.at).label("at")).group_by(said.c.task_id)


def _open_parts(ids: list[int]) -> Any:
    """Return the query of open sub-tasks and duties of tasks, as heaps; a wait for another unit is one."""
    parts = (Task.parent_id.in_(ids), Task.kind.in_((TaskKind.SUB, TaskKind.DUTY)), Task.status.in_(OPEN))
    children = select(Task.parent_id.label("task_id"), Task.kind.label("kind"), func.count().label("size"))
    waits = select(Wait.task_id, literal(TaskKind.DUTY, Task.kind.type).label("kind"), func.count().label("size"))
    return union_all(
        children.where(*parts).group_by(Task.parent_id, Task.kind),
        waits.where(Wait.task_id.in_(ids), Wait.to_at.is_(None)).group_by(Wait.task_id),
    )
