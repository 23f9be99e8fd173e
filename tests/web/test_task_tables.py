"""A table of tasks through the pages: uploaded, looked through row by row, confirmed once; and the annex taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from documents.readers import read as outline_of
from models.base import db
from models.log import LogEntry
from models.tasks import Task
from tests.fixtures.people import Visitor
from tests.fixtures.places import TITLES, World

Visit = Callable[..., Visitor]
HEAD = "TT;Nhiệm vụ;Đơn vị chủ trì;Đơn vị phối hợp;Thời hạn;Sản phẩm\n"
GOOD = HEAD + "I;CHÍNH SÁCH;;;;\n1;Rà soát danh sách;Phòng Chính sách;Văn phòng;15/6/2026;Báo cáo\n2;Tổng hợp;KHTH;;;\n"
BAD = HEAD + "1;Rà soát danh sách;Phòng Tài chính;;31/02/2026;\n2;Tổng hợp;KHTH;;;\n"


def send(person: Visitor, plan: int, data: str, name: str = "bang.csv") -> TestResponse:
    """Upload a table through its page."""
    path = f"/plans/{plan}/table"
    assert person.get(path).status_code == 200
    return person.post(path, {"file": (BytesIO(data.encode()), name)}, content_type="multipart/form-data")


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Task.id))) or 0


def shown(page: str) -> str:
    """Return the words of a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_table_is_shown_row_by_row_and_becomes_drafts_only_when_confirmed(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    person, before = visitor("office"), count(app)
    answer = send(person, world.plan, GOOD)
    assert answer.status_code == 302
    page = shown(person.get(str(answer.location)).get_data(as_text=True))
    assert "Cả 2 dòng đều hợp lệ" in page
    assert "CHÍNH SÁCH (tên nhóm, không phải nhiệm vụ)" in page
    assert "Phòng Kế hoạch - Tổng hợp" in page
    assert count(app) == before
    for _ in range(2):  # a second click leads to the same place
        done = person.post(f"{answer.location}/confirm")
        assert (done.status_code, done.location) == (302, f"/plans/{world.plan}")
    assert count(app) == before + 2
    assert "2 nhiệm vụ trong bảng đã thành dự thảo" in person.get(f"/plans/{world.plan}").get_data(as_text=True)
    assert person.get(str(answer.location)).status_code == 302


def test_each_fault_is_said_with_row_column_what_why_and_what_now(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    person, before = visitor("office"), count(app)
    path = str(send(person, world.plan, BAD).location)
    page = shown(person.get(path).get_data(as_text=True))
    assert "1 dòng có lỗi; chưa thể nhận bảng này." in page
    assert "Dòng 2, cột C : “Phòng Tài chính” không phải là đơn vị" in page.replace("C: ", "C : ")
    assert "Dòng 2, cột E : Thời hạn “31/02/2026” chưa rõ." in page.replace("E: ", "E : ")
    assert "Đưa bảng đã sửa" in page
    forced = person.post(f"{path}/confirm")
    assert forced.status_code == 422
    assert "Chưa nhận dòng nào" in forced.get_data(as_text=True)
    assert count(app) == before


@pytest.mark.parametrize(
    ("data", "name", "status", "said"),
    [
        ("a;b\n1;2\n", "a.csv", 422, "Không tìm thấy bảng nhiệm vụ"),
        (GOOD, "a.docx", 415, "Không đọc được bảng"),
        ("%PDF-1.7", "a.xlsx", 415, "Không đọc được bảng"),
        ("", "a.csv", 415, "Không đọc được bảng"),
    ],
)
def test_what_is_no_table_of_tasks_is_answered_on_the_page_it_was_sent_from(
    data: str, name: str, status: int, said: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    answer = send(visitor("office"), world_app[1].plan, data, name)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert said in page
    assert 'name="file"' in page


def test_a_form_without_a_file_says_what_is_missing(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    person, path = visitor("office"), f"/plans/{world_app[1].plan}/table"
    person.get(path)
    assert person.post(path).status_code == 422


def test_the_same_file_again_is_answered_with_the_day_it_was_taken(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, plan = visitor("office"), world_app[1].plan
    path = str(send(person, plan, GOOD).location)
    assert str(send(person, plan, GOOD).location) == path
    person.post(f"{path}/confirm")
    again = send(person, plan, GOOD)
    assert again.status_code == 409
    assert "Tệp này đã được đưa vào kế hoạch." in again.get_data(as_text=True)


def test_a_table_is_dropped_without_a_task(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    person, before = visitor("office"), count(app)
    path = str(send(person, world.plan, GOOD).location)
    assert person.post(f"{path}/drop").location == f"/plans/{world.plan}"
    assert person.get(path).status_code == 404
    assert count(app) == before


def test_a_table_of_somebody_else_is_absent(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    path = str(send(visitor("office"), world_app[1].plan, GOOD).location)
    other = visitor("vice")
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/confirm").status_code == 404
    assert other.post(f"{path}/drop").status_code == 404


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_the_annex_is_taken_from_the_plans_page_and_the_log_keeps_that_it_was(
    form: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    person = visitor("office")
    assert f"/plans/{world.plan}/annex.{form}" in person.get(f"/plans/{world.plan}").get_data(as_text=True)
    answer = person.get(f"/plans/{world.plan}/annex.{form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    rows: list[Any] = [block.cells for block in outline_of(answer.get_data(), f"a.{form}").blocks if block.cells]
    assert [row[1] for row in rows[2:]] == list(TITLES)
    with app.app_context():
        assert db.session.scalar(select(LogEntry.act).order_by(LogEntry.seq.desc()).limit(1)) == "export.taken"


def test_who_may_not_bring_tables_is_not_offered_it(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    plan = world_app[1].plan
    assert f"/plans/{plan}/table" in visitor("office").get(f"/plans/{plan}").get_data(as_text=True)
    person = visitor("head_a")
    assert f"/plans/{plan}/table" not in person.get(f"/plans/{plan}").get_data(as_text=True)
    assert person.get(f"/plans/{plan}/table").status_code == 403
