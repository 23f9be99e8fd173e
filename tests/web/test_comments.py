"""The thread of comments: on the task's page the newest, all of them page by page, names to be told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from models.base import db
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of

Visit = Callable[..., Visitor]
Received = tuple[Flask, World, int]
MANY = 60


def text_of(person: Visitor, path: str) -> str:
    answer = person.get(path)
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def write(received: Received, count: int, text: str = "ý kiến số {0}.") -> None:
    app, world, task = received
    with app.app_context():
        for number in range(1, count + 1):
            world.step(task, Action.COMMENT, "officer_a", f"2026-01-05T08:{number % 60:02}", text=text.format(number))
        db.session.remove()


def test_a_comment_is_written_with_names_and_shown_as_a_thread(received: Received, visitor: Visit) -> None:
    _, world, task = received
    head = visitor("head_a")
    form = {"text": "Xin ý kiến.\nDòng hai.", "mention_ids": [str(world.person["vice"]), str(world.person["chair"])]}
    assert head.post(f"/tasks/{task}/comment", form).status_code == 302
    text = text_of(visitor("vice"), f"/tasks/{task}")
    assert "Ý kiến trao đổi (1)" in text
    assert "Xin ý kiến. Dòng hai." in text
    assert "@Nông Thị Lan, @Hoàng Văn Thủ" in text


@pytest.mark.parametrize("name", ["head_b", "admin"])
def test_naming_a_stranger_is_refused_in_words_and_what_was_typed_stays(
    name: str, received: Received, visitor: Visit
) -> None:
    _, world, task = received
    form = {"text": "Nội dung đã gõ", "mention_ids": str(world.person[name])}
    answer = visitor("head_a").post(f"/tasks/{task}/comment", form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Nhắc tên không cho ai quyền xem nhiệm vụ" in text
    assert "Nội dung đã gõ" in text


@pytest.mark.parametrize("value", ["x", "-1", "99999999999", "0"])
def test_a_name_that_is_no_number_of_a_person_is_answered(value: str, received: Received, visitor: Visit) -> None:
    _, _, task = received
    answer = visitor("head_a").post(f"/tasks/{task}/comment", {"text": "x", "mention_ids": value})
    assert answer.status_code == (302 if value == "0" else 422)


def test_many_comments_are_folded_on_the_page_and_read_page_by_page(received: Received, visitor: Visit) -> None:
    _, _, task = received
    write(received, MANY)
    person = visitor("head_a")
    text = text_of(person, f"/tasks/{task}")
    assert f"Ý kiến trao đổi ({MANY})" in text
    assert [f"số {number}." in text for number in (MANY, MANY - 9, MANY - 10, 1)] == [True, True, False, False]
    seen, path, pages = set(), f"/tasks/{task}/comments", 0
    while path:
        with counted() as statements:
            text = text_of(person, path)
        assert len(statements_of(statements)) <= 12
        seen |= set(map(int, re.findall(r"ý kiến số (\d+)\.", text)))
        earlier = re.search(r'href="(/tasks/\d+/comments\?before=\d+)"', text)
        path, pages = earlier[1] if earlier else "", pages + 1
    assert (seen, pages) == (set(range(1, MANY + 1)), 3)


def test_a_long_comment_is_folded_and_whole(received: Received, visitor: Visit) -> None:
    _, _, task = received
    write(received, 1, "dài " * 1_900 + "hết.")
    text = text_of(visitor("head_a"), f"/tasks/{task}")
    assert "<details><summary>" in text
    assert "dài hết." in text


def test_a_stranger_reads_no_comments(received: Received, visitor: Visit) -> None:
    _, _, task = received
    write(received, 1)
    assert visitor("head_b").get(f"/tasks/{task}/comments").status_code == 404


def test_everybody_who_sees_the_task_can_be_chosen_and_nobody_else(received: Received, visitor: Visit) -> None:
    _, world, task = received
    text = text_of(visitor("head_a"), f"/tasks/{task}/comments")
    offered = {int(key) for key in re.findall(r'name="mention_ids" value="(\d+)"', text)}
    names = ("officer_a", "vice", "chair", "office", "head_office", "inspector")
    assert offered == {world.person[name] for name in names}


@pytest.mark.parametrize("before", ["x", "-3", "99999999999999", "0"])
def test_a_beginning_that_is_none_is_answered(before: str, received: Received, visitor: Visit) -> None:
    _, _, task = received
    assert visitor("head_a").get(f"/tasks/{task}/comments?before={before}").status_code == 200
