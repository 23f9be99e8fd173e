"""One signature that stands alone: to read, to print, to carry away as JSON or PDF, and to verify again."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accountability import signatures
from accountability.signatures import View
from documents.writers import signature_paper
from i18n import gettext as _
from notifications.drift_words import drift_words
from web import context, forms
from web.errors import STATUS, note
from web.formats import moment_zone
from web.gate import place
from web.signature_words import proved_by, seat_words
from workflow.errors import Refusal
from workflow.exports import note_export

bp = Blueprint("signatures", __name__)


@bp.get("/signatures/<int:signature_id>")
@place("tasks")
def show(signature_id: int) -> ResponseReturnValue:
    """Show one signature with everything it binds to."""
    view = _view(signature_id)
    return render_template("signatures/show.html", view=view, seat=seat_words(view.mark), meaning=_meaning(view))


@bp.get("/signatures/<int:signature_id>/signature-<int:number>.json")
@place("tasks")
def record(signature_id: int, number: int) -> ResponseReturnValue:
    """Send the record as JSON; the log keeps that it was taken."""
    view = _view(signature_id if number == signature_id else 0)
    note_export("signature", by=context.me(), at=context.now())
    text = json.dumps(signatures.record(view, context.ref().settings["body.name"]), ensure_ascii=False, indent=2)
    return _file(text.encode(), "application/json", f"signature-{signature_id}.json")


@bp.get("/signatures/<int:signature_id>/signature-<int:number>.pdf")
@place("tasks")
def paper(signature_id: int, number: int) -> ResponseReturnValue:
    """Send the record as a paper, with a code that leads to where it is verified."""
    view = _view(signature_id if number == signature_id else 0)
    note_export("signature", by=context.me(), at=context.now())
    address = f"{current_app.config['PUBLIC_URL'].rstrip('/')}/verify?hash={view.entry.hash if view.entry else ''}"
    return _file(signature_paper.pdf(_facts(view), address), "application/pdf", f"signature-{signature_id}.pdf")


@bp.get("/verify")
@place("tasks")
def verify() -> ResponseReturnValue:
    """Ask for a record or a hash; with a hash in the address, say which signatures it belongs to."""
    typed = request.args.get("hash", "")[:200]
    if not typed:
        return _verify_page()
    try:
        return _verify_page(typed=typed, found=signatures.by_hash(typed, seen_by=context.scope()))
    except Refusal as refusal:
        return _verify_page(refusal, typed=typed), STATUS[refusal.answer.kind]


@bp.post("/verify")
@place("tasks")
def check() -> ResponseReturnValue:
    """Hold a record against itself and against this system, and say what was found."""
    try:
        data = b"".join(upload.data for upload in forms.uploads("file"))
        verdict = signatures.check(signatures.read(data), seen_by=context.scope())
    except Refusal as refusal:
        note(refusal)
        return _verify_page(refusal), STATUS[refusal.answer.kind]
    return _verify_page(verdict=verdict)


def _view(signature_id: int) -> View:
    return signatures.one(signature_id, context.ref(), seen_by=context.scope())


def _verify_page(refusal: Refusal | None = None, **more: Any) -> str:
    return render_template(
        "signatures/verify.html",
        refusal=refusal,
        checks=signatures.CHECKS,
        meaning=lambda mark: _(signatures.meaning_of(mark)),
        seat=seat_words,
        action=url_for(".verify"),
        **{"typed": "", "found": None, "verdict": None} | more,
    )


def _meaning(view: View) -> str:
    return _(signatures.meaning_of(view.mark))


def _facts(view: View) -> dict[str, Any]:
    """Return what the paper prints, in the reader's language."""
    mark, entry, ref = view.mark, view.entry, context.ref()
    rows = [
        (_("Task"), view.task.title),
        (_("Signed by"), seat_words(mark)),
        (_("Unit"), mark.unit_name),
        (_("Meaning"), _meaning(view)),
        (_("Signed at"), moment_zone(mark.at)),
        (_("On the result"), _("version %(no)s", no=view.result.no)),
        (_("Proved by"), proved_by(mark.method)),
        (_("State today"), drift_words(view.drift) or _("as it was signed")),
    ]
    if view.withdrawn_by is not None:
        rows.append((_("Taken back"), moment_zone(view.withdrawn_by.at)))
    hashes = [(_("Content (SHA-256)"), mark.content_sha)]
    if entry is not None:
        line = _("Line %(epoch)s/%(seq)s of the log (SHA-256)", epoch=entry.epoch, seq=entry.seq)
        hashes.append((line, entry.hash))
    return {
        "lang": context.language(),
        "body": ref.settings["body.name"],
        "title": _("Record of a signature"),
        "lead": _("No. %(number)s", number=mark.id),
        "rows": rows,
        "content_title": _("What was signed"),
        "result": view.result.result,
        "hashes": hashes,
        "foot": _("The code leads to the page where somebody with an account verifies this record."),
    }


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(data, mimetype=kind, headers=headers)
