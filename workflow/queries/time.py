"""What a task's history tells of its time: every date it had, requests for more, causes of delay, both latenesses.

The two latenesses stand side by side (N04): by the present date, which a granted extension moves also backwards, and
by the first one, which nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import clock
from models.tasks import Task
from models.vocabulary import CorrectionState, DeadlineCause, DelayClass, ExtensionState
from workflow.extensions import OFTEN
from workflow.outstanding import Outstanding, is_offer_over, offer_ends, waits
from workflow.queries.history import History
from workflow.queries.rows import timing_of
from workflow.reference import Reference
from workflow.timing import Timing


@dataclass(frozen=True)
class Who:
    """Who acted, with his position as the log copied it, and when."""

    name: str
    position: str
    at: datetime | None

    @property
    def said(self) -> str:
        """Return him with his position."""
        return " ".join(filter(None, (self.position, self.name)))


@dataclass(frozen=True)
class Dated:
    """One date the task had: for what cause, by whose decision, and by how many days it moved."""

    no: int
    due_on: date
    cause: DeadlineCause
    who: Who
    moved: int


@dataclass(frozen=True)
class Request:
    """One request for more time, with what shows why, and what became of it."""

    no: int
    state: ExtensionState
    asked: Who
    proposed_on: date
    is_late: bool
    reason: str | None
    decided: Who | None
    answer: str | None
    offered_on: date | None
    offer_ends: date | None
    answered: Who | None
    reply: str | None
    granted_on: date | None
    evidence: list[dict[str, Any]]


@dataclass(frozen=True)
class Cause:
    """One cause of delay as it was stated, with the leader's decision on an objective one."""

    no: int
    kind: DelayClass
    text: str | None
    due_on: date
    who: Who
    decision: dict[str, Any] | None
    decided: Who | None

    @property
    def waits(self) -> bool:
        """Return whether it is objective and nobody decided on it."""
        return waits(self.kind, None if self.decision is None else bool(self.decision["is_confirmed"]))


@dataclass(frozen=True)
class Correction:
    """A date put right: what was meant, why, by whom, and where it stands."""

    due_on: date
    reason: str | None
    who: Who
    state: CorrectionState
    settled: Who | None


@dataclass(frozen=True)
class TimeOf:
    """Everything of a task's time."""

    dates: list[Dated] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    first: date | None = None
    by_first_date: Timing | None = None

    @property
    def granted(self) -> int:
        """Return how many extensions were granted."""
        return sum(request.state == ExtensionState.GRANTED for request in self.requests)

    @property
    def is_often_extended(self) -> bool:
        """Return whether it was extended many times (gia hạn nhiều lần)."""
        return self.granted >= OFTEN

    @property
    def days_moved(self) -> int:
        """Return by how many days the present date lies after the first one."""
        return (self.dates[-1].due_on - self.first).days if self.dates and self.first else 0

    @property
    def has_moved(self) -> bool:
        """Return whether the task has another date than its first one, or had."""
        return len(self.dates) > 1

    @property
    def confirmed(self) -> Cause | None:
        """Return the objective cause a leader confirmed last."""
        found = (cause for cause in reversed(self.causes) if cause.decision and cause.decision["is_confirmed"])
        return next(found, None)

    @property
    def pending(self) -> Correction | None:
        """Return the correction that waits for a second person."""
        return next((one for one in self.corrections if one.state == CorrectionState.PENDING), None)


def of(task: Task, history: History, ref: Reference) -> TimeOf:
    """Return what a task's history holds of its time; its dates are those since it was given the last time."""
    people = _people(history)
    first = _First(task) if task.original_due_on is not None else None
    return TimeOf(
        dates=list(_dates(history, people, task)),
        requests=[_request(row, history, people, ref) for row in history.rows("extension")],
        causes=list(_causes(history)),
        corrections=[_correction(row, people) for row in history.rows("date_correction")],
        first=task.original_due_on,
        by_first_date=timing_of(first, ref) if first else None,
    )


def open_request(history: History, ref: Reference) -> dict[str, Any] | None:
    """Return the request that waits: for its decision, or for the head's answer to another date that still stands."""
    for row in history.rows("extension"):
        if row["state"] == ExtensionState.ASKED:
            return row
        decided = clock.parse_moment(row["decided_at"]) if row.get("decided_at") else None
        if row["state"] == ExtensionState.COUNTERED and decided is not None:
            return None if is_offer_over(decided, ref.calendar, ref.on) else row
    return None


def outstanding(task: Task, history: History, request: dict[str, Any] | None) -> Outstanding:
    """Return what waits on a task, as `workflow.outstanding` finds it in the tables."""
    causes = list(_causes(history))
    cause = history.rows("delay_cause")[-1] if causes else None
    is_offer = request is not None and request["state"] == ExtensionState.COUNTERED
    pending = [row for row in history.rows("date_correction") if row["state"] == CorrectionState.PENDING]
    settled = bool(causes and causes[-1].decision and causes[-1].decision["is_confirmed"])
    return Outstanding(
        is_late_request=bool(request and request["after_deadline"]),
        offered_by=request["decided_by_id"] if request is not None and is_offer else None,
        cause_by=cause["person_id"] if cause is not None and causes[-1].waits else None,
        is_cause_settled=settled and causes[-1].due_on == task.due_on,
        dated_by=pending[0]["person_id"] if pending else None,
    )


class _First:
    """A task as it would stand by its first date."""

    def __init__(self, task: Task) -> None:
        for name in ("status", "deadline_kind", "handed_in_on", "held_until"):
            setattr(self, name, getattr(task, name))
        self.due_on, self.late_after = task.original_due_on, task.original_late_after


def _people(history: History) -> dict[int, tuple[str, str]]:
    """Return the name and position of everybody who acted, as the log copied them last."""
    return {act.actor["id"]: (act.actor["name"], act.actor["position"]) for act in reversed(history.acts)}


def _who(people: dict[int, tuple[str, str]], person_id: int | None, at: str | None) -> Who:
    name, position = people.get(person_id or 0, ("…", ""))
    return Who(name, position, clock.parse_moment(at) if at else None)


def _dates(history: History, people: dict[int, tuple[str, str]], task: Task) -> Iterable[Dated]:
    found = history.rows("deadline")
    given = [place for place, row in enumerate(found) if row["cause"] == DeadlineCause.ORIGINAL]
    before: date | None = None
    for row in found[given[-1] :] if given and task.due_on is not None else []:
        who = _who(people, row["decided_by_id"], row["decided_at"])
        moved = (row["due_on"] - before).days if before is not None else 0
        yield Dated(row["no"], row["due_on"], DeadlineCause(row["cause"]), who, moved)
        before = row["due_on"]


def _request(row: dict[str, Any], history: History, people: dict[int, tuple[str, str]], ref: Reference) -> Request:
    decided = _who(people, row["decided_by_id"], row["decided_at"]) if row.get("decided_by_id") else None
    offered, moment = row.get("offered_on"), decided.at if decided is not None else None
    return Request(
        no=row["no"],
        state=ExtensionState(row["state"]),
        asked=_who(people, row["asked_by_id"], row["asked_at"]),
        proposed_on=row["proposed_on"],
        is_late=bool(row["after_deadline"]),
        reason=row["reason"],
        decided=decided,
        answer=row.get("answer"),
        offered_on=offered,
        offer_ends=offer_ends(moment, ref.calendar) if offered and moment is not None else None,
        answered=_who(people, row["answered_by_id"], row["answered_at"]) if row.get("answered_by_id") else None,
        reply=row.get("reply"),
        granted_on=row.get("granted_on"),
        evidence=[item for item in history.rows("evidence") if item.get("extension_id") == row["id"]],
    )


def _causes(history: History) -> Iterable[Cause]:
    decisions = {row["cause_id"]: row for row in history.rows("cause_decision")}
    for row in history.rows("delay_cause"):
        decision = decisions.get(row["id"])
        decided = _own(decision) if decision is not None else None
        yield Cause(row["no"], DelayClass(row["kind"]), row["text"], row["due_on"], _own(row), decision, decided)


def _own(row: dict[str, Any]) -> Who:
    """Return who wrote a row, as the row itself copied it."""
    return Who(row["name"], row["position"], clock.parse_moment(row["at"]))


def _correction(row: dict[str, Any], people: dict[int, tuple[str, str]]) -> Correction:
    settled = row.get("settled_by_id")
    return Correction(
        due_on=row["due_on"],
        reason=row["reason"],
        who=_own(row),
        state=CorrectionState(row["state"]),
        settled=_who(people, settled, row["settled_at"]) if settled else None,
    )
