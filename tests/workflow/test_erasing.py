"""A private text is erased by two people and by nobody else; the rest of the log stays provable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from accountability import as_of, replay, signed, verify
from models import guards, schema
from models.base import Base, db
from models.erasing import Erasure
from models.letters import Letter
from models.log import ERASED, ERASED_SALT, LogEntry, LogPrivate
from models.vocabulary import Action
from models.words import LetterKind, LetterState
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World
from workflow import erasing, reference
from workflow.errors import Refusal

Visit = Callable[..., Visitor]
SECRET = "Bà Nông Thị Sự, số điện thoại 0912 345 678"


@pytest.fixture
def told(world: World) -> World:
    """Return the small Ban with a name that should not have been written, in a comment and in a signed result."""
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.COMMENT, "head_a", text=SECRET)
    world.step(task, Action.HAND_IN, "officer_a", "2026-01-06T09:00", result=SECRET)
    world.step(task, Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
    world.step(task, Action.CONFIRM, "vice", "2026-01-06T11:00")
    return world


def line_of(path: str = "set/text/new") -> tuple[int, int]:
    row = db.session.scalars(db.select(LogPrivate).where(LogPrivate.value == SECRET, LogPrivate.path == path)).first()
    assert row is not None
    return row.epoch, row.seq


def lines() -> list[str]:
    """Return the hashes of the log, in its order."""
    return list(db.session.scalars(db.select(LogEntry.hash).order_by(LogEntry.epoch, LogEntry.seq)))


def ask(world: World, by: str = "inspector", decision: str = "Luật Bảo vệ dữ liệu cá nhân, Điều 14") -> str:
    ref, at = reference.load(date(2026, 1, 7)), world.at("2026-01-07T08:00")
    return erasing.ask(line_of(), "set/text/new", decision, ref, by=world.actor(by), at=at)


def confirm(world: World, code: str, by: str = "chair", password: str = PASSWORD) -> int:
    return erasing.confirm(code, password=password, by=world.actor(by), at=world.at("2026-01-07T09:00"))


def everywhere() -> list[str]:
    """Return the tables of the database in which the text still stands."""
    db.session.rollback()
    found = []
    for name, table in Base.metadata.tables.items():
        rows = db.session.execute(table.select()).all()
        if any("Nông Thị Sự" in str(value) for row in rows for value in row):
            found.append(name)
    return found


def test_two_people_erase_a_text_everywhere_and_the_rest_stays_provable(told: World) -> None:
    body = f"Thư có {SECRET} ở giữa"
    db.session.add(
        Letter(
            recipient_id=told.person["head_a"], key="digest;on=2026-01-06", day=date(2026, 1, 6),
            kind=LetterKind.DIGEST, state=LetterState.ACCEPTED, next_try_at=told.at(), created_at=told.at(),
            sent_at=told.at(), message_id="<x@y>", subject="Nhắc việc", text=body, html=f"<p>{body}</p>",
        )
    )  # fmt: skip
    db.session.commit()
    assert set(everywhere()) == {"log_private", "note", "hand_in", "letter"}
    hashes = lines()
    code = ask(told)
    assert set(everywhere()) == {"log_private", "note", "hand_in", "letter"}, "asking erases nothing"
    assert confirm(told, code) > 0
    assert confirm(told, code) == 0, "a second click does nothing"
    assert everywhere() == []
    assert db.session.scalars(text("SELECT result FROM hand_in")).one() == ERASED
    assert db.session.scalars(text("SELECT salt FROM hand_in")).one() == ERASED_SALT
    assert verify.log().ok
    assert replay.differences() == []
    with db.engine.connect() as connection:
        assert signed.bad(connection) == ()
    assert lines()[: len(hashes)] == hashes
    past = as_of.as_of("task", told.drafts[0], date(2026, 1, 6))
    assert {row["text"] for row in past.rows["note"].values()} == {ERASED}
    told.step(told.drafts[1], Action.ASSIGN, "vice", lead_unit_id=told.unit["CSDT"], leader_post_id=told.post["vice"])


def test_nobody_erases_alone_and_only_those_named_ask_and_confirm(told: World) -> None:
    for username in ("office", "head_a", "chair", "admin"):
        with pytest.raises(Refusal, match="not_yours"):
            ask(told, username)
    with pytest.raises(Refusal, match="missing_field"):
        ask(told, decision=" ")
    code = ask(told, "head_office")
    for username in ("inspector", "head_office", "head_a", "admin"):
        with pytest.raises(Refusal, match="not_yours"):
            confirm(told, code, username)
    with pytest.raises(Refusal, match="wrong_password"):
        confirm(told, code, password="sai mật khẩu")
    with pytest.raises(Refusal, match="not_found"):
        confirm(told, "none")
    assert "note" in everywhere()
    with pytest.raises(Refusal, match="not_yours"):
        erasing.drop(code, by=told.actor("inspector"), at=told.at("2026-01-07T10:00"))
    erasing.drop(code, by=told.actor("head_office"), at=told.at("2026-01-07T10:00"))
    assert confirm(told, code) == 0
    assert "note" in everywhere()
    assert verify.log().ok


def refused(statement: str, **values: Any) -> bool:
    db.session.rollback()
    with db.engine.connect().execution_options(write=True) as connection:
        try:
            connection.execute(text(statement), values)
        except DBAPIError:
            return True
        finally:
            connection.rollback()
    return False


def test_the_guards_let_go_what_a_confirmed_erasure_names_and_nothing_else(told: World) -> None:
    _epoch, seq = line_of()
    gone = "DELETE FROM log_private WHERE seq = :seq"
    blank = "UPDATE hand_in SET result = :mark"
    assert refused(gone, seq=seq)
    code = ask(told)
    assert refused(gone, seq=seq), "asked for is not confirmed"
    assert refused(blank, mark=ERASED)
    assert refused("UPDATE erasure SET state = 'confirmed', settled_by_id = asked_by_id, settled_at = asked_at")
    confirm(told, code)
    assert refused("DELETE FROM log_private WHERE value <> ''"), "other values stay"
    assert refused("UPDATE hand_in SET result = 'Khác'")
    assert refused("UPDATE hand_in SET no = 9")
    assert refused("DELETE FROM hand_in")
    assert refused("DELETE FROM erasure")
    assert not refused(blank, mark=ERASED)
    assert verify.log().ok


def test_a_value_taken_out_without_two_people_is_found(told: World, engine: str) -> None:
    epoch, seq = line_of()
    db.session.rollback()
    with db.engine.connect().execution_options(write=True) as connection:
        guards.remove(connection)
        connection.execute(text("DELETE FROM log_private WHERE seq = :seq"), {"seq": seq})
        guards.install(connection)
        connection.commit()
    verdict = verify.log()
    assert (verdict.ok, verdict.first_bad, verdict.reason) == (False, seq, "private")
    assert epoch == 1


def test_what_can_be_erased_of_guarded_tables_is_what_the_log_keeps_private_of_them() -> None:
    kinds = {name: kind for name, kind in schema.tracked().items() if name in guards.APPEND_ONLY and kind.PRIVATE}
    assert {name: set(names) for name, names in guards.ERASABLE.items()} == {
        name: set(kind.PRIVATE) for name, kind in kinds.items()
    }
    assert inspect(Erasure).local_table.description in guards.KEPT


def test_the_pages_lead_from_the_line_to_the_erasure_and_show_what_is_beyond(
    world_app: tuple[Flask, World], visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        world.step(world.drafts[0], Action.COMMENT, "head_a", text=SECRET)
        epoch, seq = line_of()
        db.session.remove()
    asker, path = visitor("inspector"), f"/log/{epoch}.{seq}"
    assert SECRET in asker.get(path).get_data(as_text=True)
    assert f"{path}/erase" not in visitor("chair").get(path).get_data(as_text=True)
    assert asker.post(f"{path}/erase", {"path": "set/text/new", "decision": ""}).status_code == 422
    assert asker.post(f"{path}/erase", {"path": "none", "decision": "QĐ 1"}).status_code == 409
    answer = asker.post(f"{path}/erase", {"path": "set/text/new", "decision": "QĐ 1/QĐ-BDT"})
    assert answer.location == "/log/erasures"
    with app.app_context():
        code = db.session.scalars(db.select(Erasure.code)).first()
        db.session.remove()
    leader = visitor("chair")
    assert "QĐ 1/QĐ-BDT" in leader.get("/log/erasures").get_data(as_text=True)
    assert asker.post(f"/log/erasures/{code}/confirm", {"password": PASSWORD}).status_code == 403
    wrong = leader.post(f"/log/erasures/{code}/confirm", {"password": "sai"})
    assert wrong.status_code == 403
    assert leader.post(f"/log/erasures/{code}/confirm", {"password": PASSWORD}).location == "/log/erasures"
    for page in ("/log", path, f"/tasks/{world.drafts[0]}", "/log/erasures", "/log/export.csv", "/log/export.json"):
        assert SECRET not in leader.get(page).get_data(as_text=True), page
    assert "[đã xóa]" in leader.get(path).get_data(as_text=True)
