"""`flask serve` and `flask up`: the web by a production server, with one embedded scheduler on SQLite."""

from __future__ import annotations

from pathlib import Path
from socket import gaierror

import click
from flask import Flask, current_app
from waitress import create_server
from waitress.server import BaseWSGIServer

import clock
from accountability import seal
from cli import schema
from cli.demo import fill_if_empty
from cli.log import words
from i18n import gettext as _
from models.base import db
from workflow.actors import Actor
from workflow.organization import setup


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(serve)
    app.cli.add_command(up)


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen at; behind a proxy keep the default."
)
@click.option("--no-scheduler", is_flag=True, help="Only the web; a `flask scheduler` runs elsewhere.")
def serve(port: int, host: str, no_scheduler: bool) -> None:
    """Bring the database up to date and run one web node in the foreground."""
    migrate()
    run(port, host, with_scheduler=not no_scheduler)


@click.command("up")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--empty",
    is_flag=True,
    help="Leave an empty database empty: no sample world, the first administrator is asked for.",
)
def up(port: int, host: str, empty: bool) -> None:
    """Bring the database up to date, fill a new one with the sample world, then serve."""
    schema.bring_up_to_date()
    if not empty:
        fill_if_empty()
    migrate()
    run(port, host, with_scheduler=True)


def migrate() -> None:
    """Bring the database to this version's schema and open the log when it is new."""
    schema.bring_up_to_date()
    current_app.extensions["dondoc"]["install"]()


def run(port: int, host: str, *, with_scheduler: bool) -> None:
    """Serve until stopped; refuse to start on a log whose guards or end are not as they should be."""
    from notifications import schedule

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to its object
    _require_sound_log()
    server = server_of(app, host, port)  # first: a port that is taken starts nothing
    is_local = db.engine.dialect.name == "sqlite"
    if with_scheduler and is_local:
        schedule.start(app)
    click.echo(_("Đôn Đốc is ready: %(url)s", url=f"http://{host}:{port}"))
    say_setup_code(f"http://{host}:{port}")
    server.run()


def server_of(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """Return the server of the pages; what proxies forward is passed on, for web.proxies alone judges it."""
    more = {"threads": 8, "ident": None, "clear_untrusted_proxy_headers": False}
    try:
        return create_server(app, host=host, port=port, **more)
    except ValueError:  # the server's library: no machine of that name
        raise gaierror(host) from None


def say_setup_code(url: str) -> None:
    """Print the one-time code for the first administrator, as long as nobody is here."""
    if setup.is_needed():
        code = setup.code(Path(current_app.config["DATA_DIR"]))
        click.echo(_("Nobody is here yet. Open %(url)s/setup with this code: %(code)s", url=url, code=code))
    db.session.remove()


def _require_sound_log() -> None:
    verdict = seal.check(by=Actor.system(), at=clock.now(), last=1000)
    if not verdict.ok:
        raise click.ClickException(words(verdict))
