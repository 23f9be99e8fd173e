"""What fits which kind of task: a recurring duty owes nothing, its occurrences do; an event dates only what waits.

Totals and rates count lead tasks and occurrences; parents, sub-tasks and definitions are not counted (rulings 15).
"""

from __future__ import annotations

from typing import Final

from models.tasks import Task
from models.vocabulary import Action, DeadlineKind, TaskKind

A, K = Action, TaskKind

COUNTED: Final = (K.LEAD, K.OCCURRENCE)
# what is done for a task, or as a step of it; and all that is somebody's own to do
PARTS: Final = (K.DUTY, K.SUB)
OWN: Final = (*COUNTED, *PARTS)
# what the text of a plan, or its annex, names
OF_PLAN: Final = (K.LEAD, K.DEFINITION)
# what has no date until something happens
BY_EVENT: Final = (DeadlineKind.EVENT, DeadlineKind.DURATION)
# all that can be done to a definition: its work is done on its occurrences
OF_DEFINITION: Final = frozenset({A.ASSIGN, A.RECEIVE, A.DECLINE, A.CANCEL, A.WITHDRAW, A.COMMENT, A.RECUR})
OF_OCCURRENCE: Final = frozenset({A.REPORT_NIL, A.FOLLOW_CALENDAR})
# what is settled on the definition, not on one time
NOT_OF_OCCURRENCE: Final = frozenset({A.DECLINE, A.RECUR})
OF_EVENT: Final = frozenset({A.RECORD_EVENT, A.RECONFIRM})


def unfit(action: Action, task: Task) -> str | None:
    """Return the code of the refusal when an action does not fit this kind of task; None when it does."""
    if task.kind == K.DEFINITION:
        return None if action in OF_DEFINITION else "definition_owes_nothing"
    if action in OF_OCCURRENCE and task.kind != K.OCCURRENCE:
        return "no_occurrence"
    if action == A.REPORT_NIL and not task.nil_report:
        return "no_nil_report"
    if action in NOT_OF_OCCURRENCE and task.kind == K.OCCURRENCE:
        return "on_definition"
    if action == A.RECUR and (task.due_on is not None or task.kind != K.LEAD):
        return "has_a_date"
    if action in OF_EVENT and (task.due_on is not None or task.deadline_kind not in BY_EVENT):
        return "waits_for_no_event"
    return None
