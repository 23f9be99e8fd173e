"""A file of evidence that was deleted or altered is named with its task and hand-in until it is back."""

from __future__ import annotations

from datetime import date

import pytest

from accountability import seal, verify
from accountability.attachments import BadFile
from models import guards
from models.base import db
from models.tasks import Evidence
from models.vocabulary import Action
from tests.fixtures.places import World
from workflow import files
from workflow.actors import Actor
from workflow.given import Upload

TEXT = Upload("bao-cao.txt", "Đã khảo sát 12 xã.".encode())


@pytest.fixture
def kept(world: World) -> Evidence:
    """Return the evidence of a result that was handed in twice, with the same file the second time."""
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.to_hand_in(task)
    world.step(task, Action.RETURN, "head_a", "2026-01-07T08:00", reason="Thiếu phụ lục.")
    world.step(task, Action.HAND_IN, "officer_a", "2026-01-08T08:00", result="Đã bổ sung.", files=(TEXT,))
    found: Evidence = db.session.scalars(db.select(Evidence).where(Evidence.sha256.is_not(None))).one()
    return found


def look(world: World, last: int | None = None) -> verify.Verdict:
    return seal.check(by=Actor.system(), at=world.at("2026-01-09T08:00"), last=last)


def damage(kept: Evidence, how: str) -> None:
    path = files.vault().path(kept.sha256 or "")
    if how == "deleted":
        path.unlink()
    else:
        path.write_bytes(b"khac")


@pytest.mark.parametrize("how", ["deleted", "altered"])
def test_a_file_that_is_gone_or_altered_is_named_with_task_hand_in_and_hash(
    how: str, world: World, kept: Evidence
) -> None:
    assert look(world).ok
    damage(kept, how)
    verdict = look(world)
    assert (verdict.ok, verdict.reason, verdict.first_bad) == (False, "files", None)
    [found] = verdict.files
    assert found == BadFile(world.drafts[0], 2, kept.sha256 or "", how, found.entry)
    assert verdict.covered_to == verdict.entries, "the entries themselves were all found intact"


def test_a_damaged_file_stays_a_fault_until_a_look_at_the_files_finds_it_whole_again(
    world: World, kept: Evidence
) -> None:
    damage(kept, "altered")
    look(world)
    assert look(world, last=10_000).ok, "a look at the entries alone says what it saw"
    at = world.at("2026-01-09T09:00")
    found = seal.latest(at)
    assert found is not None
    assert (found.ok, found.reason) == (False, "files")
    files.vault().put(TEXT.data)
    assert look(world).ok
    healed = seal.latest(world.at("2026-01-09T10:00"))
    assert healed is not None
    assert (healed.ok, healed.is_whole) == (True, True)


def test_files_are_named_beside_an_entry_that_was_altered(world: World, kept: Evidence) -> None:
    damage(kept, "deleted")
    db.session.remove()  # what was read before would keep the guards from being taken away
    with db.engine.connect().execution_options(write=True) as connection:
        guards.remove(connection)
        connection.execute(db.text("UPDATE log_entry SET act = 'x' WHERE seq = 3"))
        connection.commit()
    verdict = verify.log()
    assert (verdict.first_bad, verdict.reason) == (3, "renumbered")
    assert [item.fault for item in verdict.files] == ["deleted"]
