"""Runs migrations in one transaction, on the account that owns the tables, with the guards put back at the end."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, event, pool

from models import guards, schema
from models.base import Base, Moment

assert schema.MODULES, "every table must be known before migrations compare or build them"
OWNER = current_app.config["DATABASE_OWNER_URL"] or current_app.config["DATABASE_URL"]


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write a moment as the plain type it is stored as, so that a migration stands without the models."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Moment) else False


def run() -> None:
    """Run what was asked for: all of it, or nothing."""
    engine = create_engine(OWNER, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _let_tables_be_rebuilt)
    with engine.connect() as connection:
        connection = connection.execution_options(write=True)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            is_moving = moves()
            if is_moving:
                guards.remove(connection)
            context.run_migrations()
            if is_moving and connection.dialect.has_table(connection, "log_head"):
                guards.install(connection)
    engine.dispose()


def moves() -> bool:
    """Say whether the schema changes now; where it does not, the guards stay as they are, so that a start notices.

    `flask db upgrade -x guards=install` puts them back in place.
    """
    if context.get_x_argument(as_dictionary=True).get("guards") == "install":
        return True
    try:
        wanted = context.get_revision_argument()
    except KeyError:  # a command that only looks
        return False
    return context.get_context().get_current_revision() != wanted


def _let_tables_be_rebuilt(connection: Any, _record: object) -> None:
    """Switch foreign keys off: SQLite changes a table by making it anew, which would empty those that refer to it."""
    connection.execute("PRAGMA foreign_keys=OFF")


run()
