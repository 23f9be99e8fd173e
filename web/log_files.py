"""The log as a file: CSV, workbook, JSON; each holds what the page shows, and the log keeps that it was taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from flask import Response, stream_with_context
from flask.typing import ResponseReturnValue

import clock
from documents.writers import table_sheet
from i18n import gettext as _
from terms import N_
from web import context, log_filter, sentences, tables
from web.gate import place
from web.log import bp, refused
from workflow.errors import Refusal
from workflow.exports import note_export
from workflow.queries import log_lines
from workflow.queries.history import Part
from workflow.queries.log_lines import LogFilter

# the columns of the log as a file, and how wide a workbook has them
COLUMNS: Final = (
    (N_("line"), 10), (N_("moment"), 20), (N_("code of the act"), 22), (N_("what"), 60), (N_("who"), 24),
    (N_("position"), 20), (N_("unit"), 28), (N_("task"), 9), (N_("plan"), 9), (N_("details"), 70),
)  # fmt: skip
# a workbook is made as a whole; the other files flow while they are read
MOST_IN_WORKBOOK: Final = 20_000
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/export.csv")
@place("log")
def export_csv() -> ResponseReturnValue:
    """Send the lines as CSV."""
    lines = tables.csv(tuple(name for name, _width in COLUMNS), map(_row, _taken("csv")))
    return _file(stream_with_context(lines), "text/csv; charset=utf-8", "csv")


@bp.get("/export.xlsx")
@place("log")
def export_xlsx() -> ResponseReturnValue:
    """Send the lines as a workbook."""
    rows = [_row(part) for part in islice(_taken("xlsx"), MOST_IN_WORKBOOK + 1)]
    if len(rows) > MOST_IN_WORKBOOK:
        return refused(Refusal("too_many_lines", limit=MOST_IN_WORKBOOK))
    columns = [(_(name), width) for name, width in COLUMNS]
    return _file(table_sheet.xlsx(_("Log"), columns, rows), WORKBOOK, "xlsx")


@bp.get("/export.json")
@place("log")
def export_json() -> ResponseReturnValue:
    """Send the lines as JSON: a list with an object for each."""
    return _file(stream_with_context(_as_json(_taken("json"))), "application/json", "json")


def _taken(form: str) -> Iterator[Part]:
    """Note that the lines leave as a file, and give them all, page after page."""
    wanted = log_filter.read()
    log_filter.note_reading(wanted)
    note_export("log" if form == "csv" else f"log .{form}", by=context.me(), at=context.now())
    return _all(wanted)


def _all(wanted: LogFilter) -> Iterator[Part]:
    while True:
        page = log_lines.page(wanted, seen_by=context.scope())
        yield from page.parts
        if page.next is None:
            return
        wanted = replace(wanted, before=page.next)


def _row(part: Part) -> tuple[Any, ...]:
    who, about = part.body["actor"], part.body["data"].get("about", {})
    said = sentences.of_part(part)
    number, at = f"{part.epoch}.{part.seq}", part.at.astimezone(clock.LOCAL)
    named = (who["name"], who["position"], who["unit"], about.get("task"), about.get("plan"))
    return (number, at, part.act, said.text, *named, "; ".join(said.details))


def _as_json(parts: Iterable[Part]) -> Iterator[str]:
    between = "[\n"
    for part in parts:
        yield between + json.dumps(_object(part), ensure_ascii=False)
        between = ",\n"
    yield "\n]\n" if between.startswith(",") else "[]\n"


def _object(part: Part) -> dict[str, Any]:
    who, said = part.body["actor"], sentences.of_part(part)
    return {
        "line": f"{part.epoch}.{part.seq}",
        "hash": part.hash,
        "at": part.at.astimezone(clock.LOCAL).isoformat(),
        "act": part.act,
        "what": said.text,
        "details": list(said.details),
        "who": {name: who[name] for name in ("username", "name", "position", "unit")},
        "about": part.body["data"].get("about", {}),
        "object": {"type": part.kind, "id": part.id},
        "set": part.changes,
    }


def _file(content: Any, kind: str, form: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename=nhat-ky.{form}"}
    return Response(content, mimetype=kind, headers=headers)
