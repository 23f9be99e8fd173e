"""Why somebody was told something of a task on a day, or was not: asked for oneself, or by who sees the whole."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from models.vocabulary import Role
from notifications import why, why_words
from notifications.rule_words import of_rule
from notifications.why import Explanation
from web import context, forms
from web.errors import STATUS
from web.gate import place
from web.reminders import bp
from web.tasks import bp as tasks_bp
from workflow.errors import Refusal
from workflow.queries import people, tasks


@bp.get("/why")
@place("account")
def explain() -> ResponseReturnValue:
    """Show the conditions in order, the first that does not hold, and what the ledger keeps."""
    try:
        found = _asked()
    except Refusal as refusal:
        return _page(None, refusal), STATUS[refusal.answer.kind]
    return _page(found)


@tasks_bp.get("/<int:task_id>/reminders")
@place("tasks")
def coming(task_id: int) -> ResponseReturnValue:
    """Show who hears what next of a task, if it stays as it is."""
    task = tasks.visible(task_id, seen_by=context.scope())
    found, book = why.ahead(task.id, context.ref().on)
    return render_template(
        "reminders/next.html",
        task=task,
        coming=found,
        book=book,
        words=why_words,
        rule_words=of_rule,
        asks_others=may_ask_about_others(),
    )


def _asked() -> Explanation | None:
    """Return the answer to what the address asks; None when no task is named yet. Raises Refusal."""
    task_id = _number("task")
    if task_id is None:
        return None
    person_id = _number("person") or context.me().person_id or 0
    _require_may_ask(person_id, task_id)
    on = forms.read_day(request.args.get("on", "")) or context.ref().on
    return why.explain(person_id, task_id, on, context.now())


def _require_may_ask(person_id: int, task_id: int) -> None:
    """Refuse questions about others, but for who sees the whole; one's own only about tasks one may read."""
    if may_ask_about_others():
        return
    if person_id != context.me().person_id:
        raise Refusal("not_found")
    tasks.visible(task_id, seen_by=context.scope())


def may_ask_about_others() -> bool:
    """Return whether who asks sees the whole, or keeps the system."""
    return context.scope().sees_whole() or context.me().has(Role.ADMIN)


def _number(name: str) -> int | None:
    text = request.args.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _page(found: Explanation | None, refusal: Refusal | None = None) -> str:
    day: date = found.on if found else context.ref().on
    asks_others = may_ask_about_others()
    return render_template(
        "reminders/why.html",
        found=found,
        refusal=refusal,
        words=why_words,
        rule_words=of_rule,
        asks_others=asks_others,
        people=people.everybody_by_name() if asks_others else [],
        may_read=context.scope().sees_whole() or not asks_others,
        typed=request.args,
        day=day,
    )
