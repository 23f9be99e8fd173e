"""Giving the drafts of a plan to units in one go: a sheet to fill in, a preview of each row, one button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.tasks import Task
from models.vocabulary import Action, Status
from notifications import batch_letters
from web import context, forms, loads
from web.errors import STATUS, note, refused
from web.gate import place
from workflow import batches, proposing
from workflow.batches import Chosen
from workflow.clears import Meter
from workflow.errors import Refusal
from workflow.given import LIMITS, Given
from workflow.planning.resolve import UnitNames, directory
from workflow.proposing import Proposal, Remark
from workflow.queries import drafts, load, plans
from workflow.queries.load import Loads
from workflow.task_tables import issued_on

bp = Blueprint("assigning", __name__, url_prefix="/plans")


@dataclass(frozen=True)
class Row:
    """A row of the preview: the task, what it would be given, why it cannot be, what it lacks, what to look at."""

    task: Task
    given: Given
    refusal: Refusal | None
    clears: Meter
    remarks: tuple[Remark, ...] = ()
    notices: list[str] = field(default_factory=list)


@bp.get("/<int:plan_id>/assign")
@place("give")
def show(plan_id: int) -> ResponseReturnValue:
    """Show the drafts with what the document's own words propose; all, or those of one section."""
    return _sheet(plan_id)


@bp.post("/<int:plan_id>/assign")
@place("give")
def answer(plan_id: int) -> ResponseReturnValue:
    """Look at the rows that were ticked, go back to the sheet, or assign them: the button says which."""
    step = ANSWERS.get(request.form.get("do", ""))
    if step is None:
        return _sheet(plan_id, typed=request.form)
    try:
        return step(plan_id)
    except Refusal as refusal:
        if STATUS[refusal.answer.kind] in (403, 404):
            return refused(refusal)
        note(refusal)
        return _sheet(plan_id, typed=request.form, refusal=refusal), STATUS[refusal.answer.kind]


def _look(plan_id: int) -> ResponseReturnValue:
    """Show what would happen to each row; nothing is written."""
    rows = _rows(plan_id)
    if not rows:
        raise Refusal("batch_empty")
    good = [row for row in rows if row.refusal is None]
    changed = {row.task.id: _changed(row) for row in good}
    heard = batch_letters.receivers(changed, Action.ASSIGN, by=context.me(), at=context.now())
    return render_template(
        "plans/assign_look.html",
        plan=plans.visible(plan_id, seen_by=context.scope()),
        rows=good,
        left_out=[row for row in rows if row.refusal is not None],
        heard=heard,
        kept=[(name, value) for name, value in request.form.items(multi=True) if name not in OWN],
        unclear=sum(1 for row in good if row.clears.missing),
        key=forms.new_key(),
    )


def _assign(plan_id: int) -> ResponseReturnValue:
    """Assign the rows; those that changed since they were looked at are left out and named."""
    rows = {row.task.id: row.given for row in _rows(plan_id)}
    key = forms.given().idempotency_key
    batch = batches.assign(rows, by=context.me(), at=context.now(), key=key)
    return redirect(url_for("batches.show", batch_id=batch))


# button -> what it does
ANSWERS: Final[dict[str, Callable[[int], ResponseReturnValue]]] = {"look": _look, "assign": _assign}
# what belongs to one sending of the form
OWN: Final = frozenset({"csrf_token", "idempotency_key", "do"})


def _rows(plan_id: int) -> list[Row]:
    """Return the ticked rows of the form with what would become of each. Raises Refusal for too many."""
    units = directory(context.ref())
    taken = [int(text) for text in request.form.getlist("take") if text.isascii() and text.isdecimal()]
    found = batches.choose([Chosen(key) for key in taken if key < 2**31], by=context.me())
    rows = [_row(task, units) for task in found if task.plan_id == plan_id]
    days = [row.given.due_on for row in rows if row.given.due_on is not None]
    counts = load.of_weeks(days)
    for row in rows:
        if row.refusal is None:
            row.notices.extend(_notices(row, counts, rows))
    return rows


def _row(task: Task, units: Mapping[int, UnitNames]) -> Row:
    ref, (given, remarks, refusal) = context.ref(), _given(task, units)
    if refusal is None:
        try:
            proposing.require(task, given, ref)
        except Refusal as found:
            refusal = found
    return Row(task, given, refusal, proposing.planned(task, given, ref).clears(ref), remarks)


def _given(task: Task, units: Mapping[int, UnitNames]) -> tuple[Given, tuple[Remark, ...], Refusal | None]:
    """Return what the form gives a task; a value that cannot be read is the row's refusal."""
    parts, remarks = proposing.parts_of(_text(task, "parts", 2000), units)
    given = Given(
        version=_number(_text(task, "version", 9)),
        lead_unit_id=_number(_text(task, "lead", 9)) or _number(request.form.get("lead", "")),
        leader_post_id=_number(_text(task, "leader", 9)) or _number(request.form.get("leader", "")),
        coordinator_ids=parts,
        product=_text(task, "product", LIMITS["product"]),
        boundary="before" if _text(task, "boundary", 6) == "before" else "on",
        deadline_words=task.deadline_words,
        deadline_kind=None,
    )
    try:
        return replace(given, due_on=forms.read_day(_text(task, "due", 40))), remarks, None
    except Refusal as refusal:
        return given, remarks, refusal


def _text(task: Task, name: str, limit: int) -> str:
    return request.form.get(f"{name}-{task.id}", "")[:limit].strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _notices(row: Row, counts: Loads, rows: list[Row]) -> list[str]:
    """Return what is to be said of a row's week and day, the other rows of the sheet counted in."""
    unit, day = row.given.lead_unit_id, row.given.due_on
    if unit is None or day is None:
        return []
    beside = sum(1 for other in rows if other is not row and _same_week(other, unit, day))
    count = counts.in_week(unit, day)
    said = [loads.said(unit, day, count)] if count else []
    more = [_("On this sheet it gets %(count)s more for that week.", count=beside)] if beside else []
    return [*said, *more, *loads.rest(day)]


def _same_week(row: Row, unit: int, day: date) -> bool:
    due = row.given.due_on
    return row.given.lead_unit_id == unit and due is not None and load.monday_of(due) == load.monday_of(day)


def _changed(row: Row) -> dict[str, Any]:
    """Return the task as the letters would find it."""
    planned = proposing.planned(row.task, row.given, context.ref())
    return {
        "status": Status.ASSIGNED,
        "lead_unit_id": planned.lead_unit_id,
        "leader_post_id": planned.leader_post_id,
        "officer_id": None,
        "due_on": planned.due_on,
    }


def _sheet(plan_id: int, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None) -> str:
    ref, section = context.ref(), _number(request.values.get("section", ""))
    offset = _number(request.values.get("from", "")) or 0
    view = drafts.of_plan(plan_id, seen_by=context.scope(), section_id=section, offset=offset)
    units, issued = directory(ref), issued_on(view.plan.document)
    proposals: dict[int, Proposal] = {task.id: proposing.propose(task, ref, units, issued) for task in view.tasks}
    taken = set(request.form.getlist("take")) if typed is not None else None
    return render_template(
        "plans/assign.html",
        view=view,
        proposals=proposals,
        section=section,
        offset=offset,
        following=offset + drafts.PAGE if offset + drafts.PAGE < view.total else None,
        lead_options=[(unit.id, unit.name_on(ref.on)) for unit in ref.inside],
        leader_options=[(seat.post_id, seat.said) for seat in ref.leadership],
        unit_names=[unit.name_on(ref.on) for unit in (*ref.inside, *ref.outside)],
        is_taken=lambda key: taken is None or str(key) in taken,
        typed=typed or {},
        refusal=refusal,
        key=forms.new_key(),
    )
