#!/usr/bin/env python3
"""Check a log of accountability without the product that wrote it: Python 3.9 or later, nothing to install.

    verify_log.py [--key PEM ...] [--checkpoint FILE ...] [--printed TEXT ...] [--entry N] PATH

PATH is the folder of an export, its log.jsonl, a copy of the SQLite database, the proof of one line (.tlog-proof) or
the record of a signature (signature-N.json).
FILE holds one or more checkpoints, as they were mailed or filed (.txt, .eml, .mbox). TEXT is a checkpoint typed in
from paper: the number of lines and eight groups of eight signs. Checkpoints beside the log are read too, but they
came with it: only a key or a checkpoint kept elsewhere shows that nobody wrote the whole log anew.

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
from itertools import groupby
from pathlib import Path
from typing import Any

INTACT, ALTERED, UNUSABLE = 0, 1, 2
NO_HASH = "0" * 64
Line = tuple[int, str, "dict[str, Any] | None"]  # number, body, and the columns a database keeps beside it
Private = tuple[int, int, str, Any, Any]  # epoch, number, path, salt, value
# entries that open a new epoch: the log was taken up again from a backup, or its key was lost
RESTORED, KEY_LOST = "log.restored", "log.key_lost"
OPENS_EPOCH = (RESTORED, KEY_LOST)
OPENED, KEY_CHANGED, ACCEPTED = "log.open", "log.key", "log.loss_accepted"
ASKED, ERASED = "log.ask_redact", "log.redact"
HEEDED = frozenset((OPENED, KEY_CHANGED, KEY_LOST, RESTORED, ACCEPTED, ASKED, ERASED))
FIELDS = {"log", "epoch", "seq", "prev", "at", "actor", "act", "obj", "data", "req"}
NOTE = re.compile(
    r"^(?P<text>(?P<origin>\S[^\n]*)\n(?P<size>\d+)\n(?P<root>[A-Za-z0-9+/]{43}=)\nchain (?P<chain>[0-9a-f]{64})\n"
    r"time (?P<time>\S+)\n)\n(?P<signatures>(?:\u2014 [^\n]+\n?)+)",
    re.MULTILINE,
)
PRINTED = re.compile(r"(?<![\w.])(\d+)\s*[:,;-]?\s+((?:[0-9a-f]{8}[\s.-]*){8})(?:\[([0-9a-f]{4})\])?", re.IGNORECASE)
# so many of the newest checkpoints beside the log have their signatures looked at, and all that come from outside
NEWEST = 200
PROOF = "c2sp.org/tlog-proof@v1"


class Unusable(Exception):  # noqa: N818 (an answer, not a fault)
    """There is nothing here that can be checked."""


class Altered(Exception):  # noqa: N818 (an answer, not a fault)
    """A line is not what it was: its number (None when no single line can be named) and why."""

    def __init__(self, seq: int | None, why: str, code: str = "altered") -> None:
        super().__init__(why)
        self.seq = seq
        self.why = why
        self.code = code


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


# ---- the tree over the lines (RFC 9162, 2.1), kept as the roots of its full subtrees ----
def joined(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The root over all lines so far, in memory that grows with the logarithm of their number."""

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self.roots: list[bytes] = list(roots)

    def add(self, leaf: bytes) -> None:
        """Take the next leaf hash (bytes)."""
        self.add_full(leaf, 1)

    def add_full(self, root: bytes, count: int) -> None:
        """Take the root of a full subtree of so many leaves, a power of two that divides the size."""
        size, self.size = self.size // count, self.size + count
        while size & 1:
            root = joined(self.roots.pop(), root)
            size >>= 1
        self.roots.append(root)

    def root(self) -> bytes:
        """Return the root hash (bytes)."""
        if not self.roots:
            return hashlib.sha256(b"").digest()
        found = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            found = joined(left, found)
        return found


def root_of_path(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    """Return the root that a proof of inclusion leads to (RFC 9162, 2.1.3.2); None when it has not the form of one."""
    place, last, found, left = index, size - 1, leaf, list(path)
    if not 0 <= index < size:
        return None
    while last:
        if not place & 1 and place == last:  # no sibling on this level
            place, last = place >> 1, last >> 1
            continue
        if not left:
            return None
        other = left.pop(0)
        found = joined(other, found) if place & 1 else joined(found, other)
        place, last = place >> 1, last >> 1
    return None if left else found


# ---- checkpoints: signed notes (C2SP tlog-checkpoint and signed-note), or their numbers typed in from paper ----
class Checkpoint:
    """How long the log was at a moment, and the hashes that bind every line up to there."""

    def __init__(self, size: int, root: bytes, came_with_the_log: bool = False) -> None:
        self.size = size
        self.root = root
        self.came_with_the_log = came_with_the_log
        self.text = ""
        self.origin = ""
        self.chain: str | None = None
        self.time = ""
        self.signatures: list[list[str]] = []

    @classmethod
    def of_note(cls, found: re.Match[str], came_with_the_log: bool) -> Checkpoint:
        """Return what a signed note says."""
        made = cls(int(found["size"]), base64.b64decode(found["root"]), came_with_the_log)
        made.text, made.origin, made.chain, made.time = found["text"], found["origin"], found["chain"], found["time"]
        made.signatures = [line.split(" ")[1:] for line in found["signatures"].strip().splitlines()]
        return made

    @property
    def name(self) -> str:
        """Return what it is called in a sentence."""
        return f"the checkpoint of {self.time}" if self.time else "the printed checkpoint"

    def holds(self, root: bytes, chain: str) -> bool:
        """Return whether the lines up to its size are those it was made of."""
        return self.root == root and self.chain in (None, chain)

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


def notes_in(text: str, came_with_the_log: bool = False) -> list[Checkpoint]:
    """Return the signed notes that stand in a text."""
    return [Checkpoint.of_note(found, came_with_the_log) for found in NOTE.finditer(text)]


def printed_in(text: str) -> list[Checkpoint]:
    """Return the checkpoints that were typed in from paper. Raises Unusable when the check sign shows a slip."""
    found = []
    for size, groups, check_sign in PRINTED.findall(text):
        root = re.sub(r"[^0-9a-f]", "", groups.lower())
        if check_sign and check_sign.lower() != printed_check(int(size), root):
            raise Unusable(f"the printed checkpoint of {size} lines is mistyped: its check sign is not right")
        found.append(Checkpoint(int(size), bytes.fromhex(root)))
    return found


def printed_check(size: int, root: str) -> str:
    """Return the four signs behind a printed checkpoint that show a slip of the pen."""
    return hashlib.sha256(f"{size} {root}".encode()).hexdigest()[:4]


def checkpoints(path: Path, came_with_the_log: bool = False) -> list[Checkpoint]:
    """Return the checkpoints of a file: plain text, a letter, a mailbox of letters, or typed in from paper."""
    texts = _texts(path)
    signed = [note for text in texts for note in notes_in(text, came_with_the_log)]
    return signed or [note for text in texts for note in printed_in(text)]


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
# column -> where the body says the same
BESIDE = {
    "epoch": ("epoch",), "prev": ("prev",), "act": ("act",), "obj_type": ("obj", "type"), "obj_id": ("obj", "id"),
    "actor_id": ("actor", "id"), "req": ("req",), "task_id": ("data", "about", "task"),
    "plan_id": ("data", "about", "plan"), "unit_id": ("data", "about", "unit"),
}  # fmt: skip
# the triggers that refuse a change of the log in SQLite: what is refused, on which table, under which condition
GUARDED = {
    "log_entry": "(epoch = NEW.epoch AND seq = NEW.seq) OR (prev = NEW.prev) OR (hash = NEW.hash)",
    "log_private": "(epoch = NEW.epoch AND seq = NEW.seq AND path = NEW.path)",
}

# what an erasure confirmed by a second person lets go
UNLESS = {
    ("log_private", "DELETE"): " WHEN NOT EXISTS (SELECT 1 FROM erasure a WHERE a.state = 'confirmed'"
    " AND a.epoch = OLD.epoch AND a.seq = OLD.seq AND a.path = OLD.path)"
}


def guards() -> dict[str, str]:
    """Return name and text of every trigger that guards the log in a SQLite database."""
    found = {}
    for table, meets in GUARDED.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE"):
            name, but = f"guard_{table}_{verb.lower()}", UNLESS.get((table, verb), "")
            found[name] = f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{but} {refuse}"
        when = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {meets})"  # noqa: S608 (own names)
        found[f"guard_{table}_insert"] = f"CREATE TRIGGER guard_{table}_insert BEFORE INSERT ON {table} {when} {refuse}"
    refuse = "BEGIN SELECT RAISE(ABORT, 'log_head only moves forward'); END"
    conditions = {
        "update": ("UPDATE", "WHEN NOT (NEW.epoch, NEW.seq) > (OLD.epoch, OLD.seq) "),
        "delete": ("DELETE", ""),
        "insert": ("INSERT", "WHEN EXISTS (SELECT 1 FROM log_head) "),
    }
    for name, (verb, when) in conditions.items():
        text = f"CREATE TRIGGER guard_log_head_{name} BEFORE {verb} ON log_head {when}{refuse}"
        found[f"guard_log_head_{name}"] = text
    return found


class Source:
    """A log in one of its forms: its lines, its private values, and what else can be looked at."""

    def lines(self) -> Iterator[Line]:
        """Give the lines in their order."""
        raise Unusable("there is no line in it")

    def private(self) -> Iterator[Private] | None:
        """Give the private values in the order of their lines; None when they were not handed over."""
        return None

    def notes(self) -> list[Checkpoint]:
        """Return the checkpoints that came with the log."""
        return []

    def check_end(self, log: Log) -> None:
        """Look at what lies beside the lines. Raises Altered."""


class Bundle(Source):
    """The folder of an export, or its log.jsonl alone."""

    def __init__(self, path: Path) -> None:
        self.folder = path if path.is_dir() else None
        self.path = path / "log.jsonl" if path.is_dir() else path

    def lines(self) -> Iterator[Line]:
        """Give number and body of each line."""
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.endswith(b"\n"):
                    raise Altered(number, "the line is cut short")
                try:
                    yield number, raw[:-1].decode("utf-8"), None
                except UnicodeDecodeError:
                    raise Altered(number, "the line is no text") from None

    def private(self) -> Iterator[Private] | None:
        """Give the private values that were exported with the log."""
        path = self.folder / "private.jsonl" if self.folder else None
        return self._values(path) if path is not None and path.exists() else None

    @staticmethod
    def _values(path: Path) -> Iterator[Private]:
        with path.open(encoding="utf-8") as file:
            for raw in file:
                item = json.loads(raw)
                yield item["epoch"], item["seq"], item["path"], item["salt"], item["value"]

    def notes(self) -> list[Checkpoint]:
        """Return the checkpoints beside the lines."""
        found = sorted((self.folder / "checkpoints").glob("*.txt")) if self.folder else []
        return [note for name in found for note in checkpoints(name, came_with_the_log=True)]

    def check_end(self, log: Log) -> None:  # noqa: ARG002 (lines alone have no end beside them)
        """Say so when the database had lost a guard at the time of the export. Raises Altered."""
        path = self.folder / "guards.json" if self.folder else None
        if path is not None and path.exists():
            states = json.loads(path.read_text(encoding="utf-8"))
            lost = sorted(name for name, state in states.items() if state["found"] != state["wanted"])
            if lost:
                raise Altered(None, f"a guard of the database is missing or altered: {', '.join(lost)}")


class Database(Source):
    """A copy of the SQLite database."""

    def __init__(self, path: Path) -> None:
        try:
            self.database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            self.database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            self.database.execute("SELECT 1 FROM log_entry LIMIT 1")
        except sqlite3.DatabaseError as error:
            raise Unusable(f"{path}: {error}") from None

    def lines(self) -> Iterator[Line]:
        """Give number, body and the columns beside it."""
        names = ("hash", "at", *BESIDE)
        query = f"SELECT seq, body, {', '.join(names)} FROM log_entry ORDER BY epoch, seq"  # noqa: S608 (own names)
        for seq, body, *columns in self.database.execute(query):
            yield seq, body, dict(zip(names, columns))  # noqa: B905 (Python 3.9 has no strict=)

    def private(self) -> Iterator[Private] | None:
        """Give the private values."""
        query = "SELECT epoch, seq, path, salt, value FROM log_private ORDER BY epoch, seq, path"
        return iter(self.database.execute(query))

    def check_end(self, log: Log) -> None:
        """Look at the row that says where the log ends, and at the guards. Raises Altered."""
        row = self.database.execute("SELECT log_id, epoch, seq, hash, at FROM log_head").fetchone()
        size = log.tree.size
        if row is None:
            raise Altered(None, "the row that says where the log ends is gone")
        if row[2] != size:
            raise Altered(min(row[2], size) + 1, f"the log ends at line {size}, its head says {row[2]}")
        if row != (log.log, log.epoch, size, log.before, _moment(log.at or "")):
            raise Altered(size, "the end of the log is not what its head says")
        stand = dict(self.database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        lost = sorted(name for name, text in guards().items() if stand.get(name) != text)
        if lost:
            raise Altered(None, f"a guard of the database is missing or altered: {', '.join(lost)}")


def source(path: Path) -> Source:
    """Return the log that a path names, told apart by how the file begins. Raises Unusable."""
    place = path / "log.jsonl" if path.is_dir() else path
    if not place.exists():
        raise Unusable(f"{place}: there is no such file")
    with place.open("rb") as file:
        is_database = file.read(16) == b"SQLite format 3\x00"
    return Database(place) if is_database else Bundle(path)


class Values:
    """The private values, read beside the lines they belong to."""

    def __init__(self, rows: Iterable[Private]) -> None:
        self.groups = groupby(rows, key=lambda row: (row[0], row[1]))
        # commitments whose value is not there: (epoch, line, path)
        self.gone: list[tuple[int, int, str]] = []
        self.place: tuple[int, int] | None = None
        self._advance()

    def _advance(self) -> None:
        found = next(self.groups, None)
        self.place, self.rows = (found[0], list(found[1])) if found else (None, [])

    def hold(self, epoch: int, seq: int, wanted: dict[str, str]) -> None:
        """Hold the values of a line against what it commits to. Raises Altered."""
        if self.place is not None and self.place < (epoch, seq):
            self.refuse_rest()
        found = {}
        if self.place == (epoch, seq):
            found = {row[2]: row for row in self.rows}
            self._advance()
        for path, row in found.items():
            if wanted.get(path) != _committed(row[3], row[4]):
                raise Altered(seq, f"the private value {path} is not the one it commits to")
        self.gone += [(epoch, seq, path) for path in wanted if path not in found]

    def refuse_rest(self) -> None:
        """Raise Altered when a value is left that no line commits to."""
        if self.place is not None:
            raise Altered(self.place[1], "a private value lies beside it that it does not commit to")


def _committed(salt: Any, value: Any) -> str | None:
    try:
        return hashlib.sha256(bytes.fromhex(salt) + value.encode("utf-8", "surrogateescape")).hexdigest()
    except (ValueError, TypeError, AttributeError):
        return None


class Key:
    """A key of the log, from which line on it signs, and whether the key before it vouches for it."""

    def __init__(self, since: int, public: bytes, is_vouched: bool) -> None:
        self.since = since
        self.public = public
        self.is_vouched = is_vouched


class Loss:
    """Lines that were published and are not here: the log was taken up again from a backup at line `first`."""

    def __init__(self, first: int, at: str, last: int) -> None:
        self.first = first
        self.at = at
        self.last = last
        self.accepted_by = ""


class Log:
    """Goes through the lines in order; knows the last one it found good."""

    def __init__(self, notes: Iterable[Checkpoint], private: Iterable[Private] | None = None) -> None:
        self.tree = Tree()
        self.before = NO_HASH
        self.log: str | None = None
        self.at: str | None = None
        self.epoch = 1
        self.keys: list[Key] = []
        self.notes = sorted((note for note in notes if note.size > 0), key=lambda note: note.size)
        self.bound: list[Checkpoint] = []
        self.losses: list[Loss] = []
        self.values = Values(private) if private is not None else None
        self.asked: dict[tuple[Any, ...], Any] = {}
        self.erased: set[tuple[int, int, str]] = set()

    def take(self, number: int, body: str, beside: dict[str, Any] | None) -> None:
        """Check the next line and step to it. Raises Altered."""
        seq = self.tree.size + 1
        if number != seq:
            raise Altered(seq, "a line is missing" if number > seq else "a line was added or doubled")
        hashed = hashlib.sha256(b"\x00" + body.encode("utf-8", "surrogateescape")).digest()
        if beside is not None and beside["hash"] != hashed.hex():
            raise Altered(seq, "its text was altered")
        found = _read(seq, body)
        self._follow(seq, found)
        if beside is not None:
            _require_same(seq, found, beside)
        if self.values is not None:
            self.values.hold(found["epoch"], seq, dict(_commitments(found["data"])) if '"commit"' in body else {})
        self.heed(seq, found)
        known = Tree(self.tree.size, self.tree.roots) if self.notes and self.notes[0].size == seq else None
        self.tree.add(hashed)
        self.before, self.at, self.epoch = hashed.hex(), found["at"], found["epoch"]
        self.hold(known)

    def _follow(self, seq: int, body: dict[str, Any]) -> None:
        if body["seq"] != seq:
            raise Altered(seq, f"it carries the number {body['seq']}: a line is missing, was added or moved")
        if body["prev"] != self.before:
            raise Altered(seq, "it does not follow the line before it")
        if seq == 1:
            if body["act"] != OPENED or body["epoch"] != 1:
                raise Altered(1, "it does not open a log")
            self.log = body["log"]
        if body["log"] != self.log:
            raise Altered(seq, "it belongs to another log")
        if self.at is not None and body["at"] < self.at:
            raise Altered(seq, "it is older than the line before it")
        if body["epoch"] != self.epoch + (body["act"] in OPENS_EPOCH):
            raise Altered(seq, "it belongs to another epoch")

    def heed(self, seq: int, body: dict[str, Any]) -> None:
        """Take in what a line says about the log itself. Raises Altered."""
        act, data = body["act"], body["data"]
        if act not in HEEDED:
            return
        try:
            if act in (OPENED, KEY_CHANGED, KEY_LOST):
                self._heed_key(seq, act, data)
            elif act == RESTORED:
                lost = data.get("lost")
                self.losses.append(Loss(seq, body["at"], lost["to"] if lost else seq - 1))
            elif act == ACCEPTED:
                self._heed_acceptance(seq, data["line"], body["actor"])
            elif act == ASKED:
                asked = {name: new for name, (_, new) in data["set"].items()}
                self.asked[asked["code"], asked["epoch"], asked["seq"], asked["path"]] = body["actor"].get("id")
            else:
                self._heed_erasure(data, body["actor"].get("id"))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Altered(seq, "it has not the form of such a line") from None

    def _heed_key(self, seq: int, act: str, data: dict[str, Any]) -> None:
        if act == OPENED and not data.get("key"):
            return
        public = base64.b64decode(data["key"])
        if act == KEY_CHANGED:
            said = key_statement(str(self.log), data["old"], data["key"])
            old = self.keys[-1].public if self.keys else b""
            if base64.b64decode(data["old"]) != old or not is_signed(old, base64.b64decode(data["signature"]), said):
                raise Altered(seq, "the new key is not signed by the one before it", "key")
        self.keys.append(Key(seq, public, is_vouched=act != KEY_LOST))

    def _heed_erasure(self, data: dict[str, Any], by: Any) -> None:
        """Take in which values are gone on the word of two people: one asked for it, another did it."""
        epoch, seq = data["epoch"], data["seq"]
        for path in data["paths"]:
            asker = self.asked.get((data["code"], epoch, seq, path))
            if asker is not None and asker != by:
                self.erased.add((epoch, seq, path))

    def _heed_acceptance(self, seq: int, line: int, actor: dict[str, Any]) -> None:
        found = [loss for loss in self.losses if loss.first == line]
        if not found or not actor.get("id"):
            raise Altered(seq, "it accepts a loss that there was not, or in nobody's name")
        found[0].accepted_by = str(actor.get("name"))

    def hold(self, known: Tree | None = None) -> None:
        """Hold the lines so far against every checkpoint of this length. Raises Altered.

        `known` is the tree before the last of them: it tells whether that line alone is another one.
        """
        while self.notes and self.notes[0].size <= self.tree.size:
            note = self.notes.pop(0)
            if note.holds(self.tree.root(), self.before):
                self.bound.append(note)
            elif not self.knows_lost(note):
                if known is not None and is_but_one_line_from(note, known):
                    raise Altered(note.size, f"it is not the line of {note.name}", "unbound")
                since = self._bound_before(note) + 1
                raise Altered(since, f"lines {since} to {note.size} are not those of {note.name}", "unbound")

    def _bound_before(self, note: Checkpoint) -> int:
        """Return up to which line checkpoints hold; what came with the log says nothing against what did not."""
        held = [one for one in self.bound if note.came_with_the_log or not one.came_with_the_log]
        return max((one.size for one in held if one.size < note.size), default=0)

    def knows_lost(self, note: Checkpoint) -> bool:
        """Return whether the log itself says that the lines of a checkpoint were lost with a restore."""
        older = [loss for loss in self.losses if not note.time or note.time <= loss.at]
        return any(loss.first <= note.size <= loss.last for loss in older)

    def key_at(self, size: int) -> bytes | None:
        """Return the key that signs a checkpoint over so many lines."""
        found = [key.public for key in self.keys if key.since <= size]
        return found[-1] if found else None


def is_but_one_line_from(note: Checkpoint, known: Tree) -> bool:
    """Return whether every line but the last of a checkpoint is as it was: its chain is the hash of that line."""
    if note.chain is None or known.size != note.size - 1:
        return False
    tree = Tree(known.size, known.roots)
    tree.add(bytes.fromhex(note.chain))
    return tree.root() == note.root


def key_statement(log: str, old: str, new: str) -> bytes:
    """Return what the old key of a log signs when a new one takes its place (both in base64)."""
    return f"dondoc.log.key/1\n{log}\n{old}\n{new}\n".encode()


def _moment(text: str) -> str:
    return text.replace("T", " ").replace("Z", "")


def _require_same(seq: int, body: dict[str, Any], beside: dict[str, Any]) -> None:
    """Raise Altered when a column beside the text says something else than the text."""
    same = beside["at"] == _moment(body["at"])
    for name, path in BESIDE.items():
        found: Any = body
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        same = same and beside[name] == found
    if not same:
        raise Altered(seq, "a column beside its text was altered")


def _read(seq: int, body: str) -> dict[str, Any]:
    found: Any = None
    try:
        found = json.loads(body)
        text = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        text = ""
    if text != body or not isinstance(found, dict) or not set(found) >= FIELDS:
        raise Altered(seq, "its text was altered: it has not the form of a line")
    if not all(isinstance(found[name], dict) for name in ("data", "obj", "actor")):
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


def public_key(path: Path) -> bytes:
    """Return the 32 bytes of an Ed25519 public key in PEM, or in base64 as the first line has it."""
    text = path.read_text(encoding="utf-8")
    raw = base64.b64decode("".join(line for line in text.split() if "-" not in line and line not in ("PUBLIC", "KEY")))
    if len(raw) < 32:
        raise Unusable(f"{path}: no Ed25519 public key")
    return raw[-32:]


def check(
    path: Path, key_files: Iterable[Path] = (), note_files: Iterable[Path] = (), printed: Iterable[str] = ()
) -> str:
    """Check a log, or the proof of one line, and return what is to be said. Raises Altered and Unusable."""
    keys = [public_key(name) for name in key_files]
    notes = [note for name in note_files for note in _outside(checkpoints(name), name)]
    notes += [note for text in printed for note in _outside(printed_in(text), text)]
    proof = _proof_text(path)
    if proof is not None:
        return check_proof(proof, keys, notes)
    found = source(path)
    log = Log([*notes, *found.notes()], found.private())
    try:
        walk(found.lines(), log)
        if not log.tree.size:
            raise Unusable(f"{path}: there is no line in it")
        _check_keys(log, keys)
        signed = check_signatures(log)
        check_lost(log)
        _check_values(log)
        found.check_end(log)
    except sqlite3.DatabaseError as error:
        raise Unusable(str(error)) from None
    is_outside = bool(keys) or any(not note.came_with_the_log for note in log.bound)
    return _answer(log, signed, is_outside=is_outside)


def _outside(found: list[Checkpoint], name: Any) -> list[Checkpoint]:
    if not found:
        raise Unusable(f"{name}: there is no checkpoint in it")
    return found


def _check_keys(log: Log, given: list[bytes]) -> None:
    """Hold the keys that were given against those the log names. Raises Altered."""
    if not given or not log.keys:
        return
    if log.keys[0].public not in given:
        raise Altered(1, "the key in the first line is not the one given")
    for key in log.keys:
        if not key.is_vouched and key.public not in given:
            raise Altered(key.since, "a new key, which the one before does not vouch for and which was not given")


def check_signatures(log: Log) -> int:
    """Return how many checkpoints were signed by the log's key of their time. Raises Altered for one that was not."""
    signed = 0
    mailed = [note for note in [*log.bound, *log.notes] if not note.came_with_the_log]
    came_along = [note for note in [*log.bound, *log.notes] if note.came_with_the_log]
    for note in [*mailed, *came_along[-NEWEST:]]:
        key = log.key_at(note.size)
        if key is None or not note.signatures:
            continue
        if not note.is_signed_by(key):
            raise Altered(None, f"{note.name} over {note.size} lines is not signed by the log's key", "key")
        signed += note in log.bound
    return signed


def check_lost(log: Log) -> None:
    """Raise Altered for lines that were published and are not here, unless leadership accepted their loss by name."""
    lost = [note for note in log.notes if not log.knows_lost(note)]
    if lost:
        size, newest = log.tree.size, lost[-1]
        why = f"lines {size + 1} to {newest.size} were published ({newest.name}) and are not here"
        raise Altered(size + 1, why, "lost")
    for loss in log.losses:
        if not loss.accepted_by and loss.last >= loss.first:
            why = f"lines {loss.first} to {loss.last} were published, lost with a restore, and nobody accepted it"
            raise Altered(loss.first, why, "unaccepted")


def _check_values(log: Log) -> None:
    """Raise Altered for a private value that is gone without an entry that says so, or that belongs to no line."""
    if log.values is None:
        return
    for epoch, seq, path in log.values.gone:
        if (epoch, seq, path) not in log.erased:
            raise Altered(seq, f"the private value {path} is gone, and no line says that two people erased it")
    log.values.refuse_rest()


def _answer(log: Log, signed: int, is_outside: bool) -> str:
    size, last = log.tree.size, max((note.size for note in log.bound), default=0)
    said = [f"intact: {size} lines"]
    if last:
        newest = max(log.bound, key=lambda note: note.size)
        said.append(f"lines 1..{last} bound by {newest.name}; {size - last} in the open window")
        said.append(f"checkpoints that hold: {len(log.bound)}, signed by the log's key: {signed}")
    said += [f"line {key.since}: a new key" + _vouched(key) for key in log.keys[1:]]
    said += [f"line {loss.first}: taken up again from a backup, {_lost(loss)}" for loss in log.losses]
    if log.erased:
        said.append(f"private values erased by an entry: {len(log.erased)}")
    if not is_outside:
        said.append("consistent with itself only: give --key or --checkpoint from outside")
    return "\n".join(said)


def _vouched(key: Key) -> str:
    return "" if key.is_vouched else ", NOT vouched for by the one before"


def _lost(loss: Loss) -> str:
    if loss.last < loss.first:
        return "no line known lost"
    return f"lines {loss.first} to {loss.last} of before are lost; accepted by {loss.accepted_by}"


# ---- the proof of one line (C2SP tlog-proof): the line, its place, the way to the root, and a checkpoint ----
def check_proof(text: str, keys: list[bytes], notes: list[Checkpoint]) -> str:
    """Check the proof of one line and return it with what is to be said. Raises Altered and Unusable."""
    body, index, way, note = _proof(text)
    leaf = hashlib.sha256(b"\x00" + body).digest()
    seq = index + 1
    if root_of_path(index, note.size, leaf, way) != note.root:
        raise Altered(seq, "it does not lie under the checkpoint in this file")
    found = json.loads(body)
    if found["seq"] != seq:
        raise Altered(seq, f"it carries the number {found['seq']}")
    if keys and not any(note.is_signed_by(key) for key in keys):
        raise Altered(None, f"{note.name} is not signed by the key that was given")
    same = [other for other in notes if other.size == note.size]
    if any(other.root != note.root for other in same):
        raise Altered(None, f"the checkpoint in this file is not {same[0].name} over {note.size} lines")
    said = [f"intact: line {seq} lies under {note.name} over {note.size} lines"]
    if notes and not same:
        said.append(f"no checkpoint over {note.size} lines was given: ask for a proof that fits yours")
    if not keys and not same:
        said.append("consistent with itself only: give --key or --checkpoint from outside")
    return "\n".join([*said, json.dumps(found, ensure_ascii=False, indent=2)])


def _proof_text(path: Path) -> str | None:
    """Return the proof that a file is, or that the record of a signature carries; None for a log."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        begins = file.read(len(PROOF))
    if begins == PROOF.encode():
        return path.read_text(encoding="utf-8")
    if not begins.startswith(b"{") or path.suffix != ".json":
        return None
    return _proof_of_record(path, json.loads(path.read_text(encoding="utf-8-sig")))


def _proof_of_record(path: Path, record: dict[str, Any]) -> str:
    """Return the proof in the record of a signature, its content held against the line. Raises Altered, Unusable."""
    if record.get("form") != "dondoc-signature":
        raise Unusable(f"{path}: this is no record of a signature")
    if not record.get("proof"):
        raise Unusable(f"{path}: no checkpoint was signed yet over this signature: take the record again tomorrow")
    body, _, _, _ = _proof(record["proof"])
    line, content = json.loads(body), hashlib.sha256(record["content"].encode("utf-8")).hexdigest()
    said = {name: new for name, (_, new) in line["data"]["set"].items()}
    own = record["signature"]
    same = all(said.get(name) == own.get(name) for name in ("person_id", "name", "position", "meaning", "content_sha"))
    opened = _committed(record["result"]["salt"], record["result"]["text"])
    if said.get("content_sha") != content or not same or json.loads(record["content"])["result"]["commit"] != opened:
        raise Altered(line["seq"], "the record does not say what the line of the log says")
    return str(record["proof"])


def _proof(text: str) -> tuple[bytes, int, list[bytes], Checkpoint]:
    head, _, rest = text.replace("\r\n", "\n").partition("\n\n")
    lines, notes = head.split("\n"), notes_in(rest, came_with_the_log=True)
    try:
        words = {line.split(" ")[0]: line.split(" ")[1] for line in lines[1:3]}
        body, index = base64.b64decode(words["extra"], validate=True), int(words["index"])
        return body, index, [base64.b64decode(line, validate=True) for line in lines[3:]], notes[0]
    except (ValueError, KeyError, IndexError):
        raise Unusable("this is no proof of a line") from None


def show(path: Path, number: int) -> str:
    """Return one line of the log, set out for reading."""
    for seq, body, _ in source(path).lines():
        if seq == number:
            return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    raise Unusable(f"there is no line {number}")


def main(words: list[str] | None = None) -> int:
    """Read the command line, check, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--key", type=Path, action="append", default=[], metavar="PEM")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--printed", action="append", default=[], metavar="TEXT")
    parser.add_argument("--entry", type=int, metavar="N", help="print this line, once the log is found intact")
    given = parser.parse_args(words)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        print(check(given.path, given.key, given.checkpoint, given.printed))
        if given.entry is not None:
            print(show(given.path, given.entry))
        print("Kết luận: nguyên vẹn.")
    except Altered as found:
        number = found.seq if found.seq is not None else "-"
        print(f"first bad: {number}\nnot intact: {found.why}\nKết luận: đã bị sửa. Dòng sai đầu tiên: {number}")
        return ALTERED
    except (Unusable, OSError, ValueError) as error:
        print(f"cannot be checked: {error}\nKết luận: không kiểm tra được.")
        return UNUSABLE
    return INTACT


if __name__ == "__main__":
    sys.exit(main())
