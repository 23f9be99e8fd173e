"""The log checked without the product: every tampering is named, an intact log never accused, nothing is imported."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from accountability import checkpoints, export, keys
from accountability.outside import verify_log
from accountability.outside.verify_log import Tree, is_signed
from models import guards
from models.base import db
from models.vocabulary import Action
from tests.fixtures.places import World
from workflow.actors import Actor

ORIGIN = "dondoc.example.vn"
Lines = list[str]


@pytest.fixture
def bundle(world_app: tuple[Flask, World], tmp_path: Path) -> Path:
    """Export the log of a short story: an assignment, a comment, a hand-in; two checkpoints lie between."""
    app, world = world_app
    folder = Path(app.config["DATA_DIR"])
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        checkpoints.make(folder, ORIGIN, by=Actor.system(), at=world.at("2026-01-06T08:00"))
        world.step(world.drafts[0], Action.COMMENT, "head_a", "2026-01-06T09:00", text="lời rất riêng")
        world.to_hand_in(world.drafts[0], local="2026-01-07T09:00")
        export.bundle(
            tmp_path / "out", folder, ORIGIN, by=Actor.system(), at=world.at("2026-01-08T08:00"), with_private=False
        )
        db.session.remove()
    return tmp_path / "out"


def check(*words: str | Path, program: Path | None = None) -> tuple[int, str]:
    """Run the program as an inspector does: isolated, from the folder it lies in."""
    path = program or Path(verify_log.__file__)
    done = subprocess.run(
        [sys.executable, "-I", str(path), *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def newest(bundle: Path) -> Path:
    """Return the newest checkpoint, put aside as somebody outside keeps it."""
    kept = bundle.parent / "kept.txt"
    shutil.copyfile(max((bundle / "checkpoints").glob("*.txt")), kept)
    return kept


def alter(bundle: Path, change: Callable[[Lines], Lines]) -> None:
    path = bundle / "log.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line}\n" for line in change(lines)), encoding="utf-8", newline="")


def with_field(line: str, **fields: Any) -> str:
    return json.dumps(json.loads(line) | fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def rehashed(lines: Lines, start: int) -> Lines:
    """Return the lines with the chain made whole again from a line on, as a thorough forger does."""
    found = lines[: start - 1]
    for line in lines[start - 1 :]:
        prev = hashlib.sha256(b"\x00" + found[-1].encode()).hexdigest() if found else "0" * 64
        found.append(with_field(line, prev=prev, seq=len(found) + 1))
    return found


# ------------------------------------------------------------------------------------------------ an intact log
def test_an_exported_log_is_found_intact_by_the_program_that_lies_beside_it(bundle: Path) -> None:
    code, said = check(bundle, program=bundle / "verify_log.py")
    assert code == 0
    assert f"intact: {len((bundle / 'log.jsonl').read_text().splitlines())} lines" in said
    assert "checkpoints that hold: 2, signed by the log's key: 2" in said


def test_without_anything_from_outside_it_says_so(bundle: Path) -> None:
    assert "consistent with itself only" in check(bundle)[1]
    assert "consistent with itself only" not in check("--checkpoint", newest(bundle), bundle)[1]
    assert "consistent with itself only" not in check("--key", bundle / "log_key.pem", bundle)[1]


def test_a_checkpoint_is_read_from_the_letter_it_came_in(bundle: Path, tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["Subject"] = "Mốc kiểm tra nhật ký"
    letter.set_content("Kính gửi đồng chí,\n\n" + newest(bundle).read_text(encoding="utf-8"), cte="base64")
    (tmp_path / "m.eml").write_bytes(letter.as_bytes())
    assert check("--checkpoint", tmp_path / "m.eml", bundle)[0] == 0


def test_a_copy_of_a_sqlite_database_is_checked_as_well(bundle: Path, world_app: tuple[Flask, World]) -> None:
    url = world_app[0].config["SQLALCHEMY_DATABASE_URI"]
    if not str(url).startswith("sqlite"):
        assert check("--checkpoint", newest(bundle), bundle / "log.jsonl")[0] == 0
        return
    assert check("--checkpoint", newest(bundle), str(url).removeprefix("sqlite:///"))[0] == 0


def test_one_line_is_shown_only_of_an_intact_log(bundle: Path) -> None:
    code, said = check("--entry", "2", bundle)
    assert code == 0
    assert '"seq": 2' in said
    alter(bundle, lambda lines: lines[:1] + lines[2:])
    assert '"seq"' not in check("--entry", "1", bundle)[1]


# ------------------------------------------------------------------------------------------------ tampering
def edited(lines: Lines, seq: int) -> Lines:
    return [*lines[: seq - 1], with_field(lines[seq - 1], at="2026-01-05T00:00:00.000000Z"), *lines[seq:]]


def swapped(lines: Lines, seq: int) -> Lines:
    return [*lines[: seq - 1], lines[seq], lines[seq - 1], *lines[seq + 1 :]]


# way of tampering -> what is done to the lines, and by how much the first bad line differs from the one touched
TAMPERINGS: dict[str, tuple[Callable[[Lines, int], Lines], int]] = {
    "edit": (edited, 0),
    "delete in the middle": (lambda lines, seq: lines[: seq - 1] + lines[seq:], 0),
    "insert": (lambda lines, seq: [*lines[: seq - 1], lines[seq - 1], *lines[seq - 1 :]], 1),
    "swap": (swapped, 0),
    "other number": (lambda lines, seq: [*lines[: seq - 1], with_field(lines[seq - 1], seq=seq + 1), *lines[seq:]], 0),
    "other link": (lambda lines, seq: [*lines[: seq - 1], with_field(lines[seq - 1], prev="e" * 64), *lines[seq:]], 0),
    "blank": (lambda lines, seq: [*lines[: seq - 1], "", *lines[seq:]], 0),
    "no longer JSON": (lambda lines, seq: [*lines[: seq - 1], lines[seq - 1][:-1], *lines[seq:]], 0),
    "doubled key": (lambda lines, seq: [*lines[: seq - 1], '{"act":"x",' + lines[seq - 1][1:], *lines[seq:]], 0),
}  # fmt: skip


@pytest.mark.parametrize("way", TAMPERINGS)
def test_a_tampered_line_is_named(way: str, bundle: Path) -> None:
    change, shift = TAMPERINGS[way]
    count = len((bundle / "log.jsonl").read_text().splitlines())
    seq = random.Random(way).randrange(3, count - 2)
    alter(bundle, lambda lines: change(lines, seq))
    code, said = check(bundle)
    assert code == 1
    assert said.startswith(f"first bad: {seq + shift}\n")


@pytest.mark.parametrize("how_many", [1, 3])
def test_lines_cut_off_the_end_are_missed_by_whoever_kept_a_checkpoint(how_many: int, bundle: Path) -> None:
    kept = newest(bundle)
    size = int(kept.read_text(encoding="utf-8").split("\n")[1])
    shutil.rmtree(bundle / "checkpoints")
    alter(bundle, lambda lines: lines[: size - how_many])
    assert check(bundle)[0] == 0  # by itself it cannot know
    code, said = check("--checkpoint", kept, bundle)
    assert code == 1
    assert said.startswith(f"first bad: {size - how_many + 1}\n")


def test_a_log_written_anew_from_a_line_on_is_found_by_the_checkpoint_kept_outside(bundle: Path) -> None:
    first, last = sorted((bundle / "checkpoints").glob("*.txt"))
    size = int(first.read_text(encoding="utf-8").split("\n")[1])
    kept = [bundle.parent / path.name for path in (first, last)]
    for path, copy in zip((first, last), kept, strict=True):
        shutil.copyfile(path, copy)
    shutil.rmtree(bundle / "checkpoints")
    alter(
        bundle, lambda lines: rehashed([*lines[:size], with_field(lines[size], act="x"), *lines[size + 1 :]], size + 1)
    )
    assert check(bundle)[0] == 0
    code, said = check("--checkpoint", kept[0], "--checkpoint", kept[1], bundle)
    assert code == 1
    assert said.startswith(f"first bad: {size + 1}\n")


def test_another_key_is_found(bundle: Path) -> None:
    stranger = keys.pem(keys.public_text(Ed25519PrivateKey.generate()))
    (bundle.parent / "other.pem").write_text(stranger)
    code, said = check("--key", bundle.parent / "other.pem", bundle)
    assert (code, "key" in said) == (1, True)


@pytest.mark.parametrize("part", [0, 1, 2, 3, 4, 6])
def test_a_checkpoint_altered_in_any_part_is_no_checkpoint_any_more(part: int, bundle: Path) -> None:
    kept = newest(bundle)
    lines = kept.read_text(encoding="utf-8").split("\n")
    sign = "B" if part in (2, 6) else "1"
    place = 30
    line = lines[part]
    place = min(place, len(line) - 2)
    lines[part] = line[:place] + (sign if line[place] != sign else "0") + line[place + 1 :]
    kept.write_text("\n".join(lines), encoding="utf-8")
    assert check("--checkpoint", kept, bundle)[0] in (1, 2)


def test_private_texts_handed_over_are_held_against_what_the_lines_commit_to(
    bundle: Path, world_app: tuple[Flask, World], tmp_path: Path
) -> None:
    app, world = world_app
    assert "lời rất riêng" not in (bundle / "log.jsonl").read_text(encoding="utf-8")
    assert not (bundle / "private.jsonl").exists()
    folder, whole = Path(app.config["DATA_DIR"]), tmp_path / "whole"
    with app.app_context():
        export.bundle(whole, folder, ORIGIN, by=Actor.system(), at=world.at("2026-01-09T08:00"), with_private=True)
        db.session.remove()
    assert check(whole)[0] == 0
    text = (whole / "private.jsonl").read_text(encoding="utf-8")
    (whole / "private.jsonl").write_text(text.replace("lời rất riêng", "lời khác hẳn"), encoding="utf-8")
    assert check(whole)[0] == 1


@pytest.mark.parametrize("name", ["nowhere", "empty.jsonl", "picture.png"])
def test_what_cannot_be_checked_is_not_called_altered(name: str, tmp_path: Path) -> None:
    if name != "nowhere":
        (tmp_path / name).write_bytes(b"")
    assert check(tmp_path / name)[0] == 2


# ------------------------------------------------------------------------------------------------ the export itself
def test_an_export_appears_whole_or_not_at_all(world_app: tuple[Flask, World], tmp_path: Path) -> None:
    app, world = world_app
    folder = Path(app.config["DATA_DIR"])
    place = tmp_path / "place"
    (place / "full").mkdir(parents=True)
    (place / "full" / "x").write_text("x")
    with app.app_context():
        with pytest.raises(export.NotEmptyError):
            export.bundle(place / "full", folder, ORIGIN, by=Actor.system(), at=world.at(), with_private=False)
        db.session.remove()
    assert [path.name for path in place.rglob("*")] == ["full", "x"]


def test_commands_say_what_they_did_and_leave_with_the_right_code(
    world_app: tuple[Flask, World], tmp_path: Path
) -> None:
    run = world_app[0].test_cli_runner()
    made = run.invoke(args=["log", "checkpoint", "--json"])
    assert (made.exit_code, set(json.loads(made.stdout))) == (0, {"size", "root", "text", "printed"})
    done = run.invoke(args=["log", "export", str(tmp_path / "b"), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["checkpoints"]) == (0, 2)
    assert run.invoke(args=["log", "export", str(tmp_path / "b")]).exit_code == 1
    assert check(tmp_path / "b")[0] == 0
    assert run.invoke(args=["log", "verify"]).exit_code == 0


# ------------------------------------------------------------------------------------------------ its parts
def test_the_program_needs_nothing_but_python_of_2020() -> None:
    source = Path(verify_log.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    named = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    modules = {alias.name for node in named if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in named if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in modules} <= set(sys.stdlib_module_names)


def test_the_guards_it_looks_for_are_those_of_the_product() -> None:
    wanted = guards.expected("sqlite")
    own = verify_log.guards()
    assert own == {name: text for name, text in wanted.items() if name.startswith("guard_log_")}


def test_signatures_are_judged_as_the_library_judges_them() -> None:
    draw = random.Random(8032)
    for _ in range(12):
        key = Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
        public, text = base64.b64decode(keys.public_text(key)), draw.randbytes(draw.randrange(200))
        signature = key.sign(text)
        place = draw.randrange(64)
        wrong = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        assert is_signed(public, signature, text)
        assert not is_signed(public, wrong, text)
        assert not is_signed(public, signature, text + b"x")
        assert not is_signed(draw.randbytes(32), signature, text)


def test_a_signature_of_the_standard_holds() -> None:
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")  # RFC 8032, 7.1, TEST 2
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert is_signed(public, signature, b"\x72")


def root_by_definition(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree hash as RFC 9162, 2.1.1 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = root_by_definition(leaves[:half]), root_by_definition(leaves[half:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_the_root_is_the_one_of_the_standard_at_every_length() -> None:
    tree, leaves = Tree(), list[bytes]()
    for number in range(130):
        assert tree.root() == root_by_definition(leaves)
        leaves.append(hashlib.sha256(bytes([number])).digest())
        tree.add(leaves[-1])
