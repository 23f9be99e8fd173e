"""A step of a review, saved at once: the reading is locked, the step taken on its working paper, the log told."""

from __future__ import annotations

from datetime import datetime

from models.session import retried
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.imports.keeping import locked, sheet_of
from workflow.imports.steps import STEPS, Said
from workflow.ledger import note
from workflow.organization.gate import write


@retried
def take(reading_id: int, step: str, said: Said, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Take one step of a review, or nothing when this form was answered before.

    Raises Refusal: not allowed, not there, a plan was made meanwhile, somebody was faster, something is missing.
    """
    if step not in STEPS:
        raise Refusal("not_found")
    effect, act = STEPS[step]
    with write("import", by, at, key) as unit:
        if unit.answer is not None:
            return
        row = locked(reading_id)
        if row.plan_id is not None:
            raise Refusal("reading_accepted")
        sheet = sheet_of(row)
        done = effect(sheet, said)
        row.review = sheet.decided()
        about = {} if row.replaces_id is None else {"plan": row.replaces_id}
        note(act, by=unit.by, at=at, obj=("reading", row.id), about=about, data=done.data, private=done.private)
        unit.keep(row)
