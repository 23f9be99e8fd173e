"""Urging several overdue tasks in one go: what would go to whom first, then one button."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from i18n import ngettext
from models.vocabulary import Action
from notifications import urgent
from web import context, forms, kept, late
from web.errors import STATUS, note, refused
from web.gate import place
from workflow import chasing_many
from workflow.chasing_many import LEFT_OUT, Choice
from workflow.errors import Refusal
from workflow.queries.rows import timing_of

bp = Blueprint("chasing", __name__, url_prefix="/tasks/chase")


@bp.get("")
@place("give")
def preview() -> ResponseReturnValue:
    """Show which of the tasks that were ticked can be urged, who would hear of it, and what is left out."""
    try:
        return _page(_sorted(_ticked()), typed=kept.back_to(url_for(".send")))
    except Refusal as refusal:
        note(refusal)
        return _page(Choice(), refusal=refusal), STATUS[refusal.answer.kind]


@bp.post("")
@place("give")
def send() -> ResponseReturnValue:
    """Urge them: one entry each, one letter a person."""
    keys = _ticked()
    try:
        given = forms.given()
        count = chasing_many.urge(keys, by=context.me(), at=context.now(), given=given)
    except Refusal as refusal:
        return _refused(refusal)
    flash(ngettext("%(num)d task was urged.", "%(num)d tasks were urged.", count), "success")
    late.tell(keys, Action.CHASE, given)
    return redirect(url_for("tasks.index", when="overdue"))


def _ticked() -> list[int]:
    """Return the numbers of the tasks that were ticked; what is no number is none."""
    return [int(text) for text in request.values.getlist("task") if text.isascii() and text.isdecimal()]


def _sorted(keys: list[int]) -> Choice:
    return chasing_many.sort_out(keys, by=context.me(), ref=context.ref(), at=context.now())


def _refused(refusal: Refusal) -> ResponseReturnValue:
    """Answer on the preview's own page with what was typed; a stranger's is answered elsewhere."""
    if STATUS[refusal.answer.kind] in (403, 404):
        return refused(refusal)
    note(refusal)
    found = Choice() if refusal.code == "too_many_chosen" else _sorted(_ticked())
    return _page(found, refusal=refusal, typed=request.form), STATUS[refusal.answer.kind]


def _page(found: Choice, *, refusal: Refusal | None = None, typed: Any = None) -> str:
    ref = context.ref()
    heard = urgent.receivers(found.ids, Action.CHASE, by=context.me(), at=context.now()) if found.ids else []
    return render_template(
        "tasks/chase.html",
        found=found,
        heard=heard,
        summary=_summary(found, len(heard)),
        left_out=[(_(LEFT_OUT[why]), tasks) for why, tasks in found.left_out.items()],
        timings={task.id: timing_of(task, ref) for task in found.tasks},
        refusal=refusal,
        typed=typed,
        key=forms.new_key(),
    )


def _summary(found: Choice, people: int) -> str:
    """Return in one line what goes to whom: "12 nhiệm vụ, 4 đơn vị, 4 người nhận"."""
    units = {task.lead_unit_id for task in found.tasks}
    return ", ".join(
        (
            ngettext("%(num)d task", "%(num)d tasks", len(found.tasks)),
            ngettext("%(num)d unit", "%(num)d units", len(units)),
            ngettext("%(num)d receiver", "%(num)d receivers", people),
        )
    )
