"""One letter a task: so many people with one task each, due soon, and a mail server that takes everything."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

from flask import Flask
from sqlalchemy import text

import clock
from bench.servers import ROOT
from models.base import db
from notifications import sweep

# as long as one of ours with one line
LETTER: Final = b"Subject: x\r\n\r\n" + (b"y" * 75 + b"\r\n") * 80
ROUNDS: Final = 500
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
