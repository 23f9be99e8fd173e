"""The pages of tasks: the list with its filters, one task with its steps, the signing page, and every wrong form."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from models.base import db
from models.tasks import Note, Task
from models.vocabulary import Action, Status
from tests.fixtures.people import Visitor
from tests.fixtures.places import World

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
STEPS = re.compile(r'action="/tasks/\d+/([a-z-]+)"')


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def given(world_app: tuple[Flask, World]) -> tuple[Flask, World, int]:
    """Give the first draft to the division of policies, received."""
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30), product="Báo cáo")
        world.step(world.drafts[0], Action.RECEIVE, "head_a")
        db.session.remove()
    return app, world, world.drafts[0]


def version(app: Flask, task: int) -> int:
    with app.app_context():
        found = db.session.get_one(Task, task).version
        db.session.remove()
        return found


@pytest.mark.parametrize("path", ["/", "/tasks", "/tasks/{task}"])
def test_desk_list_and_task_need_six_statements_at_most(path: str, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]) -> None:
    person = visitor("head_a")
    person.get("/")
    with counted() as statements:
        answer = person.get(path.format(task=given[2]))
    assert answer.status_code == 200
    reads = [text for text in statements if not text.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SELECT pg_catalog", "show "))]
    assert len(reads) <= 6, reads


@pytest.mark.parametrize("username", ["head_a", "officer_a", "vice", "chair", "office", "inspector", "head_office"])
def test_a_tasks_page_offers_exactly_the_steps_of_the_table(
    username: str, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = given
    with app.app_context():
        allowed = {step.action.value for step in world.view(task, username).steps}
        db.session.remove()
    page = visitor(username).get(f"/tasks/{task}").get_data(as_text=True)
    assert set(STEPS.findall(page)) == allowed


def test_a_second_click_does_its_work_once(given: tuple[Flask, World, int], visitor: Callable[..., Visitor]) -> None:
    app, _, task = given
    person = visitor("officer_a")
    form = {"text": "Đã làm được một nửa", "idempotency_key": "k1", "version": str(version(app, task))}
    answers = [person.post(f"/tasks/{task}/progress", form).status_code for _ in range(3)]
    assert answers == [302, 302, 302]
    with app.app_context():
        assert len(db.session.scalars(db.select(Note)).all()) == 1
        db.session.remove()


def test_who_comes_second_sees_the_page_as_it_is_and_what_he_had_typed(given: tuple[Flask, World, int], visitor: Callable[..., Visitor]) -> None:
    app, _, task = given
    old = str(version(app, task))
    first, second = visitor("head_a"), visitor("officer_a")
    first.post(f"/tasks/{task}/progress", {"text": "Người thứ nhất", "version": old})
    answer = second.post(f"/tasks/{task}/progress", {"text": "Người thứ hai", "version": old})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Đã có người thao tác trước." in page
    assert "Người thứ nhất" in page and "Người thứ hai" in page


@pytest.mark.parametrize(
    ("action", "fields", "status", "words"),
    [
        ("hand-in", {}, 422, "Bước này cần có: kết quả."),
        ("hand-in", {"result": "x" * 9000}, 422, "9000"),
        ("request-extension", {"reason": "x", "proposed_on": "31/02/2026"}, 422, "không phải là ngày có thật"),
        ("request-extension", {"reason": "x", "proposed_on": "2026-01-10"}, 422, "Ngày mới không muộn hơn."),
        ("request-extension", {"reason": "lý do đã gõ", "proposed_on": ""}, 422, "lý do đã gõ"),
        ("sign-off", {"password": "bon-tu-khong-lien-quan"}, 409, "Lúc này không thực hiện được bước này."),
        ("assign", {"lead_unit_id": "abc"}, 422, ""),
        ("nonsense", {}, 404, ""),
        ("receive", {"version": "999999999999999999999999"}, 422, ""),
    ],
)
def test_a_wrong_form_gets_a_clear_answer_and_changes_nothing(
    action: str, fields: dict[str, str], status: int, words: str, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, _, task = given
    before = version(app, task)
    answer = visitor("head_a").post(f"/tasks/{task}/{action}", fields)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert version(app, task) == before


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [("virus.exe", b"MZ\x90", 415), ("gia.pdf", b"khong phai pdf", 415), ("trong.txt", b"", 415), ("dung.txt", "đúng".encode(), 302), ("../../ten la.txt", b"x", 302)],
)
def test_a_file_is_taken_for_what_it_is(
    name: str, content: bytes, status: int, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _, _, task = given
    person = visitor("officer_a")
    answer = person.post(f"/tasks/{task}/hand-in", {"result": "Xong", "file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    assert answer.status_code == status
    if status == 302:
        link = re.search(rf'href="(/tasks/{task}/evidence/\d+)"', person.get(f"/tasks/{task}").get_data(as_text=True))
        assert link is not None
        sent = person.get(link[1])
        assert sent.get_data() == content
        assert sent.headers["Content-Disposition"].startswith("attachment")
        assert "/" not in sent.headers["Content-Disposition"].split("filename", 1)[1].replace("UTF-8''", "")


def test_a_huge_upload_is_refused_with_a_page(app_of: Callable[..., Any]) -> None:
    from tests.fixtures.places import build

    app, world = app_of("world", build, UPLOAD_MAX_BYTES="20000")
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        world.step(world.drafts[0], Action.RECEIVE, "head_a")
        db.session.remove()
    person = Visitor(app)
    person.sign_in("officer_a")
    answer = person.post(
        f"/tasks/{world.drafts[0]}/hand-in", {"result": "x", "file": (io.BytesIO(b"x" * 50_000), "to.txt")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 413
    assert "Tệp quá lớn." in answer.get_data(as_text=True)


def test_a_wrong_password_keeps_the_signing_page_and_what_was_chosen(given: tuple[Flask, World, int], visitor: Callable[..., Visitor]) -> None:
    app, world, task = given
    with app.app_context():
        world.step(task, Action.HAND_IN, "officer_a", result="Xong")
        shown = world.shown(task)
        db.session.remove()
    person = visitor("head_a")
    answer = person.post(f"/tasks/{task}/sign-off", {"password": "sai", "meaning": "checked", "content_hash": shown, "reason": "ghi chú đã gõ"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "Mật khẩu không đúng." in page and "ghi chú đã gõ" in page
    assert re.search(r'value="checked"[^>]*checked', page)
    with app.app_context():
        assert world.task(task).status == Status.SUBMITTED
        db.session.remove()


def test_hostile_words_are_shown_and_never_run(world_app: tuple[Flask, World], visitor: Callable[..., Visitor]) -> None:
    office = visitor("office")
    answer = office.post("/tasks/new", {"title": HOSTILE, "source_document": f"Công văn 1/VP ngày 05/01/2026 {HOSTILE}", "product": HOSTILE})
    assert answer.status_code == 302
    for path in (answer.location, "/tasks?state=", "/", "/log", "/tasks?q=" + "%3Cscript%3E"):
        page = office.get(path).get_data(as_text=True)
        assert "<script>alert" not in page and "<img src=x" not in page and "49{{" not in page


def test_a_task_without_a_plan_needs_a_document_with_its_day(visitor: Callable[..., Visitor]) -> None:
    office = visitor("office")
    for source in ("", "Chỉ đạo miệng"):
        answer = office.post("/tasks/new", {"title": "Một việc", "source_document": source})
        assert answer.status_code == 422
        assert "Một việc" in answer.get_data(as_text=True)


def test_the_list_filters_by_what_the_address_says_and_takes_nonsense_as_no_filter(given: tuple[Flask, World, int], visitor: Callable[..., Visitor]) -> None:
    _, world, task = given
    person = visitor("office")
    link = f'href="/tasks/{task}"'
    for query, found in (("state=working", True), ("state=done", False), ("q=quan+triet", True), ("q=khong-co-chu-nay", False), (f"unit={world.unit['CSDT']}", True),
                         (f"unit={world.unit['KHTH']}", False), ("when=overdue", False), ("state=nonsense&when=%00&unit=x&after=x.y", True)):  # fmt: skip
        answer = person.get(f"/tasks?{query}")
        assert answer.status_code == 200
        assert (link in answer.get_data(as_text=True)) is found, query


def test_the_exported_list_holds_the_same_tasks_without_formulas_and_the_log_notes_it(given: tuple[Flask, World, int], visitor: Callable[..., Visitor]) -> None:
    office = visitor("office")
    office.post("/tasks/new", {"title": "=HYPERLINK(1)", "source_document": "Công văn 1/VP ngày 05/01/2026"})
    text = office.get("/tasks/export.csv?state=").get_data(as_text=True)
    assert text.startswith("\ufeffid,title")
    assert "'=HYPERLINK(1)" in text and "\n=" not in text
    assert "2026-01-30" in text
    assert "xuất danh sách" in office.get("/log").get_data(as_text=True)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_task_page_speaks_the_readers_language_with_weekday_and_working_days(language: str, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]) -> None:
    person = visitor("head_a")
    person.post("/language", {"language": language})
    page = person.get(f"/tasks/{given[2]}").get_data(as_text=True)
    said = {"vi": ("Thứ Sáu, 30/01/2026", "ngày làm việc", "tiếp nhận nhiệm vụ."), "en": ("Friday, 30/01/2026", "working days left", "received the task.")}
    assert [words for words in said[language] if words not in page] == []
