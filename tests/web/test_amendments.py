"""An amendment through the pages: both wordings side by side, decided by the office, put in force by a signature."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from models.base import db
from models.plans import Plan
from models.vocabulary import PlanState
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World
from tests.web.test_imports import buttons, step
from tests.workflow.test_amendments import NEXT, WORK, document
from tests.workflow.test_coverage import answer
from workflow.imports import import_file
from workflow.planning.reading import read

Visit = Callable[..., Visitor]


@pytest.fixture
def plan(world_app: tuple[Flask, World]) -> int:
    """Put a plan of five drafts in force."""
    app, world = world_app
    data = document(7, WORK)
    with app.app_context():
        found = import_file("kh.md", data, read(data, "kh.md"), by=world.actor("office"), at=world.at())
        answer(world, found)
        world.publish(found)
    return found


def bring(person: Visitor, plan: int, data: bytes) -> str:
    """Upload a new version; return the address of its review."""
    path = f"/plans/{plan}/amend"
    person.get(path)
    sent = person.post(path, {"file": (BytesIO(data), "moi.md")}, content_type="multipart/form-data")
    assert sent.status_code == 302, sent.get_data(as_text=True)
    return str(sent.location)


def test_an_amendment_goes_from_the_upload_to_the_signature(
    plan: int, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    office, vice, app = visitor("office"), visitor("vice"), world_app[0]
    assert f"/plans/{plan}/amend" in office.get(f"/plans/{plan}").get_data(as_text=True)
    path = bring(office, plan, document(9, NEXT))
    page = office.get(path).get_data(as_text=True)
    assert "<ins>" in page
    assert "<del>" in page
    assert len(buttons(page, "accept")) == 4
    for do in buttons(page, "accept"):
        assert step(office, path, do).status_code == 302
    assert office.get(f"/plans/amendments/{path.rsplit('/', 1)[-1]}/sign").status_code == 403
    signing = f"/plans/amendments/{path.rsplit('/', 1)[-1]}/sign"
    shown = vice.get(signing).get_data(as_text=True)
    found = re.search(r'name="content_hash" value="(\w+)"', shown)
    assert found is not None
    sent = {"content_hash": found[1], "password": PASSWORD, "decision": "Kế hoạch 9/KH-BDT ngày 03/3/2026"}
    assert vice.post(signing, sent | {"password": "sai"}).status_code == 403
    assert vice.post(signing, sent | {"decision": ""}).status_code == 422
    done = vice.post(signing, sent)
    assert done.status_code == 302
    assert vice.post(signing, sent).location == done.location
    new = int(str(done.location).rsplit("/", 1)[-1])
    with app.app_context():
        assert db.session.get_one(Plan, plan).state == PlanState.SUPERSEDED
        assert db.session.get_one(Plan, new).state == PlanState.PUBLISHED
    assert f'href="/plans/{new}"' in vice.get(f"/plans/{plan}").get_data(as_text=True)
    assert f'href="/plans/{plan}"' in vice.get(f"/plans/{new}").get_data(as_text=True)


def test_a_version_that_cannot_be_read_or_is_known_is_answered_on_the_page(plan: int, visitor: Visit) -> None:
    office = visitor("office")
    path = f"/plans/{plan}/amend"
    office.get(path)
    for data, name, status in ((b"MZ", "a.exe", 415), (b" ", "a.md", 422), (document(7, WORK), "a.md", 409)):
        sent = office.post(path, {"file": (BytesIO(data), name)}, content_type="multipart/form-data")
        assert sent.status_code == status
        assert 'type="file"' in sent.get_data(as_text=True)
    assert office.post(path, {}).status_code == 422
    assert office.get("/plans/99999/amend").status_code == 404


@pytest.mark.parametrize("username", ["head_a", "inspector", "admin"])
def test_units_inspectors_and_administrators_do_not_amend(username: str, plan: int, visitor: Visit) -> None:
    path = bring(visitor("office"), plan, document(9, NEXT))
    person = visitor(username)
    assert person.get(f"/plans/{plan}/amend").status_code == 403
    assert person.post(f"/plans/{plan}/amend", {}).status_code == 403
    assert person.get(path).status_code == 403
    assert person.post(f"/plans/amendments/{path.rsplit('/', 1)[-1]}/sign", {}).status_code == 403
