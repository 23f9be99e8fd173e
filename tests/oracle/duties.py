"""What a task asks to be said: which ladders it hangs on, from which day, and what each person was told last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from tests.oracle.days import Days, quarter_before
from tests.oracle.facts import EVER, Body, Rule, Task, Told
from tests.oracle.ladders import ABOVE, TOP, Stage, stages
from tests.oracle.people import places
from tests.oracle.reports import first_owed
from tests.oracle.settings import Value, value_of

# kinds of deadline words that call for a date
UNDATED = ("none", "urgent", "by", "range")
AT_WORK = ("assigned", "received", "in_progress", "waiting")


def told(task: Task, body: Body, days: Days, rules: Sequence[Rule], day: date) -> set[Told]:
    """Return what each person should have been told of a task by the end of a day: of each ladder the latest stage.

    What fell before the rule began is not caught up; what fell up to the giving of a date was said by giving it.
    """
    found: set[Told] = set()
    for family, anchor in ladders_of(task, days, day):
        for person, hears in places(family, task, body, day).items():
            latest = latest_stage(task, family, hears, anchor, days, rules, day)
            if latest is not None and latest.falls >= latest.since and not _was_said(task, family, latest):
                found.add(Told(person, task.id, latest.rule, anchor))
    return found


def ladders_of(task: Task, days: Days, day: date) -> Iterator[tuple[str, date]]:
    """Give each ladder a task hangs on with its day."""
    if task.status in ("completed", "cancelled", "withdrawn"):
        return
    yield from _unfinished(task)
    yield from _at_work(task, day)
    yield from _without_end(task, days, day)
    yield from _asked(task, days, day)


def _unfinished(task: Task) -> Iterator[tuple[str, date]]:
    """A draft without a unit, a task that nobody dated."""
    if task.status == "draft" and task.published and task.drafted_on:
        yield "NOLEAD", task.drafted_on


def _at_work(task: Task, day: date) -> Iterator[tuple[str, date]]:
    """The clock's holder: the unit, who is waited for, who signs, or a hold that has run out."""
    if task.status == "assigned" and task.assigned_on:
        yield "UNRECEIVED", task.assigned_on
    hold_over = _is_hold_over(task, day)
    if _is_at_work(task, day):
        if task.redo_by and task.status != "assigned" and not task.contested_on:
            yield "REDO", task.redo_by
        if task.due_on:
            yield "T", task.due_on
        elif task.kind in UNDATED and task.assigned_on:
            yield "NODATE", task.assigned_on
    yield from _waits(task)
    if hold_over and task.held_until:
        yield "HOLD", task.held_until
    if task.status in ("submitted", "signed_off") and task.turn_since:
        is_duty_signed = task.sort == "duty" and task.status == "signed_off"
        yield "ACCEPT" if is_duty_signed else "UNSIGNED", task.turn_since


def _waits(task: Task) -> Iterator[tuple[str, date]]:
    """Between units: an answer that is due and not contested, a contest undecided, a body outside to wait for anew."""
    if task.contested_on and task.status in ("waiting", "in_progress"):
        yield "CONTEST", task.contested_on
    if task.status != "waiting" or not task.wait:
        return
    if not task.wait.outside and not task.contested_on:
        yield "ANSWER", task.wait.answer_by
    if task.wait.outside and task.renew_by:
        yield "RENEW", task.renew_by


def _is_hold_over(task: Task, day: date) -> bool:
    return task.status == "on_hold" and task.held_until is not None and task.held_until < day


def _is_at_work(task: Task, day: date) -> bool:
    """Return whether the unit has it in hand; a hold that has run out is none any more."""
    return task.status in AT_WORK or _is_hold_over(task, day)


def _without_end(task: Task, days: Days, day: date) -> Iterator[tuple[str, date]]:
    """Ongoing work without news, an event to be asked after each quarter, a report that comes again."""
    is_taken = _is_at_work(task, day) and task.status != "assigned"
    if task.due_on is not None or task.assigned_on is None or not is_taken:
        return
    if task.kind == "recurring" and task.report:
        yield "REPORT", first_owed(task.report, task.assigned_on, task.notes, day, days)
    if task.kind == "ongoing":
        yield "SILENT", max(task.assigned_on, *task.notes, EVER)
    quarter = quarter_before(day)
    if task.kind == "event" and task.assigned_on <= quarter and not any(note > quarter for note in task.notes):
        yield "EVENT", quarter


def _asked(task: Task, days: Days, day: date) -> Iterator[tuple[str, date]]:
    """A request nobody decided, an explanation owed, a promise that reaches beyond the deadline."""
    if task.asked_more_on:
        yield "UNDECIDED", task.asked_more_on
    if task.offered_on:
        yield "OFFERED", days.after(task.offered_on, 3)
    if not _is_at_work(task, day):
        return
    for answer_by in task.demands:
        yield "EXPLAIN", answer_by
    if task.pledge and task.due_on and task.pledge > task.due_on and task.status != "assigned":
        yield "PLEDGE", task.pledge


def latest_stage(
    task: Task, family: str, hears: frozenset[str], anchor: date, days: Days, rules: Sequence[Rule], day: date
) -> Stage | None:
    """Return the last thing somebody was told; of two that fall on one day the one further up the ladder."""

    def values(name: str) -> Value:
        return value_of(name, rules, task, day)

    below = stages(family, hears - {ABOVE, TOP}, anchor, day, days, values, long=task.long)
    climb = stages(family, hears & {ABOVE, TOP}, anchor, day, days, values, long=task.long)
    if family == "T":
        climb = _paused(task, climb, days, values("reminder.explained").value)
    latest: Stage | None = None
    for stage in below + climb:
        if stage.falls <= day and (latest is None or stage.falls >= latest.falls):
            latest = stage
    return latest


def _paused(task: Task, climb: list[Stage], days: Days, count: int) -> list[Stage]:
    """Put what falls within the pause on its end: the first explanation for the present deadline begins it."""
    given = sorted(on for on, due_on in task.explanations if due_on == task.due_on)
    if not given:
        return climb
    end = days.after(given[0], count)
    return [replace(s, falls=end) if given[0] < s.falls <= end else s for s in climb]


def _was_said(task: Task, family: str, stage: Stage) -> bool:
    return family == "T" and stage.falls <= max(task.assigned_on or EVER, task.dated_on or EVER)
