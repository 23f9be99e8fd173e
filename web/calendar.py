"""The calendar of working days by year, and the dated settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.calendar import CalendarDay
from models.labels import label
from models.vocabulary import DayKind
from notifications.simulate import Comparison
from notifications.sweep import Proposal
from terms import N_
from web import context, effect, forms
from web.again import Shown, again, fresh, key, need, options, term
from web.effect import Effect
from web.errors import STATUS
from web.formats import day_long
from web.gate import place
from workflow.errors import Refusal
from workflow.organization import days as service
from workflow.organization import rules
from workflow.queries import calendar as queries
from workflow.queries import people
from workflow.reminding import NAMES

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


@bp.get("/calendar/days/<int:day_id>/confirm")
@place("calendar")
def effect_of(day_id: int) -> ResponseReturnValue:
    """Show what a day that waits would do to the letters, before a second person confirms it."""
    row = queries.entered_day(day_id)
    if row.confirmed_at is not None:
        return again(Refusal("confirmed_already"), "confirm", _year)
    return _effect_page(row, effect.of(_with(row)))


@bp.post("/calendar/days/<int:day_id>/confirm")
@place("calendar")
def confirm(day_id: int) -> ResponseReturnValue:
    """Confirm a day that another person entered; one that sends many letters more is shown again first."""
    row = queries.entered_day(day_id)
    year = row.day.year
    if row.confirmed_at is None and row.entered_by_id != context.me().person_id:
        found = effect.of(_with(row))
        if refusal := effect.not_meant(found):
            return _effect_page(queries.entered_day(day_id), found, refusal), STATUS[refusal.answer.kind]
    try:
        service.confirm(day_id, **_act())
    except Refusal as refusal:
        return again(refusal, "confirm", _year)
    flash(_("Confirmed; it counts from now."), "success")
    return redirect(url_for(".index", year=year))


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
    if name in NAMES:
        raise Refusal("not_found")  # rules of reminding have their own page, which shows first what they would do
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


def _with(row: CalendarDay) -> Proposal:
    return Proposal(days={row.day: row.kind})


def _effect_page(row: CalendarDay, found: Comparison, refusal: Refusal | None = None) -> str:
    """Return the page that shows what a day would do to the letters."""
    is_mine = row.entered_by_id == context.me().person_id
    entered_by = people.names({row.entered_by_id}).get(row.entered_by_id or 0, "Đôn Đốc")
    name = f", {row.name}" if row.name else ""
    about = Effect(
        _("Before you confirm: what the day would do"),
        [
            (_("Day"), day_long(row.day)),
            (_("Kind of day"), _(label(row.kind)) + name),
            (_("Decision"), row.decision),
            (_("Entered by"), entered_by),
        ],
        url_for(".index", year=row.day.year),
        "" if is_mine else url_for(".confirm", day_id=row.id),
        _("Confirm"),
        why_not=_("You entered it; another person of the office or leadership confirms it.") if is_mine else "",
    )
    return effect.page(about, found, refusal)


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
        reminding=NAMES,
        choices=_choices,
        new_key=forms.new_key,
        shown=shown or fresh(),
    )


def _choices(rule: rules.Rule) -> list[tuple[object, str]]:
    """Return a rule's few values as the choices of a form."""
    return [(value, _(words)) for value, words in rule.choices.items()]
