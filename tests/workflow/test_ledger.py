"""What the log holds: every accepted act with old and new, who it was as of then, and no private word in clear."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask

from accountability import replay, verify
from models.appending import LogNotOpenError, write
from models.base import db
from models.log import LogEntry, LogHead, LogPrivate
from models.people import Person
from models.session import transaction
from models.tasks import HandIn
from models.vocabulary import Action, MandateKind, Meaning
from tests.fixtures.places import PASSWORD, World
from workflow import access, ledger, tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.exports import note_export
from workflow.given import Given, Upload
from workflow.ledger import recorded
from workflow.organization import seats

DUE = date(2026, 1, 30)
# a word nobody would write by chance, for every field that takes free text
MARK = "XÁCMINH{}"
FREE = (
    "reason",
    "comment",
    "progress",
    "result",
    "remark",
    "wait",
    "extension",
    "answer",
    "filename",
    "username",
    "address",
)


def bodies(act: str = "") -> list[dict[str, Any]]:
    """Return the bodies of the log, in order, of acts that begin so."""
    db.session.rollback()
    query = db.select(LogEntry.body).where(LogEntry.act.startswith(act)).order_by(LogEntry.epoch, LogEntry.seq)
    return [json.loads(body) for body in db.session.scalars(query)]


def word(name: str) -> str:
    return MARK.format(name.upper())


def tell_everything(world: World) -> None:
    """Fill every field of free text there is with a word of its own."""
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.DECLINE, "head_a", reason=word("reason"))
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.COMMENT, "chair", text=word("comment"))
    world.step(task, Action.PROGRESS, "officer_a", text=word("progress"))
    answer_by = date(2026, 1, 12)
    world.step(task, Action.WAIT, "head_a", reason=word("wait"), unit_id=world.unit["KHTH"], answer_by=answer_by)
    world.step(task, Action.RESUME, "head_a")
    world.step(task, Action.REQUEST_EXTENSION, "head_a", proposed_on=date(2026, 2, 27), reason=word("extension"))
    world.step(task, Action.GRANT_EXTENSION, "vice", reason=word("answer"))
    upload = Upload(f"{word('filename')}.pdf", b"%PDF-1.7 x")
    world.step(task, Action.HAND_IN, "officer_a", "2026-01-06T09:00", result=word("result"), files=(upload,))
    world.step(task, Action.SIGN_OFF, "head_a", "2026-01-06T10:00", reason=word("remark"))
    world.step(task, Action.CONFIRM, "vice", "2026-01-06T11:00", meaning=Meaning.RESULT_ACCEPTED)
    with pytest.raises(Refusal):
        access.sign_in(word("username"), "x", word("address"), at=world.at())


def test_no_private_word_is_in_any_body_or_in_what_is_signed_and_each_opens_its_commitment(world: World) -> None:
    tell_everything(world)
    clear = "\n".join(db.session.scalars(db.select(LogEntry.body)))
    signed = "\n".join(db.session.scalars(db.select(HandIn.content)))
    kept = "\n".join(db.session.scalars(db.select(LogPrivate.value)))
    for name in FREE:
        mark = word(name) if name != "username" else word(name).lower()
        assert mark not in clear, name
        assert mark not in signed, name
        assert mark in kept, name
    assert "@bandantoc.example.vn" not in clear, "addresses are private, too"
    assert verify.log().ok
    assert replay.differences() == []


def test_an_act_is_one_entry_for_each_row_it_changes_with_old_and_new_under_one_key(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE, idempotency_key="k1", reason="vì sao", decision="QĐ 1")
    found = bodies("task.assign")
    assert [body["obj"]["type"] for body in found] == ["task", "deadline"]
    assert {body["req"] for body in found} == {"k1"}
    task = found[0]
    assert task["data"]["set"]["status"] == ["draft", "assigned"]
    assert task["data"]["set"]["due_on"] == [None, "2026-01-30"]
    assert task["data"]["about"] == {"task": world.drafts[0], "plan": world.plan, "unit": world.unit["CSDT"]}
    assert (task["obj"]["version_before"], task["obj"]["version_after"]) == (1, 2)
    assert task["data"]["set"]["version"] == [1, 2]
    assert set(task["data"]["reason"]) == {"commit"}
    assert task["data"]["decision"] == "QĐ 1"


def test_a_hand_in_and_a_signature_carry_the_hash_of_what_was_seen_and_of_each_file(world: World) -> None:
    tell_everything(world)
    result = db.session.scalars(db.select(HandIn)).one()
    file = result.evidence[0].sha256
    for act in ("task.hand_in", "task.sign_off", "task.confirm"):
        assert bodies(act)[0]["content"] == {"snapshot": result.content_sha, "files": [file]}


def test_who_acted_is_copied_as_text_and_reads_fully_when_he_has_another_name_and_seat(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    with transaction() as session:
        person = session.get_one(Person, world.person["head_a"])
        with recorded(person, "person.rename", by=Actor.system(), at=world.at()):
            person.name, person.active = "Tên Khác", False
    actor = bodies("task.receive")[0]["actor"]
    assert actor == {
        "id": world.person["head_a"], "username": "head_a", "name": "Triệu Minh Đức", "position": "Trưởng phòng",
        "unit": "Phòng Chính sách Dân tộc", "acting_for": None, "delegation": None,
    }  # fmt: skip


def test_who_signs_by_mandate_is_logged_with_the_mandate(world: World) -> None:
    at, office = world.at(), world.actor("office")
    mandate = seats.mandate(
        world.post["head_a"], world.person["officer_a"], MandateKind.TUQ, "Ký thay", at, world.at("2026-02-01T00:00"),
        "GUQ 1", by=office, at=at,
    )  # fmt: skip
    seats.confirm_mandate(mandate, by=world.actor("chair"), at=at)
    world.assign(world.drafts[0], "CSDT", DUE)
    world.to_hand_in(world.drafts[0], officer="head_a")
    world.assign(world.drafts[1], "CSDT", DUE)
    world.step(world.drafts[1], Action.RECEIVE, "officer_a")
    actor = bodies("task.receive")[-1]["actor"]
    assert (actor["acting_for"], actor["delegation"], actor["name"]) == ("Trưởng phòng", mandate, "Lý Thị Én")


def test_signing_in_failing_signing_out_refusals_exports_and_password_changes_are_entries(world: World) -> None:
    at = world.at()
    with pytest.raises(Refusal):
        access.sign_in("office", "sai", "10.0.0.1", at=at)
    _, token = access.sign_in("office", PASSWORD, "10.0.0.1", at=at)
    by = world.actor("office")
    access.note_refusal(by, "admin.index", at=at)
    note_export("tasks", by=by, at=at)
    access.sign_out(token, by=by, at=at)
    with pytest.raises(Refusal):
        access.verify_again(by, "sai", at=at)
    with transaction():
        access.set_password(db.session.get_one(Person, by.person_id), "mot-mat-khau-khac-dai", by=by, at=at)
    acts = [body["act"] for body in bodies("access.")] + [body["act"] for body in bodies("export.")]
    assert acts[-7:] == [
        "access.failed", "access.sign_in", "access.refused", "access.sign_out", "access.signing_refused",
        "access.password", "export.taken",
    ]  # fmt: skip
    assert bodies("access.refused")[-1]["data"] == {"about": {}, "page": "admin.index", "count": 1}
    assert all(value != "sai" for body in bodies("access.") for value in body["data"].values())


def test_refusals_of_one_kind_are_summed_up(world: World) -> None:
    by = world.actor("officer_a")
    for _ in range(20):
        access.note_refusal(by, "seats.index", at=world.at())
    assert [body["data"]["count"] for body in bodies("access.refused")] == [1, 2, 4, 8, 16]


def test_a_refused_act_leaves_no_entry_and_no_row(world: World) -> None:
    before = db.session.scalars(db.select(LogHead.seq)).one()
    with pytest.raises(Refusal):
        world.step(world.drafts[0], Action.ASSIGN, "vice", lead_unit_id=world.unit["CSDT"], due_on=date(2020, 1, 1))
    db.session.rollback()
    assert db.session.scalars(db.select(LogHead.seq)).one() == before


def test_the_first_entry_names_the_log_the_product_the_key_and_what_is_tracked(app: Flask) -> None:
    (first,) = bodies("log.open")
    assert (first["seq"], first["epoch"], first["prev"]) == (1, 1, "0" * 64)
    assert {"product", "key", "origin", "tables"} <= set(first["data"])
    assert "task" in first["data"]["tables"]
    ledger.ensure_open(replay_at(), {})
    assert len(bodies("log.open")) == 1


def replay_at() -> Any:
    return World().at()


def test_nothing_is_recorded_before_the_log_is_open(app: Flask) -> None:
    with db.engine.connect().execution_options(write=True) as connection:
        from models import guards

        guards.remove(connection)
        connection.execute(db.text("DELETE FROM log_head"))
        connection.commit()
    with pytest.raises(LogNotOpenError), transaction() as session:
        write(session, [])
        ledger.note("x", by=Actor.system(), at=replay_at(), obj=("page", None))


def test_a_story_replayed_from_the_log_is_the_rows_and_a_row_changed_behind_it_is_found(world: World) -> None:
    tell_everything(world)
    assert replay.differences() == []
    with db.engine.connect().execution_options(write=True) as connection:
        connection.execute(db.text("UPDATE task SET product = 'lén lút' WHERE id = :id"), {"id": world.drafts[1]})
        connection.execute(db.text("UPDATE note SET text = 'khác' WHERE id = 1"))
        connection.execute(db.text("DELETE FROM unit_name WHERE form = 'alias'"))
        connection.commit()
    found = {(item.table, item.column, item.by_log, item.in_row) for item in replay.differences()}
    assert ("task", "product", "", "lén lút") in found
    assert ("note", "text", word("comment"), "khác") in found
    assert any(table == "unit_name" and column == "*" for table, column, *_ in found)
    assert len(found) == 3


def test_a_task_created_is_in_the_log_with_all_its_columns(world: World) -> None:
    made = tasks.create(None, "Việc", "TB 1 ngày 05/01/2026", by=world.actor("office"), at=world.at(), given=Given())
    (body,) = bodies("task.create")
    assert body["obj"] == {"type": "task", "id": made, "version_before": None, "version_after": 1}
    assert body["data"]["set"]["title"] == [None, "Việc"]
    assert "folded" not in body["data"]["set"], "what can be worked out is not logged"
