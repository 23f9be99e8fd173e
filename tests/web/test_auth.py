"""Signing in, being signed in, being gone: sessions live on the server, guessing is slow, redirects stay at home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from models.access import Throttle, WebSession
from models.base import db
from models.log import LogEntry
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World

ELSEWHERE = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "/%09/evil.example",
    "/%2f%2fevil.example", "\t//evil.example", "javascript:alert(1)", "data:text/html,x", "http:evil.example",
    "/tasks\r\nX: y", "/nowhere", "/logout", "/login", "https:/evil.example", "/.evil.example/..//x",
    "evil.example", "?next=//evil", "#", "/vendor/htmx.js", "/static/app.css", "/ /evil.example", "/\u2028/evil",
    "mailto:x@evil.example", "ftp://evil.example", "/tasks/../..//evil.example", "", " ",
    "http://127.0.0.1@evil.example/", "/admin\\..\\evil",
]  # fmt: skip


def count(app: Flask, kind: type, **equal: object) -> int:
    with app.app_context():
        found = db.session.scalars(db.select(kind).filter_by(**equal)).all()
        db.session.remove()
        return len(found)


def test_the_right_password_opens_the_desk_and_the_log_says_so(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    person = visitor()
    answer = person.sign_in("head_a")
    assert (answer.status_code, answer.location) == (302, "/")
    assert "Triệu Minh Đức" in person.get("/").get_data(as_text=True)
    assert count(world_app[0], LogEntry, act="access.sign_in") == 1


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("head_a", "sai"),
        ("nobody", PASSWORD),
        ("", ""),
        ("head_a' OR 1=1 --", "mat-khau-doan"),
        ("x" * 5000, "y" * 5000),
    ],
)
def test_a_wrong_pair_is_refused_in_the_same_words_whoever_is_named(
    username: str, password: str, visitor: Callable[..., Visitor]
) -> None:
    answer = visitor().sign_in(username, password)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page
    assert password not in page or not password


def test_guessing_stops_after_ten_tries_and_nobody_is_locked_out_for_good(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    person = visitor()
    answers = [person.sign_in("head_a", f"sai-{number}").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]
    assert person.sign_in("head_a").status_code == 429
    clock_at("2026-01-05T08:16")
    assert person.sign_in("head_a").status_code == 302
    assert count(world_app[0], Throttle) == 10 or count(world_app[0], Throttle) > 0


@pytest.mark.parametrize("target", ELSEWHERE)
def test_after_signing_in_one_never_lands_on_another_site(target: str, visitor: Callable[..., Visitor]) -> None:
    person = visitor()
    person.get("/login")
    answer = person.post("/login", {"username": "head_a", "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.location) == (302, "/")


def test_after_signing_in_one_lands_where_one_wanted_to_go(visitor: Callable[..., Visitor]) -> None:
    person = visitor()
    assert person.get("/tasks?state=done").location == "/login?next=/tasks?state%3Ddone"
    person.get("/login")
    answer = person.post("/login", {"username": "head_a", "password": PASSWORD, "next": "/tasks?state=done"})
    assert answer.location == "/tasks?state=done"


def test_a_session_is_dead_on_the_server_once_its_person_signed_out(visitor: Callable[..., Visitor]) -> None:
    person = visitor("head_a")
    cookie = person.client.get_cookie("dondoc")
    assert cookie is not None
    assert person.post("/logout").location == "/login"
    person.client.set_cookie("dondoc", cookie.value)
    assert person.get("/").status_code == 302


@pytest.mark.parametrize(("later", "alive"), [("08:29", True), ("08:31", False)])
def test_a_session_ends_after_half_an_hour_without_use(
    later: str, alive: bool, visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    person = visitor("head_a")
    clock_at(f"2026-01-05T{later}")
    assert (person.get("/").status_code == 200) is alive


def test_a_session_ends_after_eight_hours_of_use(
    visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    person = visitor("head_a")
    answers = []
    for hour in range(8, 17):
        for minute in (5, 25, 45):
            clock_at(f"2026-01-05T{hour:02d}:{minute:02d}")
            answers.append(person.get("/").status_code)
    assert answers[:24] == [200] * 24
    assert answers[24:] == [302] * 3


def test_the_cookie_is_for_this_site_and_no_script(visitor: Callable[..., Visitor]) -> None:
    person = visitor()
    person.get("/login")
    cookies = person.sign_in("head_a").headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("dondoc="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session


def test_only_a_hash_of_the_sessions_token_is_stored(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    visitor("head_a")
    with world_app[0].app_context():
        row = db.session.scalars(db.select(WebSession)).one()
        assert len(row.id) == 64
        assert set(row.id) <= set("0123456789abcdef")
        db.session.remove()


@pytest.mark.parametrize(
    ("token", "headers"),
    [("", {}), ("forged", {}), (None, {"Origin": "https://evil.example"}), (None, {"Origin": "null"})],
    ids=["no token", "forged token", "foreign origin", "no origin of its own"],
)
def test_a_form_from_elsewhere_is_refused_and_changes_nothing(
    token: str | None, headers: dict[str, str], world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    person = visitor("office")
    before = count(app, LogEntry)
    answer = person.post(f"/tasks/{world.drafts[0]}/comment", {"text": "x"}, token=token, headers=headers)
    assert answer.status_code == 400
    assert count(app, LogEntry) == before


def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(visitor: Callable[..., Visitor]) -> None:
    person = visitor("head_a")
    for path in ("/", "/tasks", "/login", "/nowhere"):
        headers = person.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_a_strange_host_is_refused(visitor: Callable[..., Visitor]) -> None:
    answer = visitor().get("/login", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.get_data(as_text=True)


def test_the_language_is_kept_with_the_person(visitor: Callable[..., Visitor]) -> None:
    person = visitor("head_a")
    assert "Bàn làm việc" in person.get("/").get_data(as_text=True)
    assert person.post("/language", {"language": "en", "next": "/tasks"}).location == "/tasks"
    assert "Desk" in person.get("/").get_data(as_text=True)
    assert "Desk" in visitor("head_a").get("/").get_data(as_text=True)
    assert person.post("/language", {"language": "xx"}).status_code == 422


def test_a_filter_with_vietnamese_words_survives_the_sign_in(visitor: Callable[..., Visitor]) -> None:
    person = visitor()
    asked = "/tasks?q=r%C3%A0+so%C3%A1t&state="
    sent = person.get(asked).location or ""
    person.get(sent)
    answer = person.post("/login", {"username": "head_a", "password": PASSWORD, "next": asked})
    assert answer.location == asked


def test_a_part_of_a_page_asked_for_after_the_session_ended_leads_to_the_sign_in(
    visitor: Callable[..., Visitor],
) -> None:
    answer = visitor().get("/tasks?state=done", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/login?next=/tasks?state%3Ddone"
    assert answer.get_data() == b""


def stolen(person: Visitor) -> Visitor:
    """Return another browser with a copy of this one's cookie."""
    cookie = person.client.get_cookie("dondoc")
    assert cookie is not None
    thief = Visitor(person.app)
    thief.client.set_cookie("dondoc", cookie.value)
    assert thief.get("/").status_code == 200
    return thief


def test_signing_in_again_makes_a_stolen_cookie_worthless(visitor: Callable[..., Visitor]) -> None:
    person = visitor("head_a")
    thief = stolen(person)
    person.post("/login", {"username": "officer_a", "password": PASSWORD})
    assert thief.get("/").status_code == 302
    assert "Lý Thị Én" in person.get("/").get_data(as_text=True)


def test_a_signature_makes_a_stolen_cookie_worthless_and_other_tabs_stay_good(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    with app.app_context():
        world.step(task, Action.HAND_IN, "officer_a", result="Xong")
        shown = world.shown(task)
        db.session.remove()
    person = visitor("head_a")
    thief = stolen(person)
    form = {"meaning": "checked", "content_hash": shown, "reason": ""}
    assert person.post(f"/tasks/{task}/sign-off", form | {"password": "sai"}).status_code == 403
    assert thief.get("/").status_code == 200
    answer = person.post(f"/tasks/{task}/sign-off", form | {"password": PASSWORD})
    assert answer.location == f"/tasks/{task}"
    assert thief.get("/").status_code == 302
    # the token of a form that stood open in another tab all the time
    assert person.post(f"/tasks/{task}/comment", {"text": "Từ thẻ khác"}).status_code == 302
    assert "Từ thẻ khác" in person.get(f"/tasks/{task}").get_data(as_text=True)


def test_a_head_who_declines_a_task_goes_on_at_his_desk(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30), product="Báo cáo")
        db.session.remove()
    person = visitor("head_a")
    answer = person.post(f"/tasks/{world.drafts[0]}/decline", {"reason": "Không thuộc chức năng của phòng"})
    assert (answer.status_code, answer.location) == (302, "/")
    assert 'class="' in person.get("/").get_data(as_text=True)
    assert person.get(f"/tasks/{world.drafts[0]}").status_code == 404


def test_an_origin_that_is_no_address_is_refused_and_such_a_referer_leads_to_the_page_above_the_form(
    visitor: Callable[..., Visitor],
) -> None:
    person = visitor()
    person.get("/login")
    assert person.post("/login", {"username": "head_a"}, headers={"Origin": "http://["}).status_code == 400
    assert person.post("/tasks/1/comment", headers={"Referer": "http://["}).location == "/login?next=/tasks/1"
