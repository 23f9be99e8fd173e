"""The desk: what waits for me today."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from web import context
from web.gate import place
from workflow.queries import desk

bp = Blueprint("desk", __name__)

# heap -> the filter of the list that shows all of it
WHERE: Final = {
    "to_sign": {"state": "to_sign"},
    "overdue": {"when": "overdue"},
    "new": {"state": "to_receive"},
    "to_assign": {"state": "to_assign"},
    "soon": {"when": "soon"},
    "returned": {"state": "working"},
    "to_decide": {"state": "working"},
}


@bp.get("/")
@place("desk")
def show() -> ResponseReturnValue:
    """Show what waits for this person, what hurts first on top."""
    links = {heap: url_for("tasks.index", **where) for heap, where in WHERE.items()}
    return render_template("desk.html", sections=desk.sections(context.ref(), seen_by=context.scope()), links=links)
