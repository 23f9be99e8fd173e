"""Erasing a private text: the head of the office or the chief inspector asks, another person of leadership confirms.

What goes: the text and its salt beside every line of the log that has it, the row, and the letters kept here. What
stays: the line, its hash, that and by whom it was erased. What this cannot reach stands in `BEYOND`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from flask_sqlalchemy.session import Session
from sqlalchemy import select

from models.base import db
from models.erasing import Erasure, take_out
from models.log import REDACT, LogEntry, LogPrivate
from models.session import retried, transaction
from models.vocabulary import CorrectionState, Rank, UnitKind
from terms import N_
from workflow import access
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note, recorded
from workflow.organization.gate import require, words, write
from workflow.permissions import Scope
from workflow.queries import log_lines
from workflow.queries.log_lines import Key
from workflow.reference import Reference

ASK: Final = "log.ask_redact"
SALT: Final = "set/salt/"
# a shorter text stands in too many letters that do not mean it
SHORTEST_IN_LETTERS: Final = 8
# what an erasure does not reach
BEYOND: Final = (
    N_("letters that were sent already, in the mailboxes of their readers"),
    N_("backups, until they are overwritten by the schedule"),
    N_("papers that were printed, and files that somebody downloaded"),
    N_("files kept as evidence: their name is erased, their content is not"),
)


def may_ask(by: Actor, ref: Reference) -> bool:
    """Return whether he may ask: the head of the office, or the chief inspector."""
    kinds = {UnitKind.OFFICE, UnitKind.INSPECTORATE}
    seats = (held.seat for held in by.holdings if held.capacity is not None)
    return any(seat.rank == Rank.HEAD and ref.units[seat.unit_id].kind in kinds for seat in seats)


def texts(line: Key) -> list[tuple[str, str]]:
    """Return path and text of what can be erased of a line. One query."""
    query = select(LogPrivate.path, LogPrivate.value).where(LogPrivate.epoch == line[0], LogPrivate.seq == line[1])
    return [
        (row.path, row.value) for row in db.session.execute(query.order_by(LogPrivate.path)) if not _is_salt(row.path)
    ]


@retried
def ask(line: Key, path: str, decision: str, ref: Reference, *, by: Actor, at: datetime, key: str | None = None) -> str:
    """Ask that a text be erased wherever the log has it; return the code of the request.

    Raises Refusal: not his to ask, no such text, no basis named.
    """
    with write("accountability", by, at, key) as writing:
        if not may_ask(writing.by, ref):
            raise Refusal("not_yours", who=N_("the head of the office or the chief inspector"))
        log_lines.one(*line, seen_by=Scope(writing.by))
        value = writing.session.get(LogPrivate, (*line, path))
        if value is None or _is_salt(path):
            raise Refusal("nothing_to_erase")
        basis, code = words(decision, "decision"), key or uuid.uuid4().hex
        if writing.session.scalar(select(Erasure.id).where(Erasure.code == code)) is not None:
            return code
        with recorded(None, ASK, by=writing.by, at=at, req=code):
            for epoch, seq, each in _copies(value.value):
                facts = {"code": code, "epoch": epoch, "seq": seq, "path": each, "decision": basis}
                writing.session.add(Erasure(**facts, asked_by_id=writing.by.person_id or 0, asked_at=at))
                writing.session.flush()
        return code


def confirm(code: str, *, password: str, factor: str = "", by: Actor, at: datetime) -> int:
    """Erase what was asked for; return how many values went. A second click does nothing.

    Raises Refusal: not a leader, he asked himself, wrong password, no such request.
    """
    require("review", by, at)
    access.verify_again(by, password, at=at, code=factor, form=f"redact {code}"[:120])
    return _confirm(code, by=by, at=at)


@retried
def _confirm(code: str, *, by: Actor, at: datetime) -> int:
    with transaction() as session:
        fresh = require("review", by, at)
        rows = _asked(session, code)
        if any(row.asked_by_id == fresh.person_id for row in rows):
            raise Refusal("second_person")
        if rows[0].state != CorrectionState.PENDING:
            return 0
        _settle(rows, CorrectionState.CONFIRMED, "log.confirm_redact", fresh, at)
        session.flush()
        for line, own in _by_line(rows):
            take_out(session, line, [row.path for row in own], in_letters=_stands_in_letters)
            _note(session, line, own, fresh, at)
        session.expire_all()
        return len(rows)


@retried
def drop(code: str, *, by: Actor, at: datetime) -> None:
    """Let a request fall: leadership refuses it, or who asked takes it back. Raises Refusal: neither of them."""
    with transaction() as session:
        fresh = require("accountability", by, at)
        rows = _asked(session, code)
        if not Scope(fresh).allows("review") and rows[0].asked_by_id != fresh.person_id:
            raise Refusal("not_yours", who=N_("leadership"))
        if rows[0].state == CorrectionState.PENDING:
            _settle(rows, CorrectionState.DROPPED, "log.drop_redact", fresh, at)


def _copies(text: str) -> list[tuple[int, int, str]]:
    """Return every place of the log that has this very text, with the salts of the rows it stands in."""
    query = select(LogPrivate.epoch, LogPrivate.seq, LogPrivate.path).where(LogPrivate.value == text)
    found = [(row.epoch, row.seq, row.path) for row in db.session.execute(query)]
    for epoch, seq, path in list(found):
        salt = SALT + path.rpartition("/")[2]
        if path.startswith("set/") and db.session.get(LogPrivate, (epoch, seq, salt)) is not None:
            found.append((epoch, seq, salt))
    return sorted(set(found))


def _asked(session: Session, code: str) -> list[Erasure]:
    rows = list(session.scalars(select(Erasure).where(Erasure.code == code).order_by(Erasure.id).with_for_update()))
    if not rows:
        raise Refusal("not_found")
    return rows


def _settle(rows: list[Erasure], state: CorrectionState, act: str, by: Actor, at: datetime) -> None:
    with recorded(rows[0], act, by=by, at=at, req=rows[0].code):
        for row in rows:
            row.state, row.settled_by_id, row.settled_at = state, by.person_id, at


def _by_line(rows: Iterable[Erasure]) -> Iterator[tuple[Key, list[Erasure]]]:
    found: dict[Key, list[Erasure]] = {}
    for row in rows:
        found.setdefault((row.epoch, row.seq), []).append(row)
    yield from found.items()


def _note(session: Session, line: Key, rows: list[Erasure], by: Actor, at: datetime) -> None:
    """Say in the log which values of a line are gone, on whose word and by which basis."""
    entry, code = session.get_one(LogEntry, line), rows[0].code
    about = {"task": entry.task_id, "plan": entry.plan_id, "unit": entry.unit_id}
    data = {
        "epoch": line[0],
        "seq": line[1],
        "paths": sorted(row.path for row in rows),
        "code": code,
        "decision": rows[0].decision,
        "line": f"{line[0]}.{line[1]}",
    }
    known = {name: key for name, key in about.items() if key is not None}
    note(REDACT, by=by, at=at, obj=("log_line", line[1]), about=known, data=data, req=code)


def _stands_in_letters(path: str, text: str) -> bool:
    return len(text) >= SHORTEST_IN_LETTERS and not _is_salt(path)


def _is_salt(path: str) -> bool:
    return path.startswith(SALT)
