"""The first administrator: let in once, by a code that only whoever started the program can read."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import clock
from accountability import replay, verify
from models.base import db
from models.people import Person
from models.vocabulary import Role
from workflow import access, actors, reference
from workflow.organization import setup

AT = clock.parse_moment("2026-01-05T08:00")
FIRST = setup.First(
    "Ban Dân tộc tỉnh Lạng Sơn",
    "quan.tri",
    "Trần Văn Máy",
    "may@bandantoc.example.vn",
    "bon-tu-khong-lien-quan",
    "bon-tu-khong-lien-quan",
)


def folder(app: Flask) -> Path:
    """Return where this installation keeps its secrets."""
    return Path(app.config["DATA_DIR"])


def let_in(app: Flask, code: str | None = None, first: setup.First = FIRST) -> int:
    """Send the first page's form."""
    return setup.create_first(code or setup.code(folder(app)), first, folder=folder(app), address="127.0.0.1", at=AT)


def test_the_code_is_kept_for_the_service_alone_and_stays_the_same_until_it_is_used(app: Flask) -> None:
    codes = {setup.code(folder(app)) for _ in range(3)}
    assert len(codes) == 1
    assert stat.S_IMODE((folder(app) / setup.FILE).stat().st_mode) == 0o600


def test_the_first_administrator_signs_in_and_the_body_has_its_name(app: Flask) -> None:
    key = let_in(app)
    person, _ = access.sign_in("quan.tri", FIRST.password, "127.0.0.1", at=AT)
    assert person.id == key
    ref = reference.load(clock.day_of(AT))
    assert actors.actor(person, ref, AT).roles == {Role.ADMIN}
    assert ref.settings["body.name"] == "Ban Dân tộc tỉnh Lạng Sơn"
    assert [unit.code for unit in ref.units.values()] == ["BDTTLS"]
    assert verify.log().ok
    assert replay.differences() == []


def test_the_code_is_good_for_one_administrator(app: Flask, refused: Callable[..., None]) -> None:
    code = setup.code(folder(app))
    let_in(app)
    assert not (folder(app) / setup.FILE).exists()
    refused("not_found", let_in, app, code, replace(FIRST, username="hai"))
    assert not setup.is_needed()


@pytest.mark.parametrize("typed", ["sai-ma-so-roi", "", "----", "\u0111\u0111\u0111\u0111"])
def test_a_wrong_code_lets_nobody_in(typed: str, app: Flask, refused: Callable[..., None]) -> None:
    refused("wrong_setup_code", setup.create_first, typed, FIRST, folder=folder(app), address="127.0.0.1", at=AT)
    assert setup.is_needed()


def test_an_empty_code_file_opens_nothing(app: Flask, refused: Callable[..., None]) -> None:
    (folder(app) / setup.FILE).write_text("", encoding="ascii")
    refused("wrong_setup_code", setup.create_first, "", FIRST, folder=folder(app), address="127.0.0.1", at=AT)


def test_guessing_the_code_is_stopped_after_ten_tries_even_with_the_right_one(
    app: Flask, refused: Callable[..., None]
) -> None:
    for _ in range(10):
        refused("wrong_setup_code", let_in, app, "sai-ma-so-roi")
    refused("too_many_tries", let_in, app)
    assert setup.is_needed()


def test_the_code_may_be_typed_in_capitals_and_without_its_dashes(app: Flask) -> None:
    assert let_in(app, setup.code(folder(app)).replace("-", " ").upper()) > 0


@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        ({"password": "ngan", "password_again": "ngan"}, "weak_password"),
        ({"password_again": "khac-voi-tu-tren-day"}, "passwords_differ"),
        ({"username": "Không Dấu"}, "bad_value"),
        ({"email": "khong phai"}, "bad_value"),
        ({"body": "  "}, "missing_field"),
        ({"name": ""}, "missing_field"),
    ],
)
def test_a_form_that_cannot_be_taken_makes_nothing(
    wrong: dict[str, str], answer: str, app: Flask, refused: Callable[..., None]
) -> None:
    refused(answer, let_in, app, None, replace(FIRST, **wrong))
    assert db.session.scalars(db.select(Person)).all() == []
    assert (folder(app) / setup.FILE).exists()
