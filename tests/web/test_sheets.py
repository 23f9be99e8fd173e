"""The task sheet on the web and by command: only for who may read the task, complete, with "…" for the unknown."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from models.base import db
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of

Visit = Callable[..., Visitor]


@pytest.fixture
def given_out(world_app: tuple[Flask, World]) -> World:
    app, world = world_app
    with app.app_context():
        parts = (world.unit["VP"], world.unit["SXD"])
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 31), coordinator_ids=parts, product="Báo cáo")
        db.session.remove()
    return world


def test_the_sheet_says_who_what_when_whose_duty_which_product_and_who_approves(
    given_out: World, visitor: Visit
) -> None:
    task, head = given_out.drafts[0], visitor("head_a")
    with counted() as statements:
        page = html.unescape(head.get(f"/tasks/{task}/sheet").get_data(as_text=True))
    assert len(statements_of(statements)) <= 12
    for words in (
        "PHIẾU GIAO NHIỆM VỤ", "Kế hoạch 5/KH-BDT", "Phòng Chính sách Dân tộc", "Trưởng phòng Triệu Minh Đức",
        "Văn phòng", "Sở Xây dựng", "Phó Trưởng ban Nông Thị Lan", "Ngày 31/01/2026",
        "tính quá hạn sau ngày 02/02/2026",
        "Báo cáo", "Trưởng phòng → Phó Trưởng ban", "KT. TRƯỞNG BAN", "Lưu: VT, VP.", "Trong 02 ngày làm việc",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(("form", "begins"), [("docx", b"PK"), ("pdf", b"%PDF-")])
def test_the_files_are_given_to_who_may_read_the_task_and_noted(
    form: str, begins: bytes, given_out: World, visitor: Visit
) -> None:
    task = given_out.drafts[0]
    for username, status in (("head_a", 200), ("office", 200), ("head_b", 404), ("admin", 403)):
        answer = visitor(username).get(f"/tasks/{task}/sheet.{form}")
        assert answer.status_code == status, username
        assert (status != 200) or answer.data.startswith(begins)
    assert f"sheet {task} .{form}" in visitor("inspector").get("/log").get_data(as_text=True)
    page = visitor("head_a").get(f"/tasks/{task}").get_data(as_text=True)
    assert f'href="/tasks/{task}/sheet.{form}"' in page


def test_what_is_not_known_is_a_blank_to_be_filled_in_by_hand(given_out: World, visitor: Visit) -> None:
    page = visitor("office").get(f"/tasks/{given_out.drafts[3]}/sheet").get_data(as_text=True)
    assert "ngày … tháng … năm …" in page
    assert page.count("<p>…</p>") >= 4


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_command_writes_the_same_sheet(
    form: str, given_out: World, world_app: tuple[Flask, World], tmp_path: Path
) -> None:
    task, target = given_out.drafts[0], tmp_path / f"x.{form}"
    run = world_app[0].test_cli_runner().invoke
    answer = run(args=["task", "sheet", str(task), "--format", form, "-o", str(target)])
    assert answer.exit_code == 0, answer.output
    assert target.stat().st_size > 5_000
    assert run(args=["task", "sheet", "99999", "-o", str(target)]).exit_code == 1
