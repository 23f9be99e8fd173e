"""The draft of a month's report, prepared once the month has closed, and the letter that tells the office of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import current_app

import clock
from accountability.periods import parse
from accountability.reports import drafts, register
from i18n import gettext as _
from models.reports import Report
from models.session import retried, transaction
from notifications import rosters, system
from notifications.system import Notice
from workflow import reference

KEY: Final = "report;draft="


def run(at: datetime) -> int | None:
    """Prepare the draft that is due and tell the office; any number of times does no more. Returns its number."""
    made = drafts.prepare(at)
    if made is not None:
        tell(register.one(made), at)
    return made


@retried
def tell(row: Report, at: datetime) -> None:
    """Put a letter into the outbox to whoever works in the office, once a draft."""
    with transaction():
        roster = rosters.load(reference.load(clock.day_of(at)))
        base = current_app.config["PUBLIC_URL"].rstrip("/")
        number, code = row.id, row.period
        for person in sorted({*roster.office, *roster.office_people}):
            reader = roster.readers.get(person)
            if reader is not None:
                body = roster.ref.settings["body.name"]
                system.queue(reader, f"{KEY}{number}", lambda: notice(number, code, base), body, at)


def notice(number: int, code: str, base: str) -> Notice:
    """Return what the office is told: the draft waits to be read, edited and issued."""
    period = parse(code)
    text, values = period.title
    words = _(text, **values)
    return Notice(
        _("Draft of the report: %(period)s", period=words),
        [
            _(
                "The period closed on %(day)s. The system has prepared the draft from the log as of that day.",
                day=f"{period.last:%d/%m/%Y}",
            ),
            _("Read it, edit its text, give it number and day, and bring the signed copy back."),
        ],
        links=((_("Open the draft"), f"{base}/reports/{number}"),),
    )
