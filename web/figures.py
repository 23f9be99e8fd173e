"""Figures of one unit, head, leader, plan or section: each with its meaning; and exactly the tasks behind each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from accountability.figures import asking, counting, explaining, overview
from accountability.figures.counting import Figure, Item
from accountability.figures.question import VACANT, Question
from accountability.figures.table import FIGURES, GROUPS, RULES
from i18n import gettext as _
from models.base import db
from models.people import Person
from web import asked, context, forms
from web.gate import place
from workflow.errors import Refusal
from workflow.reference import Reference

# so long may an explanation be
LIMIT = 4000
bp = Blueprint("figures", __name__, url_prefix="/figures")


@dataclass(frozen=True)
class Group:
    """Figures that belong together, in the order of the table."""

    name: str
    figures: list[Figure]


@bp.get("")
@place("figures")
def index() -> ResponseReturnValue:
    """Show every figure of a question with its meaning; the same page for leadership and for whom it is about."""
    question = asking.own(asked.question(), context.me())
    asking.require(question, seen_by=context.scope())
    ref = context.ref()
    figures = counting.of(question, ref)
    groups = [
        Group(GROUPS[name], [figures[row.id] for row in rows])
        for name, rows in groupby(FIGURES.values(), key=lambda row: row.group)
    ]
    return render_template(
        "accountability/figures.html",
        question=question,
        figures=figures,
        groups=groups,
        about=about(question, ref),
        worst=overview.worst(question, ref),
        periods=asked.periods_named(),
        period=asked.period_code(),
        rules=RULES,
        notes=explaining.of(question),
        may_explain=explaining.may(question, context.me()),
        key=forms.new_key(),
    )


@bp.post("/<figure_id>/explain")
@place("figures")
def explain(figure_id: str) -> ResponseReturnValue:
    """Keep what a head says on a figure about him, with the value it has now."""
    if figure_id not in FIGURES:
        raise Refusal("not_found")
    question = asked.question()
    asking.require(question, seen_by=context.scope())
    value = counting.of(question, context.ref())[figure_id].value
    text = forms.text("text", limit=LIMIT)
    key = forms.text("idempotency_key", limit=80) or None
    explaining.explain(figure_id, value, question, text, by=context.me(), at=context.now(), key=key)
    flash(_("The explanation is kept; whoever sees the figure reads it."), "success")
    return redirect(f"{question.address()}#{figure_id}")


@bp.get("/<figure_id>")
@place("figures")
def show(figure_id: str) -> ResponseReturnValue:
    """List exactly what a figure counted."""
    if figure_id not in FIGURES:
        raise Refusal("not_found")
    question, ref = asked.question(), context.ref()
    asking.require(question, seen_by=context.scope())
    items = counting.behind(figure_id, question, ref)
    row = FIGURES[figure_id]
    value = sum(item.days for item in items) if row.sums else len(items)
    return render_template(
        "accountability/behind.html",
        question=question,
        row=row,
        items=items,
        value=value,
        names=_names(items),
        about=about(question, ref),
        rules=RULES,
    )


def _names(items: list[Item]) -> dict[int, str]:
    """Return the names of those whom days are charged to; none where nobody is."""
    wanted = {item.blame.person_id for item in items if item.blame is not None} - {None}
    query = db.select(Person.id, Person.name).where(Person.id.in_(wanted))
    return {row.id: row.name for row in db.session.execute(query)} if wanted else {}


def about(question: Question, ref: Reference) -> str:
    """Return in words whom or what a question is about."""
    found = [ref.unit_name(question.unit_id)] if question.unit_id is not None else []
    if question.head_id == VACANT:
        found.append(_("the seat was empty"))
    elif question.head_id is not None:
        person = db.session.get(Person, question.head_id)
        found.append(person.name if person else "")
    seat = ref.post(question.leader_post_id)
    if seat is not None:
        found.append(seat.said)
    if question.section:
        found.append(_("section %(path)s", path=question.section))
    return " · ".join(filter(None, found)) or ref.settings["body.name"]
