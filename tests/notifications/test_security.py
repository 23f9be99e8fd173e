"""What happens to an account is told its owner at once, and administrators where somebody guessed at a signature."""

from __future__ import annotations

import pytest

from models.base import db
from models.letters import Letter
from notifications import security
from tests.fixtures.factors import enrol
from tests.fixtures.mail import Office
from tests.fixtures.places import PASSWORD, World
from workflow import access, second_factor
from workflow.errors import Refusal

NOON = "2026-01-05T12:00"


def told(world: World) -> list[tuple[str, str]]:
    query = db.select(Letter.recipient_id, Letter.subject).where(Letter.key.like("security;%")).order_by(Letter.id)
    names = {key: name for name, key in world.person.items()}
    return [(names[row.recipient_id], row.subject) for row in db.session.execute(query)]


def fail(world: World, username: str, times: int) -> None:
    for _try in range(times):
        with pytest.raises(Refusal):
            access.verify_again(world.actor(username, NOON), "sai", at=world.at(NOON))


def test_a_second_factor_that_is_set_is_told_its_owner_once(world: World) -> None:
    enrol(world, "head_a")
    assert [security.tell(world.at(NOON)) for _run in range(3)] == [1, 0, 0]
    assert told(world) == [("head_a", "Tài khoản của đồng chí đã bật xác thực hai lớp")]


def test_a_locked_signature_is_told_the_person_and_the_administrators(world: World) -> None:
    fail(world, "head_a", 4)
    assert security.tell(world.at(NOON)) == 0
    fail(world, "head_a", 1)
    assert security.tell(world.at(NOON)) == 2
    assert {name for name, _subject in told(world)} == {"head_a", "admin"}


def test_whoever_lost_his_factor_reads_who_removed_it(world: World) -> None:
    enrol(world, "head_a")
    second_factor.remove_lost(world.person["head_a"], "Mất máy", by=world.actor("admin", NOON), at=world.at(NOON))
    security.tell(world.at(NOON))
    letter = db.session.scalars(db.select(Letter).where(Letter.key.like("security;access.factor_lost%"))).one()
    assert letter.recipient_id == world.person["head_a"]
    assert "Trần Văn Máy" in letter.text
    assert "Mất máy" not in letter.text


def test_the_letter_crosses_the_mail_server_in_the_evening_too(office: Office) -> None:
    enrol(office.world, "head_a", "2026-01-05T21:00")
    office.tick("2026-01-05T21:01")
    assert [letter["To"] for letter in office.server.letters] != []
    assert PASSWORD not in office.server.letters[0].as_string()
