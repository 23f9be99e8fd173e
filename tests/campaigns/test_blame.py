"""Random organisation histories: every late day is charged once, to who held the clock at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Final

from accountability import strip
from accountability.charges import Book, Seats, Term, Terms
from accountability.strip import Dispute, Request, Result, State, Story, Waiting
from clock import day_of, end_of, start_of
from models.vocabulary import DayKind, Status
from tests.fixtures.campaigns import Campaign
from tests.oracle.blame import Past, charged
from workflow.calendar import WorkCalendar

S: Final = Status
DAY: Final = timedelta(days=1)
FIRST: Final = date(2025, 6, 2)
LEAD, OTHER, OUTSIDE = 1, 2, 3
HEADS: Final = {LEAD: (11, 12), OTHER: (21,), OUTSIDE: ()}
LEADER, CHAIR = 31, 32


@dataclass
class History:
    """A history being drawn: as the product reads it, and as the oracle does."""

    rng: Random
    at: datetime
    states: list[State] = field(default_factory=list)
    waits: list[Waiting] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    acts: list[tuple[datetime, str, object]] = field(default_factory=list)

    def pass_time(self) -> None:
        """Let some minutes or weeks go by."""
        self.at += timedelta(minutes=self.rng.choice((1, 60, 600, 1440, 4000, 9000, 30_000)) + self.rng.randint(0, 900))

    def say(self, what: str, extra: object = None) -> None:
        self.acts.append((self.at, what, extra))

    def stand(self, status: Status, held_until: date | None = None) -> None:
        self.states.append(State(self.at, status, LEAD, LEADER, held_until))

    def waited(self) -> None:
        """Wait for a unit that answers, contests or is contested, or for a body outside that is renewed or not."""
        outside = self.rng.random() < 0.4
        begins, disputes, renewed = self.at, list[Dispute](), list[tuple[datetime, date]]()
        until = day_of(self.at) + self.rng.randint(2, 20) * DAY
        if outside:
            renewed.append((self.at, until))
        self.say("waits_out" if outside else "waits_in", until if outside else None)
        self.stand(S.WAITING)
        self.pass_time()
        is_upheld = False
        if outside and self.rng.random() < 0.5:
            until = day_of(self.at) + self.rng.randint(2, 20) * DAY
            renewed.append((self.at, until))
            self.say("renewed", until)
            self.pass_time()
        elif not outside and self.rng.random() < 0.6:
            contested_at, is_upheld = self.at, self.rng.random() < 0.5
            self.say("contested")
            self.pass_time()
            disputes.append(Dispute(contested_at, self.at, is_upheld))
            self.say("upheld" if is_upheld else "dismissed")
        if not is_upheld:
            self.pass_time()
            self.say("answered")
        self.stand(S.IN_PROGRESS)
        due = day_of(begins) + self.rng.randint(-20, 10) * DAY
        self.waits.append(Waiting(OUTSIDE if outside else OTHER, begins, self.at, due, tuple(renewed), tuple(disputes)))

    def asked(self) -> None:
        """Ask for more time, in time or too late; sometimes another date is offered first."""
        begins, is_late, offered = self.at, self.rng.random() < 0.3, None
        self.say("asked_late" if is_late else "asked")
        self.pass_time()
        if self.rng.random() < 0.4:
            offered = self.at
            self.say("offered")
            self.pass_time()
        self.say("decided")
        self.requests.append(Request(begins, is_late, offered, self.at, granted=self.rng.random() < 0.4))

    def held(self) -> None:
        """Hold the task until a day; it is resumed before, on or after it."""
        until = day_of(self.at) + self.rng.randint(0, 12) * DAY
        self.say("held", until)
        self.stand(S.ON_HOLD, until)
        self.pass_time()
        self.say("resumed")
        self.stand(S.IN_PROGRESS)

    def handed_in(self) -> None:
        """Hand in, and have it returned by the first or the second signer."""
        self.results.append(Result(self.at, self.rng.choice((101, 102, 103))))
        self.say("handed_in")
        self.stand(S.SUBMITTED)
        self.pass_time()
        if self.rng.random() < 0.5:
            self.say("signed")
            self.stand(S.SIGNED_OFF)
            self.pass_time()
        self.say("returned")
        self.stand(S.IN_PROGRESS)

    def finished(self) -> None:
        """Hand in the result that counts; it is signed twice."""
        self.results.append(Result(self.at, 103))
        for what, status in (("handed_in", S.SUBMITTED), ("signed", S.SIGNED_OFF)):
            self.say(what)
            self.stand(status)
            self.pass_time()


def a_history(rng: Random) -> tuple[Story, Past, datetime | None]:
    """Draw one history; return it twice, and when the result that counts was handed in (None: still at work)."""
    found = History(rng, start_of(FIRST) + timedelta(minutes=rng.randint(420, 1020)))
    begins = found.at
    found.stand(S.ASSIGNED)
    found.say("assigned")
    found.pass_time()
    found.stand(S.IN_PROGRESS)
    for _ in range(rng.randint(0, 7)):
        rng.choice((found.waited, found.asked, found.held, found.handed_in))()
        found.pass_time()
    is_done = rng.random() < 0.7
    if is_done:
        found.finished()
    story = Story(
        begins, found.at, tuple(found.states), tuple(found.waits), tuple(found.requests), (), tuple(found.results)
    )
    return story, Past(tuple(found.acts)), found.results[-1].at if is_done else None


def some_terms(rng: Random, credit: str) -> Terms:
    """Fill the seats with people who come and go, with gaps between them; enter days off and made up."""
    terms = []
    for post in (11, 12, 21, LEADER, CHAIR):
        day = FIRST - rng.randint(0, 200) * DAY
        for _ in range(rng.randint(0, 6)):
            ends = day + rng.randint(1, 90) * DAY
            terms.append(Term(post, rng.randint(101, 110), day, ends))
            day = ends + rng.choice((0, 0, 1, 9)) * DAY
    kinds = (DayKind.HOLIDAY, DayKind.MAKE_UP, DayKind.SWAPPED_OFF)
    entered = {FIRST + rng.randint(0, 300) * DAY: rng.choice(kinds) for _ in range(rng.choice((0, 3, 15)))}
    return Terms(Seats(HEADS, CHAIR, tuple(terms)), WorkCalendar(entered), credit)


def test_the_spans_are_disjoint_and_cover_the_whole_and_the_days_charged_sum_to_the_total(
    campaign: Callable[..., Campaign],
) -> None:
    run = campaign("organisation histories: days charged", small=300, full=10_000)
    midnights = {FIRST + number * DAY: end_of(FIRST + number * DAY) for number in range(-400, 3000)}
    days, credited, empty = 0, 0, 0
    for number in range(run.count):
        story, past, stopped_at = a_history(run.random)
        book = Book(story, some_terms(run.random, run.random.choice(("first_late_days", "none"))))
        spans = book.found
        assert (spans[0].from_at, spans[-1].to_at) == (story.begins, story.ends), number
        assert all(one.from_at < one.to_at for one in spans), number
        assert all(one.to_at == two.from_at for one, two in pairwise(spans)), number
        assert spans == strip.spans(story)
        until = day_of(stopped_at or story.ends)
        late_after = max(day_of(story.begins), until - run.random.randint(-5, 90) * DAY)
        granted = [each.decided_at for each in story.requests if each.granted and each.decided_at]
        since = max(granted, default=None) if run.random.random() < 0.5 else None
        account = book.account(late_after, until, since=since, stopped_at=stopped_at)
        calendar = book.terms.calendar
        assert account.days == max(0, (until - late_after).days) == sum(each.days for each in account.charges), number
        assert account.working_days == sum(each.working_days for each in account.charges), number
        assert account.working_days == sum(
            calendar.is_working(late_after + count * DAY) for count in range(1, account.days + 1)
        ), number
        if book.terms.credit == "none":
            told: Counter[str] = Counter()
            for each in account.charges:
                told[each.blame.holder] += each.days
            assert told == charged(past, late_after, until, stopped_at, midnights), (number, past, spans)
        days += account.days
        credited += sum(each.days for each in account.charges if each.blame.is_credit)
        empty += sum(each.days for each in account.charges if each.blame.is_vacant)
    run.found(days=days, credited=credited, empty_seats=empty, lost=0, doubled=0)
    assert min(days, credited, empty) > run.count / 10
