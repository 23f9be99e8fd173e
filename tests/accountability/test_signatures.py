"""A signature's record stands alone: it says everything, it is verified again, and whatever is altered is found."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from accountability import signatures
from documents.writers import signature_paper
from models.base import db
from models.tasks import Signature
from models.vocabulary import Action, Meaning
from tests.fixtures.places import PASSWORD, World
from workflow import reference
from workflow.errors import Refusal
from workflow.permissions import Scope

LOCAL = "2026-01-06T10:00"
Record = dict[str, Any]
# what typst would take for its own, did it read it
MARKUP = '#import "x": *không* $phải$ mã'


@pytest.fixture
def signed(world: World) -> int:
    """Return a signature of a head on a result."""
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.to_hand_in(task, result="Đã ban hành kế hoạch.")
    world.step(task, Action.SIGN_OFF, "head_a", LOCAL, meaning=Meaning.CHECKED, reason="Đủ.")
    found: int = db.session.scalars(db.select(Signature.id)).one()
    return found


def record(world: World, key: int, username: str = "head_a") -> Record:
    ref = reference.load(date(2026, 1, 6))
    view = signatures.one(key, ref, seen_by=Scope(world.actor(username, LOCAL)))
    found: Record = json.loads(json.dumps(signatures.record(view, "Ban Dân tộc tỉnh Lạng Sơn")))
    return found


def test_the_record_says_who_as_what_when_meaning_what_on_what_by_which_line(world: World, signed: int) -> None:
    found = record(world, signed)
    said = found["signature"]
    assert (said["name"], said["position"], said["unit_name"]) == (
        "Triệu Minh Đức", "Trưởng phòng", "Phòng Chính sách Dân tộc",
    )  # fmt: skip
    assert (said["signed_at"], said["meaning"], said["capacity"]) == ("2026-01-06T10:00:00+07:00", "checked", "full")
    assert found["result"]["text"] == "Đã ban hành kế hoạch."
    assert json.loads(found["content"])["task"]["lead_unit"] == "Phòng Chính sách Dân tộc"
    assert json.loads(found["entry"]["body"])["act"] == "task.sign_off"
    assert found["proof"] is None


def test_an_untouched_record_is_as_it_was_signed_also_as_a_file(world: World, signed: int) -> None:
    data = json.dumps(record(world, signed), ensure_ascii=False, indent=2).encode()
    verdict = signatures.check(signatures.read(data))
    assert verdict.ok
    assert verdict.mark is not None
    assert verdict.mark.id == signed


def altered(**changes: Any) -> Callable[[Record], None]:
    return lambda found: found["signature"].update(changes)


SPOILED: dict[str, tuple[Callable[[Record], Any], set[str]]] = {
    "name": (altered(name="Người khác"), {"agrees", "row"}),
    "position": (altered(position="Trưởng ban"), {"agrees", "row"}),
    "meaning": (altered(meaning="completed"), {"agrees", "row"}),
    "moment": (altered(signed_at="2026-01-05T10:00:00+07:00"), {"agrees", "row"}),
    "another id": (altered(id=99), {"agrees", "row"}),
    "words": (lambda found: found["result"].update(text="Chưa làm gì."), {"result"}),
    "content": (lambda found: found.update(content=found["content"].replace("2026", "2025")), {"content"}),
    "body": (lambda found: found["entry"].update(body=found["entry"]["body"].replace("Đức", "Đức A")), {"entry"}),
    "hash": (lambda found: found["entry"].update(hash="0" * 64), {"entry", "log"}),
    "line": (lambda found: found["entry"].update(seq=found["entry"]["seq"] + 1), {"log"}),
}


@pytest.mark.parametrize("what", SPOILED)
def test_whatever_is_altered_in_a_record_is_found_and_named(what: str, world: World, signed: int) -> None:
    spoil, wrong = SPOILED[what]
    found = copy.deepcopy(record(world, signed))
    spoil(found)
    verdict = signatures.check(found)
    assert not verdict.ok
    assert wrong <= {finding.name for finding in verdict.findings if not finding.ok}


def test_a_row_changed_past_the_guards_is_no_longer_what_the_record_says(world: World, signed: int) -> None:
    found = record(world, signed)
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER guard_signature_update"))
        else:
            connection.execute(text("ALTER TABLE signature DISABLE TRIGGER guard_signature_rows"))
        connection.execute(text("UPDATE signature SET name = 'Người khác'"))
    db.session.remove()
    assert {each.name for each in signatures.check(found).findings if not each.ok} == {"row"}


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"form": "dondoc-signature"}', b"[" * 100_000,
     b'{"form": "dondoc-signature", "v": 1, "signature": 1, "content": 1, "entry": 1, "result": 1}',
     b'{"form": "dondoc-signature", "v": 1, "signature": {}, "content": "", "entry": {}, "result": {}}'],
)  # fmt: skip
def test_what_is_no_record_is_refused_in_words(data: bytes, world: World) -> None:
    with pytest.raises(Refusal, match="record_unreadable"):
        signatures.check(signatures.read(data))


@pytest.mark.parametrize("value", [None, "x", -1, 10**30, [], {}, 1.5, True])
def test_no_value_of_a_record_breaks_the_check(value: Any, world: World, signed: int) -> None:
    for part, names in (
        ("signature", ("id", "name", "content_sha")),
        ("entry", ("epoch", "seq")),
        ("result", ("salt", "text")),
    ):
        for name in names:
            found = copy.deepcopy(record(world, signed))
            found[part][name] = value
            assert signatures.check(found).ok in (False, found[part][name] == record(world, signed)[part][name])


def test_a_record_and_a_hash_show_another_unit_nothing_of_the_task(world: World, signed: int) -> None:
    found, other = record(world, signed), Scope(world.actor("head_b", LOCAL))
    with pytest.raises(Refusal, match="not_found"):
        signatures.one(signed, reference.load(date(2026, 1, 6)), seen_by=other)
    verdict = signatures.check(found, seen_by=other)
    assert verdict.ok
    assert verdict.mark is None
    for wanted in (found["entry"]["hash"], found["signature"]["content_sha"]):
        assert signatures.by_hash(wanted, seen_by=other) == []
        assert [mark.id for mark in signatures.by_hash(wanted, seen_by=Scope(world.actor("vice", LOCAL)))] == [signed]


def test_a_withdrawal_has_a_record_of_its_own_and_ends_the_first_one(world: World, signed: int) -> None:
    world.step(world.drafts[0], Action.WITHDRAW_SIGNATURE, "head_a", LOCAL, reason="Ký nhầm.", password=PASSWORD)
    ref, scope = reference.load(date(2026, 1, 6)), Scope(world.actor("head_a", LOCAL))
    assert not signatures.one(signed, ref, seen_by=scope).is_standing
    second = db.session.scalars(db.select(Signature.id).where(Signature.withdraws_id == signed)).one()
    assert signatures.check(record(world, second)).ok
    assert signatures.check(record(world, signed)).ok, "what was signed stays as it was"


def test_the_paper_has_the_same_bytes_each_time_and_reads_in_vietnamese(world: World) -> None:
    import pypdfium2

    facts = {
        "lang": "vi", "body": "Ban Dân tộc tỉnh Lạng Sơn", "title": "Bản ghi chữ ký", "lead": "Số 7",
        "rows": [["Người ký", "KT. Trưởng ban Nguyễn Thị Ngượng Ưỡn"], ["Nhiệm vụ", MARKUP]],
        "content_title": "Nội dung đã ký", "result": "Đã ban hành; ẵặễợữỵ Ẵ.", "hashes": [["SHA-256", "0" * 64]],
        "foot": "Hết.",
    }  # fmt: skip
    first, second = (signature_paper.pdf(facts, "https://dondoc.example.vn/verify?hash=0") for _time in range(2))
    assert first == second
    read = pypdfium2.PdfDocument(first)[0].get_textpage().get_text_bounded()
    for words in (
        "BAN DÂN TỘC TỈNH LẠNG SƠN",
        "KT. Trưởng ban Nguyễn Thị Ngượng Ưỡn",
        "ẵặễợữỵ Ẵ",
        '#import "x": *không* $phải$ mã',
    ):
        assert words in read
