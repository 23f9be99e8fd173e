"""Plans to look at: the list, one plan with its tasks beside its text, and the targets of all plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import QueryableAttribute, contains_eager

from models.base import db, is_id
from models.people import Person
from models.plans import Clause, Document, Plan, PlanSignature, Section, Target
from models.tasks import Task
from models.vocabulary import ClauseKind, PlanState, Status
from terms import N_
from workflow import clears, coverage, indicators, planseal
from workflow.errors import Refusal
from workflow.imports.sheet import Coverage
from workflow.kinds import COUNTED, OF_PLAN
from workflow.permissions import Scope
from workflow.queries.rows import TaskRow, rows, running, selected
from workflow.queries.tasks import OPEN, STATES
from workflow.reference import Reference

MOST_TASKS: Final = 2000
# heaps of a tally, in the order of a task's life; each name is a filter of the list of tasks
HEAPS: Final = {
    "to_assign": N_("to assign"),
    "to_receive": N_("to receive"),
    "working": N_("being worked on"),
    "to_sign": N_("to be signed"),
    "done": N_("completed"),
    "stopped": N_("stopped"),
}
ORDER: Final = (PlanState.PUBLISHED, PlanState.READ, PlanState.CLOSED, PlanState.SUPERSEDED)


@dataclass(frozen=True)
class Tally:
    """How many tasks lie in each heap, and how many of them are overdue."""

    heaps: Mapping[str, int] = field(default_factory=dict)
    overdue: int = 0
    unclear: int = 0

    @property
    def total(self) -> int:
        """Return how many there are; those stopped by a decision have their own line and are not counted."""
        return sum(count for name, count in self.heaps.items() if name != "stopped")

    @property
    def done(self) -> int:
        """Return how many are completed."""
        return self.heaps.get("done", 0)

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        names = (*self.heaps, *other.heaps)
        heaps = {name: self.heaps.get(name, 0) + other.heaps.get(name, 0) for name in names}
        return Tally(heaps, self.overdue + other.overdue, self.unclear + other.unclear)


@dataclass(frozen=True)
class PlanLine:
    """A plan in the list; `uncovered` is None for those who see only their own tasks."""

    plan: Plan
    tally: Tally
    uncovered: int | None


@dataclass(frozen=True)
class SectionLine:
    """A heading of the plan with the tasks under it and below; without a heading, those under none (an annex)."""

    section: Section | None
    depth: int
    tally: Tally
    uncovered: int


@dataclass(frozen=True)
class Passage:
    """A piece of the plan's text: a heading, a clause with its tasks, or words around them."""

    text: str
    heading: Section | None = None
    clause: Clause | None = None
    tasks: tuple[TaskRow, ...] = ()
    is_uncovered: bool = False


@dataclass(frozen=True)
class TargetGroup:
    """Targets that the plan names together."""

    name: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class PlanTargets:
    """A plan's targets, group by group."""

    plan: Plan
    groups: tuple[TargetGroup, ...]


@dataclass(frozen=True)
class PlanView:
    """One plan with everything its page shows."""

    plan: Plan
    tally: Tally
    uncovered: int | None
    sections: list[SectionLine]
    elsewhere: SectionLine
    passages: list[Passage]
    loose: list[TaskRow]
    targets: tuple[TargetGroup, ...]
    is_cut: bool
    signed: PlanSignature | None
    replaced_by: tuple[int, str] | None


def index(ref: Reference, *, seen_by: Scope) -> list[PlanLine]:
    """Return the plans this person may read, those in force first, the newest first. Three queries."""
    query = select(Plan).join(Plan.document).options(contains_eager(Plan.document)).where(readable(seen_by))
    found = sorted(db.session.scalars(query), key=lambda plan: (ORDER.index(plan.state), -plan.id))
    tallies = _tallies(Task.plan_id, ref, seen_by, Task.plan_id.is_not(None))
    uncovered = _uncovered_by_plan() if seen_by.sees_whole() else None
    return [
        PlanLine(plan, tallies.get(plan.id, Tally()), None if uncovered is None else uncovered.get(plan.id, 0))
        for plan in found
    ]


def one(plan_id: int, ref: Reference, *, seen_by: Scope) -> PlanView:
    """Return a plan with its text, this person's tasks in it, and its targets: eight queries.

    Raises Refusal `not_found` for what is absent or not his to read.
    """
    plan = visible(plan_id, seen_by=seen_by)
    clauses = list(db.session.scalars(select(Clause).where(Clause.plan_id == plan.id).order_by(Clause.span_from)))
    bare = _uncovered_clauses(plan) if seen_by.sees_whole() else frozenset()
    beside, is_cut = _tasks_by_clause(plan.id, ref, seen_by)
    tallies = _tallies(Clause.section_id, ref, seen_by, Task.plan_id == plan.id)
    elsewhere = sum(clause.section_id is None for clause in clauses if clause.id in bare)
    return PlanView(
        plan=plan,
        elsewhere=SectionLine(None, 0, tallies.get(None, Tally()), elsewhere),
        tally=sum(tallies.values(), Tally()),
        uncovered=len(bare) if seen_by.sees_whole() else None,
        sections=_section_lines(plan.sections, tallies, [clause for clause in clauses if clause.id in bare]),
        passages=list(_passages(plan, clauses, beside, bare)),
        loose=list(beside.get(None, ())),
        targets=groups(db.session.scalars(_targets(Target.plan_id == plan.id)).all()),
        is_cut=is_cut,
        signed=planseal.signed(plan.id),
        replaced_by=_replacement(plan) if plan.state == PlanState.SUPERSEDED else None,
    )


def _replacement(plan: Plan) -> tuple[int, str] | None:
    row = db.session.execute(select(Plan.id, Plan.short_title).where(Plan.replaces_id == plan.id)).first()
    return (row.id, row.short_title) if row else None


@dataclass(frozen=True)
class ClausesView:
    """A plan's clauses by what was answered: those still open by heading, and those declared."""

    plan: Plan
    open: tuple[tuple[Section | None, tuple[Clause, ...]], ...]
    declared: tuple[tuple[Clause, str], ...]
    count: Coverage


@dataclass(frozen=True)
class SigningView:
    """What leadership would sign: the plan, its parts in numbers, who declared what, and the hash of it all."""

    plan: Plan
    count: Coverage
    declared: tuple[tuple[Clause, str], ...]
    open: tuple[Clause, ...]
    tasks: tuple[tuple[int, str, str, str], ...]
    targets: tuple[TargetGroup, ...]
    shown: str


def clauses(plan_id: int, *, seen_by: Scope) -> ClausesView:
    """Return the clauses of a plan that ask for an answer, by heading, and those declared. Three queries."""
    plan = visible(plan_id, seen_by=seen_by)
    rows, open_ids = _with_names(plan)
    sections = {section.id: section for section in plan.sections}
    waiting = [clause for clause, _name in rows if clause.id in open_ids]
    groups_of = groupby(waiting, key=lambda clause: clause.section_id)
    return ClausesView(
        plan=plan,
        open=tuple((sections.get(key or 0), tuple(found)) for key, found in groups_of),
        declared=tuple((clause, name or "") for clause, name in rows if clause.declared_why),
        count=_count(rows, open_ids),
    )


def signing(plan_id: int, *, seen_by: Scope) -> SigningView:
    """Return what a signature on a plan would bind to, as its page shows it."""
    plan = visible(plan_id, seen_by=seen_by)
    rows, open_ids = _with_names(plan)
    query = select(Task.id, Task.title, Task.lead_words, Task.deadline_words)
    tasks = db.session.execute(query.where(Task.plan_id == plan.id, Task.status != Status.WITHDRAWN).order_by(Task.id))
    return SigningView(
        plan=plan,
        count=_count(rows, open_ids),
        declared=tuple((clause, name or "") for clause, name in rows if clause.declared_why),
        open=tuple(clause for clause, _name in rows if clause.id in open_ids),
        tasks=tuple((row[0], row[1], row[2], row[3]) for row in tasks),
        targets=groups(db.session.scalars(_targets(Target.plan_id == plan.id)).all()),
        shown=planseal.shown_hash(plan),
    )


def _with_names(plan: Plan) -> tuple[list[tuple[Clause, str | None]], frozenset[int]]:
    """Return a plan's clauses in order, each with who declared it, and the ids of those still open. Two queries."""
    query = select(Clause, Person.name).outerjoin(Person, Person.id == Clause.declared_by_id)
    found = db.session.execute(query.where(Clause.plan_id == plan.id).order_by(Clause.span_from))
    return [(row[0], row[1]) for row in found], _uncovered_clauses(plan)


def _count(rows: Sequence[tuple[Clause, str | None]], open_ids: frozenset[int]) -> Coverage:
    headings = sum(1 for clause, _name in rows if clause.kind == ClauseKind.HEADING)
    declared = sum(1 for clause, _name in rows if clause.declared_why and clause.kind != ClauseKind.TASK)
    return Coverage(len(rows) - headings - declared - len(open_ids), declared, len(open_ids), headings)


def visible(plan_id: int, *, seen_by: Scope) -> Plan:
    """Return a plan this person may read, with its text. Raises Refusal `not_found` otherwise."""
    plan = None
    if is_id(plan_id):
        query = select(Plan).join(Plan.document).where(Plan.id == plan_id, readable(seen_by))
        plan = db.session.scalar(query.options(contains_eager(Plan.document).undefer(Document.text)))
    if plan is None:
        raise Refusal("not_found")
    return plan


def targets(*, seen_by: Scope) -> list[PlanTargets]:
    """Return the targets of all plans in force or past, plan by plan. Two queries."""
    in_force = Plan.state.in_((PlanState.PUBLISHED, PlanState.CLOSED))
    plans = db.session.scalars(select(Plan).where(in_force, readable(seen_by)).order_by(Plan.id.desc())).all()
    found: dict[int, list[Target]] = {}
    for target in db.session.scalars(_targets(Target.plan_id.in_([plan.id for plan in plans]))):
        found.setdefault(target.plan_id, []).append(target)
    return [PlanTargets(plan, groups(found[plan.id])) for plan in plans if plan.id in found]


def groups(found: Sequence[Target]) -> tuple[TargetGroup, ...]:
    """Return neighbouring targets of one name together, in the order of the plan."""
    return tuple(
        TargetGroup(name, tuple(group)) for name, group in groupby(found, key=lambda target: target.group_name or "")
    )


def names(*, seen_by: Scope) -> list[tuple[int, str]]:
    """Return id and short title of the plans this person may read, for a list to choose from."""
    query = select(Plan.id, Plan.short_title).where(readable(seen_by)).order_by(Plan.id.desc())
    return [(row.id, row.short_title) for row in db.session.execute(query)]


def readable(seen_by: Scope) -> ColumnElement[bool]:
    """Return which plans a person may read; one not yet published is the business of those who see all."""
    return true() if seen_by.sees_whole() else Plan.state != PlanState.READ


def _tallies(
    key: QueryableAttribute[Any], ref: Reference, seen_by: Scope, *conditions: ColumnElement[bool]
) -> dict[Any, Tally]:
    """Return the tallies of the tasks this person may read, by plan or by section. One query."""
    late = and_(running(ref), Task.late_after < ref.on)
    unclear = and_(Task.status.in_((Status.DRAFT, *OPEN)), clears.unclear(clears.ALL, ref))
    query = (
        select(
            key.label("key"),
            Task.status,
            func.count().label("size"),
            func.sum(case((late, 1), else_=0)).label("late"),
            func.sum(case((unclear, 1), else_=0)).label("unclear"),
        )
        .select_from(Task)
        .outerjoin(Clause, Clause.id == Task.clause_id)
        .where(Task.kind.in_(COUNTED), seen_by.tasks(), *conditions)
        .group_by(key, Task.status)
    )
    found: dict[Any, Tally] = {}
    for row in db.session.execute(query):
        heap = next(name for name in HEAPS if row.status in STATES[name])
        found[row.key] = found.get(row.key, Tally()) + Tally({heap: row.size}, int(row.late), int(row.unclear))
    return found


def _uncovered_by_plan() -> dict[int, int]:
    asking = select(Plan.id).where(Plan.state.in_(coverage.ASKING))
    query = select(Clause.plan_id, func.count()).where(Clause.plan_id.in_(asking), coverage.is_open())
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Clause.plan_id))}


def _uncovered_clauses(plan: Plan) -> frozenset[int]:
    if plan.state not in coverage.ASKING:
        return frozenset()
    return frozenset(db.session.scalars(select(Clause.id).where(Clause.plan_id == plan.id, coverage.is_open())))


def _tasks_by_clause(
    plan_id: int, ref: Reference, seen_by: Scope
) -> tuple[dict[int | None, tuple[TaskRow, ...]], bool]:
    """Return the tasks of a plan that this person may read, by clause, and whether some were left out."""
    query = selected(OF_PLAN).add_columns(Task.clause_id).where(Task.plan_id == plan_id, seen_by.tasks())
    found = db.session.execute(query.order_by(Task.clause_id, Task.id).limit(MOST_TASKS + 1)).all()
    beside: dict[int | None, tuple[TaskRow, ...]] = {}
    for item, row in zip(found[:MOST_TASKS], rows(found[:MOST_TASKS], ref), strict=True):
        beside[item.clause_id] = (*beside.get(item.clause_id, ()), row)
    return beside, len(found) > MOST_TASKS


def _section_lines(
    sections: Sequence[Section], tallies: Mapping[int | None, Tally], bare: Sequence[Clause]
) -> list[SectionLine]:
    """Return each heading with all that stands under it: what is overdue below shows above."""
    found = []
    for section in sections:
        below = {other.id for other in sections if f"{other.path}.".startswith(f"{section.path}.")}
        tally = sum((tallies[key] for key in below if key in tallies), Tally())
        uncovered = sum(1 for clause in bare if clause.section_id in below)
        found.append(SectionLine(section, section.path.count("."), tally, uncovered))
    return found


def _passages(
    plan: Plan,
    clauses: Sequence[Clause],
    beside: Mapping[int | None, tuple[TaskRow, ...]],
    bare: frozenset[int],
) -> Iterator[Passage]:
    """Return the text of the plan from its first letter to its last, cut where clauses and lines begin."""
    headings = _Headings(plan.sections)
    text, place = plan.document.text, 0
    for clause in clauses:
        yield from headings.lines(text[place : clause.span_from])
        tasks = beside.get(clause.id, ())
        heading = headings.of(clause.text) if clause.kind == ClauseKind.HEADING and not tasks else None
        yield Passage(clause.text, heading, clause, tasks, clause.id in bare)
        place = max(place, clause.span_to)
    yield from headings.lines(text[place:])


class _Headings:
    """The headings of a plan, met one after another in its text."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._coming = list(sections)

    def of(self, text: str) -> Section | None:
        """Return the section whose heading this line is; None for other lines."""
        for place, section in enumerate(self._coming[:3]):
            if section.heading and section.heading in text and len(text) <= len(section.heading) + 20:
                del self._coming[: place + 1]
                return section
        return None

    def lines(self, text: str) -> Iterator[Passage]:
        """Return the lines between two clauses, empty ones left out."""
        for line in text.split("\n"):
            if line.strip():
                yield Passage(line, self.of(line))


def _targets(condition: ColumnElement[bool]) -> Select[Target]:
    return select(Target).where(condition).order_by(*indicators.ORDER)
