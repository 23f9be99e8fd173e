"""What is known on a day, as plain rows: tasks, what was written on them, seats, settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

EVER = date(1, 1, 1)


@dataclass(frozen=True)
class Wait:
    """The lead waits for a unit (outside the body or not) to answer by a day."""

    unit: str
    answer_by: date
    outside: bool = False


@dataclass(frozen=True)
class Task:
    """One task as it stands at the end of a day."""

    id: int
    status: str
    plan: int | None = None
    published: bool = True
    kind: str = "by"
    long: bool = False
    steps: int = 2
    second: str = "supervisor"
    unit: str | None = None
    officer: str | None = None
    leader_post: str | None = None
    due_on: date | None = None
    drafted_on: date | None = None
    assigned_on: date | None = None
    dated_on: date | None = None
    redo_by: date | None = None
    held_until: date | None = None
    turn_since: date | None = None
    handed_in_by: str | None = None
    signed_by: str | None = None
    signed_for: str | None = None
    wait: Wait | None = None
    notes: tuple[date, ...] = ()
    report: str | None = None
    asked_more_on: date | None = None
    asked_more_by: str | None = None
    asked_more_late: bool = False
    offered_on: date | None = None
    offered_by: str | None = None
    demands: tuple[date, ...] = ()
    explanations: tuple[tuple[date, date], ...] = ()
    pledge: date | None = None
    sort: str = "lead"
    whole_unit: str | None = None
    contested_on: date | None = None
    contested_by: str | None = None
    renew_by: date | None = None


@dataclass(frozen=True)
class Tenure:
    """Somebody holds a seat from a day to the day before another."""

    post: str
    person: str
    from_on: date = EVER
    to_on: date | None = None


@dataclass(frozen=True)
class Body:
    """Seats by unit, who holds them, who works where, whose account is open, who is away with which substitute."""

    chair: str
    heads: dict[str, str]
    office: str
    leadership: tuple[str, ...]
    tenures: tuple[Tenure, ...]
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    active: frozenset[str] = frozenset()
    away: dict[str, str | None] = field(default_factory=dict)

    def holder(self, post: str | None, day: date) -> str | None:
        """Return who sits on a post on a day, if his account is open."""
        person = self.sits(post, day)
        return person if person in self.active else None

    def sits(self, post: str | None, day: date) -> str | None:
        """Return who sits on a post on a day."""
        for tenure in self.tenures:
            ended = tenure.to_on is not None and tenure.to_on <= day
            if tenure.post == post and tenure.from_on <= day and not ended:
                return tenure.person
        return None


@dataclass(frozen=True)
class Rule:
    """A setting's value from a day on, for the body, one plan or one task; None gives it back to the level above."""

    name: str
    value: Any
    valid_from: date
    plan: int | None = None
    task: int | None = None
    confirmed: bool = True


@dataclass(frozen=True)
class Told:
    """That somebody should have been told of a task, by which rule, for which day."""

    person: str
    task: int
    rule: str
    on: date
