"""`flask log …`: says in words and in JSON whether the log is intact, and names the first bad line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from random import Random

import pytest
from click.testing import Result
from flask import Flask

from models import guards
from models.base import db
from models.log import LogEntry, LogHead
from models.vocabulary import Action
from tests.fixtures import tampering
from tests.fixtures.places import World
from tests.fixtures.tampering import Lab
from workflow import files
from workflow.given import Upload

PROMISED = {"ok", "entries", "first_bad", "reason", "covered_to"}


@pytest.fixture
def command(world_app: tuple[Flask, World]) -> Iterator[Flask]:
    """Return an application whose log tells a short story."""
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        world.step(world.drafts[0], Action.COMMENT, "head_a", text="Đã rõ.")
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()


def run(app: Flask, *words: str) -> Result:
    found: Result = app.test_cli_runner().invoke(args=list(words))
    return found


def last_entry(app: Flask) -> tuple[int, str]:
    with app.app_context():
        number = db.session.scalars(db.select(LogHead.seq)).one()
        act = db.session.scalars(db.select(LogEntry.act).where(LogEntry.seq == number)).one()
        db.session.remove()
    return number, act


def test_an_intact_log_is_said_to_be_so_and_the_look_itself_is_logged(command: Flask) -> None:
    before, _ = last_entry(command)
    answer = run(command, "log", "verify", "--json")
    facts = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert set(facts) >= PROMISED
    assert (facts["ok"], facts["entries"], facts["covered_to"], facts["first_bad"]) == (True, before, before, None)
    assert last_entry(command) == (before + 1, "log.verify")
    assert str(before + 1) in run(command, "log", "verify").stdout


def test_one_byte_changed_in_one_line_is_named_with_its_number(command: Flask, engine: str) -> None:
    with command.app_context():
        lab = Lab(Random(7))
        changes = (tampering.change_body, *((tampering.break_text_of_body,) if engine == "sqlite" else ()))
        expected = [lab.commit(change)[0] for change in changes][-1:]
        guard(lab)
    answer = run(command, "log", "verify")
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
    facts = json.loads(run(command, "log", "verify", "--json").stdout)
    first = min(number for number in (*expected, facts["first_bad"]) if number)
    assert (facts["ok"], facts["first_bad"], facts["reason"]) == (False, first, "altered")
    assert str(first) in answer.stdout
    assert facts["covered_to"] == first - 1


def guard(lab: Lab) -> None:
    with lab.open() as connection:
        guards.install(connection)
        connection.commit()
    db.session.remove()


def test_missing_guards_are_named_and_neither_serve_nor_up_starts(command: Flask) -> None:
    with command.app_context():
        Lab(Random(7))
        db.session.remove()
    answer = run(command, "log", "verify", "--json")
    facts = json.loads(answer.stdout)
    assert (answer.exit_code, facts["ok"], facts["reason"], facts["first_bad"]) == (1, False, "guards", None)
    assert "guard_log_entry" in facts["detail"]
    for name in ("serve", "up"):
        with command.app_context():
            started = run(command, name, "--port", "1")
            db.session.remove()
        assert started.exit_code == 1
        assert "guard_log_entry" in started.output


def test_a_lost_end_of_the_log_is_a_finding_and_no_fault_of_the_program(command: Flask) -> None:
    with command.app_context():
        lab = Lab(Random(7))
        with lab.open() as connection:
            connection.execute(db.text("DELETE FROM log_head"))
            connection.commit()
        db.session.remove()
    answer = run(command, "log", "verify", "--json")
    facts = json.loads(answer.stdout)
    assert (answer.exit_code, facts["ok"], facts["reason"]) == (1, False, "head")
    assert "Traceback" not in run(command, "log", "verify").output
    with command.app_context():
        command.extensions["dondoc"]["install"]()
        assert db.session.scalar(db.select(LogHead.seq)) is None, "what lost its head is not begun anew"
        db.session.remove()
    with command.app_context():
        started = run(command, "serve", "--port", "1")
        db.session.remove()
    assert (started.exit_code, type(started.exception)) == (1, SystemExit)


def test_a_deleted_file_of_evidence_is_named_with_task_and_hand_in(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        world.step(world.drafts[0], Action.RECEIVE, "head_a", "2026-01-06T09:00")
        given = {"result": "Xong.", "files": (Upload("a.txt", b"x"),)}
        world.step(world.drafts[0], Action.HAND_IN, "officer_a", "2026-01-06T09:00", **given)
        sha = hashlib.sha256(b"x").hexdigest()
        files.vault().path(sha).unlink()
        db.session.remove()
    answer = run(app, "log", "verify")
    assert answer.exit_code == 1
    assert all(word in answer.stdout for word in (sha, f"Nhiệm vụ {world.drafts[0]}", "bản nộp 1", "đã bị xóa"))
    facts = json.loads(run(app, "log", "verify", "--json").stdout)
    assert (facts["ok"], facts["reason"], facts["first_bad"]) == (False, "files", None)
    assert [(item["task"], item["hand_in"], item["sha256"]) for item in facts["files"]] == [(world.drafts[0], 1, sha)]


def test_only_the_end_is_looked_at_when_asked_for(command: Flask) -> None:
    answer = run(command, "log", "verify", "--last", "5")
    assert answer.exit_code == 0
    assert "5" in answer.stdout
    assert run(command, "log", "verify", "--last", "0").exit_code == 2


def test_rows_and_log_are_compared(command: Flask) -> None:
    assert json.loads(run(command, "log", "compare", "--json").stdout)["disagreements"] == 0
    with command.app_context():
        with db.engine.connect().execution_options(write=True) as connection:
            connection.execute(db.text("UPDATE task SET product = 'lén lút' WHERE id = 1"))
            connection.commit()
        db.session.remove()
    answer = run(command, "log", "compare")
    assert answer.exit_code == 1
    assert "task 1 product" in answer.stdout


def test_the_append_probe_tries_every_guard_with_rows_in_place(command: Flask) -> None:
    before = last_entry(command)
    answer = run(command, "log", "append-probe", "--json")
    facts = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert facts["refused"] == facts["tried"] >= 24
    assert facts["through"] == []
    assert last_entry(command) == before
    with command.app_context():
        Lab(Random(7))
        db.session.remove()
    answer = run(command, "log", "append-probe")
    assert answer.exit_code == 1
    assert "DELETE FROM log_entry" in answer.stdout
    assert last_entry(command) == before, "what got through was rolled back"
