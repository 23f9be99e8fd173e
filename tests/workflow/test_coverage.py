"""Each clause of a plan is covered, declared or open; while one is open nothing is published, by signature only."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from accountability import replay, verify
from models.base import db
from models.plans import Clause, Plan
from models.tasks import Task
from models.vocabulary import ClauseKind, Status
from tests.fixtures.places import PASSWORD, World
from tests.workflow.test_review import DOCUMENT as SHORT
from tests.workflow.test_review import code, kept
from workflow import coverage, plans, planseal
from workflow.errors import Refusal
from workflow.imports import import_file
from workflow.planning.reading import read
from workflow.plans import Said

# two clauses that are neither task nor target
DOCUMENT = SHORT.replace("II. CHỈ TIÊU", "Việc thực hiện bảo đảm thiết thực, tiết kiệm.\n\nII. CHỈ TIÊU")
FOUND = read(DOCUMENT.encode(), "ke-hoach.md")


def made(world: World) -> int:
    """Make a plan whose clauses without a proposal are open, as the command does."""
    return import_file("kh.md", DOCUMENT.encode(), FOUND, by=world.actor("office"), at=world.at())


def test_publishing_is_refused_while_a_clause_is_neither_covered_nor_declared_and_names_it(world: World) -> None:
    plan_id = made(world)
    with pytest.raises(Refusal) as caught:
        world.publish(plan_id)
    assert caught.value.code == "clauses_open"
    words = [text for _key, text in caught.value.details["clauses"]]
    assert any(text.startswith("Triển khai đầy đủ") for text in words)
    assert caught.value.details["count"] == len(coverage.open_clauses(plan_id)) == len(words)
    db.session.rollback()
    answer(world, plan_id)
    world.publish(plan_id)
    assert db.session.get_one(Plan, plan_id).state == "published"


def answer(world: World, plan_id: int) -> None:
    ids = [clause.id for clause in coverage.open_clauses(plan_id)]
    coverage.declare(plan_id, ids, "Quy định chung", by=world.actor("office"), at=world.at())


def test_an_open_clause_of_a_plan_is_declared_opened_again_or_made_a_task(world: World) -> None:
    plan_id, office = made(world), world.actor("office")
    first, *rest = coverage.open_clauses(plan_id)
    coverage.declare(plan_id, [each.id for each in rest], "Quy định chung", by=office, at=world.at(), key="a")
    coverage.declare(plan_id, [each.id for each in rest], "Quy định chung", by=office, at=world.at(), key="a")
    assert [each.id for each in coverage.open_clauses(plan_id)] == [first.id]
    coverage.take_back(plan_id, rest[0].id, by=office, at=world.at())
    coverage.take_back(plan_id, rest[0].id, by=office, at=world.at())
    assert {each.id for each in coverage.open_clauses(plan_id)} == {first.id, rest[0].id}
    task = coverage.cover(plan_id, first.id, "", by=office, at=world.at(), key="b")
    assert coverage.cover(plan_id, first.id, "", by=office, at=world.at(), key="b") == task
    assert world.task(task).status == Status.DRAFT
    assert world.task(task).lead_unit_id is None
    assert db.session.get_one(Clause, first.id).kind == ClauseKind.TASK
    assert code(coverage.cover, plan_id, first.id, "", by=office, at=world.at()) == "clause_answered"
    assert code(coverage.declare, plan_id, [first.id], " ", by=office, at=world.at()) == "missing_field"
    assert replay.differences() == []
    assert verify.log().ok


@pytest.mark.parametrize("username", ["head_a", "officer_a", "inspector", "admin"])
def test_only_office_and_leadership_review_and_answer_clauses(username: str, world: World) -> None:
    reading, plan_id = kept(world), made(world)
    clause = coverage.open_clauses(plan_id)[0].id
    act = {"by": world.actor(username), "at": world.at()}
    assert code(plans.take, reading, "accept", Said(no=0, version=1), **act) == "not_yours"
    assert code(coverage.declare, plan_id, [clause], "x", **act) == "not_yours"
    assert code(coverage.cover, plan_id, clause, "", **act) == "not_yours"
    assert code(coverage.take_back, plan_id, clause, **act) == "not_yours"


def test_a_plan_is_signed_with_a_password_and_for_what_was_shown_and_nothing_else(world: World) -> None:
    plan_id = made(world)
    answer(world, plan_id)
    plan = db.session.get_one(Plan, plan_id)
    shown = planseal.shown_hash(plan)
    act = {"by": world.actor("vice"), "at": world.at()}
    assert code(plans.publish, plan_id, password="sai", content_hash=shown, **act) == "wrong_password"
    task = db.session.scalars(select(Task.id).where(Task.plan_id == plan_id)).first()
    assert task is not None
    coverage.take_back(plan_id, declared(plan_id), by=world.actor("office"), at=world.at())
    coverage.cover(plan_id, declared_no_more(plan_id), "", by=world.actor("office"), at=world.at())
    assert code(plans.publish, plan_id, password=PASSWORD, content_hash=shown, **act) == "plan_changed"
    world.publish(plan_id)
    row = planseal.signed(plan_id)
    assert row is not None
    assert (row.name, row.position, row.method) == ("Nông Thị Lan", "Phó Trưởng ban", "password")
    assert planseal.is_intact(row)
    assert json.loads(row.content)["document"]["sha256"] == plan.document.sha256
    assert replay.differences() == []


def declared(plan_id: int) -> int:
    return db.session.scalars(select(Clause.id).where(Clause.plan_id == plan_id, Clause.declared_why != "")).all()[0]


def declared_no_more(plan_id: int) -> int:
    return coverage.open_clauses(plan_id)[0].id
