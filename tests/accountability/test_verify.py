"""Verification names the first bad line, whatever was done to the log, and raises no false alarm."""

from __future__ import annotations

import json
from datetime import date
from random import Random

import pytest
from flask import Flask

from accountability import replay, verify
from models import guards
from models.appending import Entry, write
from models.base import db
from models.log import LogEntry, LogHead
from models.session import transaction
from models.vocabulary import Action
from tests.fixtures import tampering
from tests.fixtures.places import World
from tests.fixtures.tampering import Lab
from tests.fixtures.threads import together


@pytest.fixture
def told(world: World) -> World:
    """Return the small Ban with a story in its log, private words included."""
    first, second = world.drafts[:2]
    world.assign(first, "CSDT", date(2026, 1, 30))
    world.step(first, Action.COMMENT, "head_a", text="Đã rõ.")
    world.to_hand_in(first)
    world.step(first, Action.RETURN, "head_a", "2026-01-07T08:00", reason="Thiếu phụ lục.")
    world.assign(second, "KHTH", date(2026, 2, 27))
    world.step(second, Action.DECLINE, "head_b", "2026-01-07T09:00", reason="Không thuộc chức năng.")
    return world


def test_an_untouched_log_is_intact(told: World) -> None:
    last = db.session.scalars(db.select(LogHead.seq)).one()
    assert verify.log() == verify.Verdict(True, last, covered_to=last, with_files=True)
    assert verify.log(last=5) == verify.Verdict(True, last, covered_to=last, started_after=last - 5)
    assert verify.log(last=10 * last) == verify.Verdict(True, last, covered_to=last)


def test_every_class_of_tampering_is_found_at_its_first_bad_line(told: World, engine: str) -> None:
    lab = Lab(Random(20261124))
    for tamper in tampering.classes(engine):
        expected = lab.commit(tamper)
        verdict = verify.log()
        assert (verdict.ok, verdict.first_bad, verdict.reason) == (False, *expected), tamper.__name__
        assert verdict.covered_to == max(0, (verdict.first_bad or 1) - 1)
        lab.restore()
        assert verify.log().reason == "guards", "what was put back is whole again but for the guards"


def test_a_look_at_the_end_finds_what_was_done_there_and_only_that(told: World) -> None:
    lab = Lab(Random(1))
    with lab.open() as connection:
        connection.execute(db.text("UPDATE log_entry SET act = 'x' WHERE seq = 3"))
        connection.commit()
    assert verify.log(last=10).reason == "guards"
    assert verify.log().first_bad == 3
    with lab.open() as connection:
        connection.execute(db.text("DELETE FROM log_entry WHERE seq = :seq"), {"seq": lab.last - 10})
        connection.commit()
    assert verify.log(last=10).first_bad == lab.last - 10, "the entry the look starts from is gone"


@pytest.mark.parametrize(
    "body",
    ["", "nghĩa là gì", "[]", "{}", '{"v":1}', "\ud800"],
    ids=["empty", "text", "list", "object", "part", "half"],
)
@pytest.mark.database("sqlite")  # how a body is read does not depend on where it was kept
def test_a_body_that_is_no_entry_is_named_even_when_its_hash_is_right(told: World, body: str) -> None:
    lab = Lab(Random(1))
    raw = body.encode("utf-8", "surrogatepass")
    from hashlib import sha256

    hashed = sha256(b"\x00" + raw).hexdigest()
    with lab.open() as connection:
        change = db.text("UPDATE log_entry SET body = CAST(:raw AS TEXT), hash = :hash WHERE seq = 9")
        connection.execute(change, {"raw": raw, "hash": hashed})
        connection.commit()
    verdict = verify.log()
    assert (verdict.first_bad, verdict.reason) == (9, "altered")


def test_a_log_rewritten_with_its_head_disagrees_with_the_rows(told: World) -> None:
    lab = Lab(Random(1))
    changed = next(row for row in lab.kept["log_entry"] if row["act"] == "task.assign" and row["obj_type"] == "task")
    with lab.open() as connection:
        tampering.rechain(lab, connection, changed["seq"], with_head=True)
        guards.install(connection)
        connection.commit()
    assert verify.log().ok, "what is consistent in itself is for a checkpoint kept elsewhere to refute"
    assert {item.table for item in replay.differences()} == {"task"}


def test_missing_guards_are_named(told: World) -> None:
    Lab(Random(1))
    verdict = verify.log()
    assert (verdict.ok, verdict.first_bad, verdict.reason) == (False, None, "guards")
    assert "guard_log_entry" in verdict.detail


def test_an_empty_database_has_no_log(told: World) -> None:
    lab = Lab(Random(1))
    with lab.open() as connection:
        for table in ("log_private", "log_entry", "log_head"):
            connection.execute(db.text(f"DELETE FROM {table}"))
        connection.commit()
    assert verify.log() == verify.Verdict(False, 0, None, "no_log")


def test_a_log_taken_up_again_after_a_restore_is_one_chain_over_two_epochs(told: World) -> None:
    open_epoch(told, "log.restored")
    told.step(told.drafts[0], Action.COMMENT, "head_a", "2026-01-08T08:00", text="Tiếp tục.")
    verdict = verify.log()
    assert verdict.ok
    assert db.session.scalars(db.select(LogEntry.epoch).where(LogEntry.seq == verdict.entries)).one() == 2
    lab = Lab(Random(1))
    for tamper in (tampering.change_body, tampering.delete_last, tampering.head_back):
        assert lab.commit(tamper)[0] == verify.log().first_bad, tamper.__name__
        lab.restore()


def test_an_epoch_that_nothing_announces_is_no_epoch(told: World) -> None:
    open_epoch(told, "task.comment")
    verdict = verify.log()
    assert (verdict.first_bad, verdict.reason) == (verdict.entries, "unlinked")


def open_epoch(world: World, act: str) -> None:
    """Write the first entry of a second epoch, as a restore does."""
    with transaction() as session:
        head = session.scalars(db.select(LogHead).with_for_update()).one()
        head.epoch += 1
        actor = world.actor("office").logged()
        thing = {"type": "log", "id": None, "version_before": None, "version_after": None}
        write(session, [Entry(act, world.at("2026-01-08T07:00"), actor, None, thing, {"about": {}})])


def test_no_false_alarm_while_others_write(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        for task in world.drafts:
            world.assign(task, "CSDT", date(2026, 1, 30))

    def talk(task: int) -> None:
        for number in range(8):
            world.step(task, Action.COMMENT, "head_a", text=f"ý kiến {number}")

    def look() -> list[bool]:
        return [verify.log(last=last).ok for last in (None, 10) * 4]

    outcomes = together(app, [*(lambda task=task: talk(task) for task in world.drafts), look, look])
    assert outcomes == [*[None] * len(world.drafts), [True] * 8, [True] * 8]
    with app.app_context():
        assert verify.log().ok


def test_the_moments_of_the_log_never_run_back_even_when_a_clock_does(told: World) -> None:
    told.step(told.drafts[0], Action.COMMENT, "head_a", "2026-01-01T08:00", text="Đồng hồ chạy lùi.")
    bodies = [json.loads(body) for body in db.session.scalars(db.select(LogEntry.body).order_by(LogEntry.seq))]
    moments = [body["at"] for body in bodies]
    assert moments == sorted(moments)
    assert verify.log().ok
