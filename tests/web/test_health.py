"""What monitors ask: alive, ready, and a few figures for this machine alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from models import guards
from models.base import db
from models.letters import Letter, SchedulerState
from models.words import (
    LetterKind,
    LetterState,
)
from tests.fixtures.people import Visitor
from tests.fixtures.places import World

Visit = Callable[..., Visitor]


def planned(
    world_app: tuple[Flask, World], on: date, held_why: str | None = None, ran: str = "2026-01-05T08:00"
) -> None:
    """Let the scheduler have planned a day."""
    app, world = world_app
    with app.app_context():
        db.session.add(SchedulerState(id=1, day=on, ran_at=world.at(ran), held_why=held_why))
        db.session.commit()


def letter(world: World, **facts: Any) -> Letter:
    """Return a letter that waits since 07:29."""
    common = {
        "recipient_id": world.person["head_a"],
        "key": "digest;on=2026-01-05",
        "day": date(2026, 1, 5),
        "kind": LetterKind.DIGEST,
        "state": LetterState.QUEUED,
        "next_try_at": world.at("2026-01-05T07:29"),
        "created_at": world.at("2026-01-05T07:29"),
        "message_id": "<a@x>",
    }
    return Letter(**{**common, **facts}, subject="", text="", html="")


def test_a_living_process_says_so_without_asking_the_database(fresh_app: Flask, visitor: Visit) -> None:
    for browser in (Visitor(fresh_app), visitor()):
        answer = browser.get("/healthz")
        assert (answer.status_code, answer.get_json()) == (200, {"status": "alive"})


def test_a_system_in_order_is_ready(world_app: tuple[Flask, World], visitor: Visit) -> None:
    planned(world_app, date(2026, 1, 5))
    answer = visitor().get("/readyz")
    assert answer.status_code == 200
    found = answer.get_json()
    assert found == {
        "status": "ok", "database": True, "schema": True, "log_guard": True, "late": [],
        "log_verified_to": None, "log_disagreements": None,
        "oldest_due_seconds": None, "last_run_seconds": found["last_run_seconds"],
    }  # fmt: skip
    assert 0 <= found["last_run_seconds"] < 60


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
        db.session.add(letter(world))
        db.session.commit()
    answer = visitor().get("/readyz")
    assert (answer.status_code, answer.get_json()["late"]) == (200, ["outbox"])
    assert answer.get_json()["oldest_due_seconds"] >= 31 * 60
    figures = visitor().get("/metrics").get_data(as_text=True)
    assert "dondoc_letters_waiting 1" in figures
    assert re.search(r"^dondoc_letters_oldest_due_seconds 18\d\d$", figures, re.MULTILINE)


@pytest.mark.parametrize(
    ("facts", "late"),
    [
        # each failure moves the next try away; the letter is late all the same
        ({"attempts": 5, "next_try_at": "2026-01-05T09:00"}, ["outbox"]),
        ({"attempts": 1, "state": LetterState.SENDING, "next_try_at": "2026-01-05T07:29"}, ["outbox"]),
        # it may have arrived; it is repeated a quarter of an hour later, and late only after that
        ({"attempts": 1, "state": LetterState.AMBIGUOUS, "doubts": 1, "next_try_at": "2026-01-05T07:44"}, []),
        (
            {"attempts": 1, "state": LetterState.AMBIGUOUS, "doubts": 1, "created_at": "2026-01-05T07:14"},
            ["outbox"],
        ),
        ({"attempts": 2, "state": LetterState.AMBIGUOUS, "doubts": 2, "next_try_at": "2026-01-05T07:50"}, []),
        # its first moment has not come
        ({"next_try_at": "2026-01-05T10:00"}, []),
        ({"attempts": 1, "state": LetterState.FAILED}, []),
    ],
)
def test_how_long_a_letter_waits_is_counted_from_when_it_was_due_and_not_from_its_next_try(
    facts: dict[str, Any], late: list[str], world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    planned(world_app, date(2026, 1, 5))
    with app.app_context():
        moments = {name: world.at(text) for name, text in facts.items() if name.endswith("_at")}
        db.session.add(letter(world, **{**facts, **moments}))
        db.session.commit()
    assert visitor().get("/readyz").get_json()["late"] == late


@pytest.mark.parametrize(("moment", "late"), [("2026-01-11T09:00", []), ("2026-01-11T09:01", ["run"])])
def test_no_run_for_25_hours_is_degraded_on_rest_days_too(
    moment: str, late: list[str], world_app: tuple[Flask, World], visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    planned(world_app, date(2026, 1, 10), ran="2026-01-10T08:00")
    clock_at(moment)
    answer = visitor().get("/readyz")
    assert (answer.status_code, answer.get_json()["late"]) == (200, late)


@pytest.mark.parametrize(
    ("username", "path", "sees"),
    [
        ("office", "/", True),
        ("vice", "/tasks", True),
        ("admin", "/organisation/units", True),
        ("admin", "/account", True),
        ("head_a", "/", False),
        ("officer_a", "/tasks", False),
        ("inspector", "/", False),
    ],
)
def test_office_leadership_and_administration_see_on_every_page_that_nobody_is_reminded(
    username: str,
    path: str,
    sees: bool,
    world_app: tuple[Flask, World],
    visitor: Visit,
    clock_at: Callable[[str], None],
) -> None:
    planned(world_app, date(2026, 1, 10), ran="2026-01-10T08:00")
    clock_at("2026-01-11T09:01")
    page = visitor(username).get(path).get_data(as_text=True)
    assert ("banner-alarm" in page) is sees
    assert ("08:00, 10/01/2026" in page) is sees


def test_a_letter_later_than_half_an_hour_shows_on_every_page_until_it_is_sent(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    planned(world_app, date(2026, 1, 5))
    office = visitor("office")
    assert "banner-alarm" not in office.get("/").get_data(as_text=True)
    with app.app_context():
        db.session.add(letter(world, attempts=3, next_try_at=world.at("2026-01-05T08:20")))
        db.session.commit()
    assert "31 phút" in office.get("/").get_data(as_text=True)


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
    assert set(lines) == {
        "dondoc_tasks_open", "dondoc_letters_waiting", "dondoc_letters_failed", "dondoc_letters_oldest_due_seconds",
        "dondoc_reminders_last_run_seconds", "dondoc_log_entries",
    }  # fmt: skip
    assert lines["dondoc_reminders_last_run_seconds"] == "-1"
    for elsewhere in (
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": ""},
    ):
        assert visitor().get("/metrics", environ_base=elsewhere).status_code == 404
