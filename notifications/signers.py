"""Acts that nobody may do: the named superior hears at once, by a system letter, with all of his in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import current_app
from sqlalchemy import select

import clock
from i18n import gettext as _
from i18n import ngettext
from models.base import db
from models.handover import SignerAlert
from models.log import LogHead
from models.session import retried, transaction
from models.tasks import Task
from notifications import recipients, rosters, system
from notifications.system import Notice
from workflow import reference, signers

KEY: Final = "nosigner;alert="
SHOWN: Final = 50


def run(at: datetime) -> None:
    """Look at what waits when something has happened since the last look or another hour has begun, and tell.

    Seats and mandates end by themselves at an hour; whatever else moves them stands in the log.
    """
    kept = current_app.extensions.setdefault("dondoc", {})
    now = db.session.scalar(select(LogHead.seq)), at.astimezone(clock.LOCAL).strftime("%F %H")
    if kept.get("signers_looked") != now:
        signers.watch(at)
        kept["signers_looked"] = now
    tell(at)


@retried
def tell(at: datetime) -> int:
    """Put a letter into the outbox to each superior who has not heard of an alert yet; returns to how many."""
    untold = SignerAlert.told_at.is_(None), SignerAlert.solved_at.is_(None), SignerAlert.superior_id.is_not(None)
    if db.session.scalar(select(SignerAlert.id).where(*untold).limit(1)) is None:
        return 0
    with transaction():
        roster = rosters.load(reference.load(clock.day_of(at)))
        query = select(SignerAlert, Task.title).outerjoin(Task, Task.id == SignerAlert.task_id).where(*untold)
        by_person: dict[int, list[tuple[SignerAlert, str]]] = {}
        for alert, title in db.session.execute(query.order_by(SignerAlert.id).with_for_update(of=SignerAlert)):
            by_person.setdefault(alert.superior_id or 0, []).append((alert, title or ""))
        for person, found in by_person.items():
            _tell(person, found, roster, at)
        return len(by_person)


def _tell(person: int, found: Sequence[tuple[SignerAlert, str]], roster: recipients.Roster, at: datetime) -> None:
    reader = roster.readers.get(person)
    if reader is not None:
        base = current_app.config["PUBLIC_URL"].rstrip("/")
        key = f"{KEY}{found[0][0].id}-{found[-1][0].id}"
        items = [(alert.kind, title) for alert, title in found]
        system.queue(reader, key, lambda: notice(items, base), roster.ref.settings["body.name"], at)
    for alert, _title in found:
        alert.told_at = at


def notice(items: Sequence[tuple[str, str]], base: str) -> Notice:
    """Return what a superior is told: how many acts wait that nobody may do, and which."""
    count = ngettext("%(num)d act waits that nobody can do", "%(num)d acts wait that nobody can do", len(items))
    lines = [
        ": ".join(filter(None, (_(signers.KINDS[kind]), " ".join(title.split())))) for kind, title in items[:SHOWN]
    ]
    return Notice(
        _("Nobody can sign: %(count)s", count=count),
        [
            _("The seats that would act are empty, or belong to whoever may not act on his own work."),
            _("Have the office enter who holds the seat, or a mandate by decision. It stays on the board until then."),
        ],
        items=lines,
        links=((_("Everything that nobody can do"), f"{base}/admin/signers"),),
    )
