"""The page of targets: what published plans promise in figures, with decimal comma, unit and year."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from models.base import db
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.workflow.test_plans import accepted

Visit = Callable[..., Visitor]


def cells(page: str) -> list[str]:
    """Return the words of a page's table cells."""
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page, re.DOTALL)]


def test_without_targets_the_page_says_what_would_appear_and_how(visitor: Visit) -> None:
    page = visitor("chair").get("/targets").get_data(as_text=True)
    assert 'class="empty"' in page
    assert "<table" not in page


@pytest.mark.parametrize("username", ["chair", "office", "head_a", "officer_b", "inspector"])
def test_targets_of_published_plans_show_operator_value_unit_and_year(
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
    page = person.get("/targets").get_data(as_text=True)
    found = cells(page)
    place = found.index("tỷ lệ hộ nghèo")
    assert found[place - 1] == "Giảm nghèo"
    assert found[place : place + 4] == ["tỷ lệ hộ nghèo", "≥ 3,5", "%/năm", "2025"]
    assert f'href="/plans/{plan_id}"' in page


def test_an_administrator_has_no_business_with_targets(visitor: Visit) -> None:
    assert visitor("admin").get("/targets").status_code == 403
