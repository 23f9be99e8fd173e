"""The guards of the log and of what was signed: they refuse every forbidden write, and their absence is noticed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import text

from models import guards, probes
from models.base import db
from tests.fixtures.places import World

PASSES = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
# what an attacker with the owner's rights could do to a guard and hope nobody looks
PG_WEAKER = (
    ("ALTER TABLE log_entry DISABLE TRIGGER guard_log_entry_rows",),
    ("ALTER TABLE log_entry ENABLE TRIGGER guard_log_entry_rows",),  # no longer in every replication role
    ("DROP TRIGGER guard_signature_truncate ON signature",),
    (
        "DROP TRIGGER guard_hand_in_rows ON hand_in",
        "CREATE TRIGGER guard_hand_in_rows BEFORE UPDATE OR DELETE ON hand_in FOR EACH ROW WHEN (OLD.no < 0)"
        " EXECUTE FUNCTION dondoc_refuse()",
        "ALTER TABLE hand_in ENABLE ALWAYS TRIGGER guard_hand_in_rows",
    ),
    (
        "DROP TRIGGER guard_task_status ON task",
        "CREATE TRIGGER guard_task_status BEFORE UPDATE OF title ON task FOR EACH ROW EXECUTE FUNCTION dondoc_status()",
        "ALTER TABLE task ENABLE ALWAYS TRIGGER guard_task_status",
    ),
    (f"CREATE OR REPLACE FUNCTION dondoc_refuse() {PASSES}",),
    (f"CREATE OR REPLACE FUNCTION dondoc_status() {PASSES}",),
    ("ALTER TABLE deadline DISABLE TRIGGER ALL",),
)
SQLITE_WEAKER = (
    ("DROP TRIGGER guard_log_entry_insert",),
    ("DROP TRIGGER guard_log_private_delete",),
    ("DROP TRIGGER guard_task_status",),
    (
        "DROP TRIGGER guard_log_head_update",
        "CREATE TRIGGER guard_log_head_update BEFORE UPDATE ON log_head WHEN 0"
        " BEGIN SELECT RAISE(ABORT, 'log_head only moves forward'); END",
    ),
    (
        "DROP TRIGGER guard_hand_in_update",
        "CREATE TRIGGER guard_hand_in_update BEFORE UPDATE OF no ON hand_in"
        " BEGIN SELECT RAISE(ABORT, 'hand_in is append-only'); END",
    ),
    (
        "DROP TRIGGER guard_signature_update",
        "CREATE TRIGGER guard_signature_update BEFORE UPDATE ON evidence"
        " BEGIN SELECT RAISE(ABORT, 'signature is append-only'); END",
    ),
)
WEAKER = {"postgresql": PG_WEAKER, "sqlite": SQLITE_WEAKER}


def test_every_forbidden_write_is_refused_with_rows_in_place(world: World, engine: str) -> None:
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    world.complete(world.drafts[0])
    db.session.remove()
    tried = probes.forbidden(engine)
    assert [statement for table, statement in tried if not probes.is_refused(db.engine, table, statement)] == []
    assert {table for table, _ in tried} == {*guards.APPEND_ONLY, *guards.KEPT, "log_head"}


@pytest.mark.database("sqlite")  # REPLACE is a way of SQLite's alone
def test_replacing_is_refused_even_where_nobody_set_the_pragmas(world: World, engine: str) -> None:
    path = db.engine.url.database
    db.session.remove()
    with closing(sqlite3.connect(path or "")) as connection:
        assert connection.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        replacing = [statement for _, statement in probes.forbidden(engine) if "REPLACE" in statement]
        before = connection.execute("SELECT count(*), min(body), max(hash) FROM log_entry").fetchone()
        for statement in replacing:
            table = statement.split(" INTO ")[1].split()[0]
            if connection.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,):
                with pytest.raises(sqlite3.IntegrityError, match="|".join(guards.WORDS)):
                    connection.execute(statement)
        assert connection.execute("SELECT count(*), min(body), max(hash) FROM log_entry").fetchone() == before


def test_a_probe_without_its_guard_gets_through_and_says_so(world: World, engine: str) -> None:
    db.session.remove()
    with db.engine.connect().execution_options(write=True) as connection:
        guards.remove(connection)
        connection.commit()
    through = [
        statement for table, statement in probes.forbidden(engine) if not probes.is_refused(db.engine, table, statement)
    ]
    assert "DELETE FROM signature" in through
    assert "UPDATE log_entry SET prev = prev" in through
    with db.engine.connect() as connection:
        assert set(guards.missing(connection)) >= {name for name in guards.expected(engine) if not name.endswith("()")}
        assert connection.execute(text("SELECT count(*) FROM log_entry")).scalar_one() > 0


def test_a_weakened_guard_is_noticed(world: World, engine: str) -> None:
    db.session.remove()
    with db.engine.connect().execution_options(write=True) as connection:
        for statements in WEAKER[engine]:
            assert guards.missing(connection) == []
            for statement in statements:
                connection.exec_driver_sql(statement)
            assert guards.missing(connection) != [], statements
            guards.install(connection)
            assert guards.missing(connection) == [], statements
            connection.rollback()
