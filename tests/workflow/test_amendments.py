"""A new version of a plan in force: nothing moves before the signature, and what is kept keeps its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from accountability import replay, verify
from models import schema
from models.base import db
from models.log import LogEntry
from models.plans import Clause, Document, Plan, Reading
from models.tasks import Deadline, Task
from models.vocabulary import Action, DeadlineCause, PlanState, Status
from tests.fixtures.places import PASSWORD, World
from tests.workflow.test_coverage import answer
from tests.workflow.test_review import code, sheet
from workflow import amendments, coverage, plans, planseal
from workflow.errors import Refusal
from workflow.imports import import_file
from workflow.imports.items import Move, State
from workflow.planning.reading import read
from workflow.plans import Said

HEAD = """BAN DÂN TỘC
Số: {number}/KH-BDT
Lạng Sơn, ngày 3 tháng 3 năm 2026

KẾ HOẠCH
Thực hiện Chương trình hành động về công tác dân tộc

I. MỤC ĐÍCH
Triển khai đầy đủ các nội dung của Chương trình.

II. NHIỆM VỤ, GIẢI PHÁP
"""
WORK = [
    "Xây dựng chính sách hỗ trợ nhà ở cho hộ nghèo, hoàn thành trước ngày 30/6/2026",
    "Kiểm tra việc thực hiện các dự án trên địa bàn",
    "Rà soát danh sách người có uy tín trong đồng bào dân tộc thiểu số",
    "Tổ chức hội nghị tuyên truyền pháp luật tại các xã vùng cao",
    "Tổng hợp, báo cáo kết quả thực hiện Chương trình",
]


def document(number: int, work: list[str]) -> bytes:
    return (HEAD.format(number=number) + "".join(f"{no}. {text}\n" for no, text in enumerate(work, 1))).encode()


NEXT = [
    "Xây dựng chính sách hỗ trợ nhà ở và đất ở cho hộ nghèo, hoàn thành trước ngày 30/9/2026",
    WORK[1],
    "Xây dựng cơ sở dữ liệu về dân tộc thiểu số của tỉnh",
    WORK[3],
    "Tổ chức đào tạo nghề cho lao động nông thôn",
    WORK[4],
]


@pytest.fixture
def plan(world: World) -> int:
    """Put a plan of five tasks in force; the first is given with a date, the second is under way."""
    data = document(7, WORK)
    found = import_file("kh.md", data, read(data, "kh.md"), by=world.actor("office"), at=world.at())
    answer(world, found)
    world.publish(found)
    first, second, *_ = tasks(found)
    world.assign(first.id, "CSDT", date(2026, 6, 29))
    world.assign(second.id, "KHTH", date(2026, 5, 15))
    world.step(second.id, Action.RECEIVE, "head_b")
    world.step(second.id, Action.PROGRESS, "officer_b", text="Đã kiểm tra ba dự án")
    return found


def tasks(plan_id: int) -> list[Task]:
    db.session.expire_all()
    return list(db.session.scalars(select(Task).where(Task.plan_id == plan_id).order_by(Task.id)))


def version(world: World, plan_id: int, work: list[str] | None = None) -> int:
    return amendments.read_version(
        plan_id, "kh-sua-doi.md", document(9, NEXT if work is None else work), by=world.actor("office"), at=world.at()
    )


def decide(world: World, reading: int, said: Callable[[Any], tuple[str, dict[str, Any]]] | None = None) -> None:
    """Decide on every proposal: approve it, or as `said` tells for each."""
    for item in list(sheet(reading).live()):
        name, more = said(item) if said else ("accept", {})
        given = Said(no=item.no, version=item.version, **more)
        plans.take(reading, name, given, by=world.actor("office"), at=world.at())


def sign(world: World, reading: int, **more: Any) -> int:
    row = db.session.get_one(Reading, reading)
    shown = planseal.sha(amendments.content(row, sheet(reading)))
    given = {"password": PASSWORD, "content_hash": shown, "decision": "Kế hoạch 9/KH-BDT ngày 03/3/2026"} | more
    return amendments.sign(reading, by=world.actor("vice"), at=world.at(), **given)


def state() -> dict[str, list[Any]]:
    """Return every tracked row, to hold two moments against each other."""
    db.session.expire_all()
    tables = [kind.__table__ for kind in schema.tracked().values()]  # type: ignore[attr-defined]  # every mapped class has one
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(table.c.id))] for table in tables
    }


def test_one_clause_changed_one_deleted_and_two_added_give_exactly_four_proposals(world: World, plan: int) -> None:
    found = list(sheet(version(world, plan)).live())
    assert [(item.move, item.state) for item in found] == [
        (Move.RETIRE, State.OPEN), (Move.CHANGE, State.OPEN), (Move.ADD, State.OPEN), (Move.ADD, State.OPEN),
    ]  # fmt: skip
    retire, change, *add = found
    assert retire.text.startswith("Rà soát danh sách người có uy tín")
    assert change.was.startswith("Xây dựng chính sách hỗ trợ nhà ở cho hộ nghèo")
    assert "đất ở" in change.text
    assert [item.text.split()[0:2] for item in add] == [["Xây", "dựng"], ["Tổ", "chức"]]


def test_nothing_of_the_plan_moves_before_the_signature_and_dropping_it_leaves_all_as_it_was(
    world: World, plan: int
) -> None:
    before = state()
    reading = version(world, plan)
    decide(world, reading, lambda _item: ("declare", {"why": "Không sửa"}))
    assert state() == before
    plans.drop_reading(reading, by=world.actor("office"), at=world.at())
    assert state() == before
    assert db.session.scalar(select(func.count()).select_from(Reading)) == 1  # the one the world was made of
    assert db.session.scalars(select(LogEntry.act).where(LogEntry.act == "plan.drop")).all() == ["plan.drop"]


def test_with_the_signature_kept_tasks_go_on_changed_ones_get_new_words_retired_ones_end_and_added_ones_are_drafts(
    world: World, plan: int
) -> None:
    first, second, third, fourth, _fifth = (task.id for task in tasks(plan))
    reading = version(world, plan)
    decide(world, reading)
    new = sign(world, reading)
    assert {key: db.session.get_one(Plan, key).state for key in (plan, new)} == {
        plan: PlanState.SUPERSEDED, new: PlanState.PUBLISHED,
    }  # fmt: skip
    assert db.session.get_one(Plan, new).replaces_id == plan
    changed, kept, retired = world.task(first), world.task(second), world.task(third)
    assert "đất ở" in changed.title
    assert (changed.due_on, changed.original_due_on, changed.status) == (
        date(2026, 6, 29), date(2026, 6, 29), Status.ASSIGNED,
    )  # fmt: skip
    assert (kept.plan_id, kept.title, kept.status, kept.due_on) == (
        new, WORK[1], Status.IN_PROGRESS, date(2026, 5, 15),
    )  # fmt: skip
    assert kept.clause is not None
    assert kept.clause.text == f"2. {WORK[1]}"
    assert (retired.plan_id, retired.status) == (plan, Status.CANCELLED)
    added = [task for task in tasks(new) if task.id not in (first, second, third, fourth)]
    assert [task.status for task in added if task.title in NEXT] == [Status.DRAFT] * 3  # and the fifth, kept as it was
    assert coverage.open_clauses(new) == []
    row = planseal.signed(new)
    assert row is not None
    assert row.name == "Nông Thị Lan"
    assert len(world.view(second, "head_b").history.acts) > 3
    assert replay.differences() == []
    assert verify.log().ok


def test_a_retired_task_that_people_work_on_is_withdrawn_with_the_decision_in_the_log(world: World, plan: int) -> None:
    second = tasks(plan)[1].id
    reading = version(world, plan, [WORK[0], *WORK[2:]])
    decide(world, reading)
    sign(world, reading, decision="QĐ 12/QĐ-BDT ngày 04/3/2026")
    assert world.task(second).status == Status.WITHDRAWN
    bodies = db.session.scalars(select(LogEntry.body).where(LogEntry.act == "plan.amend")).all()
    assert any("QĐ 12/QĐ-BDT ngày 04/3/2026" in body for body in bodies)
    assert replay.differences() == []


def test_a_new_date_keeps_the_first_one_beside_it(world: World, plan: int) -> None:
    first = tasks(plan)[0].id
    reading = version(world, plan)
    change = next(item for item in sheet(reading).live() if item.move == Move.CHANGE)
    edit = Said(
        no=change.no, version=change.version, text=change.text, lead=change.lead, deadline=change.deadline,
        due_on=date(2026, 9, 29),
    )  # fmt: skip
    plans.take(reading, "edit", edit, by=world.actor("office"), at=world.at())
    decide(world, reading)
    sign(world, reading)
    task = world.task(first)
    assert (task.due_on, task.original_due_on) == (date(2026, 9, 29), date(2026, 6, 29))
    rows = db.session.scalars(select(Deadline).where(Deadline.task_id == first).order_by(Deadline.no)).all()
    assert [row.cause for row in rows] == [DeadlineCause.ORIGINAL, DeadlineCause.EXTENSION]


def test_what_is_rejected_stays_as_it_was_in_the_new_version(world: World, plan: int) -> None:
    before = {task.id: (task.title, task.status, task.due_on) for task in tasks(plan)}
    reading = version(world, plan)
    decide(world, reading, lambda _item: ("declare", {"why": "Không sửa"}))
    new = sign(world, reading)
    after = {task.id: (task.title, task.status, task.due_on) for task in tasks(new)}
    assert after == before
    assert coverage.open_clauses(new) == []
    assert db.session.scalars(select(Task.id).where(Task.plan_id == new, Task.clause_id.is_(None))).all() != []
    declared = db.session.scalars(select(Clause.text).where(Clause.plan_id == new, Clause.declared_why == "Không sửa"))
    assert len(declared.all()) == 2


def test_what_was_declared_before_is_not_asked_again(world: World, plan: int) -> None:
    found = sheet(version(world, plan))
    part = next(part for part in found.parts if "Triển khai đầy đủ" in found.text[part.start : part.end])
    assert part.why == "Quy định chung"
    assert found.coverage().open == 3


def test_an_amendment_is_signed_only_when_all_is_decided_by_leadership_with_a_password_for_what_was_shown(
    world: World, plan: int
) -> None:
    reading = version(world, plan)
    before = state()
    assert code(sign, world, reading) == "amendment_open"
    decide(world, reading)
    assert code(sign, world, reading, password="sai") == "wrong_password"
    assert code(sign, world, reading, content_hash="0" * 64) == "plan_changed"
    assert code(sign, world, reading, decision=" ") == "missing_field"
    given = {"password": PASSWORD, "content_hash": "x", "decision": "x", "at": world.at()}
    assert code(amendments.sign, reading, by=world.actor("office"), **given) == "not_yours"
    assert code(plans.accept, reading, plans.Choice(), by=world.actor("office"), at=world.at()) == "amendment_is_signed"
    assert state() == before
    assert sign(world, reading) == sign(world, reading)


def test_the_same_document_is_noticed_and_a_plan_is_amended_only_while_in_force(world: World, plan: int) -> None:
    office = world.actor("office")
    reading = version(world, plan)
    assert version(world, plan) == reading
    for number, work in ((7, WORK), (7, WORK)):
        with pytest.raises(Refusal) as caught:
            amendments.read_version(plan, "kh.md", document(number, work), by=office, at=world.at())
        assert caught.value.code == "document_known"
    decide(world, reading)
    sign(world, reading)
    assert code(version, world, plan) == "plan_state"
    assert code(amendments.read_version, 99_999, "a.md", b"x", by=office, at=world.at()) == "not_found"
    assert code(amendments.read_version, plan, "a.md", b"x", by=world.actor("head_a"), at=world.at()) == "not_yours"
    assert db.session.scalar(select(func.count()).select_from(Document)) == 3


def test_a_task_in_force_is_neither_merged_nor_split(world: World, plan: int) -> None:
    reading = version(world, plan)
    items = list(sheet(reading).live())
    picked = tuple((item.no, item.version) for item in items[:2])
    given = {"by": world.actor("office"), "at": world.at()}
    assert code(plans.take, reading, "merge", Said(picked=picked), **given) == "task_in_force"
    change = next(item for item in items if item.move == Move.CHANGE)
    assert code(plans.take, reading, "split", Said(no=change.no, version=1, at=3), **given) == "task_in_force"
