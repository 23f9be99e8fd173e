"""What one request knows: who asks, the organisation of today, the moment, the language."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, current_app, g, has_request_context, request, session
from flask_login import current_user

import clock
from workflow import reference
from workflow.actors import Actor
from workflow.permissions import Scope
from workflow.reference import Reference

LANGUAGES = ("vi", "en")


def me() -> Actor:
    """Return who asks. Raises RuntimeError on a page for strangers."""
    if not current_user.is_authenticated:
        raise RuntimeError("nobody is signed in")
    actor: Actor = current_user.actor
    return actor


def scope() -> Scope:
    """Return what the person who asks may read."""
    return Scope(me())


def ref() -> Reference:
    """Return the organisation of today, read once a request."""
    if "ref" not in g:
        g.ref = reference.load(clock.day_of(now()))
    found: Reference = g.ref
    return found


def now() -> datetime:
    """Return the moment of this request: one for everything it does."""
    if "now" not in g:
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def language() -> str:
    """Return the language to answer in: the person's, else the visitor's choice, else the setting."""
    if has_request_context() and current_user.is_authenticated:
        return me().language
    chosen = session.get("language") if has_request_context() else None
    return chosen if chosen in LANGUAGES else str(current_app.config["LANGUAGE"])


def address() -> str:
    """Return the visitor's address as the server sees it."""
    return request.remote_addr or ""


def init_app(app: Flask) -> None:
    """Give every template what the frame of a page needs."""
    from web import frame

    app.context_processor(frame.variables)
