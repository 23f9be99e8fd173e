"""The comments on a task, page by page, with a form that can name everybody who sees the task."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.vocabulary import Action
from web import context, forms
from web.gate import place
from workflow.queries import comments, tasks

bp = Blueprint("comments", __name__, url_prefix="/tasks")


@bp.get("/<int:task_id>/comments")
@place("tasks")
def show(task_id: int) -> ResponseReturnValue:
    """Show a page of a task's comments, the newest page first, each page from the oldest on."""
    before, ref, scope = request.args.get("before", ""), context.ref(), context.scope()
    start = int(before) if before.isascii() and before.isdecimal() and len(before) <= 9 else None
    task, thread = comments.page(task_id, start, seen_by=scope)
    view = tasks.one(task_id, ref, seen_by=scope) if start is None else None
    may = view is not None and any(step.action == Action.COMMENT for step in view.steps)
    return render_template(
        "tasks/comments.html",
        task=task,
        thread=thread,
        is_newest=start is None,
        earlier_href=url_for(".show", task_id=task.id, before=thread.earlier) if thread.earlier else "",
        named=comments.who_see(task, ref, scope.actor.person_id) if may else [],
        may=may,
        key=forms.new_key(),
    )
