"""When something goes wrong a person reads what, why and what now, in his language, whatever else is broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from models.base import db
from tests.fixtures.people import Visitor
from tests.fixtures.places import World


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", ("Không có trang này.", "Về bàn làm việc")), ("en", ("There is no such page for you.", "To my desk"))],
)
@pytest.mark.parametrize(
    "path", ["/nowhere", f"/tasks/{10**30}", "/tasks/0", "/tasks/1/evidence/1", "/vendor/../app.py"]
)
def test_what_is_not_there_is_said_in_the_readers_language(
    path: str, language: str, words: tuple[str, ...], visitor: Callable[..., Visitor]
) -> None:
    person = visitor("head_a")
    person.post("/language", {"language": language})
    answer = person.get(path)
    assert answer.status_code == 404
    assert [word for word in words if word not in answer.get_data(as_text=True)] == []


def test_an_address_that_takes_a_form_only_says_so(visitor: Callable[..., Visitor]) -> None:
    answer = visitor("head_a").get("/logout")
    assert answer.status_code == 405
    assert 'role="alert"' in answer.get_data(as_text=True)


def test_a_page_of_another_seat_is_refused_and_the_log_notes_it(visitor: Callable[..., Visitor]) -> None:
    assert visitor("admin").get("/tasks").status_code == 403
    page = visitor("chair").get("/log").get_data(as_text=True)
    assert "bị từ chối" in page
    assert "trang: Nhiệm vụ" in page
    assert "Quản trị viên, Ban Dân tộc tỉnh Lạng Sơn" in page


def test_a_database_in_trouble_is_answered_by_a_page_that_asks_it_nothing(
    engine: str, world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, _ = world_app
    person = visitor("head_a")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TABLE web_session"))
    answer = person.get("/tasks")
    page = answer.get_data(as_text=True)
    # SQLite calls a missing table an operational fault, PostgreSQL a fault of the statement
    assert answer.status_code == {"sqlite": 503, "postgresql": 500}[engine]
    assert 'role="alert"' in page
    assert "Đôn" in page
    assert "web_session" not in page


@pytest.mark.parametrize(
    ("username", "path", "whose"),
    [
        ("head_a", "/tasks/new", "văn phòng hoặc lãnh đạo"),
        ("head_a", "/plans/import", "văn phòng hoặc lãnh đạo"),
        ("admin", "/tasks", "người xử lý nhiệm vụ"),
        ("officer_a", "/reminders", "lãnh đạo, văn phòng, thanh tra hoặc người quản trị"),
    ],
)
def test_a_refusal_names_whose_page_it_is(
    username: str, path: str, whose: str, visitor: Callable[..., Visitor]
) -> None:
    page = visitor(username).get(path).get_data(as_text=True)
    assert f"Bước này thuộc vị trí khác: {whose}" in page
    assert "—" not in page
