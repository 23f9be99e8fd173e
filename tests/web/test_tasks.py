"""The pages of tasks: one task with its steps, its files, and every wrong form."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.recurring import Progress
from models.tasks import Task
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import SOURCE, counted, statements_of
from workflow import files

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
STEPS = re.compile(r'action="/tasks/\d+/([a-z-]+)"')


def version(app: Flask, task: int) -> int:
    with app.app_context():
        found = db.session.get_one(Task, task).version
        db.session.remove()
        return found


@pytest.mark.parametrize("path", ["/", "/tasks", "/tasks/{task}"])
def test_desk_list_and_task_need_six_statements_at_most(
    path: str, received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    person = visitor("head_a")
    person.get("/")
    with counted() as statements:
        answer = person.get(path.format(task=received[2]))
    assert answer.status_code == 200
    assert len(statements_of(statements)) <= 6, statements


@pytest.mark.parametrize("username", ["head_a", "officer_a", "vice", "chair", "office", "inspector", "head_office"])
def test_a_tasks_page_offers_exactly_the_steps_of_the_table(
    username: str, received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    with app.app_context():
        allowed = {step.action.value for step in world.view(task, username).steps}
        db.session.remove()
    page = visitor(username).get(f"/tasks/{task}").get_data(as_text=True)
    assert set(STEPS.findall(page)) == allowed


def test_a_second_click_does_its_work_once(received: tuple[Flask, World, int], visitor: Callable[..., Visitor]) -> None:
    app, _, task = received
    person = visitor("officer_a")
    form = {"text": "Đã làm được một nửa", "idempotency_key": "k1", "version": str(version(app, task))}
    answers = [person.post(f"/tasks/{task}/progress", form).status_code for _ in range(3)]
    assert answers == [302, 302, 302]
    with app.app_context():
        assert len(db.session.scalars(db.select(Progress)).all()) == 1
        db.session.remove()


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
    action: str,
    fields: dict[str, str],
    status: int,
    words: str,
    received: tuple[Flask, World, int],
    visitor: Callable[..., Visitor],
) -> None:
    app, _, task = received
    before = version(app, task)
    answer = visitor("head_a").post(f"/tasks/{task}/{action}", fields)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert version(app, task) == before


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("virus.exe", b"MZ\x90", 415),
        ("gia.pdf", b"khong phai pdf", 415),
        ("trong.txt", b"", 415),
        ("dung.txt", "đúng".encode(), 302),
        ("../../ten la.txt", b"x", 302),
    ],
)
def test_a_file_is_taken_for_what_it_is(
    name: str, content: bytes, status: int, received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _, _, task = received
    person = visitor("officer_a")
    answer = person.post(
        f"/tasks/{task}/hand-in",
        {"result": "Xong", "file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == status
    if status == 302:
        link = re.search(rf'href="(/tasks/{task}/evidence/\d+)"', person.get(f"/tasks/{task}").get_data(as_text=True))
        assert link is not None
        sent = person.get(link[1])
        assert sent.get_data() == content
        assert sent.headers["Content-Disposition"].startswith("attachment")
        assert "/" not in sent.headers["Content-Disposition"].split("filename", 1)[1].replace("UTF-8''", "")


@pytest.mark.parametrize(("how", "status", "words"), [("deleted", 404, "đã bị xóa"), ("altered", 409, "đã bị sửa")])
def test_a_file_that_is_gone_or_altered_is_not_given_out_and_the_page_says_which(
    how: str, status: int, words: str, received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, _, task = received
    person = visitor("officer_a")
    form = {"result": "Xong", "file": (io.BytesIO(b"minh chung"), "a.txt")}
    person.post(f"/tasks/{task}/hand-in", form, content_type="multipart/form-data")
    link = re.search(rf'href="(/tasks/{task}/evidence/\d+)"', person.get(f"/tasks/{task}").get_data(as_text=True))
    assert link is not None
    sha = hashlib.sha256(b"minh chung").hexdigest()
    with app.app_context():
        path = files.vault().path(sha)
        path.unlink() if how == "deleted" else path.write_bytes(b"khac")
    answer = person.get(link[1])
    page = answer.get_data(as_text=True)
    assert (answer.status_code, words in page, sha in page) == (status, True, True)


@pytest.mark.parametrize(("size", "keeps"), [(50_000, True), (200_000, False)])
def test_files_that_are_too_large_are_answered_with_the_limit_and_what_was_typed_stays(
    size: int, keeps: bool, app_of: Callable[..., Any]
) -> None:
    from tests.fixtures.places import build

    app, world = app_of("world", build, UPLOAD_MAX_BYTES="20971")
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        world.step(world.drafts[0], Action.RECEIVE, "head_a")
        db.session.remove()
    person = Visitor(app)
    person.sign_in("officer_a")
    answer = person.post(
        f"/tasks/{world.drafts[0]}/hand-in",
        {"result": "đã gõ rất lâu", "file": (io.BytesIO(b"x" * size), "to.txt")},
        content_type="multipart/form-data",
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 413
    assert "Tệp quá lớn." in page
    assert "tối đa 0,02 MB" in page
    assert ("đã gõ rất lâu</textarea>" in page) is keeps


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("hold", {"reason": "x", "until": "2026-01-02"}, "“đến ngày” ghi 02/01/2026 là ngày đã qua."),
        ("wait", {"reason": "x", "unit_id": "{unit}", "answer_by": "2026-01-02"}, "02/01/2026 là ngày đã qua."),
        ("progress", {"text": "a\ufdd0b", "version": "abc"}, "Hãy nhập lại: một số nguyên."),
    ],
)
def test_a_refusal_names_the_field_and_how_to_write_it(
    action: str,
    fields: dict[str, str],
    words: str,
    received: tuple[Flask, World, int],
    visitor: Callable[..., Visitor],
) -> None:
    app, world, task = received
    with app.app_context():
        world.step(task, Action.START, "officer_a") if action == "wait" else None
        db.session.remove()
    sent = {name: value.replace("{unit}", str(world.unit["VP"])) for name, value in fields.items()}
    page = visitor("vice" if action == "hold" else "head_a").post(f"/tasks/{task}/{action}", sent)
    assert words in page.get_data(as_text=True)
    assert "giao hôm nay" not in page.get_data(as_text=True)


def test_hostile_words_are_shown_and_never_run(world_app: tuple[Flask, World], visitor: Callable[..., Visitor]) -> None:
    office = visitor("office")
    answer = office.post(
        "/tasks/new",
        {"title": HOSTILE, **SOURCE, "source_number": f"1/{HOSTILE}"[:99], "source_about": HOSTILE, "product": HOSTILE},
    )
    assert answer.status_code == 302
    for path in (answer.location, "/tasks?state=", "/", "/log", "/tasks?q=" + "%3Cscript%3E"):
        page = office.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49{{" not in page


def test_a_task_without_a_plan_needs_a_document_with_its_day(visitor: Callable[..., Visitor]) -> None:
    office = visitor("office")
    for name, value in (("source_number", " "), ("source_on", ""), ("source_kind", ""), ("source_on", "2026-01-06")):
        answer = office.post("/tasks/new", {"title": "Một việc", **SOURCE, name: value})
        assert answer.status_code == 422
        assert "Một việc" in answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_task_page_speaks_the_readers_language_with_weekday_and_working_days(
    language: str, received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    person = visitor("head_a")
    person.post("/language", {"language": language})
    page = person.get(f"/tasks/{received[2]}").get_data(as_text=True)
    said = {
        "vi": ("Thứ Sáu, 30/01/2026", "ngày làm việc", "tiếp nhận nhiệm vụ."),
        "en": ("Friday, 30/01/2026", "working days left", "received the task."),
    }
    assert [words for words in said[language] if words not in page] == []


@pytest.mark.parametrize("username", ["head_a", "officer_a", "office", "vice", "chair", "inspector"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("state", ["assigned", "handed in"])
def test_a_task_page_opens_for_everybody_concerned_within_its_statements(
    state: str, language: str, username: str, world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    task = world.drafts[0]
    with app.app_context():
        world.assign(task, "CSDT", date(2026, 1, 30), officer_id=world.person["officer_a"])
        if state == "handed in":
            world.to_hand_in(task, local="2026-01-05T08:00")
        db.session.remove()
    person = visitor(username)
    person.post("/language", {"language": language})
    with counted() as statements:
        page = person.get(f"/tasks/{task}").get_data(as_text=True)
    assert len(statements_of(statements)) <= 6
    assert {"vi": "Quá trình thực hiện", "en": "History"}[language] in page


def test_the_main_next_step_comes_first_as_one_button(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    task = world.drafts[0]
    head = visitor("head_a")
    found = []
    with app.app_context():
        world.assign(task, "CSDT", date(2026, 1, 30))
    for action, given in ((Action.RECEIVE, {}), (Action.START, {}), (Action.HAND_IN, {"result": "Xong"})):
        page = head.get(f"/tasks/{task}").get_data(as_text=True)
        found.append(STEPS.findall(page)[0])
        with app.app_context():
            world.step(task, action, "officer_a" if action == Action.HAND_IN else "head_a", **given)
            db.session.remove()
    page = head.get(f"/tasks/{task}").get_data(as_text=True)
    assert found == ["receive", "start", "hand-in"]
    assert page.index(f'href="/tasks/{task}/sign"') < page.index(f'action="/tasks/{task}/return"')
