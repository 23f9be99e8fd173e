"""Every page family of the product, registered in one place."""

from __future__ import annotations

from flask import Flask

from web import (
    accounts,
    amendments,
    calendar,
    desk,
    feeds,
    health,
    imports,
    inbox,
    letters,
    log,
    organisation,
    plans,
    previews,
    reminders,
    targets,
    task_tables,
    tasks,
)
from web.converters import ActionConverter

FAMILIES = (
    desk,
    tasks,
    imports,
    plans,
    amendments,
    task_tables,
    targets,
    log,
    reminders,
    previews,
    organisation,
    accounts,
    inbox,
    letters,
    feeds,
    calendar,
    health,
)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.url_map.converters["action"] = ActionConverter
    for family in FAMILIES:
        app.register_blueprint(family.bp)
