"""The session: contention is not an error, and what is read in one look belongs to one moment."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import date
from functools import partial
from threading import Barrier, BrokenBarrierError, Timer

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.base import db
from models.people import Person
from models.session import TRIES, lock, retried, snapshot, transaction
from models.tasks import Task
from tests.fixtures.places import World
from tests.fixtures.threads import together
from workflow.actors import Actor
from workflow.ledger import recorded


@pytest.mark.database("postgresql")  # SQLite has one writer at a time and knows no deadlock
def test_two_who_lock_each_other_out_both_get_through(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    meeting, tries = Barrier(2), list[int]()

    @retried
    def write(first: int, second: int) -> None:
        tries.append(first)
        with transaction():
            task = lock(Task, first)
            with suppress(BrokenBarrierError):
                meeting.wait(2 if len(tries) <= 2 else 0.01)
            other = lock(Task, second)
            with recorded(task, "test", by=Actor.system(), at=world.at()):
                task.product += "x"
                other.product += "x"

    a, b = world.drafts[:2]
    assert together(app, [partial(write, a, b), partial(write, b, a)]) == [None, None]
    assert len(tries) == 3, "one of the two had to begin anew"
    with app.app_context():
        assert [world.task(task).product for task in (a, b)] == ["xx", "xx"]


@pytest.mark.database("sqlite")  # PostgreSQL waits for a row as long as it takes
def test_a_locked_database_is_waited_for(world: World) -> None:
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    other = sqlite3.connect(db.engine.url.database or "", check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    timer = Timer(0.15, other.rollback)
    timer.start()
    tries: list[int] = []

    @retried
    def write() -> None:
        tries.append(1)
        with transaction() as session:
            person = session.get_one(Person, world.person["office"])
            with recorded(person, "test", by=Actor.system(), at=world.at()):
                person.language = "en"

    write()
    timer.join()
    other.close()
    assert 1 < len(tries) <= TRIES


def test_what_cannot_go_away_is_not_tried_again(world: World) -> None:
    tries: list[int] = []

    @retried
    def write() -> None:
        tries.append(1)
        with transaction() as session:
            task = session.get_one(Task, world.drafts[0])
            with recorded(task, "test", by=Actor.system(), at=world.at()):
                task.steps = 7

    with pytest.raises(IntegrityError):
        write()
    assert len(tries) == 1
    assert world.task(world.drafts[0]).steps == 2


def test_a_snapshot_sees_one_moment_whatever_is_written_beside_it(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        query = text("SELECT seq FROM log_head")
        with snapshot() as connection:
            before = connection.execute(query).scalar_one()
            assert together(app, [partial(world.assign, world.drafts[0], "CSDT", date(2026, 1, 30))]) == [None]
            assert connection.execute(query).scalar_one() == before
        with snapshot() as connection:
            assert connection.execute(query).scalar_one() > before


def test_a_snapshot_is_not_taken_inside_a_write_unit(world: World) -> None:
    with transaction(), pytest.raises(RuntimeError, match="write unit is open"), snapshot():
        pass


@pytest.mark.database("sqlite")  # PostgreSQL is durable and checks references by itself
def test_every_connection_is_durable_and_checks_references(world: World) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 10_000,
    }
    with db.engine.connect() as connection:
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted} == wanted
