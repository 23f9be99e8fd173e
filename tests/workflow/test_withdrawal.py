"""A signature is withdrawn only by a new signed act; a completed task is opened again only by the head of the body."""

from __future__ import annotations

from datetime import date

from models.vocabulary import Action, Status
from tests.fixtures.places import PASSWORD, World
from tests.workflow.test_signoff import Refused, assigned, handed_in, refused, results
from workflow import signoff

__all__ = ["assigned", "handed_in", "refused"]


def test_a_signer_withdraws_by_a_new_signed_act_until_the_next_level_signs(
    world: World, handed_in: int, refused: Refused
) -> None:
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    refused("missing_field", handed_in, Action.WITHDRAW_SIGNATURE, "head_a", password=PASSWORD)
    refused("wrong_password", handed_in, Action.WITHDRAW_SIGNATURE, "head_a", reason="x", password="khác")
    refused("not_yours", handed_in, Action.WITHDRAW_SIGNATURE, "vice", reason="x", password=PASSWORD)
    given = {"reason": "Ký nhầm bản.", "password": PASSWORD}
    world.step(handed_in, Action.WITHDRAW_SIGNATURE, "head_a", "2026-01-06T10:30", **given)
    (result,) = results(handed_in)
    first, act = result.signatures
    assert (act.withdraws_id, act.no, act.remark, act.content_sha) == (
        first.id, 2, "Ký nhầm bản.", result.content_sha,
    )  # fmt: skip
    assert signoff.standing(result, 1) is None
    assert world.task(handed_in).status == Status.SUBMITTED
    refused("wrong_state", handed_in, Action.CONFIRM, "vice")
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T11:00")
    world.step(handed_in, Action.CONFIRM, "vice", "2026-01-06T12:00")
    refused("wrong_state", handed_in, Action.WITHDRAW_SIGNATURE, "head_a", **given)


def test_a_completed_task_is_opened_again_by_the_head_of_the_body_and_keeps_its_signatures(
    world: World, handed_in: int, refused: Refused
) -> None:
    world.step(handed_in, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    world.step(handed_in, Action.CONFIRM, "vice", "2026-01-06T12:00")
    why = {"reason": "Số liệu sai.", "decision": "Thông báo số 3/TB-BDT ngày 08/01/2026"}
    refused("not_yours", handed_in, Action.REOPEN, "vice", **why)
    refused("missing_field", handed_in, Action.REOPEN, "chair", reason="Số liệu sai.")
    world.step(handed_in, Action.REOPEN, "chair", "2026-01-08T09:00", **why)
    task = world.task(handed_in)
    assert (task.status, task.handed_in_on, task.completed_at, task.redo_by) == (
        Status.IN_PROGRESS, None, None, date(2026, 1, 12),
    )  # fmt: skip
    again = {"result": "Đã sửa số liệu.", "document_number": "13/BC-BDT"}
    world.step(handed_in, Action.HAND_IN, "officer_a", "2026-01-09T09:00", **again)
    first, second = results(handed_in)
    assert [mark.level for mark in first.signatures] == [1, 2]
    assert (second.no, second.signatures) == (2, [])
