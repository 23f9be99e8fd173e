"""How each kind of letter looks before anybody gets one: headers, plain text and HTML, in both languages."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from notifications import previews
from notifications.previews import KINDS, Shown
from web import context
from web.gate import place

bp = Blueprint("previews", __name__, url_prefix="/reminders/preview")

# a letter's page stands in a frame of ours: its own styles and nothing else, no script, no link that leads away
IN_FRAME: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@bp.get("/<kind>")
@place("reminders")
def show(kind: str) -> ResponseReturnValue:
    """Show a kind of letter as I would get it."""
    found = _found(kind)
    kinds = [(name, _(row.label)) for name, row in KINDS.items()]
    return render_template("reminders/preview.html", found=found, kind=kind, kinds=kinds, chosen=_language())


@bp.get("/<kind>/html")
@place("reminders")
def page(kind: str) -> ResponseReturnValue:
    """Give the letter's HTML alone, for the frame on that page."""
    answer = Response(_found(kind).written.html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = IN_FRAME
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _found(kind: str) -> Shown:
    return previews.show(kind, _language(), context.me().person_id or 0, context.ref(), context.now())


def _language() -> str:
    chosen = request.args.get("lang", "")
    return chosen if chosen in context.LANGUAGES else context.language()
