"""The state a reporter declares beside the one that follows from the facts (N16): a table of rules, worked out anew.

What the page prints as the rules is made of the same table; nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

import clock
from models.recurring import Progress
from models.tasks import Note, Task, Wait
from models.vocabulary import DeclaredState, TaskKind, TimingState
from terms import N_
from workflow.lifecycle import AT_WORK, OPEN
from workflow.queries.history import History
from workflow.reference import Reference
from workflow.timing import Timing

S = DeclaredState


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


def columns() -> list[Any]:
    """Return what a query of tasks asks for beside their rows, so that a list needs no statement more."""
    return [*_said(), *part_counts()]


def part_counts() -> list[Any]:
    """Return the columns of open sub-tasks, and of open duties and waits."""
    part = aliased(Task)
    of_task = (part.parent_id == Task.id, part.status.in_(OPEN))
    counted = select(func.count()).select_from(part).where(*of_task)
    waits = select(func.count()).select_from(Wait).where(Wait.task_id == Task.id, Wait.to_at.is_(None))
    children, duties, waiting = (
        query.correlate(Task).scalar_subquery()
        for query in (counted.where(part.kind == TaskKind.SUB), counted.where(part.kind == TaskKind.DUTY), waits)
    )
    return [children.label("open_children"), (duties + waiting).label("open_duties")]


def of_rows(rows: Sequence[Any], timings: Iterable[Timing], ref: Reference) -> dict[int, Seen]:
    """Return the two states of tasks at work, by id: rows have id, kind, status, assigned_at, those of `columns()`."""
    return {
        row.id: _seen(
            row, timing, row.declared, (row.reported_at, row.noted_at), (row.open_children, row.open_duties), ref
        )
        for row, timing in zip(rows, timings, strict=True)
        if _is_at_work(row)
    }


def of_one(task: Task, timing: Timing, history: History, parts: tuple[int, int], ref: Reference) -> Seen | None:
    """Return the two states of a task whose history is at hand; None when nothing is at work."""
    if not _is_at_work(task):
        return None
    reports = history.rows("progress")
    states = [DeclaredState(row["state"]) for row in reports if row.get("state")]
    moments = [clock.parse_moment(row["at"]) for row in (*reports, *history.rows("note"))]
    return _seen(task, timing, states[-1] if states else None, moments, parts, ref)


def _is_at_work(row: Any) -> bool:
    """Return whether somebody is at work on it; a recurring duty is worked on in its occurrences alone."""
    return row.status in AT_WORK and row.kind != TaskKind.DEFINITION


def _seen(
    row: Any,
    timing: Timing,
    state: DeclaredState | None,
    moments: Iterable[datetime | None],
    parts: tuple[int, int],
    ref: Reference,
) -> Seen:
    said = [moment for moment in (row.assigned_at, *moments) if moment is not None]
    last = clock.day_of(max(said)) if said else ref.on
    silent = ref.calendar.between(last, ref.on)
    has_date = timing.state in (TimingState.ON_TRACK, TimingState.DUE_SOON, TimingState.DUE_TODAY)
    left = timing.working_days if has_date else None
    facts = Standing(timing.state == TimingState.OVERDUE, left, silent, *parts)
    return Seen(state, computed(facts), silent, last)


def _said() -> list[Any]:
    """Return the columns of the last declared state, and of the last report and note; a text alone declares nothing."""
    declares = (Progress.task_id == Task.id, Progress.state.is_not(None))
    last = select(Progress.state).where(*declares).order_by(Progress.no.desc()).limit(1)
    moments = (select(func.max(kind.at)).where(kind.task_id == Task.id) for kind in (Progress, Note))
    names = ("declared", "reported_at", "noted_at")
    queries = (last, *moments)
    return [query.correlate(Task).scalar_subquery().label(name) for name, query in zip(names, queries, strict=True)]
