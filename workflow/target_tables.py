"""A table of targets into a plan: looked through row by row first, then taken whole or not at all.

A goal the plan itself gives stays as it is signed; values for other years, values reached, baselines and targets that
are new to the plan are taken, each with the document the table comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import clock
import vietnamese
from documents.writers.target_table import written
from models.base import db
from models.plans import Plan, Target
from models.session import retried
from models.targets import TargetGoal
from models.vocabulary import Role, TargetOp
from models.words import Cadence, Standing
from workflow import indicators, measuring, reference, targets
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.imports import measures
from workflow.ledger import recorded
from workflow.measuring import Goal
from workflow.organization.gate import found, write
from workflow.queries.target_tables import goal_words, of_plan
from workflow.queries.targets import Series
from workflow.strangers import read_stranger
from workflow.targets import FOLLOWED, Care, Report

LIMIT_ROWS: Final = 1_000
LIMIT_NAME: Final = 1_000
_BETWEEN: Final = re.compile(r"(?:từ\s+)?(\S+)\s*(?:-|–|đến)\s*(\S+)", re.IGNORECASE)
_SIGNED: Final = re.compile(
    r"(≥|>=|≤|<=|>|<|=|trên|dưới|khoảng|tối thiểu|ít nhất|tối đa|không quá)?\s*(\S+)", re.IGNORECASE
)
# sign or word before a value -> operator
OPERATORS: Final = {
    "": TargetOp.EQUAL, "=": TargetOp.EQUAL, "≥": TargetOp.AT_LEAST, ">=": TargetOp.AT_LEAST, "≤": TargetOp.AT_MOST,
    "<=": TargetOp.AT_MOST, ">": TargetOp.MORE, "<": TargetOp.LESS, "trên": TargetOp.MORE, "dưới": TargetOp.LESS,
    "khoảng": TargetOp.ABOUT, "tối thiểu": TargetOp.AT_LEAST, "ít nhất": TargetOp.AT_LEAST,
    "tối đa": TargetOp.AT_MOST, "không quá": TargetOp.AT_MOST,
}  # fmt: skip
STANDINGS: Final = {"reached": Standing.OFFICIAL, "estimate": Standing.PROVISIONAL}


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row: the letters of the column, and a code of ROW_FAULTS with what it says."""

    column: str
    code: str
    details: Mapping[str, Any]


@dataclass
class Looked:
    """A row that was looked through: its target or none yet, what it would change, and what is wrong with it."""

    row: int
    group: str
    name: str
    unit: str
    series: Series | None = None
    goals: list[Goal] = field(default_factory=list)
    values: list[Report] = field(default_factory=list)
    baseline: tuple[int, Decimal] | None = None
    faults: list[RowFault] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """Return how many things it would change; one that is new to the plan is a change itself."""
        return (self.series is None) + len(self.goals) + len(self.values) + (self.baseline is not None)


def read(filename: str, data: bytes, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Return the table of a file as plain values. Raises Unreadable, and Refusal when there is no target in it."""
    payload = read_stranger(filename, data, by=by, at=at, what="targets")
    if not payload["rows"]:
        raise Refusal("target_table_empty")
    if len(payload["rows"]) > LIMIT_ROWS:
        raise Refusal("table_too_long", count=len(payload["rows"]), limit=LIMIT_ROWS)
    return payload


def look(plan: Plan, payload: Mapping[str, Any], document: str, *, on: date) -> list[Looked]:
    """Look through the rows of a table against the targets of the plan. Nothing is written."""
    known: dict[tuple[str, str], list[Series]] = {}
    for series in of_plan(plan, reference.load(on)):
        known.setdefault(_key(indicators.name_of(series.target), series.target.unit or ""), []).append(series)
    seen: dict[tuple[str, str], list[int]] = {}
    found = []
    for row in payload["rows"]:
        one = Looked(row["row"], row["group"], row["name"], row["unit"])
        _match(one, known, seen)
        _Cells(one, plan, document, on).read(payload["columns"], row["values"])
        found.append(one)
    return found


@retried
def take(
    plan_id: int, payload: Mapping[str, Any], document: str, *, by: Actor, at: datetime, key: str | None = None
) -> int:
    """Take a table into a plan in force: all rows, or none when any has a fault. Returns how many things changed.

    Raises Refusal: not his, no document named, faults, values reached that only the office reports.
    """
    with write("give", by, at, key) as writing:
        if writing.answer:
            return 0
        plan = found(Plan, plan_id)
        if plan.state not in FOLLOWED:
            raise Refusal("not_found")
        named = targets.document(document)
        looked = look(plan, payload, named, on=clock.day_of(at))
        wrong = sum(1 for each in looked if each.faults)
        if wrong:
            raise Refusal("target_table_faults", count=wrong)
        if by.person_id is not None and any(each.values for each in looked) and not writing.by.has(Role.OFFICE):
            raise Refusal("not_yours", who=targets.REPORTERS)
        count = sum(each.changes for each in looked)
        if count:
            with recorded(None, "target.table", by=writing.by, at=at, data={"decision": named, "items": count}):
                for each in looked:
                    _write(plan, each, named, writing.by, at)
            writing.keep(plan)
        return count


def _match(one: Looked, known: Mapping[tuple[str, str], list[Series]], seen: dict[tuple[str, str], list[int]]) -> None:
    """Find the target a row speaks of: by name and unit, the first row of a name for the first target of it."""
    name = vietnamese.fold(f"{one.group} {one.name}")
    key = _key(name, one.unit)
    alike, before = known.get(key, []), seen.setdefault(key, [])
    if not one.name:
        one.faults.append(RowFault("", "no_name", {}))
    elif len(one.name) > LIMIT_NAME:
        one.faults.append(RowFault("", "too_long", {"limit": LIMIT_NAME}))
    elif len(before) < len(alike):
        one.series = alike[len(before)]
    elif before:
        one.faults.append(RowFault("", "twice", {"row": before[-1]}))
    elif other := next((series[0] for (folded, _unit), series in known.items() if folded == name), None):
        one.faults.append(RowFault("", "no_unit", {"unit": other.target.unit or "–"}))
    before.append(one.row)


def _key(name: str, unit: str) -> tuple[str, str]:
    return name, "".join(vietnamese.normalise(unit).casefold().split())


class _Cells:
    """Reads the cells of one row behind its name and unit."""

    def __init__(self, one: Looked, plan: Plan, document: str, on: date) -> None:
        self.one, self.document, self.on = one, document, on
        self.first_year = one.series.first_year if one.series else plan.document.issued_year or on.year

    def read(self, columns: Sequence[Mapping[str, Any]], values: Sequence[str]) -> None:
        """Keep what the row would change, or what is wrong with it."""
        for column, words in zip(columns, values, strict=True):
            if words.strip() in ("", "-", "–", "…"):
                continue
            self.letter = column["letter"]
            try:
                self._cell(column["kind"], column["year"], words)
            except Refusal:
                self._fault("no_number", value=words[:40])
        if self.one.series is None and not self.one.goals and not self.one.faults:
            self.letter = ""
            self._fault("no_goal")

    def _cell(self, kind: str, year: int | None, words: str) -> None:
        if kind in ("goal", "aim"):
            self._goal(goal_of(year or 0, words))
        elif year is not None and kind == "reached" and year < self.first_year:
            self._baseline(year, measures.number(words))
        elif year is not None:
            self._value(year, STANDINGS[kind], measures.number(words))

    def _goal(self, goal: Goal) -> None:
        series = self.one.series
        own = series.promised.get(goal.year) if series else None
        if series is not None and not goal.year:
            own = Goal(0, series.aim.op, series.aim.low, series.aim.high)
        if own is not None and own != goal:
            self._fault("of_the_plan", year=goal.year or "–", value=goal_words(own.op, own.low, own.high))
        elif own is None and (series is None or series.goals.get(goal.year) != goal):
            self.one.goals.append(goal)

    def _baseline(self, year: int, value: Decimal) -> None:
        stands = self.one.series.baseline if self.one.series else None
        if self.one.baseline is not None:
            self._fault("two_baselines")
        elif stands is None:
            self.one.baseline = year, value
        elif stands != (year, value):
            self._fault("baseline_stands", year=stands[0], value=written(stands[1]))

    def _value(self, year: int, standing: Standing, value: Decimal) -> None:
        span = measuring.span(str(year))
        last = self.one.series.standing.get(span.code) if self.one.series else None
        if last is not None and (last.value, last.standing) == (value, standing):
            return
        if span.first > self.on:
            self._fault("ahead", period=span.code)
        elif standing == Standing.OFFICIAL and span.last >= self.on:
            self._fault("not_final", period=span.code)
        elif last is not None and last.standing == Standing.OFFICIAL and standing == Standing.PROVISIONAL:
            self._fault("official_stays", period=span.code)
        else:
            corrects = last is not None and not targets.is_final_after_estimate(last, standing)
            reason = self.document if corrects else ""
            self.one.values.append(Report(span.code, value, standing, self.document, reason))

    def _fault(self, code: str, **details: Any) -> None:
        self.one.faults.append(RowFault(self.letter, code, details))


def goal_of(year: int, words: str) -> Goal:
    """Return a goal as tables write it: 95, ≥ 3,5, < 15, 16 - 18, khoảng 85. Raises Refusal for anything else."""
    text = " ".join(words.split()).removesuffix("%").strip()
    signed = _SIGNED.fullmatch(text)
    if signed is not None and (signed[1] or not _BETWEEN.fullmatch(text)):
        return Goal(year, OPERATORS[(signed[1] or "").lower()], measures.number(signed[2].removesuffix("%")))
    between = _BETWEEN.fullmatch(text)
    if between is None:
        raise Refusal("bad_value", field=targets.LABELS["value"], value=words[:40])
    low, high = (measures.number(each.removesuffix("%")) for each in between.groups())
    if high < low:
        raise Refusal("bad_value", field=targets.LABELS["value"], value=words[:40])
    return Goal(year, TargetOp.BETWEEN, low, high)


def _write(plan: Plan, each: Looked, document: str, by: Actor, at: datetime) -> None:
    """Write what a row changes. Needs an open door."""
    target, goals = (each.series.target, each.goals) if each.series else _new(plan, each)
    care = targets.care_of(target.id)
    for goal in goals:
        db.session.add(_goal_row(target, goal, each.series, document, by, at))
    for said in each.values:
        span, last = measuring.span(said.period), targets.latest(target.id, said.period)
        db.session.add(targets.value_row(target, said, span, last, by, at, care.unit_id if care else None))
    if each.baseline is not None:
        year, value = each.baseline
        direction = care.direction if care else measuring.direction_of(target.op)
        settled = Care(care.unit_id if care else None, direction, care.cadence if care else Cadence.YEARLY, value, year)
        db.session.add(targets.care_row(target, settled, care, by, at))
    db.session.flush()


def _new(plan: Plan, each: Looked) -> tuple[Target, list[Goal]]:
    """Return a target that is new to the plan, of the last year, and its goals for the years before."""
    last = max(each.goals, key=lambda goal: goal.year)
    row = Target(
        plan_id=plan.id,
        group_name=vietnamese.normalise(each.group) or None,
        about_what=vietnamese.normalise(each.name),
        op=last.op,
        low=last.low,
        high=last.high,
        unit=vietnamese.normalise(each.unit) or None,
        year=last.year or None,
    )
    db.session.add(row)
    db.session.flush()
    return row, [goal for goal in each.goals if goal is not last]


def _goal_row(target: Target, goal: Goal, series: Series | None, document: str, by: Actor, at: datetime) -> TargetGoal:
    last = max((row.no for row in series.given if row.year == goal.year), default=0) if series else 0
    facts = {"op": goal.op, "low": goal.low, "high": goal.high, "decision": document}
    return TargetGoal(target_id=target.id, year=goal.year, no=last + 1, **facts, **targets.signed(by, at))
