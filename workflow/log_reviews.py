"""Leadership looks at the log: a line is marked as considered with a remark, a month is reviewed up to an entry.

Both are entries themselves and nothing else: they can no more be taken back than what they speak of.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.log import LogEntry
from models.session import retried
from terms import N_
from workflow import idempotency
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note
from workflow.organization.gate import Writing, write
from workflow.permissions import Scope
from workflow.queries import log_lines
from workflow.queries.log_lines import Key

MARK: Final = "log.mark"
REVIEW: Final = "log.review_month"
LINE: Final = "log_line"
MONTH: Final = "log_month"
LONGEST: Final = 4000


@retried
def mark(line: Key, remark: str, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Mark a line as considered. Raises Refusal: not a leader, no such line, a remark too long."""
    words = _words(remark)
    with write("review", by, at, key) as writing:
        if writing.answer:
            return
        found = log_lines.one(*line, seen_by=Scope(writing.by)).part
        about = {name: value for name, value in found.body["data"].get("about", {}).items() if value is not None}
        data = {"line": f"{found.epoch}.{found.seq}"}
        note(MARK, by=writing.by, at=at, obj=(LINE, found.seq), about=about, data=data, private=words, req=key)
        _keep(writing)


@retried
def review_month(month: str, remark: str, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Note that a month was reviewed, up to its last line of now. Raises Refusal: no such month, nothing in it."""
    words, first = _words(remark), first_of(month)
    with write("verify", by, at, key) as writing:
        if writing.answer:
            return
        last = _last_before(clock.start_of(next_month(first)))
        if last is None or clock.day_of(last.at) < first:
            raise Refusal("empty_month", month=f"{first:%m/%Y}")
        data = {"month": f"{first:%Y-%m}", "up_to": f"{last.epoch}.{last.seq}"}
        thing = (MONTH, first.year * 100 + first.month)
        note(REVIEW, by=writing.by, at=at, obj=thing, data=data, private=words, req=key)
        _keep(writing)


def first_of(month: str) -> date:
    """Return the first day of a month written 2026-11. Raises Refusal for what is none."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month)
    if found is None:
        raise Refusal("bad_value", field=N_("month"), value=month[:40], form=N_("a month, such as 2026-11"))
    return date(int(found[1]), int(found[2]), 1)


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _words(remark: str) -> dict[str, str]:
    text = vietnamese.normalise(remark).strip()
    if len(text) > LONGEST:
        raise Refusal("too_long", field=N_("remark"), limit=LONGEST, length=len(text))
    return {"remark": text} if text else {}


def _last_before(moment: datetime) -> LogEntry | None:
    """Return the last line before a moment, which may lie in the future."""
    query = select(LogEntry).where(LogEntry.at < moment)
    return db.session.scalar(query.order_by(LogEntry.at.desc(), LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(1))


def _keep(writing: Writing) -> None:
    idempotency.keep(writing.by, writing.key, writing.form, "noted", writing.at)
