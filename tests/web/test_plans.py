"""The pages of plans: leadership publishes, everyone reads, each unit sees its own tasks and no other's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from models.base import db
from models.log import LogEntry
from models.plans import Plan
from models.tasks import Task
from models.vocabulary import PlanState
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, TITLES, World
from tests.workflow.test_coverage import made
from tests.workflow.test_plans import accepted
from workflow import coverage

Visit = Callable[..., Visitor]
SECRETS = ("Rà soát chính sách của riêng phòng A", "Sản phẩm mật của phòng B")


@pytest.fixture
def two_units(world_app: tuple[Flask, World]) -> World:
    """Give one task of the plan to each of two units, each with a title the plan's text does not hold."""
    app, world = world_app
    with app.app_context():
        for task, unit, product in zip(world.drafts, ("CSDT", "KHTH"), SECRETS, strict=False):
            world.assign(task, unit, date(2026, 1, 30), product=product)
        db.session.remove()
    return world


@pytest.fixture
def draft_plan(world_app: tuple[Flask, World]) -> int:
    """Accept a second plan, with a blank number, not yet published."""
    app, world = world_app
    with app.app_context():
        return accepted(world)


def state_of(app: Flask, plan_id: int) -> PlanState:
    with app.app_context():
        return db.session.get_one(Plan, plan_id).state


@pytest.mark.parametrize("username", ["chair", "office", "head_a", "officer_b", "inspector"])
def test_everyone_at_work_reads_the_list_and_the_document(
    username: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, world = visitor(username), world_app[1]
    assert "Kế hoạch 5/KH-BDT" in person.get("/plans").get_data(as_text=True)
    page = person.get(f"/plans/{world.plan}").get_data(as_text=True)
    assert all(title in page for title in TITLES)


def test_an_administrator_has_no_say_over_plans_and_no_view_of_them(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, world = visitor("admin"), world_app[1]
    assert person.get("/plans").status_code == 403
    assert person.get(f"/plans/{world.plan}").status_code == 403
    assert person.post(f"/plans/{world.plan}/close").status_code == 403


@pytest.mark.parametrize(
    ("username", "own", "foreign"),
    [("head_a", 0, 1), ("officer_a", 0, 1), ("head_b", 1, 0), ("officer_b", 1, 0)],
)
def test_a_plans_page_shows_a_unit_its_own_tasks_and_neither_tasks_nor_counts_of_another(
    username: str, own: int, foreign: int, two_units: World, visitor: Visit
) -> None:
    person = visitor(username)
    page = person.get(f"/plans/{two_units.plan}").get_data(as_text=True)
    links = set(re.findall(r'href="/tasks/(\d+)"', page))
    assert links == {str(two_units.drafts[own])}
    names = ("Phòng Chính sách", "Phòng Kế hoạch")
    assert names[own] in page
    assert names[foreign] not in page.split("</header>")[-1]
    assert SECRETS[foreign] not in page
    counts = re.findall(r'state=(\w+)"[^>]*>\s*<b>(\d+)</b>', page)
    assert dict(counts) == {"to_receive": "1", "done": "0"}
    listed = person.get("/plans").get_data(as_text=True)
    assert dict(re.findall(r'state=(\w+)"[^>]*>\s*<b>(\d+)</b>', listed)) == {"to_receive": "1", "done": "0"}


def test_leadership_and_office_see_all_tasks_of_a_plan_beside_its_text(two_units: World, visitor: Visit) -> None:
    page = visitor("office").get(f"/plans/{two_units.plan}").get_data(as_text=True)
    assert set(re.findall(r'href="/tasks/(\d+)"', page)) == {str(task) for task in two_units.drafts}


def test_a_plan_not_yet_published_is_as_absent_to_units_as_no_plan(draft_plan: int, visitor: Visit) -> None:
    person = visitor("head_a")
    hidden, absent = person.get(f"/plans/{draft_plan}"), person.get("/plans/99999")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert f"/plans/{draft_plan}" not in person.get("/plans").get_data(as_text=True)
    assert visitor("office").get(f"/plans/{draft_plan}").status_code == 200


@pytest.mark.parametrize("number", ["0", "99999", "9" * 30])
def test_a_plan_that_is_not_there_is_a_page_not_found(number: str, visitor: Visit) -> None:
    person = visitor("vice")
    assert person.get(f"/plans/{number}").status_code == 404
    assert [
        person.post(f"/plans/{number}/{step}", {"steps": "1"}).status_code for step in ("publish", "close", "steps")
    ] == [404] * 3


def signing(person: Visitor, plan: int, **more: str) -> dict[str, str]:
    """Return the form of the page of signing, filled in."""
    page = person.get(f"/plans/{plan}/publish").get_data(as_text=True)
    found = {name: re.search(rf'name="{name}" value="(\w+)"', page) for name in ("version", "content_hash")}
    return {name: match[1] for name, match in found.items() if match} | {"password": PASSWORD} | more


def test_leadership_publishes_with_a_signature_and_a_second_click_changes_nothing(
    draft_plan: int, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("vice"), world_app[0]
    page = person.get(f"/plans/{draft_plan}").get_data(as_text=True)
    assert f"/plans/{draft_plan}/publish" in page
    sent = signing(person, draft_plan)
    for _ in range(2):
        answer = person.post(f"/plans/{draft_plan}/publish", sent)
        assert (answer.status_code, answer.location) == (302, f"/plans/{draft_plan}")
    assert state_of(app, draft_plan) == PlanState.PUBLISHED
    assert f"/plans/{draft_plan}/publish" not in person.get(f"/plans/{draft_plan}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("more", "status"),
    [({"password": "sai"}, 403), ({"password": ""}, 422), ({"content_hash": "0" * 64}, 409), ({"version": "99"}, 409)],
)
def test_a_signature_that_does_not_hold_is_answered_on_its_page_and_publishes_nothing(
    more: dict[str, str], status: int, draft_plan: int, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person = visitor("vice")
    answer = person.post(f"/plans/{draft_plan}/publish", signing(person, draft_plan, **more))
    assert answer.status_code == status
    assert 'name="password"' in answer.get_data(as_text=True)
    assert state_of(world_app[0], draft_plan) == PlanState.READ


def test_open_clauses_keep_the_plan_from_being_published_and_are_answered_on_their_page(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    office, vice, (app, world) = visitor("office"), visitor("vice"), world_app
    with app.app_context():
        plan = made(world)
        first, *rest = [clause.id for clause in coverage.open_clauses(plan)]
    page = vice.get(f"/plans/{plan}/publish").get_data(as_text=True)
    assert f"/plans/{plan}/clauses#clause-{first}" in page
    assert 'name="password"' not in page
    sent = {"password": PASSWORD, "content_hash": "x"}
    assert vice.post(f"/plans/{plan}/publish", sent).status_code == 409
    path = f"/plans/{plan}/clauses"
    office.get(path)
    assert office.post(path, {"do": f"declare:{first}"}).status_code == 422
    assert office.post(path, {"do": f"cover:{first}"}).status_code == 302
    ticked = {"do": "declare-ticked:", "clause": [str(key) for key in rest], "why": "Quy định chung"}
    assert office.post(path, ticked).status_code == 302
    shown = office.get(path).get_data(as_text=True)
    assert "Quy định chung" in shown
    assert f'value="take-back:{rest[0]}"' in shown
    assert vice.post(f"/plans/{plan}/publish", signing(vice, plan)).status_code == 302
    for do in ("declare:0", "cover:999999", "steal:1", "declare-section:77"):
        assert office.post(path, {"do": do, "why-0": "x"}).status_code in (302, 404, 422)


@pytest.mark.parametrize("username", ["office", "head_office", "inspector"])
def test_nobody_else_sees_the_button_or_can_press_it(
    username: str, draft_plan: int, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person = visitor(username)
    page = person.get(f"/plans/{draft_plan}").get_data(as_text=True)
    for step in ("publish", "close", "steps"):
        assert f"/plans/{draft_plan}/{step}" not in page
        assert person.post(f"/plans/{draft_plan}/{step}", {"steps": "1"}).status_code == 403
    assert state_of(world_app[0], draft_plan) == PlanState.READ


def test_a_stale_form_is_answered_on_the_plans_page_with_what_happened(
    draft_plan: int, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("vice"), world_app[0]
    person.get(f"/plans/{draft_plan}")
    assert (
        person.post(
            f"/plans/{draft_plan}/steps", {"steps": "1", "second": "supervisor", "decision": "QĐ 9", "version": "1"}
        ).status_code
        == 302
    )
    answer = person.post(f"/plans/{draft_plan}/publish", signing(person, draft_plan, version="1"))
    assert answer.status_code == 409
    assert "Kế hoạch thử" in answer.get_data(as_text=True)
    assert state_of(app, draft_plan) == PlanState.READ


def test_a_blank_number_and_day_show_as_blanks_and_the_office_fills_them_in(draft_plan: int, visitor: Visit) -> None:
    person = visitor("office")
    page = person.get(f"/plans/{draft_plan}").get_data(as_text=True)
    assert "…/KH-BDT" in page
    assert "…/11/2021" in page
    answer = person.post(f"/plans/{draft_plan}/number", {"number": "23", "issued_on": "09/11/2021"})
    assert answer.status_code == 302
    page = person.get(f"/plans/{draft_plan}").get_data(as_text=True)
    assert "23/KH-BDT" in page
    assert "09/11/2021" in page
    assert f"/plans/{draft_plan}/number" not in page


@pytest.mark.parametrize(
    "sent",
    [
        {"number": "abc"},
        {"number": "0"},
        {"issued_on": "31/02/2021"},
        {"issued_on": "01/12/2021"},
        {},
        {"number": "9" * 40},
    ],
)
def test_a_wrong_number_or_day_is_answered_on_the_page_keeps_what_was_typed_and_saves_nothing(
    sent: dict[str, str], draft_plan: int, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person = visitor("office")
    person.get(f"/plans/{draft_plan}")
    answer = person.post(f"/plans/{draft_plan}/number", sent)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert all(f'value="{text}"' in page for text in sent.values())
    with world_app[0].app_context():
        document = db.session.get_one(Plan, draft_plan).document
        assert (document.number, document.issued_day) == (None, None)


def test_closing_a_plan_leaves_its_tasks_and_their_history(
    two_units: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("chair"), world_app[0]
    person.get(f"/plans/{two_units.plan}")
    assert person.post(f"/plans/{two_units.plan}/close").status_code == 302
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Task)) == len(TITLES)
        assert db.session.get_one(Plan, two_units.plan).state == PlanState.CLOSED
        assert db.session.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.act == "plan.close")) == 1


def test_the_page_of_a_plan_asks_the_same_number_of_queries_whatever_its_size(
    two_units: World,
    visitor: Visit,
    world_app: tuple[Flask, World],
    queries_of: Callable[[Callable[[], object]], int],
) -> None:
    app, world = world_app
    person = visitor("office")
    few = queries_of(lambda: person.get(f"/plans/{world.plan}"))
    with app.app_context():
        plan_id = accepted(world)
        world.publish(plan_id)
        db.session.remove()
    assert queries_of(lambda: person.get(f"/plans/{plan_id}")) == few
    assert few <= 12


@pytest.fixture
def queries_of(world_app: tuple[Flask, World]) -> Callable[[Callable[[], object]], int]:
    """Return a function that counts the queries of what it calls."""
    app = world_app[0]

    def count(act: Callable[[], object]) -> int:
        found: list[str] = []
        with app.app_context():
            engine = db.engine
        note = lambda *args: found.append(args[2])  # noqa: E731  (a listener of one line)
        event.listen(engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in found)

    return count
