"""Ways in for people: read a request, call one function, answer."""

from __future__ import annotations

from flask import Flask

from web import assets, auth, context, errors, formats, headers, incoming, pages, proxies

__all__ = ["context", "init_app"]


def init_app(app: Flask) -> None:
    """Register everything people reach by a browser."""
    incoming.init_app(app)
    proxies.init_app(app)
    headers.init_app(app)
    auth.init_app(app)
    errors.init_app(app)
    context.init_app(app)
    assets.init_app(app)
    formats.init_app(app)
    pages.init_app(app)
