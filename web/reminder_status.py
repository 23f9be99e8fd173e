"""The state of reminding: does it run, do letters get out; a test letter to oneself."""

from __future__ import annotations

from typing import Final

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accountability.verify import REASONS
from i18n import gettext as _
from models.labels import TERMS
from models.words import (
    LetterState,
)
from notifications import alarm, board, status
from terms import N_
from web import context, forms
from web.gate import place
from web.reminders import bp

# part of a day's bar -> what it is called
PARTS: Final[dict[str, str]] = {
    **{str(state): TERMS[LetterState][state] for state in LetterState if state in status.PARTS},
    "waiting": N_("to be sent"),
}


@bp.get("/status")
@place("reminders")
def status_page() -> ResponseReturnValue:
    """Show whether reminding runs and letters get out."""
    at, ref = context.now(), context.ref()
    found = status.status(at, ref.calendar, context.me().person_id, current_app.config)
    return render_template(
        "reminders/status.html",
        found=found,
        parts=[(name, _(PARTS[name])) for name in status.PARTS],
        reasons=board.REASONS | REASONS,
        why=[_(alarm.WHY[name], minutes=minutes) for name, minutes in alarm.reasons(at).items()],
        now=at,
        key=forms.new_key(),
    )


@bp.post("/test-letter")
@place("reminders")
def send_test() -> ResponseReturnValue:
    """Send a letter to oneself through the outbox, as any other."""
    if status.send_test(request.form.get("idempotency_key", "")[:64], by=context.me(), at=context.now()):
        flash(_("The test letter waits to be sent; its fate stands here after the next run."), "success")
    else:
        flash(_("This form was sent before; no second letter was made."), "info")
    return redirect(url_for(".status_page"))
