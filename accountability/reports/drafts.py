"""The monthly draft: prepared on the day after a reporting month has closed, once, by the system itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

import clock
from accountability import periods
from accountability.periods import Period
from accountability.reports import register
from accountability.reports.composing import Wanted
from models.base import db
from models.log import LogHead
from models.reports import Report
from models.words import ReportKind
from workflow.actors import Actor


def due(at: datetime) -> Period | None:
    """Return the reporting month that closed last when it has no draft or report yet. Two queries."""
    current = periods.month_of(clock.day_of(at))
    closed = periods.month_of(current.first - timedelta(days=1))
    has_one = select(Report.id).where(
        Report.kind == ReportKind.RESULTS, Report.period == closed.code, Report.unit_id.is_(None)
    )
    if db.session.scalar(has_one.limit(1)) is not None or db.session.scalar(select(LogHead.id)) is None:
        return None
    return closed


def prepare(at: datetime) -> int | None:
    """Prepare the draft that is due; return its number in the register, None when nothing is due."""
    closed = due(at)
    if closed is None:
        return None
    wanted = Wanted(ReportKind.RESULTS, closed)
    return register.make(wanted, by=Actor.system(), at=at)
