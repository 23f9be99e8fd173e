"""Who holds a seat as acting or in charge is named so wherever he signs or is signed for."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from models.base import db
from models.people import Tenure
from models.tasks import HandIn
from models.vocabulary import Action, Capacity, MandateKind
from tests.fixtures.handing import hand_seat
from tests.fixtures.places import World
from workflow import signoff
from workflow.actors import Actor
from workflow.organization import seats

TODAY = date(2026, 1, 5)


@pytest.fixture
def assigned(world: World) -> int:
    """Return a task of the first division."""
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    return world.drafts[0]


def hold_seat(world: World, capacity: Capacity) -> None:
    """Give the seat of the first division's head to somebody in a capacity."""
    system: dict[str, Any] = {"by": Actor.system(), "at": world.at()}
    held = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post["head_a"])).one()
    hand_seat(held)
    seats.end(held, TODAY, "QĐ 1", **system)
    entered = seats.enter(world.post["head_a"], world.person["officer_b"], TODAY, "QĐ 2", capacity=capacity, **system)
    seats.confirm(entered, **system)


def handed_in(world: World, task: int) -> None:
    world.step(task, Action.RECEIVE, "officer_b", "2026-01-06T08:00")
    world.step(task, Action.HAND_IN, "officer_a", "2026-01-06T09:00", result="Xong", document_number="1/BC")


def result(task: int) -> HandIn:
    db.session.expire_all()
    found: HandIn = db.session.scalars(db.select(HandIn).where(HandIn.task_id == task)).one()
    return found


@pytest.mark.parametrize(
    ("capacity", "title"),
    [(Capacity.ACTING, "Quyền Trưởng phòng"), (Capacity.IN_CHARGE, "Phụ trách Trưởng phòng")],
)
def test_an_acting_head_signs_under_the_title_of_that_day_and_the_snapshot_carries_it(
    capacity: Capacity, title: str, world: World, assigned: int
) -> None:
    hold_seat(world, capacity)
    handed_in(world, assigned)
    world.step(assigned, Action.SIGN_OFF, "officer_b", "2026-01-06T10:00")
    found = result(assigned)
    assert json.loads(found.content)["task"]["lead_head"] == f"{title} Bế Văn Giang"
    assert (found.signatures[0].position, found.signatures[0].capacity) == (title, capacity)
    assert signoff.is_intact(found)


def test_a_mandate_of_an_acting_head_is_signed_for_the_acting_head(world: World, assigned: int) -> None:
    hold_seat(world, Capacity.ACTING)
    mandate = seats.mandate(
        world.post["head_a"], world.person["office"], MandateKind.KT, "Ký", world.at(), world.at("2026-01-09T00:00"),
        "QĐ 3", by=world.actor("head_office"), at=world.at(),
    )  # fmt: skip
    seats.confirm_mandate(mandate, by=world.actor("chair"), at=world.at())
    handed_in(world, assigned)
    world.step(assigned, Action.SIGN_OFF, "office", "2026-01-06T10:00")
    assert result(assigned).signatures[0].position == "KT. Quyền Trưởng phòng"
