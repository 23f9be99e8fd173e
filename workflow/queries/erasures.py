"""What was asked to be erased: by whom, on which basis, of which lines, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from models.base import db
from models.erasing import Erasure
from models.people import Person
from models.vocabulary import CorrectionState

MOST: Final = 2_000


@dataclass(frozen=True)
class Asked:
    """One request: the lines it is about, who asked, and who settled it."""

    code: str
    decision: str
    lines: tuple[tuple[int, int], ...]
    asked_by: str
    asked_at: datetime
    state: CorrectionState
    settled_by: str
    settled_at: datetime | None


def asked() -> list[Asked]:
    """Return the requests, those that wait first, then the newest. Two queries."""
    rows = list(db.session.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(MOST)))
    people = {row.asked_by_id for row in rows} | {row.settled_by_id for row in rows}
    named = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names = {row.id: row.name for row in named}
    found: dict[str, list[Erasure]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    requests = [_asked(own, names) for own in found.values()]
    return sorted(requests, key=lambda request: request.state != CorrectionState.PENDING)


def _asked(rows: list[Erasure], names: dict[int, str]) -> Asked:
    first = rows[0]
    lines = tuple(sorted({(row.epoch, row.seq) for row in rows}))
    settled_by = names.get(first.settled_by_id or 0, "")
    asked_by = names.get(first.asked_by_id, "…")
    return Asked(first.code, first.decision, lines, asked_by, first.asked_at, first.state, settled_by, first.settled_at)
