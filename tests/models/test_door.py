"""The one door: a tracked row changes only inside ledger.recorded(), and nothing of a failed change stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models import probes, schema
from models.base import Base, Tracked, db
from models.people import Person
from models.session import BypassedDoorError, is_writing, transaction
from models.tasks import Task
from tests.fixtures.places import World
from workflow.actors import Actor
from workflow.ledger import note, recorded

TRACKED = schema.tracked()
UNTRACKED = {
    "credential", "idempotency", "lease", "letter", "letter_line", "log_entry", "log_head", "log_private",
    "opened", "reading", "recovery_code", "saved_view", "scheduler_state", "second_factor", "signer_alert",
    "task_table", "throttle", "token", "web_session",
}  # fmt: skip
ROOT = Path(__file__).parents[2]


def row_of(kind: type[Tracked]) -> Tracked:
    """Return a row of a tracked table; made past the door, by the database's own hand, when there is none."""
    found: Tracked | None = db.session.scalars(db.select(kind).limit(1)).first()
    if found is not None:
        return found
    db.session.rollback()
    with db.engine.connect().execution_options(write=True) as connection:
        table = Base.metadata.tables[kind.__tablename__]  # type: ignore[attr-defined]  # every mapped class has one
        connection.execute(table.insert().values(probes.sample(connection, table)))
        connection.commit()
    return row_of(kind)


def column_of(kind: type[Tracked]) -> str:
    return next(str(item.key) for item in db.inspect(kind).column_attrs if item.key not in ("id", "version"))


def add_new(session: Session, kind: type[Tracked]) -> None:
    """Add a row made of what another has."""
    row = row_of(kind)
    names = [attribute.key for attribute in db.inspect(kind).column_attrs if attribute.key != "id"]
    session.add(kind(**{name: getattr(row, name) for name in names}))


def change(_session: Session, kind: type[Tracked]) -> None:
    flag_modified(row_of(kind), column_of(kind))


def remove(session: Session, kind: type[Tracked]) -> None:
    session.delete(row_of(kind))


def bulk_update(session: Session, kind: type[Tracked]) -> None:
    session.execute(update(kind).values({column_of(kind): getattr(kind, column_of(kind))}))


def bulk_delete(session: Session, kind: type[Tracked]) -> None:
    session.execute(delete(kind))


def bulk_insert(session: Session, kind: type[Tracked]) -> None:
    session.execute(insert(kind), [{"id": 1}])


def core_update(session: Session, kind: type[Tracked]) -> None:
    table = db.inspect(kind).local_table
    session.execute(update(table).values({table.c.id: table.c.id}))


def old_bulk_ways(session: Session, kind: type[Tracked]) -> None:
    session.bulk_update_mappings(db.inspect(kind), [{"id": 1}])


WAYS: tuple[Callable[[Session, type[Tracked]], None], ...] = (
    add_new, change, remove, bulk_update, bulk_delete, bulk_insert, core_update, old_bulk_ways,
)  # fmt: skip
INSIDE = WAYS[2:]  # what not even the open door lets through


def test_every_table_is_either_tracked_or_listed_here_as_untracked() -> None:
    assert {*TRACKED, *UNTRACKED} == set(Base.metadata.tables)
    assert UNTRACKED.isdisjoint(TRACKED)


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_a_change_of_any_tracked_table_outside_the_door_fails_at_flush(
    world: World, way: Callable[[Session, type[Tracked]], None]
) -> None:
    for kind in TRACKED.values():
        row_of(kind)
        with pytest.raises((BypassedDoorError, RuntimeError)), transaction() as session:
            way(session, kind)
            session.flush()
        assert not is_writing()


@pytest.mark.parametrize("way", INSIDE, ids=[way.__name__ for way in INSIDE])
def test_not_even_the_open_door_lets_rows_go_or_change_in_bulk(
    world: World, way: Callable[[Session, type[Tracked]], None]
) -> None:
    for kind in TRACKED.values():
        row_of(kind)
        count = db.session.scalar(db.select(db.func.count()).select_from(kind))
        with pytest.raises((BypassedDoorError, RuntimeError)):  # noqa: SIM117  (the fault has to leave both)
            with transaction() as session, recorded(None, "test", by=Actor.system(), at=world.at()):
                way(session, kind)
                session.flush()
        assert db.session.scalar(db.select(db.func.count()).select_from(kind)) == count


def test_a_change_left_pending_before_the_door_opened_is_refused_too(world: World) -> None:
    with pytest.raises(BypassedDoorError), transaction() as session:
        session.get_one(Task, world.drafts[0]).product = "lén lút"
        with recorded(None, "test", by=Actor.system(), at=world.at()):
            session.get_one(Task, world.drafts[1]).product = "thật"
    assert {world.task(key).product for key in world.drafts[:2]} == {""}


def test_a_change_after_the_door_closed_is_refused(world: World) -> None:
    task = world.task(world.drafts[0])
    with pytest.raises(BypassedDoorError), transaction() as session:
        task = session.get_one(Task, task.id)
        with recorded(task, "test", by=Actor.system(), at=world.at()):
            task.product = "thật"
        task.product = "lén lút"
    assert world.task(world.drafts[0]).product == ""


def test_half_a_change_whose_fault_was_swallowed_is_not_committed(world: World) -> None:
    with pytest.raises(RuntimeError, match="a recorded change failed"), transaction() as session:
        task = session.get_one(Task, world.drafts[0])
        try:
            with recorded(task, "test", by=Actor.system(), at=world.at()):
                task.product = "nửa vời"
                session.flush()
                int("the other half")
        except ValueError:
            pass
    assert world.task(world.drafts[0]).product == ""


def test_the_door_opens_only_inside_a_write_unit_and_only_once(world: World) -> None:
    by, at = Actor.system(), world.at()
    with pytest.raises(RuntimeError, match="only inside a write unit"), recorded(None, "test", by=by, at=at):
        pass
    with pytest.raises(RuntimeError, match="door is open already"), transaction():  # noqa: SIM117  (in this order)
        with recorded(None, "test", by=by, at=at), recorded(None, "test", by=by, at=at):
            pass


def test_a_write_unit_is_never_nested_and_the_outer_one_still_commits(world: World) -> None:
    with transaction() as session:
        with pytest.raises(RuntimeError, match="write unit is open already"), transaction():
            pass
        person = session.get_one(Person, world.person["office"])
        with recorded(person, "test", by=Actor.system(), at=world.at()):
            person.language = "en"
    db.session.expire_all()
    assert db.session.get_one(Person, world.person["office"]).language == "en"


def test_a_fact_alone_is_written_when_the_unit_commits_and_not_when_it_fails(world: World) -> None:
    from models.log import LogEntry

    def count() -> Any:
        return db.session.scalar(db.select(db.func.count()).select_from(LogEntry).where(LogEntry.act == "test.fact"))

    with pytest.raises(ValueError, match="no"), transaction():
        note("test.fact", by=Actor.system(), at=world.at(), obj=("page", None))
        raise ValueError("no")
    assert count() == 0
    with transaction():
        note("test.fact", by=Actor.system(), at=world.at(), obj=("page", None))
    assert count() == 1
