"""The notice at assigning: what the unit has on its hands already in that week, and whether the day is worked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import flash

from i18n import gettext as _
from web import context
from web.formats import day_named
from workflow.errors import Refusal
from workflow.queries import load, tasks
from workflow.queries.load import Loads


def tell(task_id: int) -> None:
    """Say on the answering page what whoever gave the task should know of its week; nothing when it is calm."""
    try:
        task = tasks.visible(task_id, seen_by=context.scope())
    except Refusal:
        return
    if task.due_on is None:
        return
    found = load.of_weeks([task.due_on])
    for text in notices(task.lead_unit_id, task.due_on, found, own=1):
        flash(text, "warning")


def notices(unit_id: int | None, day: date, found: Loads, own: int = 0) -> Iterator[str]:
    """Give what is to be said of a unit and a day: a full week, a day that is not worked. `own` are not counted."""
    count = found.in_week(unit_id, day) - own
    if unit_id is not None and count >= load.FULL:
        yield said(unit_id, day, count)
    yield from rest(day)


def said(unit_id: int, day: date, count: int) -> str:
    """Return “Phòng A đã có 7 việc hạn trong tuần 16–20/02”."""
    ref = context.ref()
    first, last = load.week(day)
    span = f"{first:%d/%m}–{last:%d/%m}" if first.month != last.month else f"{first:%d}–{last:%d/%m}"
    unit = ref.unit_name(unit_id)
    return _("%(unit)s already has %(count)s tasks due in the week %(span)s.", unit=unit, count=count, span=span)


def rest(day: date) -> Iterator[str]:
    """Give the words for a day that is not worked, with its name when it is a holiday."""
    calendar = context.ref().calendar
    if calendar.is_working(day):
        return
    name = calendar.name_of(day)
    named = day_named(day)
    yield (
        _("%(day)s is a holiday (%(name)s).", day=named, name=name) if name else _("%(day)s is a rest day.", day=named)
    )
