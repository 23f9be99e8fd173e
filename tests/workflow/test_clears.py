"""The six clears: function and filter of lists say the same of every task, and nothing is ever stopped by them."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

from models.base import db
from models.session import transaction
from models.tasks import Task
from models.vocabulary import DeadlineKind, Status
from tests.fixtures.places import World
from workflow import clears, reference
from workflow.actors import Actor
from workflow.clears import CLEARS
from workflow.ledger import recorded
from workflow.organization import seats


def ref_of(world: World) -> reference.Reference:
    return reference.load(date(2026, 1, 5))


def unclear(code: str, ref: reference.Reference) -> set[int]:
    return set(db.session.scalars(db.select(Task.id).where(clears.unclear(code, ref))))


def test_a_draft_of_a_plan_lacks_what_the_plan_does_not_say_and_an_assignment_makes_it_clear(world: World) -> None:
    task = world.drafts[0]
    assert clears.meter(world.task(task), ref_of(world)).missing == ("who", "when", "duty", "product", "authority")
    world.assign(task, "CSDT", date(2026, 1, 30), product="Báo cáo")
    assert clears.meter(world.task(task), ref_of(world)).missing == ()


def test_an_assignment_that_lacks_some_is_taken_all_the_same(world: World) -> None:
    world.assign(world.drafts[0], "CSDT")
    found = clears.meter(world.task(world.drafts[0]), ref_of(world))
    assert (found.missing, found.clear) == (("when", "product"), 4)
    assert world.task(world.drafts[0]).status == Status.ASSIGNED


def test_who_approves_is_kept_as_it_was_given_and_a_correction_without_it_leaves_it(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", authority="Trưởng ban phê duyệt")
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    assert world.task(world.drafts[0]).authority == "Trưởng ban phê duyệt"


def test_the_filter_and_the_function_say_the_same_of_every_task(world: World) -> None:
    held = db.session.scalars(db.text("SELECT id FROM tenure WHERE post_id = :p"), {"p": world.post["head_b"]}).one()
    seats.end(held, date(2026, 1, 5), "QĐ 1", by=Actor.system(), at=world.at())  # the second division has no head
    choices: dict[str, tuple[Any, ...]] = {
        "lead_unit_id": (None, world.unit["CSDT"], world.unit["KHTH"]),
        "officer_id": (None, world.person["officer_b"]),
        "leader_post_id": (None, world.post["vice"]),
        "title": ("Một việc", "Rà soát chính sách", "a  b"),
        "product": ("", "Báo cáo"),
        "deadline_kind": (DeadlineKind.NONE, DeadlineKind.ONGOING),
        "authority": ("", "Trưởng ban"),
        "steps": (1, 2),
    }
    with transaction() as session, recorded(None, "task.create", by=Actor.system(), at=world.at()):
        for values in product(*choices.values()):
            columns = dict(zip(choices, values, strict=True))
            session.add(Task(plan_id=world.plan, folded="x", **columns))
    ref = ref_of(world)
    found = list(db.session.scalars(db.select(Task)))
    assert len(found) > 500
    for code in CLEARS:
        assert unclear(code, ref) == {task.id for task in found if code in clears.meter(task, ref).missing}, code
    assert unclear(clears.ALL, ref) == {task.id for task in found if clears.meter(task, ref).missing}
