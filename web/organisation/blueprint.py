"""The address under which the pages of the organisation live."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint

from workflow.queries import organisation
from workflow.reference import Reference

bp = Blueprint("organisation", __name__, url_prefix="/admin")


@bp.app_template_filter()
def day_before(day: date) -> date:
    """Return the last day of a span that is stored with the first day after it."""
    return day - timedelta(days=1)


def units_of(ref: Reference) -> list[tuple[int, str]]:
    """Return the units of the body as the choices of a form, each under the one above it."""
    return [(line.unit.id, line.name) for line in organisation.tree(ref)]
