"""The seal: what the last verification of the log found, kept in the log itself, and never more than that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Row, select
from sqlalchemy.exc import DBAPIError

from accountability import signed, verify
from accountability.outside.verify_log import Checkpoint
from accountability.verify import Verdict
from models.appending import LogNotOpenError
from models.base import db
from models.log import LogEntry, leaf_hash
from models.session import snapshot
from workflow.actors import Actor
from workflow.ledger import note_now

ACT: Final = "log.verify"
FRESH: Final = timedelta(seconds=60)
LOOKED_BACK: Final = 500
# so many damaged files an entry names by their hashes
NAMED: Final = 20


@dataclass(frozen=True)
class Seal:
    """What is known of the log: which lines were found intact, when; or the first bad line and why."""

    ok: bool
    covered_from: int
    covered_to: int
    at: datetime
    first_bad: int | None = None
    reason: str = ""
    with_files: bool = False

    @property
    def is_whole(self) -> bool:
        """Return whether every line from the first one was looked at, and every kept file."""
        return self.covered_from <= 1 and self.with_files


# database -> (when it was looked up, what was found), so that not every page asks again
_kept: dict[str, tuple[datetime, Seal | None]] = {}


def check(*, by: Actor, at: datetime, last: int | None = None, notes: Sequence[Checkpoint] = ()) -> Verdict:
    """Verify the log, whole or its last so many lines, and note in the log what was found.

    `notes` are checkpoints that the whole log is held against.
    """
    verdict = verify.log(last=last, notes=notes)
    if verdict.ok and not last:
        verdict = _with_signatures(verdict)
    if verdict.reason == "no_log":
        return verdict
    found = _seal(_facts(verdict), at)
    try:
        note_now(ACT, by=by, at=at, data=_facts(verdict))
        _kept.pop(_database(), None)
    except (DBAPIError, LogNotOpenError):
        # a log that takes no entry, or has lost its end, cannot keep the finding: this process does while it looks
        _kept[_database()] = (at, found)
    return verdict


def _with_signatures(verdict: Verdict) -> Verdict:
    """Hold what was signed against its hashes as well, when everything else is as it was written."""
    with snapshot() as connection:
        broken = signed.bad(connection)
    named = ", ".join(f"{mark.table} {mark.id}" for mark in broken[:NAMED])
    return replace(verdict, ok=False, reason="signatures", detail=named) if broken else verdict


def latest(at: datetime) -> Seal | None:
    """Return what the last verification found; None when there was none. At most one query a minute.

    A fault stays until the whole log was found intact: a later look at its end alone does not heal it.
    """
    key = _database()
    kept_at, found = _kept.get(key, (None, None))
    if kept_at is None or not timedelta(0) <= at - kept_at < FRESH:
        found = _weigh(_newest())
        _kept[key] = (at, found)
    return found


def whole() -> Seal | None:
    """Return when every line was last looked at and found intact; None when never. One query."""
    return next((seal for seal in _newest() if seal.ok and seal.is_whole), None)


def _weigh(found: Iterable[Seal]) -> Seal | None:
    """Return the newest finding, or the newest fault since the whole log was last found intact."""
    newest = None
    for seal in found:
        newest = newest or seal
        if not seal.ok:
            return seal
        if seal.is_whole:
            break
    return newest


def _newest() -> Iterable[Seal]:
    query = select(LogEntry.seq, LogEntry.body, LogEntry.hash, LogEntry.at).where(LogEntry.act == ACT)
    query = query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(LOOKED_BACK)
    return (_read(row) for row in db.session.execute(query))


def _read(row: Row[*tuple[Any, ...]]) -> Seal:
    """Return what an entry says, unless the entry itself was altered."""
    if leaf_hash(row.body) != row.hash:
        return Seal(False, row.seq, row.seq, row.at, row.seq, "altered")
    return _seal(orjson.loads(row.body)["data"], row.at)


def _facts(verdict: Verdict) -> dict[str, Any]:
    if verdict.ok:
        covered = {"covered_from": verdict.started_after + 1, "covered_to": verdict.covered_to}
        return {"ok": True, **covered, "with_files": verdict.with_files}
    found = {"ok": False, "covered_to": verdict.covered_to, "first_bad": verdict.first_bad, "reason": verdict.reason}
    return found | ({"files": sorted({item.sha256 for item in verdict.files})[:NAMED]} if verdict.files else {})


def _seal(facts: dict[str, Any], at: datetime) -> Seal:
    return Seal(
        ok=facts["ok"],
        covered_from=facts.get("covered_from", facts["covered_to"]),
        covered_to=facts["covered_to"],
        at=at,
        first_bad=facts.get("first_bad"),
        reason=facts.get("reason") or "",
        with_files=facts.get("with_files", False),
    )


def _database() -> str:
    return str(db.engine.url)
