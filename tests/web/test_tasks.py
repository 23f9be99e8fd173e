"""The pages of tasks: the list with its filters, one task with its steps, the signing page, and every wrong form."""

from __future__ import annotations

import html
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
from workflow import tasks
from workflow.given import Given

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


def statements_of(found: list[str]) -> list[str]:
    """Return the statements that ask for something, without those that open and close."""
    return [
        text
        for text in found
        if not text.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SELECT pg_catalog", "show "))
    ]


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
def test_desk_list_and_task_need_six_statements_at_most(
    path: str, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    person = visitor("head_a")
    person.get("/")
    with counted() as statements:
        answer = person.get(path.format(task=given[2]))
    assert answer.status_code == 200
    assert len(statements_of(statements)) <= 6, statements


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


def test_who_comes_second_sees_the_page_as_it_is_and_what_he_had_typed(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, _, task = given
    old = str(version(app, task))
    first, second = visitor("head_a"), visitor("officer_a")
    first.post(f"/tasks/{task}/progress", {"text": "Người thứ nhất", "version": old})
    answer = second.post(f"/tasks/{task}/progress", {"text": "Người thứ hai", "version": old})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Đã có người thao tác trước." in page
    assert "Người thứ nhất" in page
    assert "Người thứ hai" in page


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
    given: tuple[Flask, World, int],
    visitor: Callable[..., Visitor],
) -> None:
    app, _, task = given
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
    name: str, content: bytes, status: int, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _, _, task = given
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
        f"/tasks/{world.drafts[0]}/hand-in",
        {"result": "x", "file": (io.BytesIO(b"x" * 50_000), "to.txt")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 413
    assert "Tệp quá lớn." in answer.get_data(as_text=True)


def test_a_wrong_password_keeps_the_signing_page_and_what_was_chosen(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = given
    with app.app_context():
        world.step(task, Action.HAND_IN, "officer_a", result="Xong")
        shown = world.shown(task)
        db.session.remove()
    person = visitor("head_a")
    answer = person.post(
        f"/tasks/{task}/sign-off",
        {"password": "sai", "meaning": "checked", "content_hash": shown, "reason": "ghi chú đã gõ"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "Mật khẩu không đúng." in page
    assert "ghi chú đã gõ" in page
    assert re.search(r'value="checked"[^>]*checked', page)
    with app.app_context():
        assert world.task(task).status == Status.SUBMITTED
        db.session.remove()


def test_hostile_words_are_shown_and_never_run(world_app: tuple[Flask, World], visitor: Callable[..., Visitor]) -> None:
    office = visitor("office")
    answer = office.post(
        "/tasks/new",
        {"title": HOSTILE, "source_document": f"Công văn 1/VP ngày 05/01/2026 {HOSTILE}", "product": HOSTILE},
    )
    assert answer.status_code == 302
    for path in (answer.location, "/tasks?state=", "/", "/log", "/tasks?q=" + "%3Cscript%3E"):
        page = office.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49{{" not in page


def test_a_task_without_a_plan_needs_a_document_with_its_day(visitor: Callable[..., Visitor]) -> None:
    office = visitor("office")
    for source in ("", "Chỉ đạo miệng"):
        answer = office.post("/tasks/new", {"title": "Một việc", "source_document": source})
        assert answer.status_code == 422
        assert "Một việc" in answer.get_data(as_text=True)


def test_the_list_filters_by_what_the_address_says_and_takes_nonsense_as_no_filter(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _, world, task = given
    person = visitor("office")
    link = f'href="/tasks/{task}"'
    asked = [
        ("state=working", True),
        ("state=done", False),
        ("q=quan+triet", True),
        ("q=khong-co-chu-nay", False),
        (f"unit={world.unit['CSDT']}", True),
        (f"unit={world.unit['KHTH']}", False),
        ("when=overdue", False),
        ("state=nonsense&when=%00&unit=x&after=x.y", True),
    ]
    for query, found in asked:
        answer = person.get(f"/tasks?{query}")
        assert answer.status_code == 200
        assert (link in answer.get_data(as_text=True)) is found, query


def test_the_exported_list_holds_the_same_tasks_without_formulas_and_the_log_notes_it(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    office = visitor("office")
    office.post("/tasks/new", {"title": "=HYPERLINK(1)", "source_document": "Công văn 1/VP ngày 05/01/2026"})
    text = office.get("/tasks/export.csv?state=").get_data(as_text=True)
    assert text.startswith("\ufeffid,title")
    assert "'=HYPERLINK(1)" in text
    assert "\n=" not in text
    assert "2026-01-30" in text
    assert "xuất danh sách" in office.get("/log").get_data(as_text=True)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_task_page_speaks_the_readers_language_with_weekday_and_working_days(
    language: str, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    person = visitor("head_a")
    person.post("/language", {"language": language})
    page = person.get(f"/tasks/{given[2]}").get_data(as_text=True)
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


def test_who_comes_second_reads_what_happened_meanwhile(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = given
    old = str(version(app, task))
    with app.app_context():
        world.step(task, Action.HAND_IN, "officer_a", result="Kết quả của người đến trước")
        db.session.remove()
    form = {"reason": "Lý do thu hồi đã gõ", "decision": "QĐ 9/2026", "version": old}
    answer = visitor("office").post(f"/tasks/{task}/withdraw", form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    meanwhile = page[page.index('id="since"') :]
    assert "Lý Thị Én nộp kết quả." in meanwhile[: meanwhile.index("</section>")]
    assert "Kết quả của người đến trước" in meanwhile[: meanwhile.index("</section>")]
    assert "Lý do thu hồi đã gõ" in page
    assert "QĐ 9/2026" in page


def test_the_signing_page_shows_all_that_is_signed_and_says_what_it_is_not(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = given
    with app.app_context():
        world.step(task, Action.COMMENT, "office", text="Ý kiến trước khi nộp")
        world.step(
            task,
            Action.HAND_IN,
            "officer_a",
            result="Đã làm xong",
            document_number="12/BC-BDT",
            document_on=date(2026, 1, 5),
        )
        world.step(task, Action.COMMENT, "office", text="Ý kiến sau khi nộp")
        shown = world.shown(task)
        db.session.remove()
    page = visitor("head_a").get(f"/tasks/{task}/sign").get_data(as_text=True)
    for words in (
        "Đã làm xong",
        "12/BC-BDT, 05/01/2026",
        "Ý kiến trước khi nộp",
        shown,
        "Trưởng phòng",
        "không phải chữ ký số",
    ):
        assert words in page
    assert "Ý kiến sau khi nộp" not in page


@pytest.mark.parametrize("username", ["officer_a", "vice", "office", "inspector"])
def test_whose_turn_it_is_not_sees_no_signing_page(
    username: str, given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = given
    with app.app_context():
        world.step(task, Action.HAND_IN, "officer_a", result="Xong")
        db.session.remove()
    answer = visitor(username).get(f"/tasks/{task}/sign")
    assert (answer.status_code, answer.location) == (302, f"/tasks/{task}")


def test_after_a_signature_the_next_result_is_offered(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, first = given
    second = world.drafts[1]
    with app.app_context():
        world.assign(second, "CSDT", date(2026, 1, 30))
        world.to_hand_in(second, local="2026-01-05T08:00")
        world.step(first, Action.HAND_IN, "officer_a", result="Xong")
        shown = world.shown(first)
        db.session.remove()
    head = visitor("head_a")
    form = {"password": world.password, "meaning": "checked", "content_hash": shown}
    assert head.post(f"/tasks/{first}/sign-off", form).status_code == 302
    page = head.get(f"/tasks/{first}").get_data(as_text=True)
    assert f'href="/tasks/{second}/sign"' in page
    assert "còn 1 chờ ký" in page


def test_one_who_signed_hears_why_the_next_level_is_not_his(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = given
    with app.app_context():
        world.step(task, Action.HAND_IN, "head_a", result="Tự làm")
        shown = world.shown(task)
        db.session.remove()
    form = {"password": world.password, "meaning": "checked", "content_hash": shown}
    answer = visitor("head_a").post(f"/tasks/{task}/sign-off", form)
    assert answer.status_code == 403
    assert "Không được ký xác nhận việc do chính mình thực hiện." in answer.get_data(as_text=True)


def test_a_plans_filter_stays_is_named_and_goes_into_the_export(
    given: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _, world, _ = given
    page = visitor("office").get(f"/tasks?state=&plan={world.plan}&q=quan").get_data(as_text=True)
    assert f'name="plan" value="{world.plan}"' in page
    assert "chỉ của một kế hoạch: Kế hoạch 5/KH-BDT" in page
    assert f'href="/tasks/export.csv?state=&amp;plan={world.plan}&amp;q=quan"' in page


@pytest.mark.parametrize(
    "query",
    [
        f"unit={10**30}",
        f"plan={10**30}",
        "plan=-1",
        f"after=2026-01-01.{10**30}",
        "q=%00",
        "q=%ED%A0%80",
        "q=%25%5F%5C",
        f"q={'x' * 3000}",
        "unit=١٢",
    ],
)
def test_no_filter_breaks_the_list_or_its_export(query: str, visitor: Callable[..., Visitor]) -> None:
    person = visitor("office")
    assert person.get(f"/tasks?{query}").status_code == 200
    assert person.get(f"/tasks/export.csv?{query}").status_code == 200


def test_pages_of_the_list_follow_each_other_without_gap_or_repeat(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    with app.app_context():
        for number in range(60):
            tasks.create(
                None,
                f"Việc {number}",
                "Công văn 1/VP ngày 05/01/2026",
                by=world.actor("office"),
                at=world.at(),
                given=Given(),
            )
        db.session.remove()
    person, path, seen = visitor("office"), "/tasks?state=to_assign", []
    for _ in range(3):
        page = person.get(path).get_data(as_text=True)
        seen += re.findall(r'<a href="/tasks/(\d+)"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if following is None:
            break
        path = html.unescape(following[1])
    assert len(seen) == len(set(seen)) == 64
    assert "64 nhiệm vụ" in page
