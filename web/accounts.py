"""One's own account, and the first administrator of an empty system."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user

from i18n import gettext as _
from web import context, forms
from web.again import Shown, again, fresh
from web.auth import SignedIn, enter
from web.gate import place
from workflow import feeds
from workflow.errors import Refusal
from workflow.organization import accounts, setup
from workflow.queries import people

bp = Blueprint("accounts", __name__)

# what an empty system answers before it has its first administrator
ALWAYS: Final = frozenset(
    {
        "accounts.setup",
        "accounts.create_first",
        "auth.language",
        "static",
        "assets.vendor",
        "health.alive",
        "health.ready",
        "health.metrics",
    }
)
PEOPLED: Final = "peopled"
# what somebody whose password another has seen may open before he has chosen his own
CHOOSING: Final = ALWAYS | {"accounts.mine", "accounts.change_password", "auth.login", "auth.code", "auth.logout"}
OWN: Final = "own_password"


@bp.get("/account")
@place("account")
def mine() -> ResponseReturnValue:
    """Show who I am here: seats, roles, mandates, sessions."""
    return _mine()


@bp.post("/account/password")
@place("account")
def change_password() -> ResponseReturnValue:
    """Change my password; every other session ends and this one gets a new token."""
    old, new, again_typed = (request.form.get(name, "")[:1000] for name in ("old", "new", "again"))
    try:
        token = accounts.change_password(
            old, new, again_typed, by=context.me(), at=context.now(), code=request.form.get("code", "")[:100]
        )
    except Refusal as refusal:
        return again(refusal, "password", _mine)
    session.clear()
    enter(token)
    flash(_("The password is changed; all other sessions have ended."), "success")
    return redirect(url_for(".mine"))


@bp.post("/account/sessions/<key>/end")
@place("account")
def end_session(key: str) -> ResponseReturnValue:
    """End one of my sessions."""
    accounts.end_session(key, by=context.me(), at=context.now())
    flash(_("The session has ended."), "success")
    return redirect(url_for(".mine"))


@bp.post("/account/sessions/end")
@place("account")
def end_other_sessions() -> ResponseReturnValue:
    """End all my sessions but this one."""
    accounts.end_others(_this(), by=context.me(), at=context.now())
    flash(_("All other sessions have ended."), "success")
    return redirect(url_for(".mine"))


@bp.get("/setup", endpoint="setup")
def first_page() -> ResponseReturnValue:
    """Ask for the one-time code and the first administrator; there is no such page once somebody is here."""
    _require_empty()
    setup.code(_folder())
    return _setup()


@bp.post("/setup")
def create_first() -> ResponseReturnValue:
    """Make the body and its first administrator."""
    _require_empty()
    fields = {name: request.form.get(name, "")[:1000] for name in ("body", "username", "name", "email", "password")}
    try:
        first = setup.First(**fields, password_again=request.form.get("again", "")[:1000])
        code = request.form.get("code", "")[:100]
        setup.create_first(code, first, folder=_folder(), address=context.address(), at=context.now())
    except Refusal as refusal:
        return again(refusal, "setup", _setup)
    flash(_("The system is ready; sign in as its administrator."), "success")
    return redirect(url_for("auth.login"))


@bp.record_once
def _ask_first(state: BlueprintSetupState) -> None:
    """Have every request of an empty system led to the setup page, before anything asks who it is.

    After that has been asked, whoever has no password of his own is led to choose one.
    """
    state.app.before_request_funcs.setdefault(None, []).insert(0, _lead_to_setup)
    state.app.before_request(_lead_to_account)


def _lead_to_setup() -> ResponseReturnValue | None:
    if request.endpoint in ALWAYS or _is_peopled():
        return None
    return redirect(url_for("accounts.setup"))


def _lead_to_account() -> ResponseReturnValue | None:
    if request.endpoint in CHOOSING or not current_user.is_authenticated or _has_own_password():
        return None
    target = url_for("accounts.mine")
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": target})
    return redirect(target)


def _has_own_password() -> bool:
    """Return whether nobody else knows the password; asked once a session, since a new password ends them all."""
    if session.get(OWN) != _this()[:16] and not accounts.must_change(context.me().person_id or 0):
        session[OWN] = _this()[:16]
    return bool(session.get(OWN) == _this()[:16])


def _is_peopled() -> bool:
    """Return whether somebody is here; once it is so it stays so, and is not asked again."""
    known: dict[str, Any] = current_app.extensions["dondoc"]
    if not known.get(PEOPLED):
        known[PEOPLED] = not setup.is_needed()
    return bool(known[PEOPLED])


def _require_empty() -> None:
    if _is_peopled():
        raise Refusal("not_found")


def _this() -> str:
    user: SignedIn = current_user
    return user.session_key


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"])


def _mine(shown: Shown | None = None) -> str:
    me, settings = context.me(), current_app.config
    idle, whole = (
        timedelta(minutes=settings["SESSION_IDLE_MINUTES"]),
        timedelta(hours=settings["SESSION_HOURS"]),
    )
    return render_template(
        "accounts/mine.html",
        view=people.one(me.person_id or 0, seen_by=context.scope()),
        must_change=accounts.must_change(me.person_id or 0),
        given=accounts.last_given(me.person_id or 0),
        shown=shown or fresh(),
        sessions=accounts.open_sessions(me.person_id or 0, _this(), context.now(), idle, whole),
        new_key=forms.new_key,
        feeds=feeds.feeds_of(me.person_id or 0),
        feed_made=session.pop("feed_made", None),
        feed_units=[
            (unit, context.ref().unit_name(unit))
            for unit in feeds.units_to_follow(context.ref(), seen_by=context.scope())
        ],
    )


def _setup(shown: Shown | None = None) -> str:
    return render_template("accounts/setup.html", shown=shown or fresh(), file=f"DATA_DIR/{setup.FILE}")
