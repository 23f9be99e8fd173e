"""The one clock: every moment is aware and UTC, every day is a civil day in Vietnam.

Nothing else in the project asks the host what time it is (a check of the house sees to it). In test mode the
clock can be set, so that several processes can be stepped through months without touching the host's clock.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
# the words that turn a switch on, in small letters: here, because the clock looks at one before there are settings
ON: Final = ("1", "true", "yes", "on")

_started_at: Final = time.monotonic()


def now() -> datetime:
    """Return this moment in UTC; in test mode, the moment the tests set."""
    return _set_moment() or datetime.now(UTC)


def today() -> date:
    """Return today's civil day in Vietnam."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the civil day in Vietnam on which an aware moment falls."""
    return moment.astimezone(LOCAL).date()


def end_of(day: date) -> datetime:
    """Return the first moment after a civil day: 24:00 in Vietnam, as UTC."""
    return start_of(day + timedelta(days=1))


def start_of(day: date) -> datetime:
    """Return 00:00 of a civil day in Vietnam, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 moment; without a zone it is local. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)
    except OverflowError:
        raise ValueError("it lies at the edge of the calendar") from None


def _set_moment() -> datetime | None:
    """Return the moment tests set: a file read at each call, or a start from which the clock runs on."""
    if os.environ.get("DONDOC_TEST_MODE", "").strip().lower() not in ON:
        return None
    if path := os.environ.get("DONDOC_NOW_FILE"):
        return parse_moment(Path(path).read_text(encoding="utf-8").strip())
    if text := os.environ.get("DONDOC_NOW"):
        return parse_moment(text) + timedelta(seconds=time.monotonic() - _started_at)
    return None
