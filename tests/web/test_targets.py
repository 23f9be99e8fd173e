"""The pages of targets: goals and values year by year, reporting, correcting with both kept, what is missing."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import event, select

from models.base import db
from models.plans import Target
from models.words import Cadence, Direction, Standing
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.workflow.test_plans import accepted
from workflow import targets
from workflow.targets import Care, Report

Visit = Callable[..., Visitor]
FORM = {"period": "2023", "value": "3,7", "standing": "official", "source": "Báo cáo số 9/BC-CTK ngày 15/01/2024"}


@pytest.fixture
def published(world_app: tuple[Flask, World]) -> tuple[int, int]:
    """Return the ids of a plan in force and of its target, whose unit is the first division."""
    app, world = world_app
    with app.app_context():
        plan_id = accepted(world)
        world.publish(plan_id)
        target_id = db.session.scalars(select(Target.id).where(Target.plan_id == plan_id)).one()
        care = Care(world.unit["CSDT"], Direction.UP, Cadence.YEARLY, Decimal("2.5"), 2020)
        targets.follow(target_id, care, by=world.actor("office"), at=world.at())
        db.session.remove()
    return plan_id, target_id


def cells(page: str) -> list[str]:
    """Return the words of a page's table cells."""
    found = (re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page, re.DOTALL))
    return [" ".join(cell.split()) for cell in found]


def shown(person: Visitor, path: str) -> str:
    """Return the words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", person.get(path).get_data(as_text=True)).split())


def test_without_targets_the_page_says_what_would_appear_and_how(visitor: Visit) -> None:
    page = visitor("chair").get("/targets").get_data(as_text=True)
    assert 'class="empty"' in page
    assert "<table" not in page


@pytest.mark.parametrize("username", ["chair", "office", "head_a", "officer_b", "inspector"])
def test_targets_of_published_plans_show_goal_unit_and_every_year(
    username: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    with app.app_context():
        plan_id = accepted(world)
        db.session.remove()
    person = visitor(username)
    assert "tỷ lệ hộ nghèo" not in person.get("/targets").get_data(as_text=True)
    with app.app_context():
        world.publish(plan_id)
        db.session.remove()
    words = shown(person, "/targets")
    assert re.search(r"Giảm nghèo tỷ lệ hộ nghèo ≥ 3,5 %/năm đến năm 2025", words)
    page = person.get("/targets").get_data(as_text=True)
    # a value “of each year” is the goal of every year of the plan
    assert cells(page)[3:6] == ["2021", "≥ 3,5", "–"]
    assert f'href="/plans/{plan_id}"' in page


def test_an_administrator_has_no_business_with_targets(visitor: Visit) -> None:
    assert visitor("admin").get("/targets").status_code == 403


def test_a_value_is_reported_through_the_page_and_stands_in_drawing_and_table(
    published: tuple[int, int], visitor: Visit
) -> None:
    path = f"/targets/{published[1]}"
    person = visitor("officer_a")
    before = shown(person, path)
    assert "chưa có số liệu năm 2025" not in before or "Báo cáo số liệu" in before
    assert person.post(f"{path}/report", FORM).location == path
    page = person.get(path).get_data(as_text=True)
    assert "3,7 đạt mục tiêu" in cells(page)
    assert page.count('class="final"') == 2  # the baseline and the value
    assert "Báo cáo số 9/BC-CTK ngày 15/01/2024" in page


def test_a_correction_keeps_both_values_and_needs_a_reason_and_the_head(
    published: tuple[int, int], visitor: Visit
) -> None:
    path = f"/targets/{published[1]}"
    officer, head = visitor("officer_a"), visitor("head_a")
    head.get(path)
    officer.get(path)
    officer.post(f"{path}/report", FORM)
    assert officer.post(f"{path}/report", FORM | {"value": "3,4", "reason": "nhầm"}).status_code == 403
    without = head.post(f"{path}/report", FORM | {"value": "3,4"})
    assert without.status_code == 409
    assert 'value="3,4"' in without.get_data(as_text=True)  # what was typed is kept
    assert head.post(f"{path}/report", FORM | {"value": "3,4", "reason": "Số liệu rà soát lại"}).status_code == 302
    page = head.get(path).get_data(as_text=True)
    assert "<del>3,7</del>" in page
    assert "Số liệu rà soát lại" in page
    assert "3,4 không đạt mục tiêu" in cells(page)


@pytest.mark.parametrize("username", ["head_b", "vice"])
def test_whoever_is_neither_of_the_unit_named_nor_of_the_office_reports_nothing(
    username: str, published: tuple[int, int], visitor: Visit
) -> None:
    person = visitor(username)
    path = f"/targets/{published[1]}"
    assert f'action="{path}/report"' not in person.get(path).get_data(as_text=True)
    assert person.post(f"{path}/report", FORM).status_code == 403


REFUSED = (
    ({"value": "ba"}, "ba"),
    ({"period": "2023-Q1"}, "không phải là kỳ báo cáo"),
    ({"period": "2099"}, "chưa bắt đầu"),
    ({"source": ""}, "nguồn số liệu"),
    ({"standing": "x"}, "ước thực hiện hay chính thức"),
)


def test_what_cannot_be_taken_is_refused_with_its_reason_and_what_was_typed_stays(
    published: tuple[int, int], visitor: Visit
) -> None:
    person = visitor("office")
    person.get(f"/targets/{published[1]}")
    for change, words in REFUSED:
        answer = person.post(f"/targets/{published[1]}/report", FORM | change)
        assert answer.status_code == 422, change
        page = answer.get_data(as_text=True)
        assert words in page
        assert f'value="{(FORM | change)["value"]}"' in page


def test_a_task_is_linked_and_taken_away_again_by_office_or_leadership(
    published: tuple[int, int], visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    path, task = f"/targets/{published[1]}", str(world_app[1].drafts[0])
    office = visitor("office")
    assert "Chưa gắn nhiệm vụ nào" in shown(office, path)
    assert office.post(f"{path}/link", {"task_id": task}).status_code == 302
    assert f'href="/tasks/{task}"' in office.get(path).get_data(as_text=True)
    assert "1 nhiệm vụ phục vụ chỉ tiêu" in shown(office, "/targets")
    assert visitor("head_a").post(f"{path}/unlink", {"task_id": task}).status_code == 403
    assert office.post(f"{path}/unlink", {"task_id": task}).status_code == 302
    assert f'href="/tasks/{task}"' not in office.get(path).get_data(as_text=True)


def test_the_log_tells_who_reported_what_and_what_was_corrected(published: tuple[int, int], visitor: Visit) -> None:
    office = visitor("office")
    path = f"/targets/{published[1]}"
    office.get(path)
    office.post(f"{path}/report", FORM)
    office.post(f"{path}/report", FORM | {"value": "3,4", "reason": "Số liệu rà soát lại"})
    words = shown(office, "/log")
    assert "báo cáo số liệu của một chỉ tiêu" in words
    assert "đính chính số liệu đã báo cáo của một chỉ tiêu" in words
    assert "Số liệu rà soát lại" in words


def statements(app: Flask, person: Visitor, path: str) -> int:
    """Return how many statements a page takes."""
    found: list[str] = []

    def listen(_c: object, _cur: object, statement: str, *_more: object) -> None:
        found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert person.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return len(found)


def test_the_pages_take_no_more_statements_with_more_values(
    published: tuple[int, int], visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    person = visitor("office")
    paths = ("/targets", f"/targets/{published[1]}")
    before = [statements(app, person, path) for path in paths]
    with app.app_context():
        for year in range(2021, 2026):
            said = Report(str(year), Decimal(year - 2018), Standing.OFFICIAL, "Báo cáo")
            targets.report(published[1], said, by=world.actor("office"), at=world.at())
        db.session.remove()
    assert [statements(app, person, path) for path in paths] == before
    assert max(before) <= 12


def test_a_table_is_looked_through_on_the_page_and_taken_only_when_confirmed(
    published: tuple[int, int], visitor: Visit
) -> None:
    plan, target = published
    office, path = visitor("office"), f"/targets/plans/{published[0]}/table"
    office.get(path)
    table = "TT;Chỉ tiêu;ĐVT;Năm 2024;TH năm 2024\nI;Giảm nghèo;;;\n1;Tỷ lệ hộ nghèo;%/năm;≥ 3,5;3,9\n2;Mới;xã;5;\n"

    def send(data: str, decision: str) -> tuple[int, str]:
        fields = {"file": (BytesIO(data.encode()), "bang.csv"), "decision": decision}
        answer = office.post(path, fields, content_type="multipart/form-data")
        return answer.status_code, answer.get_data(as_text=True)

    assert send(table, "")[0] == 422
    assert send("a;b\n1;2\n", "Báo cáo 5")[0] == 422
    status, page = send(table, "Báo cáo 5")
    assert status == 200
    assert "chưa có trong kế hoạch" in page
    assert "Báo cáo 5" not in shown(office, f"/targets/{target}")
    found = re.search(r'name="content" value="([^"]*)"', page)
    assert found is not None
    fields = {"content": html.unescape(found[1]), "decision": "Báo cáo 5", "idempotency_key": "k"}
    for _ in range(2):
        assert office.post(f"{path}/confirm", fields).location == f"/targets?plan={plan}"
    assert "Báo cáo 5" in shown(office, f"/targets/{target}")
    for broken in ("", "[]", '{"columns": [{"letter": "A", "kind": "x"}], "rows": []}', '{"columns": 1, "rows": 2}'):
        assert office.post(f"{path}/confirm", fields | {"content": broken}).status_code == 422
    assert visitor("head_a").get(path).status_code == 403
    taken = office.get(f"/targets/plans/{plan}/table.csv").get_data(as_text=True)
    assert "1;tỷ lệ hộ nghèo;%/năm" in taken
