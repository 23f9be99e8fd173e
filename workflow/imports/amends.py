"""An amending document beside the plan in force: which clauses stayed, changed, went and came, and whose tasks move."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflow.imports.items import Aim, Part, Proposal, State


@dataclass(frozen=True)
class Amends:
    """How the clauses of an amending document lie beside those of the plan in force (empty for a new plan).

    `same` and `changed` name the old clause by where the new one begins; `tasks` holds id, words and date of the
    tasks that stand on an old clause; `retire` says which of them end with a clause that went.
    """

    plan: int | None = None
    same: Mapping[int, int] = field(default_factory=dict)
    changed: Mapping[int, int] = field(default_factory=dict)
    gone: tuple[int, ...] = ()
    old: Mapping[int, str] = field(default_factory=dict)
    declared: Mapping[int, str] = field(default_factory=dict)
    tasks: Mapping[int, list[list[Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, read: Mapping[str, Any]) -> Amends:
        """Return what a reading says of the plan it amends."""
        found = read.get("amends")
        if found is None:
            return cls()
        numbered = {
            name: {int(key): value for key, value in found[name].items()}
            for name in ("same", "changed", "old", "declared", "tasks")
        }
        return cls(plan=found["plan"], gone=tuple(found["gone"]), **numbered)

    def part(self, part: Part) -> Part:
        """Return a clause with what the plan in force says of it: the old words, its reason, its tasks."""
        old = self.same.get(part.start)
        if old is not None:
            return replace(part, why=self.declared.get(old, ""), is_kept=bool(self.tasks.get(old)))
        old = self.changed.get(part.start)
        return part if old is None else replace(part, old=self.old[old])

    def proposals(self, found: list[Proposal], parts: list[Part]) -> list[Proposal]:
        """Return the proposals of an amendment: nothing for what stayed, one for each task that changes or ends."""
        if self.plan is None:
            return found
        places = _Places(parts)
        kept = [item for item in found if not self._is_settled(places.of(item.start))]
        count = len(found)
        for start, old in self.changed.items():
            here = [item for item in kept if (part := places.of(item.start)) is not None and part.start == start]
            for place, task in enumerate(self.tasks.get(old, [])):
                if place < len(here):
                    item = here[place]
                else:
                    part = places.of(start)
                    item = Proposal(count, start, part.end if part else start + 1, text=task[1])
                    item.meaning, count = {"kind": "none"}, count + 1
                    kept.append(item)
                item.task_id, item.was = task[0], task[1]
        for old in self.gone:
            for task in self.tasks.get(old, []):
                kept.append(Proposal(count, -1, -1, text=task[1], task_id=task[0], was=self.old[old]))
                count += 1
        return kept

    def aims(self, found: list[Aim], parts: list[Part]) -> list[Aim]:
        """Return the targets of an amendment: those of clauses that stayed are taken already."""
        if self.plan is None:
            return found
        places = _Places(parts)
        for item in found:
            part = places.of(item.start)
            if part is not None and part.start in self.same and not part.why:
                item.state = State.ACCEPTED
        return found

    def _is_settled(self, part: Part | None) -> bool:
        """Return whether the plan in force has an answer for a clause that stayed as it was."""
        return part is not None and part.start in self.same and bool(part.is_kept or part.why)


class _Places:
    """Which clause a place of the text lies in."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        self._starts = [part.start for part in parts]

    def of(self, place: int) -> Part | None:
        number = bisect_right(self._starts, place) - 1
        return self._parts[number] if number >= 0 and place < self._parts[number].end else None
