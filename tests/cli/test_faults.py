"""What goes wrong around a command is said in words (what, why, what now), in its language, without a traceback."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# what a command says does not depend on the engine the suite runs on: each test names its own database
Flasked = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def flask(tmp_path: Path) -> Flasked:
    """Return a function that runs `flask …` as a process of its own, with settings."""

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "FLASK_"))}
        given = {"DATA_DIR": str(tmp_path / "data"), "TEST_MODE": "1", "NOW": "2026-01-05T09:00"} | settings
        environ = kept | {f"DONDOC_{name}": value for name, value in given.items()}
        command = [sys.executable, "-m", "flask", *words]
        return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    return run


def said(answer: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Hold an answer against what was promised: the code, words on the error channel alone, no traceback."""
    assert answer.returncode == code, answer.stderr
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    assert all(word in answer.stderr for word in words), answer.stderr


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("DONDOC_MAIL_PORT: không phải số nguyên từ 1 đến 65535", "DONDOC_MAIL_PORT=587")),
        ("en", ("DONDOC_MAIL_PORT: it is not a whole number from 1 to 65535", "DONDOC_MAIL_PORT=587")),
    ],
)
def test_a_bad_setting_is_named_with_how_to_write_it_in_the_language_that_was_set(
    language: str, words: tuple[str, ...], flask: Flasked
) -> None:
    said(flask("tick", "--json", MAIL_PORT="x", LANGUAGE=language), 2, *words)


def test_two_settings_that_do_not_go_together_are_named(flask: Flasked) -> None:
    said(flask("tick", MAIL_SERVER="mail.example.vn"), 2, "DONDOC_TEST_MODE", "Hãy viết")


def test_a_database_without_tables_says_how_to_make_them(flask: Flasked) -> None:
    said(flask("tick", "--json"), 1, "chưa có các bảng", "flask db upgrade")
    said(flask("log", "verify", "--json", LANGUAGE="en"), 1, "has not the tables", "flask db upgrade")


def test_a_database_of_another_version_is_named_and_left_as_it_is(flask: Flasked, tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('2031_ahead')")
        connection.commit()
    for words in (("serve", "--port", "1"), ("demo", "--json"), ("tick",)):
        said(flask(*words, DATABASE_URL=f"sqlite:///{path}"), 1, "phiên bản khác", "2031_ahead")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_a_postgresql_that_is_down_is_named_without_its_password(flask: Flasked) -> None:
    with closing(socket.socket()) as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        answer = flask("tick", "--json", DATABASE_URL=f"postgresql://dondoc:bi-mat-lam@127.0.0.1:{port}/dondoc")
    said(answer, 1, "Cơ sở dữ liệu không trả lời", str(port), "DONDOC_DATABASE_URL")
    assert "bi-mat-lam" not in answer.stderr


def test_a_file_that_is_no_database_is_kept_as_evidence(flask: Flasked, tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"not a database" * 1000)
    said(flask("serve", DATABASE_URL=f"sqlite:///{path}"), 1, "không phải cơ sở dữ liệu", str(path))
    assert path.read_bytes() == b"not a database" * 1000


@pytest.fixture
def ready(flask: Flasked) -> Flasked:
    """Return the same on a database with a body, some tasks and their log."""
    filled = flask("seed", "--unplanned", "--tasks", "20", "--entries", "100")
    assert filled.returncode == 0, filled.stderr
    return flask


def test_a_port_that_is_taken_is_named_and_nothing_stays_running(ready: Flasked) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        said(ready("serve", "--port", str(taken.getsockname()[1])), 1, "Cổng đã có chương trình dùng", "--port")
    said(ready("serve", "--host", "khong-co.invalid"), 1, "khong-co.invalid", "--host")


def test_a_full_disk_is_named_and_the_log_stays_intact(ready: Flasked, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "dondoc.sqlite3")) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    code = (
        "import sys; from sqlalchemy import Engine, event; from flask.cli import main\n"
        "@event.listens_for(Engine, 'connect')\n"
        f"def limit(connection, _record): connection.execute('PRAGMA max_page_count={pages}')\n"
        "sys.argv = ['flask', 'seed', '--tasks', '2000', '--entries', '20000']; main()"
    )
    environ = dict(os.environ) | {"DONDOC_DATA_DIR": str(tmp_path / "data"), "DONDOC_NOW": "2026-01-05T10:00"}
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    said(answer, 1, "Ổ đĩa đã đầy", "không có gì bị ghi dở dang")
    assert json.loads(ready("log", "verify", "--json").stdout)["ok"] is True


@pytest.mark.parametrize(
    "settings",
    [
        {"MAIL_USERNAME": "dondoc", "MAIL_PASSWORD": "mật khẩu"},
        {"MAIL_USE_TLS": "1"},
        {"MAIL_CA_FILE": str(ROOT / "README.md"), "MAIL_USE_SSL": "1"},
    ],
    ids=["a password mail has no form for", "a server without TLS", "certificates that are none"],
)
def test_wrong_mail_settings_are_named_with_the_answer_and_the_letters_wait(
    settings: dict[str, str], ready: Flasked
) -> None:
    from tests.fixtures.mail import Faulty, serving

    with serving(Faulty()) as server:
        more = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(server.port), "MAIL_TIMEOUT": "5", **settings}
        answer = ready("tick", NOW="2026-01-12T10:00", **more)
        assert server.letters == []
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert "Không gửi được thư nào tới 127.0.0.1" in answer.stdout
    assert "DONDOC_MAIL_*" in answer.stdout


def test_the_librarys_own_words_are_vietnamese_and_english_where_that_was_set(flask: Flasked) -> None:
    said(flask("tick", "--nix"), 2, "Cách dùng:", "Lỗi: Không có tùy chọn '--nix'.")
    said(flask("tick", "--nix", LANGUAGE="en"), 2, "Usage:", "Error: No such option '--nix'.")
    said(flask("log", "verify", "--last", "0"), 2, "Giá trị không hợp lệ cho '--last'")


@pytest.mark.parametrize("day", ["2026-12-31", "31/12/2026"])
def test_a_day_is_taken_in_both_forms_wherever_a_day_is_asked_for(day: str, flask: Flasked) -> None:
    answer = flask("deadline", "trong 10 ngày kể từ ngày ký", "--issued", day, "--json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["question"] is None
