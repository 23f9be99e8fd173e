"""From a document to a plan: upload it, look at what was read, take or declare each proposal."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from documents.readers import LIMIT_BYTES
from documents.readers.refusal import Unreadable
from i18n import gettext as _
from terms import N_
from web import context, forms
from web.errors import STATUS
from web.gate import place
from workflow import plans
from workflow.errors import Refusal
from workflow.given import LIMITS
from workflow.queries import readings
from workflow.queries.readings import ReadingView

bp = Blueprint("imports", __name__, url_prefix="/plans/import")

MEGABYTE: Final = 1024 * 1024
# why a file is not read -> the refusal that says so; all other reasons speak of its kind
ANSWERS: Final = {
    "too_large": "unreadable_size",
    "too_long": "unreadable_size",
    "too_many": "unreadable_size",
    "bomb": "unreadable_size",
    "too_hard": "unreadable_size",
    "empty": "unreadable_empty",
    "busy": "unreadable_empty",
    "secret": "secret_document",
}
# what a proposal usually is when it is no task: offered, not imposed
USUAL_REASONS: Final = (
    N_("It is an objective, not a task."),
    N_("It says the same as another proposal."),
    N_("It is a general requirement on how to work."),
    N_("It is for another body to do."),
)


@bp.get("")
@place("import")
def new() -> ResponseReturnValue:
    """Ask for the document, and show what was read before and still waits."""
    return _upload_page()


@bp.post("")
@place("import")
def read() -> ResponseReturnValue:
    """Read the document and go on to what was found in it."""
    try:
        reading_id = _read()
    except Refusal as refusal:
        return _upload_page(refusal), STATUS[refusal.answer.kind]
    return redirect(url_for(".review", reading_id=reading_id))


@bp.get("/<int:reading_id>")
@place("import")
def review(reading_id: int) -> ResponseReturnValue:
    """Show the document beside what was read in it."""
    view = readings.one(reading_id, seen_by=context.scope())
    if view.plan_id is not None:
        return redirect(url_for("plans.show", plan_id=view.plan_id))
    return _review_page(view)


@bp.post("/<int:reading_id>/accept")
@place("import")
def accept(reading_id: int) -> ResponseReturnValue:
    """Make the plan with its drafts; a second click leads to the same plan."""
    try:
        plan_id = plans.accept(reading_id, _choice(reading_id), by=context.me(), at=context.now())
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        view = readings.one(reading_id, seen_by=context.scope())
        return _review_page(view, refusal), STATUS[refusal.answer.kind]
    flash(_("The plan and its draft tasks are there. Nothing is assigned yet."), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@bp.post("/<int:reading_id>/drop")
@place("import")
def drop(reading_id: int) -> ResponseReturnValue:
    """Drop what was read; a second click finds it gone and says nothing else."""
    try:
        plans.drop_reading(reading_id, by=context.me(), at=context.now())
    except Refusal as refusal:
        if refusal.code == "reading_accepted":
            return redirect(url_for(".review", reading_id=reading_id))
        raise
    flash(_("What was read is dropped. Nothing became a plan."), "success")
    return redirect(url_for(".new"))


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer a file beyond the limit of a request on the page it was sent from."""
    return _upload_page(Refusal("file_too_large", limit=LIMIT_BYTES // MEGABYTE)), 413


def _read() -> int:
    sent = forms.uploads("file")
    if not sent:
        raise Refusal("missing_field", field=N_("the document"))
    try:
        return plans.read_upload(sent[0].filename, sent[0].data, by=context.me(), at=context.now())
    except Unreadable as error:
        why = _(error.reason, **error.details)
        raise Refusal(ANSWERS.get(error.code, "unreadable"), why=why) from None


def _choice(reading_id: int) -> plans.Choice:
    """Return what the form says of each proposal; what it does not speak of is neither taken nor declared."""
    count = len(readings.one(reading_id, seen_by=context.scope()).read["tasks"])
    ticked = {int(text) for text in request.form.getlist("taken") if text.isdecimal() and len(text) < 6}
    texts = {number: forms.text(f"text-{number}", limit=LIMITS["title"]) for number in range(count)}
    whys = {number: forms.text(f"why-{number}", limit=LIMITS["reason"]) for number in range(count)}
    return plans.Choice(
        taken={number: texts[number] for number in range(count) if number in ticked},
        declared={number: whys[number] for number in range(count) if number not in ticked and whys[number]},
        title=forms.text("title", limit=LIMITS["title"]),
        steps=steps if (steps := forms.number("steps")) in (1, 2) else None,
        horizon_on=forms.day("horizon_on"),
    )


def _upload_page(refusal: Refusal | None = None) -> str:
    return render_template(
        "imports/new.html",
        waiting=readings.waiting(seen_by=context.scope()),
        megabytes=LIMIT_BYTES // MEGABYTE,
        key=forms.new_key(),
        refusal=refusal,
    )


def _review_page(view: ReadingView, refusal: Refusal | None = None) -> str:
    return render_template(
        "imports/review.html",
        view=view,
        key=forms.new_key(),
        reasons=USUAL_REASONS,
        refusal=refusal,
        typed=request.form if refusal else None,
    )
