"""Sixteen lies about the past, found by the product and by the program outside; no honest log accused under load."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event

from flask import Flask
from sqlalchemy import Connection

from accountability import anchors, checkpoints, export, verify
from accountability.outside import verify_log
from accountability.outside.verify_log import Altered, Checkpoint
from models import guards
from models.base import db
from models.vocabulary import Action
from tests.fixtures import lies
from tests.fixtures.campaigns import Campaign
from tests.fixtures.lies import Found, Told
from tests.fixtures.places import World
from tests.fixtures.tampering import Lab
from tests.fixtures.threads import together
from workflow.actors import Actor

ORIGIN = "dondoc.example.vn"
# so many looks are done beside the writers before all of them begin anew
TOGETHER = 25
LINES_A_LOOK = 4


def signed(folder: Path, world: World, local: str) -> Checkpoint:
    made = checkpoints.make(folder, ORIGIN, by=Actor.system(), at=world.at(local))
    return verify_log.notes_in(made.text)[0]


def told(app: Flask, world: World, rounds: Campaign) -> Told:
    """Return the log of a story, with two checkpoints in somebody's mailbox."""
    folder = Path(app.config["DATA_DIR"])
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    first = signed(folder, world, "2026-01-05T09:00")
    world.to_hand_in(world.drafts[0])
    for number in range(6):
        world.step(world.drafts[0], Action.COMMENT, "head_a", "2026-01-06T10:00", text=f"ý kiến {number}")
    last = signed(folder, world, "2026-01-06T11:00")
    world.step(world.drafts[0], Action.COMMENT, "head_a", "2026-01-06T12:00", text="sau mốc")
    return Told(Lab(rounds.random), first, last, folder)


def by_product(story: Told) -> tuple[int | None, str | None]:
    verdict = verify.log(notes=[*anchors.filed(story.folder), story.first, story.last])
    return verdict.first_bad, verdict.reason


def by_program(path: Path, mailed: list[Path]) -> int | None:
    """Return the first bad line that the program names; 0 when it finds nothing."""
    try:
        verify_log.check(path, (), mailed)
    except Altered as found:
        return found.seq
    return 0


def mailed_to(path: Path, note: Checkpoint) -> Path:
    """Put a checkpoint aside as somebody who got it by mail."""
    path.write_text(f"{note.text}\n\u2014 {' '.join(note.signatures[0])}\n", encoding="utf-8")
    return path


def exported(folder: Path, place: Path) -> Path:
    target = place / "export"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    export.write(target, folder, with_private=True)
    return target


def copied(place: Path) -> Path:
    """Return a copy of the SQLite database, made as a backup makes one."""
    target = place / "copy.sqlite3"
    target.unlink(missing_ok=True)
    source, copy = sqlite3.connect(db.engine.url.database or ""), sqlite3.connect(target)
    source.backup(copy)
    source.close()
    copy.close()
    return target


def lied(lie: lies.Lie, story: Told, _lab: Lab, connection: Connection) -> Found:
    """Lie; afterwards every guard stands again, but for the one that the lie is about."""
    if lie is lies.drop_a_guard:
        guards.install(connection)
        return lie(story, connection)
    found = lie(story, connection)
    guards.install(connection)
    return found


def test_sixteen_lies_are_found_at_the_right_line_by_the_product_and_by_the_program_outside(
    world_app: tuple[Flask, World], engine: str, campaign: Callable[..., Campaign], tmp_path: Path
) -> None:
    app, world = world_app
    rounds = campaign(f"sixteen lies on {engine}", small=1, full=50)
    missed, looks = [], 0
    with app.app_context():
        story = told(app, world, rounds)
        mailed = [mailed_to(tmp_path / f"{note.size}.txt", note) for note in (story.first, story.last)]
        files = {story.folder / name: (story.folder / name).read_bytes() for name in ("log.key", checkpoints.FILE)}
        for lie in lies.LIES * rounds.count:
            expected = story.lab.commit(partial(lied, lie, story))
            found: dict[str, object] = {"product": by_product(story)}
            found["export"] = by_program(exported(story.folder, tmp_path), mailed)
            wanted: dict[str, object] = {"product": (expected.product, expected.reason), "export": expected.export}
            if engine == "sqlite":
                found["copy"], wanted["copy"] = by_program(copied(tmp_path), mailed), expected.copy
            looks += len(found)
            missed += [] if found == wanted else [(lie.__name__, wanted, found)]
            story.lab.restore()
            for path, raw in files.items():
                path.write_bytes(raw)
        db.session.remove()
    rounds.found(lies=len(lies.LIES), looks=looks, missed=len(missed))
    assert missed == []


def test_an_honest_log_is_never_accused_while_others_write_and_checkpoints_are_signed(
    world_app: tuple[Flask, World], engine: str, campaign: Callable[..., Campaign], tmp_path: Path
) -> None:
    app, world = world_app
    rounds = campaign(f"verifications under load on {engine}", small=8, full=1000)
    with app.app_context():
        for task in world.drafts[:2]:
            world.assign(task, "CSDT", date(2026, 1, 30))
        db.session.remove()
    load = Load(Path(app.config["DATA_DIR"]), tmp_path, world, engine)
    for start in range(0, rounds.count, TOGETHER):
        load.done.clear()
        numbers = range(start, min(rounds.count, start + TOGETHER))
        writers = [partial(load.talk, task) for task in world.drafts[:2]]
        assert together(app, [partial(load.look, numbers), *writers]) == [None, None, None]
    rounds.found(false_alarms=len(load.accused), entries_meanwhile=load.written)
    assert (load.accused, load.looked) == ([], rounds.count)
    assert load.written > 0


@dataclass
class Load:
    """People who write, and somebody who looks at the log in every way meanwhile."""

    folder: Path
    place: Path
    world: World
    engine: str
    done: Event = field(default_factory=Event)
    seen: Event = field(default_factory=Event)
    accused: list[object] = field(default_factory=list)
    written: int = 0
    looked: int = 0

    def talk(self, task: int) -> None:
        """Write until the looking is over, so many lines a look and no more: the log shall stay short."""
        while not self.done.is_set():
            if self.written > LINES_A_LOOK * (self.looked + 1):
                self.seen.wait(0.1)
                self.seen.clear()
                continue
            self.world.step(task, Action.COMMENT, "head_a", "2026-01-06T10:00", text="Đã rõ.")
            self.written += 1

    def look(self, numbers: range) -> None:
        """Sign and look."""
        try:
            note = signed(self.folder, self.world, "2026-01-06T10:00")
            for number in numbers:
                if number % 5 == 4:
                    note = signed(self.folder, self.world, "2026-01-06T10:00")
                self.accused += self.found(number, note)
                self.looked += 1
                self.seen.set()
        finally:
            self.done.set()

    def found(self, number: int, note: Checkpoint) -> list[object]:
        """Look in one of four ways: inside in full or at the end; outside at an export or a copy of the database."""
        if number % 4 == 3:
            mailed = mailed_to(self.place / "mailed.txt", note)
            is_copy = self.engine == "sqlite" and number % 8 == 3
            seq = by_program(copied(self.place) if is_copy else exported(self.folder, self.place), [mailed])
            return [] if seq == 0 else [("outside", seq)]
        verdict = verify.log(last=10) if number % 4 == 2 else verify.log(notes=[*anchors.filed(self.folder), note])
        return [] if verdict.ok else [verdict]
