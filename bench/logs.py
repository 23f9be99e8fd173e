"""The log's page over a short log and over one a hundred times as long: what each filter costs, side by side."""

from __future__ import annotations

import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from app import create_app
from bench import servers
from bench.report import Figure
from bench.statements import Counted
from models.base import db

FEW: Final = 50_000
MANY: Final = 5_000_000
# a page over the long log costs at most so many times what it costs over the short one
TIMES: Final = 1.5
ENTRIES_A_TASK: Final = 25
# what is asked for -> the address; numbers are filled in from the database
PAGES: Final[dict[str, str]] = {
    "newest": "/log",
    "a page far back": "/log?before=1.{middle}",
    "a person": "/log?person={person}",
    "a unit": "/log?unit={unit}",
    "a task": "/log?task={task}",
    "a family of acts": "/log?act=task",
    "a rare family": "/log?act=people",
    "days": "/log?from={day}&to={day}",
    "written words": "/log?text=khong+co+o+dau",
}
NUMBERS: Final = """
SELECT (SELECT seq / 2 FROM log_head) AS middle, (SELECT max(task_id) FROM log_entry) AS task,
(SELECT actor_id FROM log_entry WHERE actor_id > 0 GROUP BY actor_id ORDER BY count(*) DESC LIMIT 1) AS person,
(SELECT unit_id FROM log_entry WHERE unit_id > 0 GROUP BY unit_id ORDER BY count(*) DESC LIMIT 1) AS unit,
(SELECT substr(at, 1, 10) FROM log_entry WHERE seq = (SELECT seq / 2 FROM log_head)) AS day
"""


# the copies are told apart by their number and moment; they follow the chain's form and not the chain itself
COPY: Final = """
INSERT INTO log_entry
(epoch, seq, prev, hash, body, at, act, obj_type, obj_id, task_id, plan_id, unit_id, actor_id, req)
SELECT epoch, seq + :step, printf('%032x', seq + :step) || substr(prev, 33),
printf('%032x', seq + :step) || substr(hash, 33), body,
strftime('%Y-%m-%d %H:%M:%f000', at, :days), act, obj_type, obj_id, task_id, plan_id, unit_id, actor_id, req
FROM log_entry WHERE seq <= :own
"""
PRIVATE: Final = """
INSERT INTO log_private (epoch, seq, path, salt, value) SELECT epoch, seq + :step, path, salt, value FROM log_private
WHERE seq <= :own
"""


def growth(seconds: float, few: int = FEW, times: int = MANY // FEW) -> Iterator[Figure]:
    """Measure each page, within this process, over a log and over the same one so many times as long."""
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as name:
        folder = Path(name)
        words = ("--unplanned", "--tasks", str(few // ENTRIES_A_TASK), "--entries", str(few))
        servers.command(folder, "seed", *words)
        short = _measured(folder, seconds)
        began = time.perf_counter()
        lengthen(folder / "dondoc.sqlite3", times)
        print(f"log copied {times} times in {time.perf_counter() - began:.0f} s")
        long = _measured(folder, seconds)
    for job, (spent, asked) in long.items():
        size, before = few * times, short[job][0]
        met = spent <= TIMES * before
        yield Figure(f"log, {job}", few, before, statements=short[job][1])
        goal = f"≤ {TIMES:g}× the short log"
        yield Figure(f"log, {job}", size, spent, statements=asked, limit=before, goal=goal, is_met=met)


def lengthen(database: Path, times: int) -> None:
    """Copy every line of a log so many times behind its end: for reading, not for verifying."""
    with closing(sqlite3.connect(database)) as connection:
        guards = connection.execute(
            "SELECT name FROM sqlite_master WHERE name IN ('guard_log_entry_insert',"
            " 'guard_log_private_insert', 'guard_log_head_update')"
        ).fetchall()
        for (name,) in guards:
            connection.execute(f"DROP TRIGGER {name}")
        own, span = connection.execute(
            "SELECT max(seq), CAST(julianday(max(at)) - julianday(min(at)) AS INTEGER) + 1 FROM log_entry"
        ).fetchone()
        for copy in range(1, times):
            values = {"step": copy * own, "own": own, "days": f"+{copy * span} days"}
            connection.execute(COPY, values)
            connection.execute(PRIVATE, values)
            connection.commit()  # a copy at a time: a write-ahead log of all of them would be as large as the database
        connection.execute("UPDATE log_head SET seq = :end", {"end": own * times})
        connection.commit()


def _measured(folder: Path, seconds: float) -> dict[str, tuple[float, int]]:
    """Return the median milliseconds of each page, and its statements."""
    app = create_app(servers.environment(folder))
    counted, numbers = Counted(app), _numbers(folder)
    accounts = json.loads((folder / "sample_accounts.json").read_text(encoding="utf-8"))["accounts"]
    leader = next(account for account in accounts if account["role"] == "leader")
    found = {}
    for job, path in PAGES.items():
        address = path.format(**numbers)
        asked, spent = counted.of(leader, address), list[float]()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until or len(spent) < 5:
            began = time.perf_counter()
            counted.again(address)
            spent.append((time.perf_counter() - began) * 1000)
        found[job] = statistics.median(spent), asked
    with app.app_context():
        db.engine.dispose()
    return found


def _numbers(folder: Path) -> dict[str, object]:
    with closing(sqlite3.connect(folder / "dondoc.sqlite3")) as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute(NUMBERS).fetchone())
