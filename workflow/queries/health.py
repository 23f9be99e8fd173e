"""Can the system work: what stops it (database, schema, guards of the log), what makes it late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy import func, select, text

import clock
from models import guards
from models.base import db
from models.letters import Letter, SchedulerState
from models.log import LogHead
from models.tasks import Task
from models.words import (
    LetterState,
)
from workflow import pulse, reference
from workflow.lifecycle import OPEN
from workflow.organization import rules
from workflow.pulse import LATE, WAITING, Pulse


@dataclass(frozen=True)
class Health:
    """What stands (True) and what does not; `late` names what is behind its time."""

    schema: bool
    log_guard: bool
    late: tuple[str, ...]
    pulse: Pulse = field(default_factory=Pulse)

    @property
    def ready(self) -> bool:
        """Return whether the system can do its work."""
        return self.schema and self.log_guard

    @property
    def status(self) -> str:
        """Return ok, degraded (works, but something is late) or down."""
        return "down" if not self.ready else "degraded" if self.late else "ok"


def check(revision: str | None, planned_at: time, at: datetime) -> Health:
    """Return how the system stands; `revision`: the schema it needs, `planned_at`: the server's hour of the digest.

    Raises OperationalError when the database does not answer.
    """
    has = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    if has != revision:
        return Health(schema=False, log_guard=False, late=())
    missing = guards.missing(db.session.connection())
    beat = pulse.load()
    late = {
        "scheduler": _scheduler_is_late(planned_at, at),
        "outbox": beat.is_late(at),
        "run": beat.is_silent(at),
    }
    behind = tuple(name for name, is_behind in late.items() if is_behind)
    return Health(schema=True, log_guard=not missing, late=behind, pulse=beat)


def seconds_since(moment: datetime | None, at: datetime) -> int | None:
    """Return how many seconds have passed since a moment; None for none."""
    return None if moment is None else max(0, int((at - moment).total_seconds()))


def figures(at: datetime) -> dict[str, int]:
    """Return what a monitor counts: open tasks, letters that wait or failed, entries of the log, ages in seconds."""
    beat = pulse.load()
    rows = db.session.execute(select(Letter.state, func.count().label("count")).group_by(Letter.state))
    letters = {row.state: row[1] for row in rows}
    open_tasks = select(func.count()).select_from(Task).where(Task.status.in_(OPEN))
    return {
        "dondoc_tasks_open": db.session.scalar(open_tasks) or 0,
        "dondoc_letters_waiting": sum(letters.get(state, 0) for state in WAITING),
        "dondoc_letters_failed": letters.get(LetterState.FAILED, 0),
        "dondoc_letters_oldest_due_seconds": int(beat.waited(at).total_seconds()),
        "dondoc_reminders_last_run_seconds": -1 if beat.ran_at is None else seconds_since(beat.ran_at, at) or 0,
        "dondoc_log_entries": db.session.scalar(select(LogHead.seq)) or 0,
    }


def _scheduler_is_late(planned_at: time, at: datetime) -> bool:
    """Return whether a working day's letters were not planned half an hour after their time."""
    today = clock.day_of(at)
    ref = reference.load(today)
    hour = rules.digest_hour(ref.settings["digest.hour"], planned_at)
    expected = datetime.combine(today, hour, tzinfo=clock.LOCAL) + LATE
    state = db.session.scalar(select(SchedulerState))
    is_due = at >= expected and ref.calendar.is_working(today)
    return is_due and (state is None or state.day < today or state.held_why is not None)
