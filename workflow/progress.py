"""Reports of progress: numbered, kept for ever, with what shows them; a text alone is one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

import clock
import vietnamese
from models.base import db
from models.log import commitment, new_salt, plain
from models.recurring import Progress
from models.tasks import Evidence
from models.vocabulary import Action, Status
from workflow import files
from workflow.errors import Refusal
from workflow.given import LABELS, Given, is_blank
from workflow.turn import Turn

# what is written in words, as the row has it
WORDS: Final = ("result", "difficulty", "cause", "next_step")
LARGEST: Final = Decimal(10) ** 13


def report(turn: Turn) -> None:
    """Keep a report of progress; the first one of a received task also starts it."""
    task, last = turn.task, latest(turn.task.id)
    row = _row(turn, last)
    kept = files.keep(turn.given.files)
    shown = [*kept, *document_of(turn.given)]
    with turn.recorded(content={"files": [facts["sha256"] for facts in kept]} if kept else None):
        if task.status == Status.RECEIVED:
            task.status = Status.IN_PROGRESS
        db.session.add(row)
        db.session.flush()
        db.session.add_all(Evidence(task_id=task.id, progress_id=row.id, **facts) for facts in shown)


def latest(task_id: int) -> Progress | None:
    """Return the last report of a task."""
    query = select(Progress).where(Progress.task_id == task_id).order_by(Progress.no.desc()).limit(1)
    return db.session.scalar(query)


def document_of(given: Given) -> list[dict[str, Any]]:
    """Return the issued document a form names, as evidence; nothing when it names none."""
    if is_blank(given.document_number):
        return []
    return [{"document_number": given.document_number.strip(), "document_on": given.document_on}]


def bound(task_id: int) -> list[dict[str, Any]]:
    """Return what a signature on a result binds of the reports before it: figures in clear, words as commitments."""
    query = select(Progress).where(Progress.task_id == task_id).order_by(Progress.no)
    return [_bound(row) for row in db.session.scalars(query.options(selectinload(Progress.evidence)))]


def _bound(row: Progress) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("no", "quantity", "cumulative", "measure", "state")}
    words = {name: getattr(row, name) for name in WORDS}
    shown = [{"sha256": item.sha256, "document_number": item.document_number} for item in row.evidence]
    found: dict[str, Any] = plain(facts)
    return {
        **found,
        **{name: {"commit": commitment(row.salt, text)} for name, text in words.items() if text is not None},
        "evidence": shown,
    }


def _row(turn: Turn, last: Progress | None) -> Progress:
    given, before = turn.given, last.cumulative if last is not None else None
    _require_document(turn)
    measure = vietnamese.normalise(given.measure).strip() or (last.measure if last is not None else "")
    if last is not None and measure != last.measure:
        before = None  # what was counted in another measure adds nothing to this one
    total = given.cumulative
    if total is None and given.quantity is not None:
        total = (before or Decimal(0)) + given.quantity
    _require_size(given.quantity, total)
    return Progress(
        task_id=turn.task.id,
        no=last.no + 1 if last is not None else 1,
        person_id=turn.person_id,
        name=turn.by.name,
        position=turn.by.position,
        at=turn.at,
        result=vietnamese.normalise(given.text),
        quantity=given.quantity,
        cumulative=total,
        measure=measure,
        state=given.state,
        salt=new_salt(),
        **{name: vietnamese.normalise(getattr(given, name)) or None for name in WORDS[1:]},
    )


def _require_document(turn: Turn) -> None:
    """Raise Refusal for a document's day without its number, or one that has not come."""
    given = turn.given
    if given.document_on is not None and is_blank(given.document_number):
        raise Refusal("missing_field", field=LABELS["document_number"])
    if given.document_on is not None and given.document_on > clock.day_of(turn.at):
        raise Refusal("date_in_future")


def _require_size(*numbers: Decimal | None) -> None:
    for number in numbers:
        if number is not None and abs(number) >= LARGEST:
            raise Refusal("bad_value", field=LABELS["quantity"], value=f"{number:f}"[:40])


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {Action.PROGRESS: report}
