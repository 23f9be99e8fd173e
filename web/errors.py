"""What a person reads when something was refused or went wrong: what, why, what now, in his language."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, Response, current_app, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from i18n import gettext as _
from models.labels import LABELS
from terms import N_
from web import context, formats, incoming
from workflow import access
from workflow.errors import Kind, Refusal

STATUS: Final = {
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.INVALID: 422,
    Kind.TOO_MANY: 429,
    Kind.TOO_LARGE: 413,
    Kind.WRONG_TYPE: 415,
}

# refusals that the service itself wrote into the log
NOTED: Final = frozenset({"wrong_password", "wrong_old_password", "wrong_proof"})
# without a host nothing is known of the visitor's language
STRANGE_HOST: Final = "This site does not answer to that host name. Trang này không phục vụ tên máy chủ đó.\n"

# status -> what, why, what now; for what the rules do not answer themselves
_DESK: Final = N_("Go back to your desk and open it from there.")
PAGES: Final[dict[int, tuple[str, str, str]]] = {
    400: (
        N_("The form could not be taken."),
        N_("It was open for too long, or it came from another site."),
        N_("Go back, reload the page and send it again; what you typed is kept."),
    ),
    403: (N_("You cannot do this here."), N_("This page belongs to other seats than yours."), _DESK),
    404: (
        N_("There is no such page for you."),
        N_("The address is wrong, or what it showed is not for your unit."),
        _DESK,
    ),
    405: (N_("This address cannot be opened so."), N_("It takes a form, not a visit."), _DESK),
    413: (
        N_("The file is too large."),
        N_("Up to %(limit)s MB are taken at once, all files of a form together."),
        N_("Go back, choose smaller files or send them one after the other."),
    ),
    415: (
        N_("This kind of file is not taken."),
        N_("Its content is not what its name says."),
        N_("Save it as one of the kinds the page names and try again."),
    ),
    422: (
        N_("Something in the form does not fit."),
        N_("A value is missing or cannot be used."),
        N_("Go back, correct it and send it again."),
    ),
    500: (
        N_("Something broke on our side."),
        N_("Nothing was saved half: either everything or nothing."),
        N_("Try again in a minute; if it happens again, tell the administrator the time."),
    ),
    503: (
        N_("The database does not answer just now."),
        N_("Many people write at once, or it is being looked after. Nothing was saved half."),
        N_("Try again in a minute."),
    ),
}


def init_app(app: Flask) -> None:
    """Answer every refusal and fault with a page that helps."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, lambda _error: _page(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, lambda _error: refused(Refusal("somebody_was_faster")))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _broken)


def refused(refusal: Refusal) -> ResponseReturnValue:
    """Return the page of a refusal; one for want of rights is noted in the log."""
    note(refusal)
    answer = refusal.answer
    return _render(STATUS[answer.kind], answer.what, answer.why, answer.now, texts(refusal))


def note(refusal: Refusal) -> None:
    """Note in the log that a person was refused for want of a right; a wrong password was noted where it was tried."""
    if refusal.answer.kind == Kind.FORBIDDEN and refusal.code not in NOTED and current_user.is_authenticated:
        access.note_refusal(context.me(), request.endpoint or "", at=context.now())


def texts(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal's details in the reader's language."""
    return {
        name: _(LABELS.get(value, value)) if isinstance(value, str) and value else value
        for name, value in refusal.details.items()
    }


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, SecurityError):
        return Response(STRANGE_HOST, 400, mimetype="text/plain")
    code = error.code or 500
    if code < 400:
        return error
    if code == 403 and current_user.is_authenticated:
        access.note_refusal(context.me(), request.endpoint or "", at=context.now())
    return _page(code)


def _database(error: OperationalError) -> ResponseReturnValue:
    current_app.logger.error("database: %s", error.orig)
    _ask_nothing_more()
    return _page(503)


def _broken(error: Exception) -> ResponseReturnValue:
    if current_app.config.get("TESTING") and current_app.config.get("PROPAGATE_EXCEPTIONS", True):
        raise error
    current_app.logger.error("unexpected", exc_info=error)
    _ask_nothing_more()
    return _page(500)


def _ask_nothing_more() -> None:
    """Have the page be shown as to a stranger: whoever asks is not looked up again where the database is in trouble."""
    known = g.get("_login_user")
    if known is not None and known.is_authenticated:
        session["language"] = known.actor.language
    g._login_user = AnonymousUserMixin()


def _page(code: int) -> ResponseReturnValue:
    what, why, now = PAGES.get(code, PAGES[422 if code < 500 else 500])
    details = {"limit": formats.megabytes(incoming.limit())} if code == 413 else {}
    return _render(code, what, why, now, details)


def _render(code: int, what: str, why: str, now: str, details: dict[str, Any]) -> ResponseReturnValue:
    filled = [_(text, **details) if details else _(text) for text in (what, why, now)]
    link = url_for("desk.show")
    page = render_template("errors/error.html", code=code, title=filled[0], why=filled[1], now=filled[2], link=link)
    return page, code
