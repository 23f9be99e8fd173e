"""Somebody can always sign: who may do what waits is found by the rules themselves, and nobody left is an alarm."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.base import db
from models.handover import SignerAlert
from models.log import LogEntry
from models.people import Person, Tenure
from models.session import transaction
from models.tasks import Task
from models.vocabulary import Action, MandateCover, MandateKind
from tests.fixtures.mail import Office
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from workflow import reference, signers
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.organization import seats
from workflow.organization.seats import Reach

A = Action
DAY = date(2026, 1, 7)
LOCAL = "2026-01-07T08:00"


def vacate(world: World, *posts: str, on: date = DAY, local: str = "2026-01-06T10:00") -> None:
    """End the time of whoever holds these seats, past the rule of handing over: as when a seat was filled to a day."""
    with transaction():
        for post in posts:
            row = db.session.scalars(db.select(Tenure).where(Tenure.post_id == world.post[post])).one()
            with recorded(row, "seat.end", by=Actor.system(), at=world.at(local)):
                row.to_on = on


def waiting(world: World, local: str = LOCAL) -> dict[tuple[str, int | None], set[str]]:
    """Return what waits at a moment, with the user names of who may do it."""
    ref = reference.load(DAY)
    found = signers.signable(world.at(local), ref)
    return {(one.waiting.kind, one.waiting.task_id): {person.username for person in one.people} for one in found}


def alerts() -> list[tuple[str, int | None, bool]]:
    rows = db.session.scalars(db.select(SignerAlert).order_by(SignerAlert.id).execution_options(populate_existing=True))
    return [(row.kind, row.task_id, row.solved_at is None) for row in rows]


@pytest.fixture
def handed_in(world: World) -> int:
    """Return a task whose result waits for the signature of the first division's head."""
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    world.to_hand_in(world.drafts[0])
    return world.drafts[0]


def test_who_may_sign_is_who_the_page_offers_the_step_to(world: World, handed_in: int) -> None:
    world.assign(world.drafts[1], "KHTH", date(2026, 1, 30))
    world.step(world.drafts[1], A.RECEIVE, "head_b", "2026-01-06T09:00")
    world.step(
        world.drafts[1], A.REQUEST_EXTENSION, "head_b", "2026-01-06T09:00", reason="x", proposed_on=date(2026, 2, 27)
    )
    found = waiting(world)
    steps = {"sign_first": A.SIGN_OFF, "decide": A.GRANT_EXTENSION}
    for (kind, task), people in found.items():
        offered = {
            name
            for name in world.person
            if name not in ("admin", "inspector") and task is not None and steps[kind] in _offered(world, task, name)
        }
        assert people == offered
    assert found["sign_first", handed_in] == {"head_a"}
    assert found["decide", world.drafts[1]] == {"vice", "chair"}


def _offered(world: World, task: int, name: str) -> set[Action]:
    try:
        return {step.action for step in world.view(task, name, LOCAL).steps}
    except Refusal:
        return set()


def test_a_signed_duty_waits_for_the_leads_head_and_a_contest_for_who_supervises(world: World) -> None:
    task, facts = world.drafts[0], {"title": "Số liệu", "unit_id": world.unit["KHTH"], "due_on": date(2026, 1, 20)}
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.step(task, A.RECEIVE, "head_a")
    world.step(task, A.GIVE_DUTY, "head_a", **facts)  # type: ignore[arg-type]  # what the form carries
    duty = db.session.scalars(db.select(Task.id).where(Task.parent_id == task)).one()
    world.step(duty, A.RECEIVE, "head_b")
    world.step(duty, A.HAND_IN, "officer_b", result="x")
    world.step(duty, A.SIGN_OFF, "head_b")
    assert waiting(world) == {("accept", duty): {"head_a"}}
    world.step(duty, A.RETURN, "head_a", "2026-01-06T09:00", reason="thiếu")
    world.step(duty, A.CONTEST, "head_b", "2026-01-06T10:00", reason="đủ")
    assert waiting(world) == {("arbitrate", duty): {"vice", "chair"}}
    assert alerts() == []


def test_an_act_nobody_may_do_is_alarmed_about_once_until_somebody_can(world: World, handed_in: int) -> None:
    vacate(world, "head_a", "vice", "chair")
    for local in (LOCAL, "2026-01-07T09:00"):
        assert signers.watch(world.at(local)) == 1
    assert alerts() == [("sign_first", handed_in, True)]
    told = db.session.scalars(db.select(SignerAlert.superior_id)).one()
    assert told == world.person["head_office"]
    by, at = world.actor("office", LOCAL), world.at(LOCAL)
    entered = seats.enter(world.post["chair"], world.person["vice"], DAY, "QĐ 3", by=by, at=at)
    assert alerts() == [("sign_first", handed_in, True)]
    seats.confirm(entered, by=world.actor("head_office", LOCAL), at=at)
    assert alerts() == [("sign_first", handed_in, False)]
    acts = list(
        db.session.scalars(db.select(LogEntry.act).where(LogEntry.act.like("signers.%")).order_by(LogEntry.seq))
    )
    assert acts == ["signers.none", "signers.found"]


def test_a_change_of_the_organisation_alarms_in_the_same_breath(world: World, handed_in: int) -> None:
    vacate(world, "vice", "chair", on=date(2026, 1, 6), local="2026-01-06T09:30")
    at = world.at("2026-01-06T10:00")
    given = seats.mandate(
        world.post["head_a"], world.person["officer_b"], MandateKind.TL, "Ký", at, world.at("2026-01-09T00:00"),
        "QĐ 4", by=world.actor("office"), at=at,
    )  # fmt: skip
    assert alerts() == []
    held = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post["head_a"])).one()
    vacate(world, "head_a", on=date(2026, 1, 6))
    seats.revoke_mandate(given, "QĐ 5", by=world.actor("office"), at=at)
    assert alerts() == [("sign_first", handed_in, True)]
    assert held


def test_a_closed_account_signs_nothing_and_is_alarmed_about(world: World, handed_in: int) -> None:
    close(world, "head_a")
    assert signers.watch(world.at(LOCAL)) == 1
    assert waiting(world)["sign_first", handed_in] == set()


def close(world: World, *usernames: str) -> None:
    """Close accounts past the rule of handing over."""
    with transaction():
        for username in usernames:
            person = db.session.get_one(Person, world.person[username])
            with recorded(person, "person.close", by=Actor.system(), at=world.at(LOCAL)):
                person.active = False


def test_an_entry_that_only_its_author_could_confirm_is_told_to_administration(world: World) -> None:
    vacate(world, "head_a")
    close(world, "chair", "vice", "head_office")
    by, at = world.actor("office", LOCAL), world.at(LOCAL)
    seats.enter(world.post["head_a"], world.person["officer_a"], DAY, "QĐ 6", by=by, at=at)
    assert alerts() == [("tenure", None, True)]
    assert db.session.scalars(db.select(SignerAlert.superior_id)).one() == world.person["admin"]


def test_ten_thousand_acts_cost_as_many_queries_as_one(world: World, handed_in: int) -> None:
    ref = reference.load(DAY)
    with counted() as few:
        signers.signable(world.at(LOCAL), ref)
    for draft in world.drafts[1:]:
        world.assign(draft, "CSDT", date(2026, 1, 30))
        world.to_hand_in(draft)
    with counted() as many:
        found = signers.signable(world.at(LOCAL), ref)
    assert len(found) == 4
    assert len(statements_of(many)) == len(statements_of(few)) <= 9


def test_the_superior_hears_at_once_in_one_letter_however_many_there_are(office: Office) -> None:
    world = office.world
    for draft in world.drafts[:3]:
        world.assign(draft, "CSDT", date(2026, 1, 30), local="2026-01-05T08:00")
        world.to_hand_in(draft)
    vacate(world, "head_a", "vice", "chair")
    office.tick("2026-01-07T07:10")
    office.tick("2026-01-07T07:20")
    letters = [
        place for place, to in enumerate(office.server.to)
        if to == office.address("head_office") and "không ai" in office.server.words(place).casefold()
    ]  # fmt: skip
    assert len(letters) == 1
    assert "3" in office.server.words(letters[0])


# ------------------------------------------------------------------------------------------------ limited mandates
def _mandate(world: World, reach: Reach, post: str = "head_a") -> None:
    at: Any = world.at("2026-01-06T10:00")
    ends = world.at("2026-01-08T00:00")
    given = seats.mandate(
        world.post[post], world.person["officer_b"], MandateKind.TL, "Ký", at, ends, "QĐ 7",
        by=world.actor("office"), at=at, reach=reach,
    )  # fmt: skip
    seats.confirm_mandate(given, by=world.actor("vice"), at=at)


@pytest.mark.parametrize(
    ("covers", "signs"), [(MandateCover.SIGNING, True), (MandateCover.ALL, True), (MandateCover.DECIDING, False)]
)
def test_a_mandate_for_some_steps_is_good_for_these_alone(
    covers: MandateCover, signs: bool, world: World, handed_in: int
) -> None:
    _mandate(world, Reach(covers))
    assert ("officer_b" in waiting(world)["sign_first", handed_in]) is signs
    if signs:
        world.step(handed_in, A.SIGN_OFF, "officer_b", LOCAL)
    else:
        with pytest.raises(Refusal):
            world.step(handed_in, A.SIGN_OFF, "officer_b", LOCAL)


def test_a_mandate_for_one_task_shows_and_signs_that_task_alone(world: World, handed_in: int) -> None:
    other = world.drafts[1]
    world.assign(other, "CSDT", date(2026, 1, 30))
    world.to_hand_in(other)
    _mandate(world, Reach(task_id=other))
    with pytest.raises(Refusal) as caught:
        world.step(handed_in, A.SIGN_OFF, "officer_b", LOCAL)
    assert caught.value.code == "not_found"
    world.step(other, A.SIGN_OFF, "officer_b", LOCAL)


def test_a_mandate_for_another_plan_signs_nothing_here(world: World, handed_in: int) -> None:
    _mandate(world, Reach(plan_id=world.plan))
    assert "officer_b" in waiting(world)["sign_first", handed_in]


def test_an_expired_mandate_signs_nothing_at_midnight_exactly(world: World, handed_in: int) -> None:
    _mandate(world, Reach())
    with pytest.raises(Refusal):
        world.step(handed_in, A.SIGN_OFF, "officer_b", "2026-01-08T00:00:00")
    world.step(handed_in, A.SIGN_OFF, "officer_b", "2026-01-07T23:59:59")
