"""Who is waited for sees the task, finds it and answers; when the waiting ends, so does his sight of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from accountability import replay, verify
from models.base import db
from models.tasks import Note, Wait
from models.vocabulary import Action, Status
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow import reference
from workflow.errors import Refusal
from workflow.organization import units
from workflow.permissions import Scope
from workflow.queries import desk, log_lines
from workflow.queries.log_lines import LogFilter

A = Action
DUE, BY = date(2026, 1, 30), date(2026, 1, 12)
LOCAL, LATER = "2026-01-06T09:00", "2026-01-08T09:00"
STRANGERS = ("head_b", "officer_b")


def wait(world: World, unit: str) -> int:
    """Return a task of the first division that waits for a unit which is no coordinator of it."""
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, A.RECEIVE, "head_a", LOCAL)
    world.step(task, A.START, "officer_a", LOCAL)
    world.step(task, A.PROGRESS, "officer_a", LOCAL, text="danhdautiendo")
    world.step(task, A.WAIT, "head_a", LOCAL, unit_id=world.unit[unit], reason="danhdaucanhoi", answer_by=BY)
    return task


@pytest.fixture
def waiting(world: World) -> int:
    """Return a task that waits for the second division."""
    return wait(world, "KHTH")


def heaps(world: World, username: str, local: str = LOCAL) -> dict[str, list[int]]:
    ref = reference.load(world.at(local).date())
    found = desk.sections(ref, seen_by=Scope(world.actor(username, local)))
    return {heap.name: [row.id for row in heap.rows] for heap in found}


def sees(world: World, task: int, username: str) -> bool:
    scope = Scope(world.actor(username, LATER))
    return any(
        part.body["data"]["about"].get("task") == task for part in log_lines.page(LogFilter(), seen_by=scope).parts
    )


@pytest.mark.parametrize("username", STRANGERS)
def test_the_unit_waited_for_sees_the_task_and_finds_it_on_its_desk(username: str, world: World, waiting: int) -> None:
    assert heaps(world, username) == {"asked": [waiting]}
    assert world.view(waiting, username, LOCAL).case.waits_for == world.unit["KHTH"]
    assert sees(world, waiting, username)
    world.step(waiting, A.COMMENT, username, LOCAL, text="Đang tổng hợp")


def test_its_head_answers_and_the_clock_is_the_leads_again(world: World, waiting: int) -> None:
    assert {step.action for step in world.view(waiting, "head_b", LOCAL).steps} == {A.ANSWER, A.CONTEST, A.COMMENT}
    assert A.ANSWER not in {step.action for step in world.view(waiting, "head_a", LOCAL).steps}
    world.step(waiting, A.ANSWER, "head_b", LATER, text="Đã gửi số liệu, công văn 7/KHTH")
    ended = db.session.scalars(db.select(Wait)).one()
    note = db.session.scalars(db.select(Note).where(Note.kind == "answer")).one()
    assert world.task(waiting).status == Status.IN_PROGRESS
    assert (ended.to_at, note.name) == (world.at(LATER), "Đặng Quốc Hưng")
    assert replay.differences() == []
    assert verify.log().ok


@pytest.mark.parametrize("username", ["officer_b", "officer_a", "head_a", "vice", "chair", "office"])
def test_nobody_else_answers_for_it(username: str, world: World, waiting: int) -> None:
    with pytest.raises(Refusal) as caught:
        world.step(waiting, A.ANSWER, username, LOCAL, text="x")
    assert caught.value.code == "not_yours"


def test_an_answer_needs_words(world: World, waiting: int) -> None:
    with pytest.raises(Refusal) as caught:
        world.step(waiting, A.ANSWER, "head_b", LOCAL, text=" ")
    assert caught.value.code == "missing_field"


@pytest.mark.parametrize(("action", "by"), [(A.ANSWER, "head_b"), (A.RESUME, "head_a"), (A.CANCEL, "chair")])
@pytest.mark.parametrize("username", STRANGERS)
def test_when_the_waiting_ends_the_unit_sees_nothing_of_the_task_any_more(
    username: str, action: Action, by: str, world: World, waiting: int
) -> None:
    world.step(waiting, action, by, LATER, text="x", reason="x", decision="QĐ 9")
    with pytest.raises(Refusal) as caught:
        world.view(waiting, username, LATER)
    assert caught.value.code == "not_found"
    assert heaps(world, username, LATER) == {}
    assert sees(world, waiting, username) is (username == by), "of the log only what he did himself"


def test_a_coordinator_that_was_waited_for_keeps_its_sight(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE, coordinator_ids=(world.unit["KHTH"],))
    world.step(task, A.RECEIVE, "head_a", LOCAL)
    world.step(task, A.START, "head_a", LOCAL)
    world.step(task, A.WAIT, "head_a", LOCAL, unit_id=world.unit["KHTH"], reason="x", answer_by=BY)
    world.step(task, A.ANSWER, "head_b", LOCAL, text="x")
    assert world.view(task, "head_b", LATER).task.status == Status.IN_PROGRESS


def test_nobody_answers_here_for_a_body_outside(world: World) -> None:
    task = wait(world, "SXD")
    for username in ("vice", "chair", "head_a"):
        assert A.ANSWER not in {step.action for step in world.view(task, username, LOCAL).steps}
    world.step(task, A.RESUME, "head_a", LATER)


def test_a_unit_that_has_not_begun_is_not_waited_for(world: World) -> None:
    by = world.actor("admin")
    kind = reference.load(BY).units[world.unit["KHTH"]].kind
    world.unit["MAI"] = units.create("MAI", kind, "Phòng Mai", date(2026, 3, 1), by=by, at=world.at())
    with pytest.raises(Refusal) as caught:
        wait(world, "MAI")
    assert caught.value.code == "unit_not_begun"


@pytest.mark.parametrize(
    ("language", "heap", "button", "told"),
    [
        ("vi", "Đang chờ đơn vị của đồng chí phối hợp", "Trả lời đơn vị chủ trì", "trả lời nội dung đơn vị chủ trì"),
        ("en", "Waiting for your unit", "Answer the lead unit", "answered what the lead unit waited for"),
    ],
)
def test_the_pages_lead_from_the_desk_to_the_answer_and_then_close(
    language: str,
    heap: str,
    button: str,
    told: str,
    world_app: tuple[Flask, World],
    visitor: Callable[..., Visitor],
    clock_at: Callable[[str], None],
) -> None:
    app, world = world_app
    with app.app_context():
        task = wait(world, "KHTH")
        db.session.remove()
    clock_at(LATER)
    head, lead, stranger = visitor("head_b"), visitor("head_a"), visitor("inspector")
    for person in (head, lead, stranger):
        person.post("/language", {"language": language})
    assert heap in head.get("/").get_data(as_text=True)
    page = head.get(f"/tasks/{task}").get_data(as_text=True)
    assert button in page
    assert "danhdaucanhoi" in page
    answer = head.post(f"/tasks/{task}/answer", {"text": "Đã gửi công văn 7/KHTH"})
    assert (answer.status_code, answer.location) == (302, "/")
    assert head.get(f"/tasks/{task}").status_code == 404
    assert heap not in head.get("/").get_data(as_text=True)
    after = lead.get(f"/tasks/{task}").get_data(as_text=True)
    assert told in after
    assert "Đã gửi công văn 7/KHTH" in after


def test_what_was_planted_in_a_task_is_read_by_the_unit_waited_for_as_long_as_it_is(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    app, world = world_app
    with app.app_context():
        task = wait(world, "KHTH")
        db.session.remove()
    clock_at(LATER)
    officer = visitor("officer_b")
    paths = (f"/tasks/{task}", "/tasks", "/", f"/log?task={task}", "/log", "/tasks/export.csv", "/log/export.csv")
    words = ("danhdautiendo", "danhdaucanhoi", "Tổ chức phổ biến, quán triệt")
    during = {path for path in paths if any(word in officer.get(path).get_data(as_text=True) for word in words)}
    with app.app_context():
        world.step(task, A.ANSWER, "head_b", LATER, text="x")
        db.session.remove()
    after = {path for path in paths if any(word in officer.get(path).get_data(as_text=True) for word in words)}
    assert f"/tasks/{task}" in during
    assert after == set()
