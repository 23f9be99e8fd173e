"""The working paper of a review: every clause, proposal and target of a reading, and what was decided on each.

Pure data: it is made from what was read and what was decided so far, changed by the steps beside it, and written
back as the few items that are no longer as they were read.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from models.vocabulary import ClauseKind

Item = TypeVar("Item", "Proposal", "Aim")

ANNEX: Final = "*"


class State(StrEnum):
    """What was decided on a proposal or a target."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLARED = "declared"
    MERGED = "merged"
    GONE = "gone"


class Mark(StrEnum):
    """How a clause stands: nothing asked of it, covered, declared not to be a task, or open."""

    HEADING = "heading"
    COVERED = "covered"
    DECLARED = "declared"
    OPEN = "open"


@dataclass
class Proposal:
    """A task as the reader proposes it or as a person left it; `no` is its name for good, `version` counts changes.

    `into` names the proposal it was merged into, `of` the one it was split from or the clause (as `-start`) that a
    person made it of; `task_id` is the task of the plan in force that it speaks of (an amendment).
    """

    no: int
    start: int
    end: int
    section: str = ""
    annex_row: str = ""
    text: str = ""
    lead: str = ""
    coordinators: str = ""
    product: str = ""
    deadline: str = ""
    meaning: dict[str, Any] = field(default_factory=dict)
    asks: list[str] = field(default_factory=list)
    state: State = State.OPEN
    why: str = ""
    into: int | None = None
    of: int | None = None
    edited: bool = False
    task_id: int | None = None
    due_on: str = ""
    version: int = 1


@dataclass
class Aim:
    """A target as the reader proposes it or as a person left it; values are written as in `flask read`."""

    no: int
    start: int
    end: int
    section: str = ""
    group: str = ""
    about: str = ""
    op: str = "="
    low: str = "0"
    high: str = ""
    unit: str = ""
    year: int | None = None
    state: State = State.OPEN
    why: str = ""
    edited: bool = False
    version: int = 1


@dataclass
class Part:
    """A clause of the document; `why` is set when a person declared it not to be a task."""

    start: int
    end: int
    section: str
    kind: ClauseKind
    why: str = ""
    version: int = 1


@dataclass(frozen=True)
class Coverage:
    """How many clauses stand how; headings ask for nothing and are counted apart."""

    covered: int
    declared: int
    open: int
    headings: int

    @property
    def asked(self) -> int:
        """Return how many clauses there are that need an answer."""
        return self.covered + self.declared + self.open

    @property
    def share(self) -> int:
        """Return how many of a hundred are answered, 100 only when all are."""
        return 100 if not self.open else min(99, 100 * (self.asked - self.open) // self.asked)


class Sheet:
    """A reading with everything decided on it so far."""

    def __init__(self, read: Mapping[str, Any], decided: str | None = None) -> None:
        """Make the paper from what was read and what was decided (see `decided`)."""
        self.read = read
        self.text: str = read["text"]
        self.parts = [_part(item) for item in read["clauses"]]
        self.proposals = {item.no: item for item in _proposals(read)}
        self.aims = {item.no: item for item in _aims(read)}
        self._starts = [part.start for part in self.parts]
        if decided:
            self._apply(json.loads(decided))

    def decided(self) -> str:
        """Return what is no longer as it was read, to be kept."""
        kept = {
            "proposals": [asdict(item) for item in self.proposals.values() if item.version > 1 or item.of is not None],
            "aims": [asdict(item) for item in self.aims.values() if item.version > 1],
            "parts": [[part.start, part.why, part.version] for part in self.parts if part.version > 1],
        }
        return json.dumps(kept, ensure_ascii=False)

    def part_at(self, place: int) -> int | None:
        """Return the number of the clause in which a place of the text lies; None outside of any."""
        number = bisect_right(self._starts, place) - 1
        return number if number >= 0 and place < self.parts[number].end else None

    def part_of(self, start: int) -> Part | None:
        """Return the clause that begins at a place."""
        number = self.part_at(start)
        return self.parts[number] if number is not None and self.parts[number].start == start else None

    def by_part(self) -> dict[int, list[Proposal]]:
        """Return the proposals that stand in each clause, by the clause's number, in the order of the text."""
        found: dict[int, list[Proposal]] = {}
        for item in sorted(self.proposals.values(), key=lambda each: (each.start, each.no)):
            number = self.part_at(item.start)
            if number is not None and item.state != State.GONE:
                found.setdefault(number, []).append(item)
        return found

    def aims_by_part(self) -> dict[int, list[Aim]]:
        """Return the targets of each clause, by the clause's number."""
        found: dict[int, list[Aim]] = {}
        for item in self.aims.values():
            number = self.part_at(item.start)
            if number is not None:
                found.setdefault(number, []).append(item)
        return found

    def marks(self) -> list[Mark]:
        """Return how each clause stands, in the order of the text."""
        proposals, aims = self.by_part(), self.aims_by_part()
        return [
            _mark(
                part,
                {self.state_of(item) for item in proposals.get(number, ())}
                | {item.state for item in aims.get(number, ())},
            )
            for number, part in enumerate(self.parts)
        ]

    def state_of(self, item: Proposal) -> State:
        """Return what was decided on a proposal; one merged into another has that one's state."""
        return self.root_of(item).state

    def root_of(self, item: Proposal) -> Proposal:
        """Return the proposal that one went into; itself when it was not merged."""
        while item.into is not None:
            item = self.proposals[item.into]
        return item

    def coverage(self) -> Coverage:
        """Return how many clauses stand how."""
        marks = self.marks()
        return Coverage(*(marks.count(mark) for mark in (Mark.COVERED, Mark.DECLARED, Mark.OPEN, Mark.HEADING)))

    def live(self) -> Iterator[Proposal]:
        """Give the proposals that are neither merged into another nor taken back, in the order of the text."""
        found = (item for item in self.proposals.values() if item.state not in (State.MERGED, State.GONE))
        yield from sorted(found, key=lambda item: (item.start, item.no))

    def unanswered(self) -> list[Proposal | Aim]:
        """Return the proposals and targets that nobody decided on."""
        items: list[Proposal | Aim] = [*self.live(), *self.aims.values()]
        return [item for item in items if item.state == State.OPEN]

    def as_read(self, item: Item) -> Item:
        """Return a proposal or target as the reader proposed it, its version kept."""
        pool: Any = (*_proposals(self.read), *_aims(self.read))
        found: Item = next(each for each in pool if type(each) is type(item) and each.no == item.no)
        return replace(found, version=item.version)

    def next_no(self) -> int:
        """Return a number that no proposal has."""
        return max(self.proposals, default=-1) + 1

    def _apply(self, kept: Mapping[str, Any]) -> None:
        for item in kept["proposals"]:
            self.proposals[item["no"]] = _restored(Proposal, item)
        for item in kept["aims"]:
            self.aims[item["no"]] = _restored(Aim, item)
        for start, why, version in kept["parts"]:
            if (part := self.part_of(start)) is not None:
                part.why, part.version = why, version


def _restored(kind: type[Item], item: Mapping[str, Any]) -> Item:
    return kind(**{**item, "state": State(item["state"])})


def _part(item: Mapping[str, Any]) -> Part:
    start, end = item["span"]
    return Part(start, end, item["section"] or ANNEX, ClauseKind(item["kind"]))


def _proposals(read: Mapping[str, Any]) -> Iterator[Proposal]:
    asks: dict[tuple[int, int], list[str]] = {}
    for question in read["questions"]:
        asks.setdefault((question["span"][0], question["span"][1]), []).append(question["ask"])
    for no, task in enumerate(read["tasks"]):
        start, end = task["span"]
        yield Proposal(
            no,
            start,
            end,
            section=task.get("section") or "",
            annex_row=str(task.get("annex_row") or ""),
            text=task["text"],
            lead="; ".join(task.get("lead") or task.get("persons") or []),
            coordinators="; ".join([*(task.get("coordinators") or []), *(task.get("invited") or [])]),
            product=task.get("product") or "",
            deadline=task.get("deadline") or "",
            meaning=task.get("meaning") or {"kind": "none"},
            asks=asks.get((start, end), []),
            task_id=task.get("task_id"),
        )


def _aims(read: Mapping[str, Any]) -> Iterator[Aim]:
    for no, item in enumerate(read["targets"]):
        low, high = item["value"] if isinstance(item["value"], list) else (item["value"], "")
        yield Aim(
            no,
            item["span"][0],
            item["span"][1],
            section=item.get("section") or "",
            group=item.get("group") or "",
            about=item["about"],
            op=item["op"],
            low=str(low),
            high=str(high),
            unit=item.get("unit") or "",
            year=item.get("year"),
        )


def _mark(part: Part, states: set[State]) -> Mark:
    """Return how one clause stands: open while anything in it is undecided, covered when anything in it was taken."""
    if State.OPEN in states:
        return Mark.OPEN
    if State.ACCEPTED in states:
        return Mark.COVERED
    if states or part.why:
        return Mark.DECLARED
    return Mark.HEADING if part.kind == ClauseKind.HEADING else Mark.OPEN
