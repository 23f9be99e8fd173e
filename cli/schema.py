"""The database's schema for commands: brought to this version, or dropped in test mode."""

from __future__ import annotations

import logging
from pathlib import Path

import click
from alembic.util import CommandError
from flask import current_app
from flask_migrate import downgrade, upgrade

from models.base import db


def bring_up_to_date() -> None:
    """Bring the database to this version's schema. Fails in words when it belongs to another version."""
    _quietly()
    try:
        upgrade(directory=_folder())
    except CommandError as error:
        raise click.ClickException(str(error)) from None


def drop() -> None:
    """Drop every table."""
    _quietly()
    db.session.remove()
    downgrade(directory=_folder(), revision="base")


def _folder() -> str:
    return str(Path(current_app.root_path) / "migrations")


def _quietly() -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
