"""What a review decides on: proposals, targets and clauses, and the words for what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from models.vocabulary import ClauseKind

ANNEX: Final = "*"


class State(StrEnum):
    """What was decided on a proposal or a target."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLARED = "declared"
    MERGED = "merged"
    GONE = "gone"


class Move(StrEnum):
    """What a proposal does to the plan in force, when the document amends one."""

    ADD = "add"
    CHANGE = "change"
    RETIRE = "retire"


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
    was: str = ""
    due_on: str = ""
    version: int = 1

    @property
    def move(self) -> Move:
        """Return what a proposal does to the plan in force: a new task, new words for one, or its end."""
        if self.task_id is None:
            return Move.ADD
        return Move.RETIRE if self.start < 0 else Move.CHANGE


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
    old: str = ""
    is_kept: bool = False
    version: int = 1
