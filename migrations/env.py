"""Runs migrations in one transaction, on the account that owns the tables, with the log's guards put back at the end."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, event, pool

from models import guards, schema
from models.base import Base, Moment

assert schema.MODULES, "every table must be known before migrations compare or build them"
OWNER = current_app.config["DATABASE_OWNER_URL"] or current_app.config["DATABASE_URL"]


def render(kind: str, item: Any, _context: Any) -> str | bool:
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
            guards.remove(connection)
            context.run_migrations()
            if connection.dialect.has_table(connection, "log_head"):
                guards.install(connection)
    engine.dispose()


def _let_tables_be_rebuilt(connection: Any, _record: object) -> None:
    """Switch foreign keys off: SQLite changes a table by making it anew, which would empty the tables that refer to it."""
    connection.execute("PRAGMA foreign_keys=OFF")


run()
