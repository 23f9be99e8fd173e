"""The figures of a question, of all units or heads at once, and the list behind each: one condition for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import case, func, literal, select

from accountability.figures import facts
from accountability.figures.facts import Source
from accountability.figures.question import Question
from accountability.figures.table import FIGURES, RULES, Definition
from accountability.rates import percent_of
from models.base import db
from models.tasks import Task


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
    """One row behind a figure: the task, whose it is, the day that decides, and the days it adds to a sum."""

    task_id: int
    title: str
    unit_id: int | None
    on: date
    days: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


def of(question: Question) -> dict[str, Figure]:
    """Return every figure of a question by its id. One statement for each source."""
    return made(question, totals(question))


def made(question: Question, values: dict[str, int]) -> dict[str, Figure]:
    """Return the figures of counted values."""
    return {
        key: Figure(
            key,
            values.get(key, 0),
            question.address(key),
            tuple(Share(values.get(key, 0), values.get(of, 0), of) for of in row.of),
        )
        for key, row in FIGURES.items()
    }


def totals(question: Question) -> dict[str, int]:
    """Return the value of every figure of a question."""
    found: dict[str, int] = {}
    for name in SOURCES:
        row = db.session.execute(_summed(SOURCES[name](question), _rows_of(name))).one()
        found |= {each.id: int(getattr(row, each.id) or 0) for each in _rows_of(name)}
    return found


def behind(figure_id: str, question: Question) -> list[Item]:
    """Return exactly the rows a figure counted, or the days it added up, the earliest deciding day first."""
    row = FIGURES[figure_id]
    source = SOURCES[row.source](question)
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
        Item(each.task_id, each.title, each.unit_id, _day(each.day), each.days) for each in db.session.execute(query)
    ]


def _summed(source: Source, rows: Iterable[Definition], *keys: Any) -> Any:
    sums = [
        func.sum(case((row.condition(source), source[row.sums] if row.sums else 1), else_=0)).label(row.id)
        for row in rows
    ]
    return select(*keys, *sums).select_from(source.origin).where(*source.where)


def _rows_of(source: str) -> list[Definition]:
    return [row for row in FIGURES.values() if row.source == source]


def _tasks(question: Question) -> Source:
    return facts.tasks(question, Task.__table__.alias("known").c)


# where figures come from -> what is counted there
SOURCES: Final[dict[str, Callable[[Question], Source]]] = {"task": _tasks}


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
