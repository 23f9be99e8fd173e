"""The desk: what waits for me today."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web import context
from web.gate import place
from workflow.queries import desk

bp = Blueprint("desk", __name__)


@bp.get("/")
@place("desk")
def show() -> ResponseReturnValue:
    """Show what waits for this person, what hurts first on top."""
    return render_template("desk.html", sections=desk.sections(context.ref(), seen_by=context.scope()))
