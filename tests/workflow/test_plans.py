"""Plans: only what a person accepts becomes a draft, with the document's words and without unit and date."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

import clock
from accountability import replay, verify
from models.base import db
from models.log import LogEntry
from models.plans import Clause, Document, Plan, Reading, Target
from models.tasks import Task
from models.vocabulary import Action, ClauseKind, DeadlineKind, PlanState, SecondSigner, Status
from tests.fixtures.places import PASSWORD, World, read_form
from workflow import flows, plans, reference
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.plans import Choice
from workflow.queries import plans as queries
from workflow.queries import readings
from workflow.queries.tasks import STATES

WORDS: tuple[tuple[str, list[str], str | None, str], ...] = (
    ("Xây dựng đề án hỗ trợ nhà ở", ["Phòng Chính sách Dân tộc", "Văn phòng"], "Quý II/2026", "by"),
    ("Báo cáo kết quả hằng quý", [], "hằng quý", "recurring"),
    ("Phấn đấu giảm nghèo bền vững", [], None, "none"),
)


publish = partial(plans.publish, password=PASSWORD, content_hash="")


def form(**head: Any) -> dict[str, Any]:
    """Return a reading whose number and day are blank, with three proposals and one target."""
    text = "I. NHIỆM VỤ\n" + "\n".join(words[0] for words in WORDS) + "\nGiảm nghèo 3,5 %/năm\n"
    spans = [[text.index(words[0]), text.index(words[0]) + len(words[0])] for words in WORDS]
    items = [
        {
            "section": "I",
            "annex_row": None,
            "text": title,
            "lead": lead,
            "coordinators": [],
            "invited": [],
            "product": None,
            "deadline": deadline,
            "meaning": {"kind": kind},
            "span": span,
        }
        for (title, lead, deadline, kind), span in zip(WORDS, spans, strict=True)
    ]
    start = text.index("Giảm nghèo 3,5")
    aim = {
        "section": "I",
        "group": "Giảm nghèo",
        "about": "tỷ lệ hộ nghèo",
        "op": ">=",
        "value": 3.5,
        "unit": "%/năm",
        "year": 2025,
        "span": [start, start + 20],
    }
    clauses = [{"section": "I", "kind": "heading", "span": [0, 12]}]
    clauses += [{"section": "I", "kind": "task", "span": [low, high + 1]} for low, high in spans]
    clauses += [{"section": "I", "kind": "target", "span": [start, start + 20]}]
    found = read_form()
    blanks = {"number": None, "symbol": "KH-BDT", "issued": {"year": 2021, "month": 11, "day": None}}
    return found | {
        "text": text,
        "tasks": items,
        "targets": [aim],
        "clauses": clauses,
        "sections": [["I", "NHIỆM VỤ"]],
        "plan": found["plan"] | blanks | head,
    }


def kept(world: World, read: Mapping[str, Any] | None = None, name: str = "kh.md", data: bytes = b"kh") -> int:
    """Keep a reading for the office."""
    return plans.keep_reading(name, data, read or form(), by=world.actor("office"), at=world.at())


def accepted(world: World) -> int:
    """Accept two proposals and declare the third."""
    choice = Choice(taken={0: WORDS[0][0], 1: "Báo cáo quý"}, declared={2: "Đây là mục tiêu"}, title="Kế hoạch thử")
    return plans.accept(kept(world), choice, by=world.actor("office"), at=world.at())


def view(world: World, plan_id: int, by: str) -> queries.PlanView:
    return queries.one(plan_id, reference.load(clock.day_of(world.at())), seen_by=Scope(world.actor(by)))


def refused(
    world: World, code: str, act: Callable[..., object], *args: object, by: str = "office", **more: object
) -> None:
    with pytest.raises(Refusal) as caught:
        act(*args, by=world.actor(by), at=world.at(), **more)
    assert caught.value.code == code
    db.session.rollback()


def test_what_is_read_becomes_drafts_that_keep_the_documents_words_without_unit_and_without_date(
    world: World,
) -> None:
    plan_id = accepted(world)
    drafts = db.session.scalars(select(Task).where(Task.plan_id == plan_id).order_by(Task.id)).all()
    assert [(task.title, task.lead_words, task.deadline_words, task.deadline_kind) for task in drafts] == [
        (WORDS[0][0], "Phòng Chính sách Dân tộc; Văn phòng", "Quý II/2026", DeadlineKind.BY),
        ("Báo cáo quý", "", "hằng quý", DeadlineKind.RECURRING),
    ]
    for task in drafts:
        assert task.status == Status.DRAFT
        assert (task.lead_unit_id, task.officer_id, task.due_on, task.late_after, task.original_due_on) == (None,) * 5
        assert task.clause is not None
        assert task.clause.text in {words[0] for words in WORDS}


def test_a_proposal_not_taken_is_declared_with_its_reason_and_is_no_duty_left_open(world: World) -> None:
    plan_id = accepted(world)
    clause = db.session.scalars(select(Clause).where(Clause.plan_id == plan_id, Clause.text == WORDS[2][0])).one()
    assert (clause.kind, clause.declared_why) == (ClauseKind.OTHER, "Đây là mục tiêu")
    assert view(world, plan_id, "office").uncovered == 0


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (Choice(taken={0: "a", 1: "b"}), "proposal_unanswered"),
        (Choice(taken={0: "a", 1: "b"}, declared={2: "  "}), "proposal_unanswered"),
        (Choice(taken={0: "a", 1: " ", 2: "c"}), "proposal_empty"),
        (Choice(taken={0: "a", 1: "b", 2: "c" * 2001}), "too_long"),
    ],
)
def test_an_unanswered_proposal_stops_the_whole_import_and_nothing_is_written(
    choice: Choice, code: str, world: World
) -> None:
    reading = kept(world)
    before = db.session.scalar(select(func.count()).select_from(LogEntry))
    refused(world, code, plans.accept, reading, choice)
    assert db.session.scalar(select(func.count()).select_from(Plan)) == 1
    assert db.session.scalar(select(func.count()).select_from(Document)) == 1
    assert db.session.scalar(select(func.count()).select_from(LogEntry)) == before


def test_a_second_acceptance_gives_the_same_plan_and_changes_nothing(world: World) -> None:
    reading = kept(world)
    choice = Choice(taken=dict(enumerate(words[0] for words in WORDS)))
    first = plans.accept(reading, choice, by=world.actor("office"), at=world.at())
    second = plans.accept(reading, Choice(), by=world.actor("office"), at=world.at())
    assert first == second
    assert db.session.scalar(select(func.count()).select_from(Task).where(Task.plan_id == first)) == 3


def test_the_same_file_is_refused_with_the_plan_it_made_whoever_brings_it(world: World) -> None:
    plan_id = accepted(world)
    with pytest.raises(Refusal) as caught:
        plans.read_upload("ten-khac.md", b"kh", by=world.actor("vice"), at=world.at())
    assert (caught.value.code, caught.value.details["plan_id"]) == ("document_known", plan_id)


def test_two_readings_of_one_file_make_one_plan(world: World) -> None:
    first = kept(world)
    second = plans.keep_reading("kh.md", b"kh", form(), by=world.actor("vice"), at=world.at())
    choice = Choice(taken=dict(enumerate(words[0] for words in WORDS)))
    plans.accept(first, choice, by=world.actor("office"), at=world.at())
    refused(world, "document_known", plans.accept, second, choice, by="vice")


def test_a_document_with_the_same_number_and_year_is_noticed_before_it_is_accepted(world: World) -> None:
    same = form(number=5, issued={"year": 2026, "month": 3, "day": 1})
    found = readings.one(kept(world, same), seen_by=Scope(world.actor("office")))
    assert found.alike is not None
    assert found.alike[0] == world.plan
    other = form(number=6, issued={"year": 2026, "month": 3, "day": 1})
    assert readings.one(kept(world, other, data=b"x"), seen_by=Scope(world.actor("office"))).alike is None


def test_a_reading_belongs_to_the_body_so_that_two_clerks_work_on_it_one_after_the_other(world: World) -> None:
    reading = kept(world)
    for username in ("office", "head_office", "vice"):
        found = readings.waiting(seen_by=Scope(world.actor(username)))
        assert [(item.id, item.by) for item in found] == [(reading, "Vi Thị Hồng")]
    for username in ("head_a", "officer_a", "inspector", "admin"):
        assert readings.waiting(seen_by=Scope(world.actor(username))) == []
        with pytest.raises(Refusal) as caught:
            readings.one(reading, seen_by=Scope(world.actor(username)))
        assert caught.value.code == "not_found"
    choice = Choice(taken=dict(enumerate(words[0] for words in WORDS)))
    assert plans.accept(reading, choice, by=world.actor("vice"), at=world.at())


def test_a_dropped_reading_is_gone_and_an_accepted_one_is_not_dropped(world: World) -> None:
    reading = kept(world)
    plans.drop_reading(reading, by=world.actor("office"), at=world.at())
    assert db.session.get(Reading, reading) is None
    refused(world, "not_found", plans.drop_reading, reading)
    plan_id = accepted(world)
    made_of = db.session.scalars(select(Reading).where(Reading.plan_id == plan_id)).one()
    refused(world, "reading_accepted", plans.drop_reading, made_of.id)


@pytest.mark.parametrize("username", ["head_a", "officer_a", "inspector", "admin"])
def test_only_office_and_leadership_import(username: str, world: World) -> None:
    refused(world, "not_yours", plans.read_upload, "a.md", b"# KH", by=username)
    refused(world, "not_yours", plans.keep_reading, "a.md", b"x", form(), by=username)
    refused(world, "not_yours", plans.accept, 1, Choice(), by=username)
    refused(world, "not_yours", plans.complete_number, world.plan, 5, None, by=username)


@pytest.mark.parametrize("username", ["office", "head_office", "head_a", "inspector", "admin"])
def test_only_leadership_publishes_closes_and_sets_the_signatures(username: str, world: World) -> None:
    plan_id = accepted(world)
    steps: tuple[tuple[Callable[..., object], tuple[object, ...]], ...]
    steps = ((publish, ()), (plans.close, ()), (flows.enter, (1, SecondSigner.CHAIR, "QĐ 9")))
    for act, more in steps:
        refused(world, "not_yours", act, plan_id, *more, by=username)
    assert db.session.get_one(Plan, plan_id).state == PlanState.READ


def test_a_plan_is_published_once_and_closed_once_and_second_clicks_change_nothing(world: World) -> None:
    plan_id, vice = accepted(world), world.actor("vice")
    refused(world, "plan_state", plans.close, plan_id, by="vice")
    for act in (world.publish, world.publish):
        act(plan_id)
    for close in (plans.close, plans.close):
        close(plan_id, by=vice, at=world.at())
    refused(world, "plan_state", publish, plan_id, by="vice")
    query = select(LogEntry.act).where(LogEntry.act.in_(("plan.publish", "plan.close")), LogEntry.plan_id == plan_id)
    assert sorted(db.session.scalars(query.where(LogEntry.obj_type == "plan"))) == ["plan.close", "plan.publish"]


def test_a_stale_form_is_refused_and_changes_nothing(world: World) -> None:
    plan_id = accepted(world)
    version = db.session.get_one(Plan, plan_id).version
    flows.enter(plan_id, 1, SecondSigner.SUPERVISOR, "QĐ 9", by=world.actor("vice"), at=world.at(), version=version)
    refused(world, "somebody_was_faster", publish, plan_id, by="vice", version=version)
    assert db.session.get_one(Plan, plan_id).state == PlanState.READ


@pytest.mark.parametrize("key", [0, -1, 99999, 10**30])
def test_a_plan_that_is_not_there_is_not_found(key: int, world: World) -> None:
    refused(world, "not_found", publish, key, by="vice")
    refused(world, "not_found", plans.complete_number, key, 1, None)
    with pytest.raises(Refusal):
        view(world, key, "vice")


def test_a_blank_number_is_printed_as_a_blank_and_filled_in_by_a_logged_act(world: World) -> None:
    plan_id = accepted(world)
    assert db.session.get_one(Plan, plan_id).short_title == "Kế hoạch …/KH-BDT"
    plans.complete_number(plan_id, 23, date(2021, 11, 9), by=world.actor("office"), at=world.at())
    plan = db.session.get_one(Plan, plan_id)
    assert plan.short_title == "Kế hoạch 23/KH-BDT"
    assert (plan.document.number, plan.document.issued_day) == (23, 9)
    entry = db.session.scalars(
        select(LogEntry).where(LogEntry.act == "plan.number", LogEntry.obj_type == "document")
    ).one()
    assert json.loads(entry.body)["data"]["set"] == {"issued_day": [None, 9], "number": [None, 23]}
    assert replay.differences() == []
    assert verify.log().ok


def test_what_the_document_says_is_never_overwritten(world: World) -> None:
    plan_id = accepted(world)
    office = world.actor("office")
    refused(world, "written_otherwise", plans.complete_number, plan_id, None, date(2021, 12, 9))
    refused(world, "written_otherwise", plans.complete_number, world.plan, 6, None)
    refused(world, "bad_value", plans.complete_number, plan_id, 0, None)
    refused(world, "missing_field", plans.complete_number, plan_id, None, None)
    plans.complete_number(plan_id, 23, None, by=office, at=world.at())
    plans.complete_number(plan_id, 23, None, by=office, at=world.at())
    refused(world, "written_otherwise", plans.complete_number, plan_id, 24, None)
    found = select(func.count()).select_from(LogEntry).where(LogEntry.act == "plan.number", LogEntry.obj_type == "plan")
    assert db.session.scalar(found) == 1


def test_the_text_of_a_plan_is_shown_whole_with_its_tasks_beside_their_clauses(world: World) -> None:
    found = view(world, accepted(world), "office")
    assert [passage.text for passage in found.passages] == form()["text"].rstrip("\n").split("\n")
    assert found.passages[0].heading is not None
    beside = {passage.text: [row.title for row in passage.tasks] for passage in found.passages if passage.tasks}
    assert beside == {WORDS[0][0]: [WORDS[0][0]], WORDS[1][0]: ["Báo cáo quý"]}


def test_targets_keep_operator_value_unit_and_year(world: World) -> None:
    plan_id = accepted(world)
    row = db.session.scalars(select(Target).where(Target.plan_id == plan_id)).one()
    assert (row.op, str(row.low.normalize()), row.unit, row.year) == (">=", "3.5", "%/năm", 2025)
    assert queries.targets(seen_by=Scope(world.actor("head_a"))) == []
    world.publish(plan_id)
    [shown] = queries.targets(seen_by=Scope(world.actor("head_a")))
    assert [group.name for group in shown.groups] == ["Giảm nghèo"]


def test_an_overdue_task_below_shows_in_every_heading_above(world: World) -> None:
    read = form() | {"sections": [["I", "NHIỆM VỤ"], ["I.1", "Nhà ở"], ["I.2", "Báo cáo"]]}
    for item, path in zip(read["clauses"], ("I", "I.1", "I.2", "I.2", "I.2"), strict=True):
        item["section"] = path
    choice = Choice(taken=dict(enumerate(words[0] for words in WORDS)))
    plan_id = plans.accept(kept(world, read), choice, by=world.actor("office"), at=world.at())
    world.publish(plan_id)
    first = db.session.scalars(select(Task.id).where(Task.plan_id == plan_id).order_by(Task.id)).first()
    assert first is not None
    world.assign(first, "CSDT", date(2026, 1, 6))
    later = reference.load(date(2026, 2, 2))
    found = queries.one(plan_id, later, seen_by=Scope(world.actor("vice")))
    assert {
        line.section.path if line.section else None: (line.tally.total, line.tally.overdue) for line in found.sections
    } == {
        "I": (3, 1),
        "I.1": (1, 1),
        "I.2": (2, 0),
    }
    assert (found.tally.total, found.tally.overdue) == (3, 1)


def test_tasks_under_no_heading_have_a_line_of_their_own_so_that_the_lines_add_up(world: World) -> None:
    read = form()
    for item in read["clauses"][2:]:
        item["section"] = None
    choice = Choice(taken=dict(enumerate(words[0] for words in WORDS)))
    plan_id = plans.accept(kept(world, read), choice, by=world.actor("office"), at=world.at())
    found = view(world, plan_id, "office")
    assert [line.tally.total for line in found.sections] == [1]
    assert found.elsewhere.tally.total == 2
    assert found.tally.total == 3


def test_withdrawing_the_only_task_of_a_clause_leaves_the_clause_uncovered(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    assert view(world, world.plan, "office").uncovered == 0
    world.step(task, Action.WITHDRAW, "vice", reason="Giao nhầm", decision="QĐ 9/2026")
    found = view(world, world.plan, "office")
    assert found.uncovered == 1
    assert [passage.clause.id for passage in found.passages if passage.is_uncovered and passage.clause] == [
        world.task(task).clause_id
    ]


def test_each_unit_counts_and_sees_only_its_own_tasks_of_a_plan(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    world.assign(world.drafts[1], "KHTH", date(2026, 1, 30))
    for by, own in (("head_a", world.drafts[0]), ("officer_b", world.drafts[1])):
        found = view(world, world.plan, by)
        assert [row.id for passage in found.passages for row in passage.tasks] == [own]
        assert (found.tally.total, found.uncovered, found.loose) == (1, None, [])
        assert [line.tally.total for line in found.sections] == [1]
        [line] = queries.index(reference.load(date(2026, 1, 5)), seen_by=Scope(world.actor(by)))
        assert (line.tally.total, line.uncovered) == (1, None)


def test_a_plan_not_yet_published_is_not_shown_to_units(world: World) -> None:
    plan_id = accepted(world)
    with pytest.raises(Refusal) as caught:
        view(world, plan_id, "head_a")
    assert caught.value.code == "not_found"
    ref = reference.load(date(2026, 1, 5))
    assert [line.plan.id for line in queries.index(ref, seen_by=Scope(world.actor("head_a")))] == [world.plan]
    both = {line.plan.id for line in queries.index(ref, seen_by=Scope(world.actor("office")))}
    assert both == {plan_id, world.plan}


def test_every_heap_of_a_tally_is_a_filter_of_the_list_of_tasks(world: World) -> None:
    assert set(queries.HEAPS) == set(STATES) - {"open", "recurring"}
    assert {status for name in queries.HEAPS for status in STATES[name]} == set(Status)
