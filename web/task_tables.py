"""Tables of tasks of a plan: brought in by a dry run and a confirmation, taken away as the annex of the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from documents.readers import LIMIT_BYTES
from documents.readers.refusal import Unreadable
from documents.writers.annex import Annex
from documents.writers.annex_sheet import xlsx
from documents.writers.annex_word import docx
from i18n import gettext as _
from i18n import ngettext
from terms import N_
from web import context, forms
from web.errors import STATUS
from web.gate import place
from workflow import task_tables
from workflow.answers_tables import REMARKS
from workflow.errors import Kind, Refusal
from workflow.exports import note_export
from workflow.queries import annexes, plans
from workflow.queries import task_tables as queries
from workflow.task_tables import Checked, Fault

bp = Blueprint("task_tables", __name__, url_prefix="/plans")

MEGABYTE: Final = 1024 * 1024
TYPES: Final = "application/vnd.openxmlformats-officedocument."
# ending -> how the file is made, and its kind
FORMS: Final[dict[str, tuple[Callable[[Annex], bytes], str]]] = {
    "docx": (docx, f"{TYPES}wordprocessingml.document"),
    "xlsx": (xlsx, f"{TYPES}spreadsheetml.sheet"),
}


@bp.get("/<int:plan_id>/annex.<any(docx, xlsx):form>")
@place("plans")
def annex(plan_id: int, form: str) -> ResponseReturnValue:
    """Send the annex of the plan's tasks as far as this person may read them; the log keeps that it was taken."""
    made = annexes.annex(plan_id, context.ref(), at=context.now(), seen_by=context.scope())
    note_export(f"annex {plan_id} .{form}", by=context.me(), at=context.now())
    write, kind = FORMS[form]
    headers = {"Content-Disposition": f"attachment; filename=phu-luc-nhiem-vu-{plan_id}.{form}"}
    return Response(write(made), mimetype=kind, headers=headers)


@bp.get("/<int:plan_id>/table")
@place("import")
def new(plan_id: int) -> ResponseReturnValue:
    """Ask for the table, and show those that wait."""
    return _upload_page(plan_id)


@bp.post("/<int:plan_id>/table")
@place("import")
def read(plan_id: int) -> ResponseReturnValue:
    """Read the table and go on to its rows."""
    try:
        table_id = _read(plan_id)
    except Refusal as refusal:
        if refusal.answer.kind is Kind.MISSING:
            raise
        return _upload_page(plan_id, refusal), STATUS[refusal.answer.kind]
    return redirect(url_for(".check", table_id=table_id))


@bp.get("/table/<int:table_id>")
@place("import")
def check(table_id: int) -> ResponseReturnValue:
    """Show every row with what it would become, or what is wrong with it; nothing is written."""
    view = queries.one(table_id, context.ref(), seen_by=context.scope())
    if view.table.made is not None:
        return redirect(url_for("plans.show", plan_id=view.plan.id))
    return _check_page(view)


@bp.post("/table/<int:table_id>/confirm")
@place("import")
def confirm(table_id: int) -> ResponseReturnValue:
    """Take all rows or none; a second click leads to the same plan."""
    try:
        made = task_tables.confirm(table_id, by=context.me(), at=context.now())
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        view = queries.one(table_id, context.ref(), seen_by=context.scope())
        return _check_page(view, refusal), STATUS[refusal.answer.kind]
    view = queries.one(table_id, context.ref(), seen_by=context.scope())
    said = ngettext("%(num)s task of the table is a draft of the plan now.",
                    "%(num)s tasks of the table are drafts of the plan now.", made)  # fmt: skip
    flash(said, "success")
    return redirect(url_for("plans.show", plan_id=view.plan.id))


@bp.post("/table/<int:table_id>/drop")
@place("import")
def drop(table_id: int) -> ResponseReturnValue:
    """Drop the table; no task was made of it."""
    plan_id = task_tables.drop(table_id, by=context.me(), at=context.now())
    flash(_("The table is dropped. Nothing of it became a task."), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer a file beyond the limit of a request."""
    raise Refusal("file_too_large", limit=LIMIT_BYTES // MEGABYTE) from error


def _read(plan_id: int) -> int:
    sent = forms.uploads("file")
    if not sent:
        raise Refusal("missing_field", field=N_("the table"))
    try:
        return task_tables.upload(plan_id, sent[0].filename, sent[0].data, by=context.me(), at=context.now())
    except Unreadable as error:
        raise Refusal("table_unreadable", why=_(error.reason, **error.details)) from None


def _upload_page(plan_id: int, refusal: Refusal | None = None) -> str:
    return render_template(
        "plans/table_new.html",
        plan=plans.visible(plan_id, seen_by=context.scope()),
        waiting=queries.waiting(plan_id, seen_by=context.scope()),
        megabytes=LIMIT_BYTES // MEGABYTE,
        key=forms.new_key(),
        refusal=refusal,
    )


def _check_page(view: queries.TableView, refusal: Refusal | None = None) -> str:
    return render_template(
        "plans/table_check.html",
        view=view,
        texts=_texts,
        remarks=REMARKS,
        is_row=lambda line: isinstance(line, Checked),
        key=forms.new_key(),
        refusal=refusal,
    )


def _texts(fault: Fault) -> dict[str, str]:
    """Return what a fault says in the reader's language."""
    details: dict[str, Any] = {name: "" if value is None else value for name, value in fault.details.items()}
    if "why" in details:
        details["why"] = _(str(details["why"]))
    answer = fault.answer
    return {
        name: _(text, **details) for name, text in (("what", answer.what), ("why", answer.why), ("now", answer.now))
    }
