"""A new version of a plan in force: uploaded on the plan's page, decided on in the review, signed by leadership."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from documents.readers import LIMIT_BYTES
from documents.readers.refusal import Unreadable
from i18n import gettext as _
from terms import N_
from web import context, forms, imports, meanings
from web.errors import STATUS, refused
from web.gate import place
from workflow import amendments
from workflow.errors import Kind, Refusal
from workflow.given import LIMITS
from workflow.planning.alignment import differences
from workflow.queries import amendments as queries
from workflow.signoff import position_of

bp = Blueprint("amendments", __name__, url_prefix="/plans")

# refusals answered on the page of signing, where the form is
ON_THE_PAGE = (Kind.CONFLICT, Kind.INVALID, Kind.FORBIDDEN, Kind.TOO_MANY)


@bp.get("/<int:plan_id>/amend")
@place("import")
def new(plan_id: int) -> ResponseReturnValue:
    """Ask for the new version of a plan in force."""
    return _upload_page(plan_id)


@bp.post("/<int:plan_id>/amend")
@place("import")
def read(plan_id: int) -> ResponseReturnValue:
    """Read the new version and go on to how it differs."""
    try:
        reading_id = _read(plan_id)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        return _upload_page(plan_id, refusal), STATUS[refusal.answer.kind]
    return redirect(url_for("imports.review", reading_id=reading_id))


@bp.get("/amendments/<int:reading_id>/sign")
@place("publish")
def sign(reading_id: int) -> ResponseReturnValue:
    """Show exactly what an amendment would change, both wordings side by side."""
    return _sign_page(reading_id)


@bp.post("/amendments/<int:reading_id>/sign")
@place("publish")
def put_in_force(reading_id: int) -> ResponseReturnValue:
    """Put the new version in force with a signature; a second click leads to the same plan."""
    given: dict[str, Any] = {
        "password": request.form.get("password", "")[:1000],
        "code": request.form.get("code", "")[:100],
        "content_hash": forms.text("content_hash", limit=100),
        "decision": forms.text("decision", limit=LIMITS["decision"]),
        "remark": forms.text("reason", limit=LIMITS["reason"]),
    }
    try:
        plan_id = amendments.sign(reading_id, by=context.me(), at=context.now(), **given)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        if refusal.answer.kind not in ON_THE_PAGE or refusal.code == "not_yours":
            return refused(refusal)
        return _sign_page(reading_id, refusal), STATUS[refusal.answer.kind]
    flash(_("The new version is in force. Kept tasks go on as they were."), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer a file beyond the limit of a request on the page it was sent from."""
    found = request.view_args or {}
    limit = LIMIT_BYTES // imports.MEGABYTE
    return _upload_page(int(found.get("plan_id", 0)), Refusal("file_too_large", limit=limit)), 413


def _read(plan_id: int) -> int:
    sent = forms.uploads("file")
    if not sent:
        raise Refusal("missing_field", field=N_("the document"))
    try:
        return amendments.read_version(plan_id, sent[0].filename, sent[0].data, by=context.me(), at=context.now())
    except Unreadable as error:
        raise imports.answer_to(error) from None


def _upload_page(plan_id: int, refusal: Refusal | None = None) -> str:
    return render_template(
        "plans/amend.html",
        view=queries.upload(plan_id, seen_by=context.scope()),
        megabytes=LIMIT_BYTES // imports.MEGABYTE,
        key=forms.new_key(),
        refusal=refusal,
    )


def _sign_page(reading_id: int, refusal: Refusal | None = None) -> str:
    me = context.me()
    holding = me.holding(me.leader_posts)
    return render_template(
        "plans/amendment.html",
        view=queries.signing(reading_id, seen_by=context.scope()),
        signing_as=position_of(holding) if holding else me.position,
        differences=differences,
        meaning=meanings.words,
        key=forms.new_key(),
        refusal=refusal,
        typed=request.form if refusal else {},
    )
