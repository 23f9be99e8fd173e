"""Plans: the list, one plan with its tasks beside its text, and the steps of its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from web import again, context, forms, kept
from web.errors import STATUS, refused
from web.gate import place
from web.imports import USUAL_REASONS
from workflow import coverage, plans
from workflow.errors import Kind, Refusal
from workflow.given import LIMITS
from workflow.queries import plans as queries
from workflow.signoff import position_of

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


@bp.get("/<int:plan_id>/publish")
@place("publish")
def sign(plan_id: int) -> ResponseReturnValue:
    """Show exactly what would be signed, and what still keeps the plan from being published."""
    return _sign_page(plan_id)


@bp.post("/<int:plan_id>/publish")
@place("publish")
def publish(plan_id: int) -> ResponseReturnValue:
    """Put the plan in force with a signature; a refusal is answered on the page of signing."""
    password, shown = request.form.get("password", "")[:1000], forms.text("content_hash", limit=100)
    remark = forms.text("reason", limit=LIMITS["reason"])
    try:
        plans.publish(
            plan_id,
            password=password,
            code=request.form.get("code", "")[:100],
            content_hash=shown,
            remark=remark,
            version=forms.number("version"),
            by=context.me(),
            at=context.now(),
        )
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        if refusal.answer.kind not in (*ON_THE_PAGE, Kind.FORBIDDEN, Kind.TOO_MANY) or refusal.code == "not_yours":
            return refused(refusal)
        return _sign_page(plan_id, refusal), STATUS[refusal.answer.kind]
    flash(_("The plan is published. Its tasks can be assigned now."), "success")
    return redirect(url_for(".show", plan_id=plan_id))


@bp.get("/<int:plan_id>/clauses")
@place("import")
def clauses(plan_id: int) -> ResponseReturnValue:
    """Show which clauses still ask for an answer, and those declared not to be tasks."""
    return _clauses_page(plan_id)


@bp.post("/<int:plan_id>/clauses")
@place("import")
def answer(plan_id: int) -> ResponseReturnValue:
    """Declare open clauses, open one again, or make a draft task of one; a refusal is answered on the page."""
    name, _colon, number = request.form.get("do", "")[:60].partition(":")
    if name not in ANSWERING:
        raise Refusal("not_found")
    key = f"{again.key()}:{name}:{number}" if again.key() else None
    try:
        ANSWERING[name](plan_id, int(number) if number.isdecimal() and len(number) < 10 else 0, key)
    except Refusal as refusal:
        if refusal.answer.kind not in ON_THE_PAGE:
            return refused(refusal)
        return _clauses_page(plan_id, refusal), STATUS[refusal.answer.kind]
    return redirect(url_for(".clauses", plan_id=plan_id))


@bp.post("/<int:plan_id>/close")
@place("publish")
def close(plan_id: int) -> ResponseReturnValue:
    """Close the plan."""
    return _do(plan_id, plans.close, _("The plan is closed. Its history stays."))


@bp.post("/<int:plan_id>/number")
@place("import")
def number(plan_id: int) -> ResponseReturnValue:
    """Fill in the number or day that the document left blank."""

    def change(key: int, **more: Any) -> None:
        plans.complete_number(key, forms.number("number"), forms.day("issued_on"), **more)

    return _do(plan_id, change, _("Saved; the log keeps what was filled in."))


def _declare(plan_id: int, clause: int, key: str | None) -> None:
    why = forms.text(f"why-{clause}", limit=LIMITS["reason"])
    coverage.declare(plan_id, [clause], why, by=context.me(), at=context.now(), key=key)


def _declare_ticked(plan_id: int, _number: int, key: str | None) -> None:
    ids = [int(text) for text in request.form.getlist("clause") if text.isdecimal() and len(text) < 10]
    why = forms.text("why", limit=LIMITS["reason"])
    coverage.declare(plan_id, ids, why, by=context.me(), at=context.now(), key=key)


def _declare_section(plan_id: int, section: int, key: str | None) -> None:
    why = forms.text(f"why-s-{section}", limit=LIMITS["reason"])
    coverage.declare_section(plan_id, section, why, by=context.me(), at=context.now(), key=key)


def _take_back(plan_id: int, clause: int, key: str | None) -> None:
    coverage.take_back(plan_id, clause, by=context.me(), at=context.now(), key=key)


def _cover(plan_id: int, clause: int, key: str | None) -> None:
    coverage.cover(plan_id, clause, "", by=context.me(), at=context.now(), key=key)


# button -> what it does with a clause or section
ANSWERING: Final[dict[str, Callable[[int, int, str | None], None]]] = {
    "declare": _declare,
    "declare-ticked": _declare_ticked,
    "declare-section": _declare_section,
    "take-back": _take_back,
    "cover": _cover,
}


def _sign_page(plan_id: int, refusal: Refusal | None = None) -> str:
    view = queries.signing(plan_id, seen_by=context.scope())
    me = context.me()
    holding = me.holding(me.leader_posts)
    return render_template(
        "plans/sign.html",
        view=view,
        signing_as=position_of(holding) if holding else me.position,
        key=forms.new_key(),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def _clauses_page(plan_id: int, refusal: Refusal | None = None) -> str:
    return render_template(
        "plans/clauses.html",
        view=queries.clauses(plan_id, seen_by=context.scope()),
        reasons=USUAL_REASONS,
        key=forms.new_key(),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


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
