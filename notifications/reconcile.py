"""What should have been said, worked out anew from rules, calendar and history, against what the ledger holds.

It counts working days between two days where the sender adds them to one, so that a slip in either shows here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import orjson
from sqlalchemy import func, select

from models.base import db
from models.calendar import CalendarDay
from models.letters import Letter, LetterLine
from models.log import LogEntry
from models.session import retried, snapshot, transaction
from models.tasks import Deadline, Task
from models.words import (
    LetterKind,
    LetterState,
    LineState,
)
from notifications import duties, facts, planned, poison, sweep
from notifications.facts import Facts
from notifications.planned import Key
from notifications.stages import CLIMBING, NUMBERED, Audience, is_long
from notifications.sweep import Stock
from workflow.actors import Actor
from workflow.calendar import WorkCalendar
from workflow.ledger import note
from workflow.reminding import Rules

ACT: Final = "reminder.reconcile"
SHOWN: Final = 20
SAID: Final = (LineState.PLANNED, LineState.SENT, LineState.FOLDED, LineState.UNKNOWN)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Verdict:
    """How many lines are missing, how many are there that should not be, and what is still on its way."""

    as_of: date
    missing: int
    extra: int
    expected: int
    checked: int
    waiting: int
    undelivered: int
    first: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Return whether nothing is missing and nothing is extra."""
        return self.missing == 0 and self.extra == 0


def run(at: datetime, *, by: Actor) -> Verdict:
    """Compare and keep the finding in the log."""
    verdict = check(at)
    _keep(verdict, by, at)
    return verdict


def check(at: datetime) -> Verdict:
    """Return what is missing and what is extra at a moment; writes nothing. Few queries, one look at each line."""
    with snapshot():
        found = sweep.stock(sweep.planned_day(at, date.min))
        expected = set(_expected(found))
        present = planned.known()
        missing = sorted(key for key in expected if key not in present)
        extra, checked = _extra(found)
        words = [f"missing {_words(key)}" for key in missing] + [f"extra {line}" for line in extra]
        return Verdict(
            as_of=found.book.day,
            missing=len(missing),
            extra=len(extra),
            expected=len(expected),
            checked=checked,
            waiting=_count_letters(LetterState.QUEUED, LetterState.SENDING, LetterState.AMBIGUOUS),
            undelivered=_count_letters(LetterState.FAILED),
            first=tuple(words[:SHOWN]),
        )


def latest() -> tuple[datetime, dict[str, Any]] | None:
    """Return when the last comparison was made and what it found; None when there was none. One query."""
    query = (
        select(LogEntry.at, LogEntry.body)
        .where(LogEntry.act == ACT)
        .order_by(LogEntry.epoch.desc(), LogEntry.seq.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    return (row.at, orjson.loads(row.body)["data"]) if row else None


@retried
def _keep(verdict: Verdict, by: Actor, at: datetime) -> None:
    with transaction():
        data = {**asdict(verdict), "as_of": verdict.as_of.isoformat(), "first": list(verdict.first)}
        note(ACT, by=by, at=at, obj=("letter", None), data=data)


# ------------------------------------------------------------------------------------------------ what should be there
@dataclass(frozen=True)
class _Case:
    """One ladder of one task on a day: its rules, and how many working days have passed since its anchor."""

    family: str
    anchor: date
    rules: Rules
    calendar: WorkCalendar
    today: date
    explained_on: date | None = None

    def days(self, name: str) -> list[int]:
        """Return a rule's days."""
        value = self.rules[name]
        return sorted(value) if isinstance(value, list) else [value]

    def passed(self, day: date) -> int:
        """Return how many working days after the anchor lie up to a day."""
        return self.calendar.between(self.anchor, day)

    def rest(self) -> tuple[int, int] | None:
        """Return between which counts the climb rests after an explanation, the first excluded; None: it does not."""
        if self.explained_on is None:
            return None
        end = self.calendar.add(self.explained_on, int(self.rules["reminder.explained"]))
        return (self.passed(self.explained_on), self.passed(end)) if end > self.anchor else None

    def start(self, names: tuple[str, ...], started: date) -> date:
        """Return the last day whose stages do not count: day 0 of the task, or the day before the rules."""
        return max(started, *(max(self.rules.since(name), date.min + DAY) - DAY for name in names))


def _expected(found: Stock) -> Iterator[Key]:
    """Give the line that each open task's reader should have by the day: on each ladder the one that still counts."""
    for task in facts.load(facts.spoken_of(found.book.horizon), titled=False).values():
        unreadable: list[Key] = [(0, task.id, poison.UNREADABLE.upper(), found.book.day)]
        yield from poison.spared(("task", task.id), partial(_of_task, task, found), unreadable)


def _of_task(task: Facts, found: Stock) -> list[Key]:
    """Return the lines that should be there of one task."""
    keys = []
    for family in duties.families(task, found.book.day):
        anchor = duties.ANCHORS[family](task, found.book)
        if anchor is None:
            continue
        rules = found.book.rules.of(task.plan_id, task.id)
        explained = task.explained_on if family == "T" else None
        case = _Case(family, anchor, rules, found.book.calendar, found.book.day, explained)
        for person, audiences in found.roster.heard_by(family, task).items():
            rule = _rule(case, audiences, task)
            if rule is not None:
                keys.append((person, task.id, rule, anchor))
    return keys


def _rule(case: _Case, audiences: tuple[Audience, ...], task: Facts) -> str | None:
    """Return the rule that counts for one reader: the latest mark passed, told by the number of working days."""
    started = (task.dated_on if case.family == "T" else None) or date.min
    # of two marks on one day the one of the higher rung counts
    marks = [(mark[0], _RANKS[audience], *mark[1:]) for audience in audiences for mark in _after(case, audience)]
    if marks:
        count, _rank, rule, names = max(marks)
        start = case.start(names, started)
        return rule if start < case.anchor or count > case.passed(start) else None
    if _ON_DAY.get(case.family) in audiences and _left(case, case.today) == 0:
        return case.family
    if _EVE.get(case.family) in audiences and _left(case, case.today, DAY) == 0:
        return f"{case.family}-1"
    if case.family in _BEFORE and Audience.DOER in audiences:
        return _before(case, task, started)
    return None


# ladder -> who hears on the day itself
_ON_DAY: Final = {
    "REDO": Audience.UNIT, "ANSWER": Audience.UNIT, "EXPLAIN": Audience.DOER, "PLEDGE": Audience.UNIT,
    "OFFERED": Audience.DOER,
    "RENEW": Audience.DOER,
}  # fmt: skip
# ladder -> who hears on the working day before, whatever the settings
_EVE: Final = {"PLEDGE": Audience.UNIT, "OFFERED": Audience.DOER}
# ladder -> the setting of its days before, and what is said on the day
_BEFORE: Final = {"T": ("reminder.before", "T0"), "REPORT": ("reminder.report_before", "REPORT0")}


def _before(case: _Case, task: Facts, started: date) -> str | None:
    """Return the mark up to the due day that was reached last, unless it was reached by day 0."""
    name, on_day = _BEFORE[case.family]
    if name == "reminder.before" and is_long(task.deadline_words):
        name = "reminder.before_long"
    if _left(case, case.today) == 0:
        return on_day if _left(case, started) > 0 else None
    reached = [count for count in case.days(name) if _left(case, case.today, DAY) < count]
    if not reached or _left(case, case.start((name,), started), DAY) < reached[0]:
        return None
    return f"{case.family}-{reached[0]}"


def _left(case: _Case, day: date, earlier: timedelta = timedelta()) -> int:
    """Return how many working days lie ahead of a day up to the due day; many when the day is long before."""
    due = case.anchor - earlier
    return case.calendar.between(max(day, due - timedelta(days=400)), due)


def _after(case: _Case, audience: Audience) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return the marks after the day that were passed: how many working days, which rule, by which settings."""
    name, nth, every = (*_SETTING[case.family].get(audience, ("", None)), "reminder.weekly")[:3]
    if not name:
        return []
    days, rest = case.days(name), case.rest() if audience in CLIMBING else None
    passed = case.passed(case.today)
    if rest is not None and rest[0] <= passed < rest[1]:
        passed = rest[0]
    reached = _marks(case, days if nth is None else [days[nth]], passed, nth is None, (name, every))
    return [(rest[1] if rest and rest[0] < mark[0] <= rest[1] else mark[0], *mark[1:]) for mark in reached]


def _marks(
    case: _Case, days: list[int], passed: int, is_first: bool, names: tuple[str, str]
) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return the marks that so many working days have reached, of those that repeat only the last."""
    own = is_first and case.family not in NUMBERED
    steps: list[tuple[int, str, tuple[str, ...]]] = [
        (count, case.family if own else f"{case.family}+{count}", names[:1]) for count in days
    ]
    reached = [step for step in steps if step[0] <= passed]
    if len(reached) < len(steps):
        return reached
    last, rule, _name = steps[-1]
    every = int(case.rules[names[1]])
    times = (passed - last) // every
    return [(last + times * every, f"{rule}w#{times}", names)] if times else reached


_A = Audience
_RANKS: Final = {audience: rank for rank, audience in enumerate(Audience)}
_OVERDUE: Final[dict[Audience, tuple[Any, ...]]] = {
    _A.UNIT: ("reminder.after", None),
    _A.ABOVE: ("reminder.climb", 0),
    _A.TOP: ("reminder.climb", 1),
}
_WAITING: Final[dict[Audience, tuple[Any, ...]]] = {
    _A.ABOVE: ("reminder.climb_waiting", 0),
    _A.TOP: ("reminder.climb_waiting", 1),
}
_HELD: Final[dict[Audience, tuple[Any, ...]]] = {
    _A.DOER: ("reminder.after", 0),
    _A.ABOVE: ("reminder.climb", 0),
    _A.TOP: ("reminder.climb", 1),
}
_UNDATED: Final[dict[Audience, tuple[Any, ...]]] = {
    _A.OFFICE: ("reminder.undated", None),
    _A.ABOVE: ("reminder.undated", None),
}
# family -> audience -> the setting that says from when it hears after the day, and which of its days
_SETTING: Final[dict[str, dict[Audience, tuple[Any, ...]]]] = {
    "T": _OVERDUE,
    "REDO": _OVERDUE,
    "ANSWER": _OVERDUE,
    "HOLD": _HELD,
    "UNRECEIVED": {_A.DOER: ("reminder.unreceived", None), **_WAITING},
    "UNSIGNED": {_A.DOER: ("reminder.unsigned", None), **_WAITING},
    "UNDECIDED": {_A.DOER: ("reminder.unsigned", None), **_WAITING},
    "OFFERED": {},
    "ACCEPT": {_A.DOER: ("reminder.unsigned", None)},
    "CONTEST": {_A.DOER: ("reminder.unsigned", None), _A.ABOVE: ("reminder.contest", None)},
    "RENEW": {_A.DOER: ("reminder.after", None), _A.ABOVE: ("reminder.climb", 0)},
    "EXPLAIN": {_A.DOER: ("reminder.after", None), _A.TOP: ("reminder.climb", 0)},
    "PLEDGE": {_A.UNIT: ("reminder.after", None)},
    "REPORT": {**_OVERDUE, _A.UNIT: ("reminder.report_after", None)},
    "SILENT": {_A.DOER: ("reminder.silent", None, "reminder.silent")},
    "EVENT": {_A.DOER: ("reminder.reconfirm", None)},
    "NODATE": _UNDATED,
    "NOLEAD": _UNDATED,
}


# ------------------------------------------------------------------------------------------------ what should not
def _extra(found: Stock) -> tuple[list[str], int]:
    """Return the lines and letters that should not be there, in words, and how many lines were looked at."""
    dates: dict[int, set[date]] = {}
    for task_id, due in db.session.execute(select(Deadline.task_id, Deadline.due_on)):
        dates.setdefault(task_id, set()).add(due)
    columns = (LetterLine.recipient_id, LetterLine.task_id, LetterLine.rule, LetterLine.on, LetterLine.planned_on)
    query = select(*columns, Task.due_on, Task.original_due_on).join(Task).where(LetterLine.state.in_(SAID))
    edits = _edits()
    bad, checked = [], 0
    for row in db.session.execute(query.execution_options(yield_per=facts.BUFFER)):
        checked += 1
        person, task_id, rule, on, planned_on, current, original = row
        had = {current, original, *dates.get(task_id, ())}
        why = _why_extra(rule, on, planned_on, had, found.book.calendar, edits)
        if why is not None:
            bad.append(f"{_words((person, task_id, rule, on))}: {why}")
    return bad + list(_extra_letters(found)), checked


RULE: Final = re.compile(r"(?P<family>[A-Z_]+)(?P<count>[+-]?\d+)?(?:w#(?P<week>\d+))?(?:#(?P<entry>\d+))?")


def _why_extra(
    rule: str,
    on: date,
    planned_on: date,
    dates: set[date | None],
    calendar: WorkCalendar,
    edits: list[tuple[date, date]],
) -> str | None:
    """Return why a line should not be there; None when it may. A day whose calendar was edited since is not judged."""
    found = RULE.fullmatch(rule)
    if found is None:
        return "no such rule"
    if found["family"] == "T" and on not in dates:
        return "never the task's deadline"
    count = int(found["count"] or 0)
    if found["entry"] is not None or any(
        min(on, planned_on) <= day <= max(on, planned_on) and entered > planned_on for day, entered in edits
    ):
        return None
    if count <= 0 and found["family"] in NUMBERED:
        left = calendar.between(planned_on, on) if count == 0 else calendar.between(planned_on, on - DAY) + 1
        return "said too early" if planned_on < on and left > -count else None
    return "said too early" if calendar.between(on, planned_on) < max(count, 1) else None


def _extra_letters(found: Stock) -> Iterator[str]:
    """Give the work letters that lie on a rest day, and those beyond one of each kind a person a day."""
    columns = (Letter.recipient_id, Letter.day, Letter.kind)
    query = select(*columns, func.count()).where(Letter.kind != LetterKind.SYSTEM, Letter.state == LetterState.ACCEPTED)
    for person, day, kind, count in db.session.execute(query.group_by(*columns)):
        if count > 1:
            yield f"person {person} has {count} letters of the kind {kind} on {day}"
        if not found.book.calendar.is_working(day) and not any(day == edited for edited, _entered in _edits()):
            yield f"person {person} has a letter on the rest day {day}"


def _edits() -> list[tuple[date, date]]:
    """Return the days whose calendar was edited, and when that came into force."""
    query = select(CalendarDay.day, CalendarDay.confirmed_at).where(CalendarDay.confirmed_at.is_not(None))
    return [(day, at.date() + DAY) for day, at in db.session.execute(query) if at is not None]


def _count_letters(*states: LetterState) -> int:
    return db.session.scalar(select(func.count()).select_from(Letter).where(Letter.state.in_(states))) or 0


def _words(key: Key) -> str:
    person, task_id, rule, on = key
    return f"person={person};task={task_id};rule={rule};on={on.isoformat()}"
