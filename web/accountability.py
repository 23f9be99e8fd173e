"""What was declared held against what came: for leadership, the office and inspectors."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from accountability import declared
from web import context, task_page
from web.gate import place

bp = Blueprint("accountability", __name__, url_prefix="/accountability")


@bp.get("")
@place("accountability")
def index() -> ResponseReturnValue:
    """Show who was green to the last and late, with the tasks behind each figure, and what looks rosy today."""
    ref, scope = context.ref(), context.scope()
    late = declared.green_then_late(ref, seen_by=scope)
    wanted = request.args.get("head", "")
    chosen = next(((head, items) for head, items in late.items() if _key(head) == wanted), None)
    return render_template(
        "accountability/index.html",
        figures=[(head, len(items), _key(head)) for head, items in late.items()],
        total=sum(map(len, late.values())),
        chosen=chosen,
        rosy=declared.rosy(ref, seen_by=scope),
        state_rules=task_page.state_rules(),
    )


def _key(head: declared.Head) -> str:
    """Return how the address names a head: the person and the unit, as one may have headed two."""
    return f"{head.person_id or 0}-{head.unit_id or 0}"
