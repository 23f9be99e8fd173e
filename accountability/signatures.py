"""One signature as a record that stands alone, and whether a record is as it was signed (SIG-6).

The record carries who signed as what, what was signed in full, the entry of the log with its hash and, once a
checkpoint was signed over it, the proof that it lies there: `verify_log.py` checks the record on any machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select

import clock
from accountability import proofs
from models.base import db, is_id
from models.labels import TERMS
from models.log import LogEntry, commitment, leaf_hash, plain
from models.tasks import HandIn, Signature, Task
from models.vocabulary import Meaning
from terms import N_
from workflow import drift
from workflow.drift import Drift
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.reference import Reference

FORM: Final = "dondoc-signature"
VERSION: Final = 1
LARGEST_RECORD: Final = 2_000_000
# columns of a signature that its entry in the log says too
SAID_TWICE: Final = (
    "task_id", "hand_in_id", "level", "no", "person_id", "name", "position", "unit_name", "capacity", "mandate_kind",
    "meaning", "content_sha", "method", "withdraws_id",
)  # fmt: skip
# what is looked at -> in words
CHECKS: Final[dict[str, str]] = {
    "content": N_("the content has the hash that was signed"),
    "result": N_("the result's words are those of the content"),
    "entry": N_("the entry of the log has its hash"),
    "agrees": N_("the entry says the same as the record"),
    "log": N_("this system's log has that very entry"),
    "row": N_("this system has the signature as the record says"),
}


@dataclass(frozen=True)
class View:
    """A signature with everything its page shows."""

    mark: Signature
    result: HandIn
    task: Task
    entry: LogEntry | None
    withdrawn_by: Signature | None
    drift: Drift
    changed: tuple[str, ...]

    @property
    def is_standing(self) -> bool:
        """Return whether nobody withdrew it and it is no withdrawal itself."""
        return self.withdrawn_by is None and self.mark.withdraws_id is None


@dataclass(frozen=True)
class Finding:
    """What was found of one thing that is looked at; `ok` None: it could not be looked at."""

    name: str
    ok: bool | None


@dataclass(frozen=True)
class Verdict:
    """What is said of a record: each thing looked at, and the signature here that it speaks of."""

    findings: tuple[Finding, ...]
    mark: Signature | None

    @property
    def ok(self) -> bool:
        """Return whether everything is as it was signed."""
        return all(finding.ok for finding in self.findings)


def one(signature_id: int, ref: Reference, *, seen_by: Scope) -> View:
    """Return one signature with its result, task and entry. Six queries. Raises Refusal `not_found`."""
    mark = None
    if is_id(signature_id):
        query = select(Signature).join(Task, Task.id == Signature.task_id)
        mark = db.session.scalar(query.where(Signature.id == signature_id, seen_by.tasks()))
    if mark is None:
        raise Refusal("not_found")
    task = db.session.get_one(Task, mark.task_id)
    hand_ins = list(db.session.scalars(select(HandIn).where(HandIn.task_id == task.id).order_by(HandIn.no)))
    result = next(row for row in hand_ins if row.id == mark.hand_in_id)
    withdrawn_by = next((row for row in result.signatures if row.withdraws_id == mark.id), None)
    later = drift.Drift(result.no, hand_ins[-1].no) if result is not hand_ins[-1] else None
    changed = drift.of_result(result, task, ref)
    now = later or drift.Drift(result.no, result.no + bool(changed), changed)
    return View(mark, result, task, _entry(mark), withdrawn_by, now, changed)


def record(view: View, body_name: str) -> dict[str, Any]:
    """Return a signature as a record: who, as what, when, meaning what, on which content, by which line of the log."""
    mark, entry = view.mark, view.entry
    proof = proofs.of_entry(entry.epoch, entry.seq) if entry else None
    line = {"epoch": entry.epoch, "seq": entry.seq, "hash": entry.hash, "body": entry.body} if entry else None
    return {
        "form": FORM,
        "v": VERSION,
        "of": body_name,
        "signature": {"id": mark.id, **_said(mark), "signed_at": local(mark.at), "meaning_words": meaning_of(mark)},
        "content": view.result.content,
        "result": {"salt": view.result.salt, "text": view.result.result},
        "entry": line,
        "proof": proof.text if proof else None,
    }


def check(found: Any, *, seen_by: Scope | None = None) -> Verdict:
    """Hold a record against itself and against this system; `seen_by` None: whoever runs the command. Three queries.

    Raises Refusal for what is no such record.
    """
    parts = _parts(found)
    mark = _mark(parts["signature"])
    entry = _line(parts["entry"])
    said = parts["signature"]
    is_same = mark is not None and _same(_said(mark), said) and local(mark.at) == said["signed_at"]
    looked: dict[str, bool | None] = {
        "content": hashlib.sha256(parts["content"].encode()).hexdigest() == said.get("content_sha"),
        "result": _opens(parts["content"], parts["result"]),
        "entry": leaf_hash(parts["entry"]["body"]) == parts["entry"]["hash"],
        "agrees": _agrees(parts["entry"]["body"], said),
        "log": entry is not None and entry.hash == parts["entry"]["hash"],
        "row": is_same,
    }
    findings = tuple(Finding(name, ok) for name, ok in looked.items())
    may_see = mark is not None and (seen_by is None or _is_seen(mark, seen_by))
    return Verdict(findings, mark if may_see else None)


def read(data: bytes) -> Any:
    """Return a record from its file. Raises Refusal for what is none."""
    try:
        return json.loads(data[:LARGEST_RECORD].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refusal("record_unreadable") from None


def by_hash(text: str, *, seen_by: Scope) -> list[Signature]:
    """Return the signatures this person may read whose content, or whose line in the log, has a hash. Two queries."""
    wanted = text.strip().lower()
    if len(wanted) != 64 or not set(wanted) <= set("0123456789abcdef"):
        raise Refusal("record_unreadable")
    entry = select(LogEntry.obj_id).where(LogEntry.hash == wanted, LogEntry.obj_type == Signature.__tablename__)
    of_it = or_(Signature.content_sha == wanted, Signature.id.in_(entry))
    query = select(Signature).join(Task, Task.id == Signature.task_id).where(of_it, seen_by.tasks())
    return list(db.session.scalars(query.order_by(Signature.id)))


def meaning_of(mark: Signature) -> str:
    """Return what a signature means, as an English message; a withdrawal says that it is one."""
    return N_("withdrawal of an earlier signature") if mark.withdraws_id else TERMS[Meaning][mark.meaning]


def local(at: datetime) -> str:
    """Return a moment as records print it: local time with +07:00."""
    return at.astimezone(clock.LOCAL).isoformat(timespec="seconds")


def _said(mark: Signature) -> dict[str, Any]:
    found: dict[str, Any] = plain({name: getattr(mark, name) for name in SAID_TWICE})
    return found


def _entry(mark: Signature) -> LogEntry | None:
    own = LogEntry.obj_type == Signature.__tablename__, LogEntry.obj_id == mark.id
    return db.session.scalars(select(LogEntry).where(*own).order_by(LogEntry.epoch, LogEntry.seq).limit(1)).first()


def _parts(found: Any) -> dict[str, Any]:
    """Return the parts of a record, each of its kind. Raises Refusal."""
    if not isinstance(found, dict) or found.get("form") != FORM or found.get("v") != VERSION:
        raise Refusal("record_unreadable")
    signature, content, entry, result = (found.get(name) for name in ("signature", "content", "entry", "result"))
    kinds = isinstance(signature, dict), isinstance(content, str), isinstance(entry, dict), isinstance(result, dict)
    if not all(kinds) or not all(isinstance(entry.get(name), str) for name in ("body", "hash")):  # type: ignore[union-attr]  # a dictionary by now
        raise Refusal("record_unreadable")
    if not isinstance(signature.get("signed_at"), str):  # type: ignore[union-attr]  # a dictionary by now
        raise Refusal("record_unreadable")
    return {"signature": signature, "content": content, "entry": entry, "result": result}


def _mark(said: Mapping[str, Any]) -> Signature | None:
    key = said.get("id")
    return db.session.get(Signature, key) if isinstance(key, int) and is_id(key) else None


def _line(said: Mapping[str, Any]) -> LogEntry | None:
    epoch, seq = said.get("epoch"), said.get("seq")
    usable = all(isinstance(number, int) and is_id(number) for number in (epoch, seq))
    return db.session.get(LogEntry, (epoch, seq)) if usable else None


def _same(ours: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    return all(said.get(name) == value for name, value in ours.items())


def _opens(content: str, result: Mapping[str, Any]) -> bool:
    """Return whether salt and words open the commitment that the content holds to the result."""
    try:
        return bool(json.loads(content)["result"]["commit"] == commitment(result["salt"], result["text"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _agrees(body: str, said: Mapping[str, Any]) -> bool:
    """Return whether the line of the log speaks of this signature and says the same of it."""
    try:
        read = json.loads(body)
        columns = {name: change[1] for name, change in read["data"]["set"].items()}
        same = all(columns.get(name) == said.get(name) for name in SAID_TWICE)
        about = (read["obj"]["type"], read["obj"]["id"]) == (Signature.__tablename__, said.get("id"))
        return about and same and local(clock.parse_moment(columns["at"])) == said["signed_at"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _is_seen(mark: Signature, seen_by: Scope) -> bool:
    return db.session.scalar(select(Task.id).where(Task.id == mark.task_id, seen_by.tasks())) is not None
