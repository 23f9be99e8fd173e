"""Targets: what the plans promise in figures, what was reached, where that leads; and what is done about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.base import is_id
from models.words import Cadence, Direction, Standing
from terms import N_
from web import again, context, forms
from web.again import Shown
from web.gate import place
from web.target_charts import charts
from workflow import measuring, targets
from workflow.errors import Refusal
from workflow.imports import measures
from workflow.measuring import Span
from workflow.queries import targets as queries
from workflow.queries.targets import Series
from workflow.targets import LABELS, Care, Report

bp = Blueprint("targets", __name__, url_prefix="/targets")

# state of an indicator -> what it is called, its tone and its sign
STATES: Final = {
    "met": (N_("reached"), "good", "check-circle"),
    "missed": (N_("not reached"), "late", "x-circle"),
    "on_way": (N_("on its way"), "good", "circle"),
    "behind": (N_("behind its way"), "late", "exclamation-diamond"),
    "no_value": (N_("no value yet"), "none", "dash-circle"),
    "open": (N_("no goal for this year"), "none", "dash-circle"),
}
# kind of a period -> what it is called
PERIODS: Final = {
    Cadence.YEARLY: N_("year %(year)s"),
    Cadence.HALF_YEARLY: N_("half-year %(number)s of %(year)s"),
    Cadence.QUARTERLY: N_("quarter %(number)s of %(year)s (calendar)"),
    Cadence.MONTHLY: N_("%(number)s/%(year)s"),
}


@bp.get("")
@place("targets")
def index() -> ResponseReturnValue:
    """Show the targets of all published plans, plan by plan and group by group; `plan` and `show=stale` show fewer."""
    found = queries.index(context.ref(), seen_by=context.scope(), plan_id=request.args.get("plan", type=_plan_id))
    listed = [each for plan in found for each in plan.series]
    return render_template(
        "targets/index.html",
        found=found,
        drawn=charts(listed),
        stale=sum(each.is_stale for each in listed),
        only_stale=request.args.get("show") == "stale",
        states=STATES,
        period=said,
    )


@bp.get("/<int:target_id>")
@place("targets")
def show(target_id: int) -> ResponseReturnValue:
    """Show one target: its way, every value ever reported, the tasks that serve it, and what he may do here."""
    return _page(target_id, again.fresh())


@bp.post("/<int:target_id>/report")
@place("targets")
def report(target_id: int) -> ResponseReturnValue:
    """Report a value, or correct the one that stands."""

    def act() -> None:
        standing = again.term(Standing, "standing", LABELS["standing"])
        value = measures.number(_given("value"))
        said_ = Report(_given("period"), value, standing, forms.text("source"), forms.text("reason"))
        targets.report(target_id, said_, by=context.me(), at=context.now(), key=again.key())

    return _done(target_id, "report", act, N_("The value is reported; the log keeps who said it and when."))


@bp.post("/<int:target_id>/follow")
@place("give")
def follow(target_id: int) -> ResponseReturnValue:
    """Settle who reports it, how often, which way it goes and where it began."""

    def act() -> None:
        typed = request.form.get("baseline", "").strip()
        care = Care(
            unit_id=forms.number("unit_id"),
            direction=again.term(Direction, "direction", LABELS["direction"]),
            cadence=again.term(Cadence, "cadence", LABELS["cadence"]),
            baseline=measures.number(typed) if typed else None,
            baseline_year=forms.number("baseline_year"),
        )
        targets.follow(target_id, care, by=context.me(), at=context.now(), key=again.key())

    return _done(target_id, "follow", act, N_("Settled."))


@bp.post("/<int:target_id>/link")
@place("give")
def link(target_id: int) -> ResponseReturnValue:
    """Say that a task serves the target."""

    def act() -> None:
        task_id = again.need(forms.number("task_id"), LABELS["task_id"])
        targets.link(target_id, task_id, by=context.me(), at=context.now(), key=again.key())

    return _done(target_id, "link", act, N_("The task is linked."))


@bp.post("/<int:target_id>/unlink")
@place("give")
def unlink(target_id: int) -> ResponseReturnValue:
    """Take a link away."""

    def act() -> None:
        task_id = again.need(forms.number("task_id"), LABELS["task_id"])
        targets.unlink(target_id, task_id, by=context.me(), at=context.now(), key=again.key())

    return _done(target_id, "link", act, N_("The link is taken away; the log remembers it."))


def said(span: Span | str) -> str:
    """Return a period in words."""
    found = measuring.span(span) if isinstance(span, str) else span
    return _(PERIODS[found.cadence], year=found.year, number=found.number)


def _done(target_id: int, form: str, act: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        act()
    except Refusal as refusal:
        return again.again(refusal, form, lambda shown: _page(target_id, shown))
    flash(_(words), "success")
    return redirect(url_for(".show", target_id=target_id))


def _page(target_id: int, shown: Shown) -> str:
    page, me = queries.one(target_id, context.ref(), seen_by=context.scope()), context.me()
    series = page.series
    unit_id = series.care.unit_id if series.care else None
    return render_template(
        "targets/show.html",
        page=page,
        series=series,
        drawn=charts([series]),
        states=STATES,
        shown=shown,
        period=said,
        periods=[(each.code, said(each)) for each in _offered(series)],
        standings=again.options(Standing),
        directions=again.options(Direction),
        cadences=again.options(Cadence),
        units=[(str(unit.id), unit.name_on(context.ref().on)) for unit in context.ref().inside],
        reports=targets.may_report(me, unit_id),
        corrects=targets.may_correct(me, unit_id),
        settles=context.scope().allows("give"),
        key=forms.new_key(),
    )


def _offered(series: Series) -> list[Span]:
    """Return the periods a value can be reported for, those owed first, then the others, the newest first."""
    today = context.ref().on
    begins = today.replace(year=series.first_year, month=1, day=1)
    rhythms = dict.fromkeys((series.cadence, Cadence.YEARLY))
    ends = today.replace(year=today.year, month=12, day=31)
    every = [each for rhythm in rhythms for each in measuring.spans(rhythm, begins, ends) if each.first <= today]
    within = [each for each in every if series.last_year is None or each.year <= series.last_year]
    missing = [each.code for each in series.missing]
    return sorted(within, key=lambda each: (each.code not in missing, -each.last.toordinal(), each.code))


def _given(name: str) -> str:
    return str(again.need(request.form.get(name, "").strip() or None, LABELS[name]))


def _plan_id(text: str) -> int:
    number = int(text)
    return number if is_id(number) else 0
