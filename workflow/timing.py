"""Where a task stands in time: the one function that pages, letters, exports and reports all ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from models.vocabulary import DeadlineKind, OfficialClass, Status, TimingState
from workflow.calendar import WorkCalendar

SOON: Final = 7
STOPPED: Final = frozenset({Status.CANCELLED, Status.WITHDRAWN})
HANDED_IN: Final = frozenset({Status.SUBMITTED, Status.SIGNED_OFF})
# what a task without a date is waiting for, by the kind of its deadline words; any other has no date yet
_DATELESS: Final = {
    DeadlineKind.ONGOING: TimingState.ONGOING,
    DeadlineKind.EVENT: TimingState.WAITING_EVENT,
    DeadlineKind.DURATION: TimingState.WAITING_EVENT,
    DeadlineKind.RECURRING: TimingState.ONGOING,
}


@dataclass(frozen=True)
class TimingFacts:
    """All that timing depends on: what people did, and the dates."""

    status: Status
    deadline_kind: DeadlineKind
    due_on: date | None
    late_after: date | None
    handed_in_on: date | None = None
    held_until: date | None = None


@dataclass(frozen=True)
class Timing:
    """Where a task stands: the state, and how far from its day, in civil days and working days.

    `days` and `working_days` count what is left up to the due day, or what it is late by after the last good day.
    """

    state: TimingState
    days: int = 0
    working_days: int = 0

    @property
    def is_late(self) -> bool:
        """Return whether it is late, or was when it was handed in."""
        return self.state in LATE

    @property
    def official(self) -> OfficialClass | None:
        """Return the statistical class (Quyết định 42/2014/QĐ-TTg); None for what was cancelled or is held."""
        return OFFICIAL.get(self.state)


LATE: Final = frozenset({TimingState.OVERDUE, TimingState.HANDED_IN_LATE, TimingState.DONE_LATE})
OFFICIAL: Final = {
    TimingState.DONE_ON_TIME: OfficialClass.DONE_ON_TIME,
    TimingState.DONE_LATE: OfficialClass.DONE_LATE,
    TimingState.DONE: OfficialClass.NO_DEADLINE,
    TimingState.ON_TRACK: OfficialClass.OPEN_IN_TIME,
    TimingState.DUE_SOON: OfficialClass.OPEN_IN_TIME,
    TimingState.DUE_TODAY: OfficialClass.OPEN_IN_TIME,
    TimingState.HANDED_IN_TIME: OfficialClass.OPEN_IN_TIME,
    TimingState.OVERDUE: OfficialClass.OPEN_LATE,
    TimingState.HANDED_IN_LATE: OfficialClass.OPEN_LATE,
    TimingState.NO_DATE: OfficialClass.NO_DEADLINE,
    TimingState.WAITING_EVENT: OfficialClass.NO_DEADLINE,
    TimingState.ONGOING: OfficialClass.NO_DEADLINE,
}


def timing(facts: TimingFacts, on: date, calendar: WorkCalendar, *, soon: int = SOON) -> Timing:
    """Return where a task stands on a day; `soon` is in working days (rulings 14).

    A hold stops time up to the end of its last day; from the day after, time runs again whether or not somebody has
    resumed the task. While a result waits for its signatures time stands still at the day it was handed in
    (rulings 7), and that day decides on time or late when it is accepted.
    """
    if facts.status in STOPPED:
        return Timing(TimingState.STOPPED)
    if facts.status == Status.ON_HOLD and not is_hold_over(facts.status, facts.held_until, on):
        return Timing(TimingState.ON_HOLD)
    if facts.due_on is None or facts.late_after is None:
        return Timing(TimingState.DONE if facts.status == Status.COMPLETED else _dateless(facts))
    if facts.handed_in_on is not None and (facts.status in HANDED_IN or facts.status == Status.COMPLETED):
        return _settled(facts, facts.handed_in_on, facts.late_after, calendar)
    return _running(facts.due_on, facts.late_after, on, calendar, soon)


def is_hold_over(status: Status, held_until: date | None, on: date) -> bool:
    """Return whether a task still stands on hold although the last day of its hold has passed."""
    return status == Status.ON_HOLD and held_until is not None and held_until < on


def lateness(late_after: date, day: date, calendar: WorkCalendar) -> tuple[int, int]:
    """Return by how many civil days and working days a day lies after the last good day; zeros when it does not."""
    return max(0, (day - late_after).days), calendar.between(late_after, day)


def _dateless(facts: TimingFacts) -> TimingState:
    return _DATELESS.get(facts.deadline_kind, TimingState.NO_DATE)


def _settled(facts: TimingFacts, day: date, late_after: date, calendar: WorkCalendar) -> Timing:
    done = facts.status == Status.COMPLETED
    if day <= late_after:
        return Timing(TimingState.DONE_ON_TIME if done else TimingState.HANDED_IN_TIME)
    state = TimingState.DONE_LATE if done else TimingState.HANDED_IN_LATE
    return Timing(state, *lateness(late_after, day, calendar))


def _running(due_on: date, late_after: date, on: date, calendar: WorkCalendar, soon: int) -> Timing:
    if on > late_after:
        return Timing(TimingState.OVERDUE, *lateness(late_after, on, calendar))
    if on >= due_on:
        return Timing(TimingState.DUE_TODAY, (late_after - on).days, calendar.between(on, late_after))
    left = (due_on - on).days
    # a working day is never shorter than a civil one: far dates need no count of each day to be known as far
    working = calendar.between(on, due_on)
    return Timing(TimingState.DUE_SOON if working <= soon else TimingState.ON_TRACK, left, working)
