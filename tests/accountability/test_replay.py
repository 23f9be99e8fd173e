"""State = replay of the log: every tracked row, column by column, and each disagreement named."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from accountability import replay
from models import guards, schema
from models.base import db
from models.vocabulary import Action
from tests.fixtures.places import World

DUE = date(2026, 1, 30)


def behind(statement: str, **values: object) -> None:
    """Change the database past the application, guards and all."""
    db.session.rollback()
    with db.engine.connect().execution_options(write=True) as connection:
        _run(connection, statement, values)
        connection.commit()


def _run(connection: Connection, statement: str, values: dict[str, object]) -> None:
    guards.remove(connection)
    assert connection.execute(db.text(statement), values).rowcount == 1
    guards.install(connection)


def told(world: World) -> int:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE, coordinator_ids=(world.unit["KHTH"],))
    world.step(task, Action.COMMENT, "head_b", text="Sẽ phối hợp.")
    world.complete(task)
    return task


def test_the_log_alone_gives_back_every_row_of_every_tracked_table(world: World) -> None:
    told(world)
    assert replay.differences() == []
    tables = {table for table in schema.tracked() if any(list(replay.states(table)))}
    empty = {name for name, kind in schema.tracked().items() if db.session.scalar(db.select(kind).limit(1)) is None}
    assert tables | empty == set(schema.tracked())
    assert {"task", "hand_in", "signature", "note", "coordination", "deadline", "tenure", "person_contact"} <= tables


def test_each_kind_of_disagreement_is_named_with_both_sides(world: World) -> None:
    task = told(world)
    behind("UPDATE task SET due_on = '2026-03-01', late_after = '2026-03-01' WHERE id = :id", id=task)
    behind("UPDATE signature SET name = 'Người khác' WHERE level = 1")
    behind("UPDATE note SET text = 'Không phối hợp.' WHERE id = 1")
    behind("DELETE FROM coordination WHERE task_id = :id", id=task)
    behind(
        "INSERT INTO section (id, plan_id, path, heading, position) VALUES (999, :plan, 'X', 'Thêm', 9)",
        plan=world.plan,
    )
    found = {(item.table, item.column): (item.by_log, item.in_row) for item in replay.differences()}
    assert found == {
        ("task", "due_on"): ("2026-01-30", "2026-03-01"),
        ("task", "late_after"): ("2026-01-30", "2026-03-01"),
        ("signature", "name"): ("Triệu Minh Đức", "Người khác"),
        ("note", "text"): ("Sẽ phối hợp.", "Không phối hợp."),
        ("coordination", "*"): ("present", "absent"),
        ("section", "*"): ("absent", "present"),
    }


def test_a_private_value_that_is_gone_disagrees_with_its_row(world: World) -> None:
    told(world)
    behind("DELETE FROM log_private WHERE value = 'Sẽ phối hợp.' AND path = 'set/text/new'")
    (found,) = replay.differences()
    assert (found.table, found.column, found.by_log) == ("note", "text", None)
