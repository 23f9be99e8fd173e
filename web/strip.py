"""A task's strip for the page: bars of a drawing, the same as a table, and to whom its late days are charged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import clock
from accountability.charges import FIRST_LATE_DAYS, Account, Blame
from accountability.held import Strip
from i18n import gettext as _
from models.labels import TERMS
from models.words import ClockHolder
from web import context
from web.formats import day
from workflow.reference import PREFIXES, Reference, Seat

WIDTH: Final = 1000
# bars narrower than this are drawn so wide, so that nothing that happened is out of sight
NARROWEST: Final = 4
# whose unit stands behind a holder; of the others the seat says it all
OF_UNITS: Final = (ClockHolder.LEAD, ClockHolder.WAITED, ClockHolder.NOBODY)


@dataclass(frozen=True)
class Bar:
    """One span: where it is drawn, as what, and in words."""

    x: int
    width: int
    holder: ClockHolder
    name: str
    who: str
    seats: tuple[str, ...]
    from_at: datetime
    to_at: datetime
    days: int
    working_days: int
    is_last: bool


@dataclass(frozen=True)
class Charged:
    """To whom late days are charged, in words, and how many."""

    holder: ClockHolder
    who: str
    seat: str
    days: int
    working_days: int
    is_credit: bool


@dataclass(frozen=True)
class Drawn:
    """What the page shows."""

    bars: list[Bar]
    current: Account | None
    original: Account | None
    charged: list[Charged]
    by_first_date: list[Charged]
    has_credit_rule: bool


def drawn(strip: Strip | None) -> Drawn | None:
    """Return a strip as the page shows it; None where there is none yet."""
    if strip is None:
        return None
    ref = context.ref()
    bars = _bars(strip, ref)
    current, original = (_charged(account, strip, ref) for account in (strip.current, strip.original))
    rule = ref.settings["waiting.credit"] == FIRST_LATE_DAYS
    return Drawn(bars, strip.current, strip.original, current, original, rule)


def _bars(strip: Strip, ref: Reference) -> list[Bar]:
    begins, ends = strip.story.begins, strip.story.ends
    whole = (ends - begins).total_seconds()
    found: list[Bar] = []
    for span, holders in strip.spans:
        first, last = clock.day_of(span.from_at), clock.day_of(span.to_at)
        x = round(WIDTH * (span.from_at - begins).total_seconds() / whole)
        wide = round(WIDTH * (span.to_at - span.from_at).total_seconds() / whole)
        name, who = _named(holders[0][1], ref)
        found.append(
            Bar(
                min(x, WIDTH - NARROWEST), max(wide, NARROWEST), span.holder, name, who,
                tuple(_succession(holders, strip, ref)), span.from_at, span.to_at,
                (last - first).days, ref.calendar.between(first, last), span.to_at == ends,
            )
        )  # fmt: skip
    return found


def _succession(holders: tuple[tuple[date, Blame], ...], strip: Strip, ref: Reference) -> Iterator[str]:
    """Give who sat on the seat, one after the other; whoever followed with his first day."""
    for place, (on, blame) in enumerate(holders):
        said = _seat(blame, on, strip, ref)
        if said:
            yield _("from %(day)s: %(who)s", day=day(on), who=said) if place else said


def _charged(account: Account | None, strip: Strip, ref: Reference) -> list[Charged]:
    found = []
    for charge in account.charges if account else ():
        blame = charge.blame
        _name, who = _named(blame, ref)
        seat = _seat(blame, None, strip, ref)
        found.append(Charged(blame.holder, who, seat, charge.days, charge.working_days, blame.is_credit))
    return found


def _named(blame: Blame, ref: Reference) -> tuple[str, str]:
    """Return what a holder had the clock as, and for which unit, where a unit stands behind it."""
    unit = ref.unit_name(blame.unit_id) if blame.holder in OF_UNITS else ""
    return _(TERMS[ClockHolder][blame.holder]), unit


def _seat(blame: Blame, on: date | None, strip: Strip, ref: Reference) -> str:
    """Return a seat and who sat on it, with his title of the day; an empty one says under whom it stood."""
    title = strip.people.titles.get(blame.post_id or 0, "")
    if blame.is_vacant:
        above = ref.acting_above(strip.story.states[-1].leader_post_id)
        return _("empty seat (%(title)s), under %(above)s", title=title or "…", above=_said(above))
    term = strip.people.seats.term(blame.post_id, on) if on is not None else None
    title = PREFIXES[term.capacity] + title if term is not None else title
    return " ".join(filter(None, (title, strip.people.names.get(blame.person_id or 0, ""))))


def _said(seat: Seat | None) -> str:
    return seat.said if seat is not None else _("the level above")
