"""Whose decisions about time are: more time, another date offered, a corrected date, the cause of a delay.

Four eyes are two people, whatever their seats: nobody decides on what he asked, offered, entered or wrote himself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from models.vocabulary import Action, Role, TaskKind
from workflow.actors import Actor
from workflow.permissions import Case, heads_lead_unit, plans, supervises
from workflow.reference import Seat
from workflow.timing import TimingFacts, timing

A = Action
# what has no date of its own to be extended: a definition's occurrences have, a common parent's parts, who is invited
DATELESS_KINDS: Final = frozenset({TaskKind.DEFINITION, TaskKind.COMMON, TaskKind.INVITATION})


def decides_extension(by: Actor, case: Case) -> bool:
    """Return whether he decides on more time, never for a unit of his own nor on what he asked.

    That is the supervisor; of a request made after the deadline one level higher, the head of the body (rulings 13).
    """
    if case.task.lead_unit_id in by.heads or by.person_id == case.asked_by:
        return False
    return _above_the_supervisor(by, case) if case.outstanding.is_late_request else supervises(by, case)


def _above_the_supervisor(by: Actor, case: Case) -> bool:
    """Return whether he acts for the head of the body and is not the supervisor himself, acting for him by mandate."""
    chair = case.ref.chair
    holding = by.holding({chair.post_id}) if chair is not None else None
    if chair is None or holding is None:
        return False
    leader = case.task.leader_post_id
    return holding.mandate_id is None or leader in (None, chair.post_id) or leader not in by.leader_posts


def deciding_seat(case: Case) -> Seat | None:
    """Return whose seat an open request waits for; the next above for an empty one, or one that cannot decide."""
    supervisor, chair = case.ref.post(case.task.leader_post_id), case.ref.chair
    head = case.ref.head_of(case.task.lead_unit_id)
    barred = {None, case.asked_by, head.person_id if head is not None else None}
    seats = (chair,) if case.outstanding.is_late_request else (supervisor, chair)
    return next((seat for seat in seats if seat is not None and seat.person_id not in barred), None)


def answers_offer(by: Actor, case: Case) -> bool:
    """Return whether he accepts or declines another date: the head of the lead unit, never who offered it."""
    return heads_lead_unit(by, case) and by.person_id != case.outstanding.offered_by


def confirms_date(by: Actor, case: Case) -> bool:
    """Return whether he confirms a corrected date: office or leadership, a second person."""
    return plans(by, case) and by.person_id != case.outstanding.dated_by


def states_cause(by: Actor, case: Case) -> bool:
    """Return whether he states why a task is late: the head of its unit, or the office."""
    return by.has(Role.OFFICE) or heads_lead_unit(by, case)


def decides_cause(by: Actor, case: Case) -> bool:
    """Return whether he confirms or refuses an objective cause: the supervisor, never of his own unit or words."""
    is_own = case.task.lead_unit_id in by.heads or by.person_id == case.outstanding.cause_by
    return supervises(by, case) and not is_own


def is_late(case: Case) -> bool:
    """Return whether the task is late by its present date, or was when it was handed in."""
    task = case.task
    facts = TimingFacts(
        task.status, task.deadline_kind, task.due_on, task.late_after, task.handed_in_on, task.held_until
    )
    return timing(facts, case.ref.on, case.ref.calendar).is_late


def _is_dated(case: Case) -> bool:
    return case.task.due_on is not None


def _is_asked(case: Case) -> bool:
    return case.open_request


def _is_offered(case: Case) -> bool:
    return case.outstanding.offered_by is not None


Needs = tuple[tuple[Callable[[Case], bool], str], ...]
_DECIDABLE: Final[Needs] = ((_is_asked, "no_open_request"), (lambda case: not _is_offered(case), "offer_open"))
_OFFERED: Final[Needs] = ((_is_offered, "no_offer"),)
_ENTERED: Final[Needs] = ((lambda case: case.outstanding.dated_by is not None, "no_correction"),)
_STATED: Final[Needs] = ((lambda case: case.outstanding.cause_by is not None, "no_cause"),)
# what must be there beside the state for a step, in order, each with the refusal when it is not
NEEDS: Final[dict[Action, Needs]] = {
    A.REQUEST_EXTENSION: (
        (lambda case: case.task.kind not in DATELESS_KINDS, "occurrences_only"),
        (_is_dated, "no_deadline"),
        (lambda case: not _is_asked(case), "request_open"),
    ),
    A.GRANT_EXTENSION: _DECIDABLE,
    A.REFUSE_EXTENSION: _DECIDABLE,
    A.COUNTER_EXTENSION: _DECIDABLE,
    A.ACCEPT_COUNTER: _OFFERED,
    A.DECLINE_COUNTER: _OFFERED,
    A.CORRECT_DATE: (
        (_is_dated, "no_deadline"),
        (lambda case: case.outstanding.dated_by is None, "correction_open"),
    ),
    A.CONFIRM_DATE: _ENTERED,
    A.DROP_DATE: _ENTERED,
    A.STATE_CAUSE: ((is_late, "not_late"), (lambda case: not case.outstanding.is_cause_settled, "cause_settled")),
    A.CONFIRM_CAUSE: _STATED,
    A.REFUSE_CAUSE: _STATED,
}
