"""Tasks: the list, one task, its steps, the signing page, its files, and tasks given without a plan."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.labels import TERMS
from models.tasks import (
    HandIn,
)
from models.vocabulary import (
    Action,
    Role,
)
from models.words import (
    SourceKind,
)
from web import (
    auth,
    batches,
    context,
    forms,
    incoming,
    kept,
    late,
    loads,
    recurring,
    tables,
    task_filter,
    task_page,
)
from web.errors import STATUS, note, refused
from web.formats import megabytes
from web.gate import place
from web.sentences import (
    know,
    know_units,
)
from web.signing import (
    MEANINGS,
)
from workflow import (
    clears,
    files,
    permissions,
    signing_many,
    signoff,
    tasks,
)
from workflow.errors import Refusal
from workflow.exports import note_export
from workflow.lifecycle import Step
from workflow.queries import desk, evidence, people
from workflow.queries import tasks as queries
from workflow.queries.tasks import TaskView

bp = Blueprint("tasks", __name__, url_prefix="/tasks")


@bp.get("")
@place("tasks")
def index() -> ResponseReturnValue:
    """List the tasks this person may read, filtered by what the address says."""
    wanted = task_filter.read()
    page = queries.page(wanted, context.ref(), seen_by=context.scope())
    asked = task_filter.asked()
    return render_template(
        "tasks/index.html",
        page=page,
        wanted=wanted,
        asked=asked,
        acts=batches.acts() if context.me().has(*MOVERS) else [],
        plan_name=page.rows[0].plan if page.rows and wanted.plan_id is not None else "",
        next_href=_address(".index", asked | {"after": task_filter.beginning(page.next)}) if page.next else "",
        export_href=_address(".export", asked),
        **task_filter.options(),
    )


@bp.get("/export.csv")
@place("tasks")
def export() -> ResponseReturnValue:
    """Send the same list as CSV, row by row; the log keeps that it was taken."""
    note_export("tasks", by=context.me(), at=context.now())
    lines = tables.csv(task_filter.COLUMNS, task_filter.exported(task_filter.read()))
    headers = {"Content-Disposition": "attachment; filename=nhiem-vu.csv"}
    return Response(stream_with_context(lines), mimetype="text/csv; charset=utf-8", headers=headers)


@bp.get("/new")
@place("give")
def new() -> ResponseReturnValue:
    """Show the form for a task that comes from a document or meeting, without a plan."""
    return render_template("tasks/new.html", typed=kept.back_to(url_for(".create")), **_new_form())


@bp.post("/new")
@place("give")
def create() -> ResponseReturnValue:
    """Give such a task its record and go on to assigning it."""
    try:
        task_id = tasks.create(
            None,
            forms.text("title", limit=2000),
            forms.source(),
            by=context.me(),
            at=context.now(),
            given=forms.given(),
            again=bool(request.form.get("again")),
        )
    except Refusal as refusal:
        return _again("tasks/new.html", refusal, **_new_form())
    flash(_("Entered. It is a draft: give it to a unit now."), "success")
    return redirect(url_for(".show", task_id=task_id))


@bp.get("/<int:task_id>/source")
@place("tasks")
def source(task_id: int) -> ResponseReturnValue:
    """Send the document a task comes from, as it was kept."""
    found = queries.source_file(task_id, seen_by=context.scope())
    return _sent(found.sha256, found.filename)


@bp.get("/<int:task_id>")
@place("tasks")
def show(task_id: int) -> ResponseReturnValue:
    """Show one task: who owes what by when, the steps this person may take, and its history."""
    return _page(task_id)


@bp.get("/<int:task_id>/sign")
@place("tasks")
def sign(task_id: int) -> ResponseReturnValue:
    """Show exactly what would be signed, with the evidence."""
    view = queries.one(task_id, context.ref(), seen_by=context.scope())
    step = next((step for step in view.steps if step.action in (Action.SIGN_OFF, Action.CONFIRM)), None)
    if step is None or view.case.hand_in is None:
        return redirect(url_for(".show", task_id=task_id))
    _note_opened(view.case.hand_in)
    return _sign_page(view, step)


@bp.post("/<int:task_id>/<action:action>")
@place("tasks")
def step(task_id: int, action: Action) -> ResponseReturnValue:
    """Take one step; the life-cycle table decides whether it is allowed."""
    try:
        given = forms.given()
        tasks.take_step(task_id, action, by=context.me(), at=context.now(), given=given)
    except Refusal as refusal:
        return _refused(task_id, action, refusal)
    flash(_("Done: %(step)s.", step=_(TERMS[Action][action])), "success")
    late.tell([task_id], action, given)
    if action == Action.ASSIGN:
        loads.tell(task_id)
    if action in SIGNING:
        auth.renew()
        _offer_next()
    return redirect(_after(task_id))


@bp.get("/<int:task_id>/evidence/<int:evidence_id>")
@place("tasks")
def download(task_id: int, evidence_id: int) -> ResponseReturnValue:
    """Send a file of a result, always as an attachment; one that is not as it was handed in is not given out."""
    found = evidence.one(task_id, evidence_id, seen_by=context.scope())
    return _sent(found.sha256 or "", found.filename)


def _sent(sha: str, filename: str | None) -> ResponseReturnValue:
    """Send a kept file as an attachment; one that is not as it was kept is not given out."""
    try:
        data = files.vault().get(sha)
    except (OSError, ValueError) as error:
        raise Refusal("file_altered" if isinstance(error, ValueError) else "file_deleted", sha=sha) from None
    return send_file(
        BytesIO(data), mimetype="application/octet-stream", as_attachment=True, download_name=filename or "file"
    )


# who is offered to move several tasks in one go
MOVERS: Final = (Role.OFFICE, Role.LEADER, Role.HEAD)
SIGNING: Final = (Action.SIGN_OFF, Action.CONFIRM)
# the kind of a message that leads on: followed by where to
NEXT: Final = "next "
# refusals for want of a right that are answered on the page itself: there is something to correct or to understand
SHOWN_HERE: Final = frozenset({"wrong_password", "wrong_proof", "factor_needed", "own_work"})
# fields whose words are shown again when a step was refused for good
TEXTS: Final = ("reason", "text", "result", "decision", "product", "deadline_words", "document_number", "authority")


def _new_form() -> dict[str, Any]:
    """Return what the form of a task without a plan needs beside what was typed."""
    return {
        "key": forms.new_key(),
        "kinds": [(str(kind), _(label)) for kind, label in TERMS[SourceKind].items()],
        "megabytes": megabytes(incoming.limit()),
    }


def _note_opened(row: HandIn) -> None:
    """Keep that he had this result before him; a browser that fetches pages ahead shows nobody anything."""
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    if not is_ahead and request.method == "GET" and not signing_many.is_opened(row, context.me()):
        signing_many.note_opened(row, by=context.me(), at=context.now())


def _address(endpoint: str, asked: dict[str, str]) -> str:
    """Return the address of a page with the same filter; its names are read from our own, never taken as options."""
    return f"{url_for(endpoint)}?{urlencode(asked)}" if asked else url_for(endpoint)


def _after(task_id: int) -> str:
    """Return where a step leads: to its task, or to the desk when the task has left this person's sight."""
    try:
        queries.visible(task_id, seen_by=context.scope())
    except Refusal:
        return url_for("desk.show")
    return url_for(".show", task_id=task_id)


def _page(task_id: int, refusal: Refusal | None = None, failed: Action | None = None) -> str:
    ref = context.ref()
    view = queries.one(task_id, ref, seen_by=context.scope())
    if view.task.officer is not None:
        know({view.task.officer.id: view.task.officer.name})
    know_units(view.history.rows("coordination"))
    naming = task_page.NAMES_AN_OFFICER if view.hand_ins else (*task_page.NAMES_AN_OFFICER, Action.NAME_OFFICER)
    gives = any(step.action in naming for step in view.steps)
    failed, typed = (failed, request.form) if refusal else task_page.typed_too_late(view)
    return render_template(
        "tasks/show.html",
        view=view,
        key=forms.new_key(),
        officers=people.of_units(ref) if gives else {},
        refusal=refusal,
        failed=failed,
        typed=typed,
        typed_texts=[]
        if failed in {step.action for step in view.steps}
        else [typed[name] for name in TEXTS if typed.get(name)],
        steps_here=task_page.ordered(view),
        meanwhile=task_page.meanwhile(view, refusal),
        history=task_page.told_acts(view),
        twice=task_page.twice(view),
        **task_page.talk(view),
        clears=clears.meter(view.task, ref),
        chain=[seat.said for seat in view.chain],
        same_source=queries.same_source(view.task, seen_by=context.scope()) if context.scope().sees_whole() else [],
        source_file=view.history.rows("source_file"),
        **task_page.together(view),
        **task_page.step_options(view),
        **task_page.progress(view),
        **recurring.facts(view),
    )


def _offer_next() -> None:
    """Offer the next result that waits for this person's signature, so that one sitting signs them all."""
    heaps = desk.sections(context.ref(), seen_by=context.scope(), shown=1)
    waiting = next((heap for heap in heaps if heap.name == "to_sign"), None)
    if waiting is not None:
        text = _("Next to sign (%(count)s waiting): %(title)s", count=waiting.count, title=waiting.rows[0].title[:200])
        flash(text, NEXT + url_for(".sign", task_id=waiting.rows[0].id))


def _sign_page(view: TaskView, step: Step, refusal: Refusal | None = None) -> str:
    me, seat = context.me(), permissions.signer_seat(view.case, signoff.LEVELS[step.action])
    holding = me.holding({seat.post_id}) if seat else None
    return render_template(
        "tasks/sign.html",
        view=view,
        step=step,
        result=view.case.hand_in,
        key=forms.new_key(),
        meanings=MEANINGS,
        refusal=refusal,
        typed=request.form if refusal else task_page.typed_too_late(view)[1],
        notes=task_page.signed_notes(view),
        reports=task_page.signed_reports(view),
        meanwhile=task_page.meanwhile(view, refusal),
        twice=task_page.twice(view),
        signing_as=signoff.position_of(holding) if holding else me.position,
    )


def _refused(task_id: int, action: Action, refusal: Refusal) -> ResponseReturnValue:
    """Answer a refused step on the task's own page, with what was typed; a lost race shows both texts."""
    status = STATUS[refusal.answer.kind]
    if status in (403, 404) and refusal.code not in SHOWN_HERE:
        return refused(refusal)
    note(refusal)
    if action in recurring.PAGES:
        view = queries.one(task_id, context.ref(), seen_by=context.scope())
        return recurring.PAGES[action](view, request.form, refusal)
    if action in SIGNING:
        return _sign_again(task_id, refusal, status)
    return _page(task_id, refusal, action), status


def _sign_again(task_id: int, refusal: Refusal, status: Any) -> ResponseReturnValue:
    view = queries.one(task_id, context.ref(), seen_by=context.scope())
    step = next((step for step in view.steps if step.action in SIGNING), None)
    if step is None or view.case.hand_in is None:
        return _page(task_id, refusal), status
    return _sign_page(view, step, refusal), status


def _again(template: str, refusal: Refusal, **more: Any) -> ResponseReturnValue:
    if STATUS[refusal.answer.kind] == 403:
        return refused(refusal)
    return render_template(template, refusal=refusal, typed=request.form, **more), STATUS[refusal.answer.kind]
