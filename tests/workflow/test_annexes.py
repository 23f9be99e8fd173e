"""The annex of a plan: its tasks by section with present units and dates, out as files and in again the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import clock
from documents.writers.annex import Annex
from documents.writers.annex_sheet import xlsx
from documents.writers.annex_word import docx
from models.base import db
from models.vocabulary import Action
from tests.fixtures.places import TITLES, World
from workflow import plans, reference, task_tables
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.planning import sheet_tasks
from workflow.planning.reading import read
from workflow.queries import annexes

TABLE = """TT;Nhiệm vụ;Đơn vị chủ trì;Đơn vị phối hợp;Thời hạn;Sản phẩm
1;Rà soát danh sách người có uy tín;Phòng Chính sách;"Văn phòng; Sở Xây dựng";15/6/2026;Báo cáo
2;Kiểm tra chính sách nhà ở;Thanh tra;;trước ngày 15/12/2026;
3;Tổng hợp số liệu các xã;"KHTH; Văn phòng";;hằng quý;Biểu số liệu
4;Tham mưu văn bản mới;;;;
"""


def annex(world: World, plan: int = 0, by: str = "office", local: str = "2026-01-05T08:00") -> Annex:
    ref = reference.load(clock.day_of(world.at(local)))
    return annexes.annex(plan or world.plan, ref, at=world.at(local), seen_by=Scope(world.actor(by, local)))


def other_plan(world: World) -> int:
    """Return a plan with no task."""
    found = {
        "tasks": [], "clauses": [], "sections": [], "targets": [], "questions": [], "text": "x\n",
        "plan": {"kind": "Kế hoạch"},
    }  # fmt: skip
    reading = plans.keep_reading("b.md", b"b", found, by=world.actor("office"), at=world.at())
    return plans.accept(reading, plans.Choice(), by=world.actor("office"), at=world.at())


def take(world: World, plan: int, data: bytes, name: str) -> int:
    table = task_tables.upload(plan, name, data, by=world.actor("office"), at=world.at())
    return task_tables.confirm(table, by=world.actor("office"), at=world.at())


def test_the_annex_names_the_plan_and_lists_its_tasks_under_its_sections(world: World) -> None:
    made = annex(world)
    assert made.title == "Phân công nhiệm vụ thực hiện kế hoạch"
    assert made.attached == ("(Kèm theo Kế hoạch số 05/KH-BDT ngày 05 tháng 01 năm 2026 của Ban Dân tộc tỉnh Lạng Sơn)")
    assert [(group.heading, [row.text for row in group.rows]) for group in made.groups] == [
        ("NHIỆM VỤ, GIẢI PHÁP", list(TITLES))
    ]


def test_an_assigned_task_stands_with_its_unit_its_partners_and_its_day(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", date(2026, 3, 31), coordinator_ids=(world.unit["VP"], world.unit["SXD"]))
    row = annex(world).groups[0].rows[0]
    assert (row.lead, row.coordinators, row.due) == (
        "Phòng Chính sách Dân tộc", "Văn phòng; Sở Xây dựng", date(2026, 3, 31),
    )  # fmt: skip


def test_the_words_of_the_time_stand_until_more_time_was_granted_then_the_present_day(world: World) -> None:
    task, asked = world.drafts[0], {"deadline_words": "Quý I/2026"}
    world.assign(task, "CSDT", date(2026, 3, 31), **asked)
    assert (annex(world).groups[0].rows[0].time, annex(world).groups[0].rows[0].due) == ("Quý I/2026", None)
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.REQUEST_EXTENSION, "head_a", proposed_on=date(2026, 4, 15), reason="Chờ hướng dẫn")
    world.step(task, Action.GRANT_EXTENSION, "vice", granted_on=date(2026, 4, 15), reason="Đồng ý")
    assert annex(world).groups[0].rows[0].due == date(2026, 4, 15)


def test_what_was_stopped_is_no_part_of_the_annex(world: World) -> None:
    world.assign(world.drafts[0], "CSDT")
    world.step(world.drafts[0], Action.WITHDRAW, "vice", reason="Không còn cần", decision="QĐ 9/QĐ-BDT ngày 05/01/2026")
    assert TITLES[0] not in {row.text for group in annex(world).groups for row in group.rows}


def test_everybody_gets_the_tasks_he_may_read_and_no_others(world: World) -> None:
    world.assign(world.drafts[0], "CSDT")
    seen = {by: [row.text for group in annex(world, by=by).groups for row in group.rows] for by in ("head_a", "head_b")}
    assert seen == {"head_a": [TITLES[0]], "head_b": []}


def test_a_plan_that_is_not_his_to_read_is_absent(world: World) -> None:
    plan = other_plan(world)
    with pytest.raises(Refusal) as refused:
        annex(world, plan, by="head_a")
    assert refused.value.code == "not_found"


@pytest.mark.parametrize(("write", "name"), [(docx, "a.docx"), (xlsx, "a.xlsx")])
def test_the_annex_as_a_file_is_read_as_the_same_tasks(
    world: World, write: Callable[[Annex], bytes], name: str
) -> None:
    take(world, world.plan, TABLE.encode(), "bang.csv")
    made = annex(world)
    want: list[Any] = [(row.text, row.lead, row.coordinators) for group in made.groups for row in group.rows]
    found = read(write(made), name)["tasks"]
    assert [(task["text"], "; ".join(task["lead"]), "; ".join(task["coordinators"])) for task in found] == want
    assert [task["meaning"].get("due") for task in found[-4:]] == ["2026-06-15", "2026-12-15", None, None]


def test_the_annex_of_one_plan_taken_into_another_gives_the_same_annex(world: World) -> None:
    first, second = other_plan(world), 0
    take(world, first, TABLE.encode(), "bang.csv")
    out = annex(world, first)
    db.session.rollback()
    reading = plans.keep_reading(
        "c.md", b"c", {"tasks": [], "clauses": [], "sections": [], "targets": [], "questions": [], "text": "y\n",
                       "plan": {"kind": "Kế hoạch"}}, by=world.actor("office"), at=world.at(),
    )  # fmt: skip
    second = plans.accept(reading, plans.Choice(), by=world.actor("office"), at=world.at())
    assert take(world, second, xlsx(out), "phu-luc.xlsx") == 4
    assert annex(world, second).groups == out.groups
    assert (
        sheet_tasks.read(xlsx(out), "a.xlsx")["rows"] == sheet_tasks.read(xlsx(annex(world, second)), "a.xlsx")["rows"]
    )
