"""Leadership's page: who is late and why, unit by unit and head by head; and what was declared held against it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from accountability import declared
from accountability.figures import asking, overview
from accountability.figures.counting import Figure
from web import asked, charts, context, task_page
from web.gate import place

bp = Blueprint("accountability", __name__, url_prefix="/accountability")

# the four classes in a bar, each with the tone of its colour
CLASSES = (("done_on_time", "good"), ("done_late", "soon"), ("open_in_time", "none"), ("open_late", "late"))


@bp.get("")
@place("accountability")
def index() -> ResponseReturnValue:
    """Show every unit and head of a period, and the longest overdue with what was stated as their cause."""
    question = asked.question()
    asking.require(question, seen_by=context.scope())
    found = overview.of(question, context.ref())
    longest = max((line.figures["assigned"].value for line in found.units), default=0)
    return render_template(
        "accountability/index.html",
        question=question,
        found=found,
        bars={line.unit_id: _bar(line.figures, longest) for line in found.units},
        classes=CLASSES,
        periods=asked.periods_named(),
        period=asked.period_code(),
    )


@bp.get("/declared")
@place("accountability")
def rosy() -> ResponseReturnValue:
    """Show who was green to the last and late, with the tasks behind each figure, and what looks rosy today."""
    ref, scope = context.ref(), context.scope()
    late = declared.green_then_late(ref, seen_by=scope)
    wanted = request.args.get("head", "")
    chosen = next(((head, items) for head, items in late.items() if _key(head) == wanted), None)
    return render_template(
        "accountability/declared.html",
        figures=[(head, len(items), _key(head)) for head, items in late.items()],
        total=sum(map(len, late.values())),
        chosen=chosen,
        rosy=declared.rosy(ref, seen_by=scope),
        state_rules=task_page.state_rules(),
    )


def _bar(figures: dict[str, Figure], longest: int) -> charts.Bar:
    return charts.bar([(figures[key].value, tone) for key, tone in CLASSES], longest)


def _key(head: declared.Head) -> str:
    """Return how the address names a head: the person and the unit, as one may have headed two."""
    return f"{head.person_id or 0}-{head.unit_id or 0}"
