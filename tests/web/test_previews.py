"""How letters look: each kind in both languages, of one's own tasks or of samples, with its headers."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from models.base import db
from models.letters import Letter, LetterLine
from notifications import schedule
from notifications.previews import KINDS, SAMPLES
from tests.fixtures.people import Visitor
from tests.fixtures.places import World

Visit = Callable[..., Visitor]
MORNING = "2026-01-13T07:30"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "says"), [("vi", "Kính gửi đồng chí"), ("en", "Dear ")])
@pytest.mark.parametrize("username", ["chair", "office", "inspector", "admin"])
def test_each_kind_opens_in_both_languages_with_samples_where_nothing_is_asked(
    kind: str, language: str, says: str, username: str, visitor: Visit
) -> None:
    person = visitor(username)
    page = html.unescape(person.get(f"/reminders/preview/{kind}?lang={language}").get_data(as_text=True))
    assert says in page
    for header in ("Auto-Submitted: auto-generated", "List-Unsubscribe: <", "Message-ID: <", "Subject: ", "To: "):
        assert header in page
    assert f"Content-Language: {language}" in page
    frame = person.get(f"/reminders/preview/{kind}/html?lang={language}")
    assert says in html.unescape(frame.get_data(as_text=True))
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_preview_speaks_of_ones_own_tasks_and_writes_nothing(
    world_app: tuple[Flask, World], visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 5))
        clock_at(MORNING)
        schedule.tick(world.at(MORNING))
        title = world.task(world.drafts[0]).title
        before = [db.session.scalar(db.select(db.func.count()).select_from(table)) for table in (Letter, LetterLine)]
        db.session.remove()
    page = html.unescape(visitor("vice").get("/reminders/preview/digest").get_data(as_text=True))
    assert title in page
    assert SAMPLES[0][0] not in page
    with app.app_context():
        after = [db.session.scalar(db.select(db.func.count()).select_from(table)) for table in (Letter, LetterLine)]
    assert before == after


@pytest.mark.parametrize("address", ["/reminders/preview/x", "/reminders/preview/x/html", "/reminders/preview/1"])
def test_a_kind_there_is_not_is_not_found(address: str, visitor: Visit) -> None:
    assert visitor("office").get(address).status_code == 404


def test_a_units_people_do_not_look_at_letters(visitor: Visit) -> None:
    assert visitor("head_a").get("/reminders/preview/digest").status_code == 403
