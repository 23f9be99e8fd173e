"""The one door: a change and its entry in the log, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from models import session as units_of_work
from models.appending import Change, Changes, Entry, commit_all, describe, open_log
from models.base import Tracked, db
from models.log import LogEntry, LogHead
from workflow.actors import Actor

VERSIONED: Final = "version"


@contextmanager
def recorded(
    row: Tracked | None,
    act: str,
    *,
    by: Actor,
    at: datetime,
    req: str | None = None,
    private: Mapping[str, str] | None = None,
    content: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
) -> Iterator[None]:
    """Let tracked rows change; each becomes one entry with old and new values, all sharing `req`.

    `row` is what the act is about (its entry comes first and carries `private`, `content` and `data`); None when it
    is made inside. `private` holds free text: the log gets a salted commitment to it. Raises RuntimeError outside a
    write unit.
    """
    changes = Changes()
    before = {"row": row, "version": getattr(row, VERSIONED, None) if row is not None else None}
    with units_of_work.door(changes):
        yield
    req = req or uuid.uuid4().hex
    extras = _Extras(private or {}, content, data or {})
    units_of_work.append(_entries(changes, before, act, by, at, req, extras))


def note(
    act: str,
    *,
    by: Actor,
    at: datetime,
    obj: tuple[str, int | None],
    about: Mapping[str, int] | None = None,
    data: Mapping[str, Any] | None = None,
    private: Mapping[str, str] | None = None,
    req: str | None = None,
) -> None:
    """Log a fact that changes no tracked row: a sign-in, a refusal, an export, a letter. Needs a write unit."""
    hidden, kept = commit_all(private or {})
    body = {"about": dict(about or {}), **(data or {}), **hidden}
    thing = {"type": obj[0], "id": obj[1], "version_before": None, "version_after": None}
    units_of_work.append([Entry(act, at, by.logged(), by.auth, thing, body, None, req, kept)])


def ensure_open(at: datetime, genesis: Mapping[str, Any]) -> None:
    """Write the genesis entry (log id, product version, public key) when the log has none yet.

    A log whose head is gone is not begun anew: what stands there is for verification to judge.
    """
    if db.session.scalar(select(LogHead.id)) is not None or db.session.scalar(select(LogEntry.seq).limit(1)):
        return
    with units_of_work.transaction() as session:
        if session.scalar(select(LogHead.id)) is None:
            log_id = uuid.uuid4().hex
            thing = {"type": "log", "id": None, "version_before": None, "version_after": None}
            data = {"about": {}, **genesis}
            open_log(session, log_id, Entry("log.open", at, Actor.system().logged(), None, thing, data))


class _Extras:
    """What the entry of the main row carries beside old and new values."""

    def __init__(self, private: Mapping[str, str], content: Mapping[str, Any] | None, data: Mapping[str, Any]) -> None:
        self.hidden, self.kept = commit_all(private)
        self.content = content
        self.data = data


def _entries(
    changes: Changes, before: Mapping[str, Any], act: str, by: Actor, at: datetime, req: str, extras: _Extras
) -> list[Entry]:
    found = list(changes)
    main = before["row"]
    if main is None and found:
        main = found[0].row
    elif main is not None and all(change.row is not main for change in found):
        found.insert(0, Change(main, is_new=False))
    found.sort(key=lambda change: change.row is not main)
    return [_entry(change, change.row is main, before, act, by, at, req, extras) for change in found]


def _entry(
    change: Change,
    is_main: bool,
    before: Mapping[str, Any],
    act: str,
    by: Actor,
    at: datetime,
    req: str,
    extras: _Extras,
) -> Entry:
    columns, private = describe(change)
    version = getattr(change.row, VERSIONED, None)
    old_version = None if change.is_new else before["version"] if is_main else _old_version(change, version)
    if version is not None and version != old_version:
        columns[VERSIONED] = [old_version, version]
    thing = {
        "type": change.row.__tablename__,  # type: ignore[attr-defined]  # every mapped class has one
        "id": change.row.id,
        "version_before": old_version,
        "version_after": version,
    }
    data: dict[str, Any] = {"about": change.row.about(), "set": columns}
    if not is_main:
        return Entry(act, at, by.logged(), by.auth, thing, data, None, req, private)
    data |= {**extras.data, **extras.hidden}
    return Entry(act, at, by.logged(), by.auth, thing, data, extras.content, req, {**private, **extras.kept})


def _old_version(change: Change, version: int | None) -> int | None:
    if version is None:
        return None
    found: int | None = change.before.get(VERSIONED, version - 1 if change.before else version)
    return found


@units_of_work.retried
def note_now(act: str, *, by: Actor, at: datetime, data: Mapping[str, Any] | None = None) -> None:
    """Log a fact of the system in a write unit of its own."""
    with units_of_work.transaction():
        note(act, by=by, at=at, obj=("log", None), data=data)
