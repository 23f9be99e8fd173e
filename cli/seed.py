"""`flask seed`: very many tasks with their log, by the bulk door, for measurements."""

from __future__ import annotations

import time

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

import clock
from cli import schema
from cli.sample_world import accounts
from i18n import gettext as _
from notifications import sweep


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(seed)


@click.command("seed")
@click.option("--tasks", type=click.IntRange(1, 2_000_000), required=True, help="How many tasks to write.")
@click.option(
    "--entries",
    type=click.IntRange(0, 20_000_000),
    default=0,
    help="How many entries the log shall have of them, at least what their lives need.",
)
@click.option("--unplanned", is_flag=True, help="Leave the reminders of these tasks to the next run.")
@with_appcontext
def seed(tasks: int, entries: int, unplanned: bool) -> None:
    """Write bulk data into an empty database or a sample world; never beside real people outside test mode."""
    from cli.sample_world import fill

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to its object
    schema.bring_up_to_date()
    started = time.perf_counter()
    if not accounts.has_log():
        fill.fill_with_crowd(app, tasks, entries)
    elif accounts.kept(app) or app.config["TEST_MODE"]:
        try:
            fill.add_crowd(tasks, entries)
        except LookupError:
            words = _("No unit here has both a head and an officer, so nobody could be given a task.")
            raise click.ClickException(words) from None
    else:
        raise click.ClickException(_("This database holds real people; nothing was written."))
    if not unplanned:
        sweep.run(clock.now())
    click.echo(
        _("%(tasks)s tasks written in %(seconds)s s.", tasks=tasks, seconds=round(time.perf_counter() - started, 1))
    )
