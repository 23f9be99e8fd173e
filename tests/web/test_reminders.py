"""The page of reminders: rules, letters and their fate for those whose business it is; no words for administration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from models.base import db
from models.letters import Letter
from notifications import clockwatch, schedule
from tests.fixtures.people import Visitor
from tests.fixtures.places import World

MORNING = "2026-01-13T07:30"


@pytest.fixture
def sent(world_app: tuple[Flask, World], clock_at: Callable[[str], None]) -> int:
    """Send one unit's head a letter and return its number."""
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
        clock_at(MORNING)
        schedule.tick(world.at(MORNING))
        found = db.session.scalar(db.select(Letter.id).where(Letter.recipient_id == world.person["head_a"]))
        db.session.remove()
    assert found is not None
    return int(found)


def test_the_office_sees_where_letters_go_their_fate_and_the_exact_words(
    sent: int, visitor: Callable[..., Visitor], world_app: tuple[Flask, World]
) -> None:
    office = visitor("office")
    page = office.get("/reminders").get_data(as_text=True)
    assert "Maildir" in page
    assert "Triệu Minh Đức" in page
    assert "Số ngày làm việc" in page
    one = office.get(f"/reminders/{sent}").get_data(as_text=True)
    assert "Kính gửi đồng chí Triệu Minh Đức," in one
    assert "T-3" in one


def test_an_administrator_sees_what_became_of_a_letter_and_none_of_its_words(
    sent: int, visitor: Callable[..., Visitor], world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    with app.app_context():
        title = world.task(world.drafts[0]).title
    one = visitor("admin").get(f"/reminders/{sent}").get_data(as_text=True)
    assert "Triệu Minh Đức" in one
    assert "Kính gửi" not in one
    assert title not in one


@pytest.mark.parametrize("username", ["head_a", "officer_a", "head_b"])
def test_a_units_people_see_no_letters_not_even_their_own_here(
    username: str, sent: int, visitor: Callable[..., Visitor]
) -> None:
    person = visitor(username)
    assert person.get("/reminders").status_code == 403
    assert person.get(f"/reminders/{sent}").status_code == 403
    assert person.post("/reminders/clock").status_code == 403


def test_the_list_is_filtered_by_state_and_day_and_a_day_that_is_none_is_answered(
    sent: int, visitor: Callable[..., Visitor]
) -> None:
    office = visitor("office")
    assert "Triệu Minh Đức" in office.get("/reminders?state=accepted&day=2026-01-13").get_data(as_text=True)
    assert "Triệu Minh Đức" not in office.get("/reminders?state=failed").get_data(as_text=True)
    assert "Triệu Minh Đức" not in office.get("/reminders?day=14/01/2026").get_data(as_text=True)
    assert office.get("/reminders?state=nonsense&before=x").status_code == 200
    assert office.get("/reminders?day=31/02/2026").status_code == 422


@pytest.mark.parametrize("path", ["/reminders/999999", f"/reminders/{10**30}"])
def test_a_letter_that_is_none_is_answered_so(path: str, visitor: Callable[..., Visitor]) -> None:
    assert visitor("office").get(path).status_code == 404


def test_a_held_clock_is_shown_and_confirmed_by_the_office_or_leadership(
    sent: int, visitor: Callable[..., Visitor], world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    with app.app_context():
        clockwatch.hold("jump:5", world.at("2026-01-13T12:00"))
        db.session.remove()
    inspector = visitor("inspector")
    assert "5 giờ" in inspector.get("/reminders").get_data(as_text=True)
    assert inspector.post("/reminders/clock").status_code == 403
    office = visitor("office")
    assert "/reminders/clock" in office.get("/reminders").get_data(as_text=True)
    assert office.post("/reminders/clock").status_code == 302
    assert "5 giờ" not in office.get("/reminders").get_data(as_text=True)


def test_comparing_now_says_that_nothing_is_missing_or_extra(sent: int, visitor: Callable[..., Visitor]) -> None:
    office = visitor("office")
    office.get("/reminders")
    assert office.post("/reminders/compare").status_code == 302
    assert "thiếu 0, thừa 0" in office.get("/reminders").get_data(as_text=True)
