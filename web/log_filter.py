"""The filter of the log's page: read from the address, written into it, and what may be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from flask import request

import clock
from accountability import readers
from i18n import gettext as _
from web import context, forms
from workflow.queries import log_lines
from workflow.queries import plans as plan_queries
from workflow.queries.log_lines import FAMILIES, Key, LogFilter
from workflow.reference import Seat

NOWHERE: Final = 0  # no row has this id: what cannot be one finds nothing
# what a filter's address may hold besides the place in the list
NAMES: Final = ("act", "person", "seat", "unit", "plan", "task", "from", "to", "text")
LONGEST: Final = 200


@dataclass(frozen=True)
class Choices:
    """What the form of the filter offers, by what this person may look for."""

    families: list[tuple[str, str]]
    people: list[tuple[int, str]]
    seats: list[tuple[int, str]]
    units: list[tuple[int, str]]
    plans: list[tuple[int, str]]


def read() -> LogFilter:
    """Read the filter from the address. Raises Refusal for a day that is none."""
    args = request.args
    first, last = forms.read_day(args.get("from", "")), forms.read_day(args.get("to", ""))
    return LogFilter(
        act=args.get("act", "").replace("\x00", "?")[:40],
        person_id=_id("person"),
        post_id=_id("seat"),
        unit_id=_id("unit"),
        task_id=_id("task"),
        plan_id=_id("plan"),
        from_at=clock.start_of(first) if first else None,
        to_at=clock.end_of(last) if last else None,
        text=args.get("text", "").strip()[:LONGEST],
        before=_before(args.get("before", "")),
    )


def address(**more: str) -> dict[str, Any]:
    """Return the filter as parts of an address, without what is empty."""
    return {name: text for name in NAMES if (text := request.args.get(name))} | more


def query() -> str:
    """Return the filter as it is kept under a name."""
    return urlencode([(str(name), text.strip()[:LONGEST]) for name, text in address().items()])


def kept(text: str) -> str:
    """Return a filter that a form sends, with nothing in it but names of filters."""
    found = dict(parse_qsl(text[:2000].replace("\x00", "")))
    return urlencode([(str(name), found[name][:LONGEST]) for name in NAMES if name in found])


def choices() -> Choices:
    """Return what may be chosen. Two queries at most."""
    ref, scope = context.ref(), context.scope()
    units = [unit.id for unit in (*ref.inside, *ref.outside) if scope.reads_whole_log() or unit.id in scope.units()]
    return Choices(
        families=[(name, _(family.label)) for name, family in FAMILIES.items()],
        people=log_lines.people(ref, seen_by=scope),
        seats=[(seat.post_id, f"{seat.title} – {ref.unit_name(seat.unit_id)}") for seat in seats()],
        units=[(unit, ref.unit_name(unit)) for unit in units],
        plans=plan_queries.names(seen_by=scope) if scope.allows("plans") else [],
    )


def seats() -> list[Seat]:
    """Return the seats whose holders' lines this person may look for."""
    scope = context.scope()
    return [seat for seat in context.ref().seats if scope.reads_whole_log() or seat.unit_id in scope.units()]


def note_reading(wanted: LogFilter) -> None:
    """Note that one person looks at another's lines, or at those of a seat (domain 6.4)."""
    me, at = context.me(), context.now()
    known = dict(log_lines.people(context.ref(), seen_by=context.scope())) if wanted.person_id else {}
    if wanted.person_id in known:
        readers.note_read(wanted.person_id, by=me, at=at)
    seat = next((seat for seat in seats() if seat.post_id == wanted.post_id), None)
    if seat is not None:
        readers.note_read_of_seat(seat.post_id, seat.unit_id, by=me, at=at)


def _id(name: str) -> int | None:
    """Return the id a filter names; one that cannot be an id finds nothing, as an absent one does."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else NOWHERE


def _before(text: str) -> Key | None:
    epoch, _dot, seq = text.partition(".")
    digits = epoch.isascii() and epoch.isdecimal() and seq.isascii() and seq.isdecimal()
    return (int(epoch), int(seq)) if digits and len(epoch) < 10 and len(seq) < 10 else None
