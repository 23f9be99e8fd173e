"""The form of the log's entries is frozen: what was hashed once must hash alike for ever."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from models.appending import End, Entry, _body
from models.log import NO_HASH, canonical, commitment, leaf_hash, plain

GOLDEN = Path(__file__).parents[1] / "golden" / "log.jsonl"
LINES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
BODIES = [json.loads(line["body"]) for line in LINES]
FIELDS = {"v", "log", "epoch", "seq", "prev", "at", "actor", "auth", "act", "obj", "content", "data", "req"}
ACTOR = {"id", "username", "name", "position", "unit", "acting_for", "delegation"}


@pytest.mark.parametrize("line", LINES, ids=[body["act"] for body in BODIES])
def test_a_body_kept_years_ago_still_has_the_hash_it_had(line: dict[str, str]) -> None:
    assert leaf_hash(line["body"]) == line["hash"]


def test_each_entry_names_the_hash_of_the_one_before_it_and_the_first_names_none() -> None:
    assert [body["prev"] for body in BODIES] == [NO_HASH, *(line["hash"] for line in LINES[:-1])]


@pytest.mark.parametrize("number", range(len(LINES)), ids=[body["act"] for body in BODIES])
def test_today_writes_the_same_text_as_the_day_the_form_was_frozen(number: int) -> None:
    body = BODIES[number]
    at = datetime.fromisoformat(body["at"])
    end = End(log_id=body["log"], epoch=1, seq=number + 1, hash=body["prev"], at=at)
    entry = Entry(body["act"], at, body["actor"], body["auth"], body["obj"], body["data"], body["content"], body["req"])
    assert canonical(_body(entry, end)) == LINES[number]["body"]


@pytest.mark.parametrize("body", BODIES, ids=[body["act"] for body in BODIES])
def test_every_entry_has_the_same_fields(body: dict[str, object]) -> None:
    assert body.keys() == FIELDS
    actor, thing = body["actor"], body["obj"]
    assert isinstance(actor, dict)
    assert actor.keys() == ACTOR
    assert isinstance(thing, dict)
    assert thing.keys() == {"type", "id", "version_before", "version_after"}


def test_free_text_is_in_the_body_only_as_a_commitment_that_its_salt_opens() -> None:
    returned = next(body for body in BODIES if body["act"] == "task.return")
    assert returned["data"]["reason"] == {"commit": commitment("00" * 16, "Thiếu số liệu của hai xã")}
    assert all("Thiếu số liệu" not in line["body"] for line in LINES)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"tên": 1}, None),
        ({"a": 'Điều 3 "x" \n'}, '{"a":"Điều 3 \\"x\\" \\n"}'),
        ({"a": 1.5}, None),
        ({"a": 2**53}, None),
        ({"a": "Hoa\u0300"}, None),
        ({"a": "\ud800"}, None),
    ],
    ids=["sorted", "key not ascii", "escapes", "float", "too large", "not NFC", "surrogate"],
)
def test_a_value_has_one_text_or_is_refused(value: object, text: str | None) -> None:
    if text is not None:
        assert canonical(value) == text
    else:
        with pytest.raises(ValueError, match="the log cannot write"):
            canonical(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("300.0000"), "300"),
        (Decimal("99.60"), "99.6"),
        (date(2026, 11, 25), "2026-11-25"),
        (datetime(2026, 11, 25, 7, 30, tzinfo=UTC), "2026-11-25T07:30:00.000000Z"),
        ("Hoa\u0300", "Hoà"),
        (True, True),
    ],
)
def test_columns_are_written_alike_on_every_database(value: object, written: object) -> None:
    assert plain(value) == written
