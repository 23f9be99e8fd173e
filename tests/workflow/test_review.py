"""The review of a reading: each step is saved at once, counts once, can be taken back, and loses nobody's work."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from models.base import db
from models.log import LogEntry
from models.plans import Clause, Plan, Reading, Target
from models.tasks import Task
from tests.fixtures.places import World
from web.wording import SENTENCES
from workflow import coverage, plans, reference
from workflow.errors import Refusal
from workflow.imports import sheet_of
from workflow.imports.items import Mark, State
from workflow.imports.sheet import Sheet
from workflow.imports.steps import STEPS, breaks
from workflow.permissions import Scope
from workflow.planning.reading import read
from workflow.plans import Choice, Said
from workflow.queries import readings

DOCUMENT = """BAN DÂN TỘC
Số: 12/KH-BDT
Lạng Sơn, ngày 3 tháng 3 năm 2026

KẾ HOẠCH
Thực hiện Chương trình hành động về công tác dân tộc

I. MỤC ĐÍCH, YÊU CẦU
Triển khai đầy đủ các nội dung của Chương trình.

II. CHỈ TIÊU
1. Giảm tỷ lệ hộ nghèo dân tộc thiểu số bình quân 3,5%/năm.

III. NHIỆM VỤ, GIẢI PHÁP
1. Xây dựng chính sách hỗ trợ nhà ở cho hộ nghèo; tổ chức kiểm tra việc thực hiện các dự án.
- Cơ quan chủ trì: Phòng Chính sách.
- Cơ quan phối hợp: Văn phòng.
- Thời gian thực hiện: Quý II/2026.
2. Kiểm tra việc thực hiện các dự án trên địa bàn
- Cơ quan chủ trì: Phòng Dân vận khối.
3. Tổng hợp, báo cáo kết quả thực hiện hằng quý

IV. TỔ CHỨC THỰC HIỆN
Các phòng căn cứ Kế hoạch này triển khai thực hiện.

TRƯỞNG BAN
Hoàng Văn Thủ
"""
FOUND = read(DOCUMENT.encode(), "ke-hoach.md")


def kept(world: World, name: str = "kh.md") -> int:
    data = f"{DOCUMENT}{name}".encode()
    return plans.keep_reading(name, data, FOUND, by=world.actor("office"), at=world.at())


def sheet(reading: int) -> Sheet:
    db.session.expire_all()
    return sheet_of(db.session.get_one(Reading, reading))


@pytest.fixture
def take(world: World) -> Callable[..., Sheet]:
    """Return a function that takes a step with the versions of now, as a fresh page would send them."""

    def step(reading: int, name: str, *, by: str = "office", key: str | None = None, **said: Any) -> Sheet:
        now = sheet(reading)
        if "version" not in said and "no" in said:
            pool: Any = now.aims if "target" in name else now.proposals
            said["version"] = pool[said["no"]].version
        if "version" not in said and "start" in said:
            part = now.part_of(said["start"])
            said["version"] = part.version if part else 1
        if "picked" in said:
            said["picked"] = tuple((no, now.proposals[no].version) for no in said["picked"])
        plans.take(reading, name, Said(**said), by=world.actor(by), at=world.at(), key=key)
        return sheet(reading)

    return step


def code(act: Callable[..., object], *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **more)
    db.session.rollback()
    return caught.value.code


def start_of(found: Sheet, words: str) -> int:
    return next(part.start for part in found.parts if words in found.text[part.start : part.end])


def mark_of(found: Sheet, words: str) -> Mark:
    return next(
        mark
        for part, mark in zip(found.parts, found.marks(), strict=True)
        if words in found.text[part.start : part.end]
    )


def answer_everything(reading: int, take: Callable[..., Sheet]) -> None:
    """Accept every proposal and target and declare the rest."""
    for path in ("I", "II", "III", "IV"):
        take(reading, "accept-section", section=path)
        take(reading, "declare-section", section=path, why="Nội dung dẫn nhập")


def test_every_step_is_saved_at_once_and_found_again_by_another_clerk(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    assert {item.state for item in sheet(reading).proposals.values()} == {State.OPEN}
    take(reading, "accept", no=0)
    take(reading, "declare", no=1, why="Trùng nhiệm vụ 1", by="head_office")
    found = take(reading, "edit", no=2, text="Báo cáo kết quả", lead="Văn phòng", deadline="chậm nhất ngày 30/6/2026")
    assert [(item.state, item.why) for item in found.live()] == [
        (State.ACCEPTED, ""), (State.DECLARED, "Trùng nhiệm vụ 1"), (State.OPEN, ""), (State.OPEN, ""),
    ]  # fmt: skip
    assert found.proposals[2].meaning["due"] == "2026-06-30"
    shown = readings.one(reading, seen_by=Scope(world.actor("vice")))
    assert shown.sheet.proposals[2].text == "Báo cáo kết quả"


def test_a_deadline_that_is_not_plain_becomes_a_question_and_no_date(world: World, take: Callable[..., Sheet]) -> None:
    found = take(kept(world), "edit", no=0, text="Xây dựng chính sách", lead="", deadline="càng tốt")
    assert found.proposals[0].meaning["kind"] == "none"
    assert len(found.proposals[0].asks) == 2


def test_a_second_click_changes_nothing_and_is_no_fault(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    for _ in range(2):
        plans.take(reading, "accept", Said(no=0, version=1), by=world.actor("office"), at=world.at(), key="k")
    assert sheet(reading).proposals[0].version == 2
    entries = select(LogEntry.seq).where(LogEntry.act == "plan.accept_proposal")
    assert len(db.session.scalars(entries).all()) == 1


def test_who_loses_a_race_is_told_and_overwrites_nothing(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    take(reading, "edit", no=0, version=1, text="Của người trước", lead="Văn phòng")
    said = Said(no=0, version=1, text="Của người sau", lead="Văn phòng")
    assert code(plans.take, reading, "edit", said, by=world.actor("vice"), at=world.at()) == "somebody_was_faster"
    assert sheet(reading).proposals[0].text == "Của người trước"


def test_several_proposals_become_one_that_keeps_all_names_and_invents_no_date(
    world: World, take: Callable[..., Sheet]
) -> None:
    reading = kept(world)
    found = take(reading, "merge", picked=(0, 1))
    one = found.proposals[0]
    assert (one.lead, one.coordinators) == ("Phòng Chính sách; Phòng Dân vận khối", "Văn phòng")
    assert "Kiểm tra việc thực hiện" in one.text
    assert found.proposals[1].state == State.MERGED
    assert [item.no for item in found.live()] == [0, 2, 3]
    found = take(reading, "accept", no=0)
    assert mark_of(found, "2. Kiểm tra") == Mark.COVERED
    plan = plans.accept(kept_answers(reading, take), Choice(), by=world.actor("office"), at=world.at())
    joined = db.session.scalars(select(Clause).where(Clause.plan_id == plan, Clause.joined_id.is_not(None))).one()
    assert joined.text.startswith("2. Kiểm tra")
    assert coverage.open_clauses(plan) == []


def kept_answers(reading: int, take: Callable[..., Sheet]) -> int:
    answer_everything(reading, take)
    return reading


def test_a_merge_of_one_is_refused(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    for picked in ((), (0,), (0, 0)):
        assert code(take, reading, "merge", picked=picked) == "merge_needs_two"


def test_a_split_begins_where_a_sentence_or_point_begins_and_nowhere_else(
    world: World, take: Callable[..., Sheet]
) -> None:
    reading = kept(world)
    offered = dict(breaks(sheet(reading), sheet(reading).proposals[0]))
    place = next(at for at, words in offered.items() if words.startswith("tổ chức kiểm tra"))
    assert code(take, reading, "split", no=0, at=place + 1) == "split_nowhere"
    found = take(reading, "split", no=0, at=place)
    texts = [item.text for item in found.live()]
    assert texts[0] == "Xây dựng chính sách hỗ trợ nhà ở cho hộ nghèo"
    assert texts[1].startswith("tổ chức kiểm tra việc thực hiện các dự án")
    assert [item.lead for item in found.live()][:2] == ["Phòng Chính sách"] * 2
    spans = [(item.start, item.end) for item in list(found.live())[:2]]
    assert spans[0][1] == spans[1][0] == place


def test_merge_and_split_can_be_taken_back_to_what_was_read(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    read_first = [(item.text, item.start, item.end, item.state) for item in sheet(reading).live()]
    place = breaks(sheet(reading), sheet(reading).proposals[0])[0][0]
    take(reading, "split", no=0, at=place)
    take(reading, "merge", picked=(1, 2))
    take(reading, "restore", no=0)
    found = take(reading, "restore", no=1)
    assert [(item.text, item.start, item.end, item.state) for item in found.live()] == read_first


def test_a_clause_the_reader_missed_becomes_a_task_and_goes_again(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    start = start_of(sheet(reading), "Triển khai đầy đủ")
    found = take(reading, "add", start=start)
    made = found.proposals[found.next_no() - 1]
    assert (made.text, made.state, made.lead, made.deadline) == (
        "Triển khai đầy đủ các nội dung của Chương trình.", State.ACCEPTED, "", "",
    )  # fmt: skip
    assert mark_of(found, "Triển khai đầy đủ") == Mark.COVERED
    assert code(take, reading, "add", start=start) == "clause_answered"
    assert code(take, reading, "declare-clause", start=start, why="x") == "clause_answered"
    found = take(reading, "undo", no=made.no)
    assert mark_of(found, "Triển khai đầy đủ") == Mark.OPEN


def test_a_clause_is_declared_with_a_reason_and_never_without(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    start = start_of(sheet(reading), "Triển khai đầy đủ")
    for empty in ("", "  ", "\n"):
        assert code(take, reading, "declare-clause", start=start, why=empty) == "missing_field"
        assert code(take, reading, "declare", no=0, why=empty) == "missing_field"
        assert code(take, reading, "drop-target", no=0, why=empty) == "missing_field"
    assert mark_of(take(reading, "declare-clause", start=start, why="Mục đích chung"), "Triển khai") == Mark.DECLARED
    assert mark_of(take(reading, "undo-clause", start=start), "Triển khai") == Mark.OPEN


def test_a_section_is_answered_at_one_go_and_what_was_decided_before_stays(
    world: World, take: Callable[..., Sheet]
) -> None:
    reading = kept(world)
    take(reading, "declare", no=1, why="Không thuộc Ban")
    found = take(reading, "accept-section", section="III")
    assert [item.state for item in found.live()] == [State.ACCEPTED, State.DECLARED, State.ACCEPTED, State.OPEN]
    found = take(reading, "declare-section", section="I", why="Mục đích, yêu cầu")
    assert mark_of(found, "Triển khai đầy đủ") == Mark.DECLARED
    assert mark_of(found, "Các phòng căn cứ") == Mark.OPEN


def test_targets_are_taken_corrected_and_dropped_with_a_reason(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    facts = {"no": 0, "about": "tỷ lệ hộ nghèo", "op": ">=", "low": "3,5", "unit": "%/năm"}
    assert code(take, reading, "edit-target", **facts | {"low": "nhiều"}) == "bad_value"
    assert code(take, reading, "edit-target", **facts | {"op": "~"}) == "bad_value"
    assert code(take, reading, "edit-target", **facts | {"op": "between", "high": "3"}) == "bad_value"
    take(reading, "edit-target", **facts)
    take(reading, "accept-target", no=0)
    plan = plans.accept(kept_answers(reading, take), Choice(), by=world.actor("office"), at=world.at())
    row = db.session.scalars(select(Target).where(Target.plan_id == plan)).one()
    assert (row.about_what, row.op, str(row.low.normalize()), row.unit) == ("tỷ lệ hộ nghèo", ">=", "3.5", "%/năm")
    other = kept(world, "khac.md")
    take(other, "drop-target", no=0, why="Chỉ tiêu của tỉnh")
    plan = plans.accept(kept_answers(other, take), Choice(), by=world.actor("office"), at=world.at())
    assert db.session.scalars(select(Target).where(Target.plan_id == plan)).all() == []
    clause = db.session.scalars(select(Clause).where(Clause.plan_id == plan, Clause.text.contains("3,5%"))).one()
    assert clause.declared_why == "Chỉ tiêu của tỉnh"


def test_no_plan_is_made_while_a_proposal_or_a_target_is_undecided(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    act = {"by": world.actor("office"), "at": world.at()}
    assert code(plans.accept, reading, Choice(), **act) == "proposal_unanswered"
    take(reading, "accept-section", section="III")
    take(reading, "accept-section", section="IV")
    assert code(plans.accept, reading, Choice(), **act) == "target_unanswered"
    assert db.session.scalars(select(Plan.id)).all() == [world.plan]


def test_every_clause_is_covered_declared_or_open_and_they_add_up_to_the_whole(
    world: World, take: Callable[..., Sheet]
) -> None:
    reading = kept(world)
    chance = random.Random(20260105)
    for _ in range(60):
        now = sheet(reading)
        count = now.coverage()
        assert count.asked + count.headings == len(now.parts)
        assert (count.share == 100) == (count.open == 0)
        name = chance.choice(("accept", "declare", "undo", "add", "declare-clause", "undo-clause", "restore"))
        item, part = chance.choice(list(now.proposals.values())), chance.choice(now.parts)
        try:
            take(reading, name, no=item.no, start=part.start, version=item.version, why="x")
        except Refusal:
            db.session.rollback()


def test_the_parts_of_a_plan_lie_where_the_text_says_letter_for_letter(
    world: World, take: Callable[..., Sheet]
) -> None:
    plan_id = plans.accept(kept_answers(kept(world), take), Choice(), by=world.actor("office"), at=world.at())
    plan = db.session.get_one(Plan, plan_id)
    clauses = db.session.scalars(select(Clause).where(Clause.plan_id == plan_id).order_by(Clause.span_from)).all()
    assert all(plan.document.text[row.span_from : row.span_to].rstrip("\n") == row.text for row in clauses)
    assert all(one.span_to <= other.span_from for one, other in pairwise(clauses))
    tasks = db.session.scalars(select(Task).where(Task.plan_id == plan_id)).all()
    assert {task.clause_id for task in tasks} <= {row.id for row in clauses}
    for target in db.session.scalars(select(Target).where(Target.plan_id == plan_id)):
        assert target.span_from is not None
        assert any(row.span_from <= target.span_from < row.span_to for row in clauses)


def test_a_reason_never_stands_in_the_log_in_clear_and_every_step_has_its_sentence(
    world: World, take: Callable[..., Sheet]
) -> None:
    reading = kept(world)
    take(reading, "declare", no=0, why="danhdaulydo")
    take(reading, "edit", no=1, text="danhdauchu", lead="")
    bodies = db.session.scalars(select(LogEntry.body).where(LogEntry.act.startswith("plan."))).all()
    assert not any("danhdau" in body for body in bodies)
    assert {act for _effect, act in STEPS.values()} <= SENTENCES.keys()


def test_a_name_is_resolved_surely_or_asked_and_never_guessed(world: World) -> None:
    found = readings.one(kept(world), reference.load(date(2026, 1, 5)), seen_by=Scope(world.actor("office")))
    [sure] = found.named(found.sheet.proposals[0].lead)
    assert (sure.unit, sure.how) == ("Phòng Chính sách Dân tộc", "exact")
    [unknown] = found.named(found.sheet.proposals[1].lead)
    assert (unknown.unit, unknown.how) == ("", "unknown")


def test_a_long_review_is_shown_page_by_page_and_every_clause_stands_on_one(world: World) -> None:
    lines = "\n".join(f"{number}. Kiểm tra việc thực hiện dự án số {number}" for number in range(1, 351))
    text = DOCUMENT.replace("3. Tổng hợp, báo cáo kết quả thực hiện hằng quý", lines)
    key = plans.keep_reading(
        "dai.md", text.encode(), read(text.encode(), "a.md"), by=world.actor("office"), at=world.at()
    )
    scope = Scope(world.actor("office"))
    whole = readings.one(key, seen_by=scope)
    assert len(whole.windows) > 2
    seen: list[int] = []
    for window in whole.windows:
        view = readings.one(key, seen_by=scope, page=window.number)
        rows = [row for group in view.groups for row in group.rows]
        assert len(rows) <= 2 * readings.PAGE
        seen += [row.number for row in rows]
    assert seen == list(range(len(whole.sheet.parts)))


def test_what_was_decided_survives_being_kept(world: World, take: Callable[..., Sheet]) -> None:
    reading = kept(world)
    place = breaks(sheet(reading), sheet(reading).proposals[0])[0][0]
    take(reading, "split", no=0, at=place)
    found = take(reading, "declare-clause", start=start_of(sheet(reading), "Triển khai đầy đủ"), why="Mục đích")
    again = Sheet(FOUND, found.decided())
    assert again.proposals == found.proposals
    assert again.parts == found.parts
    assert [replace(item) for item in again.live()] == list(found.live())
