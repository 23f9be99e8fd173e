"""The log's page: what a filter asks for, found by keys alone, so that a page costs the same however long the log is.

Each filter leads by an index to the newest lines it names; a page reads no more than it shows. Where no index leads
(the lines of a limited reader, words that were written), a page looks through so many lines and says how far it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, tuple_, union_all

import clock
from models.base import db, is_id
from models.log import LogEntry, LogHead, LogPrivate
from models.people import Person, Tenure
from models.vocabulary import Role
from terms import N_
from vietnamese import fold, person_key
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.queries.history import Part, joined, parts_of
from workflow.queries.people import of_units
from workflow.reference import Reference

PAGE: Final = 50
# so many lines are looked through for one page where no index leads, or where words are searched
WINDOW: Final = 20_000
SEARCHED: Final = 5_000

Key = tuple[int, int]
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Family:
    """Acts that people look for together: how they are called, and how their codes begin."""

    label: str
    beginnings: tuple[str, ...]


FAMILIES: Final = {
    "task": Family(N_("Tasks"), ("task.",)),
    "sign": Family(
        N_("Signatures"), ("task.sign_off", "task.confirm", "task.return", "task.withdraw_signature", "task.reopen")
    ),
    "extension": Family(
        N_("More time"),
        (
            "task.request_extension",
            "task.grant_",
            "task.refuse_extension",
            "task.counter_",
            "task.accept_",
            "task.decline_counter",
            "task.lapse_",
            "task.correct_date",
            "task.confirm_date",
            "task.drop_date",
        ),
    ),
    "plan": Family(N_("Plans"), ("plan.",)),
    "letter": Family(N_("Letters"), ("letter.", "reminder.", "digest.")),
    "access": Family(N_("Signing in"), ("access.",)),
    "people": Family(N_("People, seats and units"), ("person.", "role.", "seat.", "post.", "mandate.", "unit.")),
    "settings": Family(N_("Calendar and settings"), ("calendar.", "setting.")),
    "log": Family(N_("Log and exports"), ("log.", "export.")),
    "figure": Family(N_("Explanations of figures"), ("figure.",)),
}


@dataclass(frozen=True)
class LogFilter:
    """What the address of the log page asks for; `act` is a name of FAMILIES, or how an act's code begins.

    `post_id`: the lines of whoever held that seat, while he held it. `text`: words that were written with a line.
    """

    act: str = ""
    person_id: int | None = None
    post_id: int | None = None
    unit_id: int | None = None
    task_id: int | None = None
    plan_id: int | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    text: str = ""
    before: Key | None = None


@dataclass(frozen=True)
class LogLine:
    """One line of the log with the exact text that was hashed, the hash before it and its own."""

    part: Part
    body: str
    prev: str
    hash: str


@dataclass(frozen=True)
class LogPage:
    """One page of the log, newest first, and where the next one starts; `looked_to`: it looked back no further."""

    parts: list[Part]
    next: Key | None
    looked_to: Key | None = None


@dataclass(frozen=True)
class Search:
    """What a page looks for: the conditions that each lead by an index of their own, and those all lines fulfil."""

    sources: Sequence[tuple[Condition, ...]]
    common: tuple[Condition, ...]
    floor: Key | None = None

    def keys(self, limit: int) -> Select[int, int]:
        """Return the query of the newest keys: the newest of each source, of those the newest."""
        found = [_newest(select(LogEntry.epoch, LogEntry.seq).where(*own, *self.common), limit) for own in self.sources]
        if len(found) == 1:
            return found[0]
        parts = [query.subquery() for query in found]
        each = union_all(*(select(part.c.epoch, part.c.seq) for part in parts)).subquery()
        return select(each.c.epoch, each.c.seq).order_by(each.c.epoch.desc(), each.c.seq.desc()).limit(limit)


def page(wanted: LogFilter, *, seen_by: Scope) -> LogPage:
    """Return one page of the log that this person may read. One query, two with dates or a seat or acts."""
    search = prepare(wanted, seen_by=seen_by)
    if not search.sources:
        return LogPage([], None)
    if wanted.text:
        return _with_words(search, wanted.text)
    keys = search.keys(PAGE + 1).subquery()
    query = joined().join(keys, and_(keys.c.epoch == LogEntry.epoch, keys.c.seq == LogEntry.seq))
    parts = _ordered(query)
    if len(parts) > PAGE:
        return LogPage(parts[:PAGE], _key(parts[PAGE - 1]))
    return LogPage(parts, search.floor, search.floor)


def prepare(wanted: LogFilter, *, seen_by: Scope) -> Search:
    """Return how the lines of a filter are found; without sources there are none."""
    tenures = _tenures(wanted.post_id) if wanted.post_id is not None else []
    moments = [wanted.from_at, wanted.to_at, *(moment for tenure in tenures for moment in tenure[1:])]
    found = places({moment for moment in moments if moment is not None})
    within = _within(wanted.from_at, wanted.to_at, found)
    if within is None:
        return Search([], ())
    before = [_at() < tuple_(*wanted.before)] if wanted.before is not None else []
    sources, floor = _sources(wanted, tenures, found, seen_by)
    bottom = [_at() >= tuple_(*floor)] if floor is not None else []
    by_act = len(sources) > 1 and wanted.post_id is None  # each source is an act of its own
    named = _named(replace(wanted, act="") if by_act else wanted)
    return Search(sources, (*within, *before, *bottom, *named, seen_by.log()), floor)


def one(epoch: int, seq: int, *, seen_by: Scope) -> LogLine:
    """Return one line exactly as it was hashed. Raises Refusal `not_found` when it is not his to read."""
    parts: list[Part] = []
    if is_id(epoch) and is_id(seq):
        parts = parts_of(joined().where(LogEntry.epoch == epoch, LogEntry.seq == seq, seen_by.log()))
    if not parts:
        raise Refusal("not_found")
    entry = db.session.get_one(LogEntry, (epoch, seq))
    return LogLine(parts[0], entry.body, entry.prev, entry.hash)


def people(ref: Reference, *, seen_by: Scope) -> list[tuple[int, str]]:
    """Return whose lines this person may look for: everybody's for those who see all, else his units'."""
    if seen_by.sees_whole() or seen_by.actor.has(Role.ADMIN):
        query = select(Person.id, Person.name).order_by(Person.sort_key, Person.id)
        return [(row.id, row.name) for row in db.session.execute(query)]
    found = of_units(ref)
    return sorted(
        {pair for unit in seen_by.units() for pair in found.get(unit, [])}, key=lambda pair: person_key(pair[1])
    )


def _sources(
    wanted: LogFilter, tenures: Iterable[Any], known: Mapping[datetime, Key | None], seen_by: Scope
) -> tuple[list[tuple[Condition, ...]], Key | None]:
    """Return the conditions that lead to the lines, and down to where they are looked for when none leads."""
    if wanted.post_id is not None:
        held = ((LogEntry.actor_id == person, _within(start, end, known)) for person, start, end in tenures)
        return [(own, *within) for own, within in held if within is not None], None
    if _named(replace(wanted, act="")):
        return [()], None
    if not seen_by.reads_whole_log():
        return [()], _floor(wanted.before)
    if wanted.act:
        return [(LogEntry.act == act,) for act in _acts(wanted.act)], None
    return [()], None


def _named(wanted: LogFilter) -> list[Condition]:
    """Return one condition for each thing the filter names."""
    equal = {
        LogEntry.actor_id: wanted.person_id,
        LogEntry.unit_id: wanted.unit_id,
        LogEntry.task_id: wanted.task_id,
        LogEntry.plan_id: wanted.plan_id,
    }
    found: list[Condition] = [column == value for column, value in equal.items() if value is not None]
    if wanted.act:
        found.append(or_(*(LogEntry.act.startswith(text, autoescape=True) for text in _beginnings(wanted.act))))
    return found


def _beginnings(act: str) -> tuple[str, ...]:
    return FAMILIES[act].beginnings if act in FAMILIES else (act,)


def _acts(wanted: str) -> list[str]:
    """Return the acts the log has that fit: one look into the index for each, however many lines it has."""
    first = select(LogEntry.act).order_by(LogEntry.act).limit(1).scalar_subquery()
    found = select(first.label("act")).cte("acts", recursive=True)
    after = select(LogEntry.act).where(LogEntry.act > found.c.act).order_by(LogEntry.act).limit(1)
    found = found.union_all(select(after.scalar_subquery()).where(found.c.act.is_not(None)))
    acts = db.session.scalars(select(found.c.act).where(found.c.act.is_not(None)))
    return [act for act in acts if act.startswith(_beginnings(wanted))]


def _tenures(post_id: int) -> list[tuple[int, datetime, datetime | None]]:
    """Return who held a seat, from when to when."""
    query = select(Tenure.person_id, Tenure.from_on, Tenure.to_on)
    rows = db.session.execute(query.where(Tenure.post_id == post_id, Tenure.confirmed_at.is_not(None)))
    return [(key, clock.start_of(start), clock.start_of(end) if end else None) for key, start, end in rows]


def places(moments: Iterable[datetime]) -> dict[datetime, Key | None]:
    """Return the first line at or after each moment: the log's order is that of time. One query for all of them."""
    wanted = sorted(moments)
    parts = [
        select(literal(place).label("place"), LogEntry.epoch, LogEntry.seq)
        .where(LogEntry.at >= moment)
        .order_by(LogEntry.at, LogEntry.epoch, LogEntry.seq)
        .limit(1)
        .subquery()
        for place, moment in enumerate(wanted)
    ]
    if not parts:
        return {}
    rows = db.session.execute(union_all(*(select(part.c.place, part.c.epoch, part.c.seq) for part in parts)))
    known = {wanted[row.place]: (row.epoch, row.seq) for row in rows}
    return {moment: known.get(moment) for moment in wanted}


def _within(
    start: datetime | None, end: datetime | None, known: Mapping[datetime, Key | None]
) -> tuple[Condition, ...] | None:
    """Return the conditions of the lines between two moments; None when there can be no such line."""
    found: tuple[Condition, ...] = ()
    if start is not None:
        first = known[start]
        if first is None:
            return None
        found += (_at() >= tuple_(*first),)
    last = known[end] if end is not None else None
    return found if last is None else (*found, _at() < tuple_(*last))


def _floor(before: Key | None) -> Key | None:
    """Return down to where a limited reader's lines are looked for on one page; None for the beginning."""
    if before is None:
        row = db.session.execute(select(LogHead.epoch, LogHead.seq)).one_or_none()
        before = (row.epoch, row.seq) if row is not None else (1, 0)
    epoch, seq = before
    return (epoch, seq - WINDOW) if seq > WINDOW else None


def _with_words(search: Search, text: str) -> LogPage:
    """Return the lines whose private words hold a text, whatever its accents and capitals, of the newest so many."""
    words, keys = fold(text), search.keys(SEARCHED).subquery()
    on = and_(LogPrivate.epoch == keys.c.epoch, LogPrivate.seq == keys.c.seq)
    query = select(keys.c.epoch, keys.c.seq, LogPrivate.value).outerjoin(LogPrivate, on)
    last, looked, fits = search.floor, set[Key](), dict[Key, None]()
    for epoch, seq, value in db.session.execute(query.order_by(keys.c.epoch.desc(), keys.c.seq.desc())):
        last = (epoch, seq)
        looked.add(last)
        if value is not None and words in fold(value):
            fits[last] = None
        if len(fits) > PAGE:
            break
    found = list(fits)[:PAGE]
    parts = _ordered(joined().where(_at().in_(found))) if found else []
    if len(fits) > PAGE:
        return LogPage(parts, found[-1])
    end = last if len(looked) == SEARCHED else search.floor
    return LogPage(parts, end, end)


def _ordered(query: Select[*tuple[Any, ...]]) -> list[Part]:
    return parts_of(query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc(), LogPrivate.path))


def _newest(query: Select[int, int], limit: int) -> Select[int, int]:
    return query.order_by(LogEntry.epoch.desc(), LogEntry.seq.desc()).limit(limit)


def _at() -> Any:
    return tuple_(LogEntry.epoch, LogEntry.seq)


def _key(part: Part) -> Key:
    return part.epoch, part.seq
