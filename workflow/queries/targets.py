"""Targets as indicators with their goals and values by year, the way there, the forecast, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from models.base import db, is_id
from models.plans import Plan, Target
from models.targets import TargetCare, TargetGoal, TargetTask, TargetValue
from models.tasks import Task
from models.words import Cadence, Direction
from workflow import indicators, measuring
from workflow.errors import Refusal
from workflow.measuring import Goal, Span
from workflow.permissions import Scope
from workflow.queries.plans import readable
from workflow.queries.rows import TaskRow, rows, selected
from workflow.reference import Reference
from workflow.targets import FOLLOWED

# a unit of measure that says the value is one of each year
EACH_YEAR: Final = "/năm"
MOST_TASKS: Final = 300


@dataclass(frozen=True)
class YearLine:
    """One year of an indicator: its goal, the straight way, the value that stands, the forecast of the last year."""

    year: int
    goal: Goal | None
    by: str
    way: Decimal | None
    value: TargetValue | None
    forecast: Decimal | None
    is_met: bool | None


@dataclass(frozen=True)
class Series:
    """An indicator: the plan's rows on it, what was settled, its values for years, and everything reported."""

    plan: Plan
    rows: tuple[Target, ...]
    care: TargetCare | None
    given: tuple[TargetGoal, ...]
    values: tuple[TargetValue, ...]
    on: date
    grace: int
    tasks: int = 0

    @property
    def target(self) -> Target:
        """Return the row that what is said on the indicator is kept with."""
        return self.rows[0]

    @property
    def aim(self) -> Target:
        """Return the row of the last year: what the plan promises in the end."""
        return max(self.rows, key=lambda row: row.year or 0)

    @property
    def direction(self) -> Direction:
        """Return which way the value is to go: as settled, else as the operator points."""
        return self.care.direction if self.care else measuring.direction_of(self.aim.op)

    @property
    def cadence(self) -> Cadence:
        """Return how often it is reported: as settled, else every year."""
        return self.care.cadence if self.care else Cadence.YEARLY

    @property
    def baseline(self) -> tuple[int, Decimal] | None:
        """Return year and value where it began."""
        care = self.care
        return None if care is None or care.baseline is None else (care.baseline_year or 0, care.baseline)

    @property
    def first_year(self) -> int:
        """Return the first year of the plan."""
        begins = self.plan.document.issued_year or self.begins.year
        return min(begins, self.last_year or begins)

    @property
    def begins(self) -> date:
        """Return the day from which values are owed."""
        return self.plan.published_on or self.on

    @property
    def last_year(self) -> int | None:
        """Return the last year: the target's own, else the plan's; None when neither says one."""
        own = [row.year for row in self.rows if row.year is not None]
        horizon = self.plan.horizon_on
        return max(own) if own else horizon.year if horizon else None

    @cached_property
    def goals(self) -> dict[int, Goal]:
        """Return the goal of each year that has one; the plan's own words stand before what was given later."""
        found = {row.year: Goal(row.year, row.op, row.low, row.high) for row in self.given}
        found |= self.promised
        return dict(sorted(found.items()))

    @property
    def promised(self) -> dict[int, Goal]:
        """Return the goals that the plan itself gives; a value “of each year” is one of every year."""
        found: dict[int, Goal] = {}
        for row in self.rows:
            year = row.year or self.last_year
            of_each = (row.unit or "").endswith(EACH_YEAR) and len(self.rows) == 1 and year is not None
            years = range(self.first_year, (year or 0) + 1) if of_each else [year] if year else []
            found |= {each: Goal(each, row.op, row.low, row.high) for each in years}
        return found

    @cached_property
    def standing(self) -> dict[str, TargetValue]:
        """Return the value that stands for each period: the last one reported for it."""
        return {row.period: row for row in sorted(self.values, key=lambda row: (row.until_on, row.no))}

    @cached_property
    def of_years(self) -> dict[int, TargetValue]:
        """Return the value of each year: that of the whole year, else of its latest period."""
        found: dict[int, TargetValue] = {}
        for row in sorted(self.standing.values(), key=lambda row: (row.until_on, len(row.period) == len("2026"))):
            found[row.until_on.year] = row
        return found

    @property
    def latest(self) -> TargetValue | None:
        """Return the value of the latest period."""
        return self.of_years[max(self.of_years)] if self.of_years else None

    @property
    def points(self) -> list[tuple[int, Decimal]]:
        """Return what a line is laid through: the baseline, and the values of whole years."""
        whole = {row.until_on.year: row.value for row in self.of_years.values() if len(row.period) == len("2026")}
        return sorted(((dict([self.baseline]) if self.baseline else {}) | whole).items())

    @property
    def forecast(self) -> Decimal | None:
        """Return where the line through the yearly values ends in the last year; None when that year is reported."""
        last = self.last_year
        if last is None or last in dict(self.points):
            return None
        return measuring.forecast(self.points, last)

    @cached_property
    def due(self) -> list[Span]:
        """Return the periods whose value is owed by now."""
        last = date(self.last_year, 12, 31) if self.last_year else date.max
        return measuring.due(self.cadence, self.begins, last, self.on, self.grace)

    @property
    def missing(self) -> list[Span]:
        """Return the owed periods without a value; a longer period with the same last day counts for them."""
        reported = {row.until_on for row in self.values}
        return [each for each in self.due if each.last not in reported]

    @property
    def is_stale(self) -> bool:
        """Return whether the latest period owed has no value, nor any later one."""
        newest = max((row.until_on for row in self.values), default=date.min)
        return bool(self.due) and newest < self.due[-1].last

    @property
    def state(self) -> str:
        """Return where it stands: without a value, met, missed, on its way, behind, or not to be said."""
        row = self.latest
        if row is None:
            return "no_value"
        year = row.until_on.year
        if self.last_year is not None and year >= self.last_year and len(row.period) == len("2026"):
            goal = self.goals.get(self.last_year)
            return "open" if goal is None else "met" if goal.meets(row.value, self.direction) else "missed"
        goal = self.goals.get(year)
        if goal is not None:
            return "on_way" if goal.meets(row.value, self.direction) else "behind"
        way = measuring.expected(self.baseline, self.goals, year)
        if way is None:
            return "open"
        return "on_way" if Goal(year, self.aim.op, way).meets(row.value, self.direction) else "behind"

    def lines(self) -> list[YearLine]:
        """Return every year that has something to show, from the baseline's to the last."""
        years = {*self.goals, *self.of_years, *([self.baseline[0]] if self.baseline else [])}
        last = self.last_year
        if last is not None and years:
            years |= set(range(min(years), last + 1))
        by = {row.year: row.decision for row in self.given}
        return [self._line(year, "" if year in self.promised else by.get(year, "")) for year in sorted(years)]

    def _line(self, year: int, by: str) -> YearLine:
        goal, row = self.goals.get(year), self.of_years.get(year)
        met = goal.meets(row.value, self.direction) if goal and row and len(row.period) == len("2026") else None
        is_begin = self.baseline is not None and year <= self.baseline[0]
        way = None if goal or is_begin else measuring.expected(self.baseline, self.goals, year)
        return YearLine(year, goal, by, way, row, self.forecast if year == self.last_year else None, met)


@dataclass(frozen=True)
class SeriesGroup:
    """Indicators that the plan names together."""

    name: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class PlanSeries:
    """A plan's indicators, in its order."""

    plan: Plan
    series: tuple[Series, ...]

    @property
    def groups(self) -> tuple[SeriesGroup, ...]:
        """Return neighbouring indicators of one name together."""
        found: list[tuple[str, list[Series]]] = []
        for each in self.series:
            name = each.target.group_name or ""
            if not found or found[-1][0] != name:
                found.append((name, []))
            found[-1][1].append(each)
        return tuple(SeriesGroup(name, tuple(listed)) for name, listed in found)

    @property
    def stale(self) -> int:
        """Return how many lack the value of the latest period owed."""
        return sum(each.is_stale for each in self.series)


@dataclass(frozen=True)
class SeriesPage:
    """One indicator with the tasks that serve it and, for those who link, the plan's tasks to choose from."""

    series: Series
    linked: tuple[TaskRow, ...]
    offered: tuple[tuple[int, str], ...] = field(default=())


def index(
    ref: Reference, *, seen_by: Scope, plan_id: int | None = None, target_id: int | None = None
) -> list[PlanSeries]:
    """Return the indicators of all plans in force or past, the newest plan first, or of one plan. Six queries."""
    query = select(Plan).join(Plan.document).options(contains_eager(Plan.document))
    query = query.where(Plan.state.in_(FOLLOWED), readable(seen_by))
    if plan_id is not None:
        query = query.where(Plan.id == plan_id)
    if target_id is not None:
        query = query.where(Plan.id.in_(select(Target.plan_id).where(Target.id == target_id)))
    plans = {plan.id: plan for plan in db.session.scalars(query.order_by(Plan.id.desc()))}
    found = of_plans(plans, ref)
    return [PlanSeries(plan, tuple(found[plan.id])) for plan in plans.values() if plan.id in found]


def of_plans(plans: Mapping[int, Plan], ref: Reference) -> dict[int, list[Series]]:
    """Return the indicators of some plans, whoever asks. Five queries."""
    query = select(Target).where(Target.plan_id.in_(plans)).order_by(*indicators.ORDER)
    targets = db.session.scalars(query).all()
    keys = [target.id for target in targets]
    cares = {row.target_id: row for row in _of(TargetCare, keys, TargetCare.no)}
    goals = _gathered({(row.target_id, row.year): row for row in _of(TargetGoal, keys, TargetGoal.no)}.values())
    values = _gathered(_of(TargetValue, keys, TargetValue.until_on, TargetValue.no))
    count = select(TargetTask.target_id, func.count()).where(
        TargetTask.target_id.in_(keys), TargetTask.ended_at.is_(None)
    )
    counts = {row[0]: row[1] for row in db.session.execute(count.group_by(TargetTask.target_id))}
    found: dict[int, list[Series]] = {}
    for group in indicators.grouped(targets):
        first = group[0]
        one = Series(
            plan=plans[first.plan_id],
            rows=tuple(group),
            care=cares.get(first.id),
            given=tuple(goals.get(first.id, ())),
            values=tuple(values.get(first.id, ())),
            on=ref.on,
            grace=ref.settings["target.grace"],
            tasks=counts.get(first.id, 0),
        )
        found.setdefault(first.plan_id, []).append(one)
    return found


def one(target_id: int, ref: Reference, *, seen_by: Scope) -> SeriesPage:
    """Return one indicator, with the linked tasks this person may read. Raises Refusal `not_found`. Eight queries."""
    listed = index(ref, seen_by=seen_by, target_id=target_id) if is_id(target_id) else []
    series = next((each for plan in listed for each in plan.series if _holds(each, target_id)), None)
    if series is None:
        raise Refusal("not_found")
    link = select(TargetTask.task_id).where(TargetTask.target_id == series.target.id, TargetTask.ended_at.is_(None))
    linked = db.session.execute(selected().where(Task.id.in_(link), seen_by.tasks()).order_by(Task.id)).all()
    offered: Sequence[Any] = ()
    if seen_by.allows("give"):
        query = select(Task.id, Task.title).where(Task.plan_id == series.plan.id, Task.id.not_in(link), seen_by.tasks())
        offered = db.session.execute(query.order_by(Task.id).limit(MOST_TASKS)).all()
    return SeriesPage(series, tuple(rows(linked, ref)), tuple((row.id, row.title) for row in offered))


def stale_of(units: Iterable[int], ref: Reference, *, seen_by: Scope) -> list[Series]:
    """Return the stale indicators that some units report. Six queries."""
    wanted = set(units)
    listed = [each for plan in index(ref, seen_by=seen_by) for each in plan.series]
    return [each for each in listed if each.is_stale and each.care is not None and each.care.unit_id in wanted]


def _holds(series: Series, target_id: int) -> bool:
    return any(row.id == target_id for row in series.rows)


def _of(kind: Any, keys: Sequence[int], *order: Any) -> Sequence[Any]:
    return db.session.scalars(select(kind).where(kind.target_id.in_(keys)).order_by(*order)).all()


def _gathered(found: Iterable[Any]) -> dict[int, list[Any]]:
    by_target: dict[int, list[Any]] = {}
    for row in found:
        by_target.setdefault(row.target_id, []).append(row)
    return by_target
