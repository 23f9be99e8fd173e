"""Placeholder until its owner writes it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reminders", __name__, url_prefix="/reminders")


@bp.get("")
def index() -> str:
    """Placeholder."""
    return ""
