"""The session's two ways: reads as they come, and one write unit that commits change and log entry together.

Every write begins with the database's lock (SQLite: BEGIN IMMEDIATE; PostgreSQL: the row FOR UPDATE), so what is
checked inside is what is changed. A tracked row that changes outside the one door is refused at flush.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, ParamSpec, TypeVar

from flask_sqlalchemy.session import Session
from sqlalchemy import Engine, func, select
from sqlalchemy import event as sa_event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, UOWTransaction

from models import appending
from models.appending import Changes
from models.base import Base, Tracked, db

Row = TypeVar("Row", bound=Base)
P = ParamSpec("P")
T = TypeVar("T")

PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
)
WRITING: Final = "writing"
DOOR: Final = "door"
PENDING: Final = "pending"
BROKEN: Final = "broken"
SNAPSHOT: Final = {"postgresql": {"isolation_level": "REPEATABLE READ"}}

TRIES: Final = 6
# what another's write at the same moment looks like: SQLite's BUSY, LOCKED, UNIQUE and PRIMARY KEY; PostgreSQL's
# serialization failure, deadlock, lock not available and unique violation
PASSING: Final = frozenset({5, 6, 2067, 1555, "40001", "40P01", "55P03", "23505"})


class BypassedDoorError(RuntimeError):
    """A tracked row was about to change without an entry in the log."""


class NotFoundError(LookupError):
    """The row a write unit was opened for is gone."""


@contextmanager
def transaction() -> Iterator[Session]:
    """Open one write unit: the lock first, then whatever is read or written inside, with its entries, then the commit.

    Raises RuntimeError when one is open already: a write unit is never nested.
    """
    session = db.session()
    if session.info.get(WRITING):
        raise RuntimeError("a write unit is open already")
    session.rollback()
    session.connection(execution_options={"write": True})
    session.info[WRITING] = True
    try:
        yield session
        session.flush()
        _require_whole(session)
        appending.write(session, session.info.pop(PENDING, []))
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        for key in (WRITING, PENDING, BROKEN):
            session.info.pop(key, None)


@contextmanager
def attempt() -> Iterator[None]:
    """Do a part of an open write unit that may fail alone: what it wrote and would have logged is taken back then."""
    session = db.session()
    session.flush()
    pending, part = len(session.info.get(PENDING, [])), session.begin_nested()
    try:
        yield
        session.flush()
    except BaseException:
        part.rollback()
        del session.info.get(PENDING, [])[pending:]
        session.info.pop(BROKEN, None)
        raise
    part.commit()


def _require_whole(session: Session) -> None:
    """Refuse the commit when a recorded change failed and the fault was swallowed: half of it may be written."""
    if session.info.get(BROKEN):
        raise RuntimeError("a recorded change failed: what it had written by then may not stay")


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Open one read transaction that sees a single moment, whatever is written beside it, and let it go at the end."""
    session = db.session()
    if session.info.get(WRITING):
        raise RuntimeError("a write unit is open already")
    session.rollback()
    try:
        yield session.connection(execution_options=SNAPSHOT.get(session.get_bind().dialect.name, {}))
    finally:
        session.rollback()


def retried(service: Callable[P, T]) -> Callable[P, T]:
    """Have a service that opens its own write unit begin anew, up to five times, when another's write was in its way.

    Everything is read and checked again each time, so a form that was answered meanwhile does nothing (CON-3).
    """

    @functools.wraps(service)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        for left in reversed(range(TRIES)):
            try:
                return service(*args, **kwargs)
            except DBAPIError as error:
                if not left or not _is_passing(error):
                    raise
                time.sleep(0.02 * (TRIES - left))
        raise AssertionError("the last try returns or raises")

    return wrapped


def _is_passing(error: DBAPIError) -> bool:
    """Return whether a fault of the database is one that goes away when the unit is tried again."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    state = getattr(error.orig, "sqlstate", None)
    return state in PASSING or code in PASSING or (code is not None and code & 0xFF in (5, 6))


def is_writing() -> bool:
    """Return whether a write unit is open here."""
    return bool(db.session().info.get(WRITING))


@contextmanager
def door(changes: Changes) -> Iterator[None]:
    """Let tracked rows change while `changes` notes each of them with its old and new values."""
    session = db.session()
    if not session.info.get(WRITING):
        raise RuntimeError("a tracked row changes only inside a write unit")
    if session.info.get(DOOR) is not None:
        raise RuntimeError("the door is open already")
    session.flush()
    session.info[DOOR] = changes
    try:
        yield
        session.flush()
    except BaseException:
        session.info[BROKEN] = True
        raise
    finally:
        session.info.pop(DOOR, None)


def append(entries: list[appending.Entry]) -> None:
    """Add entries to the log when the open write unit commits, after everything else in it."""
    db.session().info.setdefault(PENDING, []).extend(entries)


def lock(kind: type[Row], key: int | None) -> Row:
    """Return the row with this key as it is now, locked until the unit ends.

    Raises NotFoundError when there is none.
    """
    found = db.session.get(kind, key, populate_existing=True, with_for_update={"of": kind}) if key is not None else None
    if found is None:
        raise NotFoundError(kind.__name__)
    return found


def take_turns(name: str) -> None:
    """Have units that give the same name wait for each other until they end, where more than one may write at once."""
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    if connection.__class__.__module__.startswith("sqlite3"):
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _refuse_unrecorded(session: Any, _context: UOWTransaction, _instances: Any) -> None:
    """Refuse a flush that removes a tracked row, or changes one while no entry is being written."""
    for row in session.deleted:
        if isinstance(row, Tracked):
            raise BypassedDoorError(f"{type(row).__name__} would be deleted; tracked rows are ended, never removed")
    if session.info.get(DOOR) is not None:
        return
    for row in (*session.new, *(row for row in session.dirty if session.is_modified(row))):
        if isinstance(row, Tracked):
            raise BypassedDoorError(f"{type(row).__name__} changes outside ledger.recorded()")


def _note_changes(session: Any, _context: UOWTransaction) -> None:
    """Note old and new values of the tracked rows just written, while the session still knows both."""
    changes = session.info.get(DOOR)
    if changes is None:
        return
    for row in session.new:
        if isinstance(row, Tracked):
            changes.added(row)
    for row in session.dirty:
        if isinstance(row, Tracked) and session.is_modified(row):
            changes.changed(row)


def _refuse_bulk(state: ORMExecuteState) -> None:
    """Refuse a bulk statement on a tracked table, door or no door: it would change rows without old and new value."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    name = getattr(getattr(state.statement, "table", None), "name", None)
    if any(kind.local_table.description == name for kind in Base.registry.mappers if issubclass(kind.class_, Tracked)):
        raise BypassedDoorError(f"a bulk statement changes {name}")


def watch() -> None:
    """Install the listeners above, once for the process."""
    if not sa_event.contains(Engine, "connect", _prepare_sqlite):
        sa_event.listen(Engine, "connect", _prepare_sqlite)
        sa_event.listen(Engine, "begin", _begin)
        sa_event.listen(Session, "before_flush", _refuse_unrecorded)
        sa_event.listen(Session, "after_flush", _note_changes)
        sa_event.listen(Session, "do_orm_execute", _refuse_bulk)
