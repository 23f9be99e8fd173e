"""What was written into the log is told as sentences: every act has one, with names, old → new and the words."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from i18n import speaking
from models.base import db
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.house.test_form import tracked
from web.sentences import of_act, of_part
from web.wording import SENTENCES
from workflow.queries import history
from workflow.queries.history import Act

PACKAGES = ("workflow", "accountability", "notifications", "cli", "web")
# the ways into the log -> which argument names the act
DOORS = {"recorded": 1, "note": 0, "note_now": 0}
ACT = re.compile(r"[a-z]+\.[a-z_]+")


def acts_in(path: Path) -> Iterator[str]:
    """Give the acts that a module writes: named at the door, by a constant, or by one of its constants passed along."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]
    constants = {node.target.id: node.value.value for node in assigned if isinstance(node.value, ast.Constant)}  # type: ignore[union-attr]  # filtered above
    for call in ast.walk(tree):
        name = getattr(call.func, "id", getattr(call.func, "attr", "")) if isinstance(call, ast.Call) else ""
        if not isinstance(call, ast.Call) or name not in DOORS or len(call.args) <= DOORS[name]:
            continue
        for node in ast.walk(call.args[DOORS[name]]):
            if isinstance(node, ast.Constant):
                yield str(node.value)
            elif isinstance(node, ast.Name):
                yield from [str(constants[node.id])] if node.id in constants else map(str, constants.values())


def test_every_act_that_some_service_writes_has_a_sentence() -> None:
    found = {act for package in PACKAGES for path in tracked(f"{package}/*.py") for act in acts_in(path)}
    acts = {act for act in found if ACT.fullmatch(act)} | {
        f"task.{action.value.replace('-', '_')}" for action in Action
    }
    assert {"letter.accepted", "log.verify", "person.close", "plan.publish", "access.sign_in"} <= acts
    assert acts - SENTENCES.keys() == set()


@pytest.fixture
def told(world_app: tuple[Flask, World]) -> Callable[..., list[tuple[str, tuple[str, ...]]]]:
    """Return a function that tells a task's history in a language, the oldest act first."""
    app, _ = world_app

    def tell(task: int, language: str = "vi") -> list[tuple[str, tuple[str, ...]]]:
        with app.test_request_context("/"), speaking(language):
            found = [of_act(act) for act in reversed(history.of_task(task).acts)]
            db.session.remove()
        return [(sentence.text, sentence.details) for sentence in found]

    return tell


def live(app: Flask, world: World) -> int:
    """Take a task through its whole life: more time, a return, both signatures."""
    task = world.drafts[0]
    with app.app_context():
        world.assign(
            task,
            "CSDT",
            date(2026, 1, 30),
            product="Báo cáo",
            officer_id=world.person["officer_a"],
            coordinator_ids=(world.unit["SXD"],),
        )
        world.step(task, Action.RECEIVE, "head_a")
        world.step(task, Action.REQUEST_EXTENSION, "head_a", reason="Chờ số liệu", proposed_on=date(2026, 2, 27))
        world.step(task, Action.GRANT_EXTENSION, "vice")
        world.step(task, Action.HAND_IN, "officer_a", result="Bản đầu")
        world.step(task, Action.RETURN, "head_a", reason="Thiếu phụ lục")
        world.step(task, Action.HAND_IN, "officer_a", result="Bản thứ hai")
        world.step(task, Action.SIGN_OFF, "head_a", reason="Đã xem")
        world.step(task, Action.CONFIRM, "vice")
        db.session.remove()
    return task


def test_the_life_of_a_task_reads_as_a_story(
    world_app: tuple[Flask, World], told: Callable[..., list[tuple[str, tuple[str, ...]]]]
) -> None:
    story = told(live(*world_app))
    assert [text for text, _ in story] == [
        "Hoàng Văn Thủ nhận kế hoạch đọc từ văn bản.",
        "Nông Thị Lan giao nhiệm vụ cho Phòng Chính sách Dân tộc.",
        "Triệu Minh Đức tiếp nhận nhiệm vụ.",
        "Triệu Minh Đức đề nghị gia hạn.",
        "Nông Thị Lan đồng ý gia hạn.",
        "Lý Thị Én nộp kết quả.",
        "Triệu Minh Đức trả lại kết quả, yêu cầu làm lại.",
        "Lý Thị Én nộp kết quả.",
        "Triệu Minh Đức ký xác nhận kết quả.",
        "Nông Thị Lan xác nhận hoàn thành.",
    ]
    details = [set(found) for _, found in story]
    assert {
        "chuyên viên: Lý Thị Én",
        "sản phẩm: Báo cáo",
        "thời hạn: 30/01/2026",
        "lãnh đạo phụ trách: Phó Trưởng ban (Lãnh đạo Ban)",
        "tham gia: Sở Xây dựng (đề nghị phối hợp)",
    } <= details[1]
    assert "trạng thái: chờ tiếp nhận → đã tiếp nhận" in details[2]
    assert {"lý do: Chờ số liệu", "ngày đề nghị: 27/02/2026"} <= details[3]
    assert "thời hạn: 30/01/2026 → 27/02/2026" in details[4]
    assert "lý do: Thiếu phụ lục" in details[6]
    assert "kết quả: Bản thứ hai" in details[7]
    assert {"ghi chú: Đã xem", "ý nghĩa chữ ký: Nhiệm vụ đã hoàn thành theo yêu cầu."} <= details[8]


def test_the_same_story_is_told_in_english(
    world_app: tuple[Flask, World], told: Callable[..., list[tuple[str, tuple[str, ...]]]]
) -> None:
    story = told(live(*world_app), "en")
    assert "Triệu Minh Đức returned the result for redoing." in [text for text, _ in story]
    assert all("%(" not in text and "…" not in text for text, found in story for text in (text, *found))


def test_words_that_were_erased_leave_a_mark_and_their_sentence(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    task = live(app, world)
    with app.test_request_context("/"), speaking("vi"):
        returned = next(act for act in history.of_task(task).acts if act.act == "task.return")
        bare = tuple(replace(part, words={}) for part in returned.parts)
        sentence = of_act(Act(bare[0], bare))
        db.session.remove()
    assert sentence.text == "Triệu Minh Đức trả lại kết quả, yêu cầu làm lại."
    assert any(detail.startswith("lý do: [") and "Thiếu" not in detail for detail in sentence.details)


def test_an_act_nobody_knows_is_still_told_with_its_actor(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.test_request_context("/"), speaking("vi"):
        part = history.of_task(world.drafts[0]).acts[0].main
        sentence = of_part(replace(part, act="future.deed"))
        db.session.remove()
    assert "Hoàng Văn Thủ" in sentence.text
    assert "future.deed" in sentence.text


def test_lines_of_the_organisation_name_people_seats_and_units(visitor: Callable[..., Visitor]) -> None:
    page = visitor("chair").get("/log?act=people").get_data(as_text=True)
    for words in (
        "người: Mông Văn Khánh",
        "chức danh: Chánh Thanh tra (Thanh tra)",
        "vai trò: thanh tra",
        "đơn vị: Ban Dân tộc tỉnh Lạng Sơn",
    ):
        assert words in page


def test_a_tasks_history_names_the_unit_that_takes_part_no_longer(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    task = world.drafts[0]
    with app.app_context():
        world.assign(task, "CSDT", date(2026, 1, 30), coordinator_ids=(world.unit["SXD"], world.unit["TTR"]))
        world.assign(task, "CSDT", date(2026, 1, 30), coordinator_ids=(world.unit["TTR"],))
        db.session.remove()
    person = visitor("chair")
    page = person.get(f"/tasks/{task}").get_data(as_text=True)
    assert "tham gia: Thanh tra (phối hợp)" in page
    assert "thôi tham gia: Sở Xây dựng" in page
    assert "thôi tham gia nhiệm vụ" in person.get(f"/log?task={task}").get_data(as_text=True)


def test_a_sign_in_is_told_with_position_and_unit(visitor: Callable[..., Visitor]) -> None:
    visitor("head_a")
    page = visitor("chair").get("/log?act=access").get_data(as_text=True)
    line = page[page.index("Triệu Minh Đức đăng nhập") :]
    assert "Trưởng phòng, Phòng Chính sách Dân tộc" in line[: line.index("</li>")]
