"""Whether reminding lives: when it last ran, and since when letters that are due wait. Asked by every page's frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select

from models.base import db
from models.letters import Letter, SchedulerState
from models.words import (
    LetterState,
)

# a letter that has waited so long past its moment is late
LATE: Final = timedelta(minutes=30)
# no run for so long: the scheduler is not there any more
SILENT: Final = timedelta(hours=25)
# a letter whose answer was lost is repeated after so long by design (REM-3)
DOUBT: Final = timedelta(minutes=15)
WAITING: Final = (LetterState.QUEUED, LetterState.SENDING)


@dataclass(frozen=True)
class Pulse:
    """The last run, and the oldest letters that wait: not tried yet, tried in vain, in doubt.

    A letter not tried yet is due from its first moment on, one that was tried from when it was made: each failure
    moves its next try away.
    """

    ran_at: datetime | None = None
    untried: datetime | None = None
    tried: datetime | None = None
    doubtful: datetime | None = None

    def waits_since(self, at: datetime) -> datetime | None:
        """Return since when the oldest letter that is due has waited; None when none is due."""
        repeated = self.doubtful + DOUBT if self.doubtful is not None else None
        return min((moment for moment in (self.untried, self.tried, repeated) if moment and moment <= at), default=None)

    def waited(self, at: datetime) -> timedelta:
        """Return for how long the oldest letter that is due has waited."""
        since = self.waits_since(at)
        return at - since if since is not None else timedelta()

    def is_late(self, at: datetime) -> bool:
        """Return whether a letter has waited longer than it should."""
        return self.waited(at) > LATE

    def is_silent(self, at: datetime) -> bool:
        """Return whether it has run once, and not for more than a day."""
        return self.ran_at is not None and at - self.ran_at > SILENT


def parts() -> Mapping[str, Select[Any]]:
    """Return the query of each moment of a pulse."""
    waiting, doubtful = Letter.state.in_(WAITING), Letter.state == LetterState.AMBIGUOUS
    return {
        "ran_at": select(SchedulerState.ran_at).where(SchedulerState.id == 1),
        "untried": select(func.min(Letter.next_try_at)).where(waiting, Letter.attempts == 0),
        "tried": select(func.min(Letter.created_at)).where(waiting, Letter.attempts > 0),
        "doubtful": select(func.min(Letter.created_at)).where(doubtful, Letter.doubts == 1),
    }


def load() -> Pulse:
    """Return the pulse as it is now. One query."""
    return Pulse(*db.session.execute(select(*(part.scalar_subquery() for part in parts().values()))).one())
