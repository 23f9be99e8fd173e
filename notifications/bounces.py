"""Letters that came back: delivery status notifications (RFC 3464) are read and matched by Message-ID.

Only a report with `Action: failed` counts. Automatic answers (holiday notes) are no bounces; rubbish is passed over.
"""

from __future__ import annotations

import email
import email.policy
import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

import clock
from models.base import db
from models.letters import Letter
from models.session import retried, transaction
from models.words import (
    LineState,
)
from notifications import rosters, unreachable
from notifications.letters import one_line
from workflow import reference
from workflow.actors import Actor
from workflow.ledger import note

BOUNCED: Final = "letter.bounced"
TOLD: Final = (LineState.SENT, LineState.UNKNOWN)
LARGEST: Final = 10 * 1024 * 1024
LONGEST: Final = 300


class Outcome(StrEnum):
    """What came of one message that was read."""

    BOUNCED = "bounced"
    KNOWN = "known"
    NOT_OURS = "not_ours"
    NOT_FAILED = "not_failed"
    AUTO_REPLY = "auto_reply"
    NO_REPORT = "no_report"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Report:
    """What a delivery status notification says: which letter, and why it did not arrive."""

    message_id: str
    has_failed: bool
    why: str


@dataclass(frozen=True)
class Found:
    """One message, and what came of it."""

    outcome: Outcome
    message_id: str = ""
    why: str = ""


def messages(source: Path) -> Iterator[bytes]:
    """Give the messages of a file or of a Maildir. Raises OSError when there is none."""
    if source.is_dir():
        folder = mailbox.Maildir(source, create=False)
        for key in sorted(folder.keys()):
            yield folder.get_bytes(key)
        return
    with source.open("rb") as file:
        yield file.read(LARGEST + 1)


def take(data: bytes, at: datetime) -> Found:
    """Read one message and note the letter it reports as come back; never raises for what a message holds."""
    if len(data) > LARGEST:
        return Found(Outcome.UNREADABLE)
    try:
        report = read(data)
    except Exception:
        return Found(Outcome.UNREADABLE)
    if isinstance(report, Outcome):
        return Found(report)
    if not report.has_failed:
        return Found(Outcome.NOT_FAILED, report.message_id, report.why)
    return Found(_note(report, at), report.message_id, report.why)


def read(data: bytes) -> Report | Outcome:
    """Return what a message reports; an outcome when it is no report."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = list(message.walk())
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        answered = str(message.get("Auto-Submitted", "")).split(";")[0].strip().lower()
        return Outcome.AUTO_REPLY if answered == "auto-replied" else Outcome.NO_REPORT
    blocks = status.get_payload()
    fields = [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []
    failed = [block for block in fields if str(block.get("Action", "")).strip().lower() == "failed"]
    said = next(iter(failed or fields[1:] or fields), None)
    why = " ".join(str(said.get(name, "")) for name in ("Status", "Diagnostic-Code")) if said is not None else ""
    return Report(_original_id(parts), bool(failed), one_line(why)[:LONGEST])


def _original_id(parts: list[Message]) -> str:
    """Return the Message-ID of the letter that came back, from its returned headers."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            inside: Any = part.get_payload()
            found = inside[0].get("Message-ID") if isinstance(inside, list) and inside else None
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            found = email.message_from_bytes(payload).get("Message-ID") if isinstance(payload, bytes) else None
        else:
            continue
        if found:
            return one_line(str(found))[:LONGEST]
    return ""


@retried
def _note(report: Report, at: datetime) -> Outcome:
    """Write that a letter came back, and tell the office; the same report twice is harmless."""
    with transaction():
        own = select(Letter).where(Letter.message_id == report.message_id).with_for_update()
        letter = db.session.scalar(own.execution_options(populate_existing=True)) if report.message_id else None
        if letter is None or letter.attempts == 0:
            return Outcome.NOT_OURS
        if letter.bounced_at is not None:
            return Outcome.KNOWN
        letter.bounced_at = at
        for line in letter.lines:
            if line.state in TOLD:
                line.state = LineState.PLANNED  # it was not heard, and rides along with the next letter
        thing, about, private = ("letter", letter.id), {"person": letter.recipient_id}, {"answer": report.why}
        data = {"message_id": letter.message_id}
        note(BOUNCED, by=Actor.system(), at=at, obj=thing, about=about, data=data, private=private)
        db.session.flush()
        unreachable.tell(letter.recipient_id, letter.key, rosters.load(reference.load(clock.day_of(at))), at)
        return Outcome.BOUNCED
