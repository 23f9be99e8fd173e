"""A head explains a figure about him or his unit: an act of its own, readable by whoever sees the figure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Final

from sqlalchemy import select

import vietnamese
from accountability.figures.question import Question
from accountability.figures.table import FIGURES
from models.base import db
from models.figures import FigureNote
from models.session import transaction
from models.vocabulary import Role
from terms import N_
from workflow import idempotency
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import LABELS
from workflow.ledger import recorded

ACT: Final = "figure.explain"
HEAD: Final = N_("the head whom the figure is about")


def may(question: Question, by: Actor) -> bool:
    """Return whether a person explains the figures of a question: the head asked about, or the unit's today."""
    if not by.has(Role.HEAD) or by.person_id is None:
        return False
    return question.head_id == by.person_id or (question.head_id is None and question.unit_id in by.heads)


def explain(
    figure_id: str, value: int, question: Question, text: str, *, by: Actor, at: datetime, key: str | None = None
) -> None:
    """Keep what the head says on a figure, with the value he saw. Raises Refusal for anybody else, or for no words."""
    if figure_id not in FIGURES:
        raise Refusal("not_found")
    if not may(question, by):
        raise Refusal("not_yours", who=HEAD)
    words = vietnamese.normalise(text).strip()
    if not words:
        raise Refusal("missing_field", field=LABELS["text"])
    form = f"{ACT} {figure_id}"
    with transaction():
        if idempotency.answered(by, key, form) is not None:
            return
        row = _row(figure_id, value, question, words, by, at)
        with recorded(None, ACT, by=by, at=at):
            db.session.add(row)
        idempotency.keep(by, key, form, figure_id, at)


def of(question: Question) -> dict[str, list[FigureNote]]:
    """Return the explanations of a question's figures for the same period, the oldest first. One query."""
    found: dict[str, list[FigureNote]] = defaultdict(list)
    if question.head_id is None and question.unit_id is None:
        return found
    whom = FigureNote.head_id == question.head_id if question.head_id else FigureNote.unit_id == question.unit_id
    same = FigureNote.first_on == question.first, FigureNote.last_on == question.last, whom
    for row in db.session.scalars(select(FigureNote).where(*same).order_by(FigureNote.id)):
        found[row.figure].append(row)
    return found


def _row(figure_id: str, value: int, question: Question, text: str, by: Actor, at: datetime) -> FigureNote:
    return FigureNote(
        figure=figure_id,
        first_on=question.first,
        last_on=question.last,
        cut_off=question.cut_off,
        unit_id=question.unit_id,
        head_id=question.head_id,
        value=value,
        person_id=by.person_id,
        name=by.name,
        position=by.position,
        at=at,
        text=text,
    )
