"""Who headed which unit when, and the figures of all heads at once: each row goes to who headed then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select, text

from accountability.figures.counting import as_day, rows_of, summed, values_of
from accountability.figures.facts import Source
from accountability.figures.question import Question
from accountability.figures.sources import SOURCES
from accountability.figures.table import FIGURES, Definition
from models.base import db
from models.people import Person, Post, Tenure
from models.vocabulary import Capacity, Rank
from workflow.reference import Reference

Values = dict[str, int]


@dataclass(frozen=True)
class Term:
    """Somebody headed a unit from a day to a day (excluded)."""

    unit_id: int
    person_id: int
    name: str
    title: str
    capacity: Capacity
    from_on: date
    to_on: date | None

    def overlaps(self, question: Question) -> bool:
        """Return whether he held the seat on a day of the period up to the day looked at."""
        return self.from_on <= question.day and (self.to_on is None or self.to_on > question.first)


@dataclass(frozen=True)
class Tally:
    """The figures of every unit, and of every head of one: (unit, person); no person where the seat was empty."""

    units: Mapping[int | None, Values]
    heads: Mapping[tuple[int | None, int | None], Values]
    terms: tuple[Term, ...]

    @property
    def whole(self) -> Values:
        """Return the figures of all units together."""
        return added(self.units.values())


def terms() -> tuple[Term, ...]:
    """Return who headed which unit, by entries a second person confirmed. One query."""
    columns = (Post.unit_id, Person.id.label("person_id"), Person.name, Post.title, Tenure.capacity)
    query = (
        select(*columns, Tenure.from_on, Tenure.to_on)
        .join_from(Tenure, Post, Post.id == Tenure.post_id)
        .join(Person, Person.id == Tenure.person_id)
        .where(Post.rank == Rank.HEAD, Tenure.confirmed_at.is_not(None))
        .order_by(Post.unit_id, Tenure.from_on)
    )
    return tuple(Term(*row) for row in db.session.execute(query))


def tally(question: Question, ref: Reference, ids: Collection[str] = FIGURES) -> Tally:
    """Return figures of every unit and head. One statement for each of their sources, and one for the heads."""
    known = terms()
    heads: dict[tuple[int | None, int | None], Values] = defaultdict(dict)
    for name, source_of in SOURCES.items():
        rows = rows_of(name, ids)
        found = _of_source(rows, source_of(question, ref), question, known) if rows else {}
        for key, values in found.items():
            heads[key] = added((heads[key], values))
    units: dict[int | None, Values] = defaultdict(dict)
    for (unit, _person), values in heads.items():
        units[unit] = added((units[unit], values))
    return Tally(dict(units), dict(heads), known)


def added(found: Iterable[Values]) -> Values:
    """Return the sums of figures, each by its id."""
    total: Values = defaultdict(int)
    for values in found:
        for key, value in values.items():
            total[key] += value
    return dict(total)


def _of_source(
    wanted: Sequence[Definition], source: Source, question: Question, known: Sequence[Term]
) -> dict[tuple[int | None, int | None], Values]:
    """Return the sums of one source by unit and head.

    A unit that had one head all the time needs no look at each row's day, unless a row is older than his time.
    """
    alone = _alone(question, known)
    while True:
        split = [term for term in known if term.unit_id not in alone]
        rows = db.session.execute(_grouped(wanted, source, split)).all()
        older = {row.unit for row in rows if row.unit in alone and as_day(row.oldest) < alone[row.unit].from_on}
        if not older:
            break
        alone = {unit: term for unit, term in alone.items() if unit not in older}
    found: dict[tuple[int | None, int | None], Values] = {}
    for row in rows:
        person = alone[row.unit].person_id if row.unit in alone else row.person or None
        found[row.unit, person] = values_of(wanted, row)
    return found


def _alone(question: Question, known: Sequence[Term]) -> dict[int, Term]:
    """Return the one head of each unit that had the same from before the period to the day looked at."""
    held: dict[int, list[Term]] = defaultdict(list)
    for term in known:
        if term.overlaps(question):
            held[term.unit_id].append(term)
    return {
        unit: terms[0]
        for unit, terms in held.items()
        if len(terms) == 1 and terms[0].from_on <= question.first and (terms[0].to_on or date.max) > question.day
    }


def _grouped(wanted: Sequence[Definition], source: Source, split: Sequence[Term]) -> Any:
    person = case(*[(_held(source, term), term.person_id) for term in split], else_=0) if split else literal(0)
    keys = source.unit_id.label("unit"), person.label("person"), func.min(source.on).label("oldest")
    return summed(source, wanted, *keys).group_by(text("unit"), text("person"))


def _held(source: Source, term: Term) -> ColumnElement[bool]:
    ends = [] if term.to_on is None else [source.on < term.to_on]
    return and_(source.unit_id == term.unit_id, source.on >= term.from_on, *ends)
