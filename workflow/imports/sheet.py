"""The working paper of a review: every clause, proposal and target of a reading, and what was decided on each.

Pure data: it is made from what was read and what was decided so far, changed by the steps beside it, and written
back as the few items that are no longer as they were read.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from models.vocabulary import ClauseKind
from workflow.imports.amends import Amends
from workflow.imports.items import ANNEX, Aim, Mark, Part, Proposal, State

Item = TypeVar("Item", "Proposal", "Aim")


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
        self.amends = Amends.of(read)
        self.parts = [self.amends.part(_part(item)) for item in read["clauses"]]
        self.proposals = {item.no: item for item in self._read_proposals()}
        self.aims = {item.no: item for item in self._read_aims()}
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
        """Return what was decided on a proposal; one merged into another has that one's state.

        A task in force keeps its clause covered also when its new words were rejected.
        """
        state = self.root_of(item).state
        return State.ACCEPTED if item.task_id is not None and state == State.DECLARED else state

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
        pool: Any = (*self._read_proposals(), *self._read_aims())
        found: Item = next(each for each in pool if type(each) is type(item) and each.no == item.no)
        return replace(found, version=item.version)

    def _read_proposals(self) -> list[Proposal]:
        return self.amends.proposals(list(_proposals(self.read)), self.parts)

    def _read_aims(self) -> list[Aim]:
        return self.amends.aims(list(_aims(self.read)), self.parts)

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
    if State.ACCEPTED in states or part.is_kept:
        return Mark.COVERED
    if states or part.why:
        return Mark.DECLARED
    return Mark.HEADING if part.kind == ClauseKind.HEADING else Mark.OPEN
