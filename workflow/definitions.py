"""A task becomes a recurring duty: its rule is proposed from the words of its deadline and confirmed by a person.

The definition is never late, not counted and not signed; its occurrences are (rulings 15). Ending it ends what would
come; what has begun stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from models.base import db
from models.recurring import Recurrence
from models.tasks import Task
from models.vocabulary import Action, DeadlineCause, DeadlineKind, TaskKind
from workflow import children, extensions, occurrences, recurrence
from workflow.errors import Refusal
from workflow.given import LABELS, Given
from workflow.recurrence import Meaning
from workflow.reference import Reference
from workflow.turn import Turn

# so many of the next dates a person sees before a rule is saved
SHOWN: Final = 5
WRITTEN: Final = "%d/%m/%Y"
# what a rule may say, and the days a rule that comes from a form is tried on
PARTS: Final = (
    "kind", "freq", "day", "days", "month", "month_day", "dates", "week", "weekday", "boundary", "time", "working",
    "month_offset", "quarter_offset", "year_offset", "since", "until", "from", "from_day",
)  # fmt: skip
TRIED: Final = (date(2026, 1, 1), date(2028, 12, 31))
LONGEST_RULE: Final = 2000


def recur(turn: Turn) -> None:
    """Set or change the rule of a recurring duty; periods that have begun keep the dates they have."""
    task, ref = turn.task, turn.case.ref
    rule = turn.given.rule or recurrence.proposed(task.deadline_words)
    if rule is None:
        raise Refusal("rule_unsure", words=task.deadline_words)
    values, row = _values(rule, turn.given, ref), occurrences.of(task.id) or Recurrence(task_id=task.id)
    with turn.recorded():
        begin(task, row, values)
    occurrences.bring_forth(task, ref, by=turn.by, at=turn.at)


def at_assigning(turn: Turn) -> dict[str, Any] | None:
    """Return the rule that an assignment begins with, when whoever gives the task confirmed the proposal.

    Raises Refusal: the words give no rule, or a date was given to what has none of its own.
    """
    task, given = turn.task, turn.given
    is_definition = task.kind == TaskKind.DEFINITION
    if (is_definition or given.recurs) and given.due_on is not None:
        raise Refusal("definition_has_no_date")
    if is_definition or not given.recurs:
        return None
    words = given.deadline_words or task.deadline_words
    rule = recurrence.proposed(words)
    if rule is None or task.kind != TaskKind.LEAD:
        raise Refusal("rule_unsure", words=words)
    return _values(rule, given, turn.case.ref)


def begin(task: Task, row: Recurrence, values: Mapping[str, Any]) -> None:
    """Make a task a definition by a rule. Needs an open door."""
    task.kind = TaskKind.DEFINITION
    task.deadline_kind = DeadlineKind(json.loads(values["rule"])["kind"])
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)


def read_rule(text: str) -> Meaning | None:
    """Return a rule that a form carries; None when it carries none. Raises Refusal for what gives no days."""
    if not text.strip():
        return None
    try:
        found = json.loads(text[:LONGEST_RULE])
        rule = {name: found[name] for name in PARTS if name in found}
        if recurrence.is_sure(rule):
            recurrence.slots(rule, *TRIED)
            return rule
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        pass
    raise Refusal("rule_unsure", words=text[:40])


def coming(rule: Meaning, from_on: date, until_on: date | None, ref: Reference) -> list[tuple[str, date]]:
    """Return period and date of the next occurrences under a rule, as a person sees them before it is saved."""
    found = recurrence.coming(rule, from_on, SHOWN, ref.calendar, ref.settings)
    last = until_on or date.max
    return [(slot.period, dates.due_on) for slot, dates in found if slot.written <= last]


def follow_calendar(turn: Turn) -> None:
    """Give an occurrence the date that the calendar gives now: a calendar edit proposes, a person decides."""
    task = turn.task
    rule = occurrences.of(task.definition_id or 0)
    dates = occurrences.by_calendar(task, json.loads(rule.rule), turn.case.ref) if rule is not None else None
    if dates is None:
        raise Refusal("calendar_agrees")
    children.require_dates_fit(task, dates.due_on)
    with turn.recorded():
        task.due_on = task.original_due_on = dates.due_on
        task.late_after = task.original_late_after = dates.late_after
        extensions.add_deadline(task, dates, DeadlineCause.CORRECTION, task.deadline_words, turn.by, turn.at)


def _values(rule: Meaning, given: Given, ref: Reference) -> dict[str, Any]:
    """Return a rule as it is kept. Raises Refusal: no sense in its days, nothing would ever come."""
    from_on = given.from_on or ref.on
    if from_on < ref.on:
        raise Refusal("date_in_past", field=LABELS["from_on"], value=from_on.strftime(WRITTEN))
    if given.until_on is not None and given.until_on <= from_on:
        raise Refusal("until_before_from", value=given.until_on.strftime(WRITTEN))
    if not coming(rule, from_on, given.until_on, ref):
        raise Refusal("rule_without_days")
    if given.collector_unit_id is not None and given.collector_unit_id not in ref.units:
        raise Refusal("unit_unknown")
    return {
        "rule": recurrence.written_rule(rule),
        "collector_unit_id": given.collector_unit_id,
        "nil_report": given.nil_report,
        "from_on": from_on,
        "until_on": given.until_on,
    }


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.RECUR: recur,
    Action.FOLLOW_CALENDAR: follow_calendar,
}
