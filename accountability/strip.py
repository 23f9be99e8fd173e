"""Who held the clock of a task, from its assignment to its end: spans that follow on each other and leave no gap.

Worked out from what the log and the rows say happened (`Story`), never stored. Every moment has one holder
(rulings 10): who stands in the task's state, unless the lead unit itself waits for a decision it asked for in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

import clock
from models.vocabulary import Status
from models.words import ClockHolder

H, S = ClockHolder, Status


@dataclass(frozen=True)
class State:
    """The task's own row from a moment on, as far as it decides who holds the clock."""

    at: datetime
    status: Status
    unit_id: int | None
    leader_post_id: int | None = None
    held_until: date | None = None


@dataclass(frozen=True)
class Dispute:
    """A contest: from when, decided when, and whether it was upheld; open while nobody decided."""

    at: datetime
    decided_at: datetime | None = None
    upheld: bool | None = None

    def is_open(self, at: datetime) -> bool:
        """Return whether it waited for its decision at a moment."""
        return self.at <= at and (self.decided_at is None or at < self.decided_at)


@dataclass(frozen=True)
class Waiting:
    """A span of waiting for a unit: by when it was to answer, renewals (of a body outside), what was said against it.

    `answer_after` is the last day on which the waiting is in order: the unit's own date, else the day to answer by.
    """

    unit_id: int
    from_at: datetime
    to_at: datetime | None
    answer_after: date
    renewed: tuple[tuple[datetime, date], ...] = ()
    disputes: tuple[Dispute, ...] = ()

    def covers(self, at: datetime) -> bool:
        """Return whether the task was waiting so at a moment."""
        return self.from_at <= at and (self.to_at is None or at < self.to_at)


@dataclass(frozen=True)
class Request:
    """A request for more time: when, whether it came after the deadline, when it was answered by another date."""

    at: datetime
    after_deadline: bool
    countered_at: datetime | None = None
    decided_at: datetime | None = None
    granted: bool = False


@dataclass(frozen=True)
class Mark:
    """A signature on a result: at which level, for which post, by whom, and when."""

    level: int
    post_id: int
    person_id: int
    at: datetime


@dataclass(frozen=True)
class Result:
    """A result handed in: when, by whom, and its signatures."""

    at: datetime
    person_id: int
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Story:
    """All that decides who held the clock of a task, from a moment to another."""

    begins: datetime
    ends: datetime
    states: tuple[State, ...]
    waits: tuple[Waiting, ...] = ()
    requests: tuple[Request, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    results: tuple[Result, ...] = ()
    accepting_unit: int | None = None

    def state(self, at: datetime) -> State:
        """Return how the task stood at a moment; before the first word on it, as it begins."""
        return next((state for state in reversed(self.states) if state.at <= at), self.states[0])

    def waiting(self, at: datetime) -> Waiting | None:
        """Return the waiting the task was in at a moment."""
        return next((wait for wait in reversed(self.waits) if wait.covers(at)), None)

    def result(self, at: datetime) -> Result | None:
        """Return the latest result handed in by a moment."""
        return next((result for result in reversed(self.results) if result.at <= at), None)


@dataclass(frozen=True)
class Span:
    """From a moment to another (excluded) one holder had the clock: a unit, or a seat above it."""

    from_at: datetime
    to_at: datetime
    holder: ClockHolder
    unit_id: int | None = None


def spans(story: Story) -> tuple[Span, ...]:
    """Return who held the clock: disjoint, in order, covering the whole; neighbours differ."""
    found: list[Span] = []
    for begins, ends in pairwise(sorted(_moments(story))):
        span = _span(story, begins, ends)
        last = found[-1] if found else None
        if last is not None and (last.holder, last.unit_id) == (span.holder, span.unit_id):
            found[-1] = replace(last, to_at=ends)
        else:
            found.append(span)
    return tuple(found)


def at_end(found: tuple[Span, ...], moment: datetime) -> Span:
    """Return who held the clock up to a moment. Raises IndexError for no spans at all."""
    return next((span for span in found if span.from_at < moment <= span.to_at), found[-1])


def _moments(story: Story) -> set[datetime]:
    """Return every moment at which the holder may change, with the first and the last."""
    inner = {moment for moment in _turns(story) if story.begins < moment < story.ends}
    return {story.begins, *inner, story.ends}


def _turns(story: Story) -> Iterator[datetime]:
    for state in story.states:
        yield state.at
        if state.held_until is not None:
            yield clock.end_of(state.held_until)
    for wait in story.waits:
        yield wait.from_at
        yield from filter(None, (wait.to_at,))
        for moment, until in wait.renewed:
            yield from (moment, clock.end_of(until))
    for dispute in (*story.disputes, *(each for wait in story.waits for each in wait.disputes)):
        yield from filter(None, (dispute.at, dispute.decided_at))
    for request in story.requests:
        yield from filter(None, (request.at, request.countered_at, request.decided_at))


def _span(story: Story, begins: datetime, ends: datetime) -> Span:
    """Return who holds the clock between two neighbouring moments."""
    state = story.state(begins)
    match state.status:
        case S.WAITING:
            return _waiting(story, state, begins, ends)
        case S.ON_HOLD if state.held_until is None or begins < clock.end_of(state.held_until):
            return Span(begins, ends, H.HOLD)
        case S.SUBMITTED:
            return Span(begins, ends, H.FIRST_SIGNER, state.unit_id)
        case S.SIGNED_OFF:
            return Span(begins, ends, H.SECOND_SIGNER, story.accepting_unit or state.unit_id)
        case S.DRAFT:
            return Span(begins, ends, H.DECIDER, state.unit_id)
        case S.COMPLETED | S.CANCELLED | S.WITHDRAWN:
            return Span(begins, ends, H.NOBODY)
    return _leading(story, state, begins, ends)


def _waiting(story: Story, state: State, begins: datetime, ends: datetime) -> Span:
    """Return who holds a task that waits: who decides on a contest, the unit, nobody for a body outside, or the lead.

    The lead has it where the unit contested with success, and where the waiting for a body outside was not renewed.
    """
    wait = story.waiting(begins)
    if wait is None:
        return Span(begins, ends, H.LEAD, state.unit_id)
    if any(dispute.is_open(begins) for dispute in wait.disputes):
        return Span(begins, ends, H.DECIDER, state.unit_id)
    if any(dispute.upheld for dispute in wait.disputes):
        return Span(begins, ends, H.LEAD, state.unit_id)
    if not wait.renewed:
        return Span(begins, ends, H.WAITED, wait.unit_id)
    until = next((until for moment, until in reversed(wait.renewed) if moment <= begins), None)
    is_covered = until is not None and begins < clock.end_of(until)
    return Span(begins, ends, H.NOBODY, wait.unit_id) if is_covered else Span(begins, ends, H.LEAD, state.unit_id)


def _leading(story: Story, state: State, begins: datetime, ends: datetime) -> Span:
    """Return who holds a task at work: the lead unit, or who decides on what it asked for in time (rulings 13).

    A request made after the deadline leaves the clock where it is, and so does an offer that waits for the unit.
    """
    if any(dispute.is_open(begins) for dispute in story.disputes):
        return Span(begins, ends, H.DECIDER, state.unit_id)
    for request in story.requests:
        is_open = request.at <= begins and (request.decided_at is None or begins < request.decided_at)
        is_offered = request.countered_at is not None and request.countered_at <= begins
        if is_open and not is_offered and not request.after_deadline:
            return Span(begins, ends, H.DECIDER, state.unit_id)
    return Span(begins, ends, H.LEAD, state.unit_id)
