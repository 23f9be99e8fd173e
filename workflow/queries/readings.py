"""Readings that wait for a person: what was proposed, and the text with the marks of what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from models.base import db
from models.plans import Document, Plan, Reading
from workflow import plans
from workflow.imports import target
from workflow.permissions import Scope
from workflow.queries.plans import TargetGroup, groups


@dataclass(frozen=True)
class Waiting:
    """A reading somebody has not decided on yet."""

    id: int
    filename: str
    at: datetime


@dataclass(frozen=True)
class Piece:
    """A stretch of text inside one line: which proposals and targets it belongs to, and which begin here."""

    text: str
    tasks: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of the document, a heading or not."""

    pieces: tuple[Piece, ...]
    is_heading: bool


@dataclass(frozen=True)
class ReadingView:
    """A reading with everything its page shows; `number` of a proposal counts from 0."""

    id: int
    filename: str
    read: Mapping[str, Any]
    lines: list[Line]
    plan_id: int | None
    alike: tuple[int, str] | None
    horizon: Any

    @property
    def groups(self) -> tuple[TargetGroup, ...]:
        """Return the targets as the plan would hold them, group by group."""
        return groups([target(item) for item in self.read["targets"]])

    @property
    def asks(self) -> dict[int, list[str]]:
        """Return the questions that each proposal leaves open, by its number."""
        numbers = {tuple(task["span"]): number for number, task in enumerate(self.read["tasks"])}
        found: dict[int, list[str]] = {}
        for question in self.read["questions"]:
            number = numbers.get(tuple(question["span"]))
            if number is not None:
                found.setdefault(number, []).append(question["ask"])
        return found

    @property
    def head(self) -> Mapping[str, Any]:
        """Return what the document says of itself."""
        found: Mapping[str, Any] = self.read["plan"]
        return found


def waiting(*, seen_by: Scope) -> list[Waiting]:
    """Return this person's readings that wait for his decision, the newest first."""
    query = select(Reading.id, Reading.filename, Reading.at).where(
        Reading.person_id == seen_by.actor.person_id, Reading.plan_id.is_(None)
    )
    return [Waiting(*row) for row in db.session.execute(query.order_by(Reading.id.desc()))]


def one(reading_id: int, *, seen_by: Scope) -> ReadingView:
    """Return a reading of this person's. Raises Refusal `not_found` for what is absent or another's."""
    row = plans.reading(reading_id, seen_by.actor)
    read = json.loads(row.payload)
    return ReadingView(
        id=row.id,
        filename=row.filename,
        read=read,
        lines=marked(read),
        plan_id=row.plan_id,
        alike=_alike(read["plan"]),
        horizon=plans.horizon(read),
    )


def marked(read: Mapping[str, Any]) -> list[Line]:
    """Return the text line by line, cut where a proposal or a target begins or ends."""
    headings = {heading for _, heading in read["sections"] if heading}
    found, start = [], 0
    for line in read["text"].split("\n"):
        end = start + len(line)
        if line.strip():
            is_heading = any(line.endswith(heading) for heading in headings) and len(line) < 200
            found.append(Line(_pieces(read, start, end), is_heading))
        start = end + 1
    return found


def _pieces(read: Mapping[str, Any], start: int, end: int) -> tuple[Piece, ...]:
    """Return the pieces of one line."""
    tasks, targets = _touching(read["tasks"], start, end), _touching(read["targets"], start, end)
    spans = [span for _, span in (*tasks, *targets)]
    cuts = sorted({start, end, *(place for span in spans for place in span if start < place < end)})
    return tuple(
        Piece(
            read["text"][low:high],
            tuple(number for number, (first, last) in tasks if first <= low < last),
            tuple(number for number, (first, last) in targets if first <= low < last),
            tuple(number for number, (first, _) in tasks if first == low),
        )
        for low, high in pairwise(cuts)
    )


def _touching(items: Sequence[Mapping[str, Any]], start: int, end: int) -> list[tuple[int, tuple[int, int]]]:
    return [
        (number, (item["span"][0], item["span"][1]))
        for number, item in enumerate(items)
        if item["span"][0] < end and item["span"][1] > start
    ]


def _alike(head: Mapping[str, Any]) -> tuple[int, str] | None:
    """Return a plan made of a document with the same number, signs and year: perhaps the same one again."""
    year = (head.get("issued") or {}).get("year")
    if not head.get("number") or not head.get("symbol"):
        return None
    same = (
        Document.number == head["number"],
        Document.symbol == head["symbol"],
        Document.issued_year == year,
    )
    row = db.session.execute(select(Plan.id, Plan.short_title).join(Document).where(*same)).first()
    return (row.id, row.short_title) if row else None
