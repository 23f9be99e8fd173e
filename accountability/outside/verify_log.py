#!/usr/bin/env python3
"""Check a log of accountability without the product that wrote it: Python 3.9 or later, nothing to install.

    verify_log.py [--key PEM] [--checkpoint FILE ...] [--entry N] PATH

PATH is the folder of an export, its log.jsonl, or a copy of the SQLite database. FILE holds one or more checkpoints,
as they were mailed or filed (.txt, .eml, .mbox). Checkpoints beside the log are read too, but they came with it: only
a key or a checkpoint kept elsewhere shows that nobody wrote the whole log anew.

Exit code 0: intact. 1: altered, and the first bad line is named. 2: nothing that can be checked.
"""

from __future__ import annotations

import argparse
import base64
import email
import hashlib
import json
import mailbox
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from email import policy
from pathlib import Path
from typing import Any

INTACT, ALTERED, UNUSABLE = 0, 1, 2
NO_HASH = "0" * 64
Line = tuple[int, str, "str | None"]  # number, body, and the hash kept beside it, when one is
OPENS_EPOCH = "log.restored"
FIELDS = {"log", "epoch", "seq", "prev", "at", "act", "data"}
NOTE = re.compile(
    r"^(?P<text>(?P<origin>\S[^\n]*)\n(?P<size>\d+)\n(?P<root>[A-Za-z0-9+/]{43}=)\nchain (?P<chain>[0-9a-f]{64})\n"
    r"time (?P<time>\S+)\n)\n(?P<signatures>(?:\u2014 [^\n]+\n?)+)",
    re.MULTILINE,
)


class Unusable(Exception):  # noqa: N818 (an answer, not a fault)
    """There is nothing here that can be checked."""


class Altered(Exception):  # noqa: N818 (an answer, not a fault)
    """A line is not what it was: its number (None when no single line can be named) and why."""

    def __init__(self, seq: int | None, why: str) -> None:
        super().__init__(why)
        self.seq = seq
        self.why = why


# ---- Ed25519 (RFC 8032): verification only, on public data, so that time may be told from it ----
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # x, y, z, xy/z


def _x_of(y: int, sign: int) -> int | None:
    """Return the x of a point's y and the sign of x; None when there is no such point."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x % 2 != sign else x


def _point(raw: bytes) -> Point | None:
    """Return a point from its 32 bytes; None when they are none."""
    number = int.from_bytes(raw, "little")
    y = number & ((1 << 255) - 1)
    x = _x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def _add(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _add(found, point)
        point = _add(point, point)
        scalar >>= 1
    return found


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = _x_of(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed(key: bytes, signature: bytes, text: bytes) -> bool:
    """Return whether an Ed25519 signature of a text holds under a public key (32 bytes)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    whose, shown = _point(key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if whose is None or shown is None or scalar >= ORDER:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % ORDER
    left, right = _times(scalar, BASE), _add(shown, _times(hashed, whose))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# ---- the tree over the lines (RFC 9162, 2.1.1), kept as the roots of its full subtrees ----
class Tree:
    """The root over all lines so far, in memory that grows with the logarithm of their number."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the next leaf hash (bytes)."""
        size, self.size = self.size, self.size + 1
        while size & 1:
            leaf = hashlib.sha256(b"\x01" + self._roots.pop() + leaf).digest()
            size >>= 1
        self._roots.append(leaf)

    def root(self) -> bytes:
        """Return the root hash (bytes)."""
        if not self._roots:
            return hashlib.sha256(b"").digest()
        found = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            found = hashlib.sha256(b"\x01" + left + found).digest()
        return found


# ---- checkpoints: signed notes (C2SP tlog-checkpoint and signed-note) ----
class Checkpoint:
    """How long the log was at a moment, and the hashes that bind every line up to there."""

    def __init__(self, found: re.Match[str], came_with_the_log: bool) -> None:
        self.text = found["text"]
        self.size = int(found["size"])
        self.root = base64.b64decode(found["root"])
        self.chain = found["chain"]
        self.time = found["time"]
        self.signatures = [line.split(" ")[1:] for line in found["signatures"].strip().splitlines()]
        self.came_with_the_log = came_with_the_log

    def is_signed_by(self, key: bytes) -> bool:
        """Return whether one of its signatures is this key's (32 bytes)."""
        for parts in self.signatures:
            try:
                raw = base64.b64decode(parts[-1], validate=True)
            except ValueError:
                continue
            name = " ".join(parts[:-1])
            marked = hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]
            if raw[:4] == marked and is_signed(key, raw[4:], self.text.encode()):
                return True
        return False


def checkpoints(path: Path, came_with_the_log: bool = False) -> list[Checkpoint]:
    """Return the checkpoints of a file: plain text, a letter, or a mailbox of letters."""
    return [Checkpoint(found, came_with_the_log) for text in _texts(path) for found in NOTE.finditer(text)]


def _texts(path: Path) -> list[str]:
    if path.suffix == ".mbox":
        return [_letter_text(letter) for letter in mailbox.mbox(str(path))]
    raw = path.read_bytes()
    if path.suffix == ".eml":
        return [_letter_text(email.message_from_bytes(raw, policy=policy.default))]
    return [raw.decode("utf-8", "replace").replace("\r\n", "\n")]


def _letter_text(letter: Any) -> str:
    parts = [part for part in letter.walk() if part.get_content_type() == "text/plain"]
    raws = [(part.get_payload(decode=True), part.get_content_charset() or "utf-8") for part in parts]
    return "\n".join(raw.decode(charset, "replace").replace("\r\n", "\n") for raw, charset in raws if raw)


# ---- the log: bodies one after another, with what a database keeps beside them ----
def lines_of(path: Path) -> Iterator[Line]:
    """Give the lines of a log in either form, told apart by how the file begins."""
    with path.open("rb") as file:
        is_database = file.read(16) == b"SQLite format 3\x00"
    return lines_of_database(path) if is_database else lines_of_file(path)


def lines_of_file(path: Path) -> Iterator[Line]:
    """Give number, body and no stored hash of each line of a log.jsonl."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if not raw.endswith(b"\n"):
                raise Altered(number, "the line is cut short")
            try:
                yield number, raw[:-1].decode("utf-8"), None
            except UnicodeDecodeError:
                raise Altered(number, "the line is no text") from None


def lines_of_database(path: Path) -> Iterator[Line]:
    """Give number, body and stored hash of each line of a SQLite database."""
    try:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        rows = database.execute("SELECT seq, body, hash FROM log_entry ORDER BY epoch, seq")
    except sqlite3.DatabaseError as error:
        raise Unusable(f"{path}: {error}") from None
    yield from rows


class Log:
    """Goes through the lines in order; knows the last one it found good."""

    def __init__(self, notes: Iterable[Checkpoint]) -> None:
        self.tree = Tree()
        self.before = NO_HASH
        self.log: str | None = None
        self.at: str | None = None
        self.epoch = 1
        self.key: str | None = None
        self.notes = sorted(notes, key=lambda note: note.size)
        self.bound: list[Checkpoint] = []
        self.commitments: dict[tuple[int, int, str], str] = {}

    def take(self, number: int, body: str, stored: str | None) -> None:
        """Check the next line and step to it. Raises Altered."""
        seq = self.tree.size + 1
        if number != seq:
            raise Altered(seq, "a line is missing" if number > seq else "a line was added or doubled")
        hashed = hashlib.sha256(b"\x00" + body.encode("utf-8", "surrogateescape")).digest()
        if stored is not None and stored != hashed.hex():
            raise Altered(seq, "its text was altered")
        found = _read(seq, body)
        self._follow(seq, found)
        self.tree.add(hashed)
        self.before, self.at, self.epoch = hashed.hex(), found["at"], found["epoch"]
        self._hold()

    def _follow(self, seq: int, body: dict[str, Any]) -> None:
        if body["seq"] != seq:
            raise Altered(seq, f"it carries the number {body['seq']}: a line is missing, was added or moved")
        if body["prev"] != self.before:
            raise Altered(seq, "it does not follow the line before it")
        if seq == 1:
            if body["act"] != "log.open" or body["epoch"] != 1:
                raise Altered(1, "it does not open a log")
            self.log, self.key = body["log"], body["data"].get("key")
        if body["log"] != self.log:
            raise Altered(seq, "it belongs to another log")
        if self.at is not None and body["at"] < self.at:
            raise Altered(seq, "it is older than the line before it")
        if body["epoch"] != self.epoch + (body["act"] == OPENS_EPOCH):
            raise Altered(seq, "it belongs to another epoch")
        for path, hashed in _commitments(body["data"]):
            self.commitments[(body["epoch"], seq, path)] = hashed

    def _hold(self) -> None:
        """Hold the line just taken against every checkpoint of this length. Raises Altered."""
        while self.notes and self.notes[0].size <= self.tree.size:
            note = self.notes.pop(0)
            if note.size < 1:
                continue
            if (note.root, note.chain) != (self.tree.root(), self.before):
                since = max((bound.size for bound in self.bound), default=0) + 1
                raise Altered(since, f"lines {since} to {note.size} are not those of the checkpoint of {note.time}")
            self.bound.append(note)


def _read(seq: int, body: str) -> dict[str, Any]:
    found: Any = None
    try:
        found = json.loads(body)
        text = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        text = ""
    if text != body or not isinstance(found, dict) or not set(found) >= FIELDS:
        raise Altered(seq, "its text was altered: it has not the form of a line")
    return found


def _commitments(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if key == "set" and isinstance(value, dict):
            for name, pair in value.items():
                for which, side in zip(("old", "new"), pair):  # noqa: B905 (Python 3.9 has no strict=)
                    if isinstance(side, dict) and set(side) == {"commit"}:
                        yield f"set/{name}/{which}", side["commit"]
        elif isinstance(value, dict) and set(value) == {"commit"}:
            yield key, value["commit"]


def walk(lines: Iterable[Line], log: Log) -> None:
    """Take every line, the one that does not follow its predecessor judged by what follows it. Raises Altered."""
    kept: Line | None = None
    for line in lines:
        if kept is not None:
            _take(log, kept, line)
        kept = line
    if kept is not None:
        log.take(*kept)


def _take(log: Log, line: Line, following: Line) -> None:
    try:
        log.take(*line)
    except Altered as found:
        raise _named(found, line, following, log) from None


def _named(found: Altered, line: Line, following: Line, log: Log) -> Altered:
    """Return which of two neighbours was altered: a line the next one still speaks of is good, so the one before."""
    if found.why != "it does not follow the line before it" or line[2] is not None:
        return found
    hashed = hashlib.sha256(b"\x00" + line[1].encode("utf-8", "surrogateescape")).hexdigest()
    try:
        is_spoken_of = json.loads(following[1])["prev"] == hashed
    except (ValueError, KeyError, TypeError):
        return found
    return Altered(log.tree.size, "its text was altered") if is_spoken_of else found


def check_private(path: Path, commitments: dict[tuple[int, int, str], str]) -> None:
    """Hold private values handed over beside the log against what its lines commit to. Raises Altered."""
    for raw in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(raw)
        place = (item["epoch"], item["seq"], item["path"])
        hashed = hashlib.sha256(bytes.fromhex(item["salt"]) + item["value"].encode("utf-8")).hexdigest()
        if commitments.get(place) != hashed:
            raise Altered(item["seq"], f"the private value {item['path']} is not the one it commits to")


def public_key(path: Path) -> bytes:
    """Return the 32 bytes of an Ed25519 public key in PEM, or in base64 as the first line has it."""
    text = path.read_text(encoding="utf-8")
    raw = base64.b64decode("".join(line for line in text.split() if "-" not in line and line not in ("PUBLIC", "KEY")))
    if len(raw) < 32:
        raise Unusable(f"{path}: no Ed25519 public key")
    return raw[-32:]


def check(path: Path, key_file: Path | None = None, note_files: Iterable[Path] = ()) -> str:
    """Check a log and return what is to be said. Raises Altered and Unusable."""
    place = path / "log.jsonl" if path.is_dir() else path
    if not place.exists():
        raise Unusable(f"{place}: there is no such file")
    beside = sorted((path / "checkpoints").glob("*.txt")) if path.is_dir() else []
    notes = [note for name in note_files for note in _outside(name)]
    notes += [note for name in beside for note in checkpoints(name, came_with_the_log=True)]
    log = Log(notes)
    _go(log, lines_of(place))
    if not log.tree.size:
        raise Unusable(f"{place}: there is no line in it")
    signed = _check_signatures(log, public_key(key_file) if key_file else None)
    if log.notes:
        lost = log.notes[-1]
        raise Altered(log.tree.size + 1, f"lines up to {lost.size} were published at {lost.time} and are not here")
    if path.is_dir() and (path / "private.jsonl").exists():
        check_private(path / "private.jsonl", log.commitments)
    return _answer(log, signed, is_outside=bool(key_file) or any(not note.came_with_the_log for note in log.bound))


def _go(log: Log, lines: Iterable[Line]) -> None:
    try:
        walk(lines, log)
    except sqlite3.DatabaseError as error:
        raise Unusable(str(error)) from None


def _outside(name: Path) -> list[Checkpoint]:
    found = checkpoints(name)
    if not found:
        raise Unusable(f"{name}: there is no checkpoint in it")
    return found


def _check_signatures(log: Log, key: bytes | None) -> int:
    """Return how many checkpoints were signed by the log's key. Raises Altered for one that was not."""
    first = base64.b64decode(log.key) if log.key else None
    if key is not None and first is not None and key != first:
        raise Altered(1, "the key in the first line is not the one given")
    key = key or first
    if key is None:
        return 0
    for note in [*log.bound, *log.notes]:
        if not note.is_signed_by(key):
            raise Altered(None, f"the checkpoint of {note.time} over {note.size} lines is not signed by the log's key")
    return len(log.bound)


def _answer(log: Log, signed: int, is_outside: bool) -> str:
    size, last = log.tree.size, max((note.size for note in log.bound), default=0)
    said = [f"intact: {size} lines"]
    if last:
        newest = max(log.bound, key=lambda note: note.size)
        said.append(f"lines 1..{last} bound by the checkpoint of {newest.time}; {size - last} in the open window")
        said.append(f"checkpoints that hold: {len(log.bound)}, signed by the log's key: {signed}")
    if not is_outside:
        said.append("consistent with itself only: give --key or --checkpoint from outside")
    return "\n".join(said)


def show(path: Path, number: int) -> str:
    """Return one line of the log, set out for reading."""
    place = path / "log.jsonl" if path.is_dir() else path
    for seq, body, _ in lines_of(place):
        if seq == number:
            return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    raise Unusable(f"there is no line {number}")


def main(words: list[str] | None = None) -> int:
    """Read the command line, check, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--key", type=Path, metavar="PEM")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--entry", type=int, metavar="N", help="print this line, once the log is found intact")
    given = parser.parse_args(words)
    try:
        print(check(given.path, given.key, given.checkpoint))
        if given.entry is not None:
            print(show(given.path, given.entry))
    except Altered as found:
        print(f"first bad: {found.seq if found.seq is not None else '-'}\nnot intact: {found.why}")
        return ALTERED
    except (Unusable, OSError, ValueError) as error:
        print(f"cannot be checked: {error}")
        return UNUSABLE
    return INTACT


if __name__ == "__main__":
    sys.exit(main())
