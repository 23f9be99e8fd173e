"""`flask plan tasks` and `flask plan annex`: a table in, whole or not at all, and the annex out."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from models.base import db
from models.tasks import Task
from tests.fixtures.places import TITLES, World
from workflow.planning.reading import read

HEAD = "TT;Nhiệm vụ;Đơn vị chủ trì;Thời hạn\n"
GOOD = HEAD + "1;Rà soát danh sách;phong chinh sach;Quý III/2026\n2;Tổng hợp số liệu;;\n"


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["plan", *args])


def table(folder: Path, text: str) -> str:
    path = folder / "bang.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Task.id))) or 0


def test_a_dry_run_shows_every_row_and_keeps_nothing(world_app: tuple[Flask, World], tmp_path: Path) -> None:
    app, world = world_app
    before = count(app)
    done = run(app, "tasks", table(tmp_path, GOOD), "--plan", str(world.plan), "--dry-run")
    assert (done.exit_code, count(app)) == (0, before), done.output
    assert "bang 2: Rà soát danh sách" in done.output
    assert "chưa có đơn vị chủ trì" in done.output


def test_a_table_is_taken_once_and_named_when_it_comes_again(world_app: tuple[Flask, World], tmp_path: Path) -> None:
    app, world = world_app
    before, file = count(app), table(tmp_path, GOOD)
    assert run(app, "tasks", file, "--plan", str(world.plan)).exit_code == 0
    again = run(app, "tasks", file, "--plan", str(world.plan))
    assert (again.exit_code, count(app)) == (1, before + 2)
    assert "Tệp này đã được đưa vào kế hoạch." in again.output


def test_one_bad_row_stops_the_table_and_is_named_by_its_cell(world_app: tuple[Flask, World], tmp_path: Path) -> None:
    app, world = world_app
    before = count(app)
    done = run(app, "tasks", table(tmp_path, GOOD + "3;Kiểm tra;Công ty X;\n"), "--plan", str(world.plan))
    assert (done.exit_code, count(app)) == (1, before)
    assert "bang C4: “Công ty X” không phải là đơn vị" in done.output
    assert run(app, "tasks", table(tmp_path, GOOD), "--plan", "999").exit_code == 1


def test_the_annex_is_written_as_word_and_as_excel(world_app: tuple[Flask, World], tmp_path: Path) -> None:
    app, world = world_app
    for ending in ("docx", "xlsx"):
        path = tmp_path / f"phu-luc.{ending}"
        done = run(app, "annex", str(world.plan), "-o", str(path))
        assert done.exit_code == 0, done.output
        assert [task["text"] for task in read(path.read_bytes(), path.name)["tasks"]] == list(TITLES)
    assert run(app, "annex", str(world.plan), "-o", str(tmp_path / "a.pdf")).exit_code == 2
    assert run(app, "annex", "999", "-o", str(tmp_path / "a.docx")).exit_code == 1
