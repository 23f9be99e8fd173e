"""The inbox: my reminders one row a task, read or unread, the same as in my letters and those I have without one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from notifications import board, inbox
from notifications.inbox import Wanted
from notifications.rule_words import of_rule
from web import context, forms
from web.gate import place

bp = Blueprint("inbox", __name__, url_prefix="/inbox")


@bp.get("")
@place("inbox")
def index() -> ResponseReturnValue:
    """Show my reminders, the newest first, all or the unread alone."""
    wanted = _wanted()
    found = inbox.page(wanted, context.ref(), seen_by=context.scope())
    return render_template(
        "inbox/index.html",
        found=found,
        wanted=wanted,
        reasons=board.REASONS,
        rule_words=of_rule,
        next_href=url_for(".index", show=_shown(wanted), before=found.next) if found.next else "",
        new_key=forms.new_key,
    )


@bp.post("/<int:task_id>/open")
@place("inbox")
def open_task(task_id: int) -> ResponseReturnValue:
    """Mark what is said of a task as read and go to it."""
    inbox.read(task_id, by=context.me(), at=context.now())
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@bp.post("/<int:task_id>/read")
@place("inbox")
def read(task_id: int) -> ResponseReturnValue:
    """Mark what is said of a task as read and stay."""
    inbox.read(task_id, by=context.me(), at=context.now())
    return redirect(url_for(".index", show=_shown(_wanted())), 303)


@bp.post("/read")
@place("inbox")
def read_all() -> ResponseReturnValue:
    """Mark everything as read that was there when the page was opened."""
    inbox.read_all(forms.number("upto") or 0, by=context.me(), at=context.now())
    flash(_("Everything is marked as read."), "success")
    return redirect(url_for(".index"), 303)


def _wanted() -> Wanted:
    before = request.values.get("before", "")
    place = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None
    return Wanted(unread=request.values.get("show") == "unread", before=place)


def _shown(wanted: Wanted) -> str | None:
    """Return the filter as a part of an address."""
    return "unread" if wanted.unread else None
