"""Triggers that keep the log and what was signed from being changed, on both databases, and their fingerprint.

SQLite: UPDATE and DELETE are refused, and an INSERT that would replace a row (`OR REPLACE`) as well.
PostgreSQL: UPDATE, DELETE and TRUNCATE are refused by triggers that fire in every replication role.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from models.base import Base
from models.log import ERASED, ERASED_SALT
from models.vocabulary import Status

S: Final = Status

# table -> sets of columns that are unique in it; a row that meets one of them would replace another
APPEND_ONLY: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "log_entry": (("epoch", "seq"), ("prev",), ("hash",)),
    "log_private": (("epoch", "seq", "path"),),
    "hand_in": (("id",), ("task_id", "no")),
    "evidence": (("id",),),
    "signature": (("id",), ("hand_in_id", "level", "no")),
    "deadline": (("id",), ("task_id", "no")),
    "progress": (("id",), ("task_id", "no")),
    "plan_signature": (("id",), ("plan_id",)),
    "delay_cause": (("id",), ("task_id", "no")),
    "cause_decision": (("id",), ("cause_id",)),
    "mention": (("id",), ("note_id", "person_id")),
    "flow": (("id",), ("plan_id", "no")),
    "batch": (("id",), ("code",), ("undoes_id",)),
    "source_file": (("id",),),
    "handover": (("id",),),
    "target_care": (("id",), ("target_id", "no")),
    "target_goal": (("id",), ("target_id", "year", "no")),
    "target_value": (("id",), ("target_id", "period", "no")),
    "figure_note": (("id",),),
    "unit_event_unit": (("id",), ("event_id", "unit_id", "side")),
    "report_template": (("id",),),
}
# of these tables the texts that an erasure by two people may take out of a row, and nothing else of it
ERASABLE: Final[dict[str, tuple[str, ...]]] = {
    "hand_in": ("result", "salt"),
    "evidence": ("filename",),
    "signature": ("remark",),
    "progress": ("result", "difficulty", "cause", "next_step", "salt"),
    "plan_signature": ("remark",),
    "delay_cause": ("text",),
    "cause_decision": ("reason",),
    "source_file": ("filename",),
    "handover": ("reason",),
    "figure_note": ("text",),
    "report_template": ("filename",),
    "target_value": ("source", "reason"),
}
# tables whose rows change but are never removed or replaced: a task put in anew could have any status
KEPT: Final[dict[str, tuple[tuple[str, ...], ...]]] = {"task": (("id",),), "erasure": (("id",),)}

# how a guard says no, on both databases
WORDS: Final = ("append-only", "only moves forward", "no such step")

_STOPPED: Final = (S.CANCELLED, S.WITHDRAWN)
# the changes of status the database lets through; the life cycle's table says who may make them, and when
TRANSITIONS: Final[dict[Status, tuple[Status, ...]]] = {
    S.DRAFT: (S.ASSIGNED, S.CANCELLED),
    S.ASSIGNED: (S.RECEIVED, S.DRAFT, *_STOPPED),
    S.RECEIVED: (S.IN_PROGRESS, S.ON_HOLD, S.SUBMITTED, *_STOPPED),
    S.IN_PROGRESS: (S.WAITING, S.ON_HOLD, S.SUBMITTED, *_STOPPED),
    S.WAITING: (S.IN_PROGRESS, *_STOPPED),
    S.ON_HOLD: (S.IN_PROGRESS, *_STOPPED),
    S.SUBMITTED: (S.SIGNED_OFF, S.COMPLETED, S.IN_PROGRESS, S.CANCELLED),
    S.SIGNED_OFF: (S.COMPLETED, S.IN_PROGRESS, S.SUBMITTED, S.CANCELLED),
    S.COMPLETED: (S.IN_PROGRESS,),
}
# the way back: what several tasks were moved by in one go can be undone on the same day (`workflow/undoing.py`)
UNDONE: Final[dict[Status, tuple[Status, ...]]] = {
    S.WITHDRAWN: (S.ASSIGNED, S.RECEIVED, S.IN_PROGRESS, S.WAITING, S.ON_HOLD),
    S.ON_HOLD: (S.RECEIVED,),
}
_LEGAL: Final = ", ".join(
    f"'{old}>{new}'" for moves in (TRANSITIONS, UNDONE) for old, found in moves.items() for new in found
)
_ILLEGAL: Final = f"NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN ({_LEGAL})"

# a confirmed erasure of this very value, or of a value of this row
_OF_VALUE: Final = (
    "EXISTS (SELECT 1 FROM erasure a WHERE a.state = 'confirmed'"
    " AND a.epoch = OLD.epoch AND a.seq = OLD.seq AND a.path = OLD.path)"
)
_OF_ROW: Final = (
    "EXISTS (SELECT 1 FROM erasure a JOIN log_entry l ON l.epoch = a.epoch AND l.seq = a.seq"
    " WHERE a.state = 'confirmed' AND l.obj_type = {table} AND l.obj_id = OLD.id)"
)

_PG_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION dondoc_refuse() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $guard$
"""
_PG_HEAD_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION dondoc_head() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
IF TG_OP = 'UPDATE' AND (NEW.epoch, NEW.seq) > (OLD.epoch, OLD.seq) THEN RETURN NEW; END IF;
RAISE EXCEPTION 'log_head only moves forward';
END $guard$
"""
_PG_STATUS_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION dondoc_status() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
IF {_ILLEGAL} THEN RAISE EXCEPTION 'no such step'; END IF;
RETURN NEW;
END $guard$
"""
_PG_OPEN: Final = " ".join(
    f"WHEN '{table}' THEN ARRAY[{', '.join(repr(name) for name in names)}]" for table, names in ERASABLE.items()
)
_PG_ERASABLE_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION dondoc_erasable() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
open text[] := CASE TG_TABLE_NAME {_PG_OPEN} END;
name text;
BEGIN
IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - open = to_jsonb(OLD) - open AND {_OF_ROW.format(table="TG_TABLE_NAME")} THEN
FOREACH name IN ARRAY open LOOP
IF to_jsonb(NEW) ->> name IS DISTINCT FROM to_jsonb(OLD) ->> name
AND coalesce(to_jsonb(NEW) ->> name, '') <> ALL (ARRAY['{ERASED}', '{ERASED_SALT}'])
THEN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END IF;
END LOOP;
RETURN NEW;
END IF;
RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';
END $guard$
"""
_PG_PRIVATE_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION dondoc_private() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
IF TG_OP = 'DELETE' AND {_OF_VALUE} THEN RETURN OLD; END IF;
RAISE EXCEPTION 'log_private is append-only';
END $guard$
"""
_PG_FUNCTIONS: Final = {
    "dondoc_erasable": _PG_ERASABLE_FUNCTION,
    "dondoc_private": _PG_PRIVATE_FUNCTION,
    "dondoc_refuse": _PG_FUNCTION,
    "dondoc_head": _PG_HEAD_FUNCTION,
    "dondoc_status": _PG_STATUS_FUNCTION,
}
# event bits of pg_trigger.tgtype: 2 before, 1 row; 8 delete, 16 update, 32 truncate
_PG_EVENTS: Final = {"rows": 1 + 2 + 8 + 16, "truncate": 2 + 32, "status": 1 + 2 + 16, "delete": 1 + 2 + 8}


def install(connection: Connection) -> None:
    """Put every guard in place anew; safe to run any number of times."""
    remove(connection)
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take the guards away, for a migration that rebuilds a table."""
    for name, table in _present(connection):
        suffix = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{suffix}")


def missing(connection: Connection) -> list[str]:
    """Return the names of guards that are absent or not as they should be; empty when all stand."""
    wanted = expected(connection.dialect.name)
    found = definitions(connection)
    return sorted(name for name, definition in wanted.items() if found.get(name) != definition)


def expected(dialect: str) -> dict[str, str]:
    """Return each guard's name and its definition as the database will tell it."""
    if dialect == "sqlite":
        return {_name_in(statement): statement for statement in _sqlite_statements()}
    rows = [(table, _pg_function(table), "rows") for table in APPEND_ONLY]
    rows += [(table, "dondoc_refuse", "truncate") for table in APPEND_ONLY]
    rows += [("log_head", "dondoc_head", kind) for kind in ("rows", "truncate")]
    rows += [(table, "dondoc_refuse", kind) for table in KEPT for kind in ("delete", "truncate")]
    rows += [("task", "dondoc_status", "status")]
    found = {f"guard_{table}_{kind}": f"{table} A {_PG_EVENTS[kind]} {function} - -" for table, function, kind in rows}
    return found | {f"{name}()": _pg_body(source) for name, source in _PG_FUNCTIONS.items()}


def definitions(connection: Connection) -> dict[str, str]:
    """Return each guard's name and its definition as it stands in the database now."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard_%'")
        )
        return {str(name): str(sql) for name, sql in rows}
    triggers = connection.execute(
        text(
            "SELECT t.tgname, c.relname, t.tgenabled, t.tgtype, p.oid::regproc::text,"
            " coalesce(nullif(t.tgattr::text, ''), '-'), CASE WHEN t.tgqual IS NULL THEN '-' ELSE 'when' END"
            " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE 'guard_%' AND NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
    )
    found = {str(name): " ".join(str(part) for part in parts) for name, *parts in triggers}
    sources = connection.execute(
        text(
            "SELECT proname, prosrc FROM pg_proc"
            " WHERE proname LIKE 'dondoc_%' AND pronargs = 0 AND pg_function_is_visible(oid)"
        )
    )
    return found | {f"{name}()": source.strip() for name, source in sources}


def _statements(dialect: str) -> list[str]:
    return _sqlite_statements() if dialect == "sqlite" else _pg_statements()


def _sqlite_statements() -> list[str]:
    found = []
    for table, uniques in (APPEND_ONLY | KEPT).items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        verbs = ("UPDATE", "DELETE") if table in APPEND_ONLY else ("DELETE",)
        found += [
            f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table}{_unless(table, verb)} {refuse}"
            for verb in verbs
        ]
        meets = " OR ".join(
            "(" + " AND ".join(f"{column} = NEW.{column}" for column in unique) + ")" for unique in uniques
        )
        found.append(
            f"CREATE TRIGGER guard_{table}_insert BEFORE INSERT ON {table}"  # noqa: S608  (this module's tables only)
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {meets}) {refuse}"
        )
    refuse = "BEGIN SELECT RAISE(ABORT, 'log_head only moves forward'); END"
    return [
        *found,
        "CREATE TRIGGER guard_log_head_update BEFORE UPDATE ON log_head"
        f" WHEN NOT (NEW.epoch, NEW.seq) > (OLD.epoch, OLD.seq) {refuse}",
        f"CREATE TRIGGER guard_log_head_delete BEFORE DELETE ON log_head {refuse}",
        f"CREATE TRIGGER guard_log_head_insert BEFORE INSERT ON log_head WHEN EXISTS (SELECT 1 FROM log_head) {refuse}",  # noqa: S608  (a text of this module)
        f"CREATE TRIGGER guard_task_status BEFORE UPDATE OF status ON task WHEN {_ILLEGAL}"
        " BEGIN SELECT RAISE(ABORT, 'no such step'); END",
    ]


def _unless(table: str, verb: str) -> str:
    """Return the condition of a guard on SQLite: none, or everything but what an erasure by two people lets go."""
    if (table, verb) == ("log_private", "DELETE"):
        return f" WHEN NOT {_OF_VALUE}"
    if table not in ERASABLE or verb != "UPDATE":
        return ""
    names = [column.name for column in Base.metadata.tables[table].columns]
    same = [f"NEW.{name} IS OLD.{name}" for name in names if name not in ERASABLE[table]]
    open_ = [f"(NEW.{name} IS OLD.{name} OR NEW.{name} IN ('{ERASED}', '{ERASED_SALT}'))" for name in ERASABLE[table]]
    table_name = _OF_ROW.format(table=f"'{table}'")
    return f" WHEN NOT ({' AND '.join([*same, *open_, table_name])})"


def _pg_statements() -> list[str]:
    found = [
        *_PG_FUNCTIONS.values(),
        "CREATE TRIGGER guard_task_status BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION dondoc_status()",
        "ALTER TABLE task ENABLE ALWAYS TRIGGER guard_task_status",
    ]
    for table in KEPT:
        found += _pg_guard(table, "delete", "DELETE", "ROW", "dondoc_refuse")
        found += _pg_guard(table, "truncate", "TRUNCATE", "STATEMENT", "dondoc_refuse")
    for table, function in [*((table, _pg_function(table)) for table in APPEND_ONLY), ("log_head", "dondoc_head")]:
        found += _pg_guard(table, "rows", "UPDATE OR DELETE", "ROW", function)
    for table, function in [*((table, "dondoc_refuse") for table in APPEND_ONLY), ("log_head", "dondoc_head")]:
        found += _pg_guard(table, "truncate", "TRUNCATE", "STATEMENT", function)
    return found


def _pg_function(table: str) -> str:
    """Return the function that judges a change of a row: most are refused, some may lose a text that was erased."""
    if table == "log_private":
        return "dondoc_private"
    return "dondoc_erasable" if table in ERASABLE else "dondoc_refuse"


def _pg_guard(table: str, kind: str, events: str, each: str, function: str) -> tuple[str, str]:
    """Return how a guard is made, and made to fire in every replication role."""
    name = f"guard_{table}_{kind}"
    return (
        f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    )


def _present(connection: Connection) -> list[tuple[str, str]]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard_%'"
    else:
        query = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE 'guard_%' AND NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
    return [(name, table) for name, table in connection.execute(text(query))]


def _name_in(statement: str) -> str:
    return statement.split()[2]


def _pg_body(function: str) -> str:
    return function.split("$guard$")[1].strip()
