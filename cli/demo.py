"""`flask demo`: fill an empty database with the sample world, and say how to sign in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

import clock
import config
from cli import schema
from cli.answers import require_test_mode
from cli.sample_world import accounts
from i18n import gettext as _


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(demo)


@click.command("demo")
@click.option("--reset", is_flag=True, help="In test mode: drop everything there is first.")
@click.option(
    "--tasks", type=click.IntRange(0, 1_000_000), default=0, help="Have at least so many tasks, by the bulk door."
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the accounts as JSON; those of a sample world that is there already, too.",
)
@with_appcontext
def demo(reset: bool, tasks: int, as_json: bool) -> None:
    """Fill an empty database with a believable body, its plans, tasks, log and letters."""
    app = _app()
    if reset:
        require_test_mode("demo --reset")
        empty()
    schema.bring_up_to_date()
    if accounts.has_log() and not accounts.is_unfinished(app):
        _answer_for_what_is_there(as_json)
        return
    _answer(_fill(tasks), as_json)


def fill_if_empty() -> None:
    """Fill an empty database as `flask demo` does, unless real letters could leave from here; print the accounts."""
    app = _app()
    if accounts.has_log() and not accounts.is_unfinished(app):
        found = accounts.kept(app)
    elif _serves_real_people(app):
        click.echo(_("A mail server or a public address is set, so no sample world is filled."))
        return
    else:
        click.echo(_("Filling the sample world (once) …"))
        found = _fill(0)
    if found:
        _answer(found, as_json=False)


def empty() -> None:
    """Drop every table, and the letters kept in the data folder."""
    schema.drop()
    shutil.rmtree(Path(current_app.config["DATA_DIR"]) / "mail", ignore_errors=True)


def _fill(tasks: int) -> list[accounts.Account]:
    from cli.sample_world import fill

    app = _app()
    if clock.today() < fill.FIRST_DAY:
        raise click.ClickException(
            _(
                "The sample world tells what happened up to %(day)s; the clock is set before that.",
                day=f"{fill.FIRST_DAY:%d/%m/%Y}",
            )
        )
    if accounts.is_unfinished(app):
        empty()
        schema.bring_up_to_date()
    return fill.fill(app, tasks)


def _serves_real_people(app: Flask) -> bool:
    """Return whether letters could reach real people, or real people this site."""
    hosts = (app.config["MAIL_SERVER"], urlsplit(app.config["PUBLIC_URL"]).hostname)
    return any(host and not config.is_loopback(host) for host in hosts)


def _answer_for_what_is_there(as_json: bool) -> None:
    """List the accounts of a sample world that is there; refuse to fill over anything else."""
    found = accounts.kept(_app())
    if as_json and found:
        _answer(found, as_json=True)
        return
    raise click.ClickException(_("The database is not empty; nothing was filled. In test mode: flask demo --reset"))


def _answer(found: list[accounts.Account], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    width = max(len(account["username"]) for account in found)
    click.echo(_("Sample accounts; the password of each is: %(password)s", password=found[0]["password"]))
    for account in found:
        click.echo(f"  {account['username']:<{width}}  {account['position']}, {account['unit']}")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to its object
    return app
