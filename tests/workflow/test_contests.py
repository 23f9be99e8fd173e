"""Units wait for each other and for bodies outside: contested, decided, renewed; what a change of units makes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accountability import replay
from models.base import db
from models.coordination import Contest
from models.tasks import Wait
from models.vocabulary import Action, Status
from tests.fixtures.places import World
from workflow import reference, tasks
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.queries import desk

A, S = Action, Status
DUE = date(2026, 1, 30)
MONDAY = "2026-01-05T09:00"


@pytest.fixture
def lead(world: World) -> int:
    """Return a task of the first division, at work."""
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, A.RECEIVE, "head_a", MONDAY)
    world.step(task, A.START, "officer_a", MONDAY)
    return task


def refused(world: World, task: int, action: Action, by: str, local: str = MONDAY, **given: Any) -> str:
    with pytest.raises(Refusal) as caught:
        world.step(task, action, by, local, **given)
    db.session.rollback()
    return caught.value.code


def wait(world: World, lead: int, unit: str = "KHTH", local: str = "2026-01-06T09:00", **given: Any) -> None:
    words: dict[str, Any] = {"unit_id": world.unit[unit], "reason": "số liệu", "answer_by": date(2026, 1, 12)} | given
    world.step(lead, A.WAIT, "head_a", local, **words)


def test_the_unit_waited_for_has_at_least_three_working_days(world: World, lead: int) -> None:
    with pytest.raises(Refusal) as caught:
        wait(world, lead, answer_by=date(2026, 1, 8))
    assert caught.value.code == "answer_by_too_soon"
    assert caught.value.details == {"count": 3, "day": "09/01/2026"}
    db.session.rollback()
    wait(world, lead, answer_by=date(2026, 1, 9))


def test_the_unit_waited_for_contests_within_two_working_days_and_an_upheld_contest_ends_the_waiting(
    world: World, lead: int
) -> None:
    wait(world, lead)
    assert refused(world, lead, A.CONTEST, "head_b", "2026-01-09T09:00", reason="x") == "too_late_to_contest"
    assert refused(world, lead, A.CONTEST, "head_a", "2026-01-08T09:00", reason="x") == "not_yours"
    world.step(lead, A.CONTEST, "head_b", "2026-01-08T09:00", reason="Không cần số liệu này")
    assert refused(world, lead, A.UPHOLD_CONTEST, "head_a", "2026-01-08T10:00", reason="x") == "not_yours"
    ref = reference.load(date(2026, 1, 8))
    heaps = desk.sections(ref, seen_by=Scope(world.actor("vice", "2026-01-08T10:00")))
    assert {heap.name: [row.id for row in heap.rows] for heap in heaps}["contested"] == [lead]
    world.step(lead, A.UPHOLD_CONTEST, "vice", "2026-01-08T11:00", reason="Đúng")
    assert world.task(lead).status == S.IN_PROGRESS
    assert db.session.scalars(db.select(Wait)).one().to_at == world.at("2026-01-08T11:00")
    assert replay.differences() == []


def test_who_goes_on_while_the_other_contests_gives_it_its_right_and_who_answers_drops_its_contest(
    world: World, lead: int
) -> None:
    wait(world, lead)
    world.step(lead, A.CONTEST, "head_b", "2026-01-06T10:00", reason="x")
    world.step(lead, A.RESUME, "head_a", "2026-01-06T11:00")
    wait(world, lead, local="2026-01-06T12:00")
    world.step(lead, A.CONTEST, "head_b", "2026-01-06T13:00", reason="x")
    world.step(lead, A.ANSWER, "head_b", "2026-01-06T14:00", text="x")
    assert list(db.session.scalars(db.select(Contest.upheld).order_by(Contest.id))) == [True, False]


def test_a_body_outside_is_waited_for_by_a_written_request_and_renewed_by_the_supervising_leader(
    world: World, lead: int
) -> None:
    with pytest.raises(Refusal) as caught:
        wait(world, lead, "SXD", document_number=" ", document_on=None)
    assert caught.value.code == "missing_field"
    db.session.rollback()
    wait(world, lead, "SXD", document_number="12/BDT-CS", document_on=date(2026, 1, 5))
    row = db.session.scalars(db.select(Wait)).one()
    assert (row.document_number, row.document_on, row.renew_by) == (
        "12/BDT-CS", date(2026, 1, 5), date(2026, 1, 19),
    )  # fmt: skip
    for name in ("head_a", "office"):
        assert refused(world, lead, A.RENEW_WAIT, name, "2026-01-19T09:00", reason="x") == "not_yours"
    world.step(lead, A.RENEW_WAIT, "vice", "2026-01-19T09:00", reason="Sở đang họp")
    assert db.session.scalars(db.select(Wait)).one().renew_by == date(2026, 2, 2)


def test_a_unit_inside_is_not_renewed(world: World, lead: int) -> None:
    wait(world, lead)
    assert refused(world, lead, A.RENEW_WAIT, "vice", "2026-01-07T09:00", reason="x") == "nothing_to_renew"


def test_nobody_decides_on_a_contest_he_is_a_party_to(world: World, lead: int) -> None:
    case = tasks.case(world.task(lead), reference.load(date(2026, 1, 6)))
    assert case.partners.is_contested is False
    wait(world, lead)
    world.step(lead, A.CONTEST, "head_b", "2026-01-06T10:00", reason="x")
    view = world.view(lead, "chair", "2026-01-06T11:00")
    assert {A.UPHOLD_CONTEST, A.DISMISS_CONTEST} <= {step.action for step in view.steps}
