"""The scheduler nodes that live: a row each among the leases, which is no lease but says when it was last seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from models.base import db
from models.letters import Lease
from notifications import outbox

NAME: Final = "node:"
KEPT: Final = timedelta(days=1)


def see(owner: str) -> None:
    """Note that a node lives; nodes unseen for a day are forgotten. Needs a write unit."""
    now = outbox.database_now()
    row = db.session.get(Lease, f"{NAME}{owner}") or Lease(name=f"{NAME}{owner}", owner=owner, token=0)
    row.until = now
    db.session.add(row)
    for gone in db.session.scalars(select(Lease).where(Lease.name.startswith(NAME), Lease.until < now - KEPT)):
        db.session.delete(gone)


def forget(owner: str) -> None:
    """Strike a node that was stopped. Needs a write unit."""
    row = db.session.get(Lease, f"{NAME}{owner}")
    if row is not None:
        db.session.delete(row)


def seen() -> list[Lease]:
    """Return the nodes seen within a day, the one seen last first; `until` is when. One query."""
    return list(db.session.scalars(select(Lease).where(Lease.name.startswith(NAME)).order_by(Lease.until.desc())))
