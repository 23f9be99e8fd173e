"""Moving several tasks in one go: chosen in the list, looked at with all it would do, done, and undone that day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from i18n import gettext as _
from i18n import ngettext
from models.labels import label
from models.tasks import Task
from models.vocabulary import (
    Status,
)
from models.words import (
    BulkAct,
)
from notifications import batch_letters
from notifications.urgent import Receiver
from web import context, forms, kept, task_filter
from web.errors import STATUS, note, refused
from web.formats import day
from web.gate import place
from workflow import batches, undoing
from workflow.batches import KINDS, Chosen, Look
from workflow.errors import Refusal
from workflow.given import Given
from workflow.queries import batches as queries
from workflow.queries import people
from workflow.queries import tasks as task_queries

bp = Blueprint("batches", __name__, url_prefix="/tasks/batch")

# what a head does to his unit's tasks; the other acts belong to those who give tasks
OF_HEADS: Final = frozenset({BulkAct.OFFICER})


def acts() -> list[tuple[str, str]]:
    """Return the acts this person can choose from, in the table's order."""
    gives = context.scope().allows("give")
    return [(str(act), _(label(act))) for act in KINDS if gives or act in OF_HEADS]


@bp.get("")
@place("tasks")
def choose() -> ResponseReturnValue:
    """Show what was chosen, with which of it the act is possible, and ask for what the act needs."""
    try:
        return _page(_picked(), _act(request.args), typed=kept.back_to(url_for(".look")))
    except Refusal as refusal:
        return _page([], _act(request.args), refusal=refusal), STATUS[refusal.answer.kind]


@bp.post("/look")
@place("tasks")
def look() -> ResponseReturnValue:
    """Show what the act would do to each task and whom it would tell; nothing is written."""
    act = _act(request.form)
    try:
        given = forms.given()
        if act is not None:
            given.require(KINDS[act].required)
        return _page(_rows(), act, given, typed=request.form, is_look=act is not None)
    except Refusal as refusal:
        return _again(refusal, act)


@bp.post("")
@place("tasks")
def move() -> ResponseReturnValue:
    """Do it: each task by its own check, all under one batch."""
    act = _act(request.form)
    if act is None:
        return _again(Refusal("batch_empty"), None)
    try:
        key = batches.move(act, _rows(), by=context.me(), at=context.now(), given=forms.given())
    except Refusal as refusal:
        return _again(refusal, act)
    return redirect(url_for(".show", batch_id=key))


@bp.get("/<int:batch_id>")
@place("tasks")
def show(batch_id: int) -> ResponseReturnValue:
    """Show what was done in one go, what was left out and why, and the way back."""
    return _done(batch_id)


@bp.post("/<int:batch_id>/undo")
@place("tasks")
def undo(batch_id: int) -> ResponseReturnValue:
    """Undo it, as new entries."""
    try:
        key = undoing.undo(batch_id, by=context.me(), at=context.now(), key=forms.given().idempotency_key)
    except Refusal as refusal:
        if STATUS[refusal.answer.kind] in (403, 404):
            return refused(refusal)
        return _done(batch_id, refusal), STATUS[refusal.answer.kind]
    flash(_("Undone. What had changed since was left as it is."), "success")
    return redirect(url_for(".show", batch_id=key))


def _act(values: MultiDict[str, str]) -> BulkAct | None:
    """Return the act that is named; None for none of those this person can choose from."""
    named = values.get("act", "")
    return BulkAct(named) if named in {code for code, _text in acts()} else None


def _picked() -> list[Chosen]:
    """Return the tasks that were ticked, or all that the filter of the address lets through."""
    if request.args.get("all"):
        wanted = task_filter.read()
        ids, total = task_queries.matching(wanted, context.ref(), batches.LIMIT, seen_by=context.scope())
        if total > batches.LIMIT:
            raise Refusal("batch_too_many", count=total, limit=batches.LIMIT)
        return [Chosen(key) for key in ids]
    return [Chosen(int(text)) for text in request.args.getlist("task") if _is_number(text)]


def _rows() -> list[Chosen]:
    """Return the tasks a form carries, each with the version that was looked at."""
    parts = [text.split(".") for text in request.form.getlist("row")]
    return [Chosen(int(part[0]), int(part[1])) for part in parts if len(part) == 2 and all(map(_is_number, part))]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _again(refusal: Refusal, act: BulkAct | None) -> ResponseReturnValue:
    """Answer on the same page with what was typed; too many rows, or a stranger's, are answered without them."""
    if STATUS[refusal.answer.kind] in (403, 404):
        return refused(refusal)
    note(refusal)
    rows = [] if refusal.code == "batch_too_many" else _rows()
    return _page(rows, act, typed=request.form, refusal=refusal), STATUS[refusal.answer.kind]


def _page(
    chosen: list[Chosen],
    act: BulkAct | None,
    given: Given | None = None,
    *,
    typed: Any = None,
    refusal: Refusal | None = None,
    is_look: bool = False,
) -> str:
    ref, given = context.ref(), given or Given()
    workers = people.of_units(ref)
    found = batches.choose(chosen, by=context.me())
    seen = _look(found, act, given, workers) if act is not None else Look(tasks=found)
    # what only the typed values keep from being moved is asked about again
    open_to = seen.tasks or (_look(found, act, Given(), workers).tasks if act is not None else [])
    return render_template(
        "batches/look.html",
        act=act,
        acts=acts(),
        asks=KINDS[act].asks if act is not None else (),
        seen=seen,
        rows=seen.tasks if is_look and seen.tasks else open_to,
        effects=_effects(act, seen, given, workers) if act is not None else {},
        heard=_heard(act, seen, given) if act is not None and is_look else [],
        is_look=is_look and bool(seen.tasks),
        officers=_officers(open_to, workers),
        leaders=[(seat.post_id, seat.said) for seat in ref.leadership],
        versions={one.id: one.version for one in chosen},
        typed=typed or {},
        refusal=refusal,
        key=forms.new_key(),
    )


def _look(found: list[Task], act: BulkAct, given: Given, workers: dict[int, list[tuple[int, str]]]) -> Look:
    works = {unit: [person for person, _name in each] for unit, each in workers.items()}
    return batches.look(found, KINDS[act], by=context.me(), ref=context.ref(), given=given, workers=works)


def _officers(found: list[Task], workers: dict[int, list[tuple[int, str]]]) -> list[tuple[int, str]]:
    """Return who can be named: the people of the units that lead the tasks."""
    ref, units = context.ref(), dict.fromkeys(task.lead_unit_id for task in found)
    named = {person: f"{name} ({ref.unit_name(unit)})" for unit in units for person, name in workers.get(unit or 0, ())}
    return list(named.items())


def _heard(act: BulkAct, seen: Look, given: Given) -> list[Receiver]:
    changes = {
        BulkAct.OFFICER: {"officer_id": given.officer_id},
        BulkAct.LEADER: {"leader_post_id": given.leader_post_id},
    }
    changed = {task.id: changes.get(act, {}) for task in seen.tasks}
    return batch_letters.receivers(changed, KINDS[act].action, by=context.me(), at=context.now())


def _effects(
    act: BulkAct, seen: Look, given: Given, workers: dict[int, list[tuple[int, str]]]
) -> dict[int, tuple[str, str]]:
    """Return what stands on each task now and what would stand there."""
    names = {person: name for each in workers.values() for person, name in each}
    return {task.id: EFFECTS[act](task, given, names) for task in seen.tasks}


def _leader(post_id: int | None) -> str:
    seat = context.ref().post(post_id)
    return seat.said if seat else "–"


def _status(task: Task, new: Status, more: str = "") -> tuple[str, str]:
    return _(label(Status(task.status))), " ".join(filter(None, (_(label(new)), more)))


Names = dict[int, str]
EFFECTS: Final[dict[BulkAct, Callable[[Task, Given, Names], tuple[str, str]]]] = {
    BulkAct.OFFICER: lambda task, given, names: (
        names.get(task.officer_id or 0, "–"),
        names.get(given.officer_id or 0, "…"),
    ),
    BulkAct.LEADER: lambda task, given, _names: (
        _leader(task.leader_post_id),
        _leader(given.leader_post_id) if given.leader_post_id else "…",
    ),
    BulkAct.FIRST_DATE: lambda _task, given, _names: ("–", day(given.due_on) if given.due_on else "…"),
    BulkAct.WITHDRAW: lambda task, _given, _names: _status(task, Status.WITHDRAWN),
    BulkAct.HOLD: lambda task, given, _names: _status(
        task, Status.ON_HOLD, _("until the end of %(day)s", day=day(given.until)) if given.until else ""
    ),
}


def _done(batch_id: int, refusal: Refusal | None = None) -> str:
    view = queries.one(batch_id, context.ref(), seen_by=context.scope())
    return render_template(
        "batches/done.html",
        view=view,
        batch=view.batch,
        reasons=[(title, number, _why(code, details)) for number, title, code, details in view.left_out],
        summary=ngettext("%(num)d task", "%(num)d tasks", view.batch.count),
        refusal=refusal,
        key=forms.new_key(),
    )


def _why(code: str, details: dict[str, Any]) -> Refusal:
    return Refusal(code, **details)
