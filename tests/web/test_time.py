"""What pages show of a task's time: requests with their evidence, offers, both latenesses, causes; and who decides."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.tasks import Task
from models.vocabulary import Action, DelayClass, ExtensionState
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of

A = Action
ASKED, OFFERED = "2026-02-27", "2026-02-10"
Visit = Callable[..., Visitor]
Received = tuple[Flask, World, int]


def step(app: Flask, world: World, task: int, action: Action, by: str, local: str, **given: Any) -> None:
    with app.app_context():
        world.step(task, action, by, local, **given)
        db.session.remove()


def ask(received: Received, local: str = "2026-01-05T08:00", to: str = ASKED) -> None:
    app, world, task = received
    step(app, world, task, A.REQUEST_EXTENSION, "head_a", local, proposed_on=date.fromisoformat(to), reason="Mưa lũ")


def page(person: Visitor, path: str) -> str:
    answer = person.get(path)
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def test_a_request_goes_in_by_its_form_with_a_file_that_the_decider_can_open(
    received: Received, visitor: Visit
) -> None:
    _, _, task = received
    form = {
        "proposed_on": ASKED, "reason": "Chờ số liệu", "file": (io.BytesIO("Công văn".encode()), "cong-van.txt"),
        "document_number": "12/SXD-KT", "document_on": "2026-01-05",
    }  # fmt: skip
    answer = visitor("head_a").post(f"/tasks/{task}/request-extension", form, content_type="multipart/form-data")
    assert answer.status_code == 302
    leader = visitor("vice")
    text = page(leader, f"/tasks/{task}")
    for said in ("Chờ số liệu", "cong-van.txt", "12/SXD-KT", "Chờ quyết định của Phó Trưởng ban Nông Thị Lan"):
        assert said in text, said
    link = re.search(rf'href="(/tasks/{task}/evidence/\d+)"', text)
    assert link is not None
    assert leader.get(link[1]).get_data() == "Công văn".encode()


def test_an_offer_is_made_and_accepted_by_buttons_and_both_latenesses_stand_side_by_side(
    received: Received, visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    _app, _world, task = received
    ask(received)
    leader = visitor("vice")
    assert leader.post(f"/tasks/{task}/counter-extension", {"proposed_on": OFFERED, "reason": "Đủ"}).status_code == 302
    head = visitor("head_a")
    text = page(head, f"/tasks/{task}")
    assert f'action="/tasks/{task}/accept-counter"' in text
    assert "đến hết ngày 08/01/2026" in text  # three working days, and what holds then
    assert "thời hạn giữ nguyên 30/01/2026" in text
    assert head.post(f"/tasks/{task}/accept-counter").status_code == 302
    clock_at("2026-02-12T08:00")
    text = page(visitor("head_a"), f"/tasks/{task}")
    assert "Theo thời hạn hiện tại" in text
    assert "Theo thời hạn ban đầu" in text
    assert re.findall(r"<b>quá hạn</b> <small>(\d+) ngày", text)[-2:] == ["2", "13"]


def test_a_lapsed_offer_is_told_plainly(received: Received, visitor: Visit, clock_at: Callable[[str], None]) -> None:
    app, world, task = received
    ask(received)
    given = {"proposed_on": date(2026, 2, 10), "reason": "Đủ"}
    step(app, world, task, A.COUNTER_EXTENSION, "vice", "2026-01-05T09:00", **given)
    clock_at("2026-01-09T08:00")
    head = visitor("head_a")
    assert "Hết ngày 08/01/2026 (thứ Năm) không có trả lời: đề xuất hết hiệu lực, thời hạn giữ nguyên" in page(
        head, f"/tasks/{task}"
    )
    answer = head.post(f"/tasks/{task}/accept-counter")
    assert answer.status_code == 409
    assert "Không có thời hạn nào được đề xuất đang chờ trả lời" in answer.get_data(as_text=True)


def test_a_late_request_says_whose_it_is_and_lies_on_that_desk(
    received: Received, visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    _, _, task = received
    clock_at("2026-02-02T08:00")
    head = visitor("head_a")
    assert "do cấp trên một bậc quyết định: Trưởng ban Hoàng Văn Thủ" in page(head, f"/tasks/{task}")
    head.post(f"/tasks/{task}/request-extension", {"proposed_on": ASKED, "reason": "Mưa lũ"})
    assert "Chờ quyết định của Trưởng ban Hoàng Văn Thủ" in page(head, f"/tasks/{task}")
    heaps = {name: page(visitor(name), "/") for name in ("vice", "chair")}
    assert ["Đề nghị gia hạn" in heaps[name] for name in ("vice", "chair")] == [False, True]
    answer = visitor("vice").post(f"/tasks/{task}/grant-extension")
    assert answer.status_code == 403
    assert "người đứng đầu cơ quan" in answer.get_data(as_text=True)


def test_an_offer_lies_on_the_heads_desk_and_a_cause_on_the_leaders(
    received: Received, visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    app, world, task = received
    ask(received)
    given = {"proposed_on": date(2026, 2, 10), "reason": "Đủ"}
    step(app, world, task, A.COUNTER_EXTENSION, "vice", "2026-01-05T09:00", **given)
    assert "Thời hạn khác được đề xuất cho đơn vị" in page(visitor("head_a"), "/")
    step(app, world, task, A.DECLINE_COUNTER, "head_a", "2026-01-05T10:00", reason="Không")
    clock_at("2026-02-02T08:00")
    cause = {"delay_class": DelayClass.OBJECTIVE, "text": "Lũ"}
    step(app, world, task, A.STATE_CAUSE, "head_a", "2026-02-02T08:00", **cause)
    found = {name: "chờ xác nhận" in page(visitor(name), "/").lower() for name in ("vice", "chair", "office", "head_a")}
    assert found == {"vice": True, "chair": True, "office": False, "head_a": False}


def test_a_cause_is_stated_confirmed_shown_and_found_by_the_lists_filter(
    received: Received, visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    _, _, task = received
    clock_at("2026-02-02T08:00")
    head, leader = visitor("head_a"), visitor("vice")
    form = {"delay_class": "objective", "text": "Lũ kéo dài, đường bị chia cắt."}
    assert head.post(f"/tasks/{task}/state-cause", form).status_code == 302
    assert "chưa được xác nhận" in page(leader, f"/tasks/{task}").lower()
    assert f"/tasks/{task}" not in page(leader, "/tasks?when=objective&state=")
    document = {"document_number": "45/BC-PCTT", "document_on": "2026-01-30"}
    assert leader.post(f"/tasks/{task}/confirm-cause", document).status_code == 302
    text = page(head, f"/tasks/{task}")
    assert "Phó Trưởng ban Nông Thị Lan xác nhận là khách quan theo văn bản 45/BC-PCTT ngày 30/01/2026" in text
    assert f'href="/tasks/{task}"' in page(leader, "/tasks?when=objective&state=")


def test_extended_many_times_is_a_mark_in_list_and_page_and_a_filter(received: Received, visitor: Visit) -> None:
    app, world, task = received
    person = visitor("head_a")
    for place, month in enumerate((3, 4, 5)):
        assert f'href="/tasks/{task}"' not in page(person, "/tasks?when=extended"), place
        assert "gia hạn nhiều lần" not in page(person, "/tasks").split('id="list"')[1]
        ask(received, to=f"2026-{month:02}-27")
        step(app, world, task, A.GRANT_EXTENSION, "vice", "2026-01-05T09:00")
    assert f'href="/tasks/{task}"' in page(person, "/tasks?when=extended")
    assert "gia hạn nhiều lần" in page(person, "/tasks").split('id="list"')[1]
    assert "gia hạn nhiều lần" in page(person, f"/tasks/{task}")


def test_a_corrected_date_is_entered_and_confirmed_on_the_pages_of_two_people(
    received: Received, visitor: Visit
) -> None:
    app, _, task = received
    clerk, other = visitor("office"), visitor("head_office")
    form = {"due_on": "2026-03-30", "boundary": "on", "reason": "Gõ nhầm tháng"}
    assert clerk.post(f"/tasks/{task}/correct-date", form).status_code == 302
    assert f"/tasks/{task}/confirm-date" not in page(clerk, f"/tasks/{task}")
    text = page(other, f"/tasks/{task}")
    assert "30/01/2026 → 30/03/2026" in text
    assert other.post(f"/tasks/{task}/confirm-date").status_code == 302
    with app.app_context():
        found = db.session.get_one(Task, task)
        assert (found.due_on, found.original_due_on) == (date(2026, 3, 30), date(2026, 1, 30))
        db.session.remove()


@pytest.mark.parametrize("username", ["head_a", "officer_a", "vice", "chair", "office", "inspector"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_with_all_of_it_opens_for_everybody_within_its_statements(
    language: str, username: str, received: Received, visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    app, world, task = received
    more = {"proposed_on": date(2026, 2, 10), "reason": "Đủ"}
    ask(received)
    step(app, world, task, A.COUNTER_EXTENSION, "vice", "2026-01-05T09:00", **more)
    step(app, world, task, A.ACCEPT_COUNTER, "head_a", "2026-01-05T10:00")
    step(app, world, task, A.CORRECT_DATE, "office", "2026-01-05T11:00", due_on=date(2026, 2, 11), reason="x")
    cause = {"delay_class": DelayClass.OBJECTIVE, "text": "Lũ"}
    step(app, world, task, A.STATE_CAUSE, "head_a", "2026-02-20T11:00", **cause)
    ask(received, "2026-02-20T12:00")
    clock_at("2026-02-23T08:00")
    person = visitor(username)
    person.post("/language", {"language": language})
    with counted() as statements:
        text = page(person, f"/tasks/{task}")
    assert len(statements_of(statements)) <= 6
    assert {"vi": "Thời hạn và gia hạn", "en": "Deadline and more time"}[language] in text
    for path in ("/", "/tasks", f"/tasks/{task}/comments"):
        with counted() as statements:
            page(person, path)
        assert len(statements_of(statements)) <= (12 if "comments" in path else 6), path


# ------------------------------------------------------------------------------------------------ duplicate evidence
def hand_in(visitor: Visit, task: int, who: str, content: bytes = b"bao cao") -> None:
    form = {"result": "Xong", "file": (io.BytesIO(content), "bao-cao.txt")}
    answer = visitor(who).post(f"/tasks/{task}/hand-in", form, content_type="multipart/form-data")
    assert answer.status_code == 302


@pytest.fixture
def twice(received: Received, visitor: Visit) -> Received:
    """Give the same file to a task of each division as its result."""
    app, world, task = received
    with app.app_context():
        world.assign(world.drafts[1], "KHTH", date(2026, 1, 30))
        world.step(world.drafts[1], A.RECEIVE, "head_b")
        db.session.remove()
    hand_in(visitor, world.drafts[1], "officer_b")
    hand_in(visitor, task, "officer_a")
    return received


def test_the_same_file_on_two_tasks_is_said_to_the_signer_before_he_signs(twice: Received, visitor: Visit) -> None:
    _, world, task = twice
    other = f'href="/tasks/{world.drafts[1]}"'
    for path in (f"/tasks/{task}/sign", f"/tasks/{task}"):
        text = page(visitor("head_a"), path)
        assert "Minh chứng trùng với nhiệm vụ khác" in text
        assert "một nhiệm vụ đồng chí không được xem" in text  # the head of one division does not see the other's
        assert other not in text


def test_leadership_sees_which_task_it_is_and_the_officer_is_told_nothing(twice: Received, visitor: Visit) -> None:
    _, world, task = twice
    text = page(visitor("vice"), f"/tasks/{task}")
    assert "Minh chứng trùng với nhiệm vụ khác" in text
    assert f'href="/tasks/{world.drafts[1]}"' in text
    assert "Minh chứng trùng" not in page(visitor("officer_a"), f"/tasks/{task}")


def test_the_same_file_is_never_refused_and_another_one_is_not_noticed(received: Received, visitor: Visit) -> None:
    _app, _world, task = received
    hand_in(visitor, task, "officer_a", b"khac")
    with counted() as statements:
        assert "Minh chứng trùng" not in page(visitor("vice"), f"/tasks/{task}")
    assert len([text for text in statements if "FROM evidence JOIN task" in " ".join(text.split())]) == 1


def test_a_file_handed_in_again_on_its_own_task_is_no_duplicate(received: Received, visitor: Visit) -> None:
    app, world, task = received
    hand_in(visitor, task, "officer_a")
    step(app, world, task, A.RETURN, "head_a", "2026-01-05T09:00", reason="Thiếu")
    hand_in(visitor, task, "officer_a")
    assert "Minh chứng trùng" not in page(visitor("vice"), f"/tasks/{task}")


def test_a_state_of_a_request_that_is_no_longer_open_is_told_in_words(received: Received, visitor: Visit) -> None:
    ask(received)
    app, world, task = received
    step(app, world, task, A.REFUSE_EXTENSION, "vice", "2026-01-05T09:00", reason="Không có căn cứ")
    text = page(visitor("head_a"), f"/tasks/{task}")
    assert "Không có căn cứ" in text
    assert ExtensionState.REFUSED.value not in text
