"""Who signs that a task is completed: versions of it for each plan, and whether four eyes can be had in every unit.

A task keeps the version it was assigned with; a later one holds for tasks assigned later. Version 1 is the plan as it
came, the later ones are rows with a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, select

import clock
import vietnamese
from models.base import db, is_id
from models.plans import Plan
from models.session import NotFoundError, lock, retried, transaction
from models.signing import Flow
from models.tasks import Task
from models.vocabulary import SecondSigner
from terms import N_
from workflow import lifecycle, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import LABELS, LIMITS, is_blank
from workflow.ledger import recorded
from workflow.organization.gate import require
from workflow.permissions import Case, signing_chain
from workflow.reference import Reference, Seat

# the version every plan begins with
FIRST: Final = 1
SHOWN: Final = 8
# the rules of the house that say who signs tasks without a plan
SETTINGS: Final = ("steps", "steps.second")


@dataclass(frozen=True)
class Version:
    """Who signs: how many, who is the second, and which version of the plan says so (none for a task without plan)."""

    steps: int
    second: SecondSigner
    no: int | None = None


@dataclass(frozen=True)
class Line:
    """Who would sign in a unit under a supervising seat: what an officer hands in, and what the head himself does."""

    unit_id: int
    leader_post_id: int | None
    of_officer: tuple[Seat, ...]
    of_head: tuple[Seat, ...]
    steps: int
    has_head: bool

    @property
    def fails(self) -> bool:
        """Return whether too few different people could sign; a head's own work may be left to one (rulings 8)."""
        return len(self.of_officer) < self.steps or (self.has_head and not self.of_head)


@dataclass(frozen=True)
class _Doer:
    """Somebody who hands in; nobody has signed yet."""

    person_id: int | None
    signatures: tuple[()] = ()


@dataclass(frozen=True)
class _Pair:
    """A lead unit and a supervising seat, as the rules of signing ask for them."""

    lead_unit_id: int
    leader_post_id: int | None
    steps: int
    second: SecondSigner


def in_force(plan: Plan | None, ref: Reference) -> Version:
    """Return who signs in a task that is assigned now. One query, none without a plan."""
    second = SecondSigner(ref.settings["steps.second"])
    if plan is None:
        return Version(ref.settings["steps"], second)
    last = latest(plan.id)
    return Version(last.steps, last.second, last.no) if last else Version(plan.steps, second, FIRST)


def latest(plan_id: int) -> Flow | None:
    """Return the last version that was entered for a plan; None while it is as it came."""
    return db.session.scalar(select(Flow).where(Flow.plan_id == plan_id).order_by(Flow.no.desc()).limit(1))


def versions(plan_id: int) -> list[Flow]:
    """Return the versions entered for a plan, the newest first."""
    return list(db.session.scalars(select(Flow).where(Flow.plan_id == plan_id).order_by(Flow.no.desc())))


@retried
def enter(
    plan_id: int,
    steps: int,
    second: SecondSigner,
    decision: str,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Say by a decision who signs in tasks of a plan from now on; tasks assigned before keep theirs.

    Saying what holds already does nothing. Raises Refusal: not his, no decision, or too few people in some unit.
    """
    with transaction():
        by = require("publish", by, at)
        plan, ref = _locked(plan_id), reference.load(clock.day_of(at))
        now, wanted = in_force(plan, ref), Version(steps, second)
        if steps not in (1, 2):
            raise Refusal("bad_value", field=N_("signatures for completion"), value=str(steps))
        if (now.steps, now.second) == (steps, second):
            return
        if version is not None and version != plan.version:
            raise Refusal("somebody_was_faster")
        row = _row(plan, wanted, (now.no or FIRST) + 1, decision, by, at)
        require_people(wanted, Task.plan_id == plan.id, ref)
        with recorded(plan, "plan.steps", by=by, at=at, data={"decision": row.decision}):
            plan.steps = steps
            db.session.add(row)


def require_rule(name: str, value: object, on: date) -> None:
    """Raise Refusal when a rule of the house on who signs could not be followed in some unit."""
    if name not in SETTINGS:
        return
    ref = reference.load(on)
    named = ref.settings | {name: value}
    wanted = Version(named["steps"], SecondSigner(named["steps.second"]))
    require_people(wanted, Task.plan_id.is_(None), ref)


def carry_over(old: Plan, new: Plan, decision: str, by: Actor, at: datetime) -> None:
    """Have an amended plan go on with the version of the one it replaces. Needs an open door."""
    with db.session.no_autoflush:
        last = latest(old.id)
    if last is not None:
        kept = Version(last.steps, last.second)
        db.session.add(_row(new, kept, FIRST + 1, decision, by, at))


def require_people(wanted: Version, which: ColumnElement[bool], ref: Reference) -> None:
    """Raise Refusal when in some unit with open tasks too few different people could sign so."""
    failing = [line for line in lines(wanted, which, ref) if line.fails]
    if failing:
        raise Refusal("flow_fails", units="; ".join(said(line, ref) for line in failing[:SHOWN]))


def lines(wanted: Version, which: ColumnElement[bool], ref: Reference) -> list[Line]:
    """Return who would sign in each lead unit that has open tasks, by their supervising seats. One query."""
    query = select(Task.lead_unit_id, Task.leader_post_id).where(which, Task.status.in_(lifecycle.OPEN)).distinct()
    pairs = [(unit, post) for unit, post in db.session.execute(query) if unit is not None and unit in ref.units]
    return [_line(unit, post, wanted, ref) for unit, post in sorted(pairs, key=lambda pair: (pair[0], pair[1] or 0))]


def said(line: Line, ref: Reference) -> str:
    """Return a unit with the seats that are left to sign in it, in plain words."""
    who = [seat.said for seat in line.of_officer]
    return f"{ref.unit_name(line.unit_id)} ({', '.join(who) or '–'})"


def _line(unit_id: int, post_id: int | None, wanted: Version, ref: Reference) -> Line:
    head = ref.head_of(unit_id)
    head_id = head.person_id if head is not None else None
    pair = _Pair(unit_id, post_id, wanted.steps, wanted.second)
    chains: Iterable[tuple[Seat, ...]] = (
        signing_chain(Case(pair, _Doer(person), ref))  # type: ignore[arg-type]  # they have what the rules ask for
        for person in (None, head_id)
    )
    of_officer, of_head = chains
    return Line(unit_id, post_id, of_officer, of_head, wanted.steps, head_id is not None)


def _row(plan: Plan, wanted: Version, no: int, decision: str, by: Actor, at: datetime) -> Flow:
    decision = " ".join(vietnamese.normalise(decision).split())
    if is_blank(decision):
        raise Refusal("missing_field", field=LABELS["decision"])
    if len(decision) > LIMITS["decision"]:
        raise Refusal("too_long", field=LABELS["decision"], limit=LIMITS["decision"], length=len(decision))
    return Flow(
        plan_id=plan.id,
        no=no,
        steps=wanted.steps,
        second=wanted.second,
        decision=decision,
        entered_by_id=by.person_id,
        entered_at=at,
    )


def _locked(plan_id: int) -> Plan:
    try:
        return lock(Plan, plan_id if is_id(plan_id) else None)
    except NotFoundError:
        raise Refusal("not_found") from None
