"""Chasing and what answers it: who may, what must be given, what it leaves, and that the deadline stays."""

from __future__ import annotations

from datetime import date

import pytest

from models.base import db
from models.reminding import Chase, Commitment, Explanation
from models.vocabulary import (
    Action,
    Status,
)
from models.words import (
    ChaseKind,
)
from tests.fixtures.places import World
from workflow import chasing_many, reference
from workflow.errors import Refusal
from workflow.given import Given

DUE = date(2026, 1, 9)
LATE = "2026-01-13T09:00"  # a Tuesday, two working days after the deadline


@pytest.fixture
def late(world: World) -> int:
    """Return a task of the first division that is overdue."""
    world.assign(world.drafts[0], "CSDT", DUE)
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    return world.drafts[0]


def refused(world: World, task: int, action: Action, by: str, local: str = LATE, **given: object) -> str | None:
    try:
        world.step(task, action, by, local, **{"text": "x", **given})
    except Refusal as refusal:
        db.session.rollback()
        return refusal.code
    return None


def rows(kind: type[Chase] | type[Explanation] | type[Commitment]) -> list[object]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(kind).order_by(kind.id)))


def test_an_act_of_chasing_keeps_who_in_which_seat_what_and_by_when_and_moves_nothing(world: World, late: int) -> None:
    before = (world.task(late).status, world.task(late).due_on, world.task(late).version)
    world.step(late, Action.CHASE, "vice", LATE, text="Đề nghị làm ngay", answer_by=date(2026, 1, 15), is_urgent=True)
    (chase,) = rows(Chase)
    assert isinstance(chase, Chase)
    assert (chase.no, chase.kind, chase.name, chase.position) == (1, ChaseKind.URGE, "Nông Thị Lan", "Phó Trưởng ban")
    assert (chase.text, chase.answer_by, chase.is_urgent) == ("Đề nghị làm ngay", date(2026, 1, 15), True)
    assert (world.task(late).status, world.task(late).due_on, world.task(late).version) == before


@pytest.mark.parametrize(
    ("by", "may"),
    [("vice", True), ("chair", True), ("office", True), ("head_office", True), ("head_a", False), ("officer_a", False)],
)
def test_the_supervising_leader_the_chair_and_the_office_chase_and_nobody_of_the_unit(
    world: World, late: int, by: str, may: bool
) -> None:
    for action in (Action.CHASE, Action.DEMAND_EXPLANATION):
        assert refused(world, late, action, by, answer_by=date(2026, 1, 20)) == (None if may else "not_yours")


def test_the_second_urging_by_the_same_person_on_the_same_day_is_refused_in_words(world: World, late: int) -> None:
    assert refused(world, late, Action.CHASE, "vice") is None
    assert refused(world, late, Action.CHASE, "vice", "2026-01-13T23:59") == "chased_today"
    assert refused(world, late, Action.CHASE, "office") is None  # somebody else
    assert refused(world, late, Action.DEMAND_EXPLANATION, "vice", answer_by=date(2026, 1, 20)) is None  # another act
    assert refused(world, late, Action.CHASE, "vice", "2026-01-14T00:00") is None  # another day
    assert [chase.no for chase in rows(Chase) if isinstance(chase, Chase)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("local", "day", "code"),
    [
        ("2026-01-13T09:00", date(2026, 1, 13), "answer_too_soon"),
        ("2026-01-13T09:00", date(2026, 1, 14), None),
        ("2026-01-16T09:00", date(2026, 1, 18), "answer_too_soon"),  # Friday: Sunday leaves no working day
        ("2026-01-16T09:00", date(2026, 1, 19), None),
        ("2026-01-16T09:00", date(2026, 1, 12), "date_in_past"),
        ("2026-01-16T09:00", None, "missing_field"),
    ],
)
def test_a_demand_leaves_a_working_day_to_answer(
    world: World, late: int, local: str, day: date | None, code: str | None
) -> None:
    assert refused(world, late, Action.DEMAND_EXPLANATION, "vice", local, answer_by=day) == code


def test_urging_needs_words_and_no_day_that_is_over(world: World, late: int) -> None:
    assert refused(world, late, Action.CHASE, "vice", text=" ") == "missing_field"
    assert refused(world, late, Action.CHASE, "vice", text="x" * 8001) == "too_long"
    assert refused(world, late, Action.CHASE, "vice", answer_by=date(2026, 1, 12)) == "date_in_past"
    assert refused(world, late, Action.CHASE, "vice", answer_by=date(2026, 1, 13)) is None


def test_an_explanation_answers_everything_that_is_open_the_demand_first(world: World, late: int) -> None:
    world.step(late, Action.CHASE, "office", LATE, text="x")
    world.step(late, Action.DEMAND_EXPLANATION, "vice", LATE, text="x", answer_by=date(2026, 1, 15))
    world.step(late, Action.EXPLAIN, "head_a", "2026-01-14T10:00", text="Chờ số liệu của huyện")
    (said,) = rows(Explanation)
    urged, demanded = rows(Chase)
    assert isinstance(said, Explanation)
    assert isinstance(urged, Chase)
    assert isinstance(demanded, Chase)
    assert said.chase_id == demanded.id
    assert urged.answered_at == demanded.answered_at == said.at == world.at("2026-01-14T10:00")
    assert (said.text, said.due_on, said.position) == ("Chờ số liệu của huyện", DUE, "Trưởng phòng")


def test_an_explanation_stands_unasked_too(world: World, late: int) -> None:
    assert refused(world, late, Action.EXPLAIN, "officer_a") == "not_yours"
    world.step(late, Action.EXPLAIN, "head_a", LATE, text="x")
    (said,) = rows(Explanation)
    assert isinstance(said, Explanation)
    assert said.chase_id is None


def test_a_commitment_names_a_day_ahead_the_latest_counts_and_the_deadline_stays(world: World, late: int) -> None:
    assert refused(world, late, Action.COMMIT_PROGRESS, "head_a", new_on=date(2026, 1, 13)) == "not_ahead"
    assert refused(world, late, Action.COMMIT_PROGRESS, "head_a") == "missing_field"
    assert refused(world, late, Action.COMMIT_PROGRESS, "officer_a", new_on=date(2026, 1, 20)) == "not_yours"
    for day in (date(2026, 1, 20), date(2026, 1, 16)):
        world.step(late, Action.COMMIT_PROGRESS, "head_a", LATE, text="x", new_on=day)
    kept = [(row.no, row.new_on) for row in rows(Commitment) if isinstance(row, Commitment)]
    assert kept == [(1, date(2026, 1, 20)), (2, date(2026, 1, 16))]
    assert world.task(late).due_on == DUE


def test_a_result_that_waits_is_urged_and_not_by_whom_it_waits_for(world: World, late: int) -> None:
    world.step(late, Action.HAND_IN, "officer_a", LATE, result="x")
    assert refused(world, late, Action.DEMAND_EXPLANATION, "vice", answer_by=date(2026, 1, 20)) == "wrong_state"
    assert refused(world, late, Action.CHASE, "vice") is None
    world.step(late, Action.SIGN_OFF, "head_a", LATE)
    assert refused(world, late, Action.CHASE, "vice", "2026-01-14T09:00") == "not_yours"  # it waits for himself
    assert refused(world, late, Action.CHASE, "chair") is None


def test_a_task_that_is_over_is_not_chased(world: World, late: int) -> None:
    world.step(late, Action.CANCEL, "chair", LATE, reason="x", decision="QĐ 1")
    assert refused(world, late, Action.CHASE, "vice") == "wrong_state"


# ------------------------------------------------------------------------------------------------ several at once
def choice(world: World, tasks: list[int], by: str, local: str = LATE) -> chasing_many.Choice:
    at = world.at(local)
    return chasing_many.sort_out(tasks, by=world.actor(by, local), ref=reference.load(at.date()), at=at)


def urge_many(world: World, tasks: list[int], by: str, local: str = LATE, **given: object) -> int:
    form = Given(**{"text": "x", **given})  # type: ignore[arg-type]  # a form's fields
    return chasing_many.urge(tasks, by=world.actor(by, local), at=world.at(local), given=form)


def test_several_are_sorted_out_before_anything_is_written(world: World, late: int) -> None:
    open_one, done, other, draft = world.drafts[1], world.drafts[2], late, world.drafts[3]
    world.assign(open_one, "KHTH", date(2026, 3, 2))
    world.assign(done, "KHTH", DUE)
    world.step(done, Action.CHASE, "office", "2026-01-13T08:00", text="x")
    found = choice(world, [open_one, done, other, draft, 99_999, -1], "office")
    assert found.ids == [late]
    left = {why: [task.id for task in tasks] for why, tasks in found.left_out.items()}
    assert left == {"in_time": [open_one], "today": [done], "state": [draft]}
    assert rows(Chase) != []
    assert choice(world, [late], "head_b").ids == []  # he may not read it: it is not there


def test_several_are_urged_with_one_entry_each_under_one_request(world: World, late: int) -> None:
    world.assign(world.drafts[1], "KHTH", DUE)
    both = [late, world.drafts[1]]
    assert urge_many(world, both, "office", idempotency_key="k1") == 2
    assert urge_many(world, both, "office", idempotency_key="k1") == 2  # a second click
    assert len(rows(Chase)) == 2
    assert {world.view(task, "chair").history.acts[0].main.req for task in both} == {"k1"}
    with pytest.raises(Refusal) as again:
        urge_many(world, both, "office", idempotency_key="k2")
    assert again.value.code == "nothing_chosen"


def test_too_many_at_once_are_refused(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        choice(world, list(range(1, 202)), "office")
    assert refusal.value.code == "too_many_chosen"
    assert world.task(world.drafts[0]).status == Status.DRAFT
