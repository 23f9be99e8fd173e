"""Signatures and second factors from the command line: 0 as it was signed, 1 altered or refused, 2 no such file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from accountability import signatures
from models.base import db
from models.signing import SecondFactor
from models.tasks import Signature
from models.vocabulary import Action
from tests.fixtures.factors import enrol
from tests.fixtures.places import World
from workflow import reference
from workflow.permissions import Scope

Run = Callable[..., Result]


@pytest.fixture
def run(world_app: tuple[Flask, World]) -> Run:
    """Return a function that runs a command and expects how it ends."""

    def command(*words: str, code: int = 0) -> Result:
        result = world_app[0].test_cli_runner().invoke(args=list(words))
        assert result.exit_code == code, result.output
        return result

    return command


@pytest.fixture
def record(world_app: tuple[Flask, World]) -> dict[str, Any]:
    """Return the record of a head's signature."""
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        world.to_hand_in(world.drafts[0])
        world.step(world.drafts[0], Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
        key = db.session.scalars(db.select(Signature.id)).one()
        view = signatures.one(key, reference.load(date(2026, 1, 6)), seen_by=Scope(world.actor("chair")))
        found = signatures.record(view, "Ban Dân tộc tỉnh Lạng Sơn")
        db.session.remove()
    return found


def test_a_record_is_verified_and_an_altered_one_named(run: Run, record: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "signature.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    assert "Bản ghi đúng như khi ký." in run("signature", "verify", str(file)).output
    record["signature"]["position"] = "Trưởng ban"
    file.write_text(json.dumps(record), encoding="utf-8")
    assert "không còn đúng" in run("signature", "verify", str(file), code=1).output
    found = json.loads(run("signature", "verify", str(file), "--json", code=1).stdout)
    assert (found["ok"], found["agrees"], found["content"]) == (False, False, True)
    file.write_bytes(b"{")
    assert "không phải bản ghi" in run("signature", "verify", str(file), code=1).output
    run("signature", "verify", str(tmp_path / "khong-co.json"), code=2)


def test_a_lost_second_factor_is_removed_with_a_reason_only(run: Run, world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    assert "chưa bật" in run("person", "factor", "head_a").output
    with app.app_context():
        enrol(world, "head_a")
        db.session.remove()
    assert json.loads(run("person", "factor", "head_a", "--json").stdout)["left"] == 10
    run("person", "factor", "head_a", "--remove", code=1)
    run("person", "factor", "head_a", "--remove", "--reason", "Mất điện thoại")
    run("person", "factor", "head_a", "--remove", "--reason", "lần nữa", code=1)
    with app.app_context():
        assert db.session.scalars(db.select(SecondFactor)).all() == []
        db.session.remove()
