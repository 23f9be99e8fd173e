"""Another date than the one asked for: offered by the decider, taken or left by the head, or lapsed (rulings 13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accountability import replay, verify
from models.base import db
from models.log import LogEntry
from models.tasks import Deadline, Evidence, Extension, Task
from models.vocabulary import Action, Capacity, DeadlineCause, ExtensionState, Status, TaskKind
from tests.fixtures.places import World
from tests.workflow.test_extensions import hold as seat
from workflow import offers
from workflow.errors import Refusal
from workflow.given import Upload
from workflow.queries.time import TimeOf

DUE, ASKED, OFFERED = date(2026, 1, 30), date(2026, 2, 27), date(2026, 2, 10)
A, S = Action, ExtensionState
Refused = Callable[..., None]


@pytest.fixture
def task(world: World) -> int:
    """Return a task due on 30 January, for which its head asked until 27 February."""
    world.assign(world.drafts[0], "CSDT", DUE)
    world.step(world.drafts[0], A.RECEIVE, "head_a")
    world.step(world.drafts[0], A.REQUEST_EXTENSION, "head_a", "2026-01-20T08:00", proposed_on=ASKED, reason="Mưa lũ")
    return world.drafts[0]


@pytest.fixture
def refused(world: World) -> Refused:
    """Return a function that expects a step to be refused with a code."""

    def expect(code: str, task: int, action: Action, by: str, local: str = "2026-01-21T09:00", **given: Any) -> None:
        with pytest.raises(Refusal) as caught:
            world.step(task, action, by, local, **given)
        assert caught.value.code == code

    return expect


def offer(world: World, task: int, by: str = "vice", local: str = "2026-01-21T08:00", on: date = OFFERED) -> None:
    world.step(task, A.COUNTER_EXTENSION, by, local, proposed_on=on, reason="Chỉ cần đến khi có số liệu.")


def request_of(task: int) -> Extension:
    db.session.expire_all()
    return db.session.scalars(
        db.select(Extension).where(Extension.task_id == task).order_by(Extension.no.desc())
    ).first()  # type: ignore[return-value]  # there is one


def shown(world: World, task: int, by: str, local: str = "2026-01-21T09:00") -> set[Action]:
    return {step.action for step in world.view(task, by, local).steps}


def time_of(world: World, task: int, local: str = "2026-01-21T09:00") -> TimeOf:
    return world.view(task, "head_a", local).time


def test_the_head_accepts_another_date_and_it_is_the_deadline_by_the_leaders_decision(world: World, task: int) -> None:
    offer(world, task)
    assert world.task(task).due_on == DUE  # nothing moves before the head has accepted
    world.step(task, A.ACCEPT_COUNTER, "head_a", "2026-01-22T08:00")
    found, request = world.task(task), request_of(task)
    assert (found.due_on, found.original_due_on) == (OFFERED, DUE)
    assert (request.state, request.granted_on, request.proposed_on) == (S.GRANTED, OFFERED, ASKED)
    assert (request.decided_by_id, request.answered_by_id) == (world.person["vice"], world.person["head_a"])
    last = db.session.scalars(db.select(Deadline).where(Deadline.task_id == task).order_by(Deadline.no.desc())).first()
    assert last is not None
    assert (last.due_on, last.cause, last.decided_by_id) == (OFFERED, DeadlineCause.EXTENSION, world.person["vice"])
    assert replay.differences() == []
    assert verify.log().ok


def test_the_moments_of_decider_and_unit_are_kept_apart(world: World, task: int) -> None:
    offer(world, task)
    world.step(task, A.ACCEPT_COUNTER, "head_a", "2026-01-23T08:00")
    request = request_of(task)
    assert [request.asked_at, request.decided_at, request.answered_at] == [
        world.at("2026-01-20T08:00"), world.at("2026-01-21T08:00"), world.at("2026-01-23T08:00"),
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["officer_a", "head_b", "office", "vice", "chair"])
def test_only_the_head_of_the_lead_unit_answers_an_offer(world: World, task: int, refused: Refused, by: str) -> None:
    offer(world, task)
    for action in (A.ACCEPT_COUNTER, A.DECLINE_COUNTER):
        assert by == "head_b" or action not in shown(world, task, by)
        refused("not_found" if by == "head_b" else "not_yours", task, action, by, reason="x")


def test_who_offered_does_not_accept_it_for_an_empty_seat(world: World, task: int, refused: Refused) -> None:
    offer(world, task)
    seat(world, "head_a", None, date(2026, 1, 21))
    refused("not_yours", task, A.ACCEPT_COUNTER, "vice", "2026-01-22T08:00")
    world.step(task, A.ACCEPT_COUNTER, "chair", "2026-01-22T08:00")
    assert world.task(task).due_on == OFFERED


def test_declining_needs_a_reason_and_leaves_the_date_and_the_unit_may_ask_again(
    world: World, task: int, refused: Refused
) -> None:
    offer(world, task)
    refused("missing_field", task, A.DECLINE_COUNTER, "head_a")
    world.step(task, A.DECLINE_COUNTER, "head_a", "2026-01-22T08:00", reason="Không kịp.")
    request = request_of(task)
    assert (request.state, request.reply, world.task(task).due_on) == (S.DECLINED, "Không kịp.", DUE)
    world.step(task, A.REQUEST_EXTENSION, "head_a", "2026-01-22T09:00", proposed_on=ASKED, reason="Đề nghị lại")
    assert request_of(task).no == 2


def test_while_an_offer_stands_nobody_decides_again_and_nobody_asks_anew(
    world: World, task: int, refused: Refused
) -> None:
    offer(world, task)
    for action, given in (
        (A.GRANT_EXTENSION, {}), (A.REFUSE_EXTENSION, {"reason": "x"}),
        (A.COUNTER_EXTENSION, {"proposed_on": ASKED, "reason": "x"}),
    ):  # fmt: skip
        refused("offer_open", task, action, "vice", **given)
    refused("request_open", task, A.REQUEST_EXTENSION, "head_a", proposed_on=ASKED, reason="x")


def test_an_offer_lapses_after_three_working_days_and_what_holds_then_is_said(world: World, task: int) -> None:
    offer(world, task, local="2026-01-22T08:00")  # a Thursday: Friday, Monday, Tuesday
    assert offers.lapse_all(world.at("2026-01-27T23:59")) == 0
    assert A.ACCEPT_COUNTER in shown(world, task, "head_a", "2026-01-27T23:59")
    assert A.ACCEPT_COUNTER not in shown(world, task, "head_a", "2026-01-28T00:00")  # whatever the job has done so far
    assert offers.lapse_all(world.at("2026-01-28T00:02")) == 1
    assert offers.lapse_all(world.at("2026-01-28T01:02")) == 0
    request = request_of(task)
    assert (request.state, request.answered_by_id) == (S.LAPSED, None)
    assert world.task(task).due_on == DUE
    entry = db.session.scalars(
        db.select(LogEntry).where(LogEntry.act == offers.LAPSE, LogEntry.obj_type == "task")
    ).one()
    assert entry.actor_id is None  # the system's own act
    (shown_request,) = time_of(world, task, "2026-01-28T08:00").requests
    assert (shown_request.state, shown_request.offer_ends) == (S.LAPSED, date(2026, 1, 27))
    assert replay.differences() == []


def test_an_offer_nobody_has_lapsed_yet_is_not_accepted_and_does_not_bar_a_new_request(
    world: World, task: int, refused: Refused
) -> None:
    offer(world, task, local="2026-01-22T08:00")
    refused("no_offer", task, A.ACCEPT_COUNTER, "head_a", "2026-01-28T00:00")
    world.step(task, A.REQUEST_EXTENSION, "head_a", "2026-01-28T00:01", proposed_on=ASKED, reason="x")
    rows = db.session.scalars(db.select(Extension).where(Extension.task_id == task).order_by(Extension.no))
    assert [row.state for row in rows] == [S.LAPSED, S.ASKED]


def test_an_earlier_date_is_offered_and_never_granted(world: World, task: int, refused: Refused) -> None:
    refused("earlier_is_offered", task, A.GRANT_EXTENSION, "vice", granted_on=OFFERED)
    refused("offer_is_what_was_asked", task, A.COUNTER_EXTENSION, "vice", proposed_on=ASKED, reason="x")
    refused("not_later", task, A.COUNTER_EXTENSION, "vice", proposed_on=DUE, reason="x")
    world.step(task, A.GRANT_EXTENSION, "vice", "2026-01-21T10:00", granted_on=date(2026, 3, 6))
    assert world.task(task).due_on == date(2026, 3, 6)


def test_a_request_after_the_deadline_is_decided_one_level_higher(world: World, task: int, refused: Refused) -> None:
    world.step(task, A.REFUSE_EXTENSION, "vice", "2026-01-21T08:00", reason="Còn sớm.")
    world.step(task, A.REQUEST_EXTENSION, "head_a", "2026-02-02T08:00", proposed_on=ASKED, reason="Đã quá hạn")
    assert not shown(world, task, "vice", "2026-02-02T09:00") & {A.GRANT_EXTENSION, A.COUNTER_EXTENSION}
    for action in (A.GRANT_EXTENSION, A.REFUSE_EXTENSION, A.COUNTER_EXTENSION):
        refused("not_yours", task, action, "vice", "2026-02-02T09:00", proposed_on=OFFERED, reason="x")
    assert A.GRANT_EXTENSION in shown(world, task, "chair", "2026-02-02T09:00")
    world.step(task, A.GRANT_EXTENSION, "chair", "2026-02-02T10:00")
    found = world.view(task, "head_a", "2026-02-02T11:00")
    assert found.timing.is_late is False  # retroactive by the present date
    assert found.time.by_first_date is not None
    assert found.time.by_first_date.is_late  # never by the first one


def test_a_late_request_on_what_the_chair_supervises_is_the_chairs(world: World, task: int) -> None:
    second = world.drafts[1]
    world.assign(second, "CSDT", DUE, leader_post_id=world.post["chair"])
    world.step(second, A.RECEIVE, "head_a")
    world.step(second, A.REQUEST_EXTENSION, "head_a", "2026-02-02T08:00", proposed_on=ASKED, reason="x")
    assert A.GRANT_EXTENSION not in shown(world, second, "vice", "2026-02-02T09:00")
    world.step(second, A.GRANT_EXTENSION, "chair", "2026-02-02T10:00")


def test_the_acting_head_who_asked_late_is_never_the_one_who_decides(world: World, task: int, refused: Refused) -> None:
    world.step(task, A.REFUSE_EXTENSION, "vice", "2026-01-21T08:00", reason="x")
    seat(world, "head_a", None, date(2026, 1, 25))
    seat(world, "head_a", "chair", date(2026, 1, 25), Capacity.ACTING)  # the chair is acting head for a while
    world.step(task, A.REQUEST_EXTENSION, "chair", "2026-02-02T08:00", proposed_on=ASKED, reason="x")
    for by in ("chair", "vice"):
        refused("not_yours", task, A.GRANT_EXTENSION, by, "2026-02-02T09:00")


def test_a_definition_and_a_common_task_are_not_extended_an_occurrence_is(world: World, refused: Refused) -> None:
    world.assign(world.drafts[1], "CSDT", DUE)
    world.step(world.drafts[1], A.RECEIVE, "head_a")
    undated = dict.fromkeys(("due_on", "late_after", "original_due_on", "original_late_after"))
    as_kind(world.drafts[2], kind=TaskKind.DEFINITION)
    as_kind(world.drafts[1], kind=TaskKind.OCCURRENCE, definition_id=world.drafts[2], period="2026-02")
    world.step(world.drafts[1], A.REQUEST_EXTENSION, "head_a", "2026-01-20T08:00", proposed_on=ASKED, reason="x")
    world.step(world.drafts[1], A.REFUSE_EXTENSION, "vice", "2026-01-20T09:00", reason="x")
    as_kind(world.drafts[1], kind=TaskKind.DEFINITION, definition_id=None, period=None, **undated)
    refused("definition_owes_nothing", world.drafts[1], A.REQUEST_EXTENSION, "head_a", proposed_on=ASKED, reason="x")


def test_a_childs_date_never_goes_beyond_its_parents(world: World, task: int, refused: Refused) -> None:
    world.assign(world.drafts[1], "CSDT", date(2026, 2, 20))
    as_kind(task, kind=TaskKind.SUB, parent_id=world.drafts[1])
    refused("beyond_the_whole", task, A.GRANT_EXTENSION, "vice")
    refused("beyond_the_whole", task, A.COUNTER_EXTENSION, "vice", proposed_on=date(2026, 2, 23), reason="x")
    offer(world, task, on=date(2026, 2, 20))
    world.step(task, A.ACCEPT_COUNTER, "head_a", "2026-01-22T08:00")
    refused("beyond_the_whole", task, A.REQUEST_EXTENSION, "head_a", proposed_on=ASKED, reason="x")


def as_kind(task: int, **columns: Any) -> None:
    """Put a task into a place that other steps bring it to, beside the log."""
    db.session.rollback()
    with db.engine.connect().execution_options(write=True) as connection:
        connection.execute(db.update(Task.__table__).where(Task.__table__.c.id == task).values(columns))
        connection.commit()


def test_from_the_third_extension_granted_on_a_task_is_extended_many_times(world: World, task: int) -> None:
    marks = []
    for month in (3, 4, 5, 6):
        row = world.view(task, "head_a", "2026-01-21T09:00")
        marks.append((row.time.granted, row.time.is_often_extended))
        if month > 3:
            to = date(2026, month, 27)
            world.step(task, A.REQUEST_EXTENSION, "head_a", "2026-01-21T08:00", proposed_on=to, reason="x")
        world.step(task, A.GRANT_EXTENSION, "vice", "2026-01-21T08:30")
    assert marks == [(0, False), (1, False), (2, False), (3, True)]
    found = time_of(world, task)
    assert (found.granted, found.days_moved) == (4, (date(2026, 6, 27) - DUE).days)
    assert {one.who.name for one in found.dates[1:]} == {"Nông Thị Lan"}


def test_a_refused_a_declined_and_a_lapsed_request_count_as_no_extension(world: World, task: int) -> None:
    offer(world, task)
    world.step(task, A.DECLINE_COUNTER, "head_a", "2026-01-22T08:00", reason="x")
    assert time_of(world, task).granted == 0


def test_a_request_keeps_its_files_and_documents_as_evidence_of_its_own(world: World, task: int) -> None:
    world.step(task, A.REFUSE_EXTENSION, "vice", "2026-01-20T09:00", reason="Thiếu căn cứ.")
    proof = Upload("cong-van.txt", b"Cong van de nghi")
    world.step(
        task, A.REQUEST_EXTENSION, "head_a", "2026-01-20T10:00", proposed_on=ASKED, reason="Chờ số liệu",
        files=(proof,), document_number="12/SXD-KT", document_on=date(2026, 1, 19),
    )  # fmt: skip
    rows = db.session.scalars(db.select(Evidence).where(Evidence.task_id == task)).all()
    assert [(row.hand_in_id, row.filename, row.document_number) for row in rows] == [
        (None, "cong-van.txt", ""), (None, None, "12/SXD-KT"),
    ]  # fmt: skip
    assert {row.extension_id for row in rows} == {request_of(task).id}
    assert [len(one.evidence) for one in time_of(world, task).requests] == [0, 2]
    assert replay.differences() == []
    assert verify.log().ok


def test_evidence_that_does_not_fit_leaves_no_request(world: World, task: int, refused: Refused) -> None:
    world.step(task, A.REFUSE_EXTENSION, "vice", "2026-01-20T09:00", reason="x")
    asks = {"proposed_on": ASKED, "reason": "x"}
    refused("file_type", task, A.REQUEST_EXTENSION, "head_a", files=(Upload("a.exe", b"MZ"),), **asks)
    refused("missing_field", task, A.REQUEST_EXTENSION, "head_a", document_on=date(2026, 1, 19), **asks)
    refused("date_in_future", task, A.REQUEST_EXTENSION, "head_a", document_number="1", document_on=ASKED, **asks)
    assert request_of(task).no == 1


def test_an_open_offer_ends_with_the_task(world: World, task: int) -> None:
    offer(world, task)
    world.step(task, A.CANCEL, "chair", "2026-01-22T08:00", reason="x", decision="QĐ 8 ngày 21/01/2026")
    request = request_of(task)
    assert (request.state, request.answered_at) == (S.LAPSED, world.at("2026-01-22T08:00"))
    assert world.task(task).status == Status.CANCELLED
