"""Steps of a task: the table says what is legal, the functions here say what each step changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.log import new_salt
from models.people import Person
from models.plans import Plan
from models.session import NotFoundError, lock, retried, transaction
from models.tasks import Coordination, HandIn, Note, Task, Wait
from models.vocabulary import Action, DeadlineCause, DeadlineKind, Part, PlanState, Status
from terms import N_
from workflow import access, actors, chasing, extensions, idempotency, reference, signoff
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import LABELS, Given, is_blank
from workflow.ledger import recorded
from workflow.lifecycle import FIRST_DATE, LIFECYCLE, case_of, check
from workflow.permissions import Case, Scope
from workflow.turn import Turn

LARGEST_ID: Final = 2**31
CREATE: Final = "task.create"
# the day of a document or meeting, as people write it
DATED: Final = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b|ngày \d{1,2} tháng \d{1,2} năm \d{4}", re.IGNORECASE)


@retried
def take_step(task_id: int, action: Action, *, by: Actor, at: datetime, given: Given) -> None:
    """Take one step on a task, or nothing when this form was answered before.

    Raises Refusal: not visible (as if absent), not yours, wrong state, somebody was faster, something missing.
    """
    if "password" in _gives(action):
        access.verify_again(by, given.password, at=at)
    with transaction():
        task = _locked(task_id)  # first, so that a double click waits here and then finds its answer
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        form = f"{action} {task.id}"
        if idempotency.answered(by, given.idempotency_key, form):
            return  # before visibility: a step such as handing back takes the task out of his sight
        _require_visible(task, by)
        turn = _turn(task, action, ref, by=by, at=at, given=given)
        EFFECTS[action](turn)
        idempotency.keep(turn.by, given.idempotency_key, form, f"task {task.id}", at)


def case(task: Task, ref: reference.Reference) -> Case:
    """Return the task with its latest hand-in, an open request, and the unit it waits for. Up to three queries."""
    request = extensions.open_request(task.id)
    asked_by = request.asked_by_id if request else None
    waiting = _open_wait(task) if task.status == Status.WAITING else None
    return case_of(
        task,
        latest_hand_in(task.id),
        ref,
        open_request=request is not None,
        asked_by=asked_by,
        waits_for=waiting.unit_id if waiting else None,
    )


def latest_hand_in(task_id: int) -> HandIn | None:
    """Return the latest numbered result of a task."""
    return db.session.scalar(select(HandIn).where(HandIn.task_id == task_id).order_by(HandIn.no.desc()).limit(1))


@retried
def create(plan_id: int | None, title: str, source: str, *, by: Actor, at: datetime, given: Given) -> int:
    """Give a task its record: in a published plan, or under a document or meeting with number and day. Returns its id.

    Raises Refusal when the giver may not, or neither plan nor document is named (rulings 28).
    """
    replace(given, text=title, decision=source).require(())
    with transaction() as session:
        if given.idempotency_key and by.person_id is not None:
            _lock_person(by.person_id)  # a double click waits here and then finds its answer
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        if answer := idempotency.answered(by, given.idempotency_key, CREATE):
            return int(answer.split()[-1])
        Scope(by).require("give")
        title, source = vietnamese.normalise(title).strip(), vietnamese.normalise(source).strip()
        if is_blank(title):
            raise Refusal("missing_field", field=LABELS["title"])
        if plan_id is None and not DATED.search(source):
            raise Refusal("missing_field", field=N_("number and day of the document or meeting"))
        steps = _published(plan_id).steps if plan_id is not None else ref.settings["steps"]
        task = Task(
            plan_id=plan_id,
            source_document=source,
            title=title,
            folded=vietnamese.fold(title),
            steps=steps,
            product=given.product or "",
            drafted_on=clock.day_of(at),
        )
        with recorded(None, CREATE, by=by, at=at, req=given.idempotency_key):
            session.add(task)
        idempotency.keep(by, given.idempotency_key, CREATE, f"task {task.id}", at)
        return task.id


def _gives(action: Action) -> tuple[str, ...]:
    return tuple(name for step in LIFECYCLE if step.action == action for name in step.gives)


def _locked(task_id: int) -> Task:
    try:
        return lock(Task, task_id if 0 < task_id < LARGEST_ID else None)
    except NotFoundError:
        raise Refusal("not_found") from None


def _require_visible(task: Task, by: Actor) -> None:
    """Refuse what this person may not read: it is absent for him."""
    if db.session.scalar(select(Task.id).where(Task.id == task.id, Scope(by).tasks())) is None:
        raise Refusal("not_found")


def _turn(task: Task, action: Action, ref: reference.Reference, *, by: Actor, at: datetime, given: Given) -> Turn:
    """Check everything anew inside the write unit, with seats and rights of now: state, version, what is given."""
    found = case(task, ref)
    if given.version is not None and given.version != task.version:
        raise Refusal("somebody_was_faster")  # before the rules: who lost the race hears that, not what it led to
    step = check(action, by, found)
    given.require(step.gives)
    return Turn(task, step, found, by, at, given)


def _assign(turn: Turn) -> None:
    """Give the task to a lead unit, or correct that until it is received; later only the first date can be set.

    A missing date stays visible as missing.
    """
    if turn.step.gives == FIRST_DATE:
        _date(turn)
        return
    task, given, ref = turn.task, turn.given, turn.case.ref
    unit = _present(given.lead_unit_id, ref)
    if unit not in ref.inside:
        raise Refusal("unit_outside")
    is_new = task.status == Status.DRAFT
    steps = _published(task.plan_id).steps if is_new and task.plan_id is not None else task.steps
    # asked before the door opens: a query inside would flush half of the change
    leader_post_id, officer_id = _leader_post(turn), _officer(turn, unit.id)
    with turn.recorded():
        if task.lead_unit_id != unit.id:
            task.assigned_at = turn.at
        task.status = Status.ASSIGNED
        task.lead_unit_id = unit.id
        task.leader_post_id = leader_post_id
        task.officer_id = officer_id
        task.steps = steps
        task.product = given.product if given.product is not None else task.product
        _set_first_date(turn)
        _set_parts(turn, unit.id)


def _present(unit_id: int | None, ref: reference.Reference) -> reference.UnitFacts:
    """Return a unit that exists today. Raises Refusal: there is none, it has ended, it has not begun."""
    unit = ref.units.get(unit_id or 0)
    if unit is None or (unit.to_on is not None and unit.to_on <= ref.on):
        raise Refusal("unit_unknown")
    if unit.from_on > ref.on:
        raise Refusal("unit_not_begun", day=unit.from_on.strftime("%d/%m/%Y"))
    return unit


def _date(turn: Turn) -> None:
    """Set the first date of a task that was received without one; its lead unit stays."""
    if turn.given.lead_unit_id not in (None, turn.task.lead_unit_id):
        raise Refusal("only_first_date")
    with turn.recorded():
        _set_first_date(turn)


def _lock_person(person_id: int) -> None:
    db.session.get(Person, person_id, populate_existing=True, with_for_update={"key_share": True})


def _published(plan_id: int) -> Plan:
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        raise Refusal("not_found")
    if plan.state != PlanState.PUBLISHED:
        raise Refusal("plan_not_published")
    return plan


def _leader_post(turn: Turn) -> int | None:
    kept = turn.task.leader_post_id if turn.task.status == Status.DRAFT else None  # a correction may name the chair
    chosen = turn.given.leader_post_id or kept
    if chosen is None:
        return turn.case.ref.chair.post_id if turn.case.ref.chair else None
    if chosen not in {seat.post_id for seat in turn.case.ref.leadership}:
        raise Refusal("post_unknown")
    return chosen


def _officer(turn: Turn, unit_id: int) -> int | None:
    """Return the officer named, who must work in the unit today; None when none is named."""
    if turn.given.officer_id is None:
        return None
    person = db.session.get(Person, turn.given.officer_id) if 0 < turn.given.officer_id < LARGEST_ID else None
    if person is None or not person.active or unit_id not in actors.units_of(person.id, turn.case.ref, turn.at):
        raise Refusal("person_unknown")
    return person.id


def _set_first_date(turn: Turn) -> None:
    """Set the first deadline; until receipt its assigner may correct it, and what it was stays numbered (rulings 13).

    An assignment without a date has none.
    """
    task, given = turn.task, turn.given
    had = (task.due_on, task.late_after)
    task.deadline_words = given.deadline_words or task.deadline_words
    task.deadline_kind = given.deadline_kind or (DeadlineKind.BY if given.due_on else task.deadline_kind)
    if given.due_on is None:
        task.due_on = task.late_after = task.original_due_on = task.original_late_after = None
        return
    deadline = extensions.fixed(given.due_on, given.boundary, turn.case.ref)
    if (deadline.due_on, deadline.late_after) == had:
        return
    _require_future("due_on", given.due_on, turn)
    task.due_on, task.late_after = deadline.due_on, deadline.late_after
    task.original_due_on, task.original_late_after = deadline.due_on, deadline.late_after
    cause = DeadlineCause.ORIGINAL if had[0] is None else DeadlineCause.CORRECTION
    extensions.add_deadline(task, deadline, cause, task.deadline_words, turn.by, turn.at)


def _set_parts(turn: Turn, lead_id: int) -> None:
    """Name the units that take part: inside they coordinate, outside they are invited; who is not named no longer."""
    known = {part.unit_id: part for part in _all_parts(turn.task)}
    named = dict.fromkeys(turn.given.coordinator_ids)
    for part in known.values():
        if part.ended_at is None and (part.unit_id not in named or part.unit_id == lead_id):
            part.ended_at = turn.at
    for unit_id in named:
        unit = turn.case.ref.units.get(unit_id)
        if unit is None:
            raise Refusal("unit_unknown")
        if unit_id == lead_id:
            continue
        row = known.get(unit_id) or Coordination(task_id=turn.task.id, unit_id=unit_id)
        row.part, row.ended_at = (Part.COORDINATES if unit.inside else Part.INVITED), None
        db.session.add(row)


def _all_parts(task: Task) -> list[Coordination]:
    """Return the units that take part or did so under an assignment that was undone."""
    return list(db.session.scalars(select(Coordination).where(Coordination.task_id == task.id)))


def _move(turn: Turn) -> None:
    """Change the status and nothing else."""
    with turn.recorded():
        turn.task.status = turn.target


def _receive(turn: Turn) -> None:
    officer_id = _officer(turn, turn.task.lead_unit_id or 0)
    with turn.recorded():
        turn.task.status = turn.target
        turn.task.received_at = turn.at
        turn.task.officer_id = officer_id if officer_id is not None else turn.task.officer_id


def _decline(turn: Turn) -> None:
    """Hand the task back with a reason; its words stay, its assignment is undone.

    The dates it had stay numbered in `deadline`; the next assignment sets its own original date.
    """
    task = turn.task
    with turn.recorded():
        task.status = turn.target
        task.lead_unit_id = task.officer_id = task.assigned_at = None
        task.drafted_on = clock.day_of(turn.at)
        task.due_on = task.late_after = task.original_due_on = task.original_late_after = None
        for part in task.coordinations:
            part.ended_at = turn.at


def _wait(turn: Turn) -> None:
    """Wait for another unit: from now its clock runs (rulings 10-11)."""
    given, task = turn.given, turn.task
    if given.unit_id == task.lead_unit_id:
        raise Refusal("unit_unknown")
    _present(given.unit_id, turn.case.ref)
    _require_future("answer_by", given.answer_by, turn)
    with turn.recorded():
        task.status = turn.target
        assert given.answer_by is not None  # the table asks for it
        db.session.add(
            Wait(task_id=task.id, unit_id=given.unit_id, asked=given.reason, answer_by=given.answer_by, from_at=turn.at)
        )


def _resume(turn: Turn) -> None:
    with turn.recorded():
        turn.task.status = turn.target
        turn.task.held_until = None
        _end_wait(turn)


def _answer(turn: Turn) -> None:
    """Answer what the lead waited for: the waiting ends, and the clock is the lead's again (rulings 10-11)."""
    with turn.recorded():
        turn.task.status = turn.target
        _end_wait(turn)
        db.session.add(_note_row(turn))


def _open_wait(task: Task) -> Wait | None:
    return db.session.scalar(select(Wait).where(Wait.task_id == task.id, Wait.to_at.is_(None)))


def _end_wait(turn: Turn) -> None:
    wait = _open_wait(turn.task)
    if wait is not None:
        wait.to_at = turn.at


def _hold(turn: Turn) -> None:
    _require_future("until", turn.given.until, turn)
    with turn.recorded():
        turn.task.status = turn.target
        turn.task.held_until = turn.given.until


def _stop(turn: Turn) -> None:
    """Cancel or withdraw by a decision; an open request lapses with it."""
    with turn.recorded():
        turn.task.status = turn.target
        _end_wait(turn)
        extensions.lapse(turn.task.id, turn.at)


def _note(turn: Turn) -> None:
    """Write something on the task; the first progress of a received task also starts it."""
    with turn.recorded():
        if turn.step.action == Action.PROGRESS and turn.task.status == Status.RECEIVED:
            turn.task.status = Status.IN_PROGRESS
        db.session.add(_note_row(turn))


def _note_row(turn: Turn) -> Note:
    return Note(
        task_id=turn.task.id,
        person_id=turn.person_id,
        name=turn.by.name,
        position=turn.by.position,
        kind=turn.step.action.value,
        at=turn.at,
        text=vietnamese.normalise(turn.given.text),
        salt=new_salt(),
    )


def _require_future(name: str, day: date | None, turn: Turn) -> None:
    if day is not None and day < clock.day_of(turn.at):
        raise Refusal("date_in_past", field=LABELS[name], value=day.strftime("%d/%m/%Y"))


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.ASSIGN: _assign,
    Action.RECEIVE: _receive,
    Action.DECLINE: _decline,
    Action.START: _move,
    Action.WAIT: _wait,
    Action.ANSWER: _answer,
    Action.RESUME: _resume,
    Action.HOLD: _hold,
    Action.HAND_IN: signoff.hand_in,
    Action.SIGN_OFF: signoff.sign,
    Action.CONFIRM: signoff.sign,
    Action.RETURN: signoff.give_back,
    Action.WITHDRAW_SIGNATURE: signoff.withdraw,
    Action.REOPEN: signoff.reopen,
    Action.CANCEL: _stop,
    Action.WITHDRAW: _stop,
    Action.REQUEST_EXTENSION: extensions.ask,
    Action.GRANT_EXTENSION: extensions.grant,
    Action.REFUSE_EXTENSION: extensions.refuse,
    Action.PROGRESS: _note,
    Action.COMMENT: _note,
    **chasing.EFFECTS,
}
