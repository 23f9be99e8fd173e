"""Units work together on a task: duties and steps are given, accepted, contested, and end with the whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

import clock
import vietnamese
from models.base import db
from models.coordination import Contest
from models.session import lock, retried, transaction
from models.tasks import Coordination, HandIn, Signature, Task
from models.vocabulary import Action, DeadlineCause, DeadlineKind, Part, Status, TaskKind
from workflow import assigning, children, extensions, reference, waiting
from workflow.actors import Actor
from workflow.calendar import Deadline
from workflow.errors import Refusal
from workflow.ledger import recorded
from workflow.turn import Turn

# what the log calls the giving of a part on the part itself: it is assigned
GIVEN: Final = "task.assign"
ENDED: Final = "task.not_needed"
ACCEPTED: Final = "task.accept"


def give_duty(turn: Turn) -> None:
    """Give a coordinating unit a duty of its own, which others of the task may depend on (rulings 14)."""
    unit = assigning.present(turn.given.unit_id, turn.case.ref)
    if unit not in turn.case.ref.inside:
        raise Refusal("unit_outside")
    if unit.id == turn.task.lead_unit_id:
        raise Refusal("duty_of_the_lead")
    part = _part(turn, TaskKind.DUTY, unit.id, None)
    part.is_blocking = turn.given.is_blocking
    _give(turn, part)


def break_down(turn: Turn) -> None:
    """Give an officer of the unit a step of the task."""
    unit_id = turn.task.lead_unit_id or 0
    officer = assigning.officer(turn, unit_id)
    _give(turn, _part(turn, TaskKind.SUB, unit_id, officer))


def split(turn: Turn) -> None:
    """Make one draft for each lead unit under this task, which from now on is only their common parent (rulings 15)."""
    task, ref = turn.task, turn.case.ref
    units = [assigning.present(unit_id, ref) for unit_id in dict.fromkeys(turn.given.unit_ids)]
    if any(unit not in ref.inside for unit in units):
        raise Refusal("unit_outside")
    if len(units) < 2:
        raise Refusal("one_lead")
    copied = ("plan_id", "clause_id", "source_document", "title", "product", "steps", "coordinator_words", "folded")
    drafts = [
        Task(
            **{name: getattr(task, name) for name in (*copied, "deadline_words", "deadline_kind", "drafted_on")},
            parent_id=task.id,
            lead_words=unit.name_on(ref.on),
        )
        for unit in units
    ]
    with turn.recorded():
        task.kind = TaskKind.COMMON
        db.session.add_all(drafts)


def accept(turn: Turn) -> None:
    """Accept the result of a duty for the unit it was done for."""
    with turn.recorded():
        _complete(turn.task, turn.at)


def contest(turn: Turn) -> None:
    """Contest that one's unit is waited for, or that its duty was returned: a leader decides, and holds the clock."""
    wait = waiting.open_wait(turn.task) if turn.task.status == Status.WAITING else None
    with turn.recorded():
        db.session.add(
            Contest(
                task_id=turn.task.id,
                wait_id=wait.id if wait else None,
                person_id=turn.person_id,
                name=turn.by.name,
                position=turn.by.position,
                at=turn.at,
                reason=vietnamese.normalise(turn.given.reason),
            )
        )


def uphold(turn: Turn) -> None:
    """Uphold a contest: the waiting ends and its days are the lead's, or the returned duty counts as accepted."""
    with turn.recorded():
        if turn.task.status == Status.WAITING:
            turn.task.status = turn.target
            waiting.end_wait(turn, upheld=True)
            return
        waiting.close_contest(turn, upheld=True)
        turn.task.status, turn.task.handed_in_on = Status.SUBMITTED, _handed_in_on(turn)
        turn.task.redo_by = turn.task.refused_at = None
        db.session.flush()  # the result stands as it was handed in; from there it is completed
        _complete(turn.task, turn.at)


def dismiss(turn: Turn) -> None:
    """Dismiss a contest: the waiting, or the return, stands."""
    with turn.recorded():
        waiting.close_contest(turn, upheld=False)


def end_parts(turn: Turn) -> None:
    """End what is still open under a task that is done or stopped: it is not needed any more, and its log says so."""
    for part in children.open_parts(turn.task.id):
        row = lock(Task, part.id)
        if row.status in children.CLOSED:
            continue
        with recorded(row, ENDED, by=turn.by, at=turn.at, req=turn.batch or turn.given.idempotency_key):
            row.status = Status.CANCELLED
            waiting.end_wait_of(row, turn.at)
            waiting.end_contest(row.id, turn.at)
            extensions.lapse(row.id, turn.at)


@retried
def accept_by_silence(at: datetime) -> int:
    """Accept each duty whose result nobody has accepted or returned in time (rulings 14). Returns how many.

    The system does it, and the log says that silence did. Running it again changes nothing.
    """
    ref = reference.load(clock.day_of(at))
    # whoever signed on this day or before has waited long enough: the days given are over
    last = ref.calendar.add(clock.day_of(at), -ref.settings["duty.accept"] - 1)
    signed = select(func.max(Signature.at)).where(Signature.task_id == Task.id).scalar_subquery()
    due = Task.kind == TaskKind.DUTY, Task.status == Status.SIGNED_OFF, signed < clock.end_of(last)
    with transaction():
        found = list(db.session.scalars(select(Task.id).where(*due).order_by(Task.id)))
        for task_id in found:
            task = lock(Task, task_id)
            if task.status == Status.SIGNED_OFF:
                with recorded(task, ACCEPTED, by=Actor.system(), at=at, data={"silent": True}):
                    _complete(task, at)
        return len(found)


def _complete(task: Task, at: datetime) -> None:
    task.status, task.completed_at, task.refused_at = Status.COMPLETED, at, None
    extensions.lapse(task.id, at)


def _handed_in_on(turn: Turn) -> Any:
    query = select(HandIn.counts_on).where(HandIn.task_id == turn.task.id).order_by(HandIn.no.desc()).limit(1)
    return db.session.scalar(query)


def _part(turn: Turn, kind: TaskKind, unit_id: int, officer_id: int | None) -> Task:
    """Return a part of the task, given now: it comes from where the whole comes from, under the same leader."""
    whole, given = turn.task, turn.given
    title = vietnamese.normalise(given.title).strip()
    return Task(
        kind=kind,
        parent_id=whole.id,
        plan_id=whole.plan_id,
        source_document=whole.source_document,
        title=title,
        folded=vietnamese.fold(title),
        product=given.product or "",
        status=Status.ASSIGNED,
        steps=1,
        lead_unit_id=unit_id,
        officer_id=officer_id,
        leader_post_id=whole.leader_post_id,
        deadline_kind=DeadlineKind.BY,
        drafted_on=clock.day_of(turn.at),
        assigned_at=turn.at,
    )


def _give(turn: Turn, part: Task) -> None:
    given = turn.given
    assert given.due_on is not None  # the table asks for it
    turn.require_future("due_on", given.due_on)
    dates = extensions.fixed(given.due_on, given.boundary, turn.case.ref)
    children.require_not_beyond(turn.task, dates.due_on)
    coordination = _coordination(turn, part)
    with recorded(None, GIVEN, by=turn.by, at=turn.at, req=given.idempotency_key):
        _date(turn, part, dates)
    with turn.recorded(data={"part": part.id}):
        if coordination is not None:
            coordination.part, coordination.ended_at = Part.COORDINATES, None
            db.session.add(coordination)


def _date(turn: Turn, part: Task, dates: Deadline) -> None:
    part.due_on = part.original_due_on = dates.due_on
    part.late_after = part.original_late_after = dates.late_after
    db.session.add(part)
    db.session.flush()
    extensions.add_deadline(part, dates, DeadlineCause.ORIGINAL, turn.given.deadline_words, turn.by, turn.at)


def _coordination(turn: Turn, part: Task) -> Coordination | None:
    """Return the row by which a duty's unit takes part in the whole; None when it does already."""
    if part.kind != TaskKind.DUTY:
        return None
    own = Coordination.task_id == turn.task.id, Coordination.unit_id == part.lead_unit_id
    found = db.session.scalar(select(Coordination).where(*own))
    if found is None:
        return Coordination(task_id=turn.task.id, unit_id=part.lead_unit_id)
    return found if found.ended_at is not None else None


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.GIVE_DUTY: give_duty,
    Action.BREAK_DOWN: break_down,
    Action.SPLIT: split,
    Action.ACCEPT: accept,
    Action.CONTEST: contest,
    Action.UPHOLD_CONTEST: uphold,
    Action.DISMISS_CONTEST: dismiss,
    Action.RENEW_WAIT: waiting.renew,
}
