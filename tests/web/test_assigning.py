"""Giving a plan's drafts to units on one sheet: what the words propose, the preview of each row, one button."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.batches import Batch
from models.session import transaction
from models.tasks import Task
from models.vocabulary import Status
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from workflow import batches, tasks
from workflow.actors import Actor
from workflow.given import Given
from workflow.ledger import recorded

Visit = Callable[..., Visitor]
LONG = "Phòng Chính sách Dân tộc"


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def write(app: Flask, world: World, place: int, **columns: str) -> None:
    """Have a draft say in the document's words who leads, who takes part, by when."""
    with app.app_context():
        with transaction() as session:
            task = session.get_one(Task, world.drafts[place])
            with recorded(task, "plan.import", by=Actor.system(), at=world.at()):
                for name, value in columns.items():
                    setattr(task, name, value)
        db.session.remove()


def row(task: int, version: int, **given: Any) -> dict[str, str]:
    return {"take": str(task), f"version-{task}": str(version)} | {
        f"{name}-{task}": str(value) for name, value in given.items()
    }


def sheet(*rows: dict[str, str], **more: str) -> dict[str, Any]:
    found: dict[str, Any] = {"take": [each["take"] for each in rows], **more}
    for each in rows:
        found |= {name: value for name, value in each.items() if name != "take"}
    return found


def versions(app: Flask, world: World) -> list[int]:
    with app.app_context():
        found = [world.task(task).version for task in world.drafts]
        db.session.remove()
    return found


def test_the_sheet_is_filled_with_what_the_words_surely_say_and_asks_about_the_rest(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    write(
        app, world, 0, lead_words="Phòng Chính sách Dân tộc", coordinator_words="Văn phòng; Sở Xây dựng",
        deadline_words="trước ngày 31/3/2026",
    )  # fmt: skip
    write(app, world, 1, lead_words="Phòng Chính sách Dân tộc; Phòng Kế hoạch - Tổng hợp", deadline_words="Quý II/2026")
    write(app, world, 2, lead_words="Sở Xây dựng")
    write(app, world, 3, lead_words="Ban Quản lý dự án X", coordinator_words="các cơ quan liên quan")
    page = text(visitor("office").get(f"/plans/{world.plan}/assign"))
    rows = re.split(r'<fieldset class="assign-row">', page)[1:]
    assert len(rows) == 4
    assert f'<option value="{world.unit["CSDT"]}" selected>' in rows[0]
    assert 'value="2026-03-31"' in rows[0]
    assert '<option value="before" selected>' in rows[0]
    assert 'value="Văn phòng; Sở Xây dựng"' in rows[0]
    assert "văn bản nêu nhiều đơn vị chủ trì" in rows[1]
    assert "cơ quan ngoài Ban, không thể chủ trì: Sở Xây dựng" in rows[2]
    assert "không có đơn vị nào tên như vậy: Ban Quản lý dự án X" in rows[3]
    for each in rows[1:]:
        assert f'<option value="{world.unit["CSDT"]}" selected>' not in each


def test_the_preview_says_of_each_row_what_would_happen_and_writes_nothing(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    with app.app_context():
        by = world.actor("office")
        for number in range(7):
            task = tasks.create(world.plan, f"Việc sẵn có {number}", "", by=by, at=world.at(), given=Given())
            world.assign(task, "CSDT", date(2026, 2, 24))
        db.session.remove()
    first, second, third, _fourth = world.drafts
    was = versions(app, world)
    form = sheet(
        row(first, was[0], lead=world.unit["CSDT"], due="2026-02-26", parts="Văn phòng; Hội X", product="Báo cáo"),
        row(second, was[1], lead=world.unit["CSDT"], due="18/02/2026"),
        row(third, was[2], due="2026-01-04", lead=world.unit["CSDT"]),
        do="look", leader=str(world.post["vice"]),
    )  # fmt: skip
    answer = visitor("office").post(f"/plans/{world.plan}/assign", form)
    page = text(answer)
    assert answer.status_code == 200
    assert "<b>2 nhiệm vụ sẽ được giao</b>, trong đó 1 chưa đủ 6 rõ, 1 bị bỏ qua" in page
    assert "Phòng Chính sách Dân tộc đã có 7 việc hạn trong tuần 23–27/02." in page
    assert "chưa rõ sản phẩm" in page
    assert "là ngày nghỉ lễ" in page
    assert "không có đơn vị nào tên như vậy: Hội X" in page
    assert re.search(r"<b>Triệu Minh Đức</b>.*?: 2 nhiệm vụ", page)
    assert "04/01/2026" in page
    with app.app_context():
        assert {world.task(task).status for task in world.drafts} == {Status.DRAFT}
        db.session.remove()


def test_one_button_assigns_them_and_names_what_changed_meanwhile(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    was = versions(app, world)
    given = {"lead": world.unit["CSDT"], "due": "2026-02-26", "boundary": "before", "parts": "Văn phòng"}
    form = sheet(
        *(row(task, was[place], **given) for place, task in enumerate(world.drafts)), leader=str(world.post["vice"])
    )
    with app.app_context():
        world.assign(world.drafts[1], "KHTH", date(2026, 3, 31))
        db.session.remove()
    office = visitor("office")
    for _click in range(2):
        answer = office.post(f"/plans/{world.plan}/assign", {**form, "do": "assign", "idempotency_key": "k"})
        assert answer.status_code == 302
    page = text(office.get(answer.location))
    assert "Đã có người thao tác trước." in page or "trước" in page
    with app.app_context():
        batch = db.session.scalars(db.select(Batch)).one()
        assert [task for task, code, _details in batch.left_out] == [world.drafts[1]]
        found = world.task(world.drafts[0])
        assert (found.due_on, found.late_after) == (date(2026, 2, 25), date(2026, 2, 26))
        assert found.leader_post_id == world.post["vice"]
        assert [part.unit_id for part in found.coordinations] == [world.unit["VP"]]
        assert world.task(world.drafts[1]).lead_unit_id == world.unit["KHTH"]
        db.session.remove()


def test_back_to_the_sheet_keeps_what_was_typed(world_app: tuple[Flask, World], visitor: Visit) -> None:
    app, world = world_app
    was = versions(app, world)
    form = sheet(row(world.drafts[0], was[0], parts="Lời đã gõ", due="2026-02-26"), do="back")
    page = text(visitor("office").post(f"/plans/{world.plan}/assign", form))
    assert 'value="Lời đã gõ"' in page
    assert page.count('name="take"') == 4
    assert len(re.findall(r'name="take" value="\d+" checked', page)) == 1


@pytest.mark.parametrize(
    "form",
    [
        {"do": "look"},
        {"do": "assign"},
        {"do": "x"},
        {"do": "look", "take": ["1", "x", "99999999999999999999", "-1"], "due-1": "31/02/2026", "lead-1": "١"},
        {"do": "assign", "take": ["1"], "lead-1": "99", "version-1": "7"},
        {"do": "look", "take": [str(number) for number in range(1, 300)]},
    ],
)
def test_a_wrong_sheet_is_answered_in_words_and_assigns_nothing(
    form: dict[str, Any], world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    answer = visitor("office").post(f"/plans/{world.plan}/assign", form)
    assert answer.status_code in (200, 422)
    with app.app_context():
        assert db.session.scalar(db.select(Batch.id)) is None
        db.session.remove()


def test_only_who_gives_tasks_comes_here_and_only_a_published_plan_is_assigned(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    _app, world = world_app
    for username in ("head_a", "inspector", "admin"):
        assert visitor(username).get(f"/plans/{world.plan}/assign").status_code == 403
    assert visitor("office").get("/plans/999/assign").status_code == 404
    assert f'href="/plans/{world.plan}/assign"' in text(visitor("office").get(f"/plans/{world.plan}"))


def test_a_sheet_of_two_hundred_rows_opens_and_is_assigned_within_the_statements_of_a_small_one(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    with app.app_context():
        by, at = world.actor("vice"), world.at()
        for number in range(batches.LIMIT):
            tasks.create(world.plan, f"Việc số {number} của kế hoạch", "", by=by, at=at, given=Given())
        db.session.remove()
    office, path = visitor("office"), f"/plans/{world.plan}/assign"
    with counted() as statements:
        page = text(office.get(path))
    assert len(statements_of(statements)) <= 12
    taken = re.findall(r'name="take" value="(\d+)"', page)
    assert len(taken) == batches.LIMIT
    assert f"tổng số {batches.LIMIT + 4}" in page
    seen = dict(re.findall(r'name="(version-\d+)" value="(\d+)"', page))
    form = {"take": taken, **seen, "lead": str(world.unit["CSDT"]), "leader": str(world.post["vice"])}
    form |= {f"due-{task}": "2026-03-31" for task in taken}
    with counted() as statements:
        looked = office.post(path, {**form, "do": "look"})
    assert looked.status_code == 200
    assert len(statements_of(statements)) <= 12
    answer = office.post(path, {**form, "do": "assign", "idempotency_key": "k"})
    assert answer.status_code == 302
    with app.app_context():
        batch = db.session.scalars(db.select(Batch)).one()
        assert (batch.count, batch.left_out) == (batches.LIMIT, [])
        db.session.remove()


def test_whoever_gives_one_task_hears_of_a_full_week_and_of_a_rest_day(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    with app.app_context():
        by = world.actor("office")
        for number in range(5):
            task = tasks.create(world.plan, f"Việc {number}", "", by=by, at=world.at(), given=Given())
            world.assign(task, "CSDT", date(2026, 1, 23))
        db.session.remove()
    office, task = visitor("office"), world.drafts[0]
    page = text(office.get(f"/tasks/{task}"))
    assert "Việc đến hạn trong 4 tuần tới: Phòng Chính sách <b>5</b>" in page
    answer = office.post(f"/tasks/{task}/assign", {"lead_unit_id": world.unit["CSDT"], "due_on": "2026-01-25"})
    page = text(office.get(answer.location))
    assert "Phòng Chính sách Dân tộc đã có 5 việc hạn trong tuần 19–23/01." in page
    assert "25/01/2026 (Chủ Nhật) là ngày nghỉ." in page or "25/01/2026" in page
