"""Two units see nothing of each other's: words planted in one never reach a person of the other, on any route."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World
from tests.house.test_routes import address, routes
from web.auth import PUBLIC
from workflow.given import Upload

# what differs between two answers that say the same: numbers and the form's token
VARYING = re.compile(r'\d+|value="[^"]*"')
OTHERS = ("head_b", "officer_b")


def words_of(answer: TestResponse) -> str:
    """Return what an answer says: a page as it is, a Word document or workbook by the parts in its package."""
    data = answer.get_data()
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(BytesIO(data)) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))


@pytest.fixture
def planted(world_app: tuple[Flask, World]) -> tuple[Flask, World, list[int], tuple[str, ...]]:
    """Plant a word in every text of two tasks of one unit, at every stage of their life."""
    app, world = world_app
    words = tuple(f"danhdau{name}" for name in ("sanpham", "tiendo", "ketqua", "lydo", "tep", "nhan", "xin", "traloi"))
    product, progress, result, reason, name, remark, asked, answered = words
    with app.app_context():
        first, second = world.drafts[:2]
        world.assign(first, "CSDT", date(2026, 1, 30), product=product)
        world.assign(second, "CSDT", date(2026, 1, 30), product=product)
        world.step(first, Action.RECEIVE, "head_a")
        world.step(first, Action.PROGRESS, "officer_a", text=progress)
        world.step(first, Action.REQUEST_EXTENSION, "head_a", reason=asked, proposed_on=date(2026, 2, 27))
        world.step(first, Action.REFUSE_EXTENSION, "vice", reason=answered)
        world.step(first, Action.HAND_IN, "officer_a", result=result, files=(Upload(f"{name}.txt", b"minh chung"),))
        world.step(first, Action.RETURN, "head_a", reason=reason)
        world.step(first, Action.HAND_IN, "officer_a", result=result, files=(Upload(f"{name}.txt", b"minh chung"),))
        world.step(first, Action.SIGN_OFF, "head_a", reason=remark)
        evidence = [item.id for row in world.view(first, "head_a").hand_ins for item in row.evidence]
    return app, world, [first, second, *evidence], words


@pytest.mark.parametrize("username", OTHERS)
def test_no_page_search_file_or_error_shows_one_unit_what_another_wrote(
    username: str, planted: tuple[Flask, World, list[int], tuple[str, ...]], visitor: Callable[..., Visitor]
) -> None:
    app, world, numbers, words = planted
    person = visitor(username)
    with app.app_context():
        titles = tuple(world.task(number).title for number in numbers[:2])
    seen = []
    for rule in routes(app, "GET"):
        if rule.endpoint in PUBLIC:
            continue
        for number in numbers if rule.arguments else [0]:
            path = address(app, rule, number)
            for asked in (
                "",
                "?state=&q=danhdau",
                f"?task={numbers[0]}&unit={world.unit['CSDT']}",
                f"?person={world.person['officer_a']}",
            ):
                page = words_of(person.get(path + asked))
                hidden = words if rule.endpoint.split(".")[0] == "plans" else (*words, *titles)
                seen += [(path + asked, word) for word in hidden if word in page and f'value="{word}"' not in page]
    assert seen == []


@pytest.mark.parametrize("username", OTHERS)
def test_every_step_on_another_units_task_is_answered_as_if_it_were_not_there(
    username: str, planted: tuple[Flask, World, list[int], tuple[str, ...]], visitor: Callable[..., Visitor]
) -> None:
    _, _, numbers, _ = planted
    person = visitor(username)
    fields: dict[str, Any] = {"reason": "x", "text": "x", "result": "x", "password": PASSWORD, "version": 1}
    answers = {action: person.post(f"/tasks/{numbers[0]}/{action.value}", fields).status_code for action in Action}
    assert set(answers.values()) == {404}
    absent = person.get("/tasks/99999")
    foreign = person.get(f"/tasks/{numbers[0]}")
    assert (absent.status_code, foreign.status_code) == (404, 404)
    assert VARYING.sub("", absent.get_data(as_text=True)) == VARYING.sub("", foreign.get_data(as_text=True))


def test_an_administrator_reads_no_task_and_acts_on_none(
    planted: tuple[Flask, World, list[int], tuple[str, ...]], visitor: Callable[..., Visitor]
) -> None:
    _, world, numbers, _ = planted
    admin = visitor("admin")
    assert admin.get(f"/tasks/{numbers[0]}").status_code in (403, 404)
    answers = {
        admin.post(f"/tasks/{numbers[0]}/{action.value}", {"reason": "x", "password": world.password}).status_code
        for action in Action
    }
    assert answers <= {403, 404}
