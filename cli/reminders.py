"""`flask deliver | tick | reconcile | scheduler`: reminders by hand, by cron, or as a node of their own."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import click
from flask import Flask, current_app
from flask.cli import AppGroup

import clock
from cli.answers import answer, require_test_mode
from cli.remind import as_json_option, at_moment, facts_of, moment, words_of
from i18n import gettext as _
from i18n import ngettext
from notifications import delivery, mailer, reconcile, schedule, simulate
from notifications.simulate import Outlook
from workflow.actors import Actor

group = AppGroup("reminders", help="The reminders, under one name.")


def register(app: Flask) -> None:
    """Add the commands."""
    for command in (deliver, tick, compare, scheduler, group):
        app.cli.add_command(command)


@click.command("deliver")
@at_moment
@as_json_option
def deliver(at: datetime | None, as_json: bool) -> None:
    """Send what waits."""
    counts = delivery.deliver(moment(at))
    answer(_ends(counts), _counted(counts), as_json=as_json, ok=_went(counts))


@click.command("tick")
@at_moment
@as_json_option
def tick(at: datetime | None, as_json: bool) -> None:
    """Plan, announce and deliver once, then exit."""
    _tick(at, as_json)


@group.command("run")
@click.option("--once", is_flag=True, required=True, help="One tick, then exit.")
@at_moment
@as_json_option
def run(once: bool, at: datetime | None, as_json: bool) -> None:  # noqa: ARG001  (the flag says what the command does)
    """Plan, announce and deliver once: the same as `flask tick`."""
    _tick(at, as_json)


@group.command("simulate")
@click.option("--days", type=click.IntRange(1, 92), default=simulate.DAYS, show_default=True, help="How many days.")
@at_moment
@as_json_option
def simulated(days: int, at: datetime | None, as_json: bool) -> None:
    """Print the letters of the next days as the rules stand, if nobody acts meanwhile; writes nothing."""
    if at is not None:
        require_test_mode("--at")
    found = simulate.outlook(at or clock.now(), days=days)
    told = [
        f"{day:%d/%m/%Y}: {ngettext('%(num)d letter', '%(num)d letters', count)}" for day, count in found.by_day.items()
    ]
    words = [ngettext("%(num)d letter", "%(num)d letters", found.count)]
    words += [ngettext("%(num)d person", "%(num)d people", found.people)]
    answer("\n".join([", ".join(words), *told]), _outlook(found), as_json=as_json)


@click.command("reconcile")
@at_moment
@as_json_option
def compare(at: datetime | None, as_json: bool) -> None:
    """Compare what should have been written with what was; exit 1 when they differ."""
    if at is not None:
        require_test_mode("--at")
    verdict = reconcile.run(at or clock.now(), by=Actor.system())
    facts = {**asdict(verdict), "as_of": verdict.as_of.isoformat(), "first": list(verdict.first)}
    words = _(
        "Missing %(missing)s, extra %(extra)s (%(expected)s expected, %(checked)s looked at, up to %(day)s).",
        day=f"{verdict.as_of:%d/%m/%Y}",
        **facts,
    )
    answer("\n".join([words, *verdict.first]), facts, as_json=as_json, ok=verdict.is_clean)


@click.command("scheduler")
def scheduler() -> None:
    """Run one scheduler node in the foreground; several may run, the one with the lease works."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to its object
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_signal: stop.set())
    node = schedule.start(app)
    click.echo(_("The scheduler runs as %(owner)s; stop it with Ctrl+C.", owner=node.owner))
    stop.wait()
    node.stop()


def _tick(at: datetime | None, as_json: bool) -> None:
    done = schedule.tick(moment(at))
    words = f"{words_of(done.swept, planned=True)}\n{_ends(done.delivered)}"
    is_well = done.swept.held is None and _went(done.delivered)
    answer(words, facts_of(done.swept) | _counted(done.delivered) if as_json else None, as_json=as_json, ok=is_well)


def _outlook(found: Outlook) -> dict[str, Any]:
    letters = [
        {
            "day": letter.day.isoformat(),
            "recipient": letter.person_id,
            "urgent": letter.is_urgent,
            "lines": [{"task": told.task_id, "rule": told.rule, "on": told.on.isoformat()} for told in letter.told],
        }
        for letter in found.letters
    ]
    span = {"first": found.first.isoformat(), "last": found.last.isoformat()}
    return span | {"people": found.people, "unreachable": len(found.unreachable), "letters": letters}


ENDS: Final = (delivery.ACCEPTED, delivery.DELAYED, delivery.AMBIGUOUS, delivery.FAILED, delivery.SKIPPED)


def _counted(counts: Counter[str]) -> dict[str, int]:
    return {name.removeprefix("letter."): counts[name] for name in ENDS}


def _ends(counts: Counter[str]) -> str:
    sent = ngettext("%(num)d letter sent", "%(num)d letters sent", counts[delivery.ACCEPTED])
    left = _("%(delayed)s delayed, %(ambiguous)s in doubt, %(failed)s failed, %(skipped)s dropped", **_counted(counts))
    return f"{sent}; {left}." if _went(counts) else f"{sent}; {left}.\n{_why_not_sent()}"


def _went(counts: Counter[str]) -> bool:
    """Return whether letters get out: none had to wait, or at least one was taken."""
    return not counts[delivery.DELAYED] or bool(counts[delivery.ACCEPTED])


def _why_not_sent() -> str:
    """Say where the letters were to go, what was answered, and what to do."""
    return _(
        "No letter could be sent to %(place)s: %(said)s\n"
        "Look at the mail server and the settings DONDOC_MAIL_*. The letters wait and are tried again.",
        place=mailer.place(current_app.config) or current_app.config["DATA_DIR"],
        said=delivery.trouble(),
    )
