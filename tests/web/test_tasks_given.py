"""What a form gives is taken only when it makes sense, and a key does the work of one form alone."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.log import LogEntry
from models.tasks import Note
from models.vocabulary import Status, UnitKind
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import SOURCE
from workflow.actors import Actor
from workflow.organization import units

Received = tuple[Flask, World, int]
Visit = Callable[..., Visitor]


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def speaking(visitor: Visit, username: str, language: str) -> Visitor:
    person = visitor(username)
    person.post("/language", {"language": language})
    return person


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "Chưa có minh chứng cho kết quả."), ("en", "Nothing shows the result.")]
)
@pytest.mark.parametrize("number", ["", "   "])
def test_a_result_without_a_file_or_a_documents_number_is_not_taken(
    number: str, language: str, words: str, received: Received, visitor: Visit
) -> None:
    app, world, task = received
    person = speaking(visitor, "officer_a", language)
    answer = person.post(f"/tasks/{task}/hand-in", {"result": "Đã làm xong mọi việc", "document_number": number})
    assert answer.status_code == 422
    assert words in text(answer)
    assert "Đã làm xong mọi việc" in text(answer)
    with app.app_context():
        assert world.task(task).status == Status.RECEIVED
        db.session.remove()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"document_number": "1/BC", "document_on": "2026-01-05"}, 302),
        ({"document_number": "1/BC", "document_on": "2026-01-06"}, 422),
        ({"document_number": "", "document_on": "2026-01-05"}, 422),
    ],
)
def test_the_document_that_shows_a_result_has_a_number_and_a_day_that_has_come(
    given: dict[str, str], status: int, received: Received, visitor: Visit
) -> None:
    answer = visitor("officer_a").post(f"/tasks/{received[2]}/hand-in", {"result": "x", **given})
    assert answer.status_code == status


@pytest.mark.parametrize(("language", "words"), [("vi", "Ngày này chưa đến."), ("en", "The date lies in the future.")])
def test_a_documents_day_in_the_future_is_said_to_be_one(
    language: str, words: str, received: Received, visitor: Visit
) -> None:
    person = speaking(visitor, "officer_a", language)
    form = {"result": "x", "document_number": "1/BC", "document_on": "2026-12-31"}
    assert words in text(person.post(f"/tasks/{received[2]}/hand-in", form))


@pytest.mark.parametrize("boundary", ["x", "", "ON", "after"])
def test_whether_the_named_day_counts_is_one_of_two_words(
    boundary: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    form = {"lead_unit_id": world.unit["CSDT"], "due_on": "2026-01-30", "boundary": boundary}
    assert visitor("vice").post(f"/tasks/{world.drafts[0]}/assign", form).status_code == 422
    with app.app_context():
        assert world.task(world.drafts[0]).status == Status.DRAFT
        db.session.remove()


@pytest.mark.parametrize("title", ["", "   ", "\u200b"])
def test_a_task_without_words_is_not_entered(title: str, visitor: Visit) -> None:
    assert visitor("office").post("/tasks/new", {"title": title, **SOURCE}).status_code == 422


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "Đơn vị tồn tại từ ngày 01/03/2026"), ("en", "It exists from 01/03/2026 on")],
)
def test_a_unit_that_has_not_begun_is_refused_for_that_reason(
    language: str, words: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    with app.app_context():
        unit = units.create("MAI", UnitKind.DIVISION, "Phòng Mai", date(2026, 3, 1), by=Actor.system(), at=world.at())
        db.session.remove()
    person = speaking(visitor, "vice", language)
    answer = person.post(f"/tasks/{world.drafts[0]}/assign", {"lead_unit_id": unit, "due_on": "2026-03-30"})
    assert answer.status_code == 422
    assert words in text(answer)


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "Biểu mẫu này đã được dùng."), ("en", "This form was used already.")]
)
def test_a_key_that_comes_with_another_step_or_task_is_a_conflict_and_with_its_own_form_the_same_answer(
    language: str, words: str, received: Received, visitor: Visit
) -> None:
    app, world, task = received
    with app.app_context():
        world.assign(world.drafts[1], "CSDT", date(2026, 1, 30))
        db.session.remove()
    person = speaking(visitor, "head_a", language)
    form = {"text": "một lần", "idempotency_key": "k"}
    first = [person.post(f"/tasks/{task}/comment", form).status_code for _ in range(2)]
    others = [
        person.post(f"/tasks/{path}", {**form, "reason": "x"})
        for path in (f"{task}/progress", f"{world.drafts[1]}/comment", f"{world.drafts[1]}/decline")
    ]
    assert (first, [answer.status_code for answer in others]) == ([302, 302], [409, 409, 409])
    assert all(words in text(answer) for answer in others)
    with app.app_context():
        assert list(db.session.scalars(db.select(Note.text))) == ["một lần"]
        assert world.task(world.drafts[1]).status == Status.ASSIGNED
        db.session.remove()


def test_a_key_used_for_one_form_of_the_organisation_does_not_stand_for_another(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    _, world = world_app
    admin = visitor("admin")
    form = {"form": "alias", "name": "phòng CS", "from_on": "2026-01-05", "idempotency_key": "k"}
    for code in ("CSDT", "KHTH"):
        assert (
            admin.post(f"/admin/units/{world.unit[code]}/name", form | {"name": f"bí danh {code}"}).status_code == 302
        )
    pages = [text(admin.get(f"/admin/units/{world.unit[code]}")) for code in ("CSDT", "KHTH")]
    assert ["bí danh CSDT" in pages[0], "bí danh KHTH" in pages[1]] == [True, True]


@pytest.mark.parametrize("place", ["", "&before=1.9999"])
def test_every_page_of_anothers_lines_is_noted_as_read_once_a_day(
    place: str, received: Received, visitor: Visit
) -> None:
    app, world, _ = received
    chair = visitor("chair")
    for _time in range(2):
        assert chair.get(f"/log?person={world.person['head_a']}{place}").status_code == 200
    with app.app_context():
        read = db.session.scalars(db.select(LogEntry.obj_id).where(LogEntry.act == "log.read"))
        assert list(read) == [world.person["head_a"]]
        db.session.remove()
