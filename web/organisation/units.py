"""Units: who stands under whom and who heads it; for administration, new units, names, places and ends."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.vocabulary import NameForm, UnitKind
from terms import N_
from web import context, forms
from web.again import Shown, again, fresh, key, need, options, term
from web.gate import place
from web.organisation.blueprint import bp, units_of
from workflow.errors import Refusal
from workflow.organization import mailboxes
from workflow.organization import unit_events as events
from workflow.organization import units as service
from workflow.queries import organisation as queries


@bp.get("/units")
@place("organisation")
def units() -> ResponseReturnValue:
    """List the units of the body and the bodies outside, with who heads them."""
    return _list()


@bp.post("/units")
@place("manage")
def create_unit() -> ResponseReturnValue:
    """Make a unit."""
    try:
        kind = term(UnitKind, "kind", N_("kind of unit"))
        from_on = need(forms.day("from_on"), N_("from day"))
        fields = {name: request.form.get(name, "") for name in ("code", "name", "short")}
        unit_id = service.create(
            fields["code"],
            kind,
            fields["name"],
            from_on,
            short=fields["short"],
            parent_id=forms.number("parent_id"),
            inside=kind != UnitKind.EXTERNAL,
            by=context.me(),
            at=context.now(),
            key=key(),
        )
    except Refusal as refusal:
        return again(refusal, "create", _list)
    flash(_("The unit is entered."), "success")
    return redirect(url_for(".unit", unit_id=unit_id))


@bp.get("/units/<int:unit_id>")
@place("organisation")
def unit(unit_id: int) -> ResponseReturnValue:
    """Show one unit: its names and places through time, its seats."""
    return _one(unit_id)


@bp.post("/units/<int:unit_id>/name")
@place("manage")
def rename_unit(unit_id: int) -> ResponseReturnValue:
    """Give a unit a new name from a day on."""
    try:
        form = term(NameForm, "form", N_("kind of name"))
        from_on = need(forms.day("from_on"), N_("from day"))
        name = request.form.get("name", "")
        entered = service.rename(unit_id, name, from_on, _decision(), form=form, **_act())
    except Refusal as refusal:
        return again(refusal, "name", lambda shown: _one(unit_id, shown))
    return _done(unit_id, entered)


@bp.post("/units/<int:unit_id>/parent")
@place("manage")
def place_unit(unit_id: int) -> ResponseReturnValue:
    """Place a unit under another from a day on."""
    try:
        parent_id = need(forms.number("parent_id"), N_("unit above"))
        from_on = need(forms.day("from_on"), N_("from day"))
        entered = service.place_under(unit_id, parent_id, from_on, _decision(), **_act())
    except Refusal as refusal:
        return again(refusal, "parent", lambda shown: _one(unit_id, shown))
    return _done(unit_id, entered)


@bp.post("/units/<int:unit_id>/end")
@place("manage")
def end_unit(unit_id: int) -> ResponseReturnValue:
    """End a unit with its seats, mandates and roles."""
    try:
        to_on = need(forms.day("to_on"), N_("no longer from"))
        entered = service.end(unit_id, to_on, _decision(), **_act())
    except Refusal as refusal:
        return again(refusal, "end", lambda shown: _one(unit_id, shown))
    return _done(unit_id, entered)


@bp.post("/units/<int:unit_id>/mailbox")
@place("units")
def set_mailbox(unit_id: int) -> ResponseReturnValue:
    """Enter who takes the letters of a body outside."""
    typed = [request.form.get(name, "")[:1000] for name in ("name", "email", "phone")]
    try:
        mailboxes.enter(unit_id, *typed, by=context.me(), at=context.now(), key=key())
    except Refusal as refusal:
        return again(refusal, "mailbox", lambda shown: _one(unit_id, shown))
    flash(_("Entered; letters to this body go there from now on."), "success")
    return redirect(url_for(".unit", unit_id=unit_id))


@bp.post("/units/<int:unit_id>/mailbox/end")
@place("units")
def end_mailbox(unit_id: int) -> ResponseReturnValue:
    """End the mailbox of a body outside."""
    try:
        mailboxes.end(unit_id, by=context.me(), at=context.now(), key=key())
    except Refusal as refusal:
        return again(refusal, "mailbox", lambda shown: _one(unit_id, shown))
    flash(_("Ended; this body gets no letters any more."), "success")
    return redirect(url_for(".unit", unit_id=unit_id))


@bp.post("/units/events/<int:event_id>/confirm")
@place("seats")
def confirm_event(event_id: int) -> ResponseReturnValue:
    """Confirm what another person entered for a unit."""
    try:
        unit_id = events.confirm(event_id, by=context.me(), at=context.now(), key=key())
    except Refusal as refusal:
        return again(refusal, "confirm", _list)
    flash(_("Confirmed; it counts from its day on."), "success")
    return redirect(url_for(".unit", unit_id=unit_id))


@bp.post("/units/events/<int:event_id>/take-back")
@place("units")
def take_back_event(event_id: int) -> ResponseReturnValue:
    """Take back what nobody has confirmed."""
    try:
        unit_id = events.take_back(event_id, by=context.me(), at=context.now(), key=key())
    except Refusal as refusal:
        return again(refusal, "take-back", _list)
    flash(_("Taken back; the log keeps that it was entered."), "success")
    return redirect(url_for(".unit", unit_id=unit_id))


def _act() -> dict[str, Any]:
    """Return who acts and when, on which state of the unit, by which form."""
    return {"by": context.me(), "at": context.now(), "version": forms.number("version"), "key": key()}


def _decision() -> str:
    return request.form.get("decision", "")


def _done(unit_id: int, entered: int | None) -> ResponseReturnValue:
    """Say whether it counts already, or waits for a second person."""
    if entered is None:
        flash(_("Entered; what was true before stays true for the days before."), "success")
    else:
        flash(_("Entered; it counts once a second person of office or leadership has confirmed it."), "success")
    return redirect(url_for(".unit", unit_id=unit_id))


def _list(shown: Shown | None = None) -> str:
    ref = context.ref()
    return render_template(
        "organisation/units.html",
        inside=queries.tree(ref),
        outside=queries.outside(ref),
        ended=queries.ended(ref),
        waiting=queries.waiting(),
        kinds=options(UnitKind),
        above=units_of(ref),
        new_key=forms.new_key,
        shown=shown or fresh(),
    )


def _one(unit_id: int, shown: Shown | None = None) -> str:
    ref = context.ref()
    keeps = context.scope().allows("units")
    return render_template(
        "organisation/unit.html",
        view=queries.one(unit_id, ref),
        keeps_mailbox=keeps,
        mailbox=mailboxes.of(unit_id, ref.on) if keeps else None,
        above=units_of(ref),
        name_forms=options(NameForm),
        new_key=forms.new_key,
        shown=shown or fresh(),
    )
