"""Handing over: what somebody who leaves still holds (dry run), his signature, and the printed minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import clock
from documents.writers.minutes import Minutes, docx
from i18n import gettext as _
from i18n import speaking
from models.labels import label
from models.vocabulary import Leaving
from web import context, forms
from web.again import Shown, again, fresh, key
from web.formats import day
from web.gate import place
from web.task_tables import TYPES
from workflow.errors import Refusal
from workflow.exports import note_export
from workflow.organization import handovers as service
from workflow.organization.handovers import PARTS, Leave
from workflow.queries import handovers as queries
from workflow.queries.handovers import Signed

bp = Blueprint("handovers", __name__, url_prefix="/handovers")


@bp.get("/of/<int:person_id>")
@place("inbox")
def new(person_id: int) -> ResponseReturnValue:
    """Show what somebody who leaves holds and to whom each thing would go."""
    return _form(person_id)


@bp.post("/of/<int:person_id>")
@place("inbox")
def sign(person_id: int) -> ResponseReturnValue:
    """Sign the handover: by himself, or by his superior with a reason."""
    try:
        leave = _leave(queries.leaves(queries.person(person_id).id, context.ref()), person_id, request.form)
        many = forms.number("to")
        items = service.held(leave, context.ref())
        choice = {item.task_id: forms.number(f"to{item.task_id}") or many for item in items if item.is_own}
        able = service.choices(items, leave, context.now())
        units = {item.task_id: item.lead_unit_id or 0 for item in items}
        kept = {task: to for task, to in choice.items() if to in able.get(units[task], {})}
        made = service.sign(
            leave, kept, password=request.form.get("password", "")[:1000], reason=request.form.get("reason", ""),
            by=context.me(), at=context.now(), key=key(),
        )  # fmt: skip
    except Refusal as refusal:
        return again(refusal, "sign", lambda shown: _form(person_id, shown))
    flash(_("The handover is signed; the tasks stand with whoever took them over."), "success")
    return redirect(url_for(".show", handover_id=made))


@bp.get("/<int:handover_id>")
@place("inbox")
def show(handover_id: int) -> ResponseReturnValue:
    """Show the minutes of a handover, to be printed."""
    found = queries.one(handover_id, seen_by=context.scope())
    return render_template("handovers/show.html", found=found, parts=PARTS, due=_due)


@bp.get("/<int:handover_id>.docx")
@place("inbox")
def word(handover_id: int) -> ResponseReturnValue:
    """Send the minutes as a Word document; the log keeps that they were taken."""
    found = queries.one(handover_id, seen_by=context.scope())
    note_export(f"handover {handover_id} .docx", by=context.me(), at=context.now())
    headers = {"Content-Disposition": f"attachment; filename=bien-ban-ban-giao-{handover_id}.docx"}
    with speaking("vi"):
        made = docx(_minutes(found))
    return Response(made, mimetype=f"{TYPES}wordprocessingml.document", headers=headers)


def _form(person_id: int, shown: Shown | None = None) -> str:
    ref, at = context.ref(), context.now()
    person = queries.person(person_id)
    own = service.require_may(service.of_account(person.id), context.me(), ref, at)
    leaves = queries.leaves(person.id, ref)
    leave = _leave(leaves, person.id, request.form if shown else request.args)
    items = service.held(leave, ref)
    return render_template(
        "handovers/new.html",
        person=person,
        is_own=own,
        leave=leave,
        leaves=leaves,
        items=items,
        able=service.choices(items, leave, at),
        parts=PARTS,
        signed=queries.of_person(person.id),
        new_key=forms.new_key,
        shown=shown or fresh(),
    )


def _leave(leaves: list[tuple[Leave, str]], person_id: int, fields: Any) -> Leave:
    """Return what is left, as the address or the form names it; everything when it names nothing of his."""
    wanted = fields.get("leaving", ""), fields.get("what", "")
    for leave, _words in leaves:
        if wanted == (leave.leaving, str(leave.tenure_id or leave.grant_id)):
            return leave
    return service.of_account(person_id)


def _due(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else "–"


def _minutes(found: Signed) -> Minutes:
    """Return the text of the minutes, in Vietnamese whatever the reader's language."""
    row, content, ref = found.row, found.content, context.ref()
    at = row.at.astimezone(clock.LOCAL)
    month = f"{at:%m}" if at.month < 3 else str(at.month)
    superior = "" if row.person_id == row.signed_by_id else row.name
    occasion = " ".join(filter(None, (_(label(Leaving(content["leaving"]))), content["seat"])))
    person = content["person"]
    who = ", ".join(filter(None, (person["name"], person["position"], person["unit"])))
    signed = ", ".join(filter(None, (row.name, row.position, row.unit_name)))
    rows = tuple(
        (item["title"], ", ".join(_(PARTS[part]) for part in item["as"]), _due(item["due_on"]), item["to"] or "…")
        for item in content["items"]
    )
    return Minutes(
        superior=ref.settings["body.superior"],
        body=ref.settings["body.name"],
        place=f"…, ngày {at:%d} tháng {month} năm {at.year}",
        title=_("HANDOVER OF TASKS"),
        opening=(
            _("Who hands over: %(who)s.", who=who),
            _("Occasion: %(what)s.", what=occasion),
            _("Signed in the system by %(who)s at %(moment)s (+07:00); SHA-256 of the content: %(sha)s.",
              who=signed, moment=f"{at:%H:%M:%S %d/%m/%Y}", sha=row.content_sha),
            _("Open tasks handed over: %(count)s.", count=len(rows)),
        ),
        rows=rows,
        closing=(_("The parties have read the minutes and agree; they are made in two copies of equal value."),),
        signers=((_("Who hands over"), person["name"]), (_("Who takes over"), ""), (_("Superior"), superior)),
        made_at=row.at,
    )  # fmt: skip
