"""The list of tasks: its filters, its pages one after another, the same list as a file."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from models.base import db
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import SOURCE
from workflow import tasks
from workflow.given import Given


def test_the_list_filters_by_what_the_address_says_and_takes_nonsense_as_no_filter(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _, world, task = received
    person = visitor("office")
    link = f'href="/tasks/{task}"'
    asked = [
        ("state=working", True),
        ("state=done", False),
        ("q=quan+triet", True),
        ("q=khong-co-chu-nay", False),
        (f"unit={world.unit['CSDT']}", True),
        (f"unit={world.unit['KHTH']}", False),
        ("when=overdue", False),
        ("state=nonsense&when=%00&unit=x&after=x.y", True),
    ]
    for query, found in asked:
        answer = person.get(f"/tasks?{query}")
        assert answer.status_code == 200
        assert (link in answer.get_data(as_text=True)) is found, query


def test_the_exported_list_holds_the_same_tasks_without_formulas_and_the_log_notes_it(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    office = visitor("office")
    office.post("/tasks/new", {"title": "=HYPERLINK(1)", **SOURCE})
    text = office.get("/tasks/export.csv?state=").get_data(as_text=True)
    assert text.startswith("\ufeffsố,nhiệm vụ,")
    assert "'=HYPERLINK(1)" in text
    assert "\n=" not in text
    assert "2026-01-30" in text
    assert "xuất danh sách" in office.get("/log").get_data(as_text=True)


def test_the_form_that_corrects_an_assignment_begins_with_what_was_given_and_later_asks_for_a_missing_date(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    app, world = world_app
    clock_at("2026-01-06T08:00")
    first, second, *_ = world.drafts
    with app.app_context():
        parts = (world.unit["KHTH"],)
        world.assign(first, "CSDT", date(2026, 1, 30), boundary="before", coordinator_ids=parts, product="Báo cáo")
        world.assign(second, "CSDT")
        world.step(second, Action.RECEIVE, "head_a")
        db.session.remove()
    page = visitor("office").get(f"/tasks/{first}").get_data(as_text=True)
    assert "Đính chính việc giao nhiệm vụ" in page
    for given in (
        f'<option value="{world.unit["CSDT"]}" selected>', f'<option value="{world.post["vice"]}" selected>',
        'value="2026-01-30"', '<option value="before" selected>', 'value="Báo cáo"',
    ):  # fmt: skip
        assert given in page, given
    assert re.findall(r'name="coordinator_ids" value="(\d+)" checked', page) == [str(world.unit["KHTH"])]
    page = visitor("office").get(f"/tasks/{second}").get_data(as_text=True)
    assert "Giao thời hạn" in page
    assert 'name="due_on"' in page
    assert 'name="lead_unit_id"' not in page
    answer = visitor("office").post(f"/tasks/{second}/assign", {"due_on": "2026-02-27", "boundary": "on"})
    assert answer.status_code == 302
    assert "đã điều chỉnh việc giao nhiệm vụ" in visitor("office").get(f"/tasks/{second}").get_data(as_text=True)


def test_a_plans_filter_stays_is_named_and_goes_into_the_export(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    _, world, _ = received
    page = visitor("office").get(f"/tasks?state=&plan={world.plan}&q=quan").get_data(as_text=True)
    assert f'name="plan" value="{world.plan}"' in page
    assert "chỉ của một kế hoạch: Kế hoạch 5/KH-BDT" in page
    assert f'href="/tasks/export.csv?state=&amp;plan={world.plan}&amp;q=quan"' in page


@pytest.mark.parametrize(
    "query",
    [
        f"unit={10**30}",
        f"plan={10**30}",
        "plan=-1",
        f"after=2026-01-01.{10**30}",
        "q=%00",
        "q=%ED%A0%80",
        "q=%25%5F%5C",
        f"q={'x' * 3000}",
        "unit=١٢",
    ],
)
def test_no_filter_breaks_the_list_or_its_export(query: str, visitor: Callable[..., Visitor]) -> None:
    person = visitor("office")
    assert person.get(f"/tasks?{query}").status_code == 200
    assert person.get(f"/tasks/export.csv?{query}").status_code == 200


def test_pages_of_the_list_follow_each_other_without_gap_or_repeat(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    with app.app_context():
        for number in range(60):
            tasks.create(
                None,
                f"Việc {number}",
                "Công văn 1/VP ngày 05/01/2026",
                by=world.actor("office"),
                at=world.at(),
                given=Given(),
            )
        db.session.remove()
    person, path, seen = visitor("office"), "/tasks?state=to_assign", []
    for _ in range(3):
        page = person.get(path).get_data(as_text=True)
        seen += re.findall(r'<a href="/tasks/(\d+)"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if following is None:
            break
        path = html.unescape(following[1])
    assert len(seen) == len(set(seen)) == 64
    assert "64 nhiệm vụ" in page
