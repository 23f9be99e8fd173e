"""What the bench says is what it measured; and its pages keep to few questions, however many tasks there are."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

import clock
from bench import documents, limits, people, plans, report, servers
from bench.statements import Counted
from cli.sample_world import crowd
from models.base import db
from models.tasks import Task
from models.vocabulary import Status
from tests.fixtures.places import PASSWORD, World
from workflow import reference
from workflow.planning.reading import read

FEW, MANY, MOST = 100, 2_000, 6


def grow(world: World, count: int) -> None:
    at = world.at("2026-01-05T08:00")
    units, ends = crowd.units_at(at), at + timedelta(days=1)
    crowd.Crowd(units, reference.now().calendar, count, 0, at, ends, clock.day_of(at)).write()


def statements(app: Flask, world: World, counted: Counted, path: str) -> int:
    """Return how many questions a page of the head asks; `{task}` is an open task of his with a history."""
    with app.app_context():
        mine = select(Task.id).where(Task.lead_unit_id == world.unit["CSDT"], Task.status == Status.RECEIVED)
        task = db.session.scalar(mine.order_by(Task.id.desc()).limit(1))
        db.session.remove()
    return counted.of({"username": "head_a", "password": PASSWORD}, path.format(task=task))


@pytest.mark.parametrize("path", ["/tasks", "/tasks/{task}", "/"])
def test_list_task_and_desk_take_at_most_six_statements_at_a_hundred_tasks_and_at_two_thousand(
    path: str, world_app: tuple[Flask, World], clock_at: Callable[[str], None]
) -> None:
    clock_at("2026-01-07T09:00")
    app, world = world_app
    counted = Counted(app)
    with app.app_context():
        grow(world, FEW)
        db.session.remove()
    few = statements(app, world, counted, path)
    with app.app_context():
        grow(world, MANY - FEW)
        db.session.remove()
    many = statements(app, world, counted, path)
    assert few == many
    assert 0 < many <= MOST


def test_a_line_of_the_table_shows_figure_limit_ratio_and_whether_the_goal_is_met() -> None:
    figure = report.Figure("desk", 10_000, 12.0, 20.0, 80.0, 5, 4.0, "≤ 5× bare", is_met=True)
    shown = report.table([figure])
    assert all(word in shown for word in ("desk", "10,000", "12.0", "20.0", "80/s", "3.0×", "≤ 5× bare", "met"))


@pytest.mark.parametrize("measured", [limits.transaction, limits.letters])
def test_a_bare_limit_is_a_time_and_leaves_nothing_of_ours_behind(
    measured: Callable[[Path], float], tmp_path: Path
) -> None:
    assert measured(tmp_path) > 0
    assert list(tmp_path.glob("*.sqlite3")) == []


def test_reading_the_log_bare_reads_every_entry_of_a_database(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE log_entry (epoch, seq, body)")
        connection.executemany("INSERT INTO log_entry VALUES (1, ?, '{}')", [(number,) for number in range(100)])
    assert limits.reading_the_log(path) > 0
    with pytest.raises(sqlite3.OperationalError):
        limits.reading_the_log(tmp_path / "absent.sqlite3")


def test_sixty_people_share_the_open_tasks_of_a_measured_crowd(tmp_path: Path) -> None:
    path = tmp_path / "crowd.sqlite3"
    tables = (
        "person (id, username, name, sort_key, language, active, version)",
        "person_contact (person_id, email)",
        "role_grant (person_id, role, unit_id, from_on)",
        "credential (person_id, password_hash, changed_at, must_change)",
        "task (id, status, lead_unit_id, officer_id)",
    )
    given = [(key, "received" if key % 5 else "completed", key % 6, 1 + key % 6) for key in range(6_000)]
    with sqlite3.connect(path) as connection:
        for table in tables:
            connection.execute(f"CREATE TABLE {table}")
        connection.execute("INSERT INTO person (id) VALUES (9)")
        connection.executemany("INSERT INTO task VALUES (?, ?, ?, ?)", given)
    assert people.spread(path) == people.PEOPLE
    with sqlite3.connect(path) as connection:
        counted = "SELECT lead_unit_id, officer_id, count(*) FROM task WHERE status = ? GROUP BY 1, 2"
        held = connection.execute(counted, ("received",)).fetchall()
        closed = connection.execute(counted, ("completed",)).fetchall()
    assert len({officer for _unit, officer, _count in held}) == len(held) == people.PEOPLE - 6
    assert min(count for *_who, count in held) > 0.5 * 4_800 / len(held)
    assert len(closed) == 6


def test_a_command_is_measured_with_the_memory_of_its_own(tmp_path: Path) -> None:
    ballast = bytearray(b"x") * (200 * 2**20)
    spent = servers.command(tmp_path, "--version")
    assert len(ballast) == 200 * 2**20
    assert spent.processor > 0
    assert 0 < spent.memory < 100
    with pytest.raises(subprocess.CalledProcessError):
        servers.command(tmp_path, "no-such-command")


def test_the_made_up_plan_as_a_pdf_has_its_pages_its_words_and_its_tables() -> None:
    found = read(documents.pdf(10), "plan.pdf")
    assert found["tasks"][0]["text"].startswith("Kiểm tra lần 1 việc thực hiện các chính sách")
    assert [task["lead"] for task in found["tasks"][-10:]] == [[f"Phòng số {number}"] for number in range(1, 11)]


def test_the_score_of_a_folder_is_its_own_programs_with_the_goals_beside(tmp_path: Path) -> None:
    (tmp_path / "score.py").write_text(
        "import json, sys; out = sys.argv[sys.argv.index('--json') + 1];"
        " open(out, 'w').write(json.dumps({'total': {'tasks': [9, 10], 'header': [2, 10], 'invented': [0, 3]}}));"
        " print('share of that program')"
    )
    first, goals, met = plans.score(tmp_path)
    assert first == "share of that program"
    assert goals.split()[:3] == ["goal", "≥", "95"]
    assert met.split() == ["NOT", "MET", "NOT", "MET", "met"]
    with pytest.raises(FileNotFoundError):
        list(plans.score(tmp_path / "absent"))
