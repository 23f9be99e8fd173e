"""The list of tasks as its address asks for it: which filters there are, how they are called, the list as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from flask import request

from i18n import gettext as _
from models.labels import TERMS, label
from models.words import SourceKind
from notifications.drift_words import drift_words
from terms import N_
from web import context
from workflow import clears
from workflow.clears import CLEARS
from workflow.queries import tasks as queries
from workflow.queries.tasks import Filter

# what the address may name, beside where a page of the list begins
FILTERS: Final = ("state", "when", "unit", "plan", "kind", "clear", "source", "q")
STATE_NAMES: Final = {
    "open": N_("open"),
    "to_assign": N_("to assign"),
    "to_receive": N_("to be received"),
    "working": N_("being worked on"),
    "to_sign": N_("to be signed"),
    "done": N_("completed"),
    "stopped": N_("cancelled or withdrawn"),
    "recurring": N_("recurring duties"),
}
KIND_NAMES: Final = {"duty": N_("coordinating duties"), "sub": N_("sub-tasks"), "common": N_("common tasks")}
WHEN_NAMES: Final = {
    "overdue": N_("overdue"),
    "soon": N_("due soon"),
    "no_date": N_("no date yet"),
    "extended": N_("extended many times"),
    "objective": N_("objective cause of delay confirmed"),
}
UNCLEAR_NAMES: Final = {clears.ALL: N_("not all six clear"), **{code: row.missing for code, row in CLEARS.items()}}
# the columns of the list as a file
COLUMNS: Final = (
    N_("number"), N_("task"), N_("lead unit"), N_("officer"), N_("status"), N_("deadline"), N_("original deadline"),
    N_("timing"), N_("days left or late"), N_("working days left or late"), N_("plan"),
    N_("not clear yet"), N_("signature"),
)  # fmt: skip


def read() -> Filter:
    """Read the filter from the address; what cannot be read is no filter."""
    args = request.args
    return Filter(
        state=args.get("state", "open"),
        when=args.get("when", ""),
        unit_id=_id(args.get("unit", "")),
        plan_id=_id(args.get("plan", "")),
        text=args.get("q", "")[:200],
        unclear=args.get("clear", ""),
        source=args.get("source", ""),
        kind=args.get("kind", "") if args.get("kind", "") in KIND_NAMES else "",
        after=_after(args.get("after", "")),
    )


def _id(text: str) -> int | None:
    """Return a number that can be a row's; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def _after(text: str) -> tuple[date, int] | None:
    day, _dot, number = text.partition(".")
    try:
        found, key = date.fromisoformat(day), _id(number)
    except ValueError:
        return None
    return (found, key) if key is not None else None


def beginning(after: tuple[date, int] | None) -> str:
    """Return where a page begins, as the address carries it."""
    return f"{after[0].isoformat()}.{after[1]}" if after else ""


def exported(wanted: Filter) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a list, all of them, page by page."""
    ref, scope = context.ref(), context.scope()
    while True:
        page = queries.page(wanted, ref, seen_by=scope)
        for row in page.rows:
            late = row.timing
            yield (
                row.id,
                row.title,
                row.lead_unit,
                row.officer,
                _(label(row.status)),
                row.due_on,
                row.original_due_on,
                _(label(late.state)),
                late.days,
                late.working_days,
                row.plan,
                "; ".join(_(words) for words in row.clears.words),
                drift_words(page.drifts.get(row.id)),
            )
        if page.next is None:
            return
        wanted = replace(wanted, after=page.next)


def asked() -> dict[str, str]:
    """Return what the address asks for, to be asked again of the next page or the export."""
    return {name: value for name, value in request.args.items() if name in FILTERS}


def options() -> dict[str, Any]:
    """Return what the filters of the list offer: units only to those who see more than their own."""
    ref, scope = context.ref(), context.scope()
    units = [(unit.id, unit.name_on(ref.on)) for unit in ref.inside] if scope.sees_whole() else []
    states = [(name, _(text)) for name, text in STATE_NAMES.items() if scope.sees_whole() or name != "to_assign"]
    return {
        "state_options": states,
        "kind_options": [(name, _(text)) for name, text in KIND_NAMES.items()],
        "when_options": [(name, _(text)) for name, text in WHEN_NAMES.items()],
        "unit_options": units,
        "clear_options": [(code, _(text)) for code, text in UNCLEAR_NAMES.items()],
        "source_options": [(queries.PLANNED, _("a plan"))] + [(str(k), _(t)) for k, t in TERMS[SourceKind].items()],
    }
