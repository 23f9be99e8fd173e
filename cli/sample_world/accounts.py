"""The accounts of the sample world: how one signs in as each of its people, while the world is a sample."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

import clock
import config
from models.base import db
from models.log import LogHead
from models.people import Person
from models.vocabulary import Role
from workflow import actors, reference
from workflow.organization import people

PASSWORD: Final = "don-doc-mau-2026"  # noqa: S105 (a sample's, in test mode only, and documented)
FILE: Final = "sample_accounts.json"
# the role an account is listed under: the first of these it has
SHOWN_AS: Final = (Role.ADMIN, Role.LEADER, Role.HEAD, Role.OFFICE, Role.INSPECTOR, Role.OFFICER)

LISTED: Final = (Role.LEADER, Role.OFFICE, Role.HEAD, Role.OFFICER, Role.INSPECTOR, Role.ADMIN)

Account = dict[str, Any]


def choose_password(app: Flask) -> str:
    """Return the password of all sample accounts: fixed in test mode, else drawn by chance."""
    return PASSWORD if app.config["TEST_MODE"] else people.draw_password()


def listed(password: str) -> list[Account]:
    """Return everybody who can sign in today, leadership first, with user name, password, role, unit and position."""
    at = clock.now()
    ref = reference.load(clock.day_of(at))
    found = []
    for person in db.session.scalars(select(Person).where(Person.active).order_by(Person.id)):
        by = actors.actor(person, ref, at)
        role = next((role for role in SHOWN_AS if by.has(role)), None)
        if role is not None:
            facts = {"role": role.value, "unit": by.unit_name, "position": by.position, "name": person.name}
            found.append({"username": person.username, "password": password, **facts})
    return sorted(found, key=lambda account: LISTED.index(account["role"]))


def keep(app: Flask, found: list[Account]) -> None:
    """Keep the accounts beside the database they belong to, readable by this account of the machine alone."""
    path = _path(app)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"log": _log_id(), "accounts": found}, file, ensure_ascii=False, indent=1)


def kept(app: Flask) -> list[Account]:
    """Return the accounts kept for this very database; none when it is no sample world, or an unfinished one."""
    return _known(app) or []


def is_unfinished(app: Flask) -> bool:
    """Return whether filling this database with the sample world was begun and broken off."""
    return _known(app) == []


def shown(app: Flask) -> list[Account]:
    """Return the accounts for the sign-in page: only where the site is this very machine's."""
    host = urlsplit(app.config["PUBLIC_URL"]).hostname or ""
    return kept(app) if config.is_loopback(host) else []


def has_log() -> bool:
    """Return whether the database holds a log: what has one is not empty."""
    return _log_id() is not None


def _known(app: Flask) -> list[Account] | None:
    """Return what was kept for this database's log; None when nothing was."""
    try:
        known = json.loads(_path(app).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found: list[Account] | None = known["accounts"] if known["log"] == _log_id() else None
    return found


def _path(app: Flask) -> Path:
    return Path(app.config["DATA_DIR"]) / FILE


def _log_id() -> str | None:
    """Return which log the database holds; None before there is one."""
    try:
        return db.session.scalar(select(LogHead.log_id))
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        return None
