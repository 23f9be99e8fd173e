"""Calendar feeds: made and revoked on one's own account page, read by calendars with the secret address alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from documents.writers import ics
from i18n import gettext as _
from web import context
from web.formats import day
from web.gate import place
from workflow import feeds
from workflow.feeds import Reading
from workflow.queries import feed
from workflow.queries.rows import TaskRow

bp = Blueprint("feeds", __name__)
# the secret of a feed just made, kept for the one page that shows it
MADE: Final = "feed_made"


@bp.get("/feeds/<name>.ics")
def read(name: str) -> ResponseReturnValue:
    """Answer a calendar program with the days its owner may see now; 404 alike for whatever opens nothing."""
    reading = feeds.opened(name, context.now())
    with force_locale(reading.owner.language):
        whole = ics.calendar(_name(reading), _days(reading), context.now())
    answer = Response(whole, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="dondoc.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/account/feeds")
@place("account")
def make() -> ResponseReturnValue:
    """Make a feed of one's own or of a unit; its address is shown on the page that follows, once."""
    chosen = request.form.get("unit", "")[:9]
    secret = feeds.open_feed(int(chosen) if chosen.isdecimal() else None, by=context.me(), at=context.now())
    session[MADE] = f"{current_app.config['PUBLIC_URL'].rstrip('/')}{url_for('.read', name=secret)}"
    flash(_("The calendar address is ready. Copy it now: it is shown this once."), "success")
    return redirect(url_for("accounts.mine", _anchor="feeds"))


@bp.post("/account/feeds/<int:number>/close")
@place("account")
def close(number: int) -> ResponseReturnValue:
    """Revoke one of one's own feeds."""
    feeds.close_feed(number, by=context.me(), at=context.now())
    flash(_("The calendar address no longer opens anything."), "success")
    return redirect(url_for("accounts.mine", _anchor="feeds"))


def _name(reading: Reading) -> str:
    if reading.unit_id is None:
        return _("Deadlines of %(name)s", name=reading.owner.name)
    return _("Deadlines of %(name)s", name=reading.ref.unit_name(reading.unit_id))


def _days(reading: Reading) -> Iterator[ics.Day]:
    """Give each deadline, and the day to redo by where a result was returned."""
    base = current_app.config["PUBLIC_URL"].rstrip("/")
    host = urlsplit(base).hostname or "localhost"
    for row in feed.days(reading):
        link = f"{base}{url_for('tasks.show', task_id=row.id)}"
        if row.due_on is not None:
            yield ics.Day(f"task-{row.id}@{host}", row.due_on, row.title, _text(row), link)
        if row.redo_by is not None:
            title = _("Redo: %(title)s", title=row.title)
            yield ics.Day(f"task-{row.id}-redo@{host}", row.redo_by, title, _text(row), link)


def _text(row: TaskRow) -> str:
    """Return what stands under an event: who leads, the plan, the words of the document, another first date."""
    moved = row.original_due_on not in (None, row.due_on)
    lines = (
        (row.lead_unit, _("Lead unit: %(name)s", name=row.lead_unit)),
        (row.plan, _("Plan: %(name)s", name=row.plan)),
        (row.deadline_words, _("In the words of the document: %(words)s", words=row.deadline_words)),
        (moved, _("First date: %(day)s", day=day(row.original_due_on))),
    )
    return "\n".join(line for value, line in lines if value)
