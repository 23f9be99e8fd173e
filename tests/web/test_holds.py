"""The pages of a hold that has ended say so and offer to resume."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from models.base import db
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World

WORDS = {
    "vi": ("Thời gian tạm dừng đã hết 08/01/2026 (thứ Năm)", "Đã hết thời gian tạm dừng: cần tiếp tục"),
    "en": ("The hold ended on 08/01/2026 (Thursday)", "The hold has ended: resume"),
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_task_page_and_desk_say_that_a_hold_has_ended_and_the_head_resumes(
    language: str,
    received: tuple[Flask, World, int],
    visitor: Callable[..., Visitor],
    clock_at: Callable[[str], None],
) -> None:
    app, world, task = received
    with app.app_context():
        world.step(task, Action.HOLD, "vice", reason="Chờ", until=date(2026, 1, 8))
        db.session.remove()
    on_page, on_desk = WORDS[language]
    head = visitor("head_a")
    head.post("/language", {"language": language})
    assert on_page not in head.get(f"/tasks/{task}").get_data(as_text=True)
    clock_at("2026-01-09T08:00")
    head.sign_in("head_a")
    assert on_page in head.get(f"/tasks/{task}").get_data(as_text=True)
    assert on_desk in head.get("/").get_data(as_text=True)
    assert head.post(f"/tasks/{task}/resume", {}).status_code == 302
    assert on_page not in head.get(f"/tasks/{task}").get_data(as_text=True)
