"""One's own one-time codes: set with a telephone and a first code, removed, their recovery codes renewed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from web import again, context, forms, qr
from web.errors import STATUS, note
from web.gate import place
from workflow import second_factor
from workflow.errors import Refusal
from workflow.second_factor import Enrolment

bp = Blueprint("factor", __name__, url_prefix="/account/factor")


@bp.get("")
@place("account")
def show() -> ResponseReturnValue:
    """Show whether a second factor is set, and the forms to set or remove it."""
    return _page()


@bp.post("/begin")
@place("account")
def begin() -> ResponseReturnValue:
    """Show the QR code, once, to whoever gave his password again."""
    try:
        enrolment = second_factor.begin(_field("password"), by=context.me(), at=context.now())
    except Refusal as refusal:
        return _refused(refusal, "begin")
    return _enrol(enrolment)


@bp.post("/confirm")
@place("account")
def confirm() -> ResponseReturnValue:
    """Set it with the first code and show the recovery codes, once; after a wrong code the same QR code stays."""
    token, me, now = request.form.get("token", "")[:1000], context.me(), context.now()
    try:
        found = second_factor.confirm(token, _field("code"), by=me, at=now)
    except Refusal as refusal:
        if refusal.code != "wrong_code":
            return _refused(refusal, "begin")
        return _enrol(second_factor.again(token, by=me, at=now), refusal), STATUS[refusal.answer.kind]
    return render_template("accounts/recovery.html", codes=found, is_new=True)


@bp.post("/remove")
@place("account")
def remove() -> ResponseReturnValue:
    """Remove it, with password and a code."""
    try:
        second_factor.remove(_field("password"), _field("code"), by=context.me(), at=context.now())
    except Refusal as refusal:
        return _refused(refusal, "remove")
    flash(_("The second factor is removed; signing asks for the password alone."), "success")
    return redirect(url_for(".show"))


@bp.post("/recovery")
@place("account")
def recovery() -> ResponseReturnValue:
    """Show ten new recovery codes, once; the old ones are good no more."""
    try:
        found = second_factor.renew(
            _field("password"), _field("code"), by=context.me(), at=context.now(), key=again.key()
        )
    except Refusal as refusal:
        return _refused(refusal, "recovery")
    return render_template("accounts/recovery.html", codes=found, is_new=False)


def _field(name: str) -> str:
    return request.form.get(name, "")[:1000]


def _refused(refusal: Refusal, form: str) -> ResponseReturnValue:
    note(refusal)
    return _page(again.Shown(refusal, form)), STATUS[refusal.answer.kind]


def _enrol(enrolment: Enrolment, refusal: Refusal | None = None) -> str:
    return render_template(
        "accounts/enrol.html",
        enrolment=enrolment,
        code=qr.code(enrolment.address),
        minutes=int(second_factor.GOOD_FOR.total_seconds()) // 60,
        refusal=refusal,
    )


def _page(shown: again.Shown | None = None) -> str:
    return render_template(
        "accounts/factor.html",
        standing=second_factor.standing(context.me(), context.now()),
        shown=shown or again.fresh(),
        new_key=forms.new_key,
    )
