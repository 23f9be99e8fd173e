"""Mergers, splits, dissolutions, transfers: a preview, the entry, the page of the event, and its reviewed list."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accountability import lineage
from i18n import gettext as _
from i18n import ngettext
from models.vocabulary import UnitChange
from terms import N_
from web import context, forms
from web.again import Shown, again, fresh, key, need, options, term
from web.gate import place
from web.organisation.blueprint import bp, units_of
from workflow.errors import Refusal
from workflow.organization import inheritance, restructure
from workflow.queries import changes as queries
from workflow.queries import organisation

ROWS = 6


@bp.get("/changes")
@place("organisation")
def changes() -> ResponseReturnValue:
    """List the changes of several units."""
    return render_template("organisation/changes.html", found=queries.index(context.ref()))


@bp.get("/changes/new")
@place("units")
def new_change() -> ResponseReturnValue:
    """Ask for a change of several units."""
    return _form()


@bp.post("/changes")
@place("units")
def enter_change() -> ResponseReturnValue:
    """Show what a change would do, or enter it; it counts once a second person confirms."""
    try:
        kind = term(UnitChange, "kind", N_("kind of change"))
        heirs = {unit: heir for unit, heir in map(_pair, range(ROWS)) if unit is not None}
        takes = [unit for unit in map(_taker, range(ROWS)) if unit is not None]
        from_on = need(forms.day("from_on"), N_("from day"))
        if request.form.get("preview"):
            parts = restructure.parts_of(kind, heirs, takes)
            restructure.check_parts(parts, from_on)
            return _form(Shown(None, "change", request.form), queries.outlook(parts, context.ref()))
        event = restructure.enter(kind, heirs, takes, from_on, request.form.get("decision", ""), **_act())
    except Refusal as refusal:
        return again(refusal, "change", _form)
    flash(_("Entered; it counts once a second person of office or leadership has confirmed it."), "success")
    return redirect(url_for(".change", event_id=event))


@bp.get("/changes/<int:event_id>")
@place("organisation")
def change(event_id: int) -> ResponseReturnValue:
    """Show one change as a page anybody understands: what, when, by which decision, who inherits what."""
    return _one(event_id)


@bp.post("/changes/<int:event_id>/list")
@place("seats")
def redistribute(event_id: int) -> ResponseReturnValue:
    """Pass tasks of the list on: one by one, or all that are ticked to one unit."""
    try:
        many = forms.number("unit_id")
        ticked = {int(text) for text in request.form.getlist("task") if text.isdigit() and len(text) < 10}
        single = {task: forms.number(f"unit{task}") for task in _listed(event_id)}
        choice = {task: many if task in ticked and many else unit for task, unit in single.items()}
        count = inheritance.redistribute(event_id, {task: unit for task, unit in choice.items() if unit}, **_act())
    except Refusal as refusal:
        return again(refusal, "list", lambda shown: _one(event_id, shown))
    flash(ngettext("%(num)d task passed on.", "%(num)d tasks passed on.", count), "success")
    return redirect(url_for(".change", event_id=event_id))


@bp.post("/changes/<int:event_id>/sign")
@place("seats")
def sign_list(event_id: int) -> ResponseReturnValue:
    """Sign the list off."""
    try:
        inheritance.sign_list(event_id, request.form.get("password", "")[:1000], **_act())
    except Refusal as refusal:
        return again(refusal, "sign", lambda shown: _one(event_id, shown))
    flash(_("The list is signed off."), "success")
    return redirect(url_for(".change", event_id=event_id))


def _act() -> dict[str, Any]:
    return {"by": context.me(), "at": context.now(), "key": key()}


def _pair(row: int) -> tuple[int | None, int | None]:
    """Return a unit that gives up and its heir, from one line of the form."""
    return forms.number(f"from{row}"), forms.number(f"heir{row}")


def _taker(row: int) -> int | None:
    return forms.number(f"to{row}")


def _listed(event_id: int) -> list[int]:
    return [line.task_id for line in queries.one(event_id, context.ref()).lines]


def _form(shown: Shown | None = None, outlook: queries.Outlook | None = None) -> str:
    ref = context.ref()
    coming = [(line.unit.id, line.name) for line in organisation.ended(ref) if line.unit.from_on > ref.on]
    return render_template(
        "organisation/change_new.html",
        kinds=options(restructure.KINDS),
        units=[*units_of(ref), *coming, *((line.unit.id, line.name) for line in organisation.outside(ref))],
        rows=range(ROWS),
        outlook=outlook,
        new_key=forms.new_key,
        shown=shown or fresh(),
    )


def _one(event_id: int, shown: Shown | None = None) -> str:
    ref = context.ref()
    view = queries.one(event_id, ref)
    return render_template(
        "organisation/change.html",
        view=view,
        figures=lineage.over(view.event, ref) if view.event.happened_at is not None else None,
        units=[(unit.id, unit.name_on(ref.on)) for unit in ref.inside],
        new_key=forms.new_key,
        shown=shown or fresh(),
    )
