"""The calendar of working days by year, and the dated settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.vocabulary import DayKind
from terms import N_
from web import context, forms
from web.again import Shown, again, fresh, key, need, options, term
from web.gate import place
from workflow.errors import Refusal
from workflow.organization import days as service
from workflow.organization import rules
from workflow.queries import calendar as queries
from workflow.queries import people

bp = Blueprint("calendar", __name__, url_prefix="/admin")


@bp.get("/calendar")
@place("organisation")
def index() -> ResponseReturnValue:
    """Show a year: which days are worked, which are off and why, and what waits to be confirmed."""
    return _year()


@bp.post("/calendar/days")
@place("calendar")
def enter() -> ResponseReturnValue:
    """Enter a day off or a day worked, by its decision."""
    try:
        day = need(forms.day("day"), N_("day"))
        kind = term(DayKind, "kind", N_("kind of day"))
        service.enter(day, kind, request.form.get("name", ""), request.form.get("decision", ""), **_act())
    except Refusal as refusal:
        return again(refusal, "enter", _year)
    flash(_("Entered; it counts once a second person of the office or leadership confirms it."), "success")
    return redirect(url_for(".index", year=day.year))


@bp.post("/calendar/days/<int:day_id>/confirm")
@place("calendar")
def confirm(day_id: int) -> ResponseReturnValue:
    """Confirm a day that another person entered."""
    try:
        service.confirm(day_id, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", _year)
    flash(_("Confirmed; it counts from now."), "success")
    return redirect(url_for(".index", year=_wanted_year()))


@bp.post("/calendar/years")
@place("calendar")
def declare() -> ResponseReturnValue:
    """Declare that a year's days off are entered and checked; it counts once a second person confirms."""
    try:
        year = need(forms.number("year"), N_("year"))
        service.declare_year(year, request.form.get("decision", ""), **_act())
    except Refusal as refusal:
        return again(refusal, "declare", _year)
    flash(_("Entered; it counts once a second person of the office or leadership confirms it."), "success")
    return redirect(url_for(".index", year=year))


@bp.post("/calendar/years/<int:year>/confirm")
@place("calendar")
def confirm_year(year: int) -> ResponseReturnValue:
    """Confirm that a year is complete, as another person declared."""
    try:
        service.confirm_year(year, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", _year)
    flash(_("The calendar of %(year)s is declared complete.", year=year), "success")
    return redirect(url_for(".index", year=year))


@bp.get("/settings")
@place("organisation")
def settings() -> ResponseReturnValue:
    """Show the rules in force, since when, and by which decision."""
    return _settings()


@bp.post("/settings/<name>")
@place("calendar")
def set_rule(name: str) -> ResponseReturnValue:
    """Enter a rule's value from a day on; it counts once a second person confirms."""
    try:
        value = rules.read(name, request.form.get("value", ""))
        valid_from = need(forms.day("valid_from"), N_("from day"))
        service.set_setting(name, value, valid_from, request.form.get("decision", ""), **_act())
    except Refusal as refusal:
        return again(refusal, name, _settings)
    flash(_("Entered; it counts once a second person of the office or leadership confirms it."), "success")
    return redirect(url_for(".settings"))


@bp.post("/settings/<int:setting_id>/confirm")
@place("calendar")
def confirm_rule(setting_id: int) -> ResponseReturnValue:
    """Confirm a rule that another person entered."""
    try:
        service.confirm_setting(setting_id, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", _settings)
    flash(_("Confirmed; what counted before stays true for the days before."), "success")
    return redirect(url_for(".settings"))


def _act() -> dict[str, Any]:
    """Return who acts and when, by which form."""
    return {"by": context.me(), "at": context.now(), "key": key()}


def _wanted_year() -> int:
    """Return the year the address or form asks for; this one when it asks for none."""
    found = request.values.get("year", "")
    fits = found.isascii() and found.isdigit() and len(found) == 4 and int(found) in service.YEARS
    return int(found) if fits else context.ref().on.year


def _year(shown: Shown | None = None) -> str:
    ref = context.ref()
    return render_template(
        "calendar/year.html",
        view=queries.year(_wanted_year(), ref),
        missing=ref.calendar.missing_years(ref.on),
        kinds=options(DayKind),
        new_key=forms.new_key,
        shown=shown or fresh(),
    )


def _settings(shown: Shown | None = None) -> str:
    lines = queries.settings(context.ref())
    return render_template(
        "calendar/settings.html",
        lines=lines,
        entered=people.names({row.entered_by_id for line in lines for row, _value in line.waiting}),
        written=rules.written,
        choices=_choices,
        new_key=forms.new_key,
        shown=shown or fresh(),
    )


def _choices(rule: rules.Rule) -> list[tuple[object, str]]:
    """Return a rule's few values as the choices of a form."""
    return [(value, _(words)) for value, words in rule.choices.items()]
