"""A task's strip for the page: bars of a drawing, the same as a table, and to whom its late days are charged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import clock
from accountability.charges import FIRST_LATE_DAYS, Account, Blame
from accountability.held import Strip
from i18n import gettext as _
from models.labels import TERMS
from models.words import ClockHolder
from web import context
from workflow.reference import Reference

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
    seat: str
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
    for span, blame in strip.spans:
        first, last = clock.day_of(span.from_at), clock.day_of(span.to_at)
        x = round(WIDTH * (span.from_at - begins).total_seconds() / whole)
        wide = round(WIDTH * (span.to_at - span.from_at).total_seconds() / whole)
        name, who, seat = _named(blame, strip, ref)
        found.append(
            Bar(
                min(x, WIDTH - NARROWEST), max(wide, NARROWEST), span.holder, name, who, seat, span.from_at, span.to_at,
                (last - first).days, ref.calendar.between(first, last), span.to_at == ends,
            )
        )  # fmt: skip
    return found


def _charged(account: Account | None, strip: Strip, ref: Reference) -> list[Charged]:
    found = []
    for charge in account.charges if account else ():
        _name, who, seat = _named(charge.blame, strip, ref)
        holder = charge.blame.holder
        found.append(Charged(holder, who, seat, charge.days, charge.working_days, charge.blame.is_credit))
    return found


def _named(blame: Blame, strip: Strip, ref: Reference) -> tuple[str, str, str]:
    """Return what a holder had the clock as, for whom, and on which seat by whom; an empty seat says above whom."""
    name = _(TERMS[ClockHolder][blame.holder])
    unit = ref.unit_name(blame.unit_id) if blame.holder in OF_UNITS else ""
    title = strip.people.titles.get(blame.post_id or 0, "")
    if blame.is_vacant:
        above = ref.acting_above(strip.story.states[-1].leader_post_id)
        return name, unit or title, _("empty seat (%(title)s), under %(above)s", title=title or "…", above=_said(above))
    person = strip.people.names.get(blame.person_id or 0, "")
    return name, unit, " ".join(filter(None, (title, person)))


def _said(seat: object) -> str:
    return str(getattr(seat, "said", "")) or _("the level above")
