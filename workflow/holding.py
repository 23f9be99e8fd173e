"""A task is held by leadership until the end of a day: it moves no date by itself (rulings 12 and 13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from models.vocabulary import Action, DeadlineCause
from workflow import extensions
from workflow.errors import Refusal
from workflow.given import LABELS, is_blank
from workflow.turn import Turn


def hold(turn: Turn) -> None:
    """Hold the task, or prolong its hold; with the decision's number and day it may get another date, too."""
    until, after = turn.given.until, turn.given.due_after
    turn.require_future("until", until)
    held = turn.task.held_until
    if turn.step.target is None and held is not None and until is not None and until <= held:
        raise Refusal("hold_not_longer", day=held.strftime("%d/%m/%Y"))
    if after is not None:
        _require_decided(turn, after)
    with turn.recorded():
        turn.task.status = turn.step.target or turn.task.status
        turn.task.held_until = until
        if after is not None:
            extensions.move(turn, after, DeadlineCause.HOLD, decided_by=turn.person_id)


def _require_decided(turn: Turn, after: date) -> None:
    if turn.task.due_on is None:
        raise Refusal("no_deadline")
    if is_blank(turn.given.decision):
        raise Refusal("missing_field", field=LABELS["decision"])
    extensions.require_later(turn.task, after)


EFFECTS: Final[dict[Action, Callable[[Turn], None]]] = {Action.HOLD: hold}
