"""Who may ask which question: leadership, office and inspectors every one; a head what concerns him or his units."""

from __future__ import annotations

from accountability.figures.question import Question
from models.vocabulary import Role
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.permissions import Scope


def own(question: Question, by: Actor) -> Question:
    """Return a question that names nobody as the one a head may ask: about himself, in every unit he headed."""
    if Scope(by).sees_whole() or question.unit_id is not None or question.head_id is not None:
        return question
    return question.about(head_id=by.person_id)


def require(question: Question, *, seen_by: Scope) -> None:
    """Raise Refusal `not_found` for a question about others that is not his to ask."""
    by = seen_by.actor
    is_own = question.head_id == by.person_id or question.unit_id in by.heads
    if not (seen_by.sees_whole() or (by.has(Role.HEAD) and is_own)):
        raise Refusal("not_found")
