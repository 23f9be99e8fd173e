"""The cause of a delay: stated by head or office, objective only once a leader has confirmed it by a document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accountability import replay, verify
from models.base import db
from models.causes import CauseDecision, DelayCause
from models.tasks import Task
from models.vocabulary import Action, DelayClass
from tests.fixtures.places import World
from workflow import causes
from workflow.errors import Refusal

A = Action
DUE = date(2026, 1, 20)
LATE = "2026-01-26T08:00"
OBJECTIVE = {"delay_class": DelayClass.OBJECTIVE, "text": "Mưa lũ kéo dài, không đi cơ sở được."}
BY_DOCUMENT = {"document_number": "45/BC-PCTT", "document_on": date(2026, 1, 23)}
Refused = Callable[..., None]


@pytest.fixture
def late(world: World) -> int:
    """Return a task that is late since 21 January."""
    world.assign(world.drafts[0], "CSDT", DUE)
    world.step(world.drafts[0], A.RECEIVE, "head_a")
    return world.drafts[0]


@pytest.fixture
def refused(world: World) -> Refused:
    """Return a function that expects a step to be refused with a code."""

    def expect(code: str, task: int, action: Action, by: str, local: str = LATE, **given: Any) -> None:
        with pytest.raises(Refusal) as caught:
            world.step(task, action, by, local, **given)
        assert caught.value.code == code

    return expect


def objective() -> set[int]:
    """Return the tasks whose delay counts as objective."""
    db.session.expire_all()
    return set(db.session.scalars(db.select(Task.id).where(causes.confirmed_objective())))


def test_an_objective_cause_counts_only_once_a_leader_confirmed_it(world: World, late: int) -> None:
    world.step(late, A.STATE_CAUSE, "head_a", LATE, **OBJECTIVE)
    assert objective() == set()
    world.step(late, A.CONFIRM_CAUSE, "vice", LATE, **BY_DOCUMENT)
    assert objective() == {late}
    row = db.session.scalars(db.select(CauseDecision)).one()
    assert (row.name, row.position, row.document_number, row.document_on, row.at) == (
        "Nông Thị Lan", "Phó Trưởng ban", "45/BC-PCTT", date(2026, 1, 23), world.at(LATE),
    )  # fmt: skip
    assert world.task(late).due_on == DUE  # a cause moves no date
    assert replay.differences() == []
    assert verify.log().ok


def test_a_subjective_cause_needs_nobodys_word_and_never_counts_as_objective(
    world: World, late: int, refused: Refused
) -> None:
    world.step(late, A.STATE_CAUSE, "head_a", LATE, delay_class=DelayClass.SUBJECTIVE, text="Bố trí người chậm.")
    refused("no_cause", late, A.CONFIRM_CAUSE, "vice", **BY_DOCUMENT)
    assert objective() == set()


def test_the_office_may_state_it_too_and_others_may_not(world: World, late: int, refused: Refused) -> None:
    for by in ("officer_a", "vice", "chair"):
        refused("not_yours", late, A.STATE_CAUSE, by, **OBJECTIVE)
    world.step(late, A.STATE_CAUSE, "office", LATE, **OBJECTIVE)
    assert [row.person_id for row in db.session.scalars(db.select(DelayCause))] == [world.person["office"]]


def test_who_wrote_a_cause_never_confirms_it_whatever_his_seat(world: World, late: int, refused: Refused) -> None:
    from tests.workflow.test_extensions import hold

    hold(world, "head_a", None, date(2026, 1, 22))
    world.step(late, A.STATE_CAUSE, "vice", LATE, **OBJECTIVE)  # acts for the empty seat of the head
    refused("not_yours", late, A.CONFIRM_CAUSE, "vice", **BY_DOCUMENT)
    refused("not_yours", late, A.REFUSE_CAUSE, "vice", reason="x")
    world.step(late, A.CONFIRM_CAUSE, "chair", LATE, **BY_DOCUMENT)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"document_number": "45/BC"}, "missing_field"), ({"document_on": date(2026, 1, 23)}, "missing_field"),
        ({"document_number": "45/BC", "document_on": date(2026, 1, 27)}, "date_in_future"),
    ],
)  # fmt: skip
def test_confirming_names_the_document_and_its_day(
    world: World, late: int, refused: Refused, given: dict[str, Any], code: str
) -> None:
    world.step(late, A.STATE_CAUSE, "head_a", LATE, **OBJECTIVE)
    refused(code, late, A.CONFIRM_CAUSE, "vice", **given)
    assert objective() == set()


def test_a_refused_cause_may_be_stated_anew_and_the_old_one_stays_readable(
    world: World, late: int, refused: Refused
) -> None:
    world.step(late, A.STATE_CAUSE, "head_a", LATE, **OBJECTIVE)
    refused("missing_field", late, A.REFUSE_CAUSE, "vice")
    world.step(late, A.REFUSE_CAUSE, "vice", LATE, reason="Không có mưa lũ ở địa bàn này.")
    assert objective() == set()
    world.step(late, A.STATE_CAUSE, "head_a", LATE, delay_class=DelayClass.SUBJECTIVE, text="Thiếu người.")
    found = world.view(late, "head_a", LATE).time.causes
    assert [(one.kind, one.waits, one.decision is not None) for one in found] == [
        (DelayClass.OBJECTIVE, False, True), (DelayClass.SUBJECTIVE, False, False),
    ]  # fmt: skip


def test_a_confirmed_cause_is_not_stated_over_until_there_is_another_deadline(
    world: World, late: int, refused: Refused
) -> None:
    world.step(late, A.STATE_CAUSE, "head_a", LATE, **OBJECTIVE)
    world.step(late, A.CONFIRM_CAUSE, "vice", LATE, **BY_DOCUMENT)
    refused("cause_settled", late, A.STATE_CAUSE, "office", delay_class=DelayClass.SUBJECTIVE, text="x")
    more = {"proposed_on": date(2026, 1, 30), "reason": "x"}
    world.step(late, A.REQUEST_EXTENSION, "head_a", LATE, **more)
    world.step(late, A.GRANT_EXTENSION, "chair", LATE)
    assert objective() == set()  # the delay it spoke of is gone; a later one has its own cause
    world.step(late, A.STATE_CAUSE, "head_a", "2026-02-03T08:00", delay_class=DelayClass.SUBJECTIVE, text="x")


def test_a_task_in_time_has_no_cause_of_delay(world: World, late: int, refused: Refused) -> None:
    refused("not_late", late, A.STATE_CAUSE, "head_a", "2026-01-20T23:59", **OBJECTIVE)
    world.step(late, A.STATE_CAUSE, "head_a", "2026-01-21T00:00", **OBJECTIVE)


def test_the_cause_of_a_task_completed_late_is_stated_and_confirmed_afterwards(world: World, late: int) -> None:
    world.step(late, A.HAND_IN, "officer_a", LATE, result="Xong")
    world.step(late, A.SIGN_OFF, "head_a", LATE)
    world.step(late, A.CONFIRM, "vice", LATE)
    world.step(late, A.STATE_CAUSE, "head_a", LATE, **OBJECTIVE)
    world.step(late, A.CONFIRM_CAUSE, "vice", LATE, **BY_DOCUMENT)
    assert objective() == {late}


def test_the_words_of_a_cause_are_in_no_hashed_body(world: World, late: int) -> None:
    from models.log import LogEntry

    world.step(late, A.STATE_CAUSE, "head_a", LATE, **OBJECTIVE)
    world.step(late, A.REFUSE_CAUSE, "vice", LATE, reason="Không có căn cứ thực tế.")
    bodies = "".join(db.session.scalars(db.select(LogEntry.body)))
    assert "Mưa lũ" not in bodies
    assert "căn cứ thực tế" not in bodies
