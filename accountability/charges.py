"""Late days charged to who held the clock at their end: each once, in days and working days, to a seat and its holder.

What is charged sums to what the task is late by. Whoever waited for another unit beyond its date has that time as a
credit: the first late days go to whoever headed that unit then (rulings 11, a setting); the official class stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import clock
from accountability.strip import Result, Span, Story, at_end, spans
from models.vocabulary import Capacity
from models.words import ClockHolder
from workflow.calendar import DAY, WorkCalendar

H: Final = ClockHolder
CREDITED: Final = (H.WAITED, H.DECIDER, H.NOBODY)
# the two ways of the setting waiting.credit
FIRST_LATE_DAYS: Final = "first_late_days"


@dataclass(frozen=True)
class Term:
    """Somebody holds a post from a day to another (excluded)."""

    post_id: int
    person_id: int
    from_on: date
    to_on: date | None = None
    capacity: Capacity = Capacity.FULL

    def holds(self, day: date) -> bool:
        """Return whether he holds it on a day."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True)
class Seats:
    """Who held which post when, and which posts head which units."""

    heads: Mapping[int, tuple[int, ...]]
    chair: int | None = None
    terms: tuple[Term, ...] = ()

    def holder(self, post_id: int | None, day: date) -> int | None:
        """Return who held a post on a day."""
        term = self.term(post_id, day)
        return term.person_id if term is not None else None

    def term(self, post_id: int | None, day: date) -> Term | None:
        """Return the time in a post that a day falls into."""
        return next((term for term in self.terms if term.post_id == post_id and term.holds(day)), None)

    def head(self, unit_id: int | None, day: date) -> int | None:
        """Return the post that headed a unit on a day: a held one before an empty one."""
        posts = self.heads.get(unit_id or 0, ())
        return next((post for post in posts if self.holder(post, day) is not None), posts[0] if posts else None)


@dataclass(frozen=True)
class Blame:
    """To whom a day is charged: what he held the clock as, for which unit, on which post; no person: an empty seat."""

    holder: ClockHolder
    unit_id: int | None = None
    post_id: int | None = None
    person_id: int | None = None
    is_credit: bool = False

    @property
    def is_vacant(self) -> bool:
        """Return whether the seat was empty."""
        return self.person_id is None and self.holder not in (H.HOLD, H.NOBODY)


@dataclass(frozen=True)
class Charge:
    """What is charged to one: civil days, and the working days among them."""

    blame: Blame
    days: int
    working_days: int


@dataclass(frozen=True)
class Day:
    """One late day, whether it is worked, and to whom it is charged."""

    on: date
    works: bool
    blame: Blame


@dataclass(frozen=True)
class Account:
    """What a task is late by, and to whom that is charged, day by day; the charges sum to it."""

    late_after: date
    until: date
    days: int
    working_days: int
    charges: tuple[Charge, ...] = ()
    each: tuple[Day, ...] = ()


@dataclass(frozen=True)
class Terms:
    """By which rules days are charged: seats, calendar, the credit of waiting, when a contest goes up."""

    seats: Seats
    calendar: WorkCalendar
    credit: str = FIRST_LATE_DAYS
    contest_days: int = 3


@dataclass
class Book:
    """One task's late days on their way to be charged."""

    story: Story
    terms: Terms
    found: tuple[Span, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Work out who held the clock when."""
        self.found = spans(self.story)

    def account(self, late_after: date, until: date, *, since: datetime | None, stopped_at: datetime | None) -> Account:
        """Return the account of the days after the last good one up to a day.

        `since`: the last time more time was granted, before which waiting is no credit. `stopped_at`: when the result
        that counts was handed in; the clock stood still from there, so that day is charged to who had it until then.
        """
        start = max(late_after, clock.day_of(self.story.begins))
        calendar = self.terms.calendar
        earned = self._credits(since) if self.terms.credit == FIRST_LATE_DAYS else []
        covered = calendar.add(start, len(earned))
        each, day = [], start
        while day < until:
            day += DAY
            blame = self._credited(earned, start, day) if day <= covered else self._blame(day, until, stopped_at)
            each.append(Day(day, calendar.is_working(day), blame))
        late = max(0, (until - start).days), calendar.between(start, until)
        return Account(start, until, *late, summed(each), tuple(each))

    def _credited(self, earned: list[tuple[date, Span]], start: date, day: date) -> Blame:
        """Return to whom a day that waiting pays for is charged: a rest day goes with the working day after it."""
        calendar = self.terms.calendar
        place = calendar.between(start, day) + (not calendar.is_working(day))
        waited_on, span = earned[place - 1]
        blame = self.blame_of(span, waited_on)
        return Blame(blame.holder, blame.unit_id, blame.post_id, blame.person_id, is_credit=True)

    def _credits(self, since: datetime | None) -> list[tuple[date, Span]]:
        """Return each working day that was waited beyond its date, with who had the clock at its end."""
        found = []
        for wait in self.story.waits:
            last = clock.day_of(min(wait.to_at or self.story.ends, self.story.ends))
            day = max(wait.answer_after, clock.day_of(wait.from_at) - DAY, clock.day_of(since) if since else date.min)
            while day < last:
                day += DAY
                span = at_end(self.found, clock.end_of(day))
                in_it = wait.from_at < clock.end_of(day) <= (wait.to_at or self.story.ends)
                if in_it and span.holder in CREDITED and self.terms.calendar.is_working(day):
                    found.append((day, span))
        return found

    def _blame(self, day: date, until: date, stopped_at: datetime | None) -> Blame:
        moment = min(clock.end_of(day), self.story.ends)
        if day == until and stopped_at is not None:
            moment = min(moment, stopped_at)
        return self.blame_of(at_end(self.found, moment), day)

    def blame_of(self, span: Span, day: date) -> Blame:
        """Return the seat behind a holder, and who sat on it on a day."""
        if span.holder in (H.HOLD, H.NOBODY):
            return Blame(span.holder, span.unit_id)
        post = self.post_of(span, day)
        return Blame(span.holder, span.unit_id, post, self.terms.seats.holder(post, day))

    def holders(self, span: Span) -> tuple[tuple[date, Blame], ...]:
        """Return who sat on the seat that held the clock in a span, each from his first day in it on."""
        found: list[tuple[date, Blame]] = []
        day, last = clock.day_of(span.from_at), clock.day_of(span.to_at)
        while day <= last:
            blame = self.blame_of(span, day)
            if not found or found[-1][1] != blame:
                found.append((day, blame))
            day += DAY
        return tuple(found)

    def post_of(self, span: Span, day: date) -> int | None:
        """Return the post that had the clock in a span on a day."""
        seats = self.terms.seats
        if span.holder in (H.FIRST_SIGNER, H.SECOND_SIGNER):
            return self._signing_post(span, day)
        if span.holder == H.DECIDER:
            return self._deciding_post(span, day)
        return seats.head(span.unit_id, day)

    def _signing_post(self, span: Span, day: date) -> int | None:
        """Return who was to sign: as it was signed; else the first seat of the line that its author did not sit on."""
        seats, level = self.terms.seats, 1 if span.holder == H.FIRST_SIGNER else 2
        if level == 2 and self.story.accepting_unit is not None:
            return seats.head(span.unit_id, day)
        result = self.story.result(span.from_at)
        signed = [mark for mark in result.marks if mark.level == level and mark.at >= span.from_at] if result else []
        if signed:
            return signed[0].post_id
        line = (seats.head(span.unit_id, day), self._leader_post(span), seats.chair)
        own = _hands_of(result, below=level)
        held = [post for post in dict.fromkeys(line) if seats.holder(post, day) not in {None, *own}]
        above = [post for post in held if level == 1 or post != line[0]]
        return next(iter(above or held), line[level - 1])

    def _deciding_post(self, span: Span, day: date) -> int | None:
        """Return who decides: the supervising leader's post; the chair's when it is empty, and after some days."""
        seats, leader = self.terms.seats, self._leader_post(span)
        disputes = (*self.story.disputes, *(each for wait in self.story.waits for each in wait.disputes))
        begun = [clock.day_of(each.at) for each in disputes if each.is_open(span.from_at)]
        is_up = any(day > self.terms.calendar.add(first, self.terms.contest_days) for first in begun)
        return leader if seats.holder(leader, day) is not None and not is_up else seats.chair or leader

    def _leader_post(self, span: Span) -> int | None:
        return self.story.state(span.from_at).leader_post_id or self.terms.seats.chair


def summed(days: Iterable[Day]) -> tuple[Charge, ...]:
    """Return what is charged to each, in the order of their first days."""
    tally: dict[Blame, list[int]] = {}
    for day in days:
        counts = tally.setdefault(day.blame, [0, 0])
        counts[0], counts[1] = counts[0] + 1, counts[1] + day.works
    return tuple(Charge(blame, *counts) for blame, counts in tally.items())


def _hands_of(result: Result | None, below: int) -> set[int]:
    """Return whose work a result is, and who signed it below a level."""
    if result is None:
        return set()
    return {result.person_id, *(mark.person_id for mark in result.marks if mark.level < below)}
