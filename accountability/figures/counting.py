"""The figures of a question, of all units or heads at once, and the list behind each: one condition for both."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

from sqlalchemy import FromClause, case, func, literal, select, true

from accountability.charges import Blame
from accountability.figures import charged
from accountability.figures.charged import Charged
from accountability.figures.facts import Source
from accountability.figures.question import Question
from accountability.figures.sources import SOURCES
from accountability.figures.table import FIGURES, RULES, Definition
from accountability.rates import percent_of
from models.base import db
from models.tasks import Task
from workflow.reference import Reference


@dataclass(frozen=True)
class Share:
    """A figure as a part of another one, which its id names."""

    part: int
    whole: int
    of: str

    @property
    def percent(self) -> Decimal | None:
        """Return it in per cent with one decimal, half rounded up; None when there is no whole."""
        return percent_of(self.part, self.whole)


@dataclass(frozen=True)
class Figure:
    """One figure: its value, what it is a share of, where its list stands, and by which version of the rules."""

    id: str
    value: int
    address: str
    shares: tuple[Share, ...] = ()
    rules: str = RULES

    @property
    def denominator(self) -> int | None:
        """Return the whole it is a share of first."""
        return self.shares[0].whole if self.shares else None

    @property
    def percent(self) -> Decimal | None:
        """Return its share of that whole in per cent."""
        return self.shares[0].percent if self.shares else None

    def share(self, of: str) -> Share:
        """Return it as a share of another figure. Raises KeyError when the table names no such share."""
        return {share.of: share for share in self.shares}[of]

    @property
    def definition(self) -> Definition:
        """Return the row of the table it comes from."""
        return FIGURES[self.id]


@dataclass(frozen=True)
class Item:
    """One row behind a figure: task, unit, the day that decides, the days it adds to a sum, who is charged."""

    task_id: int
    title: str
    unit_id: int | None
    on: date
    days: int = 0
    blame: Blame | None = None


def of(question: Question, ref: Reference) -> dict[str, Figure]:
    """Return every figure of a question by its id. Up to seven statements for the present."""
    return made(question, totals(question, ref) | charged.totals(charged.of(question, ref)))


def made(question: Question, values: dict[str, int], ids: Collection[str] = FIGURES) -> dict[str, Figure]:
    """Return the figures of counted values; those asked for, where not all were counted."""
    return {
        key: Figure(
            key,
            values.get(key, 0),
            question.address(key),
            tuple(Share(values.get(key, 0), values.get(of, 0), of) for of in row.of),
        )
        for key, row in FIGURES.items()
        if key in ids
    }


def totals(question: Question, ref: Reference) -> dict[str, int]:
    """Return the value of every figure of a question. One statement for the present."""
    sums: list[FromClause] = [
        summed(source(question, ref), rows_of(name)).subquery(f"of_{name}") for name, source in SOURCES.items()
    ]
    together: FromClause = reduce(lambda left, right: left.join(right, true()), sums[1:], sums[0])
    row = db.session.execute(select(*(column for each in sums for column in each.c)).select_from(together)).one()
    return {key: int(value or 0) for key, value in row._mapping.items()}


def behind(figure_id: str, question: Question, ref: Reference) -> list[Item]:
    """Return exactly the rows a figure counted, or the days it added up, the earliest deciding day first."""
    row = FIGURES[figure_id]
    if row.source == charged.SOURCE:
        return [_item(figure_id, each) for each in charged.of(question, ref) if charged.PARTS[figure_id](each)]
    source = SOURCES[row.source](question, ref)
    days = source[row.sums] if row.sums else literal(0)
    query = (
        select(
            source.task_id.label("task_id"),
            Task.title,
            source.unit_id.label("unit_id"),
            source.on.label("day"),
            days.label("days"),
        )
        .join_from(source.origin, Task, Task.id == source.task_id)
        .where(*source.where, row.condition(source))
        .order_by(source.on, source.task_id)
    )
    return [
        Item(each.task_id, each.title, each.unit_id, as_day(each.day), each.days) for each in db.session.execute(query)
    ]


def _item(figure_id: str, found: Charged) -> Item:
    days = charged.days_of(figure_id, found)
    return Item(found.task_id, found.title, found.unit_id, found.on, days, found.blame)


def values_of(rows: Iterable[Definition], found: Any) -> dict[str, int]:
    """Return the figures of one source from a row of its sums."""
    return {each.id: int(getattr(found, each.id) or 0) for each in rows}


def summed(source: Source, rows: Iterable[Definition], *keys: Any) -> Any:
    """Return the query of the sums of a source, by keys or of all its rows."""
    sums = [
        func.sum(case((row.condition(source), source[row.sums] if row.sums else 1), else_=0)).label(row.id)
        for row in rows
    ]
    return select(*keys, *sums).select_from(source.origin).where(*source.where)


def rows_of(source: str, ids: Collection[str] = FIGURES) -> list[Definition]:
    """Return the figures of one source, all or some."""
    return [row for row in FIGURES.values() if row.source == source and row.id in ids]


def as_day(value: Any) -> date:
    """Return a day the way both databases give it."""
    return value if isinstance(value, date) else date.fromisoformat(value)
