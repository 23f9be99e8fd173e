"""Erasing a private text: asked from the page of its line, confirmed by another person, listed for ever."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from i18n import ngettext
from web import context, forms
from web.errors import STATUS
from web.gate import place
from web.log import bp, line_page, seal_facts
from workflow import erasing
from workflow.errors import Kind, Refusal
from workflow.queries import erasures as queries


@bp.post("/<int:epoch>.<int:seq>/erase")
@place("accountability")
def ask_erasure(epoch: int, seq: int) -> ResponseReturnValue:
    """Ask that a text of a line be erased."""
    key = request.form.get("idempotency_key", "")[:64] or None
    path, decision = request.form.get("path", "")[:200], request.form.get("decision", "")
    try:
        erasing.ask((epoch, seq), path, decision, context.ref(), by=context.me(), at=context.now(), key=key)
    except Refusal as refusal:
        if refusal.answer.kind is not Kind.INVALID:
            raise
        return line_page(epoch, seq, refusal), STATUS[refusal.answer.kind]
    flash(_("The erasure is asked for; a leader has to confirm it."), "success")
    return redirect(url_for(".erasures"))


@bp.get("/erasures")
@place("accountability")
def erasures() -> ResponseReturnValue:
    """Show what was asked to be erased, and what became of it."""
    return _page()


@bp.post("/erasures/<code>/confirm")
@place("review")
def confirm_erasure(code: str) -> ResponseReturnValue:
    """Erase what was asked for."""
    password, factor = request.form.get("password", "")[:1000], request.form.get("code", "")[:1000]
    try:
        count = erasing.confirm(code, password=password, factor=factor, by=context.me(), at=context.now())
    except Refusal as refusal:
        if refusal.answer.kind is Kind.MISSING:
            raise
        return _page(refusal), STATUS[refusal.answer.kind]
    said = ngettext("%(num)d value was erased.", "%(num)d values were erased.", count)
    stays = _("What stays is that it was erased, by whom and why.")
    flash(f"{said} {stays}", "success")
    return redirect(url_for(".erasures"))


@bp.post("/erasures/<code>/drop")
@place("accountability")
def drop_erasure(code: str) -> ResponseReturnValue:
    """Let a request fall."""
    erasing.drop(code, by=context.me(), at=context.now())
    flash(_("The request is dropped; nothing was erased."), "success")
    return redirect(url_for(".erasures"))


def _page(refusal: Refusal | None = None) -> str:
    return render_template(
        "log/erasures.html",
        asked=queries.asked(),
        beyond=[_(words) for words in erasing.BEYOND],
        key=forms.new_key(),
        refusal=refusal,
        **seal_facts(),
    )
