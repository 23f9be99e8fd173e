"""Checkpoints leave the house: signed when promised, mailed once to each keeper, good as evidence as they arrive."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from accountability import anchors, checkpoints, export, keys
from accountability.outside import verify_log
from models.base import db
from models.log import LogEntry
from models.people import Person
from models.vocabulary import Action
from notifications import schedule
from tests.fixtures.mail import Faulty, Office
from workflow import keepers
from workflow.actors import Actor

INSPECTION = "moc@thanhtra.example.vn"
RECORDS = "luutru@example.vn"


@pytest.fixture
def kept(office: Office) -> Office:
    """Return the small Ban with one keeper outside and a task whose result waits to be confirmed."""
    keepers.enter("Thanh tra tỉnh", INSPECTION, by=Actor.system(), at=office.world.at())
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", date(2026, 3, 31))
    office.world.to_hand_in(task)
    office.world.step(task, Action.SIGN_OFF, "head_a", "2026-01-06T09:00")
    office.tick("2026-01-06T10:25")
    hour(office, "2026-01-06T10:26")
    office.tick("2026-01-06T10:27")
    office.server.letters.clear()
    office.server.raw.clear()
    office.server.to.clear()
    return office


def hour(office: Office, moment: str) -> None:
    """Do what is done once an hour."""
    next(job for job in schedule.JOBS if job.name == "sign").run(office.world.at(moment))


def made() -> int:
    db.session.rollback()
    return (
        db.session.scalar(db.select(db.func.count()).select_from(LogEntry).where(LogEntry.act == checkpoints.ACT)) or 0
    )


def letters_to(office: Office, address: str) -> list[bytes]:
    return [raw for raw, to in zip(office.server.raw, office.server.to, strict=True) if to == address]


def test_after_leadership_confirmed_the_letter_is_evidence_as_it_arrives(kept: Office, tmp_path: Path) -> None:
    kept.world.step(kept.world.drafts[0], Action.CONFIRM, "vice", "2026-01-06T10:40")
    kept.tick("2026-01-06T10:41")
    (raw,) = letters_to(kept, INSPECTION)
    (tmp_path / "moc.eml").write_bytes(raw)
    kept.world.assign(kept.world.drafts[1], "KHTH", date(2026, 3, 31), local="2026-01-06T11:00")
    folder = Path(kept.app.config["DATA_DIR"])
    export.bundle(tmp_path / "b", folder, kept.app.config["LOG_ORIGIN"], by=Actor.system(),
                  at=kept.world.at("2026-01-06T12:00"), with_private=True)  # fmt: skip
    program = [sys.executable, "-I", "b/verify_log.py", "--checkpoint", "moc.eml", "b"]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, "consistent with itself only" in done.stdout, done.stderr) == (0, False, "")
    note = verify_log.checkpoints(tmp_path / "moc.eml")[0]
    confirmed = db.session.scalar(db.select(db.func.max(LogEntry.seq)).where(LogEntry.act == "task.confirm")) or 0
    assert note.size >= confirmed > 0
    assert kept.server.words().count("Bản in trên giấy") == 1


def test_each_checkpoint_goes_once_to_each_keeper_and_its_own_letters_ask_for_no_other(kept: Office) -> None:
    before = made()
    for moment in ("2026-01-06T11:26", "2026-01-06T12:26"):
        hour(kept, moment)
        kept.tick(moment)
        kept.tick(moment)
    assert (made(), letters_to(kept, INSPECTION)) == (before, []), "nothing happened, so nothing is signed"
    kept.world.assign(kept.world.drafts[1], "KHTH", date(2026, 3, 31), local="2026-01-06T12:40")
    kept.tick("2026-01-06T12:41")
    assert made() == before, "what nobody confirmed waits for the hour"
    for moment in ("2026-01-06T13:26", "2026-01-06T14:26", "2026-01-06T15:26"):
        hour(kept, moment)
        kept.tick(moment)
    assert (made(), len(letters_to(kept, INSPECTION))) == (before + 1, 1)


def test_the_mailboxes_of_the_setting_get_it_too_and_no_address_stands_in_the_log(
    office_of: Callable[..., Office], mail_server: Faulty
) -> None:
    office = office_of(mail_server, LOG_CHECKPOINT_RECIPIENTS=f"{INSPECTION},{RECORDS}")
    with office.app.app_context():
        hour(office, "2026-01-06T10:26")
        office.tick("2026-01-06T10:27")
        assert [len(letters_to(office, address)) for address in (INSPECTION, RECORDS)] == [1, 1]
        bodies = " ".join(db.session.scalars(db.select(LogEntry.body)))
        assert (INSPECTION in bodies, RECORDS in bodies, "log.keeper" in bodies) == (False, False, True)


def test_a_keeper_that_ended_gets_no_more_and_one_of_the_body_keeps_his_account(kept: Office) -> None:
    at = kept.world.at("2026-01-06T11:00")
    chair = keepers.enter_person("chair", by=Actor.system(), at=at)
    outside = next(found.person_id for found in keepers.all_of(date(2026, 1, 6)) if found.email == INSPECTION)
    for person in (chair, outside):
        keepers.end(person, by=Actor.system(), at=at)
    assert keepers.all_of(date(2026, 1, 6)) == []
    assert db.session.get_one(Person, chair).active
    assert not db.session.get_one(Person, outside).active
    keepers.enter_person("chair", by=Actor.system(), at=at)
    assert [found.person_id for found in keepers.all_of(date(2026, 1, 6))] == [chair]


def test_a_lost_key_stops_no_reminder(kept: Office) -> None:
    before = made()
    folder = Path(kept.app.config["DATA_DIR"])
    (folder / keys.NAME).unlink()
    keys.ensure(folder)
    assert not anchors.is_key_there(folder)
    kept.world.step(kept.world.drafts[0], Action.CONFIRM, "vice", "2026-01-06T10:40")
    kept.world.assign(kept.world.drafts[1], "KHTH", date(2026, 1, 9), local="2026-01-06T11:00")
    kept.tick("2026-01-07T07:31")
    assert made() == before
    assert kept.count("head_b") == 1
