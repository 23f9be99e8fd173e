"""Leadership looks at the log: marks on lines, months reviewed; and the filters each person keeps under a name."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from web import context, forms, log_filter
from web.errors import STATUS
from web.gate import place
from web.log import bp, line_page, refused, seal_facts
from workflow import log_reviews, saved_views
from workflow.errors import Kind, Refusal
from workflow.queries import log_marks


@bp.post("/<int:epoch>.<int:seq>/mark")
@place("review")
def mark(epoch: int, seq: int) -> ResponseReturnValue:
    """Mark a line as considered, with a remark."""
    try:
        log_reviews.mark((epoch, seq), forms.text("remark"), by=context.me(), at=context.now(), key=_key())
    except Refusal as refusal:
        if refusal.answer.kind is not Kind.INVALID:
            raise
        return line_page(epoch, seq, refusal, request.form.get("remark", "")), 422
    flash(_("The line is marked as considered; the mark is a line of the log itself."), "success")
    return redirect(url_for(".line", epoch=epoch, seq=seq))


@bp.get("/months")
@place("verify")
def months() -> ResponseReturnValue:
    """Show month by month who reviewed the log, up to which line."""
    return _months_page()


@bp.post("/months")
@place("verify")
def review_month() -> ResponseReturnValue:
    """Note that a month was reviewed."""
    month, remark = request.form.get("month", ""), request.form.get("remark", "")
    try:
        log_reviews.review_month(month, forms.text("remark"), by=context.me(), at=context.now(), key=_key())
    except Refusal as refusal:
        return _months_page(refusal, remark), STATUS[refusal.answer.kind]
    flash(_("The review is noted in the log."), "success")
    return redirect(url_for(".months"))


@bp.post("/views")
@place("log")
def save_view() -> ResponseReturnValue:
    """Keep the filter under a name."""
    kept = log_filter.kept(request.form.get("query", ""))
    try:
        saved_views.save("log", forms.text("name"), kept, by=context.me())
    except Refusal as refusal:
        return refused(refusal)
    flash(_("The filter is kept; it stands above the list."), "success")
    return redirect(f"{url_for('.index')}?{kept}")


@bp.post("/views/<int:view_id>/remove")
@place("log")
def remove_view(view_id: int) -> ResponseReturnValue:
    """Remove a filter of one's own."""
    saved_views.remove(view_id, by=context.me())
    flash(_("The filter is removed."), "success")
    return redirect(url_for(".index"))


def _months_page(refusal: Refusal | None = None, typed: str = "") -> str:
    found = log_marks.months(context.now())
    facts = {"months": found, "key": forms.new_key(), "refusal": refusal, "typed": typed}
    return render_template("log/months.html", key_of=log_marks.key_of, **facts, **seal_facts())


def _key() -> str | None:
    return request.form.get("idempotency_key", "")[:64] or None
