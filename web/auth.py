"""Sign-in for the browser: a session on the server, deny by default, forms that carry a token and come from here."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import SecurityError

from models.access import WebSession
from models.people import Person
from web import context, kept
from workflow import access, actors
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import people

bp = Blueprint("auth", __name__)
csrf = CSRFProtect()

# what a stranger may open; everything else asks to sign in
PUBLIC: Final = frozenset(
    {
        "auth.login", "auth.code", "auth.language", "static", "assets.vendor",
        "health.alive", "health.ready", "health.metrics",
        "accounts.setup", "accounts.create_first", "feeds.read", "letters.show", "letters.acknowledge",
    }
)  # fmt: skip
# of these, the pages one can come back to
OPEN_TO_STRANGERS: Final = frozenset({"auth.login", "accounts.setup", "letters.show"})
# the mark of somebody whose password was right and whose one-time code is still to come, and how long it is good
HALF: Final = "half"
HALF_GOOD_FOR: Final = timedelta(minutes=5)
# where Flask-Login keeps the session's token in the cookie
IN_COOKIE: Final = "_user_id"
# what no address of ours holds: control characters, and the slash that browsers turn round
NO_PART: Final = re.compile(r"[\x00-\x1f\\]")


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The person behind this request's session."""

    def __init__(self, token: str, found: WebSession, person: Person, has_factor: bool) -> None:
        self.token = token
        self.has_factor = has_factor
        self.session_key = found.id
        self.seen_at = found.seen_at
        auth = {"method": found.method, "at": found.created_at.isoformat(), "session": found.id[:16]}
        self.actor: Actor = actors.actor(person, context.ref(), context.now(), auth)

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie: the session's token."""
        return self.token


def init_app(app: Flask) -> None:
    """Have every request ask who it is, before anything else looks at it."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    app.before_request(_require_person)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    csrf.init_app(app)
    app.register_blueprint(bp)


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Ask for name and password, and open a session."""
    if request.method == "POST":
        return _sign_in()
    if current_user.is_authenticated:
        return redirect(url_for("desk.show"))
    return _login_page(None)


@bp.route("/login/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Ask for the one-time code of somebody whose password was right."""
    half = _half()
    if half is None:
        return redirect(url_for(".login"))
    return _sign_in_by_code(half) if request.method == "POST" else render_template("login_code.html", refusal=None)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    """End the session for good."""
    access.sign_out(current_user.token, by=context.me(), at=context.now())
    chosen = session.get("language")
    session.clear()
    if chosen:
        session["language"] = chosen
    return redirect(url_for("auth.login"))


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Choose the language: for a signed-in person for good, for a visitor in this browser."""
    chosen = request.form.get("language", "")
    if chosen not in context.LANGUAGES:
        abort(422)
    session["language"] = chosen
    if current_user.is_authenticated:
        people.choose_language(context.me().person_id or 0, chosen, by=context.me(), at=context.now())
    return redirect(own_path(request.form.get("next"), but=PUBLIC - OPEN_TO_STRANGERS))


def own_path(target: str | None, *, but: frozenset[str] = PUBLIC) -> str:
    """Return a path of our own route map to go on to; the desk for anything else (never another site)."""
    return target if target and _is_own_page(target, but) else url_for("desk.show")


def page_here() -> str:
    """Return the page in front of the person: this one, or the one from which this form was sent."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came = _parts(request.referrer or "")
    target = came.path + (f"?{came.query}" if came.query else "") if came and came.netloc == request.host else ""
    above = request.path
    while not _is_own_page(target, PUBLIC - OPEN_TO_STRANGERS) and above:
        target, above = above, above.rpartition("/")[0]  # a browser that names no page: the form's address leads to it
    return own_path(target, but=PUBLIC - OPEN_TO_STRANGERS)


def _is_own_page(target: str, but: frozenset[str]) -> bool:
    if not target.startswith("/") or target.startswith("//") or NO_PART.search(target):
        return False
    parts = _parts(target)
    if parts is None or parts.scheme or parts.netloc or "%" in parts.path:
        return False
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and adapter.match(parts.path, method="GET")[0] not in but
    except Exception:  # whatever the route map does not know is not ours
        return False


def enter(token: str) -> None:
    """Go on in this browser with the session of this token."""
    g.pop("_login_user", None)
    user = _load(token)
    if user is not None:
        login_user(user)
    session.permanent = True


def renew() -> None:
    """Go on with a new session once the password was given again; forms open in other tabs stay good."""
    enter(access.renew_session(current_user.token, by=context.me(), at=context.now()))


def _sign_in() -> ResponseReturnValue:
    username, password = request.form.get("username", ""), request.form.get("password", "")
    try:
        person, token = access.sign_in(
            username, password, context.address(), at=context.now(), instead_of=session.get(IN_COOKIE)
        )
    except Refusal as refusal:
        return _login_page(refusal), 429 if refusal.code == "too_many_tries" else 422
    target = own_path(request.form.get("next"))
    if not token:
        half = {"person": person.id, "at": context.now().isoformat(), "next": target, "form": secrets.token_hex(8)}
        session[HALF] = half
        return redirect(url_for(".code"))
    return _welcome(person, token, target)


def _welcome(person: Person, token: str, target: str) -> ResponseReturnValue:
    his_words = kept.of(person.id)
    session.clear()
    session.update(his_words)
    enter(token)
    return redirect(target)


def _half() -> dict[str, Any] | None:
    """Return who is half signed in in this browser; None when nobody is, or for too long."""
    found = session.get(HALF)
    if not isinstance(found, dict):
        return None
    since = datetime.fromisoformat(found["at"])
    return found if timedelta() <= context.now() - since < HALF_GOOD_FOR else None


def _sign_in_by_code(half: dict[str, Any]) -> ResponseReturnValue:
    since, target = datetime.fromisoformat(half["at"]), own_path(half["next"])
    try:
        person, token = access.sign_in_by_code(
            half["person"], request.form.get("code", "")[:100], context.address(),
            since=since, at=context.now(), form=half["form"], instead_of=session.get(IN_COOKIE),
        )  # fmt: skip
    except Refusal as refusal:
        status = 429 if refusal.code == "too_many_tries" else 422
        return render_template("login_code.html", refusal=refusal), status
    return _welcome(person, token, target)


def _login_page(refusal: Refusal | None) -> str:
    samples: list[dict[str, Any]] = current_app.extensions["dondoc"].get("samples", list)()
    target = request.values.get("next", "")
    username = request.form.get("username", "")[:100]
    return render_template(
        "login.html", refusal=refusal, next=target, username=username, samples=samples, typed=kept.state()
    )


def _load(token: str) -> SignedIn | None:
    settings = current_app.config
    idle, whole = timedelta(minutes=settings["SESSION_IDLE_MINUTES"]), timedelta(hours=settings["SESSION_HOURS"])
    found = access.session_person(token, context.now(), idle, whole)
    return SignedIn(token, *found) if found else None


def _require_person() -> ResponseReturnValue | None:
    """Send strangers to the sign-in page; note at most once a minute that a session is in use."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception  # a host this site does not answer to: no page of it can be built
    _require_own_origin()
    if request.endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated:
        _keep_typed()
        target = url_for("auth.login", next=own_path(page_here()))
        if "HX-Request" in request.headers:  # a part of a page was asked for: the whole page goes to sign in
            return Response(headers={"HX-Redirect": target})
        return redirect(target)
    if context.now() - current_user.seen_at > access.SEEN_EVERY:
        access.touch(current_user.session_key, context.now())
    return None


def _parts(address: str) -> SplitResult | None:
    """Return the parts of an address that a browser sent; None when it is none."""
    try:
        return urlsplit(address)
    except ValueError:  # such as http://[
        return None


def _keep_typed() -> None:
    """Keep what was typed into a form whose session had ended, for the person of that session."""
    if request.form:
        kept.keep(access.session_owner(session.get(IN_COOKIE)), own_path(page_here()))


def _require_own_origin() -> None:
    """Refuse a form that another site sent (ASVS 5.0, 3.5.1): its Origin is not ours."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin:
        sender = _parts(origin)
        if sender is None or sender.netloc != request.host:
            abort(400)
