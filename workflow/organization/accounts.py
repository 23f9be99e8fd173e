"""One's own account: a new password, and the sessions that are open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from models.access import WebSession
from models.base import db
from models.log import LogEntry
from models.people import Credential, Person
from models.session import transaction
from workflow import access
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note
from workflow.organization.gate import found


@dataclass(frozen=True)
class OpenSession:
    """A signed-in browser: since when, when last in use, and whether it is the one that asks."""

    id: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class Given:
    """A password that another person, or the system, gave an account: who, and when."""

    name: str
    at: datetime


def must_change(person_id: int) -> bool:
    """Return whether somebody else has seen a person's password, so that he must choose his own."""
    return bool(db.session.scalar(select(Credential.must_change).where(Credential.person_id == person_id)))


def last_given(person_id: int) -> Given | None:
    """Return when a person's password was last given by somebody else, as the log has it. One query."""
    query = select(LogEntry.body, LogEntry.at).where(
        LogEntry.act == "access.password",
        LogEntry.obj_type == "person",
        LogEntry.obj_id == person_id,
        or_(LogEntry.actor_id.is_(None), LogEntry.actor_id != person_id),
    )
    row = db.session.execute(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1)).one_or_none()
    return Given(json.loads(row.body)["actor"]["name"], row.at) if row is not None else None


def change_password(old: str, new: str, again: str, *, by: Actor, at: datetime, code: str = "") -> str:
    """Give oneself a new password; every session ends, and the token of a new one is returned.

    Raises Refusal: the present one is wrong (locked after five tries), the two new ones differ, a weak one, the same.
    """
    try:
        method = access.verify_again(by, old, at=at, code=code, may_lack=True)
    except Refusal as refusal:
        raise Refusal("wrong_old_password") if refusal.code == "wrong_password" else refusal from None
    if new != again:
        raise Refusal("passwords_differ")
    if new == old:
        raise Refusal("password_unchanged")
    access.require_strong(new, by.username)
    with transaction():
        person = found(Person, by.person_id)
        access.set_password(person, new, by=by, at=at)
        db.session.get_one(Credential, person.id).must_change = False
        return access.open_session(person, at, method)


def open_sessions(person_id: int, this: str, at: datetime, idle: timedelta, whole: timedelta) -> list[OpenSession]:
    """Return a person's sessions that are alive, the latest used first."""
    query = select(WebSession).where(
        WebSession.person_id == person_id,
        WebSession.ended_at.is_(None),
        WebSession.seen_at > at - idle,
        WebSession.created_at > at - whole,
    )
    rows = db.session.scalars(query.order_by(WebSession.seen_at.desc()))
    return [OpenSession(row.id, row.created_at, row.seen_at, row.id == this) for row in rows]


def end_session(session_key: str, *, by: Actor, at: datetime) -> None:
    """End one of one's own sessions. Raises Refusal for another person's, as if there were none."""
    with transaction() as session:
        row = session.get(WebSession, session_key[:64])
        if row is None or row.person_id != by.person_id:
            raise Refusal("not_found")
        if row.ended_at is None:
            row.ended_at = at
            note("access.session_ended", by=by, at=at, obj=("person", by.person_id))


def end_others(this: str, *, by: Actor, at: datetime) -> None:
    """End all of one's sessions but this one."""
    with transaction():
        access.end_sessions(by.person_id or 0, at, but=this)
        note("access.session_ended", by=by, at=at, obj=("person", by.person_id), data={"all_others": True})
