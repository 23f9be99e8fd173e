"""Very many tasks for measurements and big samples: plain lives, spread over units, people and days without chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

import clock
import vietnamese
from cli.sample_world import tables
from models.base import db
from models.log import canonical, commitment, new_salt, plain
from models.people import Person
from models.recurring import Progress
from models.tasks import Deadline, Evidence, HandIn, Signature
from models.vocabulary import Capacity, DeadlineCause, DeadlineKind, Meaning, Status
from workflow import actors, bulk, reference
from workflow.actors import Actor
from workflow.bulk import Act
from workflow.calendar import Deadline as Dates
from workflow.calendar import WorkCalendar, fixed_deadline
from workflow.queries import people
from workflow.reference import Reference
from workflow.signoff import sha

BATCH: Final = 5000
# of ten tasks so many are done, with one signature; the others are open
DONE_OF_TEN: Final = 7
ENTRIES: Final = {True: 9, False: 4}


@dataclass(frozen=True)
class Unit:
    """A unit with who works in it: who heads it, who does the work, and the seat above."""

    id: int
    name: str
    head: Actor
    officer: Actor
    leader: Actor
    leader_post_id: int
    head_post_id: int


@dataclass(frozen=True)
class Crowd:
    """How many tasks and entries, in whose units, between which moments."""

    units: tuple[Unit, ...]
    calendar: WorkCalendar
    tasks: int
    entries: int
    begins: datetime
    ends: datetime
    today: date

    def write(self, told: Callable[[int], None] = lambda _done: None) -> int:
        """Write them in batches, each one transaction; return how many entries there are.

        Raises LookupError where nobody could carry a task.
        """
        total = 0
        if not self.units:
            raise LookupError("no unit has a head and an officer")
        for first in range(0, self.tasks, BATCH):
            last = min(first + BATCH, self.tasks)
            _, count = bulk.write([_Life(self, number).acts() for number in range(first, last)])
            total += count
            told(last)
        return total

    def notes(self, number: int) -> int:
        """Return how many reports of progress a task gets, so that all entries together come to what was asked."""
        least = sum(ENTRIES[_is_done(each)] for each in range(10)) * self.tasks // 10
        wanted = max(0, (self.entries - least) // 2)
        return (number + 1) * wanted // self.tasks - number * wanted // self.tasks

    def moments(self, number: int, count: int) -> list[datetime]:
        """Return the moments of a task's acts: they begin in turn and end inside their batch's share of the time."""
        whole = self.ends - self.begins
        batches = -(-self.tasks // BATCH)
        share = whole / batches
        start = self.begins + share * (number // BATCH) + share * 0.8 * (number % BATCH) / BATCH
        return [start + share * 0.2 * place / count for place in range(count)]


def units_at(at: datetime) -> tuple[Unit, ...]:
    """Return the units that can carry the crowd at a moment: those with a head and an officer."""
    ref = reference.load(clock.day_of(at))
    officers = people.of_units(ref)
    found = []
    for unit in ref.inside:
        seat, above = ref.head_of(unit.id), ref.leadership[-1]
        if seat is not None and seat.person_id is not None and above.person_id is not None and officers.get(unit.id):
            working = next((key for key, _ in officers[unit.id] if key != seat.person_id), officers[unit.id][0][0])
            head, officer, leader = (_actor(key, ref, at) for key in (seat.person_id, working, above.person_id))
            found.append(Unit(unit.id, ref.unit_name(unit.id), head, officer, leader, above.post_id, seat.post_id))
    return tuple(found)


def _actor(person_id: int, ref: Reference, at: datetime) -> Actor:
    return actors.actor(db.session.get_one(Person, person_id), ref, at, {"method": "sample"})


def _title(number: int) -> str:
    words = _words()
    chosen, left = [], number
    for pool in (words["verbs"], words["things"], words["places"]):
        chosen.append(pool[left % len(pool)])
        left //= len(pool)
    return f"{chosen[0]} {chosen[1]} tại xã {chosen[2]} (số {number + 1})"


@cache
def _words() -> dict[str, list[str]]:
    return tables.toml("crowd.toml")


def _is_done(number: int) -> bool:
    return number % 10 < DONE_OF_TEN


class _Life:
    """One task of the crowd, from its record to where it stands."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd, self.number = crowd, number
        self.unit = crowd.units[number * 7 % len(crowd.units)]
        self.notes = crowd.notes(number)
        self.done = _is_done(number)
        self.moments = crowd.moments(number, 5 + self.notes)
        self.title = _title(number)
        self.dates = self._dates(self.moments[1])
        self.said: list[dict[str, Any]] = []
        self.shown = ""

    def acts(self) -> list[Act]:
        """Return its acts in order."""
        found = [
            self._create(),
            self._assign(),
            self._receive(),
            *(self._progress(place) for place in range(self.notes)),
        ]
        return [*found, self._hand_in(), self._sign()] if self.done else found

    def _dates(self, assigned: datetime) -> Dates:
        """Return a deadline: of done tasks soon after they were given, of open ones around today."""
        given = clock.day_of(assigned)
        near = given + timedelta(days=10 + self.number % 50)
        day = (
            near
            if self.done
            else max(given + timedelta(days=1), self.crowd.today + timedelta(days=self.number * 13 % 160 - 40))
        )
        return fixed_deadline(day, "on", self.crowd.calendar, before_counts="day_before", rest_day="next_working_day")

    def _create(self) -> Act:
        facts: dict[str, Any] = {
            "title": self.title,
            "folded": vietnamese.fold(self.title),
            "product": "Báo cáo",
            "steps": 1,
        }
        facts["drafted_on"] = clock.day_of(self.moments[0])
        return Act(
            "task.create",
            self.moments[0],
            self.unit.leader,
            {**facts, "source_document": f"Văn bản số {self.number % 3000 + 1}/UBND-NC"},
        )

    def _assign(self) -> Act:
        due, at, by = self.dates, self.moments[1], self.unit.leader
        words = f"chậm nhất ngày {due.due_on:%d/%m/%Y}"
        changes = {
            "status": Status.ASSIGNED,
            "lead_unit_id": self.unit.id,
            "leader_post_id": self.unit.leader_post_id,
            "officer_id": self.unit.officer.person_id,
            "assigned_at": at,
            "deadline_words": words,
            "deadline_kind": DeadlineKind.BY,
            "due_on": due.due_on,
            "late_after": due.late_after,
            "original_due_on": due.due_on,
            "original_late_after": due.late_after,
        }
        deadline = {
            "no": 1,
            "words": words,
            "due_on": due.due_on,
            "late_after": due.late_after,
            "cause": DeadlineCause.ORIGINAL,
            "decided_by_id": by.person_id,
            "decided_at": at,
        }
        return Act("task.assign", at, by, changes, ((Deadline, deadline),))

    def _receive(self) -> Act:
        at = self.moments[2]
        return Act("task.receive", at, self.unit.head, {"status": Status.RECEIVED, "received_at": at})

    def _progress(self, place: int) -> Act:
        at, by = self.moments[3 + place], self.unit.officer
        text = f"Đã thực hiện được {(place + 1) * 100 // (self.notes + 1)}% khối lượng."
        note = {**_signed(by), "no": place + 1, "at": at, "result": text, "salt": new_salt()}
        self.said.append(_bound(place + 1, commitment(note["salt"], text)))
        changes = {"status": Status.IN_PROGRESS} if place == 0 else {}
        return Act("task.progress", at, by, changes, ((Progress, note),))

    def _hand_in(self) -> Act:
        at, by = self.moments[-2], self.unit.officer
        on = clock.day_of(at)
        self.result, self.salt = "Đã hoàn thành theo yêu cầu.", new_salt()
        row = {
            **_signed(by),
            "no": 1,
            "unit_name": self.unit.name,
            "at": at,
            "counts_on": on,
            "result": self.result,
            "salt": self.salt,
            "content": self._content,
            "content_sha": self._content_sha,
        }
        changes = {"status": Status.SUBMITTED, "handed_in_on": on}
        shown = {"hand_in_id": bulk.row(HandIn), **self._evidence()}
        return Act("task.hand_in", at, by, changes, ((HandIn, row), (Evidence, shown)), self._snapshot)

    def _sign(self) -> Act:
        at, by = self.moments[-1], self.unit.head
        row = {
            **_signed(by),
            "hand_in_id": bulk.row(HandIn),
            "level": 1,
            "unit_name": self.unit.name,
            "post_id": self.unit.head_post_id,
            "capacity": Capacity.FULL,
            "meaning": Meaning.COMPLETED,
            "content_sha": self._content_sha,
            "method": "password",
            "at": at,
        }
        changes = {"status": Status.COMPLETED, "completed_at": at}
        return Act("task.sign_off", at, by, changes, ((Signature, row),), self._snapshot, {"level": 1, "last": True})

    def _content(self, task_id: int) -> str:
        """Return what the signature binds to, in the form of `signoff`; made once."""
        if not self.shown:
            self.shown = canonical(plain(self._facts(task_id)))
        return self.shown

    def _facts(self, task_id: int) -> dict[str, Any]:
        by, at = self.unit.officer, self.moments[-2]
        return {
            "v": 1,
            "task": {
                "id": task_id,
                "title": self.title,
                "product": "Báo cáo",
                "lead_unit": self.unit.name,
                "lead_head": f"{self.unit.head.position} {self.unit.head.name}",
            },
            "dates": {
                "words": f"chậm nhất ngày {self.dates.due_on:%d/%m/%Y}",
                "due_on": self.dates.due_on,
                "original_due_on": self.dates.due_on,
            },
            "parts": [],
            "duties": [],
            "hand_in": {
                "no": 1,
                "at": at,
                "counts_on": clock.day_of(at),
                "name": by.name,
                "position": by.position,
                "unit": self.unit.name,
            },
            "result": {"commit": commitment(self.salt, self.result)},
            "evidence": [{"sha256": None, "size": None, **self._evidence()}],
            "progress": self.said,
            "notes": [],
        }

    def _evidence(self) -> dict[str, Any]:
        """Return the number and day of the document that shows the result."""
        return {"document_number": "12/BC-BDT", "document_on": clock.day_of(self.moments[-2])}

    def _content_sha(self, task_id: int) -> str:
        return sha(self._content(task_id))

    def _snapshot(self, task_id: int) -> dict[str, Any]:
        return {"snapshot": self._content_sha(task_id), "files": []}


def _bound(no: int, commit: str) -> dict[str, Any]:
    """Return what a signature binds of a report that is nothing but a text."""
    figures = dict.fromkeys(("quantity", "cumulative", "state"))
    return {"no": no, "measure": "", **figures, "result": {"commit": commit}, "evidence": []}


def _signed(by: Actor) -> dict[str, Any]:
    return {"person_id": by.person_id, "name": by.name, "position": by.position}
