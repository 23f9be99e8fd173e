"""Placeholder until its owner writes it."""

from __future__ import annotations

from flask import Blueprint, Flask

bp = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    """Register."""
    app.register_blueprint(bp)
