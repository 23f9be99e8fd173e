"""Chasing and what answers it: urging, demanding an explanation, explaining, committing to a day.

None of it moves the task or its deadline: an explanation and a commitment stand beside them, each with its author.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

import clock
import vietnamese
from models.base import db
from models.reminding import Chase, Commitment, Explanation
from models.vocabulary import (
    Action,
)
from models.words import (
    ChaseKind,
)
from workflow.actors import Actor
from workflow.calendar import DAY
from workflow.errors import Refusal
from workflow.given import LABELS, Given
from workflow.turn import Turn

WRITTEN: Final = "%d/%m/%Y"


def urge(turn: Turn) -> None:
    """Urge whoever holds the clock (đôn đốc), with or without a day to answer by."""
    require_answerable(turn.given, turn.at)
    _ask(turn, ChaseKind.URGE)


def demand(turn: Turn) -> None:
    """Demand an explanation (yêu cầu giải trình) by a day that leaves a working day to write it."""
    earliest, day = turn.case.ref.calendar.add(clock.day_of(turn.at), 1), turn.given.answer_by
    require_answerable(turn.given, turn.at)
    if day is None or day < earliest:
        raise Refusal("answer_too_soon", day=earliest.strftime(WRITTEN))
    _ask(turn, ChaseKind.EXPLANATION)


def explain(turn: Turn) -> None:
    """Explain (ý kiến giải trình): answers everything that is open, a demand first, or stands on its own."""
    asked = _open(turn.task.id)
    demands = [chase for chase in asked if chase.kind == ChaseKind.EXPLANATION]
    answered = next(iter(demands or asked), None)
    with turn.recorded():
        db.session.add(
            Explanation(
                task_id=turn.task.id,
                chase_id=answered.id if answered else None,
                text=vietnamese.normalise(turn.given.text),
                due_on=turn.task.due_on,
                **_signed(turn.by, turn.at),
            )
        )
        for chase in asked:
            chase.answered_at = turn.at


def commit(turn: Turn) -> None:
    """Commit to a day (cam kết tiến độ): the deadline stays; the latest commitment counts, earlier ones stay."""
    day = turn.given.new_on
    assert day is not None  # the table asks for it
    if day <= clock.day_of(turn.at):
        raise Refusal("not_ahead", value=day.strftime(WRITTEN))
    number = _next(Commitment, turn.task.id)
    with turn.recorded():
        words = vietnamese.normalise(turn.given.text)
        row = {"task_id": turn.task.id, "no": number, "new_on": day, "text": words}
        db.session.add(Commitment(**row, **_signed(turn.by, turn.at)))


def require_answerable(given: Given, at: datetime) -> None:
    """Raise Refusal when the day to answer by is over."""
    if given.answer_by is not None and given.answer_by < clock.day_of(at):
        raise Refusal("date_in_past", field=LABELS["answer_by"], value=given.answer_by.strftime(WRITTEN))


def chased_on(task_ids: list[int], kind: ChaseKind, by: Actor, day: date) -> set[int]:
    """Return which of some tasks this person chased in this way on a day. One query."""
    begin = clock.start_of(day)
    query = select(Chase.task_id).where(Chase.task_id.in_(task_ids), Chase.kind == kind)
    mine = query.where(Chase.person_id == by.person_id, Chase.at >= begin, Chase.at < clock.start_of(day + DAY))
    return set(db.session.scalars(mine))


def row_of(task_id: int, no: int, kind: ChaseKind, given: Given, by: Actor, at: datetime) -> Chase:
    """Return an act of chasing as it is kept."""
    return Chase(
        task_id=task_id,
        no=no,
        kind=kind,
        text=vietnamese.normalise(given.text),
        answer_by=given.answer_by,
        is_urgent=given.is_urgent,
        **_signed(by, at),
    )


def _ask(turn: Turn, kind: ChaseKind) -> None:
    if chased_on([turn.task.id], kind, turn.by, clock.day_of(turn.at)):
        raise Refusal("chased_today", step=turn.step.action)
    number = _next(Chase, turn.task.id)
    with turn.recorded(data={"urgent": True} if turn.given.is_urgent else {}):
        db.session.add(row_of(turn.task.id, number, kind, turn.given, turn.by, turn.at))


def _open(task_id: int) -> list[Chase]:
    query = select(Chase).where(Chase.task_id == task_id, Chase.answered_at.is_(None))
    return list(db.session.scalars(query.order_by(Chase.no)))


def _signed(by: Actor, at: datetime) -> dict[str, object]:
    """Return who writes, as what, and when: copied, so that it reads fully when he is gone."""
    return {"person_id": by.person_id, "name": by.name, "position": by.position, "at": at}


def _next(kind: type[Chase] | type[Commitment], task_id: int) -> int:
    return (db.session.scalar(select(func.max(kind.no)).where(kind.task_id == task_id)) or 0) + 1


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.CHASE: urge,
    Action.DEMAND_EXPLANATION: demand,
    Action.EXPLAIN: explain,
    Action.COMMIT_PROGRESS: commit,
}
