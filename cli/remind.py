"""`flask remind`: the daily run. It loads nothing that sends letters: it is over before that would pay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask import Flask

import clock
from cli.answers import MomentType, answer, require_test_mode
from i18n import gettext as _
from notifications import clockwatch, sweep
from notifications.sweep import Swept

at_moment = click.option("--at", type=MomentType(), help="As if it were this moment; in test mode only.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(remind)


@click.command("remind")
@at_moment
@click.option("--dry-run", is_flag=True, help="Only print what would be planned; may be asked for any moment.")
@as_json_option
def remind(at: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Plan what is due and not planned yet; safe to run any number of times."""
    swept = sweep.preview(at or clock.now()) if dry_run else sweep.run(moment(at))
    facts = facts_of(swept) | {"dry_run": dry_run} if as_json else None  # of very many lines only when asked for
    answer(words_of(swept, planned=not dry_run), facts, as_json=as_json, ok=swept.held is None)


def moment(at: datetime | None) -> datetime:
    """Return the moment to act at: the one named, in test mode only, else now, after a look at the clock."""
    if at is not None:
        require_test_mode("--at")
        return at
    clockwatch.check_start(clock.now())
    return clock.now()


def facts_of(swept: Swept) -> dict[str, Any]:
    """Return what a run did, for JSON."""
    lines = [
        {
            "recipient": line.recipient_id,
            "task": line.task_id,
            "rule": line.rule,
            "on": line.on.isoformat(),
            "state": str(line.state),
        }
        for line in swept.lines
    ]
    return {
        "day": swept.day.isoformat(),
        "held": swept.held,
        "lines": lines,
        "letters": swept.letters,
        "superseded": swept.superseded,
    }


def words_of(swept: Swept, *, planned: bool) -> str:
    """Return what a run did in one sentence, or would do where nothing was planned."""
    if swept.held is not None:
        return _("Planning is held: the clock jumped. Look at the time, then confirm it on the page Reminders.")
    day, count = f"{swept.day:%d/%m/%Y}", len(swept.planned)
    if not planned:
        return _("%(count)s lines would be planned up to %(day)s.", count=count, day=day)
    return _(
        "%(count)s lines planned up to %(day)s, %(letters)s letters made.", count=count, day=day, letters=swept.letters
    )
