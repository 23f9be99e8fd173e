"""What monitors ask: alive, ready, and a few figures for this machine alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from models import guards
from models.base import db
from models.letters import Letter, SchedulerState
from models.vocabulary import LetterKind, LetterState
from tests.fixtures.people import Visitor
from tests.fixtures.places import World

Visit = Callable[..., Visitor]


def planned(world_app: tuple[Flask, World], on: date, held_why: str | None = None) -> None:
    """Let the scheduler have planned a day."""
    app, world = world_app
    with app.app_context():
        db.session.add(SchedulerState(id=1, day=on, ran_at=world.at(), held_why=held_why))
        db.session.commit()


def test_a_living_process_says_so_without_asking_the_database(fresh_app: Flask, visitor: Visit) -> None:
    for browser in (Visitor(fresh_app), visitor()):
        answer = browser.get("/healthz")
        assert (answer.status_code, answer.get_json()) == (200, {"status": "alive"})


def test_a_system_in_order_is_ready(world_app: tuple[Flask, World], visitor: Visit) -> None:
    planned(world_app, date(2026, 1, 5))
    answer = visitor().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "database": True, "schema": True, "log_guard": True, "late": []}


def test_an_empty_system_is_ready_too(fresh_app: Flask) -> None:
    assert Visitor(fresh_app).get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("moment", "day", "held", "late"),
    [
        ("2026-01-05T07:59", None, None, []),
        ("2026-01-05T08:00", None, None, ["scheduler"]),
        ("2026-01-05T08:00", date(2026, 1, 2), None, ["scheduler"]),
        ("2026-01-05T08:00", date(2026, 1, 5), None, []),
        ("2026-01-05T08:00", date(2026, 1, 5), "clock", ["scheduler"]),
        ("2026-01-04T12:00", None, None, []),
    ],
)
def test_a_late_scheduler_is_degraded_and_not_down(
    moment: str,
    day: date | None,
    held: str | None,
    late: list[str],
    world_app: tuple[Flask, World],
    visitor: Visit,
    clock_at: Callable[[str], None],
) -> None:
    if day is not None:
        planned(world_app, day, held)
    clock_at(moment)
    answer = visitor().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["late"] == late
    assert answer.get_json()["status"] == ("degraded" if late else "ok")


def test_letters_that_wait_too_long_are_degraded(world_app: tuple[Flask, World], visitor: Visit) -> None:
    app, world = world_app
    planned(world_app, date(2026, 1, 5))
    with app.app_context():
        db.session.add(
            Letter(
                recipient_id=world.person["head_a"],
                key="digest;on=2026-01-05",
                day=date(2026, 1, 5),
                kind=LetterKind.DIGEST,
                state=LetterState.QUEUED,
                next_try_at=world.at("2026-01-05T07:29"),
                created_at=world.at(),
                message_id="<a@x>",
                subject="",
                text="",
                html="",
            )
        )
        db.session.commit()
    answer = visitor().get("/readyz")
    assert (answer.status_code, answer.get_json()["late"]) == (200, ["outbox"])
    assert "dondoc_letters_waiting 1" in visitor().get("/metrics").get_data(as_text=True)


def test_a_log_without_its_guards_is_down(world_app: tuple[Flask, World], visitor: Visit) -> None:
    app, _ = world_app
    with app.app_context(), db.engine.begin() as connection:
        guards.remove(connection)
    answer = visitor().get("/readyz")
    assert (answer.status_code, answer.get_json()["log_guard"]) == (503, False)


def test_another_schema_than_this_version_needs_is_down(world_app: tuple[Flask, World], visitor: Visit) -> None:
    app, _ = world_app
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    answer = visitor().get("/readyz")
    assert (answer.status_code, answer.get_json()["schema"]) == (503, False)


def test_a_database_that_does_not_answer_is_down(world_app: tuple[Flask, World], visitor: Visit) -> None:
    app, _ = world_app
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    answer = visitor().get("/readyz")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "down", "database": False})


def test_figures_are_for_this_machine_alone(world_app: tuple[Flask, World], visitor: Visit) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    figures = visitor().get("/metrics")
    lines = dict(line.split() for line in figures.get_data(as_text=True).splitlines() if not line.startswith("#"))
    assert lines["dondoc_tasks_open"] == "1"
    assert int(lines["dondoc_log_entries"]) > 50
    assert set(lines) == {"dondoc_tasks_open", "dondoc_letters_waiting", "dondoc_letters_failed", "dondoc_log_entries"}
    for elsewhere in (
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": ""},
    ):
        assert visitor().get("/metrics", environ_base=elsewhere).status_code == 404
