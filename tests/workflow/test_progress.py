"""Reports of progress: numbered and kept, with figures that add up and what shows them; a text alone is one."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.base import db
from models.recurring import Progress
from models.vocabulary import Action, DeclaredState, Status
from tests.fixtures.places import World
from workflow.errors import Refusal
from workflow.given import Upload

TEXT = Upload("bien-ban.txt", "Biên bản kiểm tra".encode())


def begun(world: World) -> int:
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30), product="Báo cáo")
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    return world.drafts[0]


def reports(key: int) -> list[Progress]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Progress).where(Progress.task_id == key).order_by(Progress.no)))


def test_a_text_alone_is_a_report_and_the_first_one_starts_the_task(world: World) -> None:
    key = begun(world)
    world.step(key, Action.PROGRESS, "officer_a", text="Đã khảo sát 3 xã")
    found = reports(key)[0]
    assert (found.no, found.result, found.state, found.quantity) == (1, "Đã khảo sát 3 xã", None, None)
    assert world.task(key).status == Status.IN_PROGRESS


def test_a_report_without_a_result_is_none(world: World) -> None:
    with pytest.raises(Refusal, match="missing_field"):
        world.step(begun(world), Action.PROGRESS, "officer_a", text=" ", difficulty="Thiếu người")


def test_the_total_is_the_one_before_plus_the_quantity_unless_another_is_given(world: World) -> None:
    key = begun(world)
    world.step(key, Action.PROGRESS, "officer_a", text="Tuần 1", quantity=Decimal("12.5"), measure="xã")
    world.step(key, Action.PROGRESS, "officer_a", text="Tuần 2", quantity=Decimal(3))
    world.step(key, Action.PROGRESS, "officer_a", text="Tuần 3", quantity=Decimal(1), cumulative=Decimal(20))
    world.step(key, Action.PROGRESS, "officer_a", text="Tuần 4", quantity=Decimal(2), measure="hộ")
    assert [(row.no, row.cumulative, row.measure) for row in reports(key)] == [
        (1, Decimal("12.5"), "xã"),
        (2, Decimal("15.5"), "xã"),
        (3, Decimal(20), "xã"),
        (4, Decimal(2), "hộ"),
    ]


def test_files_and_document_numbers_show_a_report(world: World) -> None:
    key = begun(world)
    given: dict[str, Any] = {"files": (TEXT,), "document_number": "7/BC-BDT", "document_on": date(2026, 1, 5)}
    world.step(key, Action.PROGRESS, "officer_a", text="Đã họp", **given)
    shown = reports(key)[0].evidence
    assert [(item.filename, item.document_number) for item in shown] == [("bien-ban.txt", ""), (None, "7/BC-BDT")]
    with pytest.raises(Refusal, match="missing_field"):
        world.step(key, Action.PROGRESS, "officer_a", text="x", document_on=date(2026, 1, 5))


def test_what_was_reported_is_bound_by_the_signature_as_commitments(world: World) -> None:
    key = begun(world)
    said = {"difficulty": "Thiếu kinh phí", "cause": "Chưa cấp vốn", "next_step": "Đề nghị bổ sung"}
    world.step(
        key, Action.PROGRESS, "officer_a", text="Đạt 50%", state=DeclaredState.AMBER, quantity=Decimal(5), **said
    )
    world.step(key, Action.HAND_IN, "officer_a", result="Xong")
    hand_in = world.view(key, "head_a").hand_ins[0]
    bound = json.loads(hand_in.content)["progress"]
    assert [(item["no"], item["state"], item["quantity"]) for item in bound] == [(1, "amber", "5")]
    assert {name for name, value in bound[0].items() if isinstance(value, dict)} == {
        "result", "difficulty", "cause", "next_step",
    }  # fmt: skip
    assert "kinh phí" not in hand_in.content


def test_no_report_is_changed_or_removed(world: World) -> None:
    key = begun(world)
    world.step(key, Action.PROGRESS, "officer_a", text="Đạt 50%")
    for statement in ("UPDATE progress SET no = 9", "DELETE FROM progress"):
        with db.engine.connect().execution_options(write=True) as connection:
            with pytest.raises(Exception, match="append-only"):
                connection.execute(db.text(statement))
            connection.rollback()
    assert [row.no for row in reports(key)] == [1]
