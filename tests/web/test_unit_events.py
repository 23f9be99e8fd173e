"""The pages of what happens to a unit: two people see it through; and one's own page is open without any role."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models.base import db
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World
from workflow.actors import Actor
from workflow.organization import people

Visit = Callable[..., Visitor]
CONFIRM = re.compile(r'action="(/admin/units/events/\d+/confirm)"')
WORDS = {
    "vi": ("Đã nhập; có hiệu lực khi người thứ hai", "Chờ người thứ hai xác nhận", "Đã xác nhận; có hiệu lực từ ngày"),
    "en": ("Entered; it counts once a second person", "Waits for a second person", "Confirmed; it counts from its day"),
}


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_new_name_is_entered_by_administration_and_confirmed_by_the_office(
    language: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    world = world_app[1]
    unit = f"/admin/units/{world.unit['KHTH']}"
    admin, office, head = visitor("admin"), visitor("office"), visitor("head_b")
    for person in (admin, office, head):
        person.post("/language", {"language": language})
    entered, waits, confirmed = WORDS[language]
    form = {"form": "full", "name": "Phòng Tổng hợp", "from_on": "2026-01-05", "decision": "QĐ 12 ngày 05/01/2026"}
    assert admin.post(f"{unit}/name", form).status_code == 302
    page = text(admin.get(unit))
    assert entered in page
    assert waits in page
    assert CONFIRM.search(page) is None
    assert "<h1>Phòng Kế hoạch - Tổng hợp</h1>" in page
    assert CONFIRM.search(text(head.get("/admin/units"))) is None
    button = CONFIRM.search(text(office.get("/admin/units")))
    assert button is not None
    assert admin.post(button[1]).status_code == 403
    assert head.post(button[1]).status_code == 403
    assert office.post(button[1]).location == unit
    after = text(office.get(unit))
    assert confirmed in after
    assert "<h1>Phòng Tổng hợp</h1>" in after
    assert office.post(button[1]).status_code == 409


def test_what_was_entered_for_a_unit_can_be_taken_back_on_its_page(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    world, admin = world_app[1], visitor("admin")
    unit = f"/admin/units/{world.unit['KHTH']}"
    assert admin.post(f"{unit}/end", {"to_on": "2026-02-01", "decision": "QĐ 12"}).status_code == 302
    button = re.search(r'action="(/admin/units/events/\d+/take-back)"', text(admin.get(unit)))
    assert button is not None
    assert admin.post(button[1]).location == unit
    assert "take-back" not in text(admin.get(unit))


@pytest.mark.parametrize(("language", "words"), [("vi", "Tài khoản"), ("en", "My account")])
def test_an_account_without_a_role_opens_its_own_page_and_nothing_of_anybody_elses(
    language: str, words: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    with app.app_context():
        people.create("moi", "Người Mới", "moi@x.vn", by=Actor.system(), at=world.at(), password=PASSWORD)
        world.assign(world.drafts[0], "CSDT")
        title = world.task(world.drafts[0]).title
        db.session.remove()
    person = visitor("moi")
    person.post("/language", {"language": language})
    mine = person.get("/account")
    assert mine.status_code == 200
    assert words in text(mine)
    assert person.get("/").status_code == 200
    assert title not in text(person.get("/"))
    for path in ("/tasks", "/plans", "/log", "/admin/units", f"/tasks/{world.drafts[0]}"):
        assert person.get(path).status_code == 403, path
