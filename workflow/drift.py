"""What a task's signatures are worth today: for which version of the result they were given, and which one stands now.

A signature binds to what was seen (N14). When the task, its result or a file is no longer that, or a later version
was handed in, the signature stays readable, and everywhere it says: signed for version 7, now version 8, unsigned.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.base import db
from models.tasks import HandIn, Task
from models.vocabulary import Status
from workflow import files, permissions, signoff
from workflow.reference import Reference

# before it was begun a task has no result
WITHOUT_RESULT: Final = frozenset({Status.DRAFT, Status.ASSIGNED, Status.RECEIVED})


@dataclass(frozen=True)
class Drift:
    """The version that was signed, the version that stands now, and what changed between them without a hand-in."""

    no: int
    now: int
    changed: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Return whether the signature speaks of what stands now."""
        return self.no == self.now


def of(task: Task, hand_ins: Sequence[HandIn], ref: Reference) -> Drift | None:
    """Return what the signatures on a task's results are worth; None while no signature stands on any."""
    signed = next((row for row in reversed(hand_ins) if permissions.standing(row.signatures)), None)
    if signed is None:
        return None
    latest = hand_ins[-1]
    differs = of_result(latest, task, ref)
    return Drift(signed.no, latest.no + bool(differs), differs)


def of_result(row: HandIn, task: Task, ref: Reference) -> tuple[str, ...]:
    """Return what is no longer as one result shows it: names of `signoff.CHANGES`."""
    altered = () if signoff.is_intact(row, files.is_whole) else ("evidence",)
    return (*signoff.changed(row, task, ref), *altered)


def of_tasks(task_ids: Collection[int], ref: Reference) -> dict[int, Drift]:
    """Return the same for several tasks, those alone whose signatures do not hold. Two queries, or none."""
    if not task_ids:
        return {}
    parts = joinedload(HandIn.evidence), joinedload(HandIn.signatures)
    query = select(HandIn).where(HandIn.task_id.in_(task_ids)).order_by(HandIn.task_id, HandIn.no).options(*parts)
    results: dict[int, list[HandIn]] = {}
    for row in db.session.scalars(query).unique():
        results.setdefault(row.task_id, []).append(row)
    wanted = select(Task).where(Task.id.in_(results)).options(joinedload(Task.coordinations))
    tasks = db.session.scalars(wanted).unique() if results else ()
    found = {task.id: of(task, results[task.id], ref) for task in tasks}
    return {key: drift for key, drift in found.items() if drift is not None and not drift.holds}
