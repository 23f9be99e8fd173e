"""The database's schema for commands: brought to this version, or dropped in test mode."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from models.base import db

if TYPE_CHECKING:  # heavy, and most commands never look at the schema
    from alembic.script import ScriptDirectory
    from flask_migrate import Config


class OtherVersionError(RuntimeError):
    """The database is of a revision that this version does not know."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"revision {revision} is unknown")
        self.revision = revision


def bring_up_to_date() -> None:
    """Bring the database to this version's schema. Raises OtherVersionError when it belongs to another version."""
    from alembic import command

    _quietly()
    if not is_current():
        command.upgrade(_config(), "head")


def is_current() -> bool:
    """Return whether the database has this version's schema. Raises OtherVersionError for one of another version."""
    present = _present()
    if present is not None and present not in {script.revision for script in _scripts().walk_revisions()}:
        raise OtherVersionError(present)
    return present == _scripts().get_current_head()


def _present() -> str | None:
    """Return the revision the database says it has; None for a new one."""
    from alembic.runtime.migration import MigrationContext

    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(_folder())


def _config() -> Config:
    found: Config = current_app.extensions["migrate"].migrate.get_config(_folder())
    return found


def drop() -> None:
    """Drop every table."""
    from flask_migrate import downgrade

    _quietly()
    db.session.remove()
    downgrade(directory=_folder(), revision="base")


def _folder() -> str:
    return str(Path(current_app.root_path) / "migrations")


def _quietly() -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
