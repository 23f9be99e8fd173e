"""A task goes its way from draft to completion, each step in the log; detours leave what they should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accountability import replay, verify
from models.base import db
from models.recurring import Progress
from models.tasks import Coordination, Deadline, Note, Wait
from models.vocabulary import Action, DeadlineCause, DeadlineKind, SecondSigner, Status
from tests.fixtures.places import World
from workflow import extensions, flows, plans, reference, tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Given
from workflow.organization import days, units

DUE = date(2026, 1, 30)
Refused = Callable[..., None]


@pytest.fixture
def refused(world: World) -> Refused:
    """Return a function that expects a step to be refused with a code."""

    def expect(code: str, task: int, action: Action, by: str, local: str = "2026-01-06T08:00", **given: Any) -> None:
        with pytest.raises(Refusal) as caught:
            world.step(task, action, by, local, **given)
        assert caught.value.code == code

    return expect


def started(world: World, number: int = 0) -> int:
    task = world.drafts[number]
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.START, "officer_a")
    return task


def test_a_task_walks_from_draft_to_completed_and_the_log_proves_each_step(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.complete(task)
    assert world.task(task).status == Status.COMPLETED
    acts = [act.act for act in world.view(task, "chair").history.acts]
    steps = ("confirm", "sign_off", "hand_in", "start", "receive", "assign")
    assert acts == [f"task.{name}" for name in steps] + ["plan.import"]
    assert verify.log().ok
    assert replay.differences() == []


def test_an_assignment_fills_in_who_owes_what_by_when(world: World) -> None:
    officer = world.person["officer_a"]
    world.assign(world.drafts[0], "CSDT", DUE, officer_id=officer, product="Kế hoạch", deadline_words="trước 30/01")
    task = world.task(world.drafts[0])
    assert (task.status, task.lead_unit_id, task.officer_id) == (Status.ASSIGNED, world.unit["CSDT"], officer)
    assert (task.product, task.deadline_words, task.deadline_kind) == ("Kế hoạch", "trước 30/01", DeadlineKind.BY)
    assert (task.leader_post_id, task.assigned_at) == (world.post["vice"], world.at())


def test_without_a_supervisor_named_the_chair_supervises(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE, leader_post_id=None)
    assert world.task(world.drafts[0]).leader_post_id == world.post["chair"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"lead_unit_id": None}, "missing_field"),
        ({"lead_unit_id": 10**9}, "unit_unknown"),
        ({"lead_unit_id": "SXD"}, "unit_outside"),
        ({"lead_unit_id": "BDT"}, "unit_outside"),
        ({"leader_post_id": 10**9}, "post_unknown"),
        ({"leader_post_id": "head_b"}, "post_unknown"),
        ({"officer_id": 10**30}, "person_unknown"),
        ({"officer_id": "officer_b"}, "person_unknown"),
        ({"due_on": date(2026, 1, 4)}, "date_in_past"),
        ({"coordinator_ids": (10**9,)}, "unit_unknown"),
        ({"product": "x" * 501}, "too_long"),
        ({"product": "a\x00b"}, "bad_value"),
        ({"deadline_words": "\ud800"}, "bad_value"),
    ],
    ids=lambda value: str(value)[:40].encode("ascii", "replace").decode(),
)
def test_what_does_not_fit_an_assignment_is_refused_whole(
    world: World, refused: Refused, given: dict[str, Any], code: str
) -> None:
    keys = world.unit | world.post | world.person
    facts = {"lead_unit_id": world.unit["CSDT"], "due_on": DUE} | given
    facts = {
        name: keys.get(value, value) if isinstance(value, str) and name.endswith("_id") else value
        for name, value in facts.items()
    }
    refused(code, world.drafts[0], Action.ASSIGN, "vice", "2026-01-05T08:00", **facts)
    task = world.task(world.drafts[0])
    assert (task.status, task.lead_unit_id, task.due_on) == (Status.DRAFT, None, None)
    assert db.session.scalar(db.select(db.func.count()).select_from(Deadline)) == 0


def test_a_unit_that_ended_is_given_nothing(world: World, refused: Refused) -> None:
    units.end(world.unit["KHTH"], date(2026, 1, 6), by=Actor.system(), at=world.at(), decision="QĐ 9")
    refused("unit_unknown", world.drafts[0], Action.ASSIGN, "vice", lead_unit_id=world.unit["KHTH"])


def test_coordinators_inside_coordinate_those_outside_are_invited_and_the_lead_is_neither(world: World) -> None:
    parts = (world.unit["KHTH"], world.unit["SXD"], world.unit["CSDT"], world.unit["KHTH"])
    world.assign(world.drafts[0], "CSDT", DUE, coordinator_ids=parts)
    found = {part.unit_id: part.part.value for part in world.task(world.drafts[0]).coordinations}
    assert found == {world.unit["KHTH"]: "coordinates", world.unit["SXD"]: "invited"}


def test_a_task_handed_back_is_given_again_with_its_own_first_date_and_the_numbers_go_on(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE, coordinator_ids=(world.unit["KHTH"], world.unit["VP"]))
    world.step(task, Action.DECLINE, "head_a", reason="Không thuộc chức năng.")
    draft = world.task(task)
    assert (draft.status, draft.lead_unit_id, draft.assigned_at) == (Status.DRAFT, None, None)
    assert (draft.due_on, draft.original_due_on, draft.coordinations) == (None, None, [])
    for name in ("head_a", "head_b"):
        with pytest.raises(Refusal):
            world.view(task, name)
    later = date(2026, 3, 31)
    world.assign(task, "KHTH", later, coordinator_ids=(world.unit["VP"],))
    found = world.task(task)
    assert (found.due_on, found.original_due_on) == (later, later)
    assert [part.unit_id for part in found.coordinations] == [world.unit["VP"]]
    rows = db.session.scalars(db.select(Deadline).where(Deadline.task_id == task).order_by(Deadline.no))
    assert [(row.no, row.due_on, row.cause) for row in rows] == [
        (1, DUE, DeadlineCause.ORIGINAL), (2, later, DeadlineCause.ORIGINAL),
    ]  # fmt: skip
    assert world.view(task, "head_b").task.id == task
    with pytest.raises(Refusal):
        world.view(task, "head_a")
    assert replay.differences() == []


def test_a_unit_named_again_takes_part_again(world: World) -> None:
    task = world.drafts[0]
    for _ in range(2):
        world.assign(task, "CSDT", DUE, coordinator_ids=(world.unit["KHTH"],))
        assert world.view(task, "head_b").task.id == task
        world.step(task, Action.DECLINE, "head_a", reason="x")
    assert db.session.scalar(db.select(db.func.count()).select_from(Coordination)) == 1


def test_a_draft_can_be_cancelled_and_stays_without_a_lead(world: World) -> None:
    world.step(world.drafts[0], Action.CANCEL, "chair", reason="Trùng.", decision="TB 3 ngày 05/01/2026")
    task = world.task(world.drafts[0])
    assert (task.status, task.lead_unit_id) == (Status.CANCELLED, None)


def test_a_hold_shifts_nothing_and_ends_where_it_began(world: World, refused: Refused) -> None:
    task = started(world)
    refused("date_in_past", task, Action.HOLD, "vice", reason="x", until=date(2026, 1, 5))
    world.step(task, Action.HOLD, "vice", "2026-01-06T08:00", reason="Chờ chủ trương.", until=date(2026, 3, 2))
    held = world.task(task)
    assert (held.status, held.held_until, held.due_on) == (Status.ON_HOLD, date(2026, 3, 2), DUE)
    world.step(task, Action.RESUME, "chair", "2026-01-20T08:00")
    found = world.task(task)
    assert (found.status, found.held_until, found.due_on, found.original_due_on) == (Status.IN_PROGRESS, None, DUE, DUE)


def test_a_wait_says_for_whom_for_what_until_when_and_ends_when_work_goes_on(world: World, refused: Refused) -> None:
    task = started(world)
    given = {"unit_id": world.unit["KHTH"], "reason": "Số liệu năm 2025", "answer_by": date(2026, 1, 12)}
    for wrong, code in (({"unit_id": world.unit["CSDT"]}, "unit_unknown"), ({"unit_id": 10**9}, "unit_unknown"),
                        ({"answer_by": date(2026, 1, 5)}, "date_in_past")):  # fmt: skip
        refused(code, task, Action.WAIT, "head_a", **(given | wrong))
    world.step(task, Action.WAIT, "head_a", "2026-01-06T08:00", **given)
    world.step(task, Action.RESUME, "head_a", "2026-01-13T08:00")
    (wait,) = db.session.scalars(db.select(Wait))
    assert (wait.asked, wait.from_at, wait.to_at) == (
        "Số liệu năm 2025",
        world.at("2026-01-06T08:00"),
        world.at("2026-01-13T08:00"),
    )
    world.step(task, Action.WAIT, "head_a", "2026-01-14T08:00", **(given | {"answer_by": date(2026, 1, 20)}))
    world.step(task, Action.CANCEL, "chair", "2026-01-15T08:00", reason="x", decision="QĐ 9 ngày 15/01/2026")
    assert [row.to_at is None for row in db.session.scalars(db.select(Wait))] == [False, False]


def test_progress_starts_a_received_task_and_a_comment_changes_no_status(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.COMMENT, "chair", text="Lưu ý tiến độ.")
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.COMMENT, "officer_a", text="Rõ.")
    assert world.task(task).status == Status.RECEIVED
    world.step(task, Action.PROGRESS, "officer_a", text="Đã dự thảo.")
    assert world.task(task).status == Status.IN_PROGRESS
    assert [(row.kind, row.name) for row in db.session.scalars(db.select(Note).order_by(Note.id))] == [
        ("comment", "Hoàng Văn Thủ"),
        ("comment", "Lý Thị Én"),
    ]
    assert [(row.no, row.result) for row in db.session.scalars(db.select(Progress))] == [(1, "Đã dự thảo.")]


def test_a_task_comes_from_a_published_plan_or_from_a_document_with_its_day(world: World) -> None:
    def create(plan: int | None, source: str, title: str = "Việc mới", by: str = "office") -> int:
        return tasks.create(plan, title, source, by=world.actor(by), at=world.at(), given=Given())

    for source in ("Thông báo số 12/TB-BDT ngày 05/01/2026", "Họp giao ban ngày 5 tháng 1 năm 2026"):
        task = world.task(create(None, source))
        assert (task.status, task.source_document, task.plan_id, task.steps) == (Status.DRAFT, source, None, 2)
    for plan, source, title, code in (
        (None, "", "x", "missing_field"),
        (None, "Thông báo miệng", "x", "missing_field"),
        (None, "TB 1 ngày 05/01/2026", "  ", "missing_field"),
        (None, "TB 1 ngày 05/01/2026\x00", "x", "bad_value"),
        (10**9, "", "x", "not_found"),
    ):
        with pytest.raises(Refusal) as caught:
            create(plan, source, title)
        assert caught.value.code == code
    with pytest.raises(Refusal) as caught:
        create(world.plan, "", by="head_a")
    assert caught.value.code == "not_yours"
    plans.close(world.plan, by=world.actor("chair"), at=world.at())
    with pytest.raises(Refusal) as caught:
        create(world.plan, "")
    assert caught.value.code == "plan_not_published"


def test_a_task_of_a_plan_no_longer_in_force_is_not_given(world: World, refused: Refused) -> None:
    plans.close(world.plan, by=world.actor("chair"), at=world.at())
    refused("plan_not_published", world.drafts[0], Action.ASSIGN, "vice", lead_unit_id=world.unit["CSDT"])


def test_how_many_signatures_a_task_needs_is_settled_when_it_is_given(world: World) -> None:
    first, second = world.drafts[:2]
    world.assign(first, "CSDT", DUE)
    flows.enter(world.plan, 1, SecondSigner.SUPERVISOR, "QĐ 9/QĐ-BDT", by=world.actor("chair"), at=world.at())
    world.assign(second, "CSDT", DUE)
    assert [world.task(task).steps for task in (first, second)] == [2, 1]


def test_absent_foreign_and_endless_numbers_are_answered_alike(world: World, refused: Refused) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    for task in (world.drafts[0], 999_999, 0, -1, 2**31, 10**30):
        refused("not_found", task, Action.COMMENT, "head_b", text="x")


def test_an_old_form_hears_that_somebody_was_faster_and_changes_nothing(world: World, refused: Refused) -> None:
    version = world.task(world.drafts[0]).version
    world.assign(world.drafts[0], "CSDT", DUE, version=version)
    refused(
        "somebody_was_faster", world.drafts[0], Action.ASSIGN, "chair", lead_unit_id=world.unit["KHTH"], version=version
    )
    assert world.task(world.drafts[0]).lead_unit_id == world.unit["CSDT"]


def test_a_double_click_that_took_the_task_out_of_sight_is_answered_as_the_first(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    for _ in range(2):
        world.step(world.drafts[0], Action.DECLINE, "head_a", reason="Không thuộc chức năng.", idempotency_key="k1")
    assert world.task(world.drafts[0]).status == Status.DRAFT


def test_a_mistyped_date_is_corrected_until_receipt_and_what_it_was_stays_numbered(
    world: World, refused: Refused
) -> None:
    task, right = world.drafts[0], date(2026, 2, 27)
    world.assign(task, "CSDT", DUE, coordinator_ids=(world.unit["KHTH"],), officer_id=world.person["officer_a"])
    world.assign(task, "CSDT", right, local="2026-01-06T08:00", coordinator_ids=(world.unit["VP"],), product="Báo cáo")
    found = world.task(task)
    assert (found.status, found.due_on, found.original_due_on) == (Status.ASSIGNED, right, right)
    assert (found.officer_id, found.product, found.assigned_at) == (None, "Báo cáo", world.at())
    assert [part.unit_id for part in found.coordinations] == [world.unit["VP"]]
    rows = db.session.scalars(db.select(Deadline).where(Deadline.task_id == task).order_by(Deadline.no))
    assert [(row.due_on, row.cause) for row in rows] == [
        (DUE, DeadlineCause.ORIGINAL), (right, DeadlineCause.CORRECTION),
    ]  # fmt: skip
    assert world.view(task, "chair").history.acts[0].main.changes["due_on"] == [DUE.isoformat(), right.isoformat()]
    world.step(task, Action.RECEIVE, "head_a", "2026-01-06T09:00")
    given = {"lead_unit_id": world.unit["CSDT"], "due_on": DUE}
    refused("only_first_date", task, Action.ASSIGN, "vice", "2026-01-06T10:00", **given)
    assert replay.differences() == []


def test_a_task_given_to_the_wrong_unit_passes_to_the_right_one_until_receipt(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    world.assign(world.drafts[0], "KHTH", DUE, local="2026-01-06T08:00")
    found = world.task(world.drafts[0])
    assert (found.lead_unit_id, found.due_on) == (world.unit["KHTH"], DUE)
    assert found.assigned_at == world.at("2026-01-06T08:00")
    with pytest.raises(Refusal):
        world.view(world.drafts[0], "head_a")


def test_an_unchanged_date_may_lie_in_the_past_when_something_else_is_corrected(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 7), boundary="before")
    written = extensions.as_written(world.task(task), reference.load(date(2026, 1, 12)))
    assert written == (date(2026, 1, 7), "before")
    world.assign(task, "CSDT", written[0], local="2026-01-12T08:00", boundary=written[1], product="Báo cáo")
    found = world.task(task)
    assert (found.product, found.due_on, found.late_after) == ("Báo cáo", date(2026, 1, 6), date(2026, 1, 7))


@pytest.mark.parametrize("steps", [(), (Action.START,), (Action.START, Action.WAIT)])
def test_a_task_received_without_a_date_can_be_given_its_first_one_and_nothing_else(
    world: World, refused: Refused, steps: tuple[Action, ...]
) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", product="Kế hoạch")
    waiting: dict[str, Any] = {"unit_id": world.unit["KHTH"], "reason": "Số liệu", "answer_by": DUE}
    for action in (Action.RECEIVE, *steps):
        world.step(task, action, "head_a", **(waiting if action == Action.WAIT else {}))
    state = world.task(task).status
    refused("missing_field", task, Action.ASSIGN, "office")
    refused("only_first_date", task, Action.ASSIGN, "office", lead_unit_id=world.unit["KHTH"], due_on=DUE)
    refused("not_yours", task, Action.ASSIGN, "head_a", due_on=DUE)
    world.step(task, Action.ASSIGN, "office", "2026-01-06T08:00", due_on=DUE, product="Khác")
    found = world.task(task)
    assert (found.status, found.due_on, found.original_due_on, found.product) == (state, DUE, DUE, "Kế hoạch")
    refused("only_first_date", task, Action.ASSIGN, "office", due_on=date(2026, 3, 2))


def test_how_many_signatures_a_task_without_a_plan_needs_is_the_setting(world: World) -> None:
    days.set_setting("steps", 1, date(2026, 1, 5), "QĐ 1", by=Actor.system(), at=world.at())
    source = "Thông báo số 12/TB-BDT ngày 05/01/2026"
    task = tasks.create(None, "Việc mới", source, by=world.actor("office"), at=world.at(), given=Given())
    assert world.task(task).steps == 1
