"""Acts of chasing on one task with their answers, and its commitments, as its history tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import clock
from workflow.queries.history import History


@dataclass(frozen=True)
class Said:
    """Words somebody wrote: who, in which seat, when; None for words that were erased. `day` is what they promise."""

    name: str
    position: str
    at: datetime
    text: str | None
    day: date | None = None


@dataclass(frozen=True)
class Asked:
    """An act of chasing: what it asks for, by when, and its answer."""

    no: int
    kind: str
    is_urgent: bool
    said: Said
    answer_by: date | None
    answer: Said | None


@dataclass(frozen=True)
class Chasing:
    """Everything of a task's chasing, the newest first; `unasked` explanations answered nothing."""

    asked: list[Asked]
    unasked: list[Said]
    commitments: list[Said]

    @property
    def open(self) -> list[Asked]:
        """Return what waits for an answer, the oldest first."""
        return [one for one in reversed(self.asked) if one.answer is None]

    @property
    def is_empty(self) -> bool:
        """Return whether nobody chased, explained or committed."""
        return not (self.asked or self.unasked or self.commitments)


def of(history: History) -> Chasing:
    """Return what a task's history holds of chasing."""
    explained = {row["at"]: _said(row) for row in history.rows("explanation")}
    chases = history.rows("chase")
    asked = [_asked(row, explained.get(row.get("answered_at"))) for row in chases]
    answers = {row.get("answered_at") for row in chases}
    return Chasing(
        asked[::-1],
        [said for at, said in explained.items() if at not in answers][::-1],
        [_said(row, "new_on") for row in history.rows("commitment")][::-1],
    )


def _asked(row: dict[str, Any], answer: Said | None) -> Asked:
    by = row.get("answer_by")
    return Asked(row["no"], row["kind"], bool(row["is_urgent"]), _said(row), by and date.fromisoformat(by), answer)


def _said(row: dict[str, Any], day: str = "") -> Said:
    at = clock.parse_moment(row["at"])
    return Said(row["name"], row["position"], at, row["text"], row.get(day) if day else None)
