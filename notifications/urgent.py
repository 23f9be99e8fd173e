"""Slot 2: the one urgent letter a person can get a day, beside his digest (rulings 21).

The first urgent act of a day makes it, at once while the window is open, else in the next one. Later ones of that day
head his next digest, and whoever acts hears so at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select

import clock
from models.base import db
from models.tasks import Task
from models.vocabulary import Action, DeadlineKind
from notifications import acts, announce, facts, outbox, rosters
from notifications.outbox import PlannedLine
from notifications.recipients import Roster
from workflow import reference
from workflow.actors import Actor
from workflow.given import Given

# the steps that a tick makes urgent; an assignment is urgent by the words of its deadline
MARKED = frozenset({Action.CHASE, Action.DEMAND_EXPLANATION})


class Ledger(Protocol):
    """What is asked of the letters there are: by the outbox, or by what a simulation remembers."""

    def days_taken(self, people: set[int], /) -> set[tuple[int, date]]:
        """Return on which days these people have had their urgent letter."""

    def carried(self, day: date, /) -> Mapping[int, int]:
        """Return how many letters of earlier days reach each person on this one."""


def lines(waiting: Sequence[PlannedLine], day: date, ledger: Ledger) -> list[PlannedLine]:
    """Return which of the waiting lines belong into an urgent letter of a day."""
    found = _marked(waiting)
    if not found:
        return []
    taken = ledger.days_taken({row.recipient_id for row, _on in found})
    full = set(ledger.carried(day))
    return [
        row
        for row, on in found
        if row.recipient_id not in full and (row.recipient_id, day) not in taken and (row.recipient_id, on) not in taken
    ]


def too_late_for(task_ids: Sequence[int], action: Action, given: Given, *, by: Actor, at: datetime) -> list[str]:
    """Return the names of those whose urgent letter of the day is made already: the act heads their next letter.

    Nobody when the act is not urgent.
    """
    day = clock.day_of(at)
    is_urgent = given.is_urgent if action in MARKED else action == Action.ASSIGN and bool(_pressing(set(task_ids)))
    if not is_urgent:
        return []
    roster = rosters.load(reference.load(day))
    people = set(_hearers(task_ids, action, roster, by))
    taken = outbox.days_taken(people)
    return [roster.readers[person].name for person in sorted(people) if (person, day) in taken]


@dataclass(frozen=True)
class Receiver:
    """Somebody an act reaches: his seat and unit, and with how many tasks."""

    name: str
    place: str
    count: int


def receivers(task_ids: Sequence[int], action: Action, *, by: Actor, at: datetime) -> list[Receiver]:
    """Return who would hear of an act on some tasks, whoever has most of them first."""
    roster = rosters.load(reference.load(clock.day_of(at)))
    counts = Counter(_hearers(task_ids, action, roster, by))
    found = [Receiver(roster.readers[key].name, place_of(key, roster), count) for key, count in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.name))


def place_of(person_id: int, roster: Roster) -> str:
    """Return a person's seat with its unit; for who holds none, a unit he works in."""
    units = sorted(unit for person, unit in roster.works_in if person == person_id)
    seat = next((seat for seat in roster.ref.seats if seat.person_id == person_id), None)
    unit = roster.ref.unit_name(seat.unit_id if seat else next(iter(units), None))
    return ", ".join(filter(None, (seat.position if seat else "", unit)))


def _hearers(task_ids: Sequence[int], action: Action, roster: Roster, by: Actor) -> Iterator[int]:
    """Give who hears of an act on some tasks, once for each task."""
    act = f"task.{action.value.replace('-', '_')}"
    for task in facts.of_ids(set(task_ids)).values():
        meant = announce.EVENTS[act].heard_by(task, roster)
        yield from (person for person in meant if person is not None and person != by.person_id)


def _marked(waiting: Sequence[PlannedLine]) -> list[tuple[PlannedLine, date]]:
    """Return the lines of urgent acts that wait, each with the day of its act."""
    chased = acts.load((row.task_id, row.rule) for row in waiting if row.rule.startswith(("CHASED#", "DEMANDED#")))
    pressing = _pressing({row.task_id for row in waiting if row.rule.startswith("ASSIGNED#")})
    found = []
    for row in waiting:
        act = chased.get((row.task_id, row.rule))
        if act is not None and act.is_urgent:
            found.append((row, clock.day_of(act.at)))
        elif act is None and row.task_id in pressing and row.rule.startswith("ASSIGNED#"):
            found.append((row, pressing[row.task_id]))
    return found


def _pressing(task_ids: set[int]) -> dict[int, date]:
    """Return which of some tasks are urgent by the words of their deadline, and on which day each was given."""
    ordered, found = sorted(task_ids), dict[int, date]()
    for start in range(0, len(ordered), facts.MANY):
        keys = ordered[start : start + facts.MANY]
        query = select(Task.id, Task.assigned_at).where(Task.id.in_(keys), Task.deadline_kind == DeadlineKind.URGENT)
        found |= {key: clock.day_of(at) for key, at in db.session.execute(query) if at is not None}
    return found
