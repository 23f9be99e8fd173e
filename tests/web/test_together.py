"""Units work together on the pages: forms, parts, contests, the strip; in both languages, within the statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.tasks import Task
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of

A = Action
DUE = date(2026, 1, 30)
MOST = 12


def part_of(task: int) -> int:
    return db.session.scalars(db.select(Task.id).where(Task.parent_id == task).order_by(Task.id.desc())).first() or 0


@pytest.fixture
def shared(received: tuple[Flask, World, int]) -> tuple[Flask, World, int, int]:
    """Return a received task of the first division on which the second has a blocking duty."""
    app, world, task = received
    with app.app_context():
        words: dict[str, Any] = {
            "title": "Cung cấp số liệu",
            "unit_id": world.unit["KHTH"],
            "due_on": date(2026, 1, 20),
        }
        world.step(task, A.GIVE_DUTY, "head_a", is_blocking=True, **words)
        duty = part_of(task)
        db.session.remove()
    return app, world, task, duty


def test_a_head_gives_a_duty_and_a_step_on_the_page_and_both_are_listed_with_who_holds_them(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _app, world, task = received
    head = visitor("head_a")
    head.get(f"/tasks/{task}")
    duty = {"unit_id": world.unit["KHTH"], "title": "Cung cấp số liệu", "due_on": "2026-01-20", "is_blocking": "1"}
    step = {"officer_id": world.person["officer_a"], "title": "Dự thảo báo cáo", "due_on": "2026-01-16"}
    assert head.post(f"/tasks/{task}/give-duty", duty).status_code == 302
    assert head.post(f"/tasks/{task}/break-down", step).status_code == 302
    page = head.get(f"/tasks/{task}").get_data(as_text=True)
    for words in ("Cung cấp số liệu", "Đặng Quốc Hưng", "bắt buộc cho kết quả", "Dự thảo báo cáo", "Lý Thị Én"):
        assert words in page
    assert "Nhiệm vụ phối hợp và việc con" in page


def test_the_page_of_a_part_leads_to_the_whole_and_both_units_open_both(
    shared: tuple[Flask, World, int, int], visitor: Callable[..., Visitor]
) -> None:
    _app, _world, task, duty = shared
    for name in ("head_a", "head_b", "officer_b", "vice", "office"):
        for address in (f"/tasks/{task}", f"/tasks/{duty}"):
            assert visitor(name).get(address).status_code == 200, (name, address)
    assert f'href="/tasks/{task}"' in visitor("head_b").get(f"/tasks/{duty}").get_data(as_text=True)


def test_a_hand_in_over_an_open_blocking_duty_is_refused_by_name_and_taken_with_a_reason(
    shared: tuple[Flask, World, int, int], visitor: Callable[..., Visitor]
) -> None:
    _app, _world, task, _duty = shared
    officer = visitor("officer_a")
    assert "Lý do vẫn nộp kết quả" in officer.get(f"/tasks/{task}").get_data(as_text=True)
    fields = {"result": "Xong phần của phòng", "document_number": "1/BC"}
    refused = officer.post(f"/tasks/{task}/hand-in", fields)
    assert refused.status_code == 409
    words = refused.get_data(as_text=True)
    assert "“Cung cấp số liệu” – Phòng Kế hoạch - Tổng hợp (Trưởng phòng Đặng Quốc Hưng)" in words
    assert "Xong phần của phòng" in words
    taken = officer.post(f"/tasks/{task}/hand-in", {**fields, "reason": "Số liệu không đổi kết luận"})
    assert taken.status_code == 302
    assert "Số liệu không đổi kết luận" in officer.get(f"/tasks/{task}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "strip", "charged"),
    [("vi", "Ai giữ việc, lúc nào", "Tính cho"), ("en", "Who held it when", "Charged to")],
)
def test_the_strip_is_drawn_with_a_table_beside_it_and_late_days_with_their_sum(
    language: str,
    strip: str,
    charged: str,
    received: tuple[Flask, World, int],
    visitor: Callable[..., Visitor],
    clock_at: Callable[[str], None],
) -> None:
    _app, _world, task = received
    clock_at("2026-02-04T08:00")
    head = visitor("head_a")
    head.post("/language", {"language": language})
    page = head.get(f"/tasks/{task}").get_data(as_text=True)
    assert strip in page
    assert charged in page
    assert '<rect class="held-lead"' in page
    assert "Triệu Minh Đức" in page


def test_lists_show_parts_only_when_asked_and_no_list_hides_an_overdue_one(
    shared: tuple[Flask, World, int, int], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    _app, _world, task, duty = shared
    clock_at("2026-01-22T08:00")
    office = visitor("office")
    plain = office.get("/tasks").get_data(as_text=True)
    assert f'href="/tasks/{duty}"' not in plain
    assert "1 phần việc quá hạn" in plain
    duties = office.get("/tasks?kind=duty").get_data(as_text=True)
    assert f'href="/tasks/{duty}"' in duties
    assert f'href="/tasks/{task}"' not in duties
    assert "1 phần việc quá hạn" in office.get(f"/tasks/{task}").get_data(as_text=True)


def test_the_unit_finds_its_duty_and_the_lead_its_result_on_the_desk(
    shared: tuple[Flask, World, int, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, _task, duty = shared
    assert f'href="/tasks/{duty}"' in visitor("head_b").get("/").get_data(as_text=True)
    with app.app_context():
        world.step(duty, A.RECEIVE, "head_b")
        world.step(duty, A.HAND_IN, "officer_b", result="Số liệu")
        world.step(duty, A.SIGN_OFF, "head_b")
        db.session.remove()
    desk = visitor("head_a").get("/").get_data(as_text=True)
    assert "Kết quả phối hợp, chờ chấp nhận hoặc trả lại" in desk
    assert f'href="/tasks/{duty}"' in desk
    lead = visitor("head_a")
    assert "chờ đơn vị chủ trì chấp nhận" in lead.get(f"/tasks/{duty}").get_data(as_text=True)
    assert lead.post(f"/tasks/{duty}/accept").status_code == 302


def test_the_office_splits_a_task_with_several_leads_on_its_page(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _app, world, _task = received
    draft = world.drafts[1]
    office = visitor("office")
    office.get(f"/tasks/{draft}")
    units = [str(world.unit["CSDT"]), str(world.unit["KHTH"])]
    assert office.post(f"/tasks/{draft}/split", {"unit_ids": units}).status_code == 302
    page = office.get(f"/tasks/{draft}").get_data(as_text=True)
    assert "Nhiệm vụ của các đơn vị chủ trì" in page
    assert "tính từ các nhiệm vụ thành phần" in page


def test_the_page_of_a_task_with_many_parts_asks_no_more_than_twelve_statements(
    shared: tuple[Flask, World, int, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task, duty = shared
    head = visitor("head_a")
    head.get(f"/tasks/{task}")
    counts = []
    for _ in range(2):
        with counted() as found:
            assert head.get(f"/tasks/{task}").status_code == 200
        counts.append(len(statements_of(found)))
        with app.app_context():
            for number in range(6):
                words: dict[str, Any] = {
                    "title": f"Việc {number}",
                    "officer_id": world.person["officer_a"],
                    "due_on": DUE,
                }
                world.step(task, A.BREAK_DOWN, "head_a", **words)
            db.session.remove()
    assert counts[0] == counts[1] <= MOST, counts
    with counted() as found:
        visitor("head_b").get(f"/tasks/{duty}")
    with counted() as found:
        head.get("/tasks?kind=sub")
    assert len(statements_of(found)) <= MOST
