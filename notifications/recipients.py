"""Who hears of a task on a day, from the seats and rights of that day: officer, head, supervising leader, chair.

An empty seat, or one held by whoever owes the task himself, passes to the next above (rulings 22). Somebody who is
away hears through his substitute; what nobody can switch off goes to him all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from typing import Any, Final

import clock
from models.vocabulary import Status, TaskKind, UnitKind
from notifications import preferences
from notifications.facts import HANDED_IN, Facts
from notifications.preferences import Wish
from notifications.stages import Audience
from workflow.permissions import Case, second_seat, signer_seat
from workflow.reference import Reference, Seat

NO_WISH: Final = Wish()


@dataclass(frozen=True)
class Reader:
    """A person as letters need him, with what he wants of them."""

    id: int
    name: str
    language: str
    email: str | None
    wish: Wish = NO_WISH
    signs_in: bool = True

    def hears_by(self, at: datetime) -> bool:
        """Return whether his earliest hour has come."""
        local: time = at.astimezone(clock.LOCAL).time()
        return self.wish.not_before is None or local >= self.wish.not_before


@dataclass
class Roster:
    """The people of a day, and who of them hears of what."""

    ref: Reference
    readers: dict[int, Reader]
    works_in: frozenset[tuple[int, int]]
    office_people: tuple[int, ...]
    # who is away on the day -> his substitute
    away: Mapping[int, int | None] = field(default_factory=dict)
    # task -> the bodies outside that take part in it and have a mailbox
    invited: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    # task -> who was named in a comment on it lately, with the units that coordinate it
    mentioned: Mapping[int, tuple[tuple[int, ...], frozenset[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nobody looked up."""
        self._lines: dict[tuple[Any, ...], dict[int, tuple[Audience, ...]]] = {}
        self._above: dict[tuple[int | None, int | None], list[int]] = {}
        self._units: dict[tuple[Any, ...], tuple[int, ...]] = {}
        self._parts: dict[tuple[Any, ...], str] = {}
        self._choosy = {key for key, reader in self.readers.items() if reader.wish != NO_WISH} | self.away.keys()

    def heard_by(self, family: str, task: Facts) -> dict[int, tuple[Audience, ...]]:
        """Return who hears of a task on a ladder, substitutes in their places: person -> his audiences."""
        meant = self.meant(family, task)
        if not self.away or self.away.keys().isdisjoint(meant):
            return meant
        found: dict[int, list[Audience]] = {}
        for person, audiences in meant.items():
            for audience in audiences:
                found.setdefault(self.hearer(person, family, task, audience), []).append(audience)
        return {person: tuple(dict.fromkeys(audiences)) for person, audiences in found.items()}

    def hearers(self, family: str, task: Facts, people: Iterable[int | None]) -> tuple[int | None, ...]:
        """Return who hears of an event that is meant for these people."""
        return tuple(dict.fromkeys(person and self.hearer(person, family, task) for person in people))

    def hearer(self, person: int, family: str, task: Facts, audience: Audience | None = None) -> int:
        """Return who hears what is meant for a person: himself, or his substitute while he is away."""
        other = self.away.get(person)
        if other is None or preferences.is_locked(family, audience):
            return person
        return other if self._may_read(other, task) else person

    def held_back(self, person: int, rule: str, audiences: tuple[Audience, ...] = ()) -> str | None:
        """Return why a line waits for its reader, or is told by the inbox alone; None when a letter takes it."""
        reader = self.readers.get(person)
        if self.takes_all(person) or reader is None:
            return None
        group = preferences.group_of(rule, audiences)
        if group in preferences.LOCKED:
            return None
        if reader.wish.silences(group):
            return preferences.SWITCHED_OFF
        return preferences.AWAY if person in self.away else None

    def takes_all(self, person: int) -> bool:
        """Return whether nothing is held back from a person: he is here and wished for nothing else."""
        return person not in self._choosy

    def meant(self, family: str, task: Facts) -> dict[int, tuple[Audience, ...]]:
        """Return whom a ladder means, whether he is away or not: person -> the audiences he belongs to."""
        result = (task.result, task.status, task.second) if family == "UNSIGNED" else None
        asked = {
            "ANSWER": task.waits_for,
            "UNDECIDED": (task.asked_by, task.asked_late),
            "OFFERED": task.offered_by,
        }.get(family)
        between = (task.kind, task.parent_unit, task.waits_for, task.contested_by)
        key = (family, task.lead_unit_id, task.officer_id, task.leader_post_id, result, asked, between)
        if key not in self._lines:
            self._lines[key] = self._heard_by(family, task)
        return self._lines[key]

    def unit(self, task: Facts) -> tuple[int, ...]:
        """Return the named officer, if he still works there, and the head; the next above for an empty seat."""
        key = (task.lead_unit_id, task.officer_id, task.leader_post_id)
        if key not in self._units:
            self._units[key] = tuple(dict.fromkeys([*self._named(task), *self.above(task)[:1]]))
        return self._units[key]

    def officer(self, task: Facts) -> tuple[int, ...]:
        """Return the named officer, if he still works there, else the head; nobody when none was named."""
        return tuple(self._named(task) or self.above(task)[:1]) if task.officer_id is not None else ()

    def above(self, task: Facts) -> list[int]:
        """Return head, supervising leader and chair, as far as the seats are held by people who read letters."""
        key = (task.lead_unit_id, task.leader_post_id)
        if key not in self._above:
            seats = (self.ref.head_of(task.lead_unit_id), self.ref.post(task.leader_post_id), self.ref.chair)
            found = (person for seat in seats if (person := self._holder(seat)) is not None)
            self._above[key] = list(dict.fromkeys(found))
        return self._above[key]

    def signer(self, task: Facts) -> int | None:
        """Return whose signature the result waits for, or who accepts a signed duty; None when nobody can give it."""
        if _is_to_be_accepted(task):
            return next(iter(self.acceptors(task)), None)
        return self._holder(self.signing_seat(task))

    def signing_seat(self, task: Facts) -> Seat | None:
        """Return the seat whose signature the result waits for."""
        if task.result is None:
            return None
        case = Case(task, task.result, self.ref)  # type: ignore[arg-type]  # facts have what the rules ask for
        return second_seat(case) if task.status == Status.SIGNED_OFF else signer_seat(case, 1)

    def waited(self, task: Facts) -> tuple[int, ...]:
        """Return who answers for the unit a task waits for: its head, the level above for an empty seat.

        For a body outside its mailbox; nobody when it has none.
        """
        unit = self.ref.units.get(task.waits_for or 0)
        if unit is None:
            return ()
        head = self.mailbox(unit.id)
        return head if head or not unit.inside else tuple(self._leaders(task, but=set())[:1])

    def acceptors(self, task: Facts) -> tuple[int, ...]:
        """Return who accepts a duty for the unit it was done for: its head, the level above for an empty seat."""
        head = self._holder(self.ref.head_of(task.parent_unit))
        return (head,) if head is not None else tuple(self._leaders(task, but=set())[:1])

    def arbiter(self, task: Facts) -> int | None:
        """Return who decides between two units: the supervising leader, else the chair; never a party to it."""
        units = (task.lead_unit_id, task.waits_for, task.parent_unit)
        parties = {task.contested_by, *(self._holder(self.ref.head_of(unit)) for unit in units)}
        return next(iter(self._leaders(task, but=parties)), None)

    def parties(self, task: Facts) -> tuple[int, ...]:
        """Return who answers for the units between which a contest was: the lead, and who is waited for or accepts."""
        other = self.acceptors(task) if task.kind == TaskKind.DUTY else self.waited(task)
        return tuple(dict.fromkeys([*self.above(task)[:1], *other]))

    def is_outside(self, unit_id: int | None) -> bool:
        """Return whether a unit is a body outside, which owes nothing here and is never counted late."""
        unit = self.ref.units.get(unit_id or 0)
        return unit is not None and not unit.inside

    def mailboxes(self, task: Facts) -> tuple[int, ...]:
        """Return the mailboxes of the bodies outside that take part in a task."""
        units = self.invited.get(task.id, ())
        return tuple(dict.fromkeys(person for unit in units for person in self.mailbox(unit)))

    def mailbox(self, unit_id: int) -> tuple[int, ...]:
        """Return who heads a unit; of a body outside, who takes its letters."""
        head = self._holder(self.ref.head_of(unit_id))
        return (head,) if head is not None else ()

    def decider(self, task: Facts) -> int | None:
        """Return who decides on more time: the supervising leader, else the chair, never who asked.

        A request made after the deadline is decided one level higher, by the chair (rulings 13).
        """
        head = self._holder(self.ref.head_of(task.lead_unit_id))
        found = self._leaders(task, but={task.asked_by, head})
        chair = self._holder(self.ref.chair)
        return next((person for person in found if not task.asked_late or person == chair), None)

    def answerer(self, task: Facts) -> int | None:
        """Return who accepts or declines another date: the head, the next above for an empty seat, not who offered."""
        return next((person for person in self.above(task) if person != task.offered_by), None)

    def named_on(self, task: Facts) -> tuple[int, ...]:
        """Return who was named in a comment lately and still sees the task."""
        people, units = self.mentioned.get(task.id, ((), frozenset()))
        inspects = {unit.id for unit in self.ref.units.values() if unit.kind == UnitKind.INSPECTORATE}
        also = units | inspects
        return tuple(
            person
            for person in people
            if person in self.readers
            and (self._may_read(person, task) or any((person, unit) in self.works_in for unit in also))
        )

    def leader(self, task: Facts) -> int | None:
        """Return the supervising leader, else the chair; never who heads the lead unit, or acts for its head."""
        return next(iter(self._leaders(task, but=set(self.above(task)[:1]))), None)

    def urged(self, task: Facts) -> tuple[int, ...]:
        """Return who holds the clock and is urged: the signer, the unit waited for, else officer and head."""
        if task.status in HANDED_IN:
            signer = self.signer(task)
            return (signer,) if signer is not None else ()
        return (self.waited(task) if task.status == Status.WAITING else ()) or self.unit(task)

    def giver(self, task: Facts) -> tuple[int, ...]:
        """Return who gave the task last and still gives tasks; else the office."""
        gives = {self._holder(seat) for seat in self.ref.leadership} | set(self.office_people)
        return (task.given_by,) if task.given_by is not None and task.given_by in gives else self.office

    def askers(self, task: Facts) -> tuple[int, ...]:
        """Return who asked for an explanation and still belongs to leadership or the office."""
        leading = {self._holder(seat) for seat in self.ref.leadership}
        return tuple(person for person in task.askers if person in leading or person in self.office_people)

    def part_of(self, person_id: int, task: Facts) -> str:
        """Return why a person hears of a task: signer, officer, head, waited for, acting, supervisor, chair, office."""
        result = (task.result, task.status) if task.result is not None else None
        key = (person_id, task.lead_unit_id, task.officer_id, task.leader_post_id, task.waits_for, result)
        if key not in self._parts:
            self._parts[key] = self._part_of(person_id, task)
        return self._parts[key]

    def _part_of(self, person_id: int, task: Facts) -> str:
        head = self._holder(self.ref.head_of(task.lead_unit_id))
        leader = self._holder(self.ref.post(task.leader_post_id))
        parts = (
            (self.signer(task), "acceptor" if _is_to_be_accepted(task) else "signer"),
            (task.officer_id, "officer"),
            (head, "head"),
            (next(iter(self.waited(task)), None), "waited"),
            (next(iter(self.above(task)), None) if head is None else None, "acting"),
            (leader, "supervisor"),
            (self._holder(self.ref.chair), "chair"),
            (person_id if self.absent_for(person_id, task) is not None else None, "substitute"),
            (person_id if person_id in self.named_on(task) else None, "mentioned"),
        )
        return next((part for person, part in parts if person == person_id), "office")

    def absent_for(self, person_id: int, task: Facts) -> int | None:
        """Return in whose place somebody hears of a task as a substitute."""
        meant = {*self.unit(task), *self.waited(task), *self.office}
        return next((person for person, other in self.away.items() if other == person_id and person in meant), None)

    @cached_property
    def office(self) -> tuple[int, ...]:
        """Return the head of the office, or everybody who works there when the seat is empty."""
        units = [unit.id for unit in self.ref.units.values() if unit.kind == UnitKind.OFFICE]
        heads = [person for unit in units if (person := self._holder(self.ref.head_of(unit))) is not None]
        return tuple(heads or self.office_people)

    def _heard_by(self, family: str, task: Facts) -> dict[int, tuple[Audience, ...]]:
        found: dict[int, list[Audience]] = {}
        for audience, people in self._audiences(family, task).items():
            for person in people:
                found.setdefault(person, []).append(audience)
        return {person: tuple(audiences) for person, audiences in found.items()}

    def _audiences(self, family: str, task: Facts) -> dict[Audience, tuple[int, ...]]:
        if family in ("NODATE", "NOLEAD"):
            return {Audience.OFFICE: self.office, Audience.ABOVE: self._undated_leader(task)}
        owes = self._owing(family, task)
        if family == "ANSWER" and (not owes or self.is_outside(task.waits_for)):
            return {Audience.UNIT: owes}  # nobody's duty here: it is asked again, and nothing climbs
        doer = owes[:1]
        climb = self._leaders(task, but={*owes, task.result.person_id if task.result else None})
        climb = climb if task.kind != TaskKind.SUB else []  # a step is the unit's own: it climbs to nobody
        # a demand has no rung in between: it climbs to the chair, also past an empty seat
        top = [person for person in climb if person == self._holder(self.ref.chair)][:1]
        return {
            Audience.DOER: doer,
            Audience.UNIT: owes,
            Audience.ABOVE: tuple(climb[:1]),
            Audience.TOP: tuple(top if family == "EXPLAIN" else climb[1:2]),
        }

    def _owing(self, family: str, task: Facts) -> tuple[int, ...]:
        """Return whose move it is: of most ladders the officer's and the head's."""
        people = OWING.get(family, Roster.unit)(self, task)
        return tuple(person for person in people if person is not None)

    def _leaders(self, task: Facts, but: set[int | None]) -> list[int]:
        """Return supervising leader and chair, without some people."""
        seats = (self.ref.post(task.leader_post_id), self.ref.chair)
        found = [person for seat in seats if (person := self._holder(seat)) is not None and person not in but]
        return list(dict.fromkeys(found))

    def _undated_leader(self, task: Facts) -> tuple[int, ...]:
        return tuple(person for person in self._leaders(task, but=set())[:1] if person not in self.office)

    def _named(self, task: Facts) -> list[int]:
        """Return the officer of a task as long as he works in the unit that leads it."""
        officer = task.officer_id
        return [officer] if officer is not None and self._works_in(officer, task) else []

    def _may_read(self, person_id: int, task: Facts) -> bool:
        """Return whether somebody who works here may read a task: all of leadership and the office, else his units."""
        if person_id in self.office_people or any(seat.person_id == person_id for seat in self.ref.leadership):
            return True
        units = (task.lead_unit_id, task.waits_for, task.parent_unit)
        return any((person_id, unit) in self.works_in for unit in units)

    def _works_in(self, person_id: int, task: Facts) -> bool:
        return person_id in self.readers and (person_id, task.lead_unit_id) in self.works_in

    def _holder(self, seat: Seat | None) -> int | None:
        """Return who holds a seat; nobody when it is empty or his account has ended."""
        return seat.person_id if seat is not None and seat.person_id in self.readers else None


def _is_to_be_accepted(task: Facts) -> bool:
    return task.kind == TaskKind.DUTY and task.status == Status.SIGNED_OFF


# ladder -> whose move it is, where it is not the officer's and the head's
OWING: Final[dict[str, Callable[[Roster, Facts], Sequence[int | None]]]] = {
    "ANSWER": Roster.waited,
    "UNSIGNED": lambda roster, task: (roster.signer(task),),
    "UNDECIDED": lambda roster, task: (roster.decider(task),),
    "OFFERED": lambda roster, task: (roster.answerer(task),),
    "ACCEPT": Roster.acceptors,
    "CONTEST": lambda roster, task: (roster.arbiter(task),),
    "RENEW": lambda roster, task: (roster.leader(task),),
    **dict.fromkeys(("UNRECEIVED", "HOLD", "EXPLAIN"), lambda roster, task: roster.above(task)[:1]),
}
