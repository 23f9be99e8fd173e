"""What a signature is worth: bound to what was seen, and whatever changes since is said everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models.base import db
from models.session import transaction
from models.tasks import Coordination, HandIn, Signature, Task
from models.vocabulary import Action, Meaning, Part, Status
from tests.fixtures.places import PASSWORD, World
from workflow import drift, files, reference, signoff
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Upload
from workflow.ledger import recorded
from workflow.organization import units

DUE, TODAY = date(2026, 1, 30), date(2026, 1, 6)
LOCAL = "2026-01-06T10:00"
PDF = b"%PDF-1.7 mot van ban that"


@pytest.fixture
def signed(world: World) -> int:
    """Return a task whose first level is signed, with a file as evidence."""
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE, product="Báo cáo")
    world.step(task, Action.RECEIVE, "head_a", "2026-01-06T08:00")
    world.step(task, Action.HAND_IN, "officer_a", "2026-01-06T09:00", result="Xong", files=(Upload("a.pdf", PDF),))
    world.step(task, Action.SIGN_OFF, "head_a", LOCAL)
    return task


def state(world: World, task: int) -> drift.Drift:
    view = world.view(task, "chair", LOCAL)
    assert view.drift is not None
    listed = drift.of_tasks([task], reference.load(TODAY))
    assert (task in listed) == (not view.drift.holds), "page and list say the same"
    return view.drift


def change(task: int, world: World, **columns: Any) -> None:
    """Change a task as some later act of the system would."""
    with transaction() as session:
        row = session.get_one(Task, task)
        with recorded(row, "task.correct", by=Actor.system(), at=world.at(LOCAL)):
            for name, value in columns.items():
                setattr(row, name, value)


def test_while_nothing_changed_the_signature_holds(world: World, signed: int) -> None:
    assert state(world, signed) == drift.Drift(1, 1)
    world.step(signed, Action.COMMENT, "office", LOCAL, text="Đã xem.")
    world.step(signed, Action.CONFIRM, "vice", LOCAL)
    assert state(world, signed).holds, "later steps of signing and comments never unsign it"


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"title": "Việc khác"}, "wording"),
        ({"product": "Kế hoạch"}, "wording"),
        ({"due_on": date(2026, 2, 5), "late_after": date(2026, 2, 5)}, "dates"),
        ({"deadline_words": "trong Quý I"}, "dates"),
        ({"lead_unit_id": "KHTH"}, "lead"),
    ],
)
def test_a_later_change_of_the_task_is_version_two_and_unsigned(
    columns: dict[str, Any], what: str, world: World, signed: int
) -> None:
    given = {name: world.unit.get(str(value), value) for name, value in columns.items()}
    change(signed, world, **given)
    assert state(world, signed) == drift.Drift(1, 2, (what,))


def test_a_unit_that_joins_is_a_change_and_one_that_leaves_is_none(world: World, signed: int) -> None:
    with transaction() as session:
        row = Coordination(task_id=signed, unit_id=world.unit["KHTH"], part=Part.COORDINATES)
        with recorded(None, "task.assign", by=Actor.system(), at=world.at(LOCAL)):
            session.add(row)
    assert state(world, signed).changed == ("parts",)


def test_a_new_name_of_the_unit_and_another_head_change_nothing(world: World, signed: int) -> None:
    name = "Phòng Chính sách và Tuyên truyền"
    units.rename(world.unit["CSDT"], name, TODAY, "QĐ 1", by=Actor.system(), at=world.at(LOCAL))
    assert state(world, signed).holds


@pytest.mark.parametrize("spoil", ["flip", "cut", "remove"])
def test_one_byte_of_a_file_changes_the_state_and_the_same_file_again_restores_it(
    spoil: str, world: World, signed: int
) -> None:
    sha = db.session.scalars(db.select(HandIn)).one().evidence[0].sha256 or ""
    path = files.vault().path(sha)
    assert state(world, signed).holds
    spoiled: dict[str, Callable[[], object]] = {
        "flip": lambda: path.write_bytes(bytes([PDF[0] ^ 1]) + PDF[1:]),
        "cut": lambda: path.write_bytes(PDF[:-1]),
        "remove": path.unlink,
    }
    spoiled[spoil]()
    assert state(world, signed) == drift.Drift(1, 2, ("evidence",))
    files.vault().put(PDF)
    assert state(world, signed).holds


def test_a_new_version_handed_in_leaves_the_signature_with_the_old_one(world: World, signed: int) -> None:
    world.step(signed, Action.RETURN, "vice", LOCAL, reason="Thiếu số liệu.")
    assert state(world, signed).holds, "nothing else stands yet"
    world.step(signed, Action.HAND_IN, "officer_a", LOCAL, result="Bản hai")
    assert state(world, signed) == drift.Drift(1, 2)
    world.step(signed, Action.SIGN_OFF, "head_a", LOCAL)
    assert state(world, signed) == drift.Drift(2, 2)


def test_what_is_no_longer_as_handed_in_is_not_signed_but_can_be_returned(world: World, signed: int) -> None:
    change(signed, world, title="Việc khác")
    with pytest.raises(Refusal) as caught:
        world.step(signed, Action.CONFIRM, "vice", LOCAL)
    assert caught.value.code == "changed_since"
    assert caught.value.details["what"] == signoff.CHANGES["wording"]
    world.step(signed, Action.RETURN, "vice", LOCAL, reason="Nhiệm vụ đã đổi.")
    assert world.task(signed).status == Status.IN_PROGRESS


def test_a_withdrawn_signature_speaks_of_nothing(world: World, signed: int) -> None:
    world.step(signed, Action.WITHDRAW_SIGNATURE, "head_a", LOCAL, reason="Ký nhầm.", password=PASSWORD)
    assert world.view(signed, "chair", LOCAL).drift is None


def test_a_return_is_signed_with_position_capacity_and_what_it_returns(world: World, signed: int) -> None:
    with pytest.raises(Refusal, match="wrong_password"):
        world.step(signed, Action.RETURN, "vice", LOCAL, reason="Thiếu.", password="sai")
    world.step(signed, Action.RETURN, "vice", LOCAL, reason="Thiếu số liệu.")
    mark = db.session.scalars(db.select(Signature).where(Signature.meaning == Meaning.RETURNED)).one()
    assert (mark.level, mark.position, mark.name, mark.remark) == (
        2,
        "Phó Trưởng ban",
        "Nông Thị Lan",
        "Thiếu số liệu.",
    )
    assert mark.content_sha == db.session.get_one(HandIn, mark.hand_in_id).content_sha
    assert signoff.standing(db.session.get_one(HandIn, mark.hand_in_id), 2) is None, "it approves of nothing"


def test_a_signature_cannot_mean_a_return(world: World, signed: int) -> None:
    with pytest.raises(Refusal, match="bad_value"):
        world.step(signed, Action.CONFIRM, "vice", LOCAL, meaning=Meaning.RETURNED)
