"""The calendar and the rules on their pages: everybody reads, office and leadership enter, a second person confirms."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.calendar import CalendarDay, Setting
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import PEOPLE, World
from workflow.reference import SETTINGS
from workflow.reminding import NAMES

DECISION = "Công văn 9859/VPCP-KGVX"
DAY = {"day": "25/11/2026", "kind": "holiday", "name": "Ngày hội các dân tộc", "decision": DECISION}
EVERYBODY = [username for username, *_ in PEOPLE]
EDITORS = {"chair", "vice", "head_office", "office"}
Visit = Callable[..., Visitor]


def text(answer: Any) -> str:
    """Return a page as people read it."""
    return html.unescape(answer.get_data(as_text=True))


def entered(world_app: tuple[Flask, World]) -> int:
    """Return the id of the day entered last."""
    with world_app[0].app_context():
        return int(db.session.scalars(db.select(CalendarDay.id).order_by(CalendarDay.id.desc())).first() or 0)


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_everybody_reads_the_calendar_and_the_rules(username: str, language: str, visitor: Visit) -> None:
    person = visitor(username)
    person.post("/language", {"language": language, "next": "/"})
    year, rules = text(person.get("/admin/calendar?year=2026")), text(person.get("/admin/settings"))
    assert "Quốc khánh" in year
    assert ("Thứ Bảy, 22/08/2026" if language == "vi" else "Saturday, 22/08/2026") in year
    assert "Ban Dân tộc tỉnh Lạng Sơn" in rules
    assert ("do=enter" in year) == (username in EDITORS)
    assert ("do=steps" in rules) == (username in EDITORS)


def test_a_day_is_entered_by_one_person_and_confirmed_by_another(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    office, chair = visitor("office"), visitor("chair")
    assert office.post("/admin/calendar/days", DAY).location == "/admin/calendar?year=2026"
    day = entered(world_app)
    confirm = f"/admin/calendar/days/{day}/confirm"
    assert confirm not in text(office.get("/admin/calendar?year=2026"))
    assert confirm in text(chair.get("/admin/calendar?year=2026"))
    assert office.post(confirm, {"year": "2026"}).status_code == 403
    assert chair.post(confirm, {"year": "2026"}).status_code == 302
    page = text(visitor("head_a").get("/admin/calendar?year=2026"))
    assert "Ngày hội các dân tộc" in page
    assert DECISION in page
    assert chair.post(confirm, {"year": "2026"}).status_code == 409


def test_what_a_day_would_do_to_the_letters_is_shown_before_it_is_confirmed(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
        world.step(world.drafts[0], Action.RECEIVE, "head_a")
        db.session.remove()
    office, chair = visitor("office"), visitor("chair")
    office.post("/admin/calendar/days", {**DAY, "day": "13/01/2026"})  # T-3 lies on that Tuesday
    confirm = f"/admin/calendar/days/{entered(world_app)}/confirm"
    assert "người khác của văn phòng hoặc lãnh đạo" in text(office.get(confirm))
    page = text(chair.get(confirm))
    days = re.findall(r'effect-day">([^<]+)<(?:.|\n)*?effect-count">(?:<[^>]+>)*([^<]*)', page)
    moved = {day.split(", ")[1]: change.strip() for day, change in days}
    assert moved["13/01/2026"].startswith("1")  # a letter falls away there, and comes on the day before
    assert "12/01/2026" in moved
    with app.app_context():
        assert db.session.scalars(db.select(CalendarDay.confirmed_at)).all() == [None]
    assert chair.post(confirm).status_code == 302
    assert chair.get(confirm).status_code == 409


@pytest.mark.parametrize("name", NAMES)
def test_rules_of_reminding_are_read_among_the_rules_and_changed_on_their_own_page_alone(
    name: str, visitor: Visit
) -> None:
    office = visitor("office")
    assert f'href="/reminders/rules#{name}"' in text(office.get("/admin/settings"))
    fields = {"value": "1", "valid_from": "2026-02-01", "decision": DECISION}
    assert office.post(f"/admin/settings/{name}", fields).status_code == 404


def test_a_year_is_declared_complete_and_the_warning_goes(
    visitor: Visit, world_app: tuple[Flask, World], clock_at: Callable[[str], None]
) -> None:
    clock_at("2026-11-30T08:00")
    office = visitor("office")
    assert "banner-warning" not in text(office.get("/"))
    clock_at("2026-12-01T08:00")
    office = visitor("office")
    page = text(office.get("/"))
    assert "banner-warning" in page
    assert "2027" in page
    assert "banner-warning" not in text(visitor("head_a").get("/"))
    assert office.post("/admin/calendar/years", {"year": "2027", "decision": DECISION}).status_code == 302
    assert "banner-warning" in text(office.get("/"))
    confirm, chair = "/admin/calendar/years/2027/confirm", visitor("chair")
    assert confirm not in text(office.get("/admin/calendar?year=2027"))
    assert confirm in text(chair.get("/admin/calendar?year=2027"))
    assert office.post(confirm).status_code == 403
    assert chair.post(confirm).status_code == 302
    assert "banner-warning" not in text(office.get("/"))
    assert office.post("/admin/calendar/years", {"year": "2027", "decision": DECISION}).status_code == 409


@pytest.mark.parametrize("username", [name for name in EVERYBODY if name not in EDITORS])
def test_nobody_else_changes_calendar_or_rules(username: str, visitor: Visit) -> None:
    person = visitor(username)
    fields = {"value": "1", "valid_from": "2026-02-01", "decision": DECISION}
    for path, form in (
        ("calendar/days", DAY),
        ("calendar/years", {"year": "2027", "decision": DECISION}),
        ("settings/steps", fields),
    ):
        assert person.post(f"/admin/{path}", form).status_code == 403, path


@pytest.mark.parametrize("name", [name for name in SETTINGS if name not in NAMES])
def test_each_rule_can_be_set_from_a_day_on(name: str, visitor: Visit) -> None:
    office = visitor("office")
    page = text(office.get(f"/admin/settings?do={name}"))
    assert f'action="/admin/settings/{name}"' in page
    values = {
        int: "1",
        list: ", ".join(map(str, SETTINGS[name])) if isinstance(SETTINGS[name], list) else "",
        str: str(SETTINGS[name]),
    }
    fields = {"value": values[type(SETTINGS[name])], "valid_from": "2026-02-01", "decision": DECISION}
    assert office.post(f"/admin/settings/{name}", fields).status_code == 302
    assert "01/02/2026" in text(office.get("/admin/settings"))


def test_a_rule_is_entered_by_one_person_and_confirmed_by_another(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    office, chair = visitor("office"), visitor("chair")
    fields = {"value": "9", "valid_from": "2026-01-05", "decision": DECISION}
    assert office.post("/admin/settings/redo.working_days", fields).status_code == 302
    with world_app[0].app_context():
        confirm = f"/admin/settings/{db.session.scalars(db.select(Setting.id)).one()}/confirm"
    assert confirm not in text(office.get("/admin/settings"))
    assert confirm in text(chair.get("/admin/settings"))
    assert office.post(confirm).status_code == 403
    assert "<b>9</b>" in text(chair.get("/admin/settings"))
    assert chair.post(confirm).status_code == 302
    assert "Chờ người thứ hai" not in text(chair.get("/admin/settings"))
    assert "<b>9</b>" in text(chair.get("/admin/settings"))
    assert chair.post(confirm).status_code == 409


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("settings/steps", {"value": "3", "valid_from": "2026-02-01", "decision": DECISION}, 422),
        ("settings/steps", {"value": "1", "valid_from": "2026-01-04", "decision": DECISION}, 422),
        ("settings/steps", {"value": "1", "valid_from": "2026-02-01", "decision": ""}, 422),
        ("settings/steps", {"value": "1", "valid_from": "", "decision": DECISION}, 422),
        ("settings/steps", {}, 422),
        ("settings/no.such", {"value": "1"}, 422),
        ("calendar/days", {**DAY, "day": "31/02/2026"}, 422),
        ("calendar/days", {**DAY, "kind": "party"}, 422),
        ("calendar/days", {**DAY, "decision": "x" * 301}, 422),
        ("calendar/days", {}, 422),
        ("calendar/years", {"year": "99", "decision": DECISION}, 422),
        ("calendar/years", {"year": "9" * 30, "decision": DECISION}, 422),
    ],
)
def test_a_form_that_cannot_be_taken_is_answered_with_what_was_typed(
    path: str, fields: dict[str, str], status: int, visitor: Visit
) -> None:
    answer = visitor("office").post(f"/admin/{path}", fields)
    assert answer.status_code == status
    assert 'role="alert"' in text(answer)


@pytest.mark.parametrize("year", ["", "1999", "2101", "abcd", "9" * 30, "２０２６", "-1"])
def test_a_year_in_the_address_that_is_none_shows_this_one(year: str, visitor: Visit) -> None:
    answer = visitor("head_a").get(f"/admin/calendar?year={year}")
    assert answer.status_code == 200
    assert "Ngày làm việc năm 2026" in text(answer)
