"""What a person may read is one scope, and a right lost is lost at once (ACL-2, ACL-4, ACL-5)."""

from __future__ import annotations

from datetime import date

import pytest

from models.base import db
from models.log import LogEntry
from models.people import RoleGrant
from models.tasks import Task
from models.vocabulary import Action, MandateKind, Rank, Role
from tests.fixtures.handing import hand_role
from tests.fixtures.places import PEOPLE, World
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import people, seats
from workflow.permissions import PLACES, Scope

DUE = date(2026, 1, 30)
SEE_ALL = {"chair", "vice", "head_office", "office", "inspector"}
EVERYBODY = {name for name, *_ in PEOPLE}


def seen(world: World, username: str, local: str = "2026-01-06T08:00") -> set[int]:
    scope = Scope(world.actor(username, local))
    return set(db.session.scalars(db.select(Task.id).where(scope.tasks())))


def lines(world: World, username: str) -> set[int]:
    scope = Scope(world.actor(username))
    return set(db.session.scalars(db.select(LogEntry.seq).where(scope.log())))


@pytest.fixture
def given(world: World) -> World:
    """Give one task to each division, one of them with the other beside it; one stays a draft."""
    first, second, third, _ = world.drafts
    world.assign(first, "CSDT", DUE)
    world.assign(second, "KHTH", DUE)
    world.assign(third, "CSDT", DUE, coordinator_ids=(world.unit["KHTH"],))
    return world


def test_each_person_reads_the_tasks_of_his_units_and_no_draft(given: World) -> None:
    first, second, third, draft = given.drafts
    wanted = {name: {first, second, third, draft} for name in SEE_ALL}
    wanted |= {name: {first, third} for name in ("head_a", "officer_a")}
    wanted |= {name: {second, third} for name in ("head_b", "officer_b")}
    wanted["admin"] = set()
    assert {name: seen(given, name) for name in EVERYBODY} == wanted


def test_each_person_reads_the_lines_of_what_he_may_read_and_his_own(given: World) -> None:
    first, second, *_ = given.drafts
    of = {
        task: set(db.session.scalars(db.select(LogEntry.seq).where(LogEntry.task_id == task)))
        for task in (first, second)
    }
    everything = set(db.session.scalars(db.select(LogEntry.seq)))
    assert all(lines(given, name) == everything for name in SEE_ALL)
    assert of[first] <= lines(given, "officer_a")
    assert of[second].isdisjoint(lines(given, "officer_a"))
    assert of[first].isdisjoint(lines(given, "head_b"))
    administered = lines(given, "admin")
    about = db.session.scalars(
        db.select(LogEntry.task_id).where(LogEntry.seq.in_(administered), LogEntry.task_id.is_not(None))
    )
    assert administered
    assert list(about) == [], "the administrator reads nothing of any task"
    kinds = set(db.session.scalars(db.select(LogEntry.obj_type).where(LogEntry.seq.in_(administered))))
    assert {"unit", "person"} <= kinds
    assert kinds.isdisjoint({"document", "reading", "plan"}), "nor the file's name and number of any plan"
    assert {"document", "reading"} <= set(db.session.scalars(db.select(LogEntry.obj_type)))


def test_a_role_that_ended_shows_nothing_from_its_last_day_on(given: World) -> None:
    grant = db.session.scalars(
        db.select(RoleGrant.id).where(RoleGrant.person_id == given.person["officer_a"], RoleGrant.role == Role.OFFICER)
    ).one()
    hand_role(grant)
    people.end_grant(grant, date(2026, 1, 7), by=given.actor("admin"), at=given.at("2026-01-06T08:00"))
    assert seen(given, "officer_a", "2026-01-06T23:59:59")
    assert not seen(given, "officer_a", "2026-01-07T00:00")
    with pytest.raises(Refusal) as caught:
        given.step(given.drafts[0], Action.COMMENT, "officer_a", "2026-01-07T00:00", text="x")
    assert caught.value.code == "not_found"


def test_a_seat_gives_its_rights_when_a_second_person_confirmed_it_and_not_before(given: World) -> None:
    at, office = given.at(), given.actor("office")
    post = seats.create_post(given.unit["CSDT"], "Phó Trưởng phòng", Rank.DEPUTY, by=Actor.system(), at=at)
    entered = seats.enter(post, given.person["officer_b"], date(2026, 1, 5), "QĐ 3", by=office, at=at)
    assert given.drafts[0] not in seen(given, "officer_b")
    with pytest.raises(Refusal):
        seats.confirm(entered, by=office, at=at)
    seats.confirm(entered, by=given.actor("chair"), at=at)
    assert given.drafts[0] in seen(given, "officer_b")


@pytest.mark.parametrize(("post", "tasks"), [("head_a", (0, 2)), ("vice", (0, 1, 2)), ("chair", (0, 1, 2))])
def test_a_mandate_shows_what_it_signs_for_within_its_days_only(
    given: World, post: str, tasks: tuple[int, ...]
) -> None:
    at = given.at()
    start, end = given.at("2026-01-06T00:00"), given.at("2026-01-08T00:00")
    mandate = seats.mandate(
        given.post[post],
        given.person["officer_b"],
        MandateKind.TUQ,
        "Ký",
        start,
        end,
        "GUQ 1",
        by=given.actor("office"),
        at=at,
    )
    own = {given.drafts[1], given.drafts[2]}
    assert seen(given, "officer_b") == own, "not before a second person confirmed it"
    seats.confirm_mandate(mandate, by=given.actor("chair"), at=at)
    assert seen(given, "officer_b", "2026-01-05T23:59:59") == own
    assert seen(given, "officer_b", "2026-01-07T12:00") == own | {given.drafts[number] for number in tasks}
    assert seen(given, "officer_b", "2026-01-08T00:00") == own


def test_every_role_opens_only_its_places() -> None:
    assert PLACES["publish"] == {Role.LEADER}
    assert PLACES["manage"] == {Role.ADMIN}
    assert all(
        Role.ADMIN not in PLACES[name] for name in ("plans", "tasks", "give", "import", "targets", "seats", "calendar")
    )
    assert all(roles for roles in PLACES.values())
