"""Rules of reminding in the page: what they would do is seen before they are saved, and a second person confirms."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.calendar import Setting
from models.reminding import ReminderRule
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow.queries.reminder_rules import GROUPS
from workflow.reminding import NAMES

DECISION = "QĐ số 12/QĐ-BDT ngày 05/01/2026"
FIELDS = {"value": "9, 4", "valid_from": "2026-01-06", "decision": DECISION}
EDITORS = {"chair", "vice", "head_office", "office"}
Visit = Callable[..., Visitor]


def text(answer: Any) -> str:
    """Return a page as people read it."""
    return html.unescape(answer.get_data(as_text=True))


def count(app: Flask, kind: Any) -> int:
    """Return how many rows of a table there are."""
    with app.app_context():
        return int(db.session.scalar(db.select(db.func.count()).select_from(kind)) or 0)


def fields_of(page: str) -> dict[str, str]:
    """Return what the form of a page of effects carries."""
    form = page[page.index('id="form"') :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


@pytest.fixture
def running(world_app: tuple[Flask, World]) -> tuple[Flask, World]:
    """Give two tasks to the division of policies, received."""
    app, world = world_app
    with app.app_context():
        for task in world.drafts[:2]:
            world.assign(task, "CSDT", date(2026, 1, 23))
            world.step(task, Action.RECEIVE, "head_a")
        db.session.remove()
    return app, world


def test_every_rule_has_its_place_on_the_page() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(NAMES)


def test_what_a_rule_would_do_is_shown_then_it_is_saved_and_waits_for_a_second_person(
    visitor: Visit, running: tuple[Flask, World]
) -> None:
    app, _ = running
    office, chair = visitor("office"), visitor("chair")
    assert 'name="step" value="look"' in text(office.get("/reminders/rules?do=reminder.before"))
    seen = text(office.post("/reminders/rules/reminder.before", {**FIELDS, "step": "look"}))
    assert "Theo thay đổi này" in seen
    assert "9, 4 ngày làm việc" in seen
    assert count(app, Setting) == 0
    saved = office.post("/reminders/rules/reminder.before", fields_of(seen))
    assert saved.status_code == 302
    assert saved.location == "/reminders/rules"
    with app.app_context():
        entry = db.session.scalars(db.select(Setting.id)).one()
    confirm = f"/reminders/rules/{entry}/confirm"
    assert confirm not in text(office.get("/reminders/rules"))
    assert confirm in text(chair.get("/reminders/rules"))
    assert "người khác của văn phòng hoặc lãnh đạo" in text(office.get(confirm))
    assert office.post(confirm).status_code == 403
    assert "Nếu không thay đổi" in text(chair.get(confirm))
    assert chair.post(confirm).status_code == 302
    assert chair.post(confirm).status_code == 409
    page = text(visitor("inspector").get("/reminders/rules"))
    assert "từ 06/01/2026" in page
    assert DECISION in page


@pytest.mark.parametrize(("path", "kind"), [("plans", "plan"), ("tasks", "task")])
def test_a_plan_and_a_task_get_their_own_rule_and_give_it_back(
    path: str, kind: str, visitor: Visit, running: tuple[Flask, World]
) -> None:
    app, world = running
    office, chair = visitor("office"), visitor("chair")
    page = f"/{path}/{world.plan if kind == 'plan' else world.drafts[0]}/rules"
    for value in ({"value": "6"}, {"inherit": "1", "value": "6"}):
        seen = text(office.post(f"{page}/reminder.weekly", {**FIELDS, "valid_from": "2026-01-05", **value}))
        assert office.post(f"{page}/reminder.weekly", fields_of(seen)).location == page
        with app.app_context():
            rule = db.session.scalars(db.select(ReminderRule).order_by(ReminderRule.id.desc())).first()
            assert rule is not None
            assert (rule.value is None) == ("inherit" in value)
            confirm = f"/reminders/own-rules/{rule.id}/confirm"
        assert confirm in text(chair.get(page))
        assert chair.post(confirm).location == page
        shown = text(office.get(page))
        assert ("<b>6 ngày làm việc</b></td>" in shown) == ("inherit" not in value)
    assert f'href="{page}"' in text(office.get("/reminders/rules"))
    assert "Quy tắc nhắc việc" in text(office.get(f"/{path}/{page.split('/')[2]}"))


def test_a_head_reads_the_rules_of_what_he_sees_and_changes_none(visitor: Visit, running: tuple[Flask, World]) -> None:
    _app, world = running
    head, other = visitor("head_a"), visitor("head_b")
    mine = f"/tasks/{world.drafts[0]}/rules"
    assert "15, 7, 3, 1 ngày làm việc" in text(head.get(mine))
    assert "?do=" not in text(head.get(mine))
    assert head.get(f"/plans/{world.plan}/rules").status_code == 200
    assert other.get(mine).status_code == 404
    for place in ("/reminders/rules", mine, f"/plans/{world.plan}/rules"):
        assert head.post(f"{place}/reminder.before", FIELDS).status_code == 403
    assert head.get("/reminders/rules").status_code == 403
    assert head.get("/reminders/next").status_code == 403


@pytest.mark.parametrize("step", ["look", "save"])
@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("reminder.before", {"value": ""}, "chưa có ngày nào"),
        ("reminder.before", {"value": ", ".join(map(str, range(500, 0, -1)))}, "quá nhiều ngày"),
        ("reminder.before", {"value": "3, 5"}, "3, 5"),
        ("reminder.before", {"valid_from": "2026-01-04"}, "không thay đổi quá khứ"),
        ("reminder.before", {"valid_from": ""}, "từ ngày"),
        ("reminder.before", {"decision": ""}, "quyết định"),
        ("reminder.weekly", {"value": "0"}, "0"),
    ],
)
def test_a_wrong_value_keeps_what_was_typed_and_says_what_why_and_what_now(
    name: str, change: dict[str, str], words: str, step: str, visitor: Visit, running: tuple[Flask, World]
) -> None:
    app, world = running
    for place in ("/reminders/rules", f"/tasks/{world.drafts[0]}/rules"):
        answer = visitor("office").post(f"{place}/{name}", {**FIELDS, **change, "step": step})
        page = text(answer)
        assert answer.status_code == 422
        assert 'role="alert"' in page
        assert words in page
        typed = {**FIELDS, **change}
        assert f'value="{typed["value"]}"' in page
        assert f'value="{typed["decision"]}"' in page
    assert count(app, Setting) == count(app, ReminderRule) == 0


def test_a_rule_that_sends_many_letters_more_is_saved_and_confirmed_only_by_who_says_the_number(
    visitor: Visit, running: tuple[Flask, World]
) -> None:
    app, world = running
    with app.app_context():
        for task in world.drafts[2:]:
            world.assign(task, "CSDT", date(2026, 1, 6))
            world.step(task, Action.RECEIVE, "head_a")
        db.session.remove()
    office, fields = visitor("office"), {**FIELDS, "value": "1", "valid_from": "2026-01-05"}  # daily once overdue
    seen = text(office.post("/reminders/rules/reminder.weekly", fields))
    number = re.search(r'name="sure" value="(\d+)"', seen)
    assert number is not None
    refused = office.post("/reminders/rules/reminder.weekly", fields_of(seen))
    assert refused.status_code == 409
    assert "gửi rất nhiều thư" in text(refused)
    assert office.post("/reminders/rules/reminder.weekly", {**fields_of(seen), "sure": "1"}).status_code == 409
    assert count(app, Setting) == 0
    assert office.post("/reminders/rules/reminder.weekly", {**fields_of(seen), "sure": number[1]}).status_code == 302
    with app.app_context():
        confirm = f"/reminders/rules/{db.session.scalars(db.select(Setting.id)).one()}/confirm"
    chair = visitor("chair")
    assert chair.post(confirm).status_code == 409
    assert chair.post(confirm, {"sure": number[1]}).status_code == 302


def test_one_can_go_back_to_the_words_and_a_form_sent_twice_enters_one_rule(
    visitor: Visit, running: tuple[Flask, World]
) -> None:
    app, _ = running
    office = visitor("office")
    seen = text(office.post("/reminders/rules/reminder.before", FIELDS))
    back = text(office.post("/reminders/rules/reminder.before", {**fields_of(seen), "step": "change"}))
    assert 'value="9, 4"' in back
    for _ in range(2):
        assert office.post("/reminders/rules/reminder.before", fields_of(seen)).status_code == 302
    assert count(app, Setting) == 1


def test_what_is_over_has_no_form_and_takes_no_rule(visitor: Visit, running: tuple[Flask, World]) -> None:
    app, world = running
    with app.app_context():
        world.step(world.drafts[0], Action.CANCEL, "chair", reason="x", decision="QĐ 1")
        db.session.remove()
    page = f"/tasks/{world.drafts[0]}/rules"
    assert "?do=" not in text(visitor("office").get(page))
    answer = visitor("office").post(f"{page}/reminder.before", FIELDS)
    assert answer.status_code == 409
    assert "Không còn ai được nhắc" in text(answer)


def test_the_next_days_are_shown_without_a_change_and_name_no_task_to_administration(
    visitor: Visit, running: tuple[Flask, World]
) -> None:
    app, world = running
    with app.app_context():
        title = world.task(world.drafts[0]).title
        db.session.remove()
    page = text(visitor("office").get("/reminders/next"))
    assert title[:40] in page
    assert "trước hạn 3 ngày làm việc" in page
    admin = visitor("admin")
    assert admin.get("/reminders/next").status_code == 403
    assert title not in text(admin.get("/reminders/rules"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("username", sorted(EDITORS))
def test_office_and_leadership_open_the_form_in_their_language(language: str, username: str, visitor: Visit) -> None:
    person = visitor(username)
    person.post("/language", {"language": language, "next": "/"})
    page = text(person.get("/reminders/rules?do=reminder.after"))
    assert 'action="/reminders/rules/reminder.after"' in page
    assert ("See what it would do" if language == "en" else "Xem trước") in page
