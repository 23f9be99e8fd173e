"""Plans: the list, one plan with its tasks beside its text, and the steps of its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from web import context, forms, kept
from web.errors import STATUS, refused
from web.gate import place
from workflow import plans
from workflow.errors import Kind, Refusal
from workflow.queries import plans as queries

bp = Blueprint("plans", __name__, url_prefix="/plans")

# refusals answered on the plan's own page, where the form is
ON_THE_PAGE = (Kind.CONFLICT, Kind.INVALID)


@bp.get("")
@place("plans")
def index() -> ResponseReturnValue:
    """List the plans with how far each has come, as far as this person may see."""
    lines = queries.index(context.ref(), seen_by=context.scope())
    return render_template("plans/index.html", lines=lines, heaps=queries.HEAPS)


@bp.get("/<int:plan_id>")
@place("plans")
def show(plan_id: int) -> ResponseReturnValue:
    """Show one plan: its facts, progress by section, its text with the tasks beside, its targets."""
    return _page(plan_id)


@bp.post("/<int:plan_id>/publish")
@place("publish")
def publish(plan_id: int) -> ResponseReturnValue:
    """Put the plan in force."""
    return _do(plan_id, plans.publish, _("The plan is published. Its tasks can be assigned now."))


@bp.post("/<int:plan_id>/close")
@place("publish")
def close(plan_id: int) -> ResponseReturnValue:
    """Close the plan."""
    return _do(plan_id, plans.close, _("The plan is closed. Its history stays."))


@bp.post("/<int:plan_id>/steps")
@place("publish")
def steps(plan_id: int) -> ResponseReturnValue:
    """Set how many signatures completion needs."""

    def change(key: int, **more: Any) -> None:
        plans.set_steps(key, forms.number("steps") or 0, **more)

    return _do(plan_id, change, _("Saved. Tasks assigned before keep the signatures they have."))


@bp.post("/<int:plan_id>/number")
@place("import")
def number(plan_id: int) -> ResponseReturnValue:
    """Fill in the number or day that the document left blank."""

    def change(key: int, **more: Any) -> None:
        plans.complete_number(key, forms.number("number"), forms.day("issued_on"), **more)

    return _do(plan_id, change, _("Saved; the log keeps what was filled in."))


def _do(plan_id: int, act: Callable[..., None], said: str) -> ResponseReturnValue:
    """Take one step of a plan's life and go back to its page; a refusal is answered there."""
    try:
        act(plan_id, by=context.me(), at=context.now(), version=forms.number("version"))
    except Refusal as refusal:
        if refusal.answer.kind not in ON_THE_PAGE:
            return refused(refusal)
        return _page(plan_id, refusal), STATUS[refusal.answer.kind]
    flash(said, "success")
    return redirect(url_for(".show", plan_id=plan_id))


def _page(plan_id: int, refusal: Refusal | None = None) -> str:
    view = queries.one(plan_id, context.ref(), seen_by=context.scope())
    return render_template(
        "plans/show.html",
        view=view,
        heaps=queries.HEAPS,
        anchors={line.section.id: f"section-{line.section.id}" for line in view.sections if line.section},
        key=forms.new_key(),
        refusal=refusal,
        typed=request.form if refusal else kept.back_to(url_for(".number", plan_id=plan_id)) or {},
    )
