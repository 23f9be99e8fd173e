"""Fills an empty database with the sample world: everything told in order of time, through the real services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final

from flask import Flask

import clock
from cli.sample_world import accounts, crowd, documents, organisation, tables
from cli.sample_world.aims import Aims
from cli.sample_world.recurring import UNIT, Monthly
from cli.sample_world.stage import Days, Stage
from cli.sample_world.stories import Part, Teller
from notifications import report_drafts, schedule
from workflow import access, reference

# the closed plan and the new body must lie behind the six months that are told day by day
FIRST_DAY: Final = date(2025, 10, 20)
ISSUED: Final = "t-128"
CROWD_FROM: Final = "t-180"
LETTERS_FROM: Final = "t-128"
BEFORE_WORK: Final = -30


def fill(app: Flask, tasks: int = 0) -> list[accounts.Account]:
    """Open the log in the past, play the sample world up to now, return its accounts. Needs a database without a log.

    When the tables tell of fewer than `tasks`, the rest is a crowd written by the bulk door.
    """
    stage = _begun(app)
    teller = Teller(stage)
    _closed_plan(stage, teller)
    _current_work(stage, teller)
    Monthly(stage, teller.leaders[UNIT]).tell()
    Aims(stage, stage.days.of(ISSUED)).tell()
    told = len(tables.rows("closed_plan.csv")) + len(tables.rows("tasks.csv"))
    _crowd(stage, max(0, tasks - told), 0)
    _letters(stage)
    return _played(app, stage, with_letters=True)


def fill_with_crowd(app: Flask, tasks: int, entries: int) -> list[accounts.Account]:
    """Fill a database without a log with the sample's body and a crowd of tasks, and nothing else."""
    stage = _begun(app)
    _crowd(stage, tasks, entries)
    return _played(app, stage)


def add_crowd(tasks: int, entries: int) -> int:
    """Add a crowd to the body that is there, between the last entry and now; return how many entries were written.

    A clock that stands before the last entry (set back, or set anew by a test) gives all of them one moment.
    """
    now, head = clock.now(), reference.now().head
    begins = head.at if head is not None else now
    units, calendar = crowd.units_at(now), reference.now().calendar
    return crowd.Crowd(units, calendar, tasks, entries, begins, max(begins, now), clock.today()).write()


def _begun(app: Flask) -> Stage:
    """Open the log on the day the tables begin, and put the body's history on the stage."""
    stage = Stage(clock.now(), Days(clock.today()), accounts.choose_password(app))
    begins = stage.days.of(tables.toml("organisation.toml")["begins"])
    app.extensions["dondoc"]["install"](clock.start_of(begins) + timedelta(hours=8))
    accounts.keep(app, [])
    organisation.plan_acts(stage)
    return stage


def _played(app: Flask, stage: Stage, *, with_letters: bool = False) -> list[accounts.Account]:
    with access.cheap_hashes(), _into_the_maildir(app):
        stage.play()
        if with_letters:
            report_drafts.run(stage.now - timedelta(minutes=1))
            # what the last acts brought is planned as well, so that nothing is missing; its entries lie before now
            _run_reminders(stage.now - timedelta(minutes=1))
    found = accounts.listed(stage.password)
    accounts.keep(app, found)
    return found


@contextmanager
def _into_the_maildir(app: Flask) -> Iterator[None]:
    """Have letters of the past lie in the Maildir, whatever mail server is set: nobody waits for them."""
    kept = app.config["MAIL_SERVER"]
    app.config["MAIL_SERVER"] = ""
    try:
        yield
    finally:
        app.config["MAIL_SERVER"] = kept


def _closed_plan(stage: Stage, teller: Teller) -> None:
    """Tell the plan of 2021–2025: read, published, its tasks done, closed when its time was over."""
    parts = [teller.part(row, number) for number, row in enumerate(tables.rows("closed_plan.csv"), start=1)]

    def read(at: datetime) -> None:
        found = documents.take(stage, *documents.closed_plan(), [], documents.CLOSED, at)
        for part, task_id in zip(parts, found, strict=False):
            part.id = task_id

    stage.add(documents.READ_CLOSED, 0, read)
    stage.add(documents.READ_CLOSED + timedelta(days=2), 0, lambda at: documents.publish(stage, documents.CLOSED, at))
    for part in parts:
        teller.tell(part)
    closed = min(documents.CLOSED_BY, stage.days.of("t-5"))
    stage.add(closed, 90, lambda at: documents.close(stage, documents.CLOSED, at))


def _current_work(stage: Stage, teller: Teller) -> None:
    """Tell the current plan and what comes from outside it."""
    parts = [teller.part(row, number) for number, row in enumerate(tables.rows("tasks.csv"), start=20)]
    planned = [part for part in parts if part.row["plan"] == "1"]
    issued = stage.days.of(ISSUED)
    stage.add(issued, -10, lambda at: _read_current(stage, planned, issued, at))
    stage.add(issued, 60, lambda at: documents.publish(stage, documents.CURRENT, at))
    for part in parts:
        if part not in planned:
            teller.create(part)
        teller.tell(part)


def _read_current(stage: Stage, planned: list[Part], issued: date, at: datetime) -> None:
    rows = [part.row for part in planned]
    documents.take(
        stage, *documents.current_plan(stage, issued, rows), [row["title"] for row in rows], documents.CURRENT, at
    )
    for part in planned:
        part.id = stage.task[part.row["title"]]


def _crowd(stage: Stage, tasks: int, entries: int) -> None:
    """Let a crowd of tasks come about in the weeks before the six months that are told day by day."""
    if not tasks:
        return
    day = stage.days.of(CROWD_FROM)

    def act(at: datetime) -> None:
        ends = clock.start_of(stage.days.of(ISSUED))
        units, calendar = crowd.units_at(at), stage.reference(at).calendar
        crowd.Crowd(units, calendar, tasks, entries, at, ends, stage.days.today).write()

    stage.add(day, 0, act)


def _run_reminders(at: datetime) -> None:
    schedule.tick(at)


def _letters(stage: Stage) -> None:
    """Let the reminders run on every working day of the six months, as they would have."""
    day = stage.days.of(LETTERS_FROM)
    while day < stage.days.today:
        stage.add(day, BEFORE_WORK, _run_reminders)
        day = stage.days.calendar.add(day, 1)
