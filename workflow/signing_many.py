"""Signing many results in one sitting: only what he has opened as it is now, each by a signature of its own (P21).

One proof of who he is, then task by task in a write unit of its own: what cannot be signed is named and the rest is.
All entries share one `req`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.base import db
from models.session import retried, transaction
from models.signing import Opened
from models.tasks import HandIn, Task
from models.vocabulary import Action, Status
from workflow import access, drift, permissions, tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Given
from workflow.lifecycle import case_of
from workflow.permissions import Case, Scope
from workflow.reference import Reference

LIMIT: Final = 100
# status of a task -> the step by which its result is signed, the rule of whose it is
STEPS: Final = {
    Status.SUBMITTED: (Action.SIGN_OFF, permissions.signs_first),
    Status.SIGNED_OFF: (Action.CONFIRM, permissions.signs_second),
}


@dataclass(frozen=True)
class Item:
    """A result that waits for his signature: what it is, and why it cannot be signed with others (empty: it can)."""

    task: Task
    result: HandIn
    why_not: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A result as a page showed it to be signed: by which step, with which content."""

    task_id: int
    action: Action
    content: str


@dataclass
class Outcome:
    """What came of signing: those signed, and those that were not with the refusal of each."""

    signed: list[int] = field(default_factory=list)
    refused: list[tuple[int, Refusal]] = field(default_factory=list)


@retried
def note_opened(row: HandIn, *, by: Actor, at: datetime) -> None:
    """Keep that he had a result on his signing page, with its content; once for each result."""
    with transaction() as session:
        mine = Opened.person_id == by.person_id, Opened.hand_in_id == row.id
        if session.scalar(select(Opened.id).where(*mine)) is None:
            facts = {"person_id": by.person_id, "hand_in_id": row.id, "content_sha": row.content_sha}
            session.add(Opened(**facts, at=at))


def is_opened(row: HandIn, by: Actor) -> bool:
    """Return whether he has had a result on his signing page. One query."""
    return row.content_sha in _opened([row], by)


def waiting(task_ids: Sequence[int], ref: Reference, *, by: Actor) -> list[Item]:
    """Return those of some tasks that wait for this person's signature, in their order. Three queries.

    Raises Refusal when there are too many.
    """
    if len(task_ids) > LIMIT:
        raise Refusal("too_many_to_sign", count=len(task_ids), limit=LIMIT)
    found = [(task, row) for task, row in _results(task_ids, by) if _is_his(task, row, ref, by)]
    opened = _opened([row for _task, row in found], by)
    items = [_item(task, row, row.content_sha in opened, ref) for task, row in found]
    places = {key: place for place, key in enumerate(task_ids)}
    return sorted(items, key=lambda item: places[item.task.id])


def sign(shown: Sequence[Shown], *, by: Actor, at: datetime, given: Given) -> Outcome:
    """Sign the results that were shown, each on its own; say which were not and why.

    Raises Refusal: nothing chosen, too many, password or code wrong. The same form sent twice signs nothing twice.
    """
    given.require(("password", "meaning"))
    if not shown:
        raise Refusal("nothing_to_sign")
    if len(shown) > LIMIT:
        raise Refusal("too_many_to_sign", count=len(shown), limit=LIMIT)
    key = given.idempotency_key or ""
    method = access.verify_again(by, given.password, at=at, code=given.code, form=key or None)
    opened, outcome = _opened_as({one.content for one in shown}, by), Outcome()
    for one in shown:
        own = replace(given, content_hash=one.content, idempotency_key=f"{key[:40]}-{one.task_id}" if key else None)
        if one.content not in opened:
            outcome.refused.append((one.task_id, Refusal("not_opened")))
            continue
        try:
            tasks.take_proved(one.task_id, one.action, by=by, at=at, given=own, method=method, batch=key or None)
        except Refusal as refusal:
            outcome.refused.append((one.task_id, refusal))
        else:
            outcome.signed.append(one.task_id)
    return outcome


def _results(task_ids: Sequence[int], by: Actor) -> list[tuple[Task, HandIn]]:
    """Return tasks that wait for a signature with their latest results, as far as he may read them. Two queries."""
    keys = [key for key in task_ids if 0 < key < 2**31]
    wanted = Task.id.in_(keys), Task.status.in_(STEPS), Scope(by).tasks()
    query = select(Task).where(*wanted).options(joinedload(Task.coordinations), joinedload(Task.officer))
    found = {task.id: task for task in db.session.scalars(query).unique()}
    parts = joinedload(HandIn.evidence), joinedload(HandIn.signatures)
    results = select(HandIn).where(HandIn.task_id.in_(found)).order_by(HandIn.no).options(*parts)
    latest = {row.task_id: row for row in db.session.scalars(results).unique()} if found else {}
    return [(task, latest[key]) for key, task in found.items() if key in latest]


def _is_his(task: Task, row: HandIn, ref: Reference, by: Actor) -> bool:
    case: Case = case_of(task, row, ref)
    return STEPS[task.status][1](by, case)


def _item(task: Task, row: HandIn, is_opened: bool, ref: Reference) -> Item:
    differs = drift.of_result(row, task, ref)
    why = "changed" if differs else "" if is_opened else "not_opened"
    return Item(task, row, why, differs)


def _opened(rows: Sequence[HandIn], by: Actor) -> set[str]:
    return _opened_as({row.content_sha for row in rows}, by) if rows else set()


def _opened_as(contents: set[str], by: Actor) -> set[str]:
    """Return which contents he has had before him. One query."""
    mine = Opened.person_id == by.person_id, Opened.content_sha.in_(contents)
    return set(db.session.scalars(select(Opened.content_sha).where(*mine)))
