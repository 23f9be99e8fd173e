"""Hand-in and signature: what is signed is exactly what was shown, and nobody signs his own work."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

import clock
from models.base import db
from models.people import Tenure
from models.tasks import HandIn, Signature
from models.vocabulary import (
    Action,
    Capacity,
    MandateKind,
    Meaning,
    Rank,
    SecondSigner,
    Status,
)
from tests.fixtures.handing import (
    hand_account,
    hand_seat,
)
from tests.fixtures.places import PASSWORD, START, World
from workflow import files, flows, signoff, tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Given, Upload
from workflow.organization import people, seats

DUE = date(2026, 1, 30)
PDF = b"%PDF-1.7 mot van ban that"
DECISION = "QĐ 5/QĐ-BDT ngày 06/01/2026"
Refused = Callable[..., None]


@pytest.fixture
def refused(world: World) -> Refused:
    """Return a function that expects a step to be refused with a code."""

    def expect(code: str, task: int, action: Action, by: str, local: str = "2026-01-06T10:00", **given: Any) -> None:
        with pytest.raises(Refusal) as caught:
            world.step(task, action, by, local, **given)
        assert caught.value.code == code

    return expect


@pytest.fixture
def assigned(world: World) -> int:
    """Return a task that was given to the first division, supervised by the vice-chair."""
    world.assign(world.drafts[0], "CSDT", DUE)
    return world.drafts[0]


@pytest.fixture
def handed_in(world: World, assigned: int) -> int:
    """Return the same, handed in by its officer with a file and a document."""
    world.step(assigned, Action.RECEIVE, "head_a", "2026-01-06T08:00")
    hand_in(world, assigned, "officer_a")
    return assigned


def hand_in(world: World, task: int, by: str, local: str = "2026-01-06T09:00", result: str = "Đã ban hành.") -> None:
    given = {"document_number": "12/BC-BDT", "document_on": date(2026, 1, 6), "files": (Upload("Báo cáo.pdf", PDF),)}
    world.step(task, Action.HAND_IN, by, local, result=result, **given)


def results(task: int) -> list[HandIn]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(HandIn).where(HandIn.task_id == task).order_by(HandIn.no)))


def end_seat(world: World, post: str, on: date) -> None:
    query = db.select(Tenure.id).where(Tenure.post_id == world.post[post], Tenure.to_on.is_(None))
    hand_seat(db.session.scalars(query).one())
    seats.end(db.session.scalars(query).one(), on, DECISION, by=Actor.system(), at=world.at())


def take_seat(world: World, post: str, username: str, on: date, capacity: Capacity = Capacity.FULL) -> None:
    entered = seats.enter(
        world.post[post],
        world.person[username],
        on,
        DECISION,
        capacity=capacity,
        by=world.actor("office"),
        at=world.at(),
    )
    seats.confirm(entered, by=world.actor("chair"), at=world.at())


def give_mandate(world: World, post: str, username: str, kind: MandateKind, start: str, end: str) -> int:
    found = seats.mandate(
        world.post[post], world.person[username], kind, "Ký kết quả", world.at(start), world.at(end), DECISION,
        by=world.actor("office"), at=world.at(),
    )  # fmt: skip
    seats.confirm_mandate(found, by=world.actor("chair"), at=world.at())
    return found


def test_a_hand_in_is_numbered_and_says_exactly_what_is_signed(world: World, handed_in: int) -> None:
    (result,) = results(handed_in)
    content = json.loads(result.content)
    assert result.no == 1
    assert result.content_sha == signoff.sha(result.content)
    assert content["task"]["title"] == world.task(handed_in).title
    assert content["task"]["lead_unit"] == "Phòng Chính sách Dân tộc"
    assert content["dates"] == {"words": "", "due_on": "2026-01-30", "original_due_on": "2026-01-30"}
    assert [item["document_number"] for item in content["evidence"]] == ["", "12/BC-BDT"]
    assert content["hand_in"]["name"] == "Lý Thị Én"
    assert "ban hành" not in result.content, "free text is in the content only as a commitment"
    assert signoff.is_intact(result)


def test_a_signature_says_who_as_what_meaning_what_on_which_content(world: World, handed_in: int) -> None:
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00", meaning=Meaning.CHECKED, reason="Đủ số liệu.")
    (result,) = results(handed_in)
    (mark,) = result.signatures
    assert (mark.level, mark.name, mark.position, mark.unit_name) == (
        1,
        "Triệu Minh Đức",
        "Trưởng phòng",
        "Phòng Chính sách Dân tộc",
    )
    assert (mark.capacity, mark.mandate_kind, mark.meaning) == (Capacity.FULL, None, Meaning.CHECKED)
    assert (mark.content_sha, mark.method, mark.remark) == (result.content_sha, "password", "Đủ số liệu.")
    assert signoff.standing(result, 1) is mark
    assert signoff.standing(result, 2) is None


def test_what_changed_between_page_and_signature_is_not_signed(world: World, handed_in: int, refused: Refused) -> None:
    shown = world.shown(handed_in)
    world.step(handed_in, Action.RETURN, "head_a", "2026-01-06T09:30", reason="Thiếu biểu.")
    hand_in(world, handed_in, "officer_a", "2026-01-06T09:45", "Đã ban hành và gửi xã.")
    refused("content_changed", handed_in, Action.SIGN_OFF, "head_a", content_hash=shown)
    refused("content_changed", handed_in, Action.SIGN_OFF, "head_a", content_hash="0" * 64)
    refused("missing_field", handed_in, Action.SIGN_OFF, "head_a", content_hash="")
    refused("missing_field", handed_in, Action.SIGN_OFF, "head_a", meaning=None)
    assert world.task(handed_in).status == Status.SUBMITTED
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")


def test_a_byte_flipped_in_a_file_of_evidence_stops_the_signature(
    world: World, handed_in: int, refused: Refused
) -> None:
    (result,) = results(handed_in)
    path = files.vault().path(result.evidence[0].sha256 or "")
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    assert not signoff.is_intact(result)
    refused("content_changed", handed_in, Action.SIGN_OFF, "head_a")
    path.unlink()
    refused("content_changed", handed_in, Action.SIGN_OFF, "head_a")
    files.keep((Upload("lại.pdf", PDF),))
    assert signoff.is_intact(result), "the same content sent again makes the damaged copy whole"


@pytest.mark.parametrize("column", ["result", "salt", "content", "content_sha", "counts_on", "name", "at"])
def test_a_result_changed_past_the_application_is_not_signed(
    world: World, handed_in: int, refused: Refused, column: str
) -> None:
    from models import guards

    values = {"counts_on": date(2025, 12, 1), "at": world.at("2025-12-01T08:00"), "content": "{}"}
    with db.engine.connect().execution_options(write=True) as connection:
        guards.remove(connection)
        connection.execute(db.update(HandIn).values({column: values.get(column, "ab" * 32)}))
        guards.install(connection)
        connection.commit()
    db.session.rollback()
    (result,) = results(handed_in)
    assert not signoff.is_intact(result)
    refused("content_changed", handed_in, Action.SIGN_OFF, "head_a")


def test_a_return_restores_the_clock_names_a_day_to_redo_by_and_the_next_result_has_the_next_number(
    world: World, handed_in: int
) -> None:
    assert world.task(handed_in).handed_in_on == date(2026, 1, 6)
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    world.step(handed_in, Action.RETURN, "vice", "2026-01-09T16:00", reason="Bổ sung số liệu xã.")  # a Friday
    task = world.task(handed_in)
    # three working days: Saturday the 10th is made up for a day off, then Monday and Tuesday
    assert (task.status, task.handed_in_on, task.redo_by) == (Status.IN_PROGRESS, None, date(2026, 1, 13))
    assert task.due_on == DUE, "the deadline itself does not move"
    hand_in(world, handed_in, "officer_a", "2026-01-12T09:00", "Đã bổ sung.")
    marks = [(row.no, len(row.signatures)) for row in results(handed_in)]
    assert marks == [(1, 2), (2, 0)], "the return is signed too, and the next result begins without any"
    assert world.task(handed_in).redo_by is None


def test_nobody_signs_what_he_handed_in_and_it_is_routed_up(world: World, assigned: int, refused: Refused) -> None:
    world.step(assigned, Action.RECEIVE, "head_a")
    hand_in(world, assigned, "head_a")
    refused("own_work", assigned, Action.SIGN_OFF, "head_a")
    refused("own_work", assigned, Action.RETURN, "head_a", reason="x")
    assert [seat.title for seat in world.view(assigned, "vice", "2026-01-06T09:30").chain] == [
        "Phó Trưởng ban",
        "Trưởng ban",
    ]
    world.step(assigned, Action.SIGN_OFF, "vice", "2026-01-06T10:00")
    refused("own_work", assigned, Action.CONFIRM, "vice")
    refused("own_work", assigned, Action.CONFIRM, "head_a")
    world.step(assigned, Action.CONFIRM, "chair", "2026-01-06T11:00")
    assert world.task(assigned).status == Status.COMPLETED


def test_a_plan_of_one_step_is_closed_by_the_head_alone(world: World) -> None:
    task = world.drafts[1]
    flows.enter(world.plan, 1, SecondSigner.SUPERVISOR, "QĐ 9/QĐ-BDT", by=world.actor("chair"), at=world.at())
    world.assign(task, "CSDT", DUE)
    world.to_hand_in(task)
    world.step(task, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    assert world.task(task).status == Status.COMPLETED
    assert world.task(task).completed_at == world.at("2026-01-06T10:00")


def test_in_a_plan_of_one_step_the_heads_own_work_goes_to_the_supervisor(world: World, refused: Refused) -> None:
    flows.enter(world.plan, 1, SecondSigner.SUPERVISOR, "QĐ 9/QĐ-BDT", by=world.actor("chair"), at=world.at())
    task = world.drafts[1]
    world.assign(task, "CSDT", DUE)
    world.to_hand_in(task, officer="head_a")
    refused("own_work", task, Action.SIGN_OFF, "head_a")
    refused("not_yours", task, Action.SIGN_OFF, "chair")
    world.step(task, Action.SIGN_OFF, "vice", "2026-01-06T10:00")
    assert world.task(task).status == Status.COMPLETED


def test_while_the_heads_seat_is_empty_the_supervisor_signs_first_and_the_chair_second(
    world: World, handed_in: int
) -> None:
    end_seat(world, "head_a", date(2026, 1, 6))
    world.step(handed_in, Action.SIGN_OFF, "vice", "2026-01-06T10:00")
    world.step(handed_in, Action.CONFIRM, "chair", "2026-01-06T11:00")
    assert world.task(handed_in).status == Status.COMPLETED


def test_a_new_head_between_two_signatures_changes_nothing_of_who_signs_next(world: World, handed_in: int) -> None:
    end_seat(world, "head_a", date(2026, 1, 6))
    world.step(handed_in, Action.SIGN_OFF, "vice", "2026-01-06T10:00")
    take_seat(world, "head_a", "officer_b", date(2026, 1, 7), Capacity.ACTING)
    assert [seat.title for seat in world.view(handed_in, "chair", "2026-01-07T08:00").chain] == [
        "Phó Trưởng ban",
        "Trưởng ban",
    ]
    world.step(handed_in, Action.CONFIRM, "chair", "2026-01-07T08:00")


def test_a_head_who_left_after_signing_leaves_the_supervisor_to_confirm(world: World, handed_in: int) -> None:
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    end_seat(world, "head_a", date(2026, 1, 7))
    world.step(handed_in, Action.CONFIRM, "vice", "2026-01-07T08:00")
    assert world.task(handed_in).status == Status.COMPLETED


def test_a_head_who_rose_after_signing_does_not_confirm_in_his_new_seat(
    world: World, handed_in: int, refused: Refused
) -> None:
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    for post in ("head_a", "vice"):
        end_seat(world, post, date(2026, 1, 7))
    take_seat(world, "vice", "head_a", date(2026, 1, 7))
    refused("own_work", handed_in, Action.CONFIRM, "head_a", "2026-01-07T08:00")
    world.step(handed_in, Action.CONFIRM, "chair", "2026-01-07T08:00")


def test_with_one_eligible_person_left_one_signature_closes_it(world: World, handed_in: int) -> None:
    for post in ("head_a", "vice"):
        end_seat(world, post, date(2026, 1, 6))
    world.step(handed_in, Action.SIGN_OFF, "chair", "2026-01-06T10:00")
    assert world.task(handed_in).status == Status.COMPLETED


def test_a_result_nobody_could_sign_is_not_taken(world: World, assigned: int, refused: Refused) -> None:
    world.step(assigned, Action.RECEIVE, "head_a")
    for post in ("head_a", "vice", "chair"):
        end_seat(world, post, date(2026, 1, 6))
    refused("nobody_can_sign", assigned, Action.HAND_IN, "officer_a", result="x")
    assert results(assigned) == []
    assert world.task(assigned).status == Status.RECEIVED


@pytest.mark.parametrize(
    ("kind", "post"), [(MandateKind.KT, "vice"), (MandateKind.TUQ, "head_a"), (MandateKind.TL, "head_a")]
)
def test_a_mandate_signs_within_its_bounds_and_says_for_whom(
    world: World, handed_in: int, refused: Refused, kind: MandateKind, post: str
) -> None:
    action = Action.SIGN_OFF if post == "head_a" else Action.CONFIRM
    if action == Action.CONFIRM:
        world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    mandate = give_mandate(world, post, "officer_b", kind, "2026-01-07T08:00", "2026-01-09T17:00")
    for moment in ("2026-01-07T07:59:59", "2026-01-09T17:00"):
        refused("not_found", handed_in, action, "officer_b", moment)
    world.step(handed_in, action, "officer_b", "2026-01-07T08:00:00")
    (mark,) = db.session.scalars(db.select(Signature).where(Signature.person_id == world.person["officer_b"]))
    assert (mark.mandate_id, mark.mandate_kind, mark.capacity) == (mandate, kind, None)
    assert mark.position == f"{kind}. {'Trưởng phòng' if post == 'head_a' else 'Phó Trưởng ban'}"
    assert mark.name == "Bế Văn Giang"


def test_a_right_withdrawn_between_page_and_signature_is_gone(world: World, handed_in: int, refused: Refused) -> None:
    mandate = give_mandate(world, "head_a", "officer_a", MandateKind.TUQ, "2026-01-06T00:00", "2026-02-01T00:00")
    actor = world.actor("officer_b")  # the page was opened with yesterday's rights
    give_mandate(world, "head_a", "officer_b", MandateKind.TUQ, "2026-01-06T00:00", "2026-02-01T00:00")
    page = world.actor("officer_b", "2026-01-06T09:30")
    assert page.heads
    assert not actor.heads
    for key in (mandate, mandate + 1):
        seats.revoke_mandate(key, DECISION, by=world.actor("office"), at=world.at("2026-01-06T09:45"))
    given = Given(password=PASSWORD, meaning=Meaning.COMPLETED, content_hash=world.shown(handed_in))
    with pytest.raises(Refusal) as caught:
        tasks.take_step(handed_in, Action.SIGN_OFF, by=page, at=world.at("2026-01-06T10:00"), given=given)
    assert caught.value.code == "not_found"


def test_a_closed_account_signs_nothing_even_from_an_open_page(world: World, handed_in: int) -> None:
    page = world.actor("head_a", "2026-01-06T09:30")
    hand_account(world.person["head_a"])
    people.set_active(world.person["head_a"], False, by=world.actor("admin"), at=world.at("2026-01-06T09:45"))
    given = Given(password=PASSWORD, meaning=Meaning.COMPLETED, content_hash=world.shown(handed_in))
    with pytest.raises(Refusal) as caught:
        tasks.take_step(handed_in, Action.SIGN_OFF, by=page, at=world.at("2026-01-06T10:00"), given=given)
    assert caught.value.code == "account_ended"


def test_who_acts_for_the_first_signer_by_mandate_does_not_confirm_him(
    world: World, handed_in: int, refused: Refused
) -> None:
    give_mandate(world, "head_a", "head_office", MandateKind.TUQ, "2026-01-06T00:00", "2026-02-01T00:00")
    give_mandate(world, "vice", "head_office", MandateKind.TUQ, "2026-01-06T00:00", "2026-02-01T00:00")
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    refused("not_yours", handed_in, Action.CONFIRM, "head_office")
    world.step(handed_in, Action.CONFIRM, "vice", "2026-01-06T11:00")


def test_a_leader_of_another_post_and_an_administrator_sign_nothing(
    world: World, handed_in: int, refused: Refused
) -> None:
    post = other_vice(world)
    refused("not_yours", handed_in, Action.SIGN_OFF, "other_vice")
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    assert post != world.post["vice"]
    for name in ("other_vice", "chair", "head_office", "head_b"):
        code = "not_found" if name == "head_b" else "not_yours"
        refused(code, handed_in, Action.CONFIRM, name)
        refused(code, handed_in, Action.RETURN, name, reason="x")
    refused("not_found", handed_in, Action.CONFIRM, "admin")


def other_vice(world: World) -> int:
    by, at = Actor.system(), world.at()
    key, _ = people.create(
        "other_vice", "Hứa Thị Mai", "other-vice@bandantoc.example.vn", by=by, at=at, password=PASSWORD
    )
    post = seats.create_post(world.unit["LD"], "Phó Trưởng ban", Rank.VICE_CHAIR, by=by, at=at)
    seats.confirm(seats.enter(post, key, START, DECISION, by=by, at=at), by=by, at=at)
    world.person["other_vice"] = key
    return post


def test_handed_in_on_the_last_good_day_is_on_time_and_a_second_later_is_late(world: World) -> None:
    first, second = world.drafts[:2]
    last = clock.end_of(DUE) - timedelta(seconds=1)
    for task, moment in ((first, last), (second, last + timedelta(seconds=1))):
        world.assign(task, "CSDT", DUE)
        world.step(task, Action.RECEIVE, "head_a")
        by = world.actor("officer_a", moment.isoformat())
        tasks.take_step(task, Action.HAND_IN, by=by, at=moment, given=Given(result="x", document_number="1/BC"))
    states = [world.view(task, "chair", "2026-03-02T08:00").timing.state for task in (first, second)]
    assert [state.value for state in states] == ["handed_in_time", "handed_in_late"]


def test_one_seat_never_signs_both_levels_while_the_heads_seat_is_empty(
    world: World, handed_in: int, refused: Refused
) -> None:
    end_seat(world, "head_a", date(2026, 1, 6))
    give_mandate(world, "vice", "officer_b", MandateKind.TUQ, "2026-01-06T00:00", "2026-02-01T00:00")
    world.step(handed_in, Action.SIGN_OFF, "officer_b", "2026-01-06T10:00")
    (mark,) = results(handed_in)[0].signatures
    assert mark.post_id == world.post["vice"]
    refused("not_yours", handed_in, Action.CONFIRM, "vice")
    world.step(handed_in, Action.CONFIRM, "chair", "2026-01-06T11:00")
    assert world.task(handed_in).status == Status.COMPLETED
