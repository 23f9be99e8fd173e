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
from workflow import (
    deciding,
    kinds,
    partners,
)
from workflow import permissions as may
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.outstanding import NOTHING, Outstanding
from workflow.permissions import Case, Partners
from workflow.reference import Reference

S, A, K = Status, Action, TaskKind

# where time runs: while a task is held no day counts (rulings 15); after its hold's last day it runs again (`timing`)
RUNNING: Final = (S.ASSIGNED, S.RECEIVED, S.IN_PROGRESS, S.WAITING)
LIVE: Final = (*RUNNING, S.ON_HOLD)
WORKING: Final = (S.RECEIVED, S.IN_PROGRESS)
AT_WORK: Final = (*WORKING, S.WAITING)
OPEN: Final = (*LIVE, S.SUBMITTED, S.SIGNED_OFF)
TALKED_ABOUT: Final = (*OPEN, S.COMPLETED)
# where a mistyped date is corrected by two people; until receipt its assigner corrects it alone (rulings 13)
DATED: Final = (*AT_WORK, S.ON_HOLD)
# where somebody holds the clock who can be urged; the hold itself holds it while it lasts (rulings 10)
CHASED: Final = (*RUNNING, S.SUBMITTED, S.SIGNED_OFF)

OWNER: Final = ("lead_unit_id",)
FIRST_DATE: Final = ("due_on",)
REASON: Final = ("reason",)
WAITED_FOR: Final = ("unit_id", "reason", "answer_by")
MORE_TIME: Final = ("proposed_on", "reason")
BY_DOCUMENT: Final = ("document_number", "document_on")
EVENT: Final = ("event_on", "document_number", "document_on")
SIGNATURE: Final = ("password", "meaning", "content_hash")
# a return is signed too: its meaning stands for it (P19)
RETURNED: Final = ("reason", "password")
DUTY: Final = ("unit_id", "title", "due_on")
SUB_TASK: Final = ("title", "officer_id", "due_on")

# a common parent has nothing of its own to be done (rulings 15); a sub-task stays within the unit
OWED: Final = frozenset(TaskKind) - {K.COMMON}
BETWEEN: Final = OWED - {K.SUB}
WHOLE: Final = frozenset(kinds.COUNTED)
PARTS: Final = frozenset(kinds.PARTS)
BROKEN_DOWN: Final = WHOLE | {K.DUTY}
THE_DUTY, THE_SUB, THE_COMMON = frozenset({K.DUTY}), frozenset({K.SUB}), frozenset({K.COMMON})


@dataclass(frozen=True)
class Step:
    """One legal step; `target` None means that the status stays as it is."""

    action: Action
    sources: tuple[Status, ...]
    target: Status | None
    who: Callable[[Actor, Case], bool]
    gives: tuple[str, ...] = ()
    kinds: frozenset[TaskKind] = OWED


# fmt: off
LIFECYCLE: Final = (
    #    action               from                     to              who                    gives
    Step(A.ASSIGN,            (S.DRAFT,),              S.ASSIGNED,     may.plans,             OWNER),
    Step(A.ASSIGN,            (S.ASSIGNED,),           None,           may.plans,             OWNER),
    Step(A.ASSIGN,            AT_WORK,                 None,           may.plans,             FIRST_DATE),
    Step(A.ASSIGN,            (S.DRAFT,),              S.ASSIGNED,     partners.gives_part,   OWNER, PARTS),
    Step(A.ASSIGN,            (S.ASSIGNED,),           None,           partners.gives_part,   OWNER, PARTS),
    Step(A.SPLIT,             (S.DRAFT,),              None,           may.plans,             ("unit_ids",), WHOLE),
    Step(A.RECEIVE,           (S.ASSIGNED,),           S.RECEIVED,     may.heads_lead_unit,   (), BETWEEN),
    Step(A.RECEIVE,           (S.ASSIGNED,),           S.RECEIVED,     partners.receives_step, (), THE_SUB),
    Step(A.DECLINE,           (S.ASSIGNED,),           S.DRAFT,        may.heads_lead_unit,   REASON, BETWEEN),
    Step(A.GIVE_DUTY,         (S.ASSIGNED, *AT_WORK),  None,           partners.gives_duties, DUTY, WHOLE),
    Step(A.BREAK_DOWN,        AT_WORK,                 None,           partners.gives_duties, SUB_TASK, BROKEN_DOWN),
    Step(A.START,             (S.RECEIVED,),           S.IN_PROGRESS,  may.works_on),
    Step(A.WAIT,              (S.IN_PROGRESS,),        S.WAITING,      may.heads_lead_unit,   WAITED_FOR, BETWEEN),
    Step(A.RENEW_WAIT,        (S.WAITING,),            None,           may.supervises,        REASON),
    Step(A.CONTEST,           (S.WAITING,),            None,           may.is_waited_for,     REASON),
    Step(A.CONTEST,           (S.IN_PROGRESS,),        None,           may.heads_lead_unit,   REASON, THE_DUTY),
    Step(A.UPHOLD_CONTEST,    (S.WAITING,),            S.IN_PROGRESS,  partners.decides_contest, REASON),
    Step(A.UPHOLD_CONTEST,    (S.IN_PROGRESS,),        S.COMPLETED,    partners.decides_contest, REASON, THE_DUTY),
    Step(A.DISMISS_CONTEST,   (S.WAITING, S.IN_PROGRESS), None,        partners.decides_contest, REASON),
    Step(A.ANSWER,            (S.WAITING,),            S.IN_PROGRESS,  may.is_waited_for,     ("text",)),
    Step(A.RESUME,            (S.WAITING,),            S.IN_PROGRESS,  may.heads_lead_unit),
    Step(A.HOLD,              WORKING,                 S.ON_HOLD,      may.supervises,        ("reason", "until")),
    Step(A.HOLD,              (S.ON_HOLD,),            None,           may.supervises,        ("reason", "until")),
    Step(A.RESUME,            (S.ON_HOLD,),            S.IN_PROGRESS,  may.resumes),
    Step(A.HAND_IN,           WORKING,                 S.SUBMITTED,    may.works_on,          ("result",)),
    Step(A.SIGN_OFF,          (S.SUBMITTED,),          S.SIGNED_OFF,   may.signs_first,       SIGNATURE),
    Step(A.CONFIRM,           (S.SIGNED_OFF,),         S.COMPLETED,    may.signs_second,      SIGNATURE),
    Step(A.RETURN,            (S.SUBMITTED,),          S.IN_PROGRESS,  may.signs_first,       RETURNED),
    Step(A.RETURN,            (S.SIGNED_OFF,),         S.IN_PROGRESS,  may.signs_second,      RETURNED),
    Step(A.ACCEPT,            (S.SIGNED_OFF,),         S.COMPLETED,    partners.accepts_duty, (), THE_DUTY),
    Step(A.RETURN,            (S.SIGNED_OFF,),         S.IN_PROGRESS,  partners.accepts_duty, RETURNED, THE_DUTY),
    Step(A.WITHDRAW_SIGNATURE, (S.SIGNED_OFF,),        S.SUBMITTED,    may.signed_below,      ("reason", "password")),
    Step(A.REOPEN,            (S.COMPLETED,),          S.IN_PROGRESS,  may.heads_the_body,    ("reason", "decision")),
    Step(A.CANCEL,            (S.DRAFT, *LIVE),        S.CANCELLED,    may.leads,             ("reason", "decision")),
    Step(A.WITHDRAW,          LIVE,                    S.WITHDRAWN,    may.plans,             ("reason", "decision")),
    Step(A.WITHDRAW,          LIVE,                    S.WITHDRAWN,    partners.gives_part,   REASON, PARTS),
    Step(A.REQUEST_EXTENSION, AT_WORK,                 None,           may.heads_lead_unit,   MORE_TIME),
    Step(A.GRANT_EXTENSION,   LIVE,                    None,           deciding.decides_extension),
    Step(A.REFUSE_EXTENSION,  LIVE,                    None,           deciding.decides_extension, REASON),
    Step(A.COUNTER_EXTENSION, LIVE,                    None,           deciding.decides_extension, MORE_TIME),
    Step(A.ACCEPT_COUNTER,    LIVE,                    None,           deciding.answers_offer),
    Step(A.DECLINE_COUNTER,   LIVE,                    None,           deciding.answers_offer, REASON),
    Step(A.CORRECT_DATE,      DATED,                   None,           may.plans,             ("due_on", "reason")),
    Step(A.CONFIRM_DATE,      DATED,                   None,           deciding.confirms_date),
    Step(A.DROP_DATE,         DATED,                   None,           may.plans),
    Step(A.STATE_CAUSE,       TALKED_ABOUT,            None,           deciding.states_cause, ("delay_class", "text")),
    Step(A.CONFIRM_CAUSE,     TALKED_ABOUT,            None,           deciding.decides_cause, BY_DOCUMENT),
    Step(A.REFUSE_CAUSE,      TALKED_ABOUT,            None,           deciding.decides_cause, REASON),
    Step(A.REPORT_NIL,        WORKING,                 S.SUBMITTED,    may.works_on),
    Step(A.RECUR,             (S.DRAFT, S.ASSIGNED, *WORKING), None,   may.plans),
    Step(A.FOLLOW_CALENDAR,   RUNNING,                 None,           may.plans),
    Step(A.RECORD_EVENT,      (S.ASSIGNED, *AT_WORK),  None,           may.records_event,     EVENT),
    Step(A.RECONFIRM,         AT_WORK,                 None,           may.works_on),
    Step(A.PROGRESS,          AT_WORK,                 None,           may.works_on,          ("text",)),
    Step(A.COMMENT,           TALKED_ABOUT,            None,           may.takes_part,        ("text",)),
    Step(A.COMMENT,           (S.DRAFT,),              None,           may.takes_part,        ("text",), THE_COMMON),
    Step(A.CHASE,             CHASED,                  None,           may.chases,            ("text",)),
    Step(A.DEMAND_EXPLANATION, RUNNING,                None,           may.demands,           ("text", "answer_by")),
    Step(A.EXPLAIN,           OPEN,                    None,           may.heads_lead_unit,   ("text",)),
    Step(A.COMMIT_PROGRESS,   RUNNING,                 None,           may.heads_lead_unit,   ("new_on", "text")),
    Step(A.NAME_OFFICER,      LIVE,                    None,           may.names_officer,     ("officer_id",)),
    Step(A.NAME_LEADER,       OPEN,                    None,           may.plans,             ("leader_post_id",)),
)
# fmt: on

# what must be there beside the state for a step, in order, each with the refusal when it is not
NEEDS: Final = {**deciding.NEEDS, **partners.NEEDS}

# who a refusal names: the rule of a step -> whose step it is
WHOSE: Final[dict[Callable[[Actor, Case], bool], str]] = {
    may.plans: N_("the office or leadership"),
    may.leads: N_("leadership"),
    may.records_event: N_("the office, leadership, or the head of the lead unit"),
    may.heads_lead_unit: N_("the head of the lead unit, or whoever acts for that seat"),
    may.is_waited_for: N_("the head of the unit that is waited for"),
    may.works_on: N_("the people of the lead unit"),
    may.names_officer: N_("the head of the lead unit, the office or leadership"),
    may.supervises: N_("the supervising member of leadership"),
    may.resumes: N_("the supervising member of leadership"),
    deciding.decides_extension: N_(
        "the supervising member of leadership; the head of the body for a request made after the deadline"
    ),
    deciding.answers_offer: N_("the head of the lead unit, or whoever acts for that seat"),
    deciding.confirms_date: N_("a second person of the office or leadership"),
    deciding.states_cause: N_("the head of the lead unit, or the office"),
    deciding.decides_cause: N_("the supervising member of leadership, never on words of his own"),
    may.signs_first: N_("the first signer"),
    may.signs_second: N_("the second signer"),
    may.signed_below: N_("whoever gave the signature, until the next one is given"),
    may.heads_the_body: N_("the head of the body"),
    may.takes_part: N_("those concerned by the task"),
    partners.gives_duties: N_("the head of the lead unit, the office or leadership"),
    partners.gives_part: N_("the head of the unit it is done for, the office or leadership"),
    partners.receives_step: N_("the officer named, or the head of the unit"),
    partners.accepts_duty: N_("the head of the unit that leads the task"),
    partners.decides_contest: N_("the supervising member of leadership, who is no party to it"),
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
    outstanding: Outstanding = NOTHING,
    between: Partners | None = None,
) -> Case:
    """Return what the rules need to know of a task beside the task itself."""
    return Case(task, hand_in, ref, open_request, asked_by, waits_for, outstanding, between or Partners())


def permitted(by: Actor, case: Case) -> tuple[Step, ...]:
    """Return the steps this person may take on the task as it stands, in the table's order, each once."""
    here = (step for step in LIFECYCLE if case.task.status in step.sources and case.task.kind in step.kinds)
    found: dict[Action, Step] = {}
    for step in here:
        if step.action not in found and may_take(step, by, case) and _possible(step, case):
            found[step.action] = step
    return tuple(found.values())


def may_take(step: Step, by: Actor, case: Case) -> bool:
    """Return whether a step is his: a mandate that is limited counts where it reaches (SIG-4)."""
    return step.who(by.within(case.task, step.action), case)


def check(action: Action, by: Actor, case: Case) -> Step:
    """Return the one step that is meant. Raises Refusal: not yours, own work, or not from this state."""
    steps = [step for step in LIFECYCLE if step.action == action]
    steps = [step for step in steps if case.task.kind in step.kinds] or steps
    here = [step for step in steps if case.task.status in step.sources and case.task.kind in step.kinds]
    allowed = [step for step in here or steps if may_take(step, by, case)]
    if not allowed:
        whose = WHOSE[(here or steps)[0].who]
        raise Refusal("own_work" if may.is_own_work(by, case, action) else "not_yours", who=whose)
    if not here:
        raise Refusal("wrong_state", state=case.task.status)
    return _require_possible(allowed[0], case)


def _require_possible(step: Step, case: Case) -> Step:
    lacking = _lacking(step, case)
    if lacking is not None:
        raise Refusal(lacking)
    return step


def _possible(step: Step, case: Case) -> bool:
    """Return whether what the step speaks of is there: a date, a request, an offer, a cause (or not there yet)."""
    return _lacking(step, case) is None


def _lacking(step: Step, case: Case) -> str | None:
    """Return the refusal for what a step needs and the task lacks; None when nothing is lacking."""
    if (unfit := kinds.unfit(step.action, case.task)) is not None:
        return unfit
    if step.gives == FIRST_DATE and (case.task.due_on is not None or case.task.kind == TaskKind.DEFINITION):
        return "only_first_date"
    return next((code for holds, code in NEEDS.get(step.action, ()) if not holds(case)), None)
