"""The jobs of performance: pages, writing, reminders, verification, start; each with its limit and goal."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from flask import Flask

import clock
from accountability import checkpoints, verify
from accountability.outside import verify_log
from app import create_app
from bench import letters, limits, people, servers
from bench.browsers import Browser, once, progress, timed
from bench.report import Figure
from bench.statements import Counted
from notifications import delivery
from workflow.actors import Actor

# job -> (path, who asks, most milliseconds, most times the bare page, most statements)
PAGES: Final[dict[str, tuple[str, str, float, float, int | None]]] = {
    "head's list": ("/tasks", "head", 8, 5, 6),
    "task page": ("/tasks/{task}", "head", 9, 5, 6),
    "desk": ("/", "head", 8, 5, 6),
    "log page": ("/log", "leader", 8, 5, None),
    "leadership page": ("/accountability", "leader", 10, 2, 12),
}
# job -> the bare page it is held against, where that is not the one of fifty rows
BARE: Final = {"leadership page": "/grouped"}
ENTRIES_A_TASK: Final = 8
# what is counted of what was told: the lines, of how many tasks, to how many people
TOLD: Final = ("*", "DISTINCT task_id", "DISTINCT recipient_id")
UPDATE_GOAL: Final = 12.0
# a change with its entries is at least 0.03 of SQLite's bare durable transactions
UPDATE_TIMES: Final = 33
# by number of tasks, at least: most seconds of planning reminders, and of verifying the log
SWEEP_GOAL: Final = {1_000: 1.0, 10_000: 1.2, 100_000: 2.0, 1_000_000: 12.0}
SWEEP_MEMORY: Final = {100_000: 120.0, 1_000_000: 250.0}
# seconds for a log of a million entries: inside, by the program outside, and to sign one more checkpoint of it
LOG_GOAL, OUTSIDE_GOAL, CHECKPOINT_GOAL = 60.0, 120.0, 0.1
VERIFY_GOAL: Final = {1_000: 0.1, 10_000: 0.4, 100_000: 3.0}
# a letter is at least 0.3 of a bare one
LETTER_TIMES: Final = 3.3
# milliseconds of a letter that leaves by SMTP, claimed and settled durably
LETTER_GOAL: Final = 1000 / 300
MILLION: Final = 1_000_000
COPIES: Final = 100
START_GOAL: Final = 1.5


@dataclass(frozen=True)
class Prepared:
    """A filled database, and who signs in."""

    folder: Path
    size: int
    accounts: dict[str, dict[str, str]]
    task: int

    @property
    def database(self) -> Path:
        """Return the database file."""
        return self.folder / "dondoc.sqlite3"

    def sign_in(self, port: int, role: str) -> Browser:
        """Return a browser signed in as the account of a role."""
        browser = Browser(port)
        browser.sign_in(self.accounts[role]["username"], self.accounts[role]["password"])
        return browser


@contextmanager
def prepared(size: int) -> Iterator[Prepared]:
    """Fill a database with so many tasks, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as name:
        folder = Path(name)
        words = ("--unplanned", "--tasks", str(size), "--entries", str(size * ENTRIES_A_TASK))
        filled = servers.command(folder, "seed", *words)
        print(f"{size:,} tasks filled in {filled.seconds:.1f} s")
        found = json.loads((folder / "sample_accounts.json").read_text(encoding="utf-8"))["accounts"]
        with closing(sqlite3.connect(folder / "dondoc.sqlite3")) as connection:
            task, head, officer = connection.execute(TASK_OF_A_HEAD).fetchone()
        accounts = {account["role"]: account for account in reversed(found)}
        accounts |= {account["role"]: account for account in found if account["username"] in (head, officer)}
        yield Prepared(folder, size, accounts, task)


TASK_OF_A_HEAD: Final = """
SELECT task.id, head.username, officer.username FROM task JOIN person officer ON officer.id = task.officer_id
JOIN post ON post.unit_id = task.lead_unit_id AND post.rank = 'head' AND post.active
JOIN tenure ON tenure.post_id = post.id AND tenure.to_on IS NULL JOIN person head ON head.id = tenure.person_id
WHERE task.status IN ('received', 'in_progress') ORDER BY task.id DESC LIMIT 1
"""


def measure(size: int, seconds: float) -> Iterator[Figure]:
    """Measure every job on a database of so many tasks."""
    with prepared(size) as base:
        app = create_app(servers.environment(base.folder))
        counted = statements(base, app)
        with servers.bare(base.database) as (port, _):
            limits_of = {path: timed(once(path), lambda: Browser(port), seconds) for path in ("/", *BARE.values())}
        limit = limits_of["/"]
        yield Figure("bare page, 50 rows", size, limit.p50, limit.p95, limit.rate)
        with servers.real(base.folder) as (port, _):
            yield from _pages(base, port, seconds, {path: each.p50 for path, each in limits_of.items()}, counted)
            yield _update(base, port, seconds)
        yield from _reminders(base, app)
        yield _verification(base, app)


def _pages(
    base: Prepared, port: int, seconds: float, limits_of: dict[str, float], counted: dict[str, int]
) -> Iterator[Figure]:
    for job, (path, role, most, times, few) in PAGES.items():
        limit = limits_of[BARE.get(job, "/")]
        asked = once(path.format(task=base.task))
        found = timed(asked, partial(base.sign_in, port, role), seconds)
        goal = f"≤ {most:g} ms, ≤ {times:g}× bare" + (f", ≤ {few} SQL" if few else "")
        met = found.p50 <= times * limit and not found.failed and (few is None or counted[job] <= few)
        yield Figure(job, base.size, found.p50, found.p95, found.rate, counted[job], limit, goal, met)


def _update(base: Prepared, port: int, seconds: float) -> Figure:
    """Measure reports of progress: a change with its entries, durable; eight writers and no failure."""
    browser = base.sign_in(port, "officer")
    token = browser.token(f"/tasks/{base.task}")
    shared = browser.cookies

    def same_person() -> Browser:
        return Browser(port, dict(shared))

    found = timed(progress(base.task, token), same_person, seconds)
    limit = limits.transaction(base.folder)
    met = found.p50 <= UPDATE_TIMES * limit and not found.failed
    job = f"status update, {found.failed} failed"
    goal = f"≤ {UPDATE_GOAL:g} ms, ≤ {UPDATE_TIMES}× bare, no failure"
    return Figure(job, base.size, found.p50, found.p95, found.rate, None, limit, goal, met)


def _reminders(base: Prepared, app: Flask) -> Iterator[Figure]:
    """Measure planning as a whole command, and delivery into the Maildir by letter."""
    people.spread(base.database)
    yield remind(base.folder, base.size)
    with app.app_context():
        spent = _milliseconds(lambda: delivery.deliver(clock.now()))
    count = _count(base.database, "SELECT count(*) FROM letter WHERE state = 'accepted'")
    each = spent / max(count, 1)
    limit = limits.letters(base.folder)
    met = each <= LETTER_TIMES * limit
    goal_words = f"≤ {LETTER_TIMES}× bare"
    yield Figure(f"deliver, each of {count}", base.size, each, limit=limit, goal=goal_words, is_met=met)


def remind(folder: Path, size: int) -> Figure:
    """Measure planning as a whole command, from the start of its process on: time, and memory at its largest."""
    spent, database = servers.command(folder, "remind"), folder / "dondoc.sqlite3"
    goal, most = _at_least(SWEEP_GOAL, size), _at_least(SWEEP_MEMORY, size)
    told, due, hearers = (_count(database, f"SELECT count({each}) FROM letter_line") for each in TOLD)
    limit, met = limits.due_tasks(database), spent.seconds <= goal and spent.memory <= most
    job = f"remind, {due:,} due, {hearers} people, {told:,} lines; {spent.processor:.2f} s CPU, {spent.memory:.0f} MiB"
    words = f"≤ {goal:g} s, ≤ {most:g} MiB"
    return Figure(job, size, spent.seconds * 1000, limit=limit, goal=words, is_met=met)


def one_a_task() -> Iterator[Figure]:
    """Measure delivery of one letter a task through one connection, beside smtplib and a durable transaction alone."""
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as name:
        folder = Path(name)
        for kind, address in letters.databases(folder):
            each = letters.measure(folder / kind, address)
            with letters.sink() as port:
                limit = letters.bare(port) + limits.transaction(folder)
            met = each <= LETTER_GOAL
            yield Figure(
                f"letter, one a task, {kind}", letters.COUNT, each, limit=limit, goal="≤ 3.33 ms (300/s)", is_met=met
            )


def million() -> Iterator[Figure]:
    """Measure planning over a million tasks: a crowd, copied past the log."""
    with prepared(MILLION // COPIES) as base:
        letters.multiply(base.database, COPIES)
        people.spread(base.database)
        yield remind(base.folder, MILLION)


def long_log() -> Iterator[Figure]:
    """Measure a log of a million entries: verified inside and outside, and what one more checkpoint of it costs."""
    with prepared(MILLION // ENTRIES_A_TASK) as base:
        app = create_app(servers.environment(base.folder))
        limit, entries = limits.reading_the_log(base.database), _count(base.database, "SELECT count(*) FROM log_entry")
        with app.app_context():
            made = _checkpoint(base.folder)
            again = _milliseconds(lambda: _checkpoint(base.folder))
            spent = _milliseconds(lambda: verify.log(notes=verify_log.notes_in(made.text)))
        (base.folder / "kept.txt").write_text(made.text, encoding="utf-8")
        words: list[str | Path] = [
            sys.executable,
            "-I",
            verify_log.__file__,
            "--checkpoint",
            base.folder / "kept.txt",
            base.database,
        ]
        outside = _milliseconds(lambda: subprocess.run(words, check=True, capture_output=True))
    for job, figure, most, times in (
        (f"verify {entries:,} entries", spent, LOG_GOAL, 2),
        (f"verify_log.py, {entries:,} entries", outside, OUTSIDE_GOAL, None),
        ("one more checkpoint of them", again, CHECKPOINT_GOAL, None),
    ):
        goal = f"≤ {most:g} s" + (f", ≤ {times}× bare" if times else "")
        met = figure <= most * 1000 and (times is None or figure <= times * limit)
        yield Figure(job, base.size, figure, limit=limit if times else None, goal=goal, is_met=met)


def _checkpoint(folder: Path) -> checkpoints.Checkpoint:
    return checkpoints.make(folder, "bench.example.vn", by=Actor.system(), at=clock.now())


def _verification(base: Prepared, app: Flask) -> Figure:
    """Measure the verification of the whole log."""
    with app.app_context():
        spent = _milliseconds(verify.log)
    limit, most = limits.reading_the_log(base.database), _at_least(VERIFY_GOAL, base.size)
    entries = _count(base.database, "SELECT count(*) FROM log_entry")
    goal, met = f"≤ {most:g} s, ≤ 2× bare", spent <= 2 * limit
    return Figure(f"verify {entries:,} entries", base.size, spent, limit=limit, goal=goal, is_met=met)


def start_up() -> Iterator[Figure]:
    """Measure the start of a database that is there already, up to its first page."""
    with prepared(1_000) as base:
        with servers.bare(base.database) as (_, bare):
            pass
        with servers.real(base.folder) as (_, real):
            pass
    met = real <= START_GOAL * 2 and real <= 3 * bare
    yield Figure("start to first page", 0, real * 1000, limit=bare * 1000, goal="≤ 1.5 s, ≤ 3× bare", is_met=met)


def statements(base: Prepared, app: Flask) -> dict[str, int]:
    """Return how many SQL statements each page takes, signed in, the whole request."""
    counted = Counted(app)
    return {
        job: counted.of(base.accounts[role], path.format(task=base.task)) for job, (path, role, *_) in PAGES.items()
    }


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _at_least(goals: dict[int, float], size: int) -> float:
    return next((goals[key] for key in sorted(goals) if key >= size), goals[max(goals)])


def _count(database: Path, query: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(query).fetchone()[0])
