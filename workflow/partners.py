"""Who may do what between units that work together: give a duty, accept it, contest, decide on a contest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

import clock
from models.base import db
from models.coordination import Contest
from models.tasks import Task, Wait
from models.vocabulary import Action, Status, TaskKind
from workflow.actors import Actor
from workflow.permissions import Case, Partners, acts_as_head, heads_lead_unit, plans, supervises
from workflow.reference import Reference


def gives_duties(by: Actor, case: Case) -> bool:
    """Return whether he gives parts of the task to others: the head of its lead unit, the office, leadership."""
    return heads_lead_unit(by, case) or plans(by, case)


def gives_part(by: Actor, case: Case) -> bool:
    """Return whether the part is his to give: he heads the unit that leads the whole, or gives tasks at all."""
    return acts_as_head(by, case, case.partners.parent_unit) or plans(by, case)


def receives_step(by: Actor, case: Case) -> bool:
    """Return whether he receives a sub-task: the officer it was given to, or the head of his unit."""
    return (by.person_id is not None and by.person_id == case.task.officer_id) or heads_lead_unit(by, case)


def accepts_duty(by: Actor, case: Case) -> bool:
    """Return whether he accepts a duty's result for the unit it was done for; never what he did or signed himself."""
    own = by.person_id in {case.author, case.signed_by}
    return not own and acts_as_head(by, case, case.partners.parent_unit)


def accepting_posts(case: Case) -> set[int]:
    """Return the posts by which a duty's result is accepted or returned: the head's; his seat empty, those above."""
    head, chair = case.ref.head_of(case.partners.parent_unit), case.ref.chair
    if head is not None and head.person_id is not None:
        return {head.post_id}
    above = {case.task.leader_post_id, chair.post_id if chair is not None else None}
    return {post for post in above if post is not None}


def decides_contest(by: Actor, case: Case) -> bool:
    """Return whether he decides between two units: the supervisor, or the chair; never a party to it."""
    parties = {case.task.lead_unit_id, case.partners.parent_unit, case.waits_for}
    return supervises(by, case) and parties.isdisjoint(by.heads) and by.person_id != case.partners.contested_by


@dataclass(frozen=True)
class Said:
    """A contest as the rules ask about it: when, by whom, and whether it was decided."""

    at: datetime
    person_id: int
    is_open: bool


def of(
    task: Task, ref: Reference, waits_since: datetime | None, renew_by: date | None, said: Sequence[Said]
) -> Partners:
    """Return what units have open between them on a task. No query but for a part's whole."""
    whole = db.session.get(Task, task.parent_id) if task.parent_id is not None else None
    parent_unit = whole.lead_unit_id if whole else None
    since = waits_since or (task.refused_at if is_returned(task) else None)
    if since is None:
        return Partners(parent_unit)
    contest = next((one for one in said if one.is_open), None)
    was_said = contest is not None or any(one.at >= since for one in said)
    last = ref.calendar.add(clock.day_of(since), ref.settings["contest.within"])
    return Partners(
        parent_unit=parent_unit,
        contest_by=None if was_said or renew_by is not None else last,
        is_contested=contest is not None,
        contested_by=contest.person_id if contest else None,
        renew_by=renew_by,
    )


def now(task: Task, wait: Wait | None, ref: Reference) -> Partners:
    """Return the same as the rows have it. One query where something can be contested, else none."""
    said: list[Said] = []
    if wait is not None or is_returned(task):
        rows = db.session.scalars(select(Contest).where(Contest.task_id == task.id))
        said = [Said(row.at, row.person_id, row.decided_at is None) for row in rows]
    return of(task, ref, wait.from_at if wait else None, wait.renew_by if wait else None, said)


def is_returned(task: Task) -> bool:
    """Return whether a duty's result was returned by the unit it was done for, and is being redone."""
    return task.kind == TaskKind.DUTY and task.refused_at is not None and task.status == Status.IN_PROGRESS


def open_contest(task_id: int) -> Contest | None:
    """Return the contest on a task that waits for a decision; there is at most one."""
    return db.session.scalar(select(Contest).where(Contest.task_id == task_id, Contest.decided_at.is_(None)))


def _can_contest(case: Case) -> bool:
    return case.partners.contest_by is not None and case.ref.on <= case.partners.contest_by


def _is_contested(case: Case) -> bool:
    return case.partners.is_contested


# what must be there for a step between units, each with the refusal when it is not
NEEDS: Final[dict[Action, tuple[tuple[Callable[[Case], bool], str], ...]]] = {
    Action.CONTEST: ((_can_contest, "too_late_to_contest"),),
    Action.UPHOLD_CONTEST: ((_is_contested, "no_open_contest"),),
    Action.DISMISS_CONTEST: ((_is_contested, "no_open_contest"),),
    Action.RENEW_WAIT: ((lambda case: case.partners.renew_by is not None, "nothing_to_renew"),),
}
