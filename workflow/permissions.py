"""Who may do what, as questions about one person and one task; and what a person may read, as one scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, false, or_, select, true

from models.log import LogEntry
from models.tasks import Coordination, HandIn, Task
from models.vocabulary import Action, Role, Status
from workflow.actors import Actor
from workflow.reference import Reference, Seat

SEE_ALL: Final = (Role.LEADER, Role.OFFICE, Role.INSPECTOR)


@dataclass(frozen=True)
class Case:
    """A task with what the rules ask about: its latest hand-in, the organisation of today, an open request."""

    task: Task
    hand_in: HandIn | None
    ref: Reference
    open_request: bool = False

    @property
    def signed_by(self) -> int | None:
        """Return who signed the latest hand-in at the first level."""
        return next((mark.person_id for mark in self.hand_in.signatures), None) if self.hand_in else None


def plans(by: Actor, case: Case) -> bool:
    """Return whether he gives tasks: office and leadership."""
    return by.has(Role.OFFICE, Role.LEADER)


def leads(by: Actor, case: Case) -> bool:
    """Return whether he belongs to leadership."""
    return by.has(Role.LEADER)


def heads_lead_unit(by: Actor, case: Case) -> bool:
    """Return whether he heads the unit that leads the task, or signs for its head by mandate."""
    return case.task.lead_unit_id in by.heads


def works_on(by: Actor, case: Case) -> bool:
    """Return whether he works in the unit that leads the task."""
    return case.task.lead_unit_id in by.unit_ids or heads_lead_unit(by, case)


def supervises(by: Actor, case: Case) -> bool:
    """Return whether he acts for the supervising post; an empty one falls to the chair, who always may."""
    return by.is_chair or case.task.leader_post_id in by.leader_posts


def decides_extension(by: Actor, case: Case) -> bool:
    """Return whether he decides on more time: the supervisor, and never for a unit of his own."""
    return supervises(by, case) and case.task.lead_unit_id not in by.heads


def signs_first(by: Actor, case: Case) -> bool:
    """Return whether he signs at the first level, which is never his own work (rulings 8)."""
    return _signs(by, case, 0)


def signs_second(by: Actor, case: Case) -> bool:
    """Return whether he signs at the second level, having signed at none below."""
    return _signs(by, case, 1) and by.person_id != case.signed_by


def takes_part(by: Actor, case: Case) -> bool:
    """Return whether the task concerns him; whoever may read it may say something on it, inspectors apart."""
    return not by.has(Role.ADMIN) and not (by.roles == frozenset({Role.INSPECTOR}))


def signing_chain(case: Case) -> tuple[Seat, ...]:
    """Return the seats that sign, in order: head, supervisor, chair, without the person who handed in.

    As many as the task has steps; fewer when fewer people are left; a vacant seat passes to the next above.
    """
    supervisor = case.ref.post(case.task.leader_post_id)
    author = case.hand_in.person_id if case.hand_in else None
    found: list[Seat] = []
    for seat in (case.ref.head_of(case.task.lead_unit_id), supervisor, case.ref.chair):
        taken = {other.person_id for other in found}
        if seat is not None and seat.person_id is not None and seat.person_id not in {author, *taken}:
            found.append(seat)
    return tuple(found[: case.task.steps])


def is_own_work(by: Actor, case: Case, action: Action) -> bool:
    """Return whether a signature was refused only because he handed in the result or signed the level below."""
    signing = {Action.SIGN_OFF, Action.CONFIRM, Action.RETURN}
    return action in signing and by.person_id is not None and by.person_id in {_author(case), case.signed_by}


def _author(case: Case) -> int | None:
    return case.hand_in.person_id if case.hand_in else None


def _signs(by: Actor, case: Case, level: int) -> bool:
    if by.has(Role.ADMIN) or by.person_id == _author(case):
        return False
    chain = signing_chain(case)
    return level < len(chain) and by.holding({chain[level].post_id}) is not None


@dataclass(frozen=True)
class Scope:
    """What one person may read; pages, search, exports and letters all ask this object."""

    actor: Actor

    def tasks(self) -> ColumnElement[bool]:
        """Return the condition under which a task is his to read."""
        if self.actor.has(*SEE_ALL):
            return true()
        units = self.units()
        if not units:
            return false()
        part = select(Coordination.task_id).where(Coordination.unit_id.in_(units))
        return (Task.status != Status.DRAFT) & or_(Task.lead_unit_id.in_(units), Task.id.in_(part))

    def log(self) -> ColumnElement[bool]:
        """Return the condition under which a line of the log is his to read."""
        if self.actor.has(Role.LEADER, Role.INSPECTOR, Role.OFFICE):
            return true()
        own = LogEntry.actor_id == self.actor.person_id
        if self.actor.has(Role.ADMIN):
            return own | (LogEntry.task_id.is_(None) & LogEntry.plan_id.is_(None))
        return own | LogEntry.task_id.in_(select(Task.id).where(self.tasks()))

    def units(self) -> frozenset[int]:
        """Return the units whose tasks he sees: those he works in, heads, or signs for."""
        if self.actor.has(Role.ADMIN):
            return frozenset()
        return self.actor.unit_ids | self.actor.heads

    def sees_whole(self) -> bool:
        """Return whether he reads every task: leadership, office, inspection."""
        return self.actor.has(*SEE_ALL)

    def allows(self, place: str) -> bool:
        """Return whether a page family is open to him (see PLACES)."""
        return bool(self.actor.roles.intersection(PLACES[place]))


_EVERYBODY: Final = frozenset(Role)
_AT_WORK: Final = _EVERYBODY - {Role.ADMIN}
_ALL_BUT_UNITS: Final = frozenset({Role.LEADER, Role.OFFICE, Role.INSPECTOR})

# page family -> the roles that may open it; what they then see is limited by the scope above
PLACES: Final[dict[str, frozenset[Any]]] = {
    "desk": _EVERYBODY,
    "plans": _AT_WORK,
    "import": frozenset({Role.OFFICE, Role.LEADER}),
    "publish": frozenset({Role.LEADER}),
    "tasks": _AT_WORK,
    "give": frozenset({Role.OFFICE, Role.LEADER}),
    "targets": _AT_WORK,
    "log": _EVERYBODY,
    "reminders": _ALL_BUT_UNITS | {Role.ADMIN},
    "organisation": _EVERYBODY,
    "manage": frozenset({Role.ADMIN}),
    "seats": frozenset({Role.OFFICE, Role.LEADER}),
    "calendar": frozenset({Role.OFFICE, Role.LEADER}),
}
