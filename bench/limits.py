"""What this machine can do at best: the same work without anything of ours, measured in the same run."""

from __future__ import annotations

import hashlib
import mailbox
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import orjson

ROUNDS: Final = 200
LETTERS: Final = 200
OPEN_DUE: Final = (
    "SELECT id, title, due_on, lead_unit_id FROM task"
    " WHERE status NOT IN ('draft', 'completed', 'cancelled', 'withdrawn')"
    " AND due_on <= date('now', '+45 day')"
)


def transaction(folder: Path) -> float:
    """Return the milliseconds of one durable transaction that updates a row and appends another."""
    path = folder / "limit.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
            connection.execute(statement)
        connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER)")
        connection.execute("CREATE TABLE b (id INTEGER PRIMARY KEY, body TEXT)")
        connection.execute("INSERT INTO a VALUES (1, 0)")
        times = [_timed_write(connection, number) for number in range(ROUNDS)]
    path.unlink()
    return statistics.median(times)


def _timed_write(connection: sqlite3.Connection, number: int) -> float:
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE a SET n = ? WHERE id = 1", (number,))
    connection.execute("INSERT INTO b (body) VALUES (?)", ("x" * 800,))
    connection.execute("COMMIT")
    return (time.perf_counter() - began) * 1000


def reading_the_log(database: Path) -> float:
    """Return the milliseconds of reading every body, parsing it with orjson and hashing it."""
    began = time.perf_counter()
    with closing(sqlite3.connect(database)) as connection:
        for (body,) in connection.execute("SELECT body FROM log_entry ORDER BY epoch, seq"):
            data = body.encode()
            orjson.loads(data)
            hashlib.sha256(b"\x00" + data).hexdigest()
    return (time.perf_counter() - began) * 1000


def due_tasks(database: Path) -> float:
    """Return the milliseconds of fetching every open task due soon or overdue."""
    began = time.perf_counter()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(OPEN_DUE).fetchall()
    return (time.perf_counter() - began) * 1000


def letters(folder: Path) -> float:
    """Return the milliseconds of putting one ready letter into a Maildir."""
    box = mailbox.Maildir(folder / "limit-mail")
    letter = b"Subject: x\r\n\r\n" + b"y" * 4000
    began = time.perf_counter()
    for _ in range(LETTERS):
        box.add(letter)
    return (time.perf_counter() - began) * 1000 / LETTERS
