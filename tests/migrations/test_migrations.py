"""Migrations build exactly the models, go down to nothing and up again, and never touch a guard without need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from accountability import verify
from models import guards, schema
from models.base import Base, db

MIGRATIONS = Path(__file__).parents[2] / "migrations"
assert schema.MODULES


@pytest.fixture
def database(app: Flask) -> Iterator[Callable[[], set[str]]]:
    """Return a function that names the tables of a migrated database whose log is open."""
    db.session.remove()

    def tables() -> set[str]:
        db.session.remove()
        return set(inspect(db.engine).get_table_names())

    yield tables
    db.session.remove()


def differences() -> list[object]:
    """Return what the database has otherwise than the models."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        return list(compare_metadata(context, Base.metadata))


def checks() -> dict[str, set[str]]:
    """Return the names of each table's CHECKs, which the comparison above does not look at."""
    found = inspect(db.engine)
    return {name: {str(check["name"]) for check in found.get_check_constraints(name)} for name in Base.metadata.tables}


def wanted_checks() -> dict[str, set[str]]:
    return {
        name: {str(item.name) for item in table.constraints if type(item).__name__ == "CheckConstraint"}
        for name, table in Base.metadata.tables.items()
    }


def missing() -> list[str]:
    with db.engine.connect() as connection:
        return guards.missing(connection)


def test_migrations_build_exactly_the_models(database: Callable[[], set[str]]) -> None:
    assert database() == {*Base.metadata.tables, "alembic_version"}
    assert differences() == []
    assert checks() == wanted_checks()
    assert missing() == []


def test_down_to_nothing_and_up_again_gives_the_same_with_its_guards(database: Callable[[], set[str]]) -> None:
    downgrade(directory=str(MIGRATIONS), revision="base")
    assert database() <= {"alembic_version"}
    upgrade(directory=str(MIGRATIONS))
    assert database() == {*Base.metadata.tables, "alembic_version"}
    assert differences() == []
    assert checks() == wanted_checks()
    assert missing() == []


def test_an_upgrade_with_nothing_to_do_changes_no_guard_so_that_a_missing_one_is_noticed(
    database: Callable[[], set[str]],
) -> None:
    with db.engine.connect().execution_options(write=True) as connection:
        name = "guard_log_entry_update" if connection.dialect.name == "sqlite" else "guard_log_entry_rows"
        suffix = "" if connection.dialect.name == "sqlite" else " ON log_entry"
        connection.exec_driver_sql(f"DROP TRIGGER {name}{suffix}")
        connection.commit()
    upgrade(directory=str(MIGRATIONS))
    assert missing() == [name]
    verdict = verify.log()
    assert (verdict.ok, verdict.reason, verdict.detail) == (False, "guards", name)
    db.session.remove()
    upgrade(directory=str(MIGRATIONS), x_arg="guards=install")
    assert missing() == []
    assert verify.log().ok


def test_there_is_one_line_of_migrations_with_one_head() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
