"""Moving several tasks from the list: what it would do first, one button, the result, and the way back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.batches import Batch
from models.vocabulary import Action, Status
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from workflow import batches, tasks
from workflow.given import Given

Visit = Callable[..., Visitor]
DUE = date(2026, 1, 30)


@pytest.fixture
def given_out(world_app: tuple[Flask, World]) -> World:
    """Return the small Ban whose four tasks are with its two divisions."""
    app, world = world_app
    with app.app_context():
        for place, task in enumerate(world.drafts):
            world.assign(task, ("CSDT", "KHTH")[place % 2], DUE)
        db.session.remove()
    return world


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def fields(page: str) -> list[tuple[str, str]]:
    """Return the hidden fields of the page's own form."""
    form = re.search(r'<form method="post" action="/tasks/batch.*?</form>', page, re.DOTALL)
    assert form is not None
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return [(name, html.unescape(value)) for name, value in found if name != "csrf_token"]


def send(person: Visitor, path: str, pairs: list[tuple[str, str]], **more: str) -> Any:
    data: dict[str, Any] = {}
    for name, value in [*pairs, *more.items()]:
        data.setdefault(name, []).append(value)
    return person.post(path, data)


def test_from_the_list_to_the_result_and_back_again(
    given_out: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    world, office = given_out, visitor("office")
    first, second = world.drafts[:2]
    asked = office.get(f"/tasks/batch?act=leader&task={first}&task={second}&task=999&task=x")
    assert "2 nhiệm vụ sẽ được xử lý" in text(asked)
    looked = send(office, "/tasks/batch/look", fields(text(asked)), leader_post_id=str(world.post["chair"]))
    assert looked.status_code == 200
    said = text(looked)
    assert "Phó Trưởng ban Nông Thị Lan → <b>Trưởng ban Hoàng Văn Thủ</b>" in said
    assert "Mỗi người nhận nhiều nhất một thư" in said
    assert re.search(r"<b>Hoàng Văn Thủ</b>.*?: 2 nhiệm vụ", said)
    done = send(office, "/tasks/batch", fields(said))
    assert done.status_code == 302
    result = office.get(done.location)
    assert "Xử lý hàng loạt: đổi lãnh đạo phụ trách" in text(result)
    with world_app[0].app_context():
        assert world.task(first).leader_post_id == world.post["chair"]
        db.session.remove()
    back = office.post(f"{done.location}/undo", {"idempotency_key": "u"})
    assert back.status_code == 302
    assert "Đợt này hoàn tác" in text(office.get(back.location))
    assert "Đợt này đã được hoàn tác" in text(office.get(done.location))
    with world_app[0].app_context():
        assert world.task(first).leader_post_id == world.post["vice"]
        db.session.remove()
    again = office.post(f"{done.location}/undo", {"idempotency_key": "v"})
    assert again.status_code == 409
    assert "một lần" in text(again)


def test_all_that_match_are_taken_with_the_filter_of_the_list(given_out: World, visitor: Visit) -> None:
    office = visitor("office")
    page = text(office.get(f"/tasks?unit={given_out.unit['CSDT']}"))
    assert 'name="all" value="2"' in page
    assert f'<input type="hidden" name="unit" value="{given_out.unit["CSDT"]}">' in page
    asked = text(office.get(f"/tasks/batch?act=officer&all=2&unit={given_out.unit['CSDT']}&task=999"))
    assert "2 nhiệm vụ sẽ được xử lý" in asked
    assert "Lý Thị Én (Phòng Chính sách Dân tộc)" in asked
    assert "Bế Văn Giang" not in asked


def test_what_would_be_refused_is_named_with_its_reason_before_anything_is_done(
    given_out: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    world = given_out
    with world_app[0].app_context():
        decision = {"reason": "x", "decision": "QĐ 1 ngày 05/01/2026"}
        world.step(world.drafts[0], Action.WITHDRAW, "office", **decision)
        db.session.remove()
    asked = text(visitor("office").get("/tasks/batch?act=hold&" + "&".join(f"task={task}" for task in world.drafts)))
    assert "<b>0 nhiệm vụ sẽ được xử lý</b>, 4 bị bỏ qua" in asked
    assert "lãnh đạo phụ trách" in asked
    asked = text(visitor("vice").get("/tasks/batch?act=withdraw&" + "&".join(f"task={task}" for task in world.drafts)))
    assert "<b>3 nhiệm vụ sẽ được xử lý</b>, 1 bị bỏ qua" in asked
    assert "đã thu hồi" in asked


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("officer", {"officer_id": "officer_a"}),
        ("officer", {"officer_id": "officer_b"}),
        ("leader", {"leader_post_id": "vice"}),
        ("leader", {"leader_post_id": "chair"}),
        ("first-date", {"due_on": "2026-02-27", "boundary": "on"}),
        ("withdraw", {"reason": "x", "decision": "QĐ 1"}),
        ("hold", {"reason": "x", "decision": "QĐ 1", "until": "2026-02-27"}),
    ],
)
def test_what_the_preview_lets_through_is_what_is_moved_and_nothing_else(
    act: str, given: dict[str, str], given_out: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    world, app, vice = given_out, world_app[0], visitor("vice")
    with app.app_context():
        first, second, third, fourth = world.drafts
        world.step(second, Action.RECEIVE, "head_b")
        world.step(third, Action.RECEIVE, "head_a", officer_id=world.person["officer_a"])
        world.step(third, Action.HAND_IN, "officer_a", result="x")
        world.step(fourth, Action.CANCEL, "chair", reason="x", decision="QĐ 1")
        world.assign(first, "CSDT", None)
        versions = {task: world.task(task).version for task in world.drafts}
        db.session.remove()
    values = {name: str(world.person.get(value) or "") or value for name, value in given.items()}
    if "leader_post_id" in given:
        values["leader_post_id"] = str(world.post[given["leader_post_id"]])
    rows = [("row", f"{task}.{version}") for task, version in versions.items()]
    page = text(send(vice, "/tasks/batch/look", rows, act=act, **values))
    rows_of = fields(page) if '<form method="post" action="/tasks/batch"' in page else []
    allowed = [int(row.split(".")[0]) for name, row in rows_of if name == "row"]
    done = send(vice, "/tasks/batch", rows, act=act, **values)
    with app.app_context():
        moved = db.session.scalars(db.select(Batch)).all()
        assert (moved[0].tasks if moved else []) == allowed
        assert done.status_code == (302 if allowed else 422)
        db.session.remove()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_more_than_a_batch_takes_are_answered_with_the_number_and_what_to_do(
    language: str, given_out: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    with world_app[0].app_context():
        by, at = given_out.actor("vice"), given_out.at()
        for number in range(batches.LIMIT):
            tasks.create(given_out.plan, f"Việc {number}", "", by=by, at=at, given=Given())
        db.session.remove()
    office = visitor("office")
    office.post("/language", {"language": language})
    answer = office.get("/tasks/batch?act=leader&all=204&state=")
    assert answer.status_code == 422
    assert {"vi": "Lọc hẹp hơn", "en": "Narrow the filter"}[language] in text(answer)
    assert "204" in text(answer)


def test_the_pages_ask_as_much_for_two_hundred_tasks_as_for_two(
    given_out: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    world, app = given_out, world_app[0]
    with app.app_context():
        by, at = world.actor("vice"), world.at()
        ids = [
            tasks.create(world.plan, f"Việc số {number}", "", by=by, at=at, given=Given())
            for number in range(batches.LIMIT)
        ]
        rows = {task: Given(lead_unit_id=world.unit["CSDT"], due_on=DUE) for task in ids}
        batch = batches.assign(rows, by=by, at=at, key=None)
        db.session.remove()
    vice, numbers = visitor("vice"), []
    given = {"leader_post_id": str(world.post["vice"]), "act": "leader"}
    for few in (ids[:2], ids):
        query = "&".join(f"task={task}" for task in few)
        with counted() as statements:
            assert vice.get(f"/tasks/batch?act=leader&{query}").status_code == 200
        numbers.append(len(statements_of(statements)))
        with counted() as statements:
            assert send(vice, "/tasks/batch/look", [("row", f"{task}.2") for task in few], **given).status_code == 200
        numbers.append(len(statements_of(statements)))
    with counted() as statements:
        assert vice.get(f"/tasks/batch/{batch}").status_code == 200
    assert len(statements_of(statements)) <= 12
    assert numbers[:2] == numbers[2:]
    assert max(numbers) <= 12


def test_a_head_names_officers_for_his_own_unit_and_nothing_else(
    given_out: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    world, head = given_out, visitor("head_a")
    page = text(head.get("/tasks"))
    assert re.findall(r'<option value="([a-z-]+)">đổi', page) == ["officer"]
    everything = [("row", f"{task}.2") for task in world.drafts]
    done = send(head, "/tasks/batch", everything, act="officer", officer_id=str(world.person["officer_a"]))
    assert done.status_code == 302
    with world_app[0].app_context():
        found = [world.task(task).officer_id for task in world.drafts]
        assert found == [world.person["officer_a"], None, world.person["officer_a"], None]
        db.session.remove()
    forced = send(head, "/tasks/batch", everything, act="withdraw", reason="x", decision="QĐ 1")
    assert forced.status_code == 422
    with world_app[0].app_context():
        assert world.task(world.drafts[0]).status == Status.ASSIGNED
        db.session.remove()


def test_a_batch_is_read_by_whoever_did_it_and_those_who_see_all_with_what_they_may_see(
    given_out: World, visitor: Visit
) -> None:
    world = given_out
    rows = [("row", f"{task}.2") for task in world.drafts]
    done = send(visitor("vice"), "/tasks/batch", rows, act="leader", leader_post_id=str(world.post["chair"]))
    for username, status in (("inspector", 200), ("office", 200), ("head_a", 404), ("admin", 403)):
        assert visitor(username).get(done.location).status_code == status, username


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"act": "leader"},
        {"act": "leader", "row": "x"},
        {"act": "leader", "row": "1.2.3"},
        {"act": "assign", "row": "1.1"},
        {"act": "undo", "row": "1.1"},
        {"act": "first-date", "row": "1.1", "due_on": "31/02/2026"},
        {"act": "hold", "row": ["1.1", "١.1"], "until": "2026-01-01", "reason": "lời đã gõ", "decision": "QĐ 1"},
        {"act": "leader", "row": [f"{number}.1" for number in range(1, 300)], "leader_post_id": "1"},
    ],
)
def test_a_wrong_form_is_answered_in_words_and_moves_nothing(
    data: dict[str, Any], given_out: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    vice = visitor("vice")
    for path in ("/tasks/batch", "/tasks/batch/look"):
        answer = vice.post(path, data)
        assert answer.status_code in (200, 422), path
        if "reason" in data:
            assert "lời đã gõ" in text(answer)
    with world_app[0].app_context():
        assert db.session.scalar(db.select(Batch.id)) is None
        db.session.remove()
