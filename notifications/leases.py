"""Leases of work that one node does at a time; they run by the database's own clock (REM-7)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from models.base import db
from models.letters import Lease
from notifications.outbox import database_now, insert_missing


def take_lease(name: str, owner: str, lease: timedelta) -> int | None:
    """Take or renew a lease. Returns its token, which grows with each change of hands; None while another holds it."""
    now = database_now()
    insert_missing(Lease, [{"name": name, "owner": owner, "token": 0, "until": now}], ("name",))
    row = db.session.scalars(
        select(Lease).where(Lease.name == name).with_for_update().execution_options(populate_existing=True)
    ).one()
    if row.owner != owner and row.until > now:
        return None
    row.token += row.owner != owner or row.token == 0
    row.owner, row.until = owner, now + lease
    db.session.flush()
    return row.token


def drop_lease(name: str, owner: str) -> None:
    """Give a lease back, so that the next one need not wait."""
    statement = update(Lease).where(Lease.name == name, Lease.owner == owner).values(until=database_now())
    db.session.execute(statement.execution_options(synchronize_session=False))
