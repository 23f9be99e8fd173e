"""The pages of chasing: the task's page with its forms, and several overdue tasks urged in one go."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.reminding import Chase
from models.vocabulary import Action
from notifications import sweep
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of

HOSTILE = "<script>alert(1)</script>\"'>{{7*7}}"
DUE, NOW = date(2026, 1, 9), "2026-01-13T10:00"


@pytest.fixture
def late(world_app: tuple[Flask, World], clock_at: Callable[[str], None]) -> tuple[World, int, int]:
    """Return the small Ban on Tuesday 13 January 2026 with two overdue tasks of two divisions."""
    app, world = world_app
    first, second = world.drafts[:2]
    with app.app_context():
        for task, unit in ((first, "CSDT"), (second, "KHTH")):
            world.assign(task, unit, DUE)
        world.step(first, Action.RECEIVE, "head_a", officer_id=world.person["officer_a"])
        db.session.remove()
    clock_at(NOW)
    return world, first, second


def page(person: Visitor, path: str) -> str:
    answer = person.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def form(person: Visitor, path: str, **fields: Any) -> tuple[int, str]:
    answer = person.post(path, {"idempotency_key": path, **fields})
    return answer.status_code, answer.get_data(as_text=True)


def chases(world_app: tuple[Flask, World]) -> list[Chase]:
    with world_app[0].app_context():
        return list(db.session.scalars(db.select(Chase).order_by(Chase.id)))


def test_the_head_reads_the_demand_answers_it_and_both_stand_on_the_page(
    late: tuple[World, int, int], visitor: Callable[..., Visitor]
) -> None:
    _world, task, _ = late
    vice, head = visitor("vice"), visitor("head_a")
    status, _words = form(
        vice, f"/tasks/{task}/demand-explanation", text=HOSTILE, answer_by="2026-01-16", is_urgent="1"
    )
    assert status == 302
    text = page(head, f"/tasks/{task}")
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert re.search(r'<details class="step step-main"><summary>Giải trình</summary>', text)
    assert text.count("16/01/2026 (thứ Sáu)") >= 2
    assert form(head, f"/tasks/{task}/explain", text="Chờ số liệu")[0] == 302
    assert form(head, f"/tasks/{task}/commit-progress", text="Sẽ xong", new_on="2026-01-20")[0] == 302
    assert (
        form(head, f"/tasks/{task}/commit-progress", text="Sớm hơn", new_on="16/01/2026", idempotency_key="2")[0] == 302
    )
    text = page(vice, f"/tasks/{task}")
    assert "Chờ số liệu" in text
    assert "Triệu Minh Đức cam kết hoàn thành: 16/01/2026 (thứ Sáu) (thời hạn giữ nguyên)" in text
    assert "Cam kết trước đó (1)" in text
    assert "Nông Thị Lan yêu cầu giải trình khẩn." in text


def test_what_was_typed_stays_and_the_refusal_says_the_earliest_day(
    late: tuple[World, int, int], visitor: Callable[..., Visitor]
) -> None:
    status, text = form(
        visitor("vice"), f"/tasks/{late[1]}/demand-explanation", text="Lời đã gõ", answer_by="2026-01-13", is_urgent="1"
    )
    assert status == 422
    assert "14/01/2026" in text
    assert "Lời đã gõ" in text
    assert re.search(r'id="demand-explanation-urgent"[^>]* checked', text)


def test_the_second_urging_of_the_day_is_refused_in_words(
    late: tuple[World, int, int], visitor: Callable[..., Visitor], world_app: tuple[Flask, World]
) -> None:
    office = visitor("office")
    assert form(office, f"/tasks/{late[1]}/chase", text="x")[0] == 302
    status, text = form(office, f"/tasks/{late[1]}/chase", text="x", idempotency_key="again")
    assert status == 409
    assert "Hôm nay đồng chí đã thực hiện việc này: Đôn đốc." in text
    assert len(chases(world_app)) == 1


@pytest.mark.parametrize("username", ["office", "vice", "chair", "head_a", "inspector"])
def test_overdue_tasks_can_be_ticked_by_office_and_leadership_alone(
    username: str, late: tuple[World, int, int], visitor: Callable[..., Visitor]
) -> None:
    text = page(visitor(username), "/tasks?when=overdue")
    assert ('formaction="/tasks/chase"' in text) == (username in ("office", "vice", "chair"))
    assert f'form="chosen" name="task" value="{late[1]}"' in text


def test_the_preview_says_what_goes_to_whom_and_what_is_left_out_and_sends_nothing(
    late: tuple[World, int, int], visitor: Callable[..., Visitor], world_app: tuple[Flask, World]
) -> None:
    _world, first, second = late
    office = visitor("office")
    form(office, f"/tasks/{second}/chase", text="x")
    text = page(office, f"/tasks/chase?task={first}&task={second}&task=999&task=x&task=")
    assert "1 nhiệm vụ, 1 đơn vị, 2 người nhận" in text
    assert "1 nhiệm vụ: đồng chí đã đôn đốc hôm nay nên bỏ qua" in text
    assert "Triệu Minh Đức" in text
    assert len(chases(world_app)) == 1


def test_one_button_urges_them_all_once(
    late: tuple[World, int, int], visitor: Callable[..., Visitor], world_app: tuple[Flask, World]
) -> None:
    _world, first, second = late
    office = visitor("office")
    fields = {"task": [str(first), str(second)], "text": "Đề nghị báo cáo", "answer_by": "2026-01-16", "is_urgent": "1"}
    for _click in range(2):
        assert form(office, "/tasks/chase", **fields)[0] == 302
    found = chases(world_app)
    assert [(chase.task_id, chase.text, chase.is_urgent) for chase in found] == [
        (first, "Đề nghị báo cáo", True), (second, "Đề nghị báo cáo", True),
    ]  # fmt: skip
    assert "Đã đôn đốc 2 nhiệm vụ." in page(office, "/tasks?when=overdue")


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 422, "Bước này cần có: nội dung."),
        ({"text": "Lời đã gõ"}, 422, "Không có nhiệm vụ nào để đôn đốc."),
        ({"text": "Lời đã gõ", "answer_by": "2026-01-12"}, 422, "ngày"),
        ({"text": "Lời đã gõ", "answer_by": "31/02/2026"}, 422, "không phải là ngày có thật"),
        ({"text": "x" * 8001}, 422, "8001"),
        ({"text": "x", "task": [str(number) for number in range(1, 203)]}, 422, "202"),
    ],
)
def test_a_wrong_form_is_answered_in_words_and_writes_nothing(
    fields: dict[str, Any], status: int, words: str,
    late: tuple[World, int, int], visitor: Callable[..., Visitor], world_app: tuple[Flask, World],
) -> None:  # fmt: skip
    answer = form(visitor("office"), "/tasks/chase", **fields)
    assert answer[0] == status
    assert words in answer[1]
    assert chases(world_app) == []


def test_typed_words_stay_beside_the_tasks_when_the_day_was_wrong(
    late: tuple[World, int, int], visitor: Callable[..., Visitor]
) -> None:
    _status, text = form(visitor("office"), "/tasks/chase", task=str(late[1]), text="Lời đã gõ", answer_by="2026-01-12")
    assert "Lời đã gõ" in text
    assert f'name="task" value="{late[1]}"' in text


def test_the_preview_asks_as_many_questions_for_fifty_tasks_as_for_two(
    late: tuple[World, int, int], visitor: Callable[..., Visitor]
) -> None:
    office, numbers = visitor("office"), []
    for count in (1, 2):
        with counted() as statements:
            page(office, "/tasks/chase?" + "&".join(f"task={task}" for task in late[1 : 1 + count]))
        numbers.append(len(statements_of(statements)))
    assert numbers[0] == numbers[1] <= 14


def test_the_author_hears_at_once_that_the_urgent_letter_of_the_day_is_out(
    late: tuple[World, int, int], visitor: Callable[..., Visitor], world_app: tuple[Flask, World]
) -> None:
    world, first, _second = late
    form(visitor("vice"), f"/tasks/{first}/chase", text="x", is_urgent="1")
    with world_app[0].app_context():
        sweep.run(world.at("2026-01-13T10:01"))
        db.session.remove()
    assert "Phó Trưởng ban Nông Thị Lan đôn đốc: “x”" in page(visitor("head_a"), "/inbox")
    chair = visitor("chair")
    form(chair, f"/tasks/{first}/chase", text="x", is_urgent="1")
    assert "Triệu Minh Đức, Lý Thị Én hôm nay đã có thư khẩn; việc này đứng đầu thư tiếp theo." in page(
        chair, f"/tasks/{first}"
    )
