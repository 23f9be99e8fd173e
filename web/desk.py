"""The desk: what waits for me today."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web import context
from web.gate import place
from workflow.queries import desk

bp = Blueprint("desk", __name__)

# how many rows a heap shows when it is looked at alone
ALONE: Final = 300


@bp.get("/")
@place("desk")
def show() -> ResponseReturnValue:
    """Show what waits for this person, what hurts first on top; one heap alone when the address names it."""
    heap = request.args.get("heap", "")
    heap = heap if heap in desk.TITLES else ""
    found = desk.sections(context.ref(), seen_by=context.scope(), shown=ALONE if heap else desk.SHOWN)
    sections = [section for section in found if not heap or section.name == heap]
    return render_template("desk.html", sections=sections, heap=heap)
