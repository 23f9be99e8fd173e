"""Seats: who holds each on a day, its history with the empty spans, and mandates."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import clock
from i18n import gettext as _
from models.vocabulary import Capacity, MandateCover, MandateKind, Rank
from terms import N_
from web import context, forms
from web.again import Shown, again, fresh, key, need, options, term
from web.gate import place
from web.organisation.blueprint import bp, units_of
from workflow import reference
from workflow.errors import Refusal
from workflow.organization import seats as service
from workflow.queries import organisation, plans
from workflow.queries import people as queries


@bp.get("/seats")
@place("organisation")
def seats() -> ResponseReturnValue:
    """List the seats with their holders on a day (today unless the address names one), empty ones marked."""
    return _list()


@bp.post("/seats")
@place("manage")
def create_post() -> ResponseReturnValue:
    """Make a seat in a unit."""
    try:
        unit_id = need(forms.number("unit_id"), N_("unit"))
        rank = term(Rank, "rank", N_("rank"))
        post_id = service.create_post(unit_id, request.form.get("title", ""), rank, **_act())
    except Refusal as refusal:
        return again(refusal, "post", _list)
    return _done(post_id, N_("The seat is made; it stays empty until somebody is entered."))


@bp.get("/seats/<int:post_id>")
@place("organisation")
def seat(post_id: int) -> ResponseReturnValue:
    """Show who held a seat from day to day."""
    return _one(post_id)


@bp.post("/seats/<int:post_id>/holders")
@place("seats")
def enter_holder(post_id: int) -> ResponseReturnValue:
    """Enter who holds a seat from a day on; it counts once a second person confirms."""
    try:
        person_id = need(forms.number("person_id"), N_("person"))
        from_on = need(forms.day("from_on"), N_("from day"))
        capacity = term(Capacity, "capacity", N_("capacity"))
        service.enter(post_id, person_id, from_on, _decision(), to_on=forms.day("to_on"), capacity=capacity, **_act())
    except Refusal as refusal:
        return again(refusal, "enter", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("Entered; it counts once a second person of the office or leadership confirms it."))


@bp.post("/seats/<int:post_id>/holders/<int:tenure_id>/confirm")
@place("seats")
def confirm_holder(post_id: int, tenure_id: int) -> ResponseReturnValue:
    """Confirm what another person entered."""
    try:
        service.confirm(tenure_id, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("Confirmed; it counts from now."))


@bp.post("/seats/<int:post_id>/holders/<int:tenure_id>/take-back")
@place("seats")
def take_back_holder(post_id: int, tenure_id: int) -> ResponseReturnValue:
    """Take back an entry that nobody has confirmed."""
    try:
        service.take_back(tenure_id, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("Taken back; the log keeps that it was entered."))


@bp.post("/seats/<int:post_id>/holders/<int:tenure_id>/end")
@place("seats")
def end_holder(post_id: int, tenure_id: int) -> ResponseReturnValue:
    """Enter the end of somebody's time in a seat; it counts once a second person confirms."""
    try:
        service.end(tenure_id, need(forms.day("to_on"), N_("no longer from")), _decision(), **_act())
    except Refusal as refusal:
        return again(refusal, f"end{tenure_id}", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("Entered; it counts once a second person of the office or leadership confirms it."))


@bp.post("/seats/<int:post_id>/holders/<int:tenure_id>/end/confirm")
@place("seats")
def confirm_end(post_id: int, tenure_id: int) -> ResponseReturnValue:
    """Confirm an end that another person entered."""
    try:
        service.confirm_end(tenure_id, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("Ended; mandates given from this seat end with it."))


@bp.post("/seats/<int:post_id>/holders/<int:tenure_id>/end/take-back")
@place("seats")
def take_back_end(post_id: int, tenure_id: int) -> ResponseReturnValue:
    """Take back an end that nobody has confirmed."""
    try:
        service.take_back_end(tenure_id, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("Taken back; the log keeps that it was entered."))


@bp.post("/seats/<int:post_id>/mandates")
@place("seats")
def enter_mandate(post_id: int) -> ResponseReturnValue:
    """Enter an authority to sign for a seat from the first day to the end of the last."""
    try:
        person_id = need(forms.number("person_id"), N_("person"))
        kind = term(MandateKind, "kind", N_("kind of mandate"))
        first, last = need(forms.day("from_on"), N_("from day")), need(forms.day("last_on"), N_("last day"))
        begins, ends = clock.start_of(first), clock.end_of(last)
        scope = request.form.get("scope", "")
        covers = term(MandateCover, "covers", N_("what it covers")) if request.form.get("covers") else MandateCover.ALL
        reach = service.Reach(covers, forms.number("plan_id"), forms.number("task_id"))
        service.mandate(post_id, person_id, kind, scope, begins, ends, _decision(), reach=reach, **_act())
    except Refusal as refusal:
        return again(refusal, "mandate", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("Entered; it counts once a second person of the office or leadership confirms it."))


@bp.post("/seats/<int:post_id>/mandates/<int:mandate_id>/confirm")
@place("seats")
def confirm_mandate(post_id: int, mandate_id: int) -> ResponseReturnValue:
    """Confirm a mandate that another person entered."""
    try:
        service.confirm_mandate(mandate_id, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("Confirmed; it counts from now."))


@bp.post("/seats/<int:post_id>/mandates/<int:mandate_id>/revoke")
@place("seats")
def revoke_mandate(post_id: int, mandate_id: int) -> ResponseReturnValue:
    """End a mandate at once."""
    try:
        service.revoke_mandate(mandate_id, _decision(), **_act())
    except Refusal as refusal:
        return again(refusal, f"revoke{mandate_id}", lambda shown: _one(post_id, shown))
    return _done(post_id, N_("The mandate has ended; what was signed by it stays signed."))


def _act() -> dict[str, Any]:
    """Return who acts and when, by which form."""
    return {"by": context.me(), "at": context.now(), "key": key()}


def _decision() -> str:
    return request.form.get("decision", "")


def _done(post_id: int, what: str) -> ResponseReturnValue:
    flash(_(what), "success")
    return redirect(url_for(".seat", post_id=post_id))


def _wanted_day() -> date:
    """Return the day the address asks for; today when it asks for none that can be read."""
    try:
        return forms.read_day(request.args.get("on", "")) or context.ref().on
    except Refusal:
        return context.ref().on


def _list(shown: Shown | None = None) -> str:
    on = _wanted_day()
    ref = context.ref() if on == context.ref().on else reference.load(on)
    confirms = context.scope().allows("seats")
    return render_template(
        "organisation/seats.html",
        on=on,
        lines=organisation.tree(ref),
        waiting=queries.waiting_tenures() if confirms else [],
        ending=queries.waiting_ends() if confirms else [],
        mandates=queries.mandates(context.now(), confirmed=not confirms),
        ranks=options(Rank),
        units=units_of(ref),
        new_key=forms.new_key,
        shown=shown or fresh(),
    )


def _one(post_id: int, shown: Shown | None = None) -> str:
    ref, post = context.ref(), queries.post(post_id)
    confirms = context.scope().allows("seats")
    waiting = queries.waiting_tenures(post.id) if confirms else []
    ending = queries.waiting_ends(post.id) if confirms else []
    mandates = [row for row in queries.mandates(context.now(), confirmed=not confirms) if row.post_id == post.id]
    return render_template(
        "organisation/seat.html",
        post=post,
        unit=ref.unit_name(post.unit_id),
        spans=queries.history(post.id),
        waiting=waiting,
        ending=ending,
        mandates=mandates,
        people=queries.choices(ref) if confirms else [],
        capacities=options(Capacity),
        kinds=options(MandateKind),
        covers=options(MandateCover),
        plans=plans.names(seen_by=context.scope()) if confirms else [],
        entered=queries.names(
            {row.entered_by_id for row in waiting}
            | {row.entered_by_id for row in mandates}
            | {row.end_entered_by_id for row in ending}
        ),
        new_key=forms.new_key,
        shown=shown or fresh(),
    )
