"""Tables of a plan's targets: taken away as its annex, brought back by a look at every row and a confirmation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import clock
from documents.readers import LIMIT_BYTES
from documents.readers.refusal import Unreadable
from documents.writers.annex import Annex
from documents.writers.annex_sheet import xlsx
from documents.writers.annex_word import docx
from documents.writers.target_table import csv, written
from i18n import gettext as _
from i18n import ngettext
from terms import N_
from web import again, context, forms
from web.errors import STATUS
from web.gate import place
from workflow import target_tables, targets
from workflow.answers_of_targets import ROW_FAULTS
from workflow.errors import Kind, Refusal
from workflow.exports import note_export
from workflow.imports import measures
from workflow.queries import plans
from workflow.queries import target_tables as queries
from workflow.target_tables import RowFault

bp = Blueprint("target_tables", __name__, url_prefix="/targets/plans")

MEGABYTE: Final = 1024 * 1024
TYPES: Final = "application/vnd.openxmlformats-officedocument."
# ending -> how the file is made, and its kind
FORMS: Final[dict[str, tuple[Callable[[Annex], bytes], str]]] = {
    "docx": (docx, f"{TYPES}wordprocessingml.document"),
    "xlsx": (xlsx, f"{TYPES}spreadsheetml.sheet"),
    "csv": (csv, "text/csv"),
}


@bp.get("/<int:plan_id>/table.<any(docx, xlsx, csv):form>")
@place("targets")
def annex(plan_id: int, form: str) -> ResponseReturnValue:
    """Send the table of the plan's targets; the log keeps that it was taken."""
    made = queries.table(plan_id, context.ref(), at=context.now(), seen_by=context.scope())
    note_export(f"targets {plan_id} .{form}", by=context.me(), at=context.now())
    write, kind = FORMS[form]
    headers = {"Content-Disposition": f"attachment; filename=chi-tieu-{plan_id}.{form}"}
    return Response(write(made), mimetype=kind, headers=headers)


@bp.get("/<int:plan_id>/table")
@place("give")
def new(plan_id: int) -> ResponseReturnValue:
    """Ask for the table and the document it comes from."""
    return _upload_page(plan_id)


@bp.post("/<int:plan_id>/table")
@place("give")
def read(plan_id: int) -> ResponseReturnValue:
    """Read the table and show every row with what it would change; nothing is written."""
    try:
        plan = plans.visible(plan_id, seen_by=context.scope())
        targets.document(forms.text("decision"))
        payload = _read()
    except Refusal as refusal:
        if refusal.answer.kind is Kind.MISSING:
            raise
        return _upload_page(plan_id, refusal), STATUS[refusal.answer.kind]
    return _check_page(plan, payload)


@bp.post("/<int:plan_id>/table/confirm")
@place("give")
def confirm(plan_id: int) -> ResponseReturnValue:
    """Take all rows or none; what was read comes back with the form and is looked through anew."""
    plan = plans.visible(plan_id, seen_by=context.scope())
    payload = _payload()
    try:
        named = forms.text("decision")
        count = target_tables.take(plan_id, payload, named, by=context.me(), at=context.now(), key=again.key())
    except Refusal as refusal:
        if refusal.answer.kind in (Kind.MISSING, Kind.FORBIDDEN):
            raise
        return _check_page(plan, payload, refusal), STATUS[refusal.answer.kind]
    said = ngettext("%(num)d thing was taken from the table.", "%(num)d things were taken from the table.", count)
    flash(said, "success")
    return redirect(url_for("targets.index", plan=plan_id))


def _read() -> dict[str, Any]:
    sent = forms.uploads("file")
    if not sent:
        raise Refusal("missing_field", field=N_("the table"))
    try:
        return target_tables.read(sent[0].filename, sent[0].data, by=context.me(), at=context.now())
    except Unreadable as error:
        raise Refusal("table_unreadable", why=_(error.reason, **error.details)) from None


def _payload() -> dict[str, Any]:
    """Return the rows that the look at them carried. Raises Refusal for anything that was not made by it."""
    try:
        found = json.loads(request.form.get("content", ""))
        columns = [_typed(each, COLUMN) for each in found["columns"]]
        rows = [_typed(each, ROW) for each in found["rows"][: target_tables.LIMIT_ROWS]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refusal("target_table_empty") from None
    kinds = {column["kind"] for column in columns}
    if any(len(row["values"]) != len(columns) for row in rows) or not kinds <= KINDS:
        raise Refusal("target_table_empty")
    return {"columns": columns, "rows": rows}


def _typed(found: Mapping[str, Any], kinds: Mapping[str, type]) -> dict[str, Any]:
    for name, kind in kinds.items():
        value = found[name]
        if not isinstance(value, kind) or (
            isinstance(value, list) and not all(isinstance(each, str) for each in value)
        ):
            raise TypeError(name)
    year = found.get("year")
    if year is not None and (not isinstance(year, int) or year not in measures.YEARS):
        raise ValueError(year)
    return {name: found[name] for name in kinds} | ({"year": year} if "kind" in kinds else {})


COLUMN: Final[dict[str, type]] = {"letter": str, "kind": str}
ROW: Final[dict[str, type]] = {"row": int, "group": str, "name": str, "unit": str, "values": list}
KINDS: Final = {"goal", "aim", "reached", "estimate"}


def _upload_page(plan_id: int, refusal: Refusal | None = None) -> str:
    return render_template(
        "targets/table_new.html",
        plan=plans.visible(plan_id, seen_by=context.scope()),
        megabytes=LIMIT_BYTES // MEGABYTE,
        key=forms.new_key(),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def _check_page(plan: Any, payload: Mapping[str, Any], refusal: Refusal | None = None) -> str:
    named = forms.text("decision")
    looked = target_tables.look(plan, payload, named, on=clock.day_of(context.now()))
    return render_template(
        "targets/table_check.html",
        plan=plan,
        rows=looked,
        wrong=sum(1 for each in looked if each.faults),
        changes=sum(each.changes for each in looked),
        decision=named,
        content=json.dumps(payload, ensure_ascii=False),
        said=_said,
        goal=queries.goal_words,
        written=written,
        key=forms.new_key(),
        refusal=refusal,
    )


def _said(fault: RowFault) -> str:
    return _(ROW_FAULTS[fault.code], **fault.details)
