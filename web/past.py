"""A task, a plan or a unit as it was at the end of a day, told from the log alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accountability import as_of
from accountability.as_of import KINDS, Past
from i18n import gettext as _
from terms import N_
from web import context, forms, sentences
from web.errors import STATUS
from web.gate import place
from web.log import bp, seal_facts
from web.wording import COLUMNS, WORDS
from web.wording_of_tables import TABLES
from workflow.errors import Kind, Refusal

# what can be asked for -> what it is called
LABELS: Final = {"task": N_("Task"), "plan": N_("Plan"), "unit": N_("Unit")}
# so many rows of a table are shown
MOST_ROWS: Final = 300


@dataclass(frozen=True)
class Told:
    """One row in words: its number, and what is said of it."""

    id: int
    facts: list[tuple[str, str]]


@bp.get("/past")
@place("log")
def past() -> ResponseReturnValue:
    """Show a thing as it was at the end of a day, or ask which."""
    try:
        found = _asked()
    except Refusal as refusal:
        return _page(None, refusal), STATUS[refusal.answer.kind]
    return _page(found)


def _asked() -> Past | None:
    kind, text = request.args.get("kind", "task"), request.args.get("id", "").strip()
    on = forms.read_day(request.args.get("on", ""))
    if not text:
        return None
    if kind not in KINDS or not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Refusal("bad_value", field=N_("number"), value=text[:40], form=N_("a whole number"))
    try:
        return as_of.as_of(kind, int(text), on or context.ref().on, seen_by=context.scope())
    except Refusal as refusal:
        if refusal.answer.kind is Kind.MISSING:
            raise Refusal("not_yet", day=(on or context.ref().on).strftime("%d/%m/%Y")) from None
        raise


def _page(found: Past | None, refusal: Refusal | None = None) -> str:
    parts = list(_parts(found)) if found else []
    return render_template(
        "log/past.html",
        past=found,
        kinds=[(name, _(label)) for name, label in LABELS.items()],
        main=_facts(found.kind, found.main) if found else [],
        parts=parts,
        typed=request.args,
        refusal=refusal,
        **seal_facts(),
    )


def _parts(found: Past) -> Iterator[tuple[str, int, list[Told]]]:
    for table, rows in found.parts.items():
        shown = [Told(key, _facts(table, row)) for key, row in list(rows.items())[:MOST_ROWS]]
        yield _(TABLES.get(table, table)), len(rows), shown


def _facts(table: str, row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what the columns of a row say, those people know by name, in the order of telling."""
    named = [(label, name) for name, label in (COLUMNS | WORDS).items() if row.get(name) not in (None, "", [])]
    return [(_(label), sentences.spoken(table, name, row[name])) for label, name in named]
