"""Tables of tasks into a plan: every row looked through first, then all of them or none."""

from __future__ import annotations

import io
from collections.abc import Sequence
from csv import writer

import pytest
from sqlalchemy import func, select

import clock
from accountability import replay, verify
from documents.readers import Unreadable
from models.base import db
from models.log import LogEntry
from models.plans import Plan, TaskTable
from models.tasks import Coordination, Task
from models.vocabulary import DeadlineKind, NameForm, Part, Status
from tests.fixtures.places import TITLES, World
from workflow import plans, reference, task_tables
from workflow.errors import Refusal
from workflow.organization import units
from workflow.planning import sheet_tasks
from workflow.task_tables import Checked

HEAD = ("TT", "Nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn", "Sản phẩm")
GOOD = (
    ("1", "Rà soát danh sách người có uy tín", "Phòng Chính sách", "Văn phòng; Sở Xây dựng", "15/6/2026", "Báo cáo"),
    ("2", "Kiểm tra chính sách nhà ở", "thanh tra", "", "Quý III/2026", ""),
    ("3", "Tổng hợp số liệu", "KHTH", "phong chinh sach dan toc", "hằng quý", "Biểu số liệu"),
    ("4", "Tham mưu khi có hướng dẫn", "", "", "", ""),
)


def csv(*rows: Sequence[str], head: Sequence[str] = HEAD) -> bytes:
    made = io.StringIO()
    writer(made, delimiter=";").writerows([head, *rows])
    return made.getvalue().encode("utf-8-sig")


def upload(world: World, data: bytes, name: str = "nhiem-vu.csv", by: str = "office") -> int:
    return task_tables.upload(world.plan, name, data, by=world.actor(by), at=world.at())


def confirm(world: World, table: int, by: str = "office") -> int:
    return task_tables.confirm(table, by=world.actor(by), at=world.at())


def looked(world: World, data: bytes, name: str = "a.csv") -> list[Checked]:
    rows = sheet_tasks.from_plain(sheet_tasks.read(data, name)).rows
    ref = reference.load(clock.day_of(world.at()))
    return task_tables.checked(db.session.get_one(Plan, world.plan), rows, ref)


def faults(world: World, *rows: Sequence[str]) -> list[tuple[int, str, str]]:
    return [(each.row.row, fault.column, fault.code) for each in looked(world, csv(*rows)) for fault in each.faults]


def count() -> int:
    return db.session.scalar(select(func.count(Task.id))) or 0


def test_rows_without_a_fault_become_drafts_with_units_by_their_names_and_the_words_of_the_time(world: World) -> None:
    assert confirm(world, upload(world, csv(*GOOD))) == 4
    made = db.session.scalars(select(Task).order_by(Task.id.desc()).limit(4)).all()[::-1]
    assert [(task.title, task.lead_words, task.deadline_words, task.deadline_kind, task.product) for task in made] == [
        (GOOD[0][1], "Phòng Chính sách Dân tộc", "15/6/2026", DeadlineKind.BY, "Báo cáo"),
        (GOOD[1][1], "Thanh tra", "Quý III/2026", DeadlineKind.BY, ""),
        (GOOD[2][1], "Phòng Kế hoạch - Tổng hợp", "hằng quý", DeadlineKind.RECURRING, "Biểu số liệu"),
        (GOOD[3][1], "", "", DeadlineKind.NONE, ""),
    ]
    assert all((task.status, task.due_on, task.lead_unit_id) == (Status.DRAFT, None, None) for task in made)
    parts = db.session.execute(select(Coordination.unit_id, Coordination.part).order_by(Coordination.id)).all()
    assert [tuple(part) for part in parts] == [
        (world.unit["VP"], Part.COORDINATES), (world.unit["SXD"], Part.INVITED), (world.unit["CSDT"], Part.COORDINATES),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (("1", "Rà soát", "Công ty Hoa Sen", "", "", ""), "C", "unit_unknown"),
        (("1", "Rà soát", "Phòng Chính sách Tôn giáo", "", "", ""), "C", "unit_near"),
        (("1", "Rà soát", "Văn phòng; Ai đó", "", "", ""), "C", "unit_unknown"),
        (("1", "Rà soát", "Sở Xây dựng", "", "", ""), "C", "unit_outside"),
        (("1", "Rà soát", "", "các phòng, đơn vị liên quan", "", ""), "D", "unit_general"),
        (("1", "Rà soát", "", "", "31/02/2026", ""), "E", "time_open"),
        (("1", "Rà soát", "", "", "sớm nhất có thể nhé", ""), "E", "time_open"),
        (("1", "", "Văn phòng", "", "", ""), "B", "no_text"),
        (("1", "x" * 2001, "", "", "", ""), "B", "text_too_long"),
        (("1", "Rà soát", "", "", "", "x" * 501), "F", "words_too_long"),
        (("1", TITLES[0].lower(), "", "", "", ""), "B", "known_in_plan"),
    ],
)
def test_what_is_wrong_in_a_row_is_named_with_row_and_column(
    world: World, row: Sequence[str], column: str, code: str
) -> None:
    assert faults(world, GOOD[0], row) == [(3, column, code)]


def test_a_name_that_fits_two_units_is_asked_and_never_guessed(world: World) -> None:
    for key in ("CSDT", "KHTH"):
        units.rename(
            world.unit[key], "Phòng Nghiệp vụ", world.at().date(), "", by=world.actor("admin"), at=world.at(),
            form=NameForm.ALIAS,
        )  # fmt: skip
    assert faults(world, ("1", "Rà soát", "Phòng Nghiệp vụ", "", "", "")) == [(2, "C", "unit_ambiguous")]


def test_the_same_task_twice_in_a_table_is_a_fault_of_the_second_row(world: World) -> None:
    found = looked(world, csv(GOOD[0], GOOD[1], ("9", GOOD[0][1].lower(), "", "", "", "")))
    assert [(each.row.row, fault.code, fault.details["row"]) for each in found for fault in each.faults] == [
        (4, "twice_in_table", 2)
    ]


def test_one_bad_row_of_fifty_writes_nothing_at_all(world: World) -> None:
    rows = [(str(n), f"Nhiệm vụ thứ {n}", "Văn phòng", "", f"Tháng {n % 12 + 1}/2026", "") for n in range(1, 50)]
    table, before = upload(world, csv(*rows, ("50", "Rà soát", "Phòng Không Có", "", "", ""))), count()
    with pytest.raises(Refusal) as refused:
        confirm(world, table)
    assert (refused.value.code, refused.value.details) == ("table_has_faults", {"count": 1})
    db.session.rollback()
    assert count() == before
    assert db.session.scalar(select(Coordination.id)) is None


def test_every_row_is_accounted_for_those_that_head_a_group_too(world: World) -> None:
    rows = (
        ("I", "CÔNG TÁC THAM MƯU", "", "", "", ""),
        GOOD[0],
        ("", "", "", "", "", ""),
        ("2", "BÁO CÁO", "", "", "", ""),
    )
    found = sheet_tasks.from_plain(sheet_tasks.read(csv(*rows), "a.csv"))
    assert [row.row for row in found.rows] == [3]
    assert [(group.row, group.text) for group in found.groups] == [(2, "CÔNG TÁC THAM MƯU"), (5, "BÁO CÁO")]


def test_looking_through_a_table_makes_no_task(world: World) -> None:
    before = count()
    upload(world, csv(*GOOD))
    assert count() == before
    assert [each.remarks for each in looked(world, csv(*GOOD))] == [(), (), (), ("no_lead", "no_time")]


def test_a_second_click_gives_the_same_answer_and_no_second_task(world: World) -> None:
    table = upload(world, csv(*GOOD))
    assert upload(world, csv(*GOOD)) == table
    first, before = confirm(world, table), count()
    assert confirm(world, table) == first
    assert count() == before


def test_the_same_file_again_is_noticed_with_the_day_it_was_taken(world: World) -> None:
    confirm(world, upload(world, csv(*GOOD)))
    for by in ("office", "vice"):
        with pytest.raises(Refusal) as refused:
            upload(world, csv(*GOOD), by=by)
        assert (refused.value.code, refused.value.details) == ("table_known", {"day": "05/01/2026", "count": 4})
        db.session.rollback()


@pytest.mark.parametrize("by", ["head_a", "officer_a", "inspector", "admin"])
def test_only_office_and_leadership_bring_tables(world: World, by: str) -> None:
    with pytest.raises(Refusal) as refused:
        upload(world, csv(*GOOD), by=by)
    assert refused.value.code == "not_yours"


def test_a_table_is_confirmed_by_whoever_brought_it(world: World) -> None:
    table = upload(world, csv(*GOOD))
    with pytest.raises(Refusal) as refused:
        confirm(world, table, by="vice")
    assert refused.value.code == "not_found"


def test_a_closed_plan_takes_no_table(world: World) -> None:
    table = upload(world, csv(*GOOD))
    plans.close(world.plan, by=world.actor("chair"), at=world.at())
    with pytest.raises(Refusal) as refused:
        confirm(world, table)
    assert refused.value.code == "plan_state"
    db.session.rollback()
    with pytest.raises(Refusal) as refused:
        upload(world, csv(GOOD[0]))
    assert refused.value.code == "plan_state"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a;b\n1;2\n", "table_no_heading"),
        (csv(), "table_empty"),
        (csv(*((str(n), f"Việc {n}", "", "", "", "") for n in range(2_001))), "table_too_long"),
    ],
)
def test_a_file_without_a_table_of_tasks_is_refused_and_nothing_is_kept(world: World, data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        upload(world, data)
    assert refused.value.code == code
    db.session.rollback()
    assert db.session.scalar(select(TaskTable.id)) is None


def test_what_is_no_table_is_refused_with_its_reason_in_the_log(world: World) -> None:
    with pytest.raises(Unreadable) as refused:
        upload(world, "Kế hoạch".encode(), "a.txt")
    assert refused.value.code == "no_table"
    assert db.session.scalar(select(LogEntry.act).order_by(LogEntry.seq.desc()).limit(1)) == "plan.refused"


def test_a_table_that_is_dropped_leaves_no_task_and_a_line_in_the_log(world: World) -> None:
    table, before = upload(world, csv(*GOOD)), count()
    assert task_tables.drop(table, by=world.actor("office"), at=world.at()) == world.plan
    assert (count(), db.session.scalar(select(TaskTable.id))) == (before, None)
    assert db.session.scalar(select(LogEntry.act).order_by(LogEntry.seq.desc()).limit(1)) == "plan.table.drop"


def test_taking_a_table_is_one_act_of_the_log_and_replays_to_the_rows(world: World) -> None:
    confirm(world, upload(world, csv(*GOOD)))
    entries = db.session.scalars(select(LogEntry).where(LogEntry.act == "plan.tasks")).all()
    assert len({entry.req for entry in entries}) == 1
    assert {entry.obj_type for entry in entries} == {"task", "coordination"}
    assert replay.differences() == []
    assert verify.log().ok
