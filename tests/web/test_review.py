"""The page of a review: every step is saved, nobody's words are lost, and its size does not follow the document's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from models.base import db
from models.plans import Plan, Reading
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.web.test_imports import DOCUMENT, buttons, count, open_reading, send, step
from workflow.permissions import Scope
from workflow.queries import readings

Visit = Callable[..., Visitor]


def test_each_step_is_saved_and_shown_to_the_next_clerk(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    person, other = visitor("office"), visitor("head_office")
    path, page = open_reading(person)
    first, second = buttons(page, "accept")[:2]
    answer = step(person, path, first)
    assert answer.status_code == 302
    assert "#c-" in str(answer.location)
    declare = second.replace("accept", "declare")
    number = declare.split(":")[1]
    assert step(other, path, declare, **{f"why-p-{number}": "Trùng \x00nhiệm vụ khác"}).status_code == 302
    page = person.get(path).get_data(as_text=True)
    assert "Trùng nhiệm vụ khác" in page
    assert first not in page


def test_a_step_without_its_reason_is_refused_on_the_page(visitor: Visit) -> None:
    person = visitor("office")
    path, page = open_reading(person)
    answer = step(person, path, buttons(page, "declare-clause")[0])
    assert answer.status_code == 422
    assert 'id="refusal"' in answer.get_data(as_text=True)


def test_who_loses_a_race_sees_both_texts_and_can_decide(visitor: Visit) -> None:
    person, other = visitor("office"), visitor("vice")
    path, page = open_reading(person)
    number = buttons(page, "accept")[0].split(":")[1]
    do = f"edit:{number}:1"
    assert step(other, path, do, text="Chữ của người trước", lead="Văn phòng").status_code == 302
    answer = step(person, path, do, text="Chữ của người sau", lead="Văn phòng")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Chữ của người trước" in shown
    assert "Chữ của người sau" in shown
    assert f'value="edit:{number}:2"' in shown


def test_an_edited_deadline_shows_what_it_means_and_asks_when_it_means_nothing(visitor: Visit) -> None:
    person = visitor("office")
    path, page = open_reading(person)
    number = buttons(page, "accept")[0].split(":")[1]
    assert f"edit={number}" in page
    assert 'id="edit-text"' in person.get(f"{path}?edit={number}").get_data(as_text=True)
    step(person, path, f"edit:{number}:1", text="Xây dựng", deadline="trước ngày 30/6/2026")
    assert "trước ngày 30/06/2026" in person.get(path).get_data(as_text=True)
    step(person, path, f"edit:{number}:2", text="Xây dựng", deadline="càng tốt")
    assert "Hệ thống không đọc được ngày nào" in person.get(path).get_data(as_text=True)


MADE_UP = ("", "accept", "accept:x:y", "accept:99:1", "steal:1:1", "split:0:1", "merge", "accept-section:", "edit:0:1")


@pytest.mark.parametrize("do", [*MADE_UP, "edit-target:9:1"])
def test_no_button_somebody_makes_up_breaks_the_review(do: str, visitor: Visit, world_app: tuple[Flask, World]) -> None:
    person, app = visitor("office"), world_app[0]
    path, _ = open_reading(person)
    answer = person.post(
        f"{path}/step", {"do": do, "pick": ["x", "1:", ":2", "9:9"], "at": "5", "year": "x" if do else ""}
    )
    assert answer.status_code in (302, 404, 409, 422)
    assert count(app, Plan) == 1


def test_the_marked_text_is_the_documents_text_letter_for_letter(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, (app, world) = visitor("office"), world_app
    open_reading(person)
    with app.app_context():
        key = db.session.scalars(select(Reading.id).order_by(Reading.id.desc())).first()
        assert key is not None
        view = readings.one(key, seen_by=Scope(world.actor("office")))
        lines = []
        for row in (row for group in view.groups for row in group.rows):
            lines += [*row.around, *"".join(piece.text for piece in row.pieces).split("\n")]
        text = view.sheet.text
    assert [*lines, *view.after] == [line for line in text.split("\n") if line.strip()]


def test_the_review_asks_the_database_the_same_however_long_the_document_is(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("office"), world_app[0]
    short, _ = open_reading(person)
    lines = "\n".join(
        f"{number}. Kiểm tra việc thực hiện dự án số {number}\n- Chủ trì: Phòng Kế hoạch." for number in range(1, 1001)
    )
    long = str(send(person, "dai.md", DOCUMENT.replace("2. Kiểm tra việc", f"{lines}\n2. Kiểm tra việc")).location)
    counts = [statements(app, partial(person.get, path)) for path in (short, short, long)]
    assert counts[1] == counts[2] <= 6
    page = person.get(long).get_data(as_text=True)
    assert len(page) < 400_000


def statements(app: Flask, act: Callable[[], Any]) -> int:
    """Count the statements of one request."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.split()[0] == "SELECT":
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
