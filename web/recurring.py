"""The rule of a recurring duty, and the event a task waits for: what it would mean is shown before it is saved."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from models.vocabulary import Action, Status, TaskKind
from web import context, forms, kept, meanings, rule_form
from web.errors import STATUS, note
from web.gate import place
from workflow import definitions, event_dates, occurrences, recurrence
from workflow.errors import Refusal
from workflow.queries import recurring as periods
from workflow.queries import tasks as queries
from workflow.queries.tasks import TaskView
from workflow.recurrence import Meaning

bp = Blueprint("recurring", __name__, url_prefix="/tasks/<int:task_id>")


@bp.get("/recurrence")
@place("give")
def rule(task_id: int) -> ResponseReturnValue:
    """Show the rule of a recurring duty, or the one its words propose, with the next five dates under it."""
    view = queries.one(task_id, context.ref(), seen_by=context.scope())
    typed = kept.back_to(url_for("tasks.step", task_id=task_id, action=Action.RECUR)) or request.args
    return rule_page(view, typed)


@bp.get("/event")
@place("tasks")
def event(task_id: int) -> ResponseReturnValue:
    """Show which date follows when the event happened on a day."""
    view = queries.one(task_id, context.ref(), seen_by=context.scope())
    if all(step.action != Action.RECORD_EVENT for step in view.steps):
        return redirect(url_for("tasks.show", task_id=task_id))
    typed = kept.back_to(url_for("tasks.step", task_id=task_id, action=Action.RECORD_EVENT)) or request.args
    return event_page(view, typed)


def rule_page(view: TaskView, typed: MultiDict[str, str], refusal: Refusal | None = None) -> ResponseReturnValue:
    """Return the page of a rule; what was typed is shown again."""
    if all(step.action != Action.RECUR for step in view.steps):
        return redirect(url_for("tasks.show", task_id=view.task.id))
    kept_rule, words = rule_of(view), recurrence.proposed(view.task.deadline_words)
    chosen, fault = _chosen(typed, kept_rule, words)
    if fault is not None:
        note(fault)
    begins, ends = _day(typed, "from_on"), _day(typed, "until_on")
    html = render_template(
        "tasks/recurrence.html",
        view=view,
        refusal=refusal or fault,
        typed=typed,
        fields=rule_form.fields_of(chosen or {}) | ({"often": typed.getlist("often")} if "often" in typed else {}),
        basis=typed.get("basis") or ("kept" if kept_rule else "words" if words else "own"),
        said={"kept": meanings.words(kept_rule or {}), "words": meanings.words(words or {})},
        has={"kept": kept_rule is not None, "words": words is not None},
        rule=recurrence.written_rule(chosen) if chosen else "",
        often=rule_form.FREQUENCIES,
        weekdays=meanings.WEEKDAYS,
        units=[(unit.id, unit.name_on(context.ref().on)) for unit in (*context.ref().inside, *context.ref().outside)],
        old=_old(view),
        coming=_coming(chosen, begins, ends),
        key=forms.new_key(),
    )
    shown = refusal or fault
    return (html, STATUS[shown.answer.kind]) if shown else html


def event_page(view: TaskView, typed: MultiDict[str, str], refusal: Refusal | None = None) -> ResponseReturnValue:
    """Return the page of an event; the date it gives is there as soon as its day is."""
    words, fault, on, dates = view.task.deadline_words, None, None, None
    try:
        on = forms.read_day(typed.get("event_on", ""))
        dates = event_dates.proposed(words, on, context.ref()) if on else None
    except Refusal as wrong:
        fault = wrong
        note(fault)
    shown = refusal or fault
    html = render_template(
        "tasks/event.html",
        view=view,
        refusal=shown,
        typed=typed,
        on=on,
        dates=dates,
        event=event_dates.event_of(words),
        length=event_dates.length_of(words),
        key=forms.new_key(),
    )
    return (html, STATUS[shown.answer.kind]) if shown else html


def rule_of(view: TaskView) -> Meaning | None:
    """Return the rule a definition has, as its history left it."""
    rows = view.history.rows("recurrence")
    found: Meaning | None = json.loads(rows[-1]["rule"]) if rows else None
    return found


def facts(view: TaskView) -> dict[str, Any]:
    """Return what a task's page says of a rule or a period."""
    rule_now, rows = rule_of(view), view.history.rows("recurrence")
    return {
        "rule_said": meanings.words(rule_now) if rule_now else "",
        "recurrence": rows[-1] if rows else None,
        "period_said": occurrences.said(view.task.period) if view.task.period else "",
        "periods": _periods(view, rule_now) if rule_now else [],
        "rule_words": _proposal(view),
    }


def _periods(view: TaskView, rule_now: Meaning) -> list[periods.OccurrenceRow]:
    return periods.of_definition(view.task.id, rule_now, context.ref(), seen_by=context.scope())


def _proposal(view: TaskView) -> list[tuple[str, date]]:
    """Return the next dates under the rule a task's words propose; none when it is no such task, or not to be given."""
    gives = any(step.action == Action.ASSIGN and view.task.status == Status.DRAFT for step in view.steps)
    if not gives or view.task.kind != TaskKind.LEAD:
        return []
    return _coming(recurrence.proposed(view.task.deadline_words), None, None)


def _chosen(
    typed: MultiDict[str, str], kept_rule: Meaning | None, words: Meaning | None
) -> tuple[Meaning | None, Refusal | None]:
    """Return the rule the page shows the dates of, and what was wrong with its fields."""
    basis = typed.get("basis") or ("kept" if kept_rule else "words")
    if basis != "own":
        return (kept_rule if basis == "kept" else words), None
    try:
        return rule_form.read(typed, typed.getlist("often")), None
    except Refusal as refusal:
        return None, refusal


def _coming(chosen: Meaning | None, begins: date | None, ends: date | None) -> list[tuple[str, date]]:
    if chosen is None:
        return []
    found = definitions.coming(chosen, begins or context.ref().on, ends, context.ref())
    return [(occurrences.said(period), due) for period, due in found]


def _day(typed: MultiDict[str, str], name: str) -> date | None:
    """Return a day the address names; one that is none is answered when the rule is saved."""
    try:
        return forms.read_day(typed.get(name, ""))
    except Refusal:
        return None


def _old(view: TaskView) -> dict[str, Any]:
    rows = view.history.rows("recurrence")
    return rows[-1] if rows else {}


# steps with a page of their own, shown again with what was typed when they are refused
PAGES: Final = {Action.RECUR: rule_page, Action.RECORD_EVENT: event_page}
