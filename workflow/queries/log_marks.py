"""What leadership has looked at in the log: the marks on its lines, and month by month up to which entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

import clock
from models.base import db
from models.log import LogEntry, LogHead, LogPrivate
from workflow import log_reviews
from workflow.queries import log_lines
from workflow.queries.history import Part, joined, parts_of
from workflow.queries.log_lines import Key

SHOWN: Final = 13
MOST_REVIEWS: Final = 200


@dataclass(frozen=True)
class Month:
    """A month of the log: its first and last line, and the entries of those who reviewed it, the newest first."""

    first: date
    begins: Key
    ends: Key
    reviews: tuple[Part, ...]

    @property
    def name(self) -> str:
        """Return how a form names it."""
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        """Return its last day."""
        return log_reviews.next_month(self.first) - timedelta(days=1)

    @property
    def lines(self) -> int:
        """Return how many lines it has."""
        return max(0, self.ends[1] - self.begins[1] + 1)

    @property
    def is_reviewed(self) -> bool:
        """Return whether somebody reviewed it up to its last line, or up to his own review in a month that goes on."""
        return any(key_of(review) >= self.ends for review in self.reviews)


def marks(parts: Iterable[Part]) -> dict[Key, list[Part]]:
    """Return the marks on lines, the oldest first. One query."""
    wanted = {(part.epoch, part.seq) for part in parts}
    if not wanted:
        return {}
    on = LogEntry.obj_type == log_reviews.LINE, LogEntry.obj_id.in_({seq for _epoch, seq in wanted})
    found: dict[Key, list[Part]] = {}
    query = joined().where(*on, LogEntry.act == log_reviews.MARK)
    for part in parts_of(query.order_by(LogEntry.epoch, LogEntry.seq, LogPrivate.path)):
        found.setdefault(_read(part.body["data"]["line"]), []).append(part)
    return {key: marked for key, marked in found.items() if key in wanted}


def months(at: datetime) -> list[Month]:
    """Return the last months that have lines, the newest first, with who reviewed them. Three queries."""
    firsts = [clock.day_of(at).replace(day=1)]
    while len(firsts) < SHOWN:
        before = firsts[-1]
        firsts.append(date(before.year - (before.month == 1), before.month - 1 or 12, 1))
    head = db.session.execute(select(LogHead.epoch, LogHead.seq)).one_or_none()
    places = log_lines.places({clock.start_of(first) for first in firsts})
    reviewed = _reviews()
    found: list[Month] = []
    after: Key | None = None
    for first in firsts:
        begins = places[clock.start_of(first)]
        ends = (after[0], after[1] - 1) if after else (head.epoch, head.seq) if head else None
        if begins is not None and ends is not None and begins <= ends:
            found.append(Month(first, begins, ends, tuple(reviewed.get(f"{first:%Y-%m}", ()))))
        after = begins or after
    return found


def key_of(review: Part) -> Key:
    """Return up to which entry a review went."""
    return _read(review.body["data"]["up_to"])


def _reviews() -> dict[str, list[Part]]:
    keys = select(LogEntry.epoch, LogEntry.seq).where(LogEntry.act == log_reviews.REVIEW)
    keys = keys.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(MOST_REVIEWS)
    wanted = keys.subquery()
    query = joined().join(wanted, (wanted.c.epoch == LogEntry.epoch) & (wanted.c.seq == LogEntry.seq))
    found: dict[str, list[Part]] = {}
    for part in parts_of(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc(), LogPrivate.path)):
        found.setdefault(part.body["data"]["month"], []).append(part)
    return found


def _read(text: str) -> Key:
    epoch, _dot, seq = text.partition(".")
    return int(epoch), int(seq)
