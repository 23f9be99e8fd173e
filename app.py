"""Puts the parts together; nothing imports this module."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask import Flask

import cli
import clock
import config
import i18n
from cli import faults
from models import schema, session
from models.base import db
from version import VERSION
from workflow import ledger

# so many new objects, and so many rounds, before dead cycles are looked for
SELDOM: Final = (100_000, 20, 100)


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Return the application, configured from DONDOC_* variables. Raises BadSetting when one cannot be right.

    On the command line that is said in words.
    """
    with faults.at_start():
        return _made(environ)


def _made(environ: Mapping[str, str] | None) -> Flask:
    app = Flask(__name__)
    app.cli = faults.Commands(app)
    app.config.update(config.load(environ))
    session.watch()
    db.init_app(app)
    lean = cli.modules_for(sys.argv) if environ is None else None
    if lean is not None:
        i18n.init_app(app, lambda: str(app.config["LANGUAGE"]))
        cli.init_app(app, lean)
        _collect_less()
        return app
    _with_pages(app)
    cli.init_app(app)
    return app


def _collect_less() -> None:
    """Look for dead cycles seldom, and never among what was loaded: a run makes very many objects and few cycles."""
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


def _with_pages(app: Flask) -> None:
    """Add what people reach by a browser, and what changes the schema."""
    from flask_migrate import Migrate

    import web
    from cli.sample_world import accounts
    from workflow import access, files, sealing

    Migrate(app, db, directory=str(Path(app.root_path) / "migrations"), render_as_batch=True)
    i18n.init_app(app, web.context.language)
    files.open_vault(_folder(app) / "files")
    sealing.use(app.config["SECRET_KEY"])
    if app.config["TEST_MODE"]:
        access.use_cheap_hashes()
    web.init_app(app)
    app.extensions["dondoc"] = {"install": lambda at=None: install(app, at), "samples": lambda: accounts.shown(app)}


def install(app: Flask, at: datetime | None = None) -> None:
    """Open the log when there is none: the first entry names product, schema and the public half of the key.

    `at` is given by sample worlds only, whose history begins in the past.
    """
    from accountability import keys

    with app.app_context():
        public = keys.public_text(keys.ensure(_folder(app)))
        genesis = {
            "product": VERSION,
            "key": public,
            "origin": app.config["LOG_ORIGIN"],
            "tables": sorted(schema.tracked()),
        }
        ledger.ensure_open(at or clock.now(), genesis)


def _folder(app: Flask) -> Path:
    folder: Any = app.config["DATA_DIR"]
    return Path(folder)
