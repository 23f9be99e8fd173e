"""The task sheet (phiếu giao nhiệm vụ) of one task: as a page to print, as Word and as PDF."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from documents.writers.sheet import Sheet, code
from documents.writers.sheet_pdf import pdf
from documents.writers.sheet_word import docx
from web import context
from web.gate import place
from workflow.exports import note_export
from workflow.queries import sheets

bp = Blueprint("sheets", __name__, url_prefix="/tasks")

# ending -> how the file is made, and its kind
FORMS: Final[dict[str, tuple[Callable[[Sheet], bytes], str]]] = {
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf, "application/pdf"),
}


@bp.get("/<int:task_id>/sheet")
@place("tasks")
def show(task_id: int) -> ResponseReturnValue:
    """Show the sheet as it is printed."""
    made = _sheet(task_id)
    picture = b64encode(code(made.address)).decode()
    return render_template("tasks/sheet.html", sheet=made, words=made.words(), picture=picture)


@bp.get("/<int:task_id>/sheet.<any(docx, pdf):form>")
@place("tasks")
def download(task_id: int, form: str) -> ResponseReturnValue:
    """Send the sheet as a file; the log keeps that it was taken."""
    write, kind = FORMS[form]
    made = write(_sheet(task_id))
    note_export(f"sheet {task_id} .{form}", by=context.me(), at=context.now())
    headers = {"Content-Disposition": f"attachment; filename=phieu-giao-nhiem-vu-{task_id}.{form}"}
    return Response(made, mimetype=kind, headers=headers)


def _sheet(task_id: int) -> Sheet:
    return sheets.of(task_id, context.ref(), current_app.config["PUBLIC_URL"], seen_by=context.scope())
