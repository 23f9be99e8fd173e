"""Tables of targets: taken away and brought back they change nothing; what they change is shown first and logged."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from accountability import replay
from documents.writers.annex_sheet import xlsx
from documents.writers.annex_word import docx
from documents.writers.target_table import csv
from models.base import db
from models.log import LogEntry
from models.plans import Plan, Target
from models.session import transaction
from models.vocabulary import TargetOp
from models.words import Cadence, Direction, Standing
from tests.fixtures.places import World
from tests.workflow.test_plans import accepted
from workflow import reference, target_tables, targets
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.measuring import Goal
from workflow.permissions import Scope
from workflow.planning import target_tables as reader
from workflow.queries import target_tables as queries
from workflow.queries import targets as series
from workflow.targets import Care, Report

ON = date(2026, 1, 5)
DECISION = "Báo cáo số 12/BC-BDT ngày 05/01/2026"
HEAD = "TT;Chỉ tiêu;ĐVT;TH năm 2020;Năm 2024;TH năm 2024;ƯTH năm 2025;Năm 2025\n"
ROWS = (
    HEAD
    + "I;Giảm nghèo;;;;;;\n"
    + "1;Tỷ lệ hộ nghèo;%/năm;2,5;;3,45;3,6;≥ 3,5\n"
    + "2;Xã đạt chuẩn nông thôn mới;xã;1.234;từ 16 đến 18;17;;20\n"
)
WRITERS: dict[str, Callable[[Any], bytes]] = {"csv": csv, "xlsx": xlsx, "docx": docx}


@pytest.fixture
def plan(world: World) -> int:
    """Return the id of a plan in force with one target."""
    plan_id = accepted(world)
    world.publish(plan_id)
    return plan_id


def take(world: World, plan_id: int, table: str = ROWS, by: str = "office", decision: str = DECISION) -> int:
    payload = reader.read(table.encode(), "bang.csv")
    return target_tables.take(plan_id, payload, decision, by=world.actor(by), at=world.at())


def look(plan_id: int, payload: dict[str, Any]) -> list[target_tables.Looked]:
    return target_tables.look(db.session.get_one(Plan, plan_id), payload, DECISION, on=ON)


def faults(plan_id: int, table: str) -> list[tuple[int, str, str]]:
    """Return row, column and code of all that is wrong in a table."""
    found = look(plan_id, reader.read(table.encode(), "bang.csv"))
    return [(one.row, fault.column, fault.code) for one in found for fault in one.faults]


def test_a_table_gives_goals_values_baseline_and_new_targets_in_one_act(world: World, plan: int) -> None:
    assert take(world, plan) == 8
    listed = series.index(reference.load(ON), seen_by=Scope(world.actor("chair")), plan_id=plan)[0].series
    old, new = listed
    assert old.baseline == (2020, Decimal("2.5"))
    assert {row.period: (row.value, row.standing) for row in old.values} == {
        "2024": (Decimal("3.45"), Standing.OFFICIAL),
        "2025": (Decimal("3.6"), Standing.PROVISIONAL),
    }
    assert (new.target.group_name, new.target.unit, new.last_year) == ("Giảm nghèo", "xã", 2025)
    assert new.goals[2024] == Goal(2024, TargetOp.BETWEEN, Decimal(16), Decimal(18))
    assert new.goals[2025] == Goal(2025, TargetOp.EQUAL, Decimal(20))
    assert new.baseline == (2020, Decimal(1234))
    assert {row.source for row in old.values} == {DECISION}
    acts = db.session.scalars(select(LogEntry.act).order_by(LogEntry.seq)).all()
    assert set(acts[-8:]) == {"target.table"} | set(acts[-8:-7])
    assert replay.differences() == []


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_a_table_taken_away_and_brought_back_changes_nothing(form: str, world: World, plan: int) -> None:
    take(world, plan)
    extra = Care(None, Direction.UP, Cadence.YEARLY, Decimal("1234567.25"), 2019)
    row = Target(
        plan_id=plan, about_what="=Thu nhập bình quân", op=TargetOp.ABOUT, low=Decimal("-1.234"), unit="triệu đồng"
    )
    with transaction(), recorded(None, "target.table", by=world.actor("office"), at=world.at()):
        db.session.add(row)
    targets.follow(row.id, extra, by=world.actor("office"), at=world.at())
    said = Report("2025", Decimal("1234.5678"), Standing.OFFICIAL, "Niên giám")
    targets.report(row.id, said, by=world.actor("office"), at=world.at())
    table = queries.table(plan, reference.load(ON), at=world.at(), seen_by=Scope(world.actor("office")))
    payload = reader.read(WRITERS[form](table), f"bang.{form}")
    found = look(plan, payload)
    assert [(one.faults, one.changes) for one in found] == [([], 0)] * 3
    assert target_tables.take(plan, payload, DECISION, by=world.actor("office"), at=world.at()) == 0


def test_a_workbook_of_targets_has_numbers_as_numbers_and_no_formula(world: World, plan: int) -> None:
    import openpyxl

    take(world, plan)
    made = xlsx(queries.table(plan, reference.load(ON), at=world.at(), seen_by=Scope(world.actor("office"))))
    page = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    assert rows[0][:4] == ["TT", "Chỉ tiêu", "ĐVT", "TH năm 2020"]
    row = next(each for each in rows if each[1] == "Xã đạt chuẩn nông thôn mới")
    assert row[3] == 1234
    assert "16 - 18" in row


def test_every_fault_is_named_with_row_and_column_and_nothing_is_taken(world: World, plan: int) -> None:
    bad = f"{HEAD}I;Giảm nghèo;;;;;;\n1;Tỷ lệ hộ nghèo;%/năm;;;x;;≥ 4\n2;Tỷ lệ hộ nghèo;%;;;;;5\n"
    bad = f"{bad}3;;xã;;1;;;\n4;Chỉ tiêu mới;xã;;;5;;\n"
    assert faults(plan, bad) == [
        (3, "F", "no_number"),
        (3, "H", "of_the_plan"),
        (4, "", "no_unit"),
        (5, "", "no_name"),
        (6, "", "no_goal"),
    ]
    before = db.session.scalars(select(LogEntry.seq)).all()
    with pytest.raises(Refusal) as caught:
        take(world, plan, bad)
    assert caught.value.code == "target_table_faults"
    db.session.rollback()
    assert db.session.scalars(select(LogEntry.seq)).all() == before


def test_years_that_are_not_over_have_no_official_value_and_those_ahead_none(world: World, plan: int) -> None:
    table = "TT;Chỉ tiêu;ĐVT;TH năm 2026;ƯTH năm 2027\nI;Giảm nghèo;;;\n1;Tỷ lệ hộ nghèo;%/năm;3,5;3,5\n"
    assert faults(plan, table) == [(3, "D", "not_final"), (3, "E", "ahead")]


def test_a_value_that_differs_corrects_with_the_document_as_its_reason(world: World, plan: int) -> None:
    take(world, plan)
    take(world, plan, ROWS.replace("3,45", "3,4"), decision="Công văn số 7/CTK ngày 06/01/2026")
    listed = series.index(reference.load(ON), seen_by=Scope(world.actor("chair")), plan_id=plan)[0].series
    values = [row for row in listed[0].values if row.period == "2024"]
    assert [(row.no, row.value, row.reason) for row in values] == [
        (1, Decimal("3.45"), None),
        (2, Decimal("3.4"), "Công văn số 7/CTK ngày 06/01/2026"),
    ]


@pytest.mark.parametrize(
    ("by", "decision", "code"),
    [("vice", DECISION, "not_yours"), ("head_a", DECISION, "not_yours"), ("office", " ", "no_decision")],
)
def test_values_come_by_the_office_alone_and_with_a_document(
    by: str, decision: str, code: str, world: World, plan: int
) -> None:
    with pytest.raises(Refusal) as caught:
        take(world, plan, by=by, decision=decision)
    assert caught.value.code == code
    db.session.rollback()


def test_a_heading_in_two_lines_and_a_row_of_column_numbers_are_understood() -> None:
    table = (
        "BIỂU CHỈ TIÊU\n;;;Mục tiêu các năm;\nTT;Chỉ tiêu;Đơn vị tính;Mục tiêu;\n;;;2024;2025\n"
        "(1);(2);(3);(4);(5)\n1;Hộ nghèo;%;10;8\nNơi nhận:;;;;\n- Lưu;VT;;;\n"
    )
    found = reader.read(table.encode(), "bang.csv")
    assert [(each["kind"], each["year"], each["letter"]) for each in found["columns"]] == [
        ("goal", 2024, "D"),
        ("goal", 2025, "E"),
    ]
    assert [(each["row"], each["name"], each["values"]) for each in found["rows"]] == [(6, "Hộ nghèo", ["10", "8"])]
