"""Every page family of the product, registered in one place."""

from __future__ import annotations

from flask import Flask

from accountability.reports import registers
from web import (
    accountability,
    accounts,
    amendments,
    assigning,
    batches,
    calendar,
    chasing,
    comments,
    desk,
    erasures,
    factor,
    feeds,
    figures,
    flows,
    handovers,
    health,
    imports,
    inbox,
    letters,
    log,
    log_files,
    log_reviews,
    organisation,
    past,
    plans,
    previews,
    recurring,
    reminder_rules,
    reminder_status,
    reminder_why,
    reminders,
    report_templates,
    reports,
    sheets,
    signatures,
    signing,
    target_tables,
    targets,
    task_tables,
    tasks,
    trust,
)
from web.converters import ActionConverter
from web.wording import SENTENCES

# views that belong to another module's pages: named here so that they are there when those are registered
PARTS = (reminder_status, reminder_why, report_templates, log_files, log_reviews, past, erasures, trust)
FAMILIES = (
    desk,
    tasks,
    chasing,
    comments,
    signing,
    signatures,
    recurring,
    accountability,
    figures,
    reports,
    imports,
    plans,
    flows,
    batches,
    sheets,
    assigning,
    amendments,
    task_tables,
    targets,
    target_tables,
    log,
    reminders,
    reminder_rules,
    previews,
    organisation,
    handovers,
    accounts,
    factor,
    inbox,
    letters,
    feeds,
    calendar,
    health,
)


def init_app(app: Flask) -> None:
    """Register the pages, and lend the words of the log to the register that is printed."""
    registers.know(SENTENCES)
    app.url_map.converters["action"] = ActionConverter
    for family in FAMILIES:
        app.register_blueprint(family.bp)
