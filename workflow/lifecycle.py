"""The life of a task as one table: every legal step, from where to where, whose it is, and what it must be given.

What is not a row here does not exist: the service refuses it and no page shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from models.tasks import HandIn, Task
from models.vocabulary import Action, Status, TaskKind
from terms import N_
from workflow import kinds
from workflow import permissions as may
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.permissions import Case
from workflow.reference import Reference

S, A = Status, Action

# where time runs: while a task is held no day counts (rulings 15); after its hold's last day it runs again (`timing`)
RUNNING: Final = (S.ASSIGNED, S.RECEIVED, S.IN_PROGRESS, S.WAITING)
LIVE: Final = (*RUNNING, S.ON_HOLD)
WORKING: Final = (S.RECEIVED, S.IN_PROGRESS)
AT_WORK: Final = (*WORKING, S.WAITING)
OPEN: Final = (*LIVE, S.SUBMITTED, S.SIGNED_OFF)
TALKED_ABOUT: Final = (*OPEN, S.COMPLETED)
# where somebody holds the clock who can be urged; the hold itself holds it while it lasts (rulings 10)
CHASED: Final = (*RUNNING, S.SUBMITTED, S.SIGNED_OFF)

OWNER: Final = ("lead_unit_id",)
FIRST_DATE: Final = ("due_on",)
REASON: Final = ("reason",)
WAITED_FOR: Final = ("unit_id", "reason", "answer_by")
MORE_TIME: Final = ("proposed_on", "reason")
EVENT: Final = ("event_on", "document_number", "document_on")
SIGNATURE: Final = ("password", "meaning", "content_hash")


@dataclass(frozen=True)
class Step:
    """One legal step; `target` None means that the status stays as it is."""

    action: Action
    sources: tuple[Status, ...]
    target: Status | None
    who: Callable[[Actor, Case], bool]
    gives: tuple[str, ...] = ()


# fmt: off
LIFECYCLE: Final = (
    #    action               from                     to              who                    gives
    Step(A.ASSIGN,            (S.DRAFT,),              S.ASSIGNED,     may.plans,             OWNER),
    Step(A.ASSIGN,            (S.ASSIGNED,),           None,           may.plans,             OWNER),
    Step(A.ASSIGN,            AT_WORK,                 None,           may.plans,             FIRST_DATE),
    Step(A.RECEIVE,           (S.ASSIGNED,),           S.RECEIVED,     may.heads_lead_unit),
    Step(A.DECLINE,           (S.ASSIGNED,),           S.DRAFT,        may.heads_lead_unit,   REASON),
    Step(A.START,             (S.RECEIVED,),           S.IN_PROGRESS,  may.works_on),
    Step(A.WAIT,              (S.IN_PROGRESS,),        S.WAITING,      may.heads_lead_unit,   WAITED_FOR),
    Step(A.ANSWER,            (S.WAITING,),            S.IN_PROGRESS,  may.is_waited_for,     ("text",)),
    Step(A.RESUME,            (S.WAITING,),            S.IN_PROGRESS,  may.heads_lead_unit),
    Step(A.HOLD,              WORKING,                 S.ON_HOLD,      may.supervises,        ("reason", "until")),
    Step(A.RESUME,            (S.ON_HOLD,),            S.IN_PROGRESS,  may.resumes),
    Step(A.HAND_IN,           WORKING,                 S.SUBMITTED,    may.works_on,          ("result",)),
    Step(A.SIGN_OFF,          (S.SUBMITTED,),          S.SIGNED_OFF,   may.signs_first,       SIGNATURE),
    Step(A.CONFIRM,           (S.SIGNED_OFF,),         S.COMPLETED,    may.signs_second,      SIGNATURE),
    Step(A.RETURN,            (S.SUBMITTED,),          S.IN_PROGRESS,  may.signs_first,       REASON),
    Step(A.RETURN,            (S.SIGNED_OFF,),         S.IN_PROGRESS,  may.signs_second,      REASON),
    Step(A.WITHDRAW_SIGNATURE, (S.SIGNED_OFF,),        S.SUBMITTED,    may.signed_below,      ("reason", "password")),
    Step(A.REOPEN,            (S.COMPLETED,),          S.IN_PROGRESS,  may.heads_the_body,    ("reason", "decision")),
    Step(A.CANCEL,            (S.DRAFT, *LIVE),        S.CANCELLED,    may.leads,             ("reason", "decision")),
    Step(A.WITHDRAW,          LIVE,                    S.WITHDRAWN,    may.plans,             ("reason", "decision")),
    Step(A.REQUEST_EXTENSION, AT_WORK,                 None,           may.heads_lead_unit,   MORE_TIME),
    Step(A.GRANT_EXTENSION,   LIVE,                    None,           may.decides_extension),
    Step(A.REFUSE_EXTENSION,  LIVE,                    None,           may.decides_extension, REASON),
    Step(A.REPORT_NIL,        WORKING,                 S.SUBMITTED,    may.works_on),
    Step(A.RECUR,             (S.DRAFT, S.ASSIGNED, *WORKING), None,   may.plans),
    Step(A.FOLLOW_CALENDAR,   RUNNING,                 None,           may.plans),
    Step(A.RECORD_EVENT,      (S.ASSIGNED, *AT_WORK),  None,           may.records_event,     EVENT),
    Step(A.RECONFIRM,         AT_WORK,                 None,           may.works_on),
    Step(A.PROGRESS,          AT_WORK,                 None,           may.works_on,          ("text",)),
    Step(A.COMMENT,           TALKED_ABOUT,            None,           may.takes_part,        ("text",)),
    Step(A.CHASE,             CHASED,                  None,           may.chases,            ("text",)),
    Step(A.DEMAND_EXPLANATION, RUNNING,                None,           may.demands,           ("text", "answer_by")),
    Step(A.EXPLAIN,           OPEN,                    None,           may.heads_lead_unit,   ("text",)),
    Step(A.COMMIT_PROGRESS,   RUNNING,                 None,           may.heads_lead_unit,   ("new_on", "text")),
)
# fmt: on

# who a refusal names: the rule of a step -> whose step it is
WHOSE: Final[dict[Callable[[Actor, Case], bool], str]] = {
    may.plans: N_("the office or leadership"),
    may.leads: N_("leadership"),
    may.records_event: N_("the office, leadership, or the head of the lead unit"),
    may.heads_lead_unit: N_("the head of the lead unit, or whoever acts for that seat"),
    may.is_waited_for: N_("the head of the unit that is waited for"),
    may.works_on: N_("the people of the lead unit"),
    may.supervises: N_("the supervising member of leadership"),
    may.resumes: N_("the supervising member of leadership"),
    may.decides_extension: N_("the supervising member of leadership"),
    may.signs_first: N_("the first signer"),
    may.signs_second: N_("the second signer"),
    may.signed_below: N_("whoever gave the signature, until the next one is given"),
    may.heads_the_body: N_("the head of the body"),
    may.takes_part: N_("those concerned by the task"),
    may.chases: N_("the supervising member of leadership or the office, unless the task waits for them"),
    may.demands: N_("the supervising member of leadership or the office, unless they head the lead unit"),
}


def case_of(
    task: Task,
    hand_in: HandIn | None,
    ref: Reference,
    *,
    open_request: bool = False,
    asked_by: int | None = None,
    waits_for: int | None = None,
) -> Case:
    """Return what the rules need to know of a task beside the task itself."""
    return Case(task, hand_in, ref, open_request, asked_by, waits_for)


def permitted(by: Actor, case: Case) -> tuple[Step, ...]:
    """Return the steps this person may take on the task as it stands, in the table's order."""
    return tuple(
        step for step in LIFECYCLE if case.task.status in step.sources and step.who(by, case) and _possible(step, case)
    )


def check(action: Action, by: Actor, case: Case) -> Step:
    """Return the one step that is meant. Raises Refusal: not yours, own work, or not from this state."""
    steps = [step for step in LIFECYCLE if step.action == action]
    here = [step for step in steps if case.task.status in step.sources]
    allowed = [step for step in here or steps if step.who(by, case)]
    if not allowed:
        whose = WHOSE[(here or steps)[0].who]
        raise Refusal("own_work" if may.is_own_work(by, case, action) else "not_yours", who=whose)
    if not here:
        raise Refusal("wrong_state", state=case.task.status)
    return _require_possible(allowed[0], case)


def _require_possible(step: Step, case: Case) -> Step:
    if _possible(step, case):
        return step
    if (unfit := kinds.unfit(step.action, case.task)) is not None:
        raise Refusal(unfit)
    if step.action == A.ASSIGN:
        raise Refusal("only_first_date")
    if step.action != A.REQUEST_EXTENSION:
        raise Refusal("no_open_request")
    raise Refusal("request_open" if case.open_request else "no_deadline")


def _possible(step: Step, case: Case) -> bool:
    """Return whether the step fits this kind of task, and the date or request it speaks of is there (or not yet)."""
    if kinds.unfit(step.action, case.task) is not None:
        return False
    needs = {A.REQUEST_EXTENSION: False, A.GRANT_EXTENSION: True, A.REFUSE_EXTENSION: True}
    if step.action == A.REQUEST_EXTENSION and case.task.due_on is None:
        return False
    if step.gives == FIRST_DATE and (case.task.due_on is not None or case.task.kind == TaskKind.DEFINITION):
        return False
    return needs.get(step.action, case.open_request) == case.open_request
