"""A task without a plan: its document with kind, number, day, summary and file; the same document twice is noticed."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.tasks import Task
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import SOURCE

Visit = Callable[..., Visitor]
PDF = b"%PDF-1.4\n%%EOF\n"


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def enter(person: Visitor, title: str = "Báo cáo kết quả rà soát", **more: Any) -> Any:
    return person.post("/tasks/new", {"title": title, **SOURCE, **more})


def test_everything_of_the_document_is_kept_shown_found_and_its_file_given_back_unchanged(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    office = visitor("office")
    file = (io.BytesIO(PDF), "công văn 1.pdf")
    more = {"source_about": "V/v rà soát chính sách", "product": "Báo cáo"}
    answer = enter(office, source_number="12/VP-TH", file=file, **more)
    assert answer.status_code == 302
    page = text(office.get(answer.location))
    for words in ("Công văn số 12/VP-TH ngày 05/01/2026", "V/v rà soát chính sách", "công văn 1.pdf"):
        assert words in page, words
    sent = office.get(f"{answer.location}/source")
    assert sent.data == PDF
    assert "attachment" in sent.headers["Content-Disposition"]
    key = answer.location.rsplit("/", 1)[1]
    for query, found in (
        ("source=letter", True), ("source=order", False), ("source=plan", False), ("q=12/vp-th", True),
        ("q=ra+soat+chinh+sach", True), ("q=khac-han", False), ("clear=duty", True), ("clear=product", False),
    ):  # fmt: skip
        assert (f'href="/tasks/{key}"' in text(office.get(f"/tasks?state=&{query}"))) == found, query
    with world_app[0].app_context():
        assert db.session.get_one(Task, int(key)).source_number == "12/VP-TH"
        db.session.remove()


def test_a_file_that_is_not_what_its_name_says_keeps_the_task_from_being_entered(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    answer = enter(visitor("office"), title="Lời đã gõ", file=(io.BytesIO(b"MZ"), "x.pdf"))
    assert answer.status_code == 415
    assert "Lời đã gõ" in text(answer)
    with world_app[0].app_context():
        assert db.session.scalar(db.select(Task.id).where(Task.plan_id.is_(None))) is None
        db.session.remove()


def test_the_file_of_a_document_is_for_who_may_read_the_task(visitor: Visit) -> None:
    answer = enter(visitor("office"), file=(io.BytesIO(PDF), "a.pdf"))
    for username, status in (("vice", 200), ("head_a", 404), ("admin", 403)):
        assert visitor(username).get(f"{answer.location}/source").status_code == status


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_same_task_of_the_same_document_is_noticed_and_entered_only_when_meant(
    language: str, visitor: Visit
) -> None:
    office = visitor("office")
    office.post("/language", {"language": language})
    assert enter(office).status_code == 302
    again = enter(office)
    assert again.status_code == 409
    assert {"vi": "đã giao nhiệm vụ này", "en": "has given this task before"}[language] in text(again)
    assert 'name="again"' in text(again)
    assert enter(office, again="1").status_code == 302


def test_another_task_of_the_same_document_is_entered_and_both_name_each_other(visitor: Visit) -> None:
    office = visitor("office")
    first = enter(office).location
    second = enter(office, title="Một việc khác hẳn", source_number=" 1 / vp").location
    assert f'href="{first}"' in text(office.get(second))
    assert f'href="{second}"' in text(office.get(first))
