"""The pages of organisational change: seen before it is entered, confirmed by another, read by all, shared out."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.handover import SignerAlert
from models.units import UnitEvent
from models.vocabulary import Rank, UnitKind
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World
from tests.fixtures.tasks import counted, statements_of
from workflow.actors import Actor
from workflow.organization import restructure, seats, units

Visit = Callable[..., Visitor]
NEW = "Phòng Chính sách - Kế hoạch"
DECISION = "QĐ 45/QĐ-UBND ngày 20/02/2026"


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def merging(world_app: tuple[Flask, World], clock_at: Callable[[str], None]) -> World:
    """Give both divisions a task, and make the division that is to take them over."""
    app, world = world_app
    with app.app_context():
        at: dict[str, Any] = {"by": Actor.system(), "at": world.at()}
        world.unit["CSKH"] = units.create(
            "CSKH",
            UnitKind.DIVISION,
            "Phòng Chính sách - Kế hoạch",
            date(2026, 1, 5),
            parent_id=world.unit["BDT"],
            **at,
        )
        seats.create_post(world.unit["CSKH"], "Trưởng phòng", Rank.HEAD, **at)
        world.assign(world.drafts[0], "CSDT", date(2026, 4, 30))
        world.assign(world.drafts[1], "KHTH", date(2026, 4, 30))
        db.session.remove()
    clock_at("2026-02-20T08:00")
    return world


def form(world: World) -> dict[str, Any]:
    facts = {"from0": world.unit["CSDT"], "from1": world.unit["KHTH"], "to0": world.unit["CSKH"]}
    return {"kind": "merge", "from_on": "2026-03-01", "decision": DECISION, **facts}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_merger_is_seen_entered_confirmed_and_shared_out(
    language: str, merging: World, world_app: tuple[Flask, World], visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    office, chair, reader = visitor("office"), visitor("chair"), visitor("officer_a")
    for person in (office, chair, reader):
        person.post("/language", {"language": language})
    assert office.get("/admin/changes/new").status_code == 200
    seen = text(office.post("/admin/changes", {**form(merging), "preview": "1"}))
    assert "Triệu Minh Đức" in seen
    assert "Đặng Quốc Hưng" in seen
    assert db_count(world_app) == 0
    entered = office.post("/admin/changes", form(merging))
    assert entered.status_code == 302
    page = entered.location
    button = re.search(r'action="(/admin/units/events/\d+/confirm)"', text(chair.get(page)))
    assert button is not None
    assert button[1] not in text(office.get(page))
    assert chair.post(button[1]).status_code == 302
    clock_at("2026-03-02T08:00")
    with world_app[0].app_context():
        assert restructure.due(merging.at("2026-03-02T08:00")) == 1
        db.session.remove()
    office, reader = visitor("office"), visitor("officer_a")
    with counted() as sent:
        shown = text(office.get(page))
    assert len(statements_of(sent)) <= 12
    for words in (DECISION, "Phòng Chính sách Dân tộc + Phòng Kế hoạch - Tổng hợp → Phòng Chính sách - Kế hoạch"):
        assert words in shown
        assert words in text(reader.get(page))
    first, second = merging.drafts[:2]
    moved = {f"unit{first}": merging.unit["VP"], f"unit{second}": merging.unit["CSKH"]}
    assert office.post(f"{page}/list", moved).status_code == 302
    assert office.post(f"{page}/list", {"task": [second], "unit_id": merging.unit["TTR"], **moved}).status_code == 302
    with world_app[0].app_context():
        assert merging.task(first).lead_unit_id == merging.unit["VP"]
        assert merging.task(second).lead_unit_id == merging.unit["TTR"]
        db.session.remove()
    assert office.post(f"{page}/sign", {"password": "sai"}).status_code == 403
    assert office.post(f"{page}/sign", {"password": PASSWORD}).status_code == 302
    assert office.post(f"{page}/list", moved).status_code == 409


def db_count(world_app: tuple[Flask, World]) -> int:
    with world_app[0].app_context():
        found = db.session.scalar(db.select(db.func.count(UnitEvent.id)))
        db.session.remove()
    return int(found or 0)


def test_what_nobody_can_do_stands_above_every_page_of_office_and_leadership(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    office, head = visitor("office"), visitor("head_a")
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 4, 30))
        alert = {"kind": "sign_first", "object_id": 1, "task_id": world.drafts[0], "since": date(2026, 1, 5)}
        db.session.add(SignerAlert(**alert, found_at=world.at(), superior_id=world.person["chair"]))
        db.session.commit()
        title = world.task(world.drafts[0]).title
        db.session.remove()
    assert "/admin/signers" in text(office.get("/"))
    assert "/admin/signers" not in text(head.get("/"))
    with counted() as sent:
        page = text(office.get("/admin/signers"))
    assert title in page
    assert "Hoàng Văn Thủ" in page
    assert len(statements_of(sent)) <= 12
    assert head.get("/admin/signers").status_code == 403


def test_the_list_of_changes_costs_as_many_queries_for_many_as_for_few(
    merging: World, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    office = visitor("office")
    sizes = []
    for _time in range(2):
        assert office.post("/admin/changes", form(merging)).status_code == 302
        office.get("/admin/changes")
        with counted() as sent:
            office.get("/admin/changes")
        sizes.append(len(statements_of(sent)))
    assert sizes[0] == sizes[1] <= 12
