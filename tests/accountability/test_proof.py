"""The proof of one entry, the log's key and its successors, a log taken up again: inside and outside judge alike."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from accountability import (
    anchors,
    checkpoints,
    export,
    keys,
    proofs,
    reopening,
    rotation,
    signatures,
    verify,
)
from accountability.outside import verify_log
from accountability.outside.verify_log import Checkpoint, Tree
from models import guards
from models.base import db
from models.log import LogEntry, LogHead
from models.tasks import Signature
from models.vocabulary import Action
from tests.fixtures.places import PASSWORD, World
from workflow import reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.permissions import Scope

ORIGIN = "dondoc.example.vn"


@dataclass
class Site:
    """A small Ban with its data folder, and the verbs of this page."""

    app: Flask
    world: World
    folder: Path
    place: Path
    hour: int = 8

    def sign(self) -> Checkpoint:
        """Make a checkpoint and return it as whoever gets it by mail has it."""
        made = checkpoints.make(self.folder, ORIGIN, by=Actor.system(), at=self.at())
        return verify_log.notes_in(made.text)[0]

    def at(self) -> datetime:
        """Return the next hour."""
        return self.world.at(self.moment())

    def moment(self) -> str:
        """Return the next hour as text."""
        self.hour += 1
        return f"2026-01-{6 + self.hour // 24:02}T{self.hour % 24:02}:00"

    def say(self, count: int = 1) -> None:
        """Let the log grow."""
        for _ in range(count):
            self.world.step(self.world.drafts[0], Action.COMMENT, "head_a", self.moment(), text="Đã rõ.")

    def bundle(self) -> Path:
        """Export the log into a new folder."""
        self.hour += 1
        target = self.place / f"out-{self.hour}"
        export.bundle(target, self.folder, ORIGIN, by=Actor.system(), at=self.at(), with_private=False)
        return target

    @property
    def size(self) -> int:
        """Return how long the log is."""
        return int(db.session.scalars(db.select(LogHead.seq)).one())


@pytest.fixture
def site(world_app: tuple[Flask, World], tmp_path: Path) -> Iterator[Site]:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        yield Site(app, world, Path(app.config["DATA_DIR"]), tmp_path)
        db.session.remove()


def outside(*words: str | Path, python: str = sys.executable) -> tuple[int, str]:
    """Run the program as an inspector does."""
    program = str(Path(verify_log.__file__))
    done = subprocess.run([python, "-I", program, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def keep(site: Site, note: Checkpoint, name: str = "kept.txt") -> Path:
    """Put a checkpoint aside as somebody outside keeps it."""
    signed = "".join(f"\u2014 {' '.join(parts)}\n" for parts in note.signatures)
    (site.place / name).write_text(f"{note.text}\n{signed}", encoding="utf-8")
    return site.place / name


def past_the_guards(*statements: str) -> None:
    """Change the database behind the product's back, and put the guards in place again."""
    db.session.remove()
    with db.engine.connect().execution_options(write=True) as connection:
        guards.remove(connection)
        for statement in statements:
            connection.execute(text(statement))
        guards.install(connection)
        connection.commit()


def root_of_all(size: int) -> bytes:
    query = db.select(LogEntry.hash).where(LogEntry.seq <= size).order_by(LogEntry.seq)
    tree = Tree()
    for hashed in db.session.scalars(query):
        tree.add(bytes.fromhex(hashed))
    return tree.root()


# ------------------------------------------------------------------------------------------------ growing
def test_a_checkpoint_grows_from_the_last_one_and_has_the_root_of_all_lines(site: Site) -> None:
    for _ in range(3):
        note = site.sign()
        assert note.root == root_of_all(note.size)
        site.say(2)


def test_a_line_altered_after_it_was_signed_does_not_get_into_the_next_checkpoint(site: Site) -> None:
    first = site.sign()
    before = {row.seq: row.hash for row in db.session.execute(db.select(LogEntry.seq, LogEntry.hash))}
    past_the_guards(f"UPDATE log_entry SET hash = '{'f' * 64}' WHERE seq = 3")
    note, tree = site.sign(), Tree()
    after = {row.seq: row.hash for row in db.session.execute(db.select(LogEntry.seq, LogEntry.hash))}
    for seq in range(1, note.size + 1):
        tree.add(bytes.fromhex((after | before)[seq]))
    assert (note.size > first.size, note.root) == (True, tree.root())


def test_a_checkpoint_whose_own_entry_was_altered_is_nothing_to_grow_from(site: Site) -> None:
    site.sign()
    past_the_guards("UPDATE log_entry SET body = replace(body, 'subtrees', 'subtreez') WHERE act = 'log.checkpoint'")
    note = site.sign()
    assert note.root == root_of_all(note.size)


@pytest.mark.database("sqlite")
def test_leaves_put_in_together_make_the_same_tree() -> None:
    draw = random.Random(9162)
    leaves = [draw.randbytes(32) for _ in range(2 * anchors.TOGETHER + 5)]
    one, many = Tree(), Tree()
    for leaf in leaves:
        one.add(leaf)
    for start in range(0, len(leaves), anchors.TOGETHER):
        anchors.grow(many, leaves[start : start + anchors.TOGETHER])
    assert (one.size, one.roots) == (many.size, many.roots)


# ------------------------------------------------------------------------------------------------ one line
@pytest.mark.database("sqlite")
def test_every_line_is_proved_under_every_length_and_nothing_else_is() -> None:
    draw = random.Random(6962)
    leaves = [draw.randbytes(32) for _ in range(40)]
    for size in (1, 2, 3, 7, 8, 9, 31, 33, 40):
        for index in range(size):
            way, root = proofs.way_to_root(index, leaves[:size])
            tree = Tree()
            anchors.grow(tree, leaves[:size])
            assert verify_log.root_of_path(index, size, leaves[index], way) == root == tree.root()
            assert verify_log.root_of_path(index, size, leaves[index][::-1], way) != root
            assert verify_log.root_of_path((index + 1) % (size + 1), size, leaves[index], way) != root
            assert verify_log.root_of_path(index, size, leaves[index], [*way, leaves[0]]) is None


def test_a_line_is_shown_and_proved_without_the_others_by_the_checkpoint_somebody_kept(site: Site) -> None:
    site.say(3)
    kept = keep(site, site.sign())
    later = keep(site, site.sign(), "later.txt")
    proof = proofs.prove(5, anchors.filed(site.folder))
    path = site.place / "5.tlog-proof"
    path.write_text(proof.text, encoding="utf-8")
    code, said = outside("--checkpoint", kept, path)
    assert (code, '"seq": 5' in said, "consistent with itself only" in said) == (0, True, False)
    assert "ask for a proof that fits yours" in outside("--checkpoint", later, path)[1]
    path.write_text(proof.text.replace("index 4", "index 3"), encoding="utf-8")
    assert outside("--checkpoint", kept, path)[0] == 1
    with pytest.raises(proofs.NoSuchEntryError):
        proofs.prove(site.size, anchors.filed(site.folder))


def test_the_record_of_a_signature_is_checked_on_any_machine_by_the_checkpoint_over_it(site: Site) -> None:
    site.world.to_hand_in(site.world.drafts[0], local="2026-01-06T08:10")
    site.world.step(site.world.drafts[0], Action.SIGN_OFF, "head_a", "2026-01-06T08:20")
    key, ref = db.session.scalars(db.select(Signature.id)).one(), reference.load(date(2026, 1, 6))

    def taken() -> Path:
        view = signatures.one(key, ref, seen_by=Scope(site.world.actor("chair")))
        found = signatures.record(view, "Ban Dân tộc")
        (site.place / f"signature-{key}.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        return site.place / f"signature-{key}.json"

    assert outside(taken())[0] == 2, "no checkpoint lies over it yet"
    kept = keep(site, site.sign())
    path = taken()
    code, said = outside("--checkpoint", kept, path)
    assert (code, '"act": "task.sign_off"' in said, "consistent with itself only" in said) == (0, True, False)
    for old, new in (("Triệu Minh Đức", "Người Khác"), ("Đã hoàn thành.", "Chưa xong gì.")):
        path.write_text(taken().read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        assert outside("--checkpoint", kept, path)[0] == 1


def test_nothing_is_proved_from_a_log_that_is_not_the_signed_one(site: Site) -> None:
    note = site.sign()
    past_the_guards(f"UPDATE log_entry SET hash = '{'f' * 64}' WHERE seq = 3")
    with pytest.raises(proofs.BrokenLogError):
        proofs.prove(5, [note])


# ------------------------------------------------------------------------------------------------ on paper
def test_a_checkpoint_typed_in_from_paper_binds_the_log_and_a_slip_is_seen(site: Site) -> None:
    made = checkpoints.make(site.folder, ORIGIN, by=Actor.system(), at=site.at())
    site.say()
    bundle = site.bundle()
    shutil.rmtree(bundle / "checkpoints")
    code, said = outside("--printed", made.printed, bundle)
    assert (code, f"lines 1..{made.size} bound by the printed checkpoint" in said) == (0, True)
    groups = made.printed.rsplit(" [", 1)[0]
    assert outside("--printed", groups.upper(), bundle)[0] == 0
    slip = made.printed.replace(groups[-4:], f"{int(groups[-4:], 16) ^ 1:04x}")
    assert outside("--printed", slip, bundle)[0] == 2
    assert verify.log(notes=verify_log.printed_in(groups)).ok
    wrong = groups[:-1] + f"{int(groups[-1], 16) ^ 1:x}"
    assert outside("--printed", wrong, bundle)[1].startswith("first bad: 1\n")
    assert verify.log(notes=verify_log.printed_in(wrong)).reason == "unbound"


# ------------------------------------------------------------------------------------------------ keys
def test_a_new_key_is_named_by_an_entry_that_the_old_one_signs(site: Site) -> None:
    first = keep(site, site.sign())
    old = keys.public_text(keys.ensure(site.folder))
    new = rotation.rotate(site.folder, by=Actor.system(), at=site.at())
    assert keys.public_text(keys.ensure(site.folder)) == new != old
    second = keep(site, site.sign(), "second.txt")
    assert verify.log(notes=anchors.filed(site.folder)).ok
    bundle = site.bundle()
    code, said = outside("--key", bundle / "log_key.pem", "--checkpoint", first, "--checkpoint", second, bundle)
    assert (code, "a new key\n" in said) == (0, True)


def test_a_key_that_the_old_one_did_not_sign_is_found_at_its_entry(site: Site) -> None:
    rotation.rotate(site.folder, by=Actor.system(), at=site.at())
    seq = site.size
    site.say()
    bundle = site.bundle()
    lines = (bundle / "log.jsonl").read_text(encoding="utf-8").splitlines()
    place = lines[seq - 1].index('"signature":"') + len('"signature":"')
    other = "A" if lines[seq - 1][place] != "A" else "B"
    forged = [*lines[: seq - 1], lines[seq - 1][:place] + other + lines[seq - 1][place + 1 :]]
    (bundle / "log.jsonl").write_text("".join(f"{line}\n" for line in forged), encoding="utf-8")
    shutil.rmtree(bundle / "checkpoints")
    assert outside(bundle)[1].startswith(f"first bad: {seq}\n")


def test_a_lost_key_begins_an_epoch_and_is_never_taken_for_the_old_one(site: Site) -> None:
    kept = keep(site, site.sign())
    bundle = site.bundle()
    (site.folder / keys.NAME).unlink()
    keys.ensure(site.folder)
    with pytest.raises(keys.WrongKeyError):
        site.sign()
    with pytest.raises(keys.WrongKeyError):
        rotation.rotate(site.folder, by=Actor.system(), at=site.at())
    assert not anchors.is_key_there(site.folder)
    rotation.replace_lost(site.folder, "Ổ đĩa hỏng.", by=Actor.system(), at=site.at())
    changed = site.size
    site.sign()
    assert anchors.is_key_there(site.folder)
    assert verify.log(notes=anchors.filed(site.folder)).ok
    newer = site.bundle()
    assert "NOT vouched for" in outside("--checkpoint", kept, newer)[1]
    assert outside("--key", bundle / "log_key.pem", newer)[1].startswith(f"first bad: {changed}\n")


def test_a_rotation_cut_off_before_its_end_is_finished_by_the_next_signature(site: Site) -> None:
    new = rotation.rotate(site.folder, by=Actor.system(), at=site.at())
    (site.folder / keys.NAME).rename(site.folder / keys.NEXT)  # as if the new key had not got its name yet
    site.sign()
    assert keys.public_text(keys.ensure(site.folder)) == new
    assert not (site.folder / keys.NEXT).exists()


# ------------------------------------------------------------------------------------------------ restore
@pytest.mark.database("sqlite")
def test_a_restored_backup_is_found_by_a_mailed_checkpoint_until_a_leader_accepts_the_loss(site: Site) -> None:
    site.sign()
    db.session.remove()
    path = db.engine.url.database or ""
    db.engine.dispose()
    shutil.copyfile(path, site.place / "backup.sqlite3")
    old_size = site.size
    site.say(4)
    note = site.sign()
    kept = keep(site, note)
    db.session.remove()
    db.engine.dispose()
    for name in Path(path).parent.glob(f"{Path(path).name}-*"):
        name.unlink()
    shutil.copyfile(site.place / "backup.sqlite3", path)
    found = verify.log(notes=anchors.filed(site.folder))
    assert (found.first_bad, found.reason) == (old_size + 1, "lost")
    assert outside("--checkpoint", kept, path)[1].startswith(f"first bad: {old_size + 1}\n")
    loss = reopening.after_restore(anchors.filed(site.folder), by=Actor.system(), at=site.at())
    assert loss is not None
    assert (loss.first, loss.last) == (old_size + 1, note.size)
    site.say(9)
    site.sign()
    assert site.size > note.size, "the log has grown beyond what was lost, over other lines"
    found = verify.log(notes=anchors.filed(site.folder))
    assert (found.first_bad, found.reason) == (old_size + 1, "unaccepted")
    assert outside("--checkpoint", kept, site.bundle())[1].startswith(f"first bad: {old_size + 1}\n")
    for username in ("head_a", "admin"):
        with pytest.raises(Refusal):
            reopening.accept(loss.first, password=PASSWORD, by=site.world.actor(username), at=site.at())
    with pytest.raises(Refusal):
        reopening.accept(loss.first, password=PASSWORD, by=Actor.system(), at=site.at())
    run = site.app.test_cli_runner()
    words = ["log", "accept-loss", str(loss.first), "--by", "chair"]
    assert run.invoke(args=words, input="sai mật khẩu\n\n").exit_code == 1
    assert run.invoke(args=words, input=f"{PASSWORD}\n\n").exit_code == 0
    assert run.invoke(args=words, input=f"{PASSWORD}\n\n").exit_code == 1
    assert verify.log(notes=anchors.filed(site.folder)).ok
    code, said = outside("--checkpoint", kept, site.bundle())
    assert (code, f"lines {loss.first} to {loss.last} of before are lost; accepted by Hoàng Văn Thủ" in said) == (
        0,
        True,
    )
    assert [one.accepted_by for one in reopening.losses()] == ["Hoàng Văn Thủ"]
