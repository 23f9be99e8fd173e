"""An uploaded document: read, kept for the body with what was found, looked up again, or dropped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.base import db, is_id
from models.plans import Document, Plan, Reading
from models.session import NotFoundError, lock, transaction
from models.vocabulary import PlanState
from workflow import files
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.imports.sheet import Sheet
from workflow.ledger import note
from workflow.organization.gate import require
from workflow.permissions import Scope
from workflow.strangers import read_stranger


def read_upload(filename: str, data: bytes, *, by: Actor, at: datetime) -> int:
    """Read an uploaded document and keep what was found for the body. Returns the reading's id.

    The same file again, while its reading still waits, gives the same reading. Raises Refusal (not allowed, imported
    before) and Unreadable; nothing is kept then but the refusal in the log.
    """
    by = require("import", by, at)
    sha = hashlib.sha256(data).hexdigest()
    refuse_known(sha)
    known = waiting(sha)
    if known is not None:
        return known
    payload = read_stranger(filename, data, by=by, at=at)
    return keep_reading(filename, data, payload, by=by, at=at)


def keep_reading(
    filename: str, data: bytes, payload: Mapping[str, Any], *, by: Actor, at: datetime, replaces: int | None = None
) -> int:
    """Keep what was read, and the file, until the body decides on it. Returns the reading's id.

    `replaces` names the plan in force that the document amends.
    """
    with transaction() as session:
        by = require("import", by, at)
        sha = files.vault().put(data)
        row = Reading(
            person_id=by.person_id,
            at=at,
            filename=files.name_of(filename),
            media_type="application/octet-stream",
            sha256=sha,
            size=len(data),
            payload=json.dumps(payload, ensure_ascii=False),
            replaces_id=replaces,
        )
        session.add(row)
        session.flush()
        note(
            "plan.read",
            by=by,
            at=at,
            obj=("reading", row.id),
            about={} if replaces is None else {"plan": replaces},
            data={"sha256": sha, "size": len(data)},
            private={"filename": row.filename},
        )
        return row.id


def reading(reading_id: int, by: Actor) -> Reading:
    """Return a reading of the body's. Raises Refusal when there is none, or this person imports nothing."""
    row = db.session.get(Reading, reading_id) if is_id(reading_id) else None
    if row is None or not Scope(by).allows("import"):
        raise Refusal("not_found")
    return row


def waiting(sha: str, replaces: int | None = None) -> int | None:
    """Return the reading of exactly this file that still waits; None when there is none."""
    query = select(Reading.id).where(Reading.sha256 == sha, Reading.plan_id.is_(None))
    same_plan = Reading.replaces_id.is_(None) if replaces is None else Reading.replaces_id == replaces
    return db.session.scalar(query.where(same_plan))


def sheet_of(row: Reading) -> Sheet:
    """Return the working paper of a reading."""
    return Sheet(json.loads(row.payload), row.review)


def locked(reading_id: int) -> Reading:
    """Return a reading that nobody else changes until the write unit ends. Raises Refusal when there is none."""
    try:
        return lock(Reading, reading_id if is_id(reading_id) else None)
    except NotFoundError:
        raise Refusal("not_found") from None


def drop_reading(reading_id: int, *, by: Actor, at: datetime) -> None:
    """Drop what was read; only the log remembers that it was."""
    with transaction() as session:
        by = require("import", by, at)
        row = locked(reading_id)
        if row.plan_id is not None:
            raise Refusal("reading_accepted")
        about = {} if row.replaces_id is None else {"plan": row.replaces_id}
        note("plan.drop", by=by, at=at, obj=("reading", row.id), about=about)
        session.delete(row)


def in_force(plan_id: int) -> Plan:
    """Return a published plan. Raises Refusal: none, or not in force."""
    plan = db.session.get(Plan, plan_id) if is_id(plan_id) else None
    if plan is None:
        raise Refusal("not_found")
    if plan.state != PlanState.PUBLISHED:
        raise Refusal("plan_state", state=plan.state)
    return plan


def refuse_known(sha: str) -> None:
    """Raise Refusal when a plan was made of exactly this file before."""
    known = db.session.execute(select(Plan.id, Plan.short_title).join(Document).where(Document.sha256 == sha)).first()
    if known is not None:
        raise Refusal("document_known", title=known.short_title, plan_id=known.id)
