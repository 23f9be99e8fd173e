"""Steps of a task: the table says what is legal, the functions here say what each step changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

import clock
import vietnamese
from models.base import db, is_id
from models.people import Person
from models.session import NotFoundError, lock, retried, transaction
from models.tasks import HandIn, Task
from models.vocabulary import Action, Status
from terms import N_
from workflow import (
    access,
    actors,
    assigning,
    causes,
    chasing,
    codes,
    comments,
    coordination,
    corrections,
    definitions,
    event_dates,
    extensions,
    flows,
    holding,
    idempotency,
    offers,
    outstanding,
    partners,
    progress,
    reference,
    signoff,
    sources,
    waiting,
)
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import LABELS, LIMITS, Given, is_blank
from workflow.ledger import recorded
from workflow.lifecycle import LIFECYCLE, case_of, check
from workflow.permissions import Case, Scope
from workflow.signers import (
    after_step,
)
from workflow.sources import (
    Source,
)
from workflow.turn import Turn

CREATE: Final = "task.create"
# the day of a document or meeting, as people write it
DATED: Final = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b|ngày \d{1,2} tháng \d{1,2} năm \d{4}", re.IGNORECASE)


def take_step(task_id: int, action: Action, *, by: Actor, at: datetime, given: Given) -> None:
    """Take one step on a task, or nothing when this form was answered before.

    Raises Refusal: not visible (as if absent), not yours, wrong state, somebody was faster, something missing.
    """
    method = codes.PASSWORD
    if "password" in _gives(action):
        method = access.verify_again(by, given.password, at=at, code=given.code, form=given.idempotency_key)
    take_proved(task_id, action, by=by, at=at, given=given, method=method)


@retried
def take_proved(
    task_id: int, action: Action, *, by: Actor, at: datetime, given: Given, method: str, batch: str | None = None
) -> None:
    """Take a step whose person has proved who he is, where that was asked; `batch` is the `req` of several at once."""
    with transaction():
        task = _locked(task_id)  # first, so that a double click waits here and then finds its answer
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        form = f"{action} {task.id}"
        if idempotency.answered(by, given.idempotency_key, form):
            return  # before visibility: a step such as handing back takes the task out of his sight
        _require_visible(task, by)
        if action in offers.TOUCHING:
            offers.lapse_over(task, ref, at)
        turn = replace(_turn(task, action, ref, by=by, at=at, given=given), method=method, batch=batch)
        EFFECTS[action](turn)
        after_step(task, action, at)
        idempotency.keep(turn.by, given.idempotency_key, form, f"task {task.id}", at)


def step_in_batch(
    task: Task, action: Action, ref: reference.Reference, *, by: Actor, at: datetime, given: Given, batch: str
) -> None:
    """Take one step on a locked task as part of a batch, inside its write unit: the checks are those of any step."""
    if action in offers.TOUCHING:
        offers.lapse_over(task, ref, at)
    EFFECTS[action](replace(_turn(task, action, ref, by=by, at=at, given=given), data={"batch": batch}))
    after_step(task, action, at)


def case(task: Task, ref: reference.Reference) -> Case:
    """Return the task with its latest hand-in, what waits on it, and what units have open. Up to seven queries."""
    request = extensions.open_request(task.id)
    asked_by = request.asked_by_id if request else None
    wait = waiting.open_wait(task) if task.status == Status.WAITING else None
    return case_of(
        task,
        latest_hand_in(task.id),
        ref,
        open_request=request is not None,
        asked_by=asked_by,
        waits_for=wait.unit_id if wait else None,
        outstanding=outstanding.of(task, request),
        between=partners.now(task, wait, ref),
    )


def latest_hand_in(task_id: int) -> HandIn | None:
    """Return the latest numbered result of a task."""
    return db.session.scalar(select(HandIn).where(HandIn.task_id == task_id).order_by(HandIn.no.desc()).limit(1))


@retried
def create(
    plan_id: int | None,
    title: str,
    source: str | Source,
    *,
    by: Actor,
    at: datetime,
    given: Given,
    again: bool = False,
) -> int:
    """Give a task its record: in a published plan, or under a document or meeting with number and day. Returns its id.

    Raises Refusal when the giver may not, when neither plan nor document is named, or when the same document has given
    the same task already, unless that is meant (`again`; rulings 28).
    """
    cited = source if isinstance(source, str) else source.about
    replace(given, text=title, decision=cited[: LIMITS["decision"]]).require(())
    with transaction() as session:
        if given.idempotency_key and by.person_id is not None:
            _lock_person(by.person_id)  # a double click waits here and then finds its answer
        ref = reference.load(clock.day_of(at))
        by = actors.reload(by, at, ref)
        if answer := idempotency.answered(by, given.idempotency_key, CREATE):
            return int(answer.split()[-1])
        Scope(by).require("give")
        title = vietnamese.normalise(title).strip()
        if is_blank(title):
            raise Refusal("missing_field", field=LABELS["title"])
        flow = flows.in_force(assigning.published(plan_id) if plan_id is not None else None, ref)
        origin = _origin(plan_id, title, source, ref, again=again)
        shape = {"steps": flow.steps, "second": flow.second, **origin}
        task = Task(plan_id=plan_id, title=title, product=given.product or "", drafted_on=ref.on, **shape)
        with recorded(None, CREATE, by=by, at=at, req=given.idempotency_key):
            session.add(task)
            session.flush()
            file = sources.keep(task, source) if isinstance(source, Source) else None
            session.add_all([file] if file is not None else [])
        idempotency.keep(by, given.idempotency_key, CREATE, f"task {task.id}", at)
        return task.id


def _origin(
    plan_id: int | None, title: str, source: str | Source, ref: reference.Reference, *, again: bool
) -> dict[str, Any]:
    """Return what a task's plan or document gives it. Raises Refusal: neither is named, or it was given once."""
    if isinstance(source, Source):
        source.require(ref.on)
        if not again:
            sources.require_new(source, title)
        return {**sources.columns(source), "folded": sources.folded(title, source)}
    source = vietnamese.normalise(source).strip()
    if plan_id is None and not DATED.search(source):
        raise Refusal("missing_field", field=N_("number and day of the document or meeting"))
    return {"source_document": source, "folded": vietnamese.fold(title)}


def _gives(action: Action) -> tuple[str, ...]:
    return tuple(name for step in LIFECYCLE if step.action == action for name in step.gives)


def _locked(task_id: int) -> Task:
    try:
        return lock(Task, task_id if is_id(task_id) else None)
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
    return Turn(task, step, found, by.within(task, action), at, given)


def _lock_person(person_id: int) -> None:
    db.session.get(Person, person_id, populate_existing=True, with_for_update={"key_share": True})


def _move(turn: Turn) -> None:
    """Change the status and nothing else."""
    with turn.recorded():
        turn.task.status = turn.target


def _stop(turn: Turn) -> None:
    """Cancel or withdraw by a decision; an open request lapses with it."""
    with turn.recorded():
        turn.task.status = turn.target
        waiting.end_wait(turn)
        extensions.lapse(turn.task.id, turn.at)
    coordination.end_parts(turn)


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {
    Action.ASSIGN: assigning.assign,
    Action.RECEIVE: assigning.receive,
    Action.DECLINE: assigning.decline,
    Action.START: _move,
    Action.WAIT: waiting.wait,
    Action.ANSWER: waiting.answer,
    Action.RESUME: waiting.resume,
    Action.HAND_IN: signoff.hand_in,
    Action.REPORT_NIL: signoff.hand_in_nil,
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
    Action.NAME_OFFICER: assigning.name_officer,
    Action.NAME_LEADER: assigning.name_leader,
    **chasing.EFFECTS,
    **comments.EFFECTS,
    **holding.EFFECTS,
    **offers.EFFECTS,
    **corrections.EFFECTS,
    **causes.EFFECTS,
    **definitions.EFFECTS,
    **event_dates.EFFECTS,
    **progress.EFFECTS,
    **coordination.EFFECTS,
}
