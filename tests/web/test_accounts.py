"""One's own account, and the first administrator of an empty system."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.fixtures.people import Visitor
from tests.fixtures.places import PEOPLE, World

NEW = "nam-con-trau-ben-suoi"
Visit = Callable[..., Visitor]


def text(answer: Any) -> str:
    """Return a page as people read it."""
    return html.unescape(answer.get_data(as_text=True))


# ------------------------------------------------------------------------------------------------ my account
@pytest.mark.parametrize("username", [username for username, *_ in PEOPLE])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_everybody_sees_who_he_is(username: str, language: str, visitor: Visit) -> None:
    person = visitor(username)
    person.post("/language", {"language": language, "next": "/account"})
    page = text(person.get("/account"))
    name = next(name for found, name, *_ in PEOPLE if found == username)
    assert name in page
    assert f"{username.replace('_', '-')}@bandantoc.example.vn" in page
    assert ("Đổi mật khẩu" if language == "vi" else "Change the password") in page


def test_a_password_is_changed_and_every_other_browser_is_out(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    here, there = visitor("officer_a"), visitor("officer_a")
    world = world_app[1]
    fields = {"old": world.password, "new": NEW, "again": NEW}
    assert here.post("/account/password", fields).status_code == 302
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert Visitor(world_app[0]).sign_in("officer_a", world.password).status_code == 422
    assert Visitor(world_app[0]).sign_in("officer_a", NEW).status_code == 302


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"old": "sai", "new": NEW, "again": NEW}, 403, "Mật khẩu hiện tại không đúng."),
        ({"old": "", "new": NEW, "again": NEW}, 422, ""),
        ({"new": "ngan", "again": "ngan"}, 422, ""),
        ({"new": NEW, "again": "khac"}, 422, "Hai mật khẩu mới không giống nhau."),
        ({}, 422, ""),
    ],
)
def test_a_password_that_cannot_be_changed_is_answered(
    fields: dict[str, str], status: int, words: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    answer = visitor("officer_a").post("/account/password", {"old": world_app[1].password, **fields})
    assert answer.status_code == status
    assert words in text(answer)
    assert NEW not in text(answer)


def test_one_ends_one_s_own_sessions_from_any_browser(visitor: Visit) -> None:
    here, there, other = visitor("officer_a"), visitor("officer_a"), visitor("officer_b")
    ends = re.findall(r"/account/sessions/([0-9a-f]{64})/end", text(here.get("/account")))
    assert len(ends) == 1
    assert other.post(f"/account/sessions/{ends[0]}/end").status_code == 404
    assert here.post(f"/account/sessions/{ends[0]}/end").status_code == 302
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)


def test_all_other_sessions_end_at_once(visitor: Visit) -> None:
    here, there = visitor("officer_a"), visitor("officer_a")
    assert here.post("/account/sessions/end").status_code == 302
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)


# ------------------------------------------------------------------------------------------------ a password seen
def reset(visitor: Visit, world_app: tuple[Flask, World], username: str) -> tuple[Visitor, str]:
    """Have the administrator reset a password and sign in with what he was shown."""
    page = text(visitor("admin").post(f"/admin/people/{world_app[1].person[username]}/password"))
    shown = re.search(r'<code class="secret">([^<]+)</code>', page)
    assert shown is not None
    person = Visitor(world_app[0])
    assert person.sign_in(username, shown[1]).status_code == 302
    return person, shown[1]


def test_whoever_knows_only_a_reset_password_opens_no_page_but_the_one_to_change_it(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    head, _ = reset(visitor, world_app, "head_a")
    world = world_app[1]
    for path in ("/", "/tasks", f"/tasks/{world.drafts[0]}", "/plans", "/log", "/admin/seats"):
        assert (head.get(path).status_code, head.get(path).location) == (302, "/account"), path
    head.get("/account")  # for the form's token
    assert head.post(f"/tasks/{world.drafts[0]}/receive").location == "/account"
    assert head.get("/tasks", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/account"
    page = text(head.get("/account"))
    assert "Trước hết, hãy đặt mật khẩu riêng của mình." in page
    assert "Trần Văn Máy" in page
    assert head.post("/logout").status_code == 302


def test_a_password_of_one_s_own_opens_everything_again_and_the_reset_stays_told(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    head, shown = reset(visitor, world_app, "head_a")
    head.get("/account")
    same = head.post("/account/password", {"old": shown, "new": shown, "again": shown})
    assert same.status_code == 422
    assert head.get("/tasks").location == "/account"
    head.get("/account")
    assert head.post("/account/password", {"old": shown, "new": NEW, "again": NEW}).status_code == 302
    assert head.get("/tasks").status_code == 200
    page = text(head.get("/account"))
    assert "Mật khẩu được Trần Văn Máy đặt lại lần gần nhất vào" in page
    assert "Trước hết, hãy đặt mật khẩu riêng của mình." not in page


# ------------------------------------------------------------------------------------------------ first start
FIRST = {
    "body": "Ban Dân tộc tỉnh Lạng Sơn",
    "username": "quan.tri",
    "name": "Trần Văn Máy",
    "email": "",
    "password": NEW,
    "again": NEW,
}


def code_of(app: Flask) -> str:
    """Return the one-time code the program printed."""
    return (Path(app.config["DATA_DIR"]) / "setup_code").read_text(encoding="ascii").strip()


@pytest.mark.parametrize(
    "path", ["/", "/login", "/tasks", "/tasks/1", "/admin/units", "/account", "/search?q=x", "/nirgendwo"]
)
def test_an_empty_system_leads_every_page_to_its_first_start(path: str, fresh_app: Flask) -> None:
    answer = Visitor(fresh_app).get(path)
    assert (answer.status_code, answer.location) == (302, "/setup")


def test_the_first_administrator_is_made_once_and_the_page_is_gone_for_ever(fresh_app: Flask) -> None:
    newcomer = Visitor(fresh_app)
    assert newcomer.get("/setup").status_code == 200
    made = newcomer.post("/setup", {**FIRST, "code": code_of(fresh_app)})
    assert (made.status_code, made.location) == (302, "/login")
    assert newcomer.get("/setup").status_code == 404
    assert newcomer.post("/setup", {**FIRST, "code": "x"}).status_code == 404
    assert newcomer.sign_in("quan.tri", NEW).status_code == 302
    assert newcomer.get("/admin/people").status_code == 200
    assert "Ban Dân tộc tỉnh Lạng Sơn" in text(newcomer.get("/admin/units"))


def test_a_wrong_code_is_answered_keeps_what_was_typed_and_is_stopped_after_ten_tries(fresh_app: Flask) -> None:
    newcomer = Visitor(fresh_app)
    newcomer.get("/setup")
    answers = [newcomer.post("/setup", {**FIRST, "code": "sai"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 'value="Trần Văn Máy"' in text(answers[0])
    assert NEW not in text(answers[0])
    assert newcomer.get("/").location == "/setup"


def test_a_system_with_people_has_no_first_start(visitor: Visit) -> None:
    stranger = visitor()
    assert stranger.get("/setup").status_code == 404
    assert stranger.get("/login").status_code == 200
    assert stranger.post("/setup", {**FIRST, "code": "x"}).status_code == 404


def test_the_first_start_works_without_a_mail_server(fresh_app: Flask) -> None:
    assert fresh_app.config["MAIL_SERVER"] == ""
    newcomer = Visitor(fresh_app)
    newcomer.get("/setup")
    assert newcomer.post("/setup", {**FIRST, "email": "may@x.vn", "code": code_of(fresh_app)}).status_code == 302
