"""The numbers behind an evaluation: each with its list; products with their delays; each unit's part on its own.

A product is a task, or a recurring duty with its reports of the period. A delay is a result of it that is late by its
present deadline; one whose objective cause a leader confirmed by a document takes nothing. Nothing is weighted: how
much a product counts is for the evaluating body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from accountability.evaluation import rulesets
from accountability.evaluation.rulesets import Criterion, RuleSet, Staff
from accountability.figures import charged, counting, heads
from accountability.figures.question import Question
from accountability.figures.sources import SOURCES
from accountability.rates import percent_of
from models.base import db
from models.causes import CauseDecision, DelayCause
from models.plans import Plan
from models.tasks import Task
from models.vocabulary import DelayClass
from models.vocabulary import OfficialClass as C
from workflow.queries import targets
from workflow.queries.targets import Series
from workflow.reference import PREFIXES, Reference
from workflow.targets import FOLLOWED

WHOLE: Final = Decimal(100)
DUE: Final = (C.DONE_ON_TIME, C.DONE_LATE, C.OPEN_LATE)
LATE: Final = (C.DONE_LATE, C.OPEN_LATE)


@dataclass(frozen=True)
class Product:
    """A task or recurring duty of the period: results due, those late, those excused, results returned."""

    task_id: int
    title: str
    due: int
    delays: int
    excused: int
    returns: int
    cost: int

    @property
    def progress(self) -> Decimal:
        """Return its progress score in per cent: each delay that nothing excuses takes its cost, never below zero."""
        return self._left(self.delays - self.excused)

    @property
    def quality(self) -> Decimal:
        """Return its quality score in per cent: each result returned takes the same."""
        return self._left(self.returns)

    def _left(self, times: int) -> Decimal:
        return max(Decimal(0), WHOLE - self.cost * times)


@dataclass(frozen=True)
class Delay:
    """One late task with the cause stated last: its class, and who confirmed it by which document."""

    task_id: int
    title: str
    unit_id: int | None
    due_on: date | None
    handed_in_on: date | None
    days: int
    is_excused: bool
    cause: DelayClass | None = None
    words: str = ""
    confirmed_by: str = ""
    document: str = ""
    document_on: date | None = None


@dataclass(frozen=True)
class Line:
    """A criterion with its number: a count of a whole, or a mean in per cent; neither when people write it down."""

    criterion: Criterion
    part: int | None = None
    whole: int | None = None
    mean: Decimal | None = None
    address: str = ""

    @property
    def is_bare(self) -> bool:
        """Return whether nothing is counted: people write it down."""
        return self.part is None and self.mean is None

    @property
    def percent(self) -> Decimal | None:
        """Return the share, or the mean, in per cent with one decimal."""
        if self.mean is not None:
            return self.mean
        return None if self.part is None or self.whole is None else percent_of(self.part, self.whole)


@dataclass(frozen=True)
class PartOf:
    """What falls to the time in one seat: the unit, from when to when in the period, and the numbers of that time."""

    unit_id: int
    unit: str
    title: str
    from_on: date
    to_on: date
    values: Mapping[str, int]


@dataclass(frozen=True)
class Evidence:
    """Everything for one person or unit and one period; `rules` is None where no decree holds yet."""

    question: Question
    staff: Staff
    rules: RuleSet | None
    lines: tuple[Line, ...]
    products: tuple[Product, ...]
    delays: tuple[Delay, ...]
    ahead: tuple[tuple[int, str], ...]
    parts: tuple[PartOf, ...]
    values: Mapping[str, int]
    series: tuple[tuple[Series, bool], ...] = ()


@dataclass
class _Found:
    """What the tasks of the period gave."""

    products: list[Product] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    ahead: list[tuple[int, str]] = field(default_factory=list)


def of(
    question: Question,
    ref: Reference,
    staff: Staff = Staff.OFFICIAL,
    *,
    with_targets: bool = True,
    charges: bool = True,
) -> Evidence:
    """Return the evidence of a question about a head, an official or a unit, by the rules of its last day.

    About ten statements; the charges of late days add up to six, which an official without a seat never has.
    """
    values = counting.totals(question, ref)
    if charges and question.officer_id is None:
        values |= charged.totals(charged.of(question, ref))
    found = _tasks(question, ref)
    rules = rulesets.in_force(question.last, staff)
    parts = _parts(question, ref)
    series = tuple(_targets(question, ref, parts)) if with_targets else ()
    seen = Evidence(
        question,
        staff,
        rules,
        (),
        tuple(found.products),
        tuple(found.delays),
        tuple(found.ahead),
        parts,
        values,
        series,
    )
    criteria = [each for each in rules.criteria if not each.only_heads or question.officer_id is None] if rules else []
    lines = tuple(_line(each, seen) for each in criteria)
    return Evidence(**{**vars(seen), "lines": lines})


def _line(criterion: Criterion, seen: Evidence) -> Line:
    if not criterion.part or (criterion.part == "targets_met" and not seen.series):
        return Line(criterion)
    if criterion.part in MEANS:
        return Line(criterion, mean=_mean(map(MEANS[criterion.part], seen.products)))
    count = MEASURES.get(criterion.part)
    part = count(seen) if count else seen.values.get(criterion.part, 0)
    whole = MEASURES[criterion.whole](seen) if criterion.whole in MEASURES else seen.values.get(criterion.whole, 0)
    return Line(criterion, part, whole, address="" if count else seen.question.address(criterion.part))


def _mean(scores: Iterable[Decimal]) -> Decimal | None:
    listed = list(scores)
    if not listed:
        return None
    return (sum(listed, Decimal(0)) / len(listed)).quantize(Decimal("0.1"), ROUND_HALF_UP)


# measures that are no figures -> how they are counted; their lists stand in the evidence itself
MEASURES: Final[dict[str, Callable[[Evidence], int]]] = {
    "ahead": lambda seen: len(seen.ahead),
    "targets": lambda seen: len(seen.series),
    "targets_met": lambda seen: sum(is_met for _series, is_met in seen.series),
}
MEANS: Final[dict[str, Callable[[Product], Decimal]]] = {
    "quality": lambda product: product.quality,
    "progress": lambda product: product.progress,
}


def _tasks(question: Question, ref: Reference) -> _Found:
    """Return products, delays and what was done before its day. Three statements."""
    source, duty = SOURCES["task"](question, ref), aliased(Task)
    known, named = source.origin.c, duty.title.label("duty")
    columns = (known.id, known.due_on, known.handed_in_on, known.lead_unit_id, Task.title, Task.definition_id, named)
    marks = source["now"].label("now"), source["late"].label("late"), source["is_objective"].label("excused")
    query = select(*columns, *marks).join_from(source.origin, Task, Task.id == known.id)
    query = query.outerjoin(duty, duty.id == Task.definition_id)
    rows = db.session.execute(query.where(*source.where, source["now"].in_(DUE)).order_by(known.due_on, known.id)).all()
    found, causes = _Found(), _causes(question, [row.id for row in rows if row.now in LATE])
    found.delays = [_delay(row, causes.get(row.id)) for row in rows if row.now in LATE]
    found.ahead = [
        (row.id, row.title)
        for row in rows
        if row.now == C.DONE_ON_TIME and row.due_on is not None and row.handed_in_on < row.due_on
    ]
    found.products = list(_products(rows, _returns(question, ref), ref.settings["evaluation.335.cost"]))
    return found


def _products(rows: Sequence[Any], returned: Mapping[int, int], cost: int) -> Iterable[Product]:
    gathered: dict[int, list[Any]] = {}
    for row in rows:
        gathered.setdefault(row.definition_id or row.id, []).append(row)
    for key, results in gathered.items():
        late = [row for row in results if row.now in LATE]
        yield Product(
            task_id=key,
            title=" ".join((results[0].duty or results[0].title).split()),
            due=len(results),
            delays=len(late),
            excused=sum(bool(row.excused) for row in late),
            returns=sum(returned.get(row.id, 0) for row in results),
            cost=cost,
        )


def _returns(question: Question, ref: Reference) -> dict[int, int]:
    source = SOURCES["return"](question, ref)
    query = select(source.task_id.label("task"), func.count().label("times")).select_from(source.origin)
    return {row.task: row.times for row in db.session.execute(query.where(*source.where).group_by(source.task_id))}


def _causes(question: Question, tasks: Sequence[int]) -> dict[int, Any]:
    """Return the cause stated last for each late task, with what was decided on it, as known at the cut-off."""
    stated = (
        select(DelayCause.task_id, DelayCause.due_on, DelayCause.kind, DelayCause.text, CauseDecision)
        .outerjoin(CauseDecision, (CauseDecision.cause_id == DelayCause.id) & (CauseDecision.at < question.cut_off))
        .where(DelayCause.task_id.in_(tasks), DelayCause.at < question.cut_off)
        .order_by(DelayCause.no)
    )
    return {row.task_id: row for row in db.session.execute(stated)}


def _delay(row: Any, cause: Any) -> Delay:
    facts: dict[str, Any] = {}
    if cause is not None and cause.due_on == row.due_on:
        decision = cause.CauseDecision
        facts = {"cause": cause.kind, "words": " ".join((cause.text or "").split())}
        if decision is not None and decision.is_confirmed:
            who = ", ".join(filter(None, (decision.name, decision.position)))
            facts |= {"confirmed_by": who, "document": decision.document_number, "document_on": decision.document_on}
    title = " ".join(row.title.split())
    return Delay(row.id, title, row.lead_unit_id, row.due_on, row.handed_in_on, row.late, bool(row.excused), **facts)


def _parts(question: Question, ref: Reference) -> tuple[PartOf, ...]:
    """Return what falls to each seat a head held in the period, one after the other; none for anybody else.

    On a transfer the old unit's part goes along so. One statement for the seats, and one for each.
    """
    if not question.head_id:
        return ()
    held = [term for term in heads.terms() if term.person_id == question.head_id and term.overlaps(question)]
    wanted = [term for term in held if question.unit_id in (None, term.unit_id)]
    found: dict[int, PartOf] = {}
    for term in sorted(wanted, key=lambda term: term.from_on):
        begins, last = max(term.from_on, question.first), question.day
        ends = last if term.to_on is None else min(last, date.fromordinal(term.to_on.toordinal() - 1))
        before = found.get(term.unit_id)
        values = before.values if before else counting.totals(question.about(unit_id=term.unit_id), ref)
        first = before.from_on if before else begins
        found[term.unit_id] = PartOf(
            term.unit_id, ref.unit_name(term.unit_id), f"{PREFIXES[term.capacity]}{term.title}", first, ends, values
        )
    return tuple(found.values())


def _targets(question: Question, ref: Reference, parts: Sequence[PartOf]) -> Iterable[tuple[Series, bool]]:
    """Give the targets of the year that the units follow, as far as a value of the whole year was known, met or not."""
    units = {question.unit_id} if question.unit_id else {part.unit_id for part in parts}
    if not units:
        return
    plans = {plan.id: plan for plan in db.session.scalars(select(Plan).where(Plan.state.in_(FOLLOWED)))}
    year = question.last.year
    for listed in targets.of_plans(plans, ref).values():
        for series in listed:
            goal, care = series.goals.get(year), series.care
            if care is None or care.unit_id not in units or goal is None or not care.at < question.cut_off:
                continue
            known = [row for row in series.values if row.period == str(year) and row.at < question.cut_off]
            yield series, bool(known) and goal.meets(known[-1].value, series.direction)
