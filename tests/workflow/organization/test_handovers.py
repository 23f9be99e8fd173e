"""Nobody leaves with open work in his hands: it is handed over by a signature, item by item, and the paper stays."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from docx import Document
from flask import Flask

from accountability import replay
from models import guards
from models.base import db
from models.handover import Handover
from models.log import LogEntry
from models.people import RoleGrant
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World
from tests.fixtures.tasks import counted, statements_of
from tests.workflow.organization.test_seats import DECISION, current
from workflow import reference
from workflow.actors import Actor
from workflow.organization import handovers, people, seats

A = Action
DAY, LOCAL = date(2026, 1, 6), "2026-01-06T10:00"
Refused = Callable[..., None]


@pytest.fixture
def at_work(world: World) -> int:
    """Return a task of the first division with its named officer, at work."""
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    world.step(world.drafts[0], A.RECEIVE, "head_a", "2026-01-06T09:00", officer_id=world.person["officer_a"])
    return world.drafts[0]


def sign(world: World, username: str, by: str | None = None, **more: Any) -> int:
    """Have somebody, or another in his place, hand over everything."""
    leave = handovers.of_account(world.person[username])
    who: dict[str, Any] = {"by": world.actor(by or username, LOCAL), "at": world.at(LOCAL)}
    return handovers.sign(leave, more.pop("choice", {}), password=PASSWORD, **who, **more)


def test_an_account_with_open_work_is_closed_only_after_its_handover(
    world: World, at_work: int, refused: Refused
) -> None:
    who: dict[str, Any] = {"by": world.actor("admin", LOCAL), "at": world.at(LOCAL)}
    refused("handover_missing", people.set_active, world.person["officer_a"], False, **who)
    refused("handover_missing", people.set_active, world.person["officer_a"], False, by=Actor.system(), at=who["at"])
    sign(world, "officer_a", choice={at_work: world.person["head_a"]})
    assert world.task(at_work).officer_id == world.person["head_a"]
    people.set_active(world.person["officer_a"], False, **who)
    assert replay.differences() == []


def test_a_seat_with_open_work_ends_only_after_its_handover(world: World, at_work: int, refused: Refused) -> None:
    held, at = current(world, "head_a"), world.at(LOCAL)
    seats.end(held, DAY, DECISION, by=world.actor("office", LOCAL), at=at)
    refused("handover_missing", seats.confirm_end, held, by=world.actor("chair", LOCAL), at=at)
    refused("handover_missing", seats.end, held, DAY, DECISION, by=Actor.system(), at=at)
    sign(world, "head_a")
    seats.confirm_end(held, by=world.actor("chair", LOCAL), at=at)
    assert world.task(at_work).officer_id == world.person["officer_a"]


def test_a_role_in_a_unit_ends_only_after_its_handover(world: World, at_work: int, refused: Refused) -> None:
    grant = db.session.scalars(db.select(RoleGrant).where(RoleGrant.person_id == world.person["officer_a"])).one()
    who: dict[str, Any] = {"by": world.actor("admin", LOCAL), "at": world.at(LOCAL)}
    refused("handover_missing", people.end_grant, grant.id, DAY, **who)
    handovers.sign(
        handovers.of_role(grant), {}, password=PASSWORD, by=world.actor("officer_a", LOCAL), at=world.at(LOCAL)
    )
    people.end_grant(grant.id, DAY, **who)
    assert world.task(at_work).officer_id is None


def test_who_holds_nothing_open_goes_without_a_paper(world: World) -> None:
    people.set_active(world.person["officer_b"], False, by=world.actor("admin", LOCAL), at=world.at(LOCAL))
    assert db.session.scalars(db.select(Handover)).all() == []


def test_work_that_comes_after_the_signature_is_handed_over_anew(world: World, at_work: int, refused: Refused) -> None:
    sign(world, "officer_a")
    world.assign(world.drafts[1], "CSDT", date(2026, 1, 30))
    world.step(world.drafts[1], A.RECEIVE, "head_a", LOCAL, officer_id=world.person["officer_a"])
    refused(
        "handover_missing", people.set_active, world.person["officer_a"], False, by=world.actor("admin", LOCAL),
        at=world.at(LOCAL),
    )  # fmt: skip


@pytest.mark.parametrize("by", ["head_a", "vice", "chair"])
def test_in_his_absence_a_superior_signs_with_a_reason_that_stays_private(
    by: str, world: World, at_work: int, refused: Refused
) -> None:
    refused("missing_field", sign, world, "officer_a", by)
    made = sign(world, "officer_a", by, reason="Nằm viện dài ngày")
    row = db.session.get_one(Handover, made)
    assert (row.name, row.reason) == (world.actor(by).name, "Nằm viện dài ngày")
    assert "Nằm viện" not in row.content
    assert not any("Nằm viện" in body for body in db.session.scalars(db.select(LogEntry.body)))


@pytest.mark.parametrize("by", ["head_b", "officer_b", "office", "admin"])
def test_nobody_else_signs_in_his_place(by: str, world: World, at_work: int, refused: Refused) -> None:
    refused("not_yours", sign, world, "officer_a", by, reason="x")


def test_a_wrong_password_hands_nothing_over(world: World, at_work: int, refused: Refused) -> None:
    leave = handovers.of_account(world.person["officer_a"])
    refused(
        "wrong_password", handovers.sign, leave, {}, password="falsch", by=world.actor("officer_a", LOCAL),
        at=world.at(LOCAL),
    )  # fmt: skip
    assert world.task(at_work).officer_id == world.person["officer_a"]


def test_a_task_goes_only_to_somebody_who_works_in_its_unit(world: World, at_work: int, refused: Refused) -> None:
    refused("person_unknown", sign, world, "officer_a", choice={at_work: world.person["officer_b"]})


def test_the_list_names_everything_that_hangs_on_person_and_seat_as_it_stood(world: World, at_work: int) -> None:
    world.step(at_work, A.REQUEST_EXTENSION, "head_a", LOCAL, reason="x", proposed_on=date(2026, 2, 27))
    ref = reference.load(DAY)
    parts = {name: [item.parts for item in handovers.held(handovers.of_account(world.person[name]), ref)]
             for name in ("officer_a", "head_a", "vice", "officer_b")}  # fmt: skip
    assert parts == {"officer_a": [("officer",)], "head_a": [("head",)], "vice": [("supervisor",)], "officer_b": []}
    made = sign(world, "officer_a", choice={at_work: world.person["head_a"]})
    item = json.loads(db.session.get_one(Handover, made).content)["items"][0]
    assert (item["task"], item["to"], item["asks_time"]) == (at_work, "Triệu Minh Đức", True)
    reqs = set(db.session.scalars(db.select(LogEntry.req).where(LogEntry.act.in_(("handover.sign", "task.hand_over")))))
    assert len(reqs) <= 2
    assert "handover" in guards.APPEND_ONLY


def test_a_form_sent_twice_signs_once(world: World, at_work: int) -> None:
    first = sign(world, "officer_a", key="k")
    assert sign(world, "officer_a", key="k") == first
    assert len(db.session.scalars(db.select(Handover)).all()) == 1


def test_page_and_paper_say_who_hands_what_to_whom(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        world.step(world.drafts[0], A.RECEIVE, "head_a", "2026-01-06T09:00", officer_id=world.person["officer_a"])
        title = world.task(world.drafts[0]).title
        db.session.remove()
    clock_at(LOCAL)
    officer = visitor("officer_a")
    address = f"/handovers/of/{world.person['officer_a']}"
    with counted() as sent:
        page = officer.get(address).get_data(as_text=True)
    assert len(statements_of(sent)) <= 12
    assert title in page
    form = {f"to{world.drafts[0]}": world.person["head_a"], "password": PASSWORD, "leaving": "account", "what": ""}
    signed = officer.post(address, form)
    assert signed.status_code == 302
    shown = officer.get(signed.location).get_data(as_text=True)
    assert "Triệu Minh Đức" in shown
    paper = Document(io.BytesIO(officer.get(f"{signed.location}.docx").data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert title in cells
    assert "Triệu Minh Đức" in cells
    assert any("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text for text in cells)
    assert visitor("head_b").get(signed.location).status_code == 404
    assert visitor("officer_b").get(address).status_code == 403
