"""Targets: what the plans promise in figures."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web import context
from web.gate import place
from workflow.queries import plans as queries

bp = Blueprint("targets", __name__, url_prefix="/targets")


@bp.get("")
@place("targets")
def index() -> ResponseReturnValue:
    """Show the targets of all published plans, plan by plan and group by group."""
    return render_template("targets/index.html", found=queries.targets(seen_by=context.scope()))
