"""Who hears is worked out when the letter is sent: movers, leavers, newcomers and acting heads of that moment."""

from __future__ import annotations

from datetime import date

import pytest

from models.base import db
from models.people import RoleGrant, Tenure
from models.vocabulary import Action, Capacity, Role
from notifications import delivery, sweep, unreachable
from notifications.mailer import Answer, Fate
from tests.fixtures.handing import hand_account, hand_role, hand_seat
from tests.fixtures.mail import Office
from workflow import reference
from workflow.actors import Actor
from workflow.organization import people, seats

DUE = date(2026, 1, 16)
MORNING = "2026-01-13T07:30"
SYSTEM = Actor.system()


@pytest.fixture
def planned(office: Office) -> int:
    """Return a task of the first division whose letter of the morning is written and not sent yet."""
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", DUE)
    sweep.run(office.world.at(MORNING))
    db.session.rollback()
    return task


def send(office: Office, moment: str = MORNING) -> None:
    delivery.deliver(office.world.at(moment))
    db.session.rollback()


def speaks(office: Office, username: str, task: int) -> bool:
    return any(key.startswith(f"task={task};") for key in office.server.keys(office.address(username)))


def replace_head(office: Office, username: str, day: date, local: str, capacity: Capacity = Capacity.FULL) -> None:
    post, at = office.world.post["head_a"], office.world.at(local)
    for row in db.session.scalars(db.select(Tenure).where(Tenure.post_id == post, Tenure.to_on.is_(None))).all():
        hand_seat(row.id)
        seats.end(row.id, day, "QĐ 2", by=SYSTEM, at=at)
    key = seats.enter(post, office.world.person[username], day, "QĐ 3", by=SYSTEM, at=at, capacity=capacity)
    seats.confirm(key, by=SYSTEM, at=at)


def test_a_task_given_to_another_unit_between_writing_and_sending_is_told_to_the_new_one_alone(
    office: Office, planned: int
) -> None:
    office.world.assign(planned, "KHTH", DUE, local="2026-01-13T07:31")
    send(office, "2026-01-13T07:32")
    assert not speaks(office, "head_a", planned)
    office.tick("2026-01-13T07:33")
    assert speaks(office, "head_b", planned)
    assert not speaks(office, "head_a", planned)


def test_a_head_replaced_at_noon_hears_no_more_and_the_new_one_hears_the_same_day(office: Office, planned: int) -> None:
    office.server.rcpt[office.address("head_a")] = ["450 later"]
    send(office)
    replace_head(office, "officer_a", date(2026, 1, 13), "2026-01-13T12:00", Capacity.ACTING)
    office.server.rcpt.clear()
    office.tick("2026-01-13T12:01")
    assert not speaks(office, "head_a", planned)
    assert speaks(office, "officer_a", planned)
    place = office.server.to.index(office.address("officer_a"))
    assert "Quyền Trưởng phòng" in office.server.words(place)


def test_an_account_closed_before_the_letter_left_gets_none_and_nobody_is_asked_to_telephone(
    office: Office, planned: int
) -> None:
    hand_account(office.world.person["head_a"])
    people.set_active(office.world.person["head_a"], False, by=SYSTEM, at=office.world.at("2026-01-13T07:31"))
    send(office, "2026-01-13T07:32")
    assert office.count("head_a") == 0
    assert unreachable.people(reference.load(date(2026, 1, 13))) == []
    office.tick("2026-01-14T07:30")
    assert speaks(office, "vice", planned)  # acts for the seat that nobody reads letters in


def test_an_account_closed_while_its_letter_is_under_way_got_that_one_and_gets_no_other(
    office: Office, planned: int
) -> None:
    run = delivery.Run(office.world.at(MORNING))
    work = run.advance(None, goes_on=True)
    while work is not None and work.recipient_id != office.world.person["head_a"]:
        work = run.advance((work, Answer(Fate.ACCEPTED)), goes_on=True)
    assert work is not None
    hand_account(work.recipient_id)
    people.set_active(work.recipient_id, False, by=SYSTEM, at=office.world.at("2026-01-13T07:31"))
    run.advance((work, Answer(Fate.ACCEPTED)), goes_on=False)
    assert [str(letter.state) for letter in office.letters("head_a")] == ["accepted"]
    office.through(date(2026, 1, 14), date(2026, 1, 20))
    assert len(office.letters("head_a")) == 1


def test_an_officer_who_came_after_the_task_was_given_hears_of_it_once_he_is_named(office: Office) -> None:
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", DUE)
    at = world.at("2026-01-12T09:00")
    key, _first = people.create("moi_den", "Lâm Văn Mới", office.address("moi_den"), by=SYSTEM, at=at)
    people.grant(key, Role.OFFICER, world.unit["CSDT"], date(2026, 1, 12), by=SYSTEM, at=at)
    world.step(task, Action.RECEIVE, "head_a", "2026-01-12T10:00", officer_id=key)
    office.tick("2026-01-13T07:30")
    assert speaks(office, "moi_den", task)
    assert "T-3" in office.server.rules(office.address("moi_den"))
    assert "T-3" not in office.rules("head_a")


def test_an_officer_who_moved_to_another_unit_hears_no_more_and_the_head_does(office: Office) -> None:
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.RECEIVE, "head_a", officer_id=world.person["officer_a"])
    sweep.run(world.at(MORNING))
    grants = people_grants(world.person["officer_a"])
    hand_role(grants)
    people.end_grant(grants, date(2026, 1, 13), by=SYSTEM, at=world.at("2026-01-13T07:31"))
    send(office, "2026-01-13T07:32")
    assert not speaks(office, "officer_a", task)
    office.tick("2026-01-13T07:33")
    assert "T-3" in office.rules("head_a")


def people_grants(person: int) -> int:
    db.session.rollback()
    return int(db.session.scalars(db.select(RoleGrant.id).where(RoleGrant.person_id == person)).one())
