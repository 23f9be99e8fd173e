"""What should have been said, worked out anew from rules, calendar and history, against what the ledger holds.

It counts working days between two days where the sender adds them to one, so that a slip in either shows here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import func, select

from models.base import db
from models.calendar import CalendarDay
from models.letters import Letter, LetterLine
from models.log import LogEntry
from models.session import retried, snapshot, transaction
from models.tasks import Deadline, Task
from models.vocabulary import LetterKind, LetterState, LineState
from notifications import duties, facts, outbox, sweep
from notifications.facts import Facts
from notifications.outbox import Key
from notifications.stages import NUMBERED, Audience, is_long
from notifications.sweep import Stock
from workflow.actors import Actor
from workflow.calendar import WorkCalendar
from workflow.ledger import note

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
        present = outbox.known()
        missing = sorted(expected - present)
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
class _Rules:
    """The rules of reminding as numbers of working days, with the day before each took its present value."""

    settings: dict[str, Any]
    since: dict[str, date]

    def days(self, name: str) -> list[int]:
        """Return a rule's days."""
        value = self.settings[name]
        return sorted(value) if isinstance(value, list) else [value]

    def start(self, name: str, started: date) -> date:
        """Return the last day whose stages do not count: day 0 of the task, or the day before the rule."""
        return max(started, self.since.get(name, date.min + DAY) - DAY)


def _expected(found: Stock) -> Iterator[Key]:
    """Give the line that each open task's reader should have by the day: on each ladder the one that still counts."""
    rules = _Rules(dict(found.book.settings), dict(found.book.since))
    for task in facts.load(facts.spoken_of(found.book.horizon)).values():
        for family in duties.families(task, found.book.day):
            anchor = duties.ANCHORS[family](task)
            if anchor is None:
                continue
            for person, audiences in found.roster.heard_by(family, task).items():
                rule = _rule(family, audiences, task, anchor, rules, found)
                if rule is not None:
                    yield (person, task.id, rule, anchor)


def _rule(
    family: str, audiences: tuple[Audience, ...], task: Facts, anchor: date, rules: _Rules, found: Stock
) -> str | None:
    """Return the rule that counts for one reader: the latest mark passed, told by the number of working days."""
    calendar, today = found.book.calendar, found.book.day
    started = (task.dated_on if family == "T" else None) or date.min
    passed = calendar.between(anchor, today)
    marks = [mark for audience in audiences for mark in _after(family, audience, passed, rules)]
    if marks:
        count, rule, name = max(marks)
        start = rules.start(name, started)
        return rule if start < anchor or count > calendar.between(anchor, start) else None
    if family in ("REDO", "ANSWER") and Audience.UNIT in audiences and _left(calendar, today, anchor) == 0:
        return family
    if family == "T" and Audience.DOER in audiences:
        return _before(task, anchor, started, rules, calendar, today)
    return None


def _before(task: Facts, due: date, started: date, rules: _Rules, calendar: WorkCalendar, today: date) -> str | None:
    """Return the mark up to the due day that was reached last, unless it was reached by day 0."""
    name = "reminder.before_long" if is_long(task.deadline_words) else "reminder.before"
    if _left(calendar, today, due) == 0:
        return "T0" if _left(calendar, started, due) > 0 else None
    reached = [count for count in rules.days(name) if _left(calendar, today, due - DAY) < count]
    if not reached or _left(calendar, rules.start(name, started), due - DAY) < reached[0]:
        return None
    return f"T-{reached[0]}"


def _left(calendar: WorkCalendar, day: date, due: date) -> int:
    """Return how many working days lie ahead of a day up to the due day; many when the day is long before."""
    return calendar.between(max(day, due - timedelta(days=400)), due)


def _after(family: str, audience: Audience, passed: int, rules: _Rules) -> list[tuple[int, str, str]]:
    """Return the marks after the day that were passed: how many working days, which rule, by which setting."""
    name, nth = _SETTING[family].get(audience, ("", None))
    if not name:
        return []
    days = rules.days(name)
    first = nth is None and family not in NUMBERED
    steps = [
        (count, family if first else f"{family}+{count}", name) for count in (days if nth is None else [days[nth]])
    ]
    reached = [step for step in steps if step[0] <= passed]
    if len(reached) < len(steps):
        return reached
    last, rule, _name = steps[-1]
    weeks = (passed - last) // int(rules.settings["reminder.weekly"])
    return [(last + weeks * int(rules.settings["reminder.weekly"]), f"{rule}w#{weeks}", name)] if weeks else reached


_A = Audience
_OVERDUE: Final[dict[Audience, tuple[str, int | None]]] = {
    _A.UNIT: ("reminder.after", None),
    _A.ABOVE: ("reminder.climb", 0),
    _A.TOP: ("reminder.climb", 1),
}
_WAITING: Final[dict[Audience, tuple[str, int | None]]] = {
    _A.ABOVE: ("reminder.climb_waiting", 0),
    _A.TOP: ("reminder.climb_waiting", 1),
}
_HELD: Final[dict[Audience, tuple[str, int | None]]] = {
    _A.DOER: ("reminder.after", 0),
    _A.ABOVE: ("reminder.climb", 0),
    _A.TOP: ("reminder.climb", 1),
}
_UNDATED: Final[dict[Audience, tuple[str, int | None]]] = {
    _A.OFFICE: ("reminder.undated", None),
    _A.ABOVE: ("reminder.undated", None),
}
# family -> audience -> the setting that says from when it hears after the day, and which of its days
_SETTING: Final[dict[str, dict[Audience, tuple[str, int | None]]]] = {
    "T": _OVERDUE,
    "REDO": _OVERDUE,
    "ANSWER": _OVERDUE,
    "HOLD": _HELD,
    "UNRECEIVED": {_A.DOER: ("reminder.unreceived", None), **_WAITING},
    "UNSIGNED": {_A.DOER: ("reminder.unsigned", None), **_WAITING},
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
    for row in db.session.execute(query.execution_options(yield_per=facts.MANY)):
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
