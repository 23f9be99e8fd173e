"""The cause of a delay: stated by the unit's head or the office, an objective one confirmed or refused by a leader.

An objective cause counts only once confirmed, by a document and never by who wrote it. It moves no date.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select

import vietnamese
from models.base import db
from models.causes import CauseDecision, DelayCause
from models.tasks import Task
from models.vocabulary import Action, DelayClass
from workflow import proofs
from workflow.errors import Refusal
from workflow.given import LABELS
from workflow.turn import Turn


def state(turn: Turn) -> None:
    """State why the task is late by its present date; what was stated before stays readable."""
    task, kind = turn.task, turn.given.delay_class
    if kind is None:
        raise Refusal("missing_field", field=LABELS["delay_class"])
    last = db.session.scalar(select(func.max(DelayCause.no)).where(DelayCause.task_id == task.id))
    row = DelayCause(
        task_id=task.id,
        no=(last or 0) + 1,
        kind=kind,
        text=vietnamese.normalise(turn.given.text),
        due_on=task.due_on,
        **_signed(turn),
    )
    with turn.recorded(data={"objective": kind == DelayClass.OBJECTIVE}):
        db.session.add(row)


def confirm(turn: Turn) -> None:
    """Confirm an objective cause by the document that says so."""
    proofs.require_document(turn)
    number, day = vietnamese.normalise(turn.given.document_number).strip(), turn.given.document_on
    _decide(turn, is_confirmed=True, document_number=number, document_on=day)


def refuse(turn: Turn) -> None:
    """Refuse to call a cause objective, with the reason."""
    _decide(turn, is_confirmed=False)


def confirmed_objective() -> ColumnElement[bool]:
    """Return which tasks are late by a cause that a leader confirmed as objective, for the date they have now."""
    own = DelayCause.task_id == Task.id, DelayCause.due_on == Task.due_on
    confirmed = CauseDecision.cause_id == DelayCause.id, CauseDecision.is_confirmed
    return exists().where(*own, *confirmed, DelayCause.kind == DelayClass.OBJECTIVE).correlate(Task)


def undecided() -> ColumnElement[bool]:
    """Return which tasks have an objective cause, the latest stated, that no leader has decided on."""
    latest = select(func.max(DelayCause.id)).where(DelayCause.task_id == Task.id).correlate(Task).scalar_subquery()
    decided = exists().where(CauseDecision.cause_id == DelayCause.id)
    own = DelayCause.id == latest, DelayCause.kind == DelayClass.OBJECTIVE
    return exists().where(*own, ~decided).correlate(Task)


def _decide(turn: Turn, **facts: object) -> None:
    query = select(DelayCause.id).where(DelayCause.task_id == turn.task.id).order_by(DelayCause.no.desc()).limit(1)
    cause_id = db.session.scalar(query)
    reason = vietnamese.normalise(turn.given.reason) or None
    row = CauseDecision(task_id=turn.task.id, cause_id=cause_id, reason=reason, **facts, **_signed(turn))
    with turn.recorded():
        db.session.add(row)


def _signed(turn: Turn) -> dict[str, object]:
    """Return who writes, as what, and when: copied, so that it reads fully when he is gone."""
    return {"person_id": turn.person_id, "name": turn.by.name, "position": turn.by.position, "at": turn.at}


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.STATE_CAUSE: state,
    Action.CONFIRM_CAUSE: confirm,
    Action.REFUSE_CAUSE: refuse,
}
