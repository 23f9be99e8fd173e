"""Readings that wait for the body's decision: the document clause by clause, each with its mark and its proposals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import select

from models.base import db
from models.people import Person
from models.plans import Document, Plan, Reading
from workflow import imports
from workflow.imports.items import ANNEX, Aim, Mark, Part, Proposal, State
from workflow.imports.sheet import Coverage, Sheet
from workflow.imports.steps import in_section
from workflow.permissions import Scope
from workflow.planning.resolve import Resolution, directory, resolve
from workflow.reference import Reference

# clauses on one page of a review: a plan longer than this is shown part by part, cut where sections begin
PAGE: Final = 100


@dataclass(frozen=True)
class Waiting:
    """A reading nobody has made a plan of yet."""

    id: int
    filename: str
    at: datetime
    by: str
    replaces: int | None


@dataclass(frozen=True)
class Piece:
    """A stretch of a clause's text: the proposals and targets it belongs to, and the proposals that begin here."""

    text: str
    tasks: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()


@dataclass(frozen=True)
class Named:
    """A name as the document writes it, and the unit it surely means (or those it may mean)."""

    words: str
    unit: str
    candidates: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class Row:
    """A clause on the page: the lines before it that are part of no clause, its text, and what stands on it."""

    number: int
    part: Part
    mark: Mark
    around: tuple[str, ...]
    pieces: tuple[Piece, ...]
    proposals: tuple[Proposal, ...]
    aims: tuple[Aim, ...]


@dataclass(frozen=True)
class Group:
    """The clauses under one heading, and how much under it (and below) is undecided."""

    path: str
    heading: str
    rows: tuple[Row, ...]
    proposals: int
    clauses: int


@dataclass(frozen=True)
class Window:
    """One page of a long review: its number, its first section, and how many of its clauses are open."""

    number: int
    first: int
    end: int
    label: str
    open: int


@dataclass(frozen=True)
class ReadingView:
    """A reading with everything its page shows; `no` of a proposal counts from 0."""

    id: int
    filename: str
    by: str
    at: datetime
    sheet: Sheet
    coverage: Coverage
    windows: tuple[Window, ...]
    window: Window
    groups: tuple[Group, ...]
    after: tuple[str, ...]
    plan_id: int | None
    replaces: int | None
    alike: tuple[int, str] | None
    horizon: date | None
    names: Mapping[str, Named] = field(default_factory=dict)

    @property
    def head(self) -> Mapping[str, Any]:
        """Return what the document says of itself."""
        found: Mapping[str, Any] = self.sheet.read["plan"]
        return found

    @property
    def undecided(self) -> int:
        """Return how many proposals and targets wait for a decision."""
        return len(self.sheet.unanswered())

    def named(self, words: str) -> list[Named]:
        """Return the names in a proposal's words, each with the unit it means."""
        return [self.names[name] for name in _split(words) if name in self.names]


def waiting(*, seen_by: Scope) -> list[Waiting]:
    """Return the readings that wait for the body's decision, the newest first. One query."""
    if not seen_by.allows("import"):
        return []
    query = (
        select(Reading.id, Reading.filename, Reading.at, Person.name, Reading.replaces_id)
        .join(Person, Person.id == Reading.person_id)
        .where(Reading.plan_id.is_(None))
    )
    return [Waiting(*row) for row in db.session.execute(query.order_by(Reading.id.desc()))]


def one(reading_id: int, ref: Reference | None = None, *, seen_by: Scope, page: int | None = None) -> ReadingView:
    """Return a reading, one page of its clauses. Raises Refusal `not_found` for what is absent. Three queries."""
    row = imports.reading(reading_id, seen_by.actor)
    sheet = imports.sheet_of(row)
    marks = sheet.marks()
    windows = tuple(_windows(sheet, marks))
    window = windows[page - 1] if page is not None and 0 < page <= len(windows) else windows[0]
    groups, after = _groups(sheet, marks, window)
    return ReadingView(
        id=row.id,
        filename=row.filename,
        by=db.session.scalar(select(Person.name).where(Person.id == row.person_id)) or "",
        at=row.at,
        sheet=sheet,
        coverage=sheet.coverage(),
        windows=windows,
        window=window,
        groups=groups,
        after=after,
        plan_id=row.plan_id,
        replaces=row.replaces_id,
        alike=_alike(sheet.read["plan"]),
        horizon=imports.horizon(sheet.read),
        names=_names(groups, ref) if ref is not None else {},
    )


def next_open(sheet: Sheet, after: int) -> tuple[int, str] | None:
    """Return page and anchor of the first clause from a place on that is still open, round the end of the text."""
    marks = sheet.marks()
    found = [number for number, mark in enumerate(marks) if mark == Mark.OPEN]
    if not found:
        return None
    number = next((each for each in found if sheet.parts[each].end > after), found[0])
    return page_of(sheet, number), f"c-{sheet.parts[number].start}"


def place_of(sheet: Sheet, start: int) -> tuple[int, str]:
    """Return page and anchor of the clause in which a place of the text lies."""
    number = sheet.part_at(start) or 0
    return page_of(sheet, number), f"c-{sheet.parts[number].start}" if sheet.parts else ""


def page_of(sheet: Sheet, number: int) -> int:
    """Return the page on which a clause stands."""
    return next((each.number for each in _windows(sheet, sheet.marks()) if each.first <= number < each.end), 1)


def _windows(sheet: Sheet, marks: Sequence[Mark]) -> Iterator[Window]:
    """Cut the clauses into pages where sections begin, inside one only when it is longer than a page."""
    bounds, begin = [0], 0
    for number in range(1, len(sheet.parts)):
        begins = sheet.parts[number].section != sheet.parts[number - 1].section
        begin = number if begins else begin
        if number - bounds[-1] >= PAGE:
            bounds.append(begin if begin > bounds[-1] else number)
    headings = dict(sheet.read["sections"])
    for count, (first, end) in enumerate(pairwise([*bounds, len(sheet.parts)]), start=1):
        path = sheet.parts[first].section if sheet.parts else ANNEX
        label = "" if path == ANNEX else f"{path}. {headings.get(path, '')}".strip(" .")
        yield Window(count, first, end, label, list(marks[first:end]).count(Mark.OPEN))


def _groups(sheet: Sheet, marks: Sequence[Mark], window: Window) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """Return the clauses of a page by heading, and the lines behind the last clause on the last page."""
    headings = dict(sheet.read["sections"])
    proposals, aims = sheet.by_part(), sheet.aims_by_part()
    place = sheet.parts[window.first - 1].end if window.first else 0
    found: list[tuple[str, list[Row]]] = []
    for number in range(window.first, window.end):
        part = sheet.parts[number]
        if not found or found[-1][0] != part.section:
            found.append((part.section, []))
        row = Row(
            number,
            part,
            marks[number],
            tuple(_lines(sheet.text[place : part.start])),
            pieces(sheet, part, proposals.get(number, ()), aims.get(number, ())),
            tuple(proposals.get(number, ())),
            tuple(aims.get(number, ())),
        )
        found[-1][1].append(row)
        place = part.end
    seen = set[str]()
    groups = [
        Group(path, headings.get(path, ""), tuple(rows), *_undecided(sheet, marks, path, seen)) for path, rows in found
    ]
    is_last = window.end == len(sheet.parts)
    return tuple(groups), tuple(_lines(sheet.text[place:])) if is_last else ()


def _undecided(sheet: Sheet, marks: Sequence[Mark], path: str, seen: set[str]) -> tuple[int, int]:
    """Return how many proposals and targets, and how many clauses without any, are open under a heading.

    A heading met again (after one below it) offers nothing a second time.
    """
    if path in seen:
        return 0, 0
    seen.add(path)
    numbers = set(in_section(sheet, path))
    items: list[Proposal | Aim] = sheet.unanswered()
    places = [sheet.part_at(item.start) for item in items]
    waiting_in = {place for place in places if place is not None}
    bare = sum(1 for number in numbers if marks[number] == Mark.OPEN and number not in waiting_in)
    return sum(place in numbers for place in places), bare


def pieces(sheet: Sheet, part: Part, proposals: Sequence[Proposal] = (), aims: Sequence[Aim] = ()) -> tuple[Piece, ...]:
    """Return a clause's text letter for letter, cut where a proposal or a target begins or ends."""
    start, end = part.start, part.end
    spans = [*((item.start, item.end) for item in proposals), *((aim.start, aim.end) for aim in aims)]
    cuts = sorted({start, end, *(place for span in spans for place in span if start < place < end)})
    return tuple(
        Piece(
            sheet.text[low:high].rstrip("\n") if high == end else sheet.text[low:high],
            tuple(item.no for item in proposals if item.start <= low < item.end and item.state != State.MERGED),
            tuple(item.no for item in aims if item.start <= low < item.end),
            tuple(item.no for item in proposals if item.start == low),
        )
        for low, high in pairwise(cuts)
    )


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _split(words: str) -> list[str]:
    return [name.strip() for name in words.split(";") if name.strip()]


def _names(groups: Sequence[Group], ref: Reference) -> dict[str, Named]:
    """Return each name that the proposals of a page write, with the unit of the directory it surely means."""
    items = [item for group in groups for row in group.rows for item in row.proposals]
    words = dict.fromkeys(name for item in items for text in (item.lead, item.coordinators) for name in _split(text))
    units = directory(ref)
    return {name: _named(name, resolve(name, units), ref) for name in words}


def _named(name: str, found: Resolution, ref: Reference) -> Named:
    candidates = tuple(ref.unit_name(key) for key in found.candidates if found.unit_id is None)
    return Named(name, ref.unit_name(found.unit_id) if found.unit_id is not None else "", candidates, found.how)


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
