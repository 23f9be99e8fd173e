"""The page of the manual of trust."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from accountability.trust import CHAPTERS, TITLE
from i18n import gettext as _
from web.gate import place
from web.log import bp, seal_facts


@bp.get("/trust")
@place("log")
def trust() -> ResponseReturnValue:
    """Show what the log proves, what it cannot, and how to check it without this system."""
    chapters = [(_(title), [_(item) for item in items]) for title, items in CHAPTERS]
    return render_template("log/trust.html", title=_(TITLE), chapters=chapters, **seal_facts())
