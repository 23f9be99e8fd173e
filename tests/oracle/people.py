"""Who hears in each place of a ladder: who does it, his unit, above it, at the top, the office."""

from __future__ import annotations

from datetime import date

from tests.oracle.facts import Body, Task
from tests.oracle.ladders import ABOVE, DOER, OFFICE, TOP, UNIT

# what is said to nobody in another's place
LOCKED = ("UNSIGNED", "UNDECIDED", "OFFERED", "EXPLAIN", "ACCEPT", "CONTEST", "RENEW")
Hears = dict[str, frozenset[str]]


def places(family: str, task: Task, body: Body, day: date) -> Hears:
    """Return each person who is to hear of a ladder, with the places in which he does."""
    at = _Places(task, body, day)
    if family in ("NODATE", "NOLEAD"):
        office = at.office()
        undated = {p: {OFFICE} for p in office} | {p: {ABOVE} for p in at.above() - office}
        return _in_their_places(undated, family, at)
    doers, unit = {
        "T": (at.officer_or_head(), at.officer_and_head()),
        "REDO": (at.officer_or_head(), at.officer_and_head()),
        "REPORT": (at.officer_or_head(), at.officer_and_head()),
        "PLEDGE": (at.officer_or_head(), at.officer_and_head()),
        "SILENT": (at.officer_or_head(), at.officer_and_head()),
        "EVENT": (at.officer_or_head(), at.officer_and_head()),
        "HOLD": (at.head(), at.head()),
        "EXPLAIN": (at.head(), at.head()),
        "UNRECEIVED": (at.head(), at.head()),
        "ANSWER": (at.waited_for(), at.waited_for()),
        "UNSIGNED": (at.signer(), at.signer()),
        "UNDECIDED": (at.decider(), at.decider()),
        "OFFERED": (at.answers_offer(), at.answers_offer()),
        "ACCEPT": (at.acceptor(), at.acceptor()),
        "CONTEST": (at.arbiter(), at.arbiter()),
        "RENEW": (at.overseer(), at.overseer()),
    }.get(family, (set(), set()))
    debtors = doers | unit | ({task.handed_in_by} if family in ("UNSIGNED", "ACCEPT") else set())
    line = [] if task.sort == "sub" else at.line_above(debtors)
    found: list[tuple[str, set[str] | list[str]]] = [
        (DOER, doers),
        (UNIT, unit),
        (ABOVE, line[:1]),
        (TOP, [p for p in line if p in at.top()] if family == "EXPLAIN" else line[1:2]),
    ]
    heard: dict[str, set[str]] = {}
    for place, people in found:
        for person in people:
            heard.setdefault(person, set()).add(place)
    return _in_their_places(heard, family, at)


def _in_their_places(heard: dict[str, set[str]], family: str, at: _Places) -> Hears:
    """Put substitutes where somebody is away: never for signing, deciding, explaining, nor for what climbs."""
    found: dict[str, set[str]] = {}
    for person, kept in heard.items():
        other = at.body.away.get(person)
        for place in kept:
            is_his_own = place in (ABOVE, TOP) or family in LOCKED
            hears = other if other and not is_his_own and at.may_read(other) else person
            found.setdefault(hears, set()).add(place)
    return {person: frozenset(kept) for person, kept in found.items()}


class _Places:
    """The people around one task on one day."""

    def __init__(self, task: Task, body: Body, day: date) -> None:
        """Keep what is asked about."""
        self.task, self.body, self.day = task, body, day

    def _seat(self, post: str | None) -> set[str]:
        found = self.body.holder(post, self.day)
        return {found} if found else set()

    def top(self) -> set[str]:
        """The chair."""
        return self._seat(self.body.chair)

    def above(self) -> set[str]:
        """The supervising leader; his seat empty, the chair."""
        return self._seat(self.task.leader_post) or self.top()

    def line_above(self, debtors: set[str | None]) -> list[str]:
        """Supervising leader and chair: empty seats and those who owe the task themselves are passed over at once."""
        line = [*self._seat(self.task.leader_post), *self.top()]
        return [p for place, p in enumerate(line) if p not in debtors and p not in line[:place]]

    def head_of(self, unit: str | None) -> set[str]:
        """A unit's head; his seat empty, who answers above it."""
        return self._seat(self.body.heads.get(unit or "")) or self.above()

    def head(self) -> set[str]:
        """The head of the lead unit."""
        return self.head_of(self.task.unit)

    def officer(self) -> set[str]:
        """The named officer, for as long as he belongs to the unit and his account is open."""
        officer = self.task.officer
        belongs = officer in self.body.members.get(self.task.unit or "", frozenset())
        return {officer} if officer and belongs and officer in self.body.active else set()

    def officer_or_head(self) -> set[str]:
        """Up to the day: the officer, else the head."""
        return self.officer() or self.head()

    def officer_and_head(self) -> set[str]:
        """After the day: both."""
        return self.officer() | self.head()

    def waited_for(self) -> set[str]:
        """The head of the unit waited for."""
        return self.head_of(self.task.wait.unit) if self.task.wait else set()

    def signer(self) -> set[str]:
        """Whose turn it is to sign: the head, the leader after him; who did it himself is passed over.

        A seat whose holder's account is closed still waits for him: nobody else may sign for it.
        """
        posts = [self.body.heads.get(self.task.unit or ""), self.task.leader_post, self.body.chair]
        line = [self.body.sits(post, self.day) for post in posts]
        himself, first = {None, self.task.handed_in_by, self.task.signed_by}, 0
        if self.task.status == "signed_off":
            first = 1 + next((at for at, post in enumerate(posts) if post == self.task.signed_for), 0)
        above = [person for person in line[first:] if person not in himself]
        above = above or [person for person in line[1:] if person not in himself]
        if self.task.status == "signed_off" and self.task.second == "chair":
            above = above[::-1]
        return {person for person in above[:1] if person in self.body.active and person is not None}

    def decider(self) -> set[str]:
        """Who decides on more time: the supervising leader, else the chair; never who asked, nor for his own unit.

        What was asked after the deadline is the chair's.
        """
        own = self._seat(self.body.heads.get(self.task.unit or ""))
        line = self.line_above({self.task.asked_more_by, *own})
        return {p for p in line if p in self.top()} if self.task.asked_more_late else set(line[:1])

    def answers_offer(self) -> set[str]:
        """Who takes another date or leaves it: the head; his seat empty, the next above who did not offer it."""
        line = [*self._seat(self.body.heads.get(self.task.unit or "")), *self.line_above(set())]
        return set([p for p in line if p != self.task.offered_by][:1])

    def acceptor(self) -> set[str]:
        """Who takes over a duty's result: the head of the unit it was done for; his seat empty, who answers above."""
        return self.head_of(self.task.whole_unit)

    def arbiter(self) -> set[str]:
        """Who decides between units: the supervising leader, else the chair; no party to it."""
        units = (self.task.unit, self.task.whole_unit, self.task.wait.unit if self.task.wait else None)
        heads = {person for unit in units for person in self._seat(self.body.heads.get(unit or ""))}
        return set(self.line_above({self.task.contested_by, *heads})[:1])

    def overseer(self) -> set[str]:
        """The supervising leader, else the chair; never who heads the lead unit or acts for its head."""
        return set(self.line_above(set(self.head()))[:1])

    def office(self) -> set[str]:
        """The head of the office; his seat empty, whoever works there."""
        people = self.body.members.get(self.body.office, frozenset()) & self.body.active
        return self._seat(self.body.heads.get(self.body.office)) or set(people)

    def may_read(self, person: str) -> bool:
        """Whether somebody sees the task: leadership, the office, who works in the unit that leads or is waited for."""
        waited = self.task.wait.unit if self.task.wait else None
        units = {self.body.office, self.task.unit, self.task.whole_unit, waited}
        works = any(person in self.body.members.get(unit or "", frozenset()) for unit in units)
        return works or person in {self.body.sits(post, self.day) for post in self.body.leadership}
