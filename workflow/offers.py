"""Another date than the one asked for: offered by the decider, accepted or declined by the head, or lapsed.

It stands three working days (rulings 13). Whatever becomes of it but acceptance, the deadline stays what it was, and
the unit may ask again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.session import lock, retried, transaction
from models.tasks import Extension, Task
from models.vocabulary import Action, DeadlineCause, ExtensionState
from workflow import extensions, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.outstanding import is_offer_over
from workflow.reference import Reference
from workflow.turn import Turn

LAPSE: Final = "task.lapse_counter"


def offer(turn: Turn) -> None:
    """Offer another date, with the reason; the request waits for the head's answer from now on."""
    request, day = extensions.decidable(turn), turn.given.proposed_on
    assert day is not None  # the table asks for it
    if day == request.proposed_on:
        raise Refusal("offer_is_what_was_asked")
    extensions.require_later(turn.task, day)
    with turn.recorded():
        extensions.decide(request, ExtensionState.COUNTERED, turn)
        request.offered_on = day


def accept(turn: Turn) -> None:
    """Accept the date offered: from now on it is the deadline, by the decision of whoever offered it."""
    request = extensions.decidable(turn)
    day = request.offered_on
    assert day is not None  # the table of the database asks for it
    extensions.require_later(turn.task, day)
    with turn.recorded():
        request.state, request.granted_on = ExtensionState.GRANTED, day
        request.answered_by_id, request.answered_at = turn.person_id, turn.at
        extensions.move(turn, day, DeadlineCause.EXTENSION, decided_by=request.decided_by_id)


def decline(turn: Turn) -> None:
    """Decline the date offered, with the reason; the deadline stays."""
    request = extensions.decidable(turn)
    with turn.recorded():
        request.state = ExtensionState.DECLINED
        request.answered_by_id, request.answered_at = turn.person_id, turn.at
        request.reply = vietnamese.normalise(turn.given.reason)


def lapse_over(task: Task, ref: Reference, at: datetime) -> bool:
    """End an offer on a locked task that nobody answered in time, as an act of the system; return whether it ended."""
    request = extensions.open_request(task.id)
    if request is None or not _is_over(request, ref):
        return False
    with recorded(task, LAPSE, by=Actor.system(), at=at):
        request.state, request.answered_at = ExtensionState.LAPSED, at
    return True


def lapse_all(at: datetime) -> int:
    """End every offer that nobody answered in time, each in its own write unit; safe at any time. Returns how many."""
    query = select(Extension.task_id).where(Extension.state == ExtensionState.COUNTERED)
    waiting = list(db.session.scalars(query.order_by(Extension.task_id)))
    db.session.rollback()
    return sum(_lapse_one(task_id, at) for task_id in waiting)


@retried
def _lapse_one(task_id: int, at: datetime) -> bool:
    with transaction():
        return lapse_over(lock(Task, task_id), reference.load(clock.day_of(at)), at)


def _is_over(request: Extension, ref: Reference) -> bool:
    if request.state != ExtensionState.COUNTERED or request.decided_at is None:
        return False
    return is_offer_over(request.decided_at, ref.calendar, ref.on)


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.COUNTER_EXTENSION: offer,
    Action.ACCEPT_COUNTER: accept,
    Action.DECLINE_COUNTER: decline,
}
# the steps before which an offer that is over ends, so that none of them meets it
TOUCHING: Final = frozenset({Action.REQUEST_EXTENSION, *EFFECTS})
