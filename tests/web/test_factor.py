"""The pages of one-time codes: set, asked at sign-in and signing, removed; the secret is shown once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

import clock
from models.base import db
from models.signing import SecondFactor
from models.vocabulary import Status
from tests.fixtures.factors import code_at, enrol
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World

SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
CODES = re.compile(r"<li><code>([a-z0-9-]{19})</code></li>")


def begin(person: Visitor) -> tuple[str, str]:
    """Ask for the QR code; return the secret that it shows, and the token its form carries."""
    person.get("/account/factor")
    page = person.post("/account/factor/begin", {"password": PASSWORD}).get_data(as_text=True)
    assert "<svg" in page
    assert "style=" not in page
    secret, token = SECRET.search(page), re.search(r'name="token" value="([^"]+)"', page)
    assert secret is not None
    assert token is not None
    return secret[1], token[1]


def now_code(secret: str, shift: int = 0) -> str:
    return code_at(secret, clock.now(), shift)


def test_it_is_set_with_a_first_code_and_then_asked_at_sign_in_on_a_second_page(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    person = visitor("head_a")
    secret, token = begin(person)
    wrong = person.post("/account/factor/confirm", {"token": token, "code": "000000"})
    assert wrong.status_code == 422
    assert secret in wrong.get_data(as_text=True), "the same QR code stays while it is tried again"
    page = person.post("/account/factor/confirm", {"token": token, "code": now_code(secret)}).get_data(as_text=True)
    codes = CODES.findall(page)
    assert len(set(codes)) == 10
    later = person.get("/account/factor").get_data(as_text=True)
    assert secret not in later
    assert secret.replace(" ", "") not in later
    assert all(code not in later for code in codes)

    again = visitor()
    again.get("/login")
    answer = again.post("/login", {"username": "head_a", "password": PASSWORD, "next": "/tasks"})
    assert (answer.status_code, answer.location) == (302, "/login/code")
    assert again.get("/tasks").status_code == 302, "the password alone opens nothing"
    again.get("/login/code")
    assert again.post("/login/code", {"code": now_code(secret)}).status_code == 422, "the first code was used already"
    answer = again.post("/login/code", {"code": codes[0]})
    assert (answer.status_code, answer.location) == (302, "/tasks")
    assert again.get("/tasks").status_code == 200


def test_the_page_of_the_code_opens_for_nobody_whose_password_was_not_right(visitor: Callable[..., Visitor]) -> None:
    stranger = visitor()
    for method in ("GET", "POST"):
        stranger.get("/login")
        answer = stranger.open(method, "/login/code", data={"csrf_token": stranger.token, "code": "000000"})
        assert (answer.status_code, answer.location) == (302, "/login")


def test_signing_asks_password_and_code_and_what_was_typed_stays(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    with app.app_context():
        from models.vocabulary import Action

        world.step(task, Action.HAND_IN, "officer_a", result="Xong")
        shown = world.shown(task)
        db.session.remove()
    head = visitor("head_a")
    with app.app_context():
        secret, _ = enrol(world, "head_a", clock.now().isoformat())
        db.session.remove()
    page = head.get(f"/tasks/{task}/sign").get_data(as_text=True)
    assert 'name="code"' in page
    assert 'autocomplete="one-time-code"' in page
    form = {"password": PASSWORD, "meaning": "checked", "content_hash": shown, "reason": "ghi chú đã gõ"}
    answer = head.post(f"/tasks/{task}/sign-off", form | {"code": "000000"})
    assert answer.status_code == 403
    assert "ghi chú đã gõ" in answer.get_data(as_text=True)
    assert "Mật khẩu hoặc mã dùng một lần không đúng." in answer.get_data(as_text=True)
    assert head.post(f"/tasks/{task}/sign-off", form | {"code": now_code(secret, 1)}).status_code == 302
    with app.app_context():
        assert world.task(task).status == Status.SIGNED_OFF
        db.session.remove()


def test_a_signer_who_must_have_one_and_has_none_is_told_where_to_set_it(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    with app.app_context():
        from models.vocabulary import Action
        from workflow.actors import Actor
        from workflow.organization import days

        days.set_setting("second_factor.required", "signers", date(2020, 1, 1), "", by=Actor.system(), at=world.at())
        world.step(task, Action.HAND_IN, "officer_a", result="Xong")
        shown = world.shown(task)
        db.session.remove()
    head = visitor("head_a")
    assert "chưa cài đặt thì không ký được" in head.get("/account/factor").get_data(as_text=True)
    form = {"password": PASSWORD, "meaning": "checked", "content_hash": shown}
    answer = head.post(f"/tasks/{task}/sign-off", form)
    assert answer.status_code == 403
    assert "Cài đặt tại trang tài khoản" in answer.get_data(as_text=True)


def test_it_is_removed_with_password_and_code_and_an_administrator_removes_a_lost_one(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    head, admin = visitor("head_a"), visitor("admin")
    with app.app_context():
        secret, _ = enrol(world, "head_a", clock.now().isoformat())
        db.session.remove()
    head.get("/account/factor")
    assert head.post("/account/factor/remove", {"password": PASSWORD, "code": "000000"}).status_code == 403
    assert head.post("/account/factor/remove", {"password": PASSWORD, "code": now_code(secret, 1)}).status_code == 302
    with app.app_context():
        enrol(world, "head_a", clock.now().isoformat())
        db.session.remove()
    path = f"/admin/people/{world.person['head_a']}"
    assert admin.post(f"{path}/factor", {"reason": ""}).status_code == 422
    assert admin.post(f"{path}/factor", {"reason": "Mất điện thoại"}).status_code == 302
    assert head.post(f"{path}/factor", {"reason": "x"}).status_code in (302, 403)
    with app.app_context():
        assert db.session.scalars(db.select(SecondFactor)).all() == []
        db.session.remove()


@pytest.mark.parametrize("path", ["begin", "confirm", "remove", "recovery"])
@pytest.mark.parametrize("value", ["", "x" * 5000, "\x00", "🔑", "%s"])
def test_no_form_of_it_breaks_whatever_is_typed(path: str, value: str, visitor: Callable[..., Visitor]) -> None:
    person = visitor("head_a")
    fields = dict.fromkeys(("password", "code", "token"), value)
    assert person.post(f"/account/factor/{path}", fields).status_code in (403, 409, 422)
