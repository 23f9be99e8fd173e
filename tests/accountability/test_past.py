"""The past of the log as a database: every tracked row as it stood, on both databases, whatever came later."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accountability import past
from models import schema
from models.appending import logged_columns
from models.base import db
from models.log import LogEntry, LogPrivate, plain
from models.session import transaction
from models.vocabulary import Action
from tests.fixtures.places import World
from workflow import reference

DUE = date(2026, 1, 30)


def rows() -> dict[tuple[str, int], dict[str, Any]]:
    """Return every tracked row as the log writes it."""
    return {
        (table, row.id): {name: plain(getattr(row, name)) for name in logged_columns(kind)}
        for table, kind in schema.tracked().items()
        for row in db.session.scalars(db.select(kind).order_by(kind.__table__.c.id))  # type: ignore[attr-defined]
    }


def test_every_row_stands_as_it_stood_and_the_organisation_with_it(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE, coordinator_ids=(world.unit["KHTH"],))
    world.step(task, Action.COMMENT, "head_b", text="Sẽ phối hợp.")
    world.complete(task)
    before, organisation, point = rows(), reference.load(DUE), past.head()
    world.assign(world.drafts[1], "KHTH", date(2026, 3, 30), local="2026-02-02T08:00")
    assert rows() != before
    with past.standing(point):
        assert rows() == before
        then = reference.load(DUE)
        assert db.session.scalar(db.select(db.func.count()).select_from(LogEntry)) == point.seq
        assert (then.head.epoch, then.head.seq) == (point.epoch, point.seq) if then.head else False
    for name in ("units", "seats", "settings", "calendar", "parents"):
        assert getattr(then, name) == getattr(organisation, name)
    assert rows() != before
    assert past.last_before(world.at("2026-02-01T00:00")) == point


def test_nothing_is_written_in_the_past(world: World) -> None:
    point = past.Point(1, past.head().seq - 5)
    with past.standing(point), pytest.raises(RuntimeError, match="open already"), transaction():
        pass


def test_an_erased_text_says_so_in_the_past_too(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    world.to_hand_in(world.drafts[0], result="Họ tên của một công dân.")
    point = past.head()
    world.assign(world.drafts[1], "KHTH", date(2026, 3, 30))
    with db.engine.connect().execution_options(write=True) as connection:
        from models import guards

        guards.remove(connection)
        table = LogPrivate.__table__
        connection.execute(table.delete().where(table.c.value == "Họ tên của một công dân."))  # type: ignore[attr-defined]
        guards.install(connection)
        connection.commit()
    db.session.rollback()
    with past.standing(point):
        found = [row["result"] for (name, _key), row in rows().items() if name == "hand_in"]
    assert found == [past.ERASED]


def test_before_the_first_entry_there_is_nothing(world: World) -> None:
    with pytest.raises(past.NothingYetError):
        past.last_before(world.at("2019-01-01T00:00"))
