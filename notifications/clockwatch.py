"""The guard against a lying clock: planning is held, until a person confirms, when it jumped or runs far ahead."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

import clock
from models.session import retried, transaction
from notifications import outbox
from workflow.actors import Actor
from workflow.ledger import note

JUMP: Final = timedelta(hours=2)
AHEAD: Final = timedelta(days=15)


@retried
def hold(why: str, at: datetime) -> None:
    """Hold planning until a person confirms the clock; a reason that stands already stays."""
    with transaction():
        state, _is_new = outbox.locked_state(at)
        if state.held_why is None:
            state.held_why = why
            note("letter.held", by=Actor.system(), at=at, obj=("scheduler", None), data={"why": why})


@retried
def confirm_clock(*, by: Actor, at: datetime) -> bool:
    """Let planning go on: a person has looked at the clock. Returns False when nothing was held."""
    with transaction():
        state, _is_new = outbox.locked_state(at)
        if state.held_why is None:
            return False
        data = {"why": state.held_why}
        state.held_why, state.ran_at = None, at
        note("letter.clock_confirmed", by=by, at=at, obj=("scheduler", None), data=data)
        return True


def check_start(at: datetime) -> None:
    """Hold planning when the clock is more than 15 days ahead of the last run (rulings 23)."""
    with transaction():
        state, is_new = outbox.locked_state(at)
        ahead = at - state.ran_at
    if not is_new and ahead > AHEAD:
        hold(f"ahead:{ahead.days}", at)


class ClockWatch:
    """Compares the wall clock with the monotonic one between two looks."""

    def __init__(self) -> None:
        self.wall, self.passed = clock.now(), _since_boot()

    def jump(self) -> timedelta:
        """Return by how much the wall clock moved beyond the time that passed since the last look."""
        wall, passed = clock.now(), _since_boot()
        moved = (wall - self.wall) - timedelta(seconds=passed - self.passed)
        self.wall, self.passed = wall, passed
        return moved


def _since_boot() -> float:
    """Return seconds that only grow, time asleep included: a machine that slept has no wrong clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
