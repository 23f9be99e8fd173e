"""Who signs that tasks of a plan are completed: the version in force, those before, whether units can follow."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.tasks import Task
from models.vocabulary import SecondSigner
from terms import N_
from web import again, context, forms
from web.errors import STATUS, refused
from web.gate import place
from web.plans import ON_THE_PAGE
from workflow import flows
from workflow.errors import Refusal
from workflow.queries import people, plans

bp = Blueprint("flows", __name__, url_prefix="/plans")


@bp.get("/<int:plan_id>/signing")
@place("publish")
def show(plan_id: int) -> ResponseReturnValue:
    """Show who signs in this plan, who would sign in each unit with open tasks, and the earlier versions."""
    return _page(plan_id)


@bp.post("/<int:plan_id>/steps")
@place("publish")
def enter(plan_id: int) -> ResponseReturnValue:
    """Enter a new version; a refusal is answered on the page with what was typed."""
    try:
        second = again.term(SecondSigner, "second", N_("second signature"))
        steps, decision = forms.number("steps") or 0, forms.text("decision", limit=300)
        version = forms.number("version")
        flows.enter(plan_id, steps, second, decision, by=context.me(), at=context.now(), version=version)
    except Refusal as refusal:
        if refusal.answer.kind not in ON_THE_PAGE:
            return refused(refusal)
        return _page(plan_id, refusal), STATUS[refusal.answer.kind]
    flash(_("Saved. Tasks assigned before keep the signatures they have."), "success")
    return redirect(url_for(".show", plan_id=plan_id))


def _page(plan_id: int, refusal: Refusal | None = None) -> str:
    plan, ref = plans.visible(plan_id, seen_by=context.scope()), context.ref()
    versions, now = flows.versions(plan_id), flows.in_force(plan, ref)
    return render_template(
        "plans/signing.html",
        plan=plan,
        now=now,
        versions=versions,
        names=people.names({row.entered_by_id for row in versions}),
        lines=flows.lines(now, Task.plan_id == plan_id, ref),
        seconds=again.options(SecondSigner),
        key=forms.new_key(),
        refusal=refusal,
        typed=request.form if refusal else {},
    )
