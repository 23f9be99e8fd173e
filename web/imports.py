"""From a document to a plan: upload it, go through what was read clause by clause, make the plan of what was taken."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from documents.readers import LIMIT_BYTES
from documents.readers.refusal import Unreadable
from i18n import gettext as _
from models.labels import TERMS
from models.vocabulary import TargetOp
from terms import N_
from web import again, context, formats, forms, incoming, kept, meanings
from web.errors import STATUS
from web.gate import place
from workflow import plans
from workflow.errors import Refusal
from workflow.given import LIMITS
from workflow.imports.steps import STEPS, breaks
from workflow.planning.alignment import differences
from workflow.plans import Said
from workflow.queries import readings
from workflow.queries.readings import ReadingView

bp = Blueprint("imports", __name__, url_prefix="/plans/import")

MEGABYTE: Final = 1024 * 1024
# why a file is not read -> the refusal that says so; all other reasons speak of its kind
ANSWERS: Final = {
    "too_large": "unreadable_size",
    "too_long": "unreadable_size",
    "too_many": "unreadable_size",
    "bomb": "unreadable_size",
    "too_hard": "unreadable_size",
    "empty": "unreadable_empty",
    "busy": "unreadable_empty",
    "secret": "secret_document",
}
# what a clause usually is when it is no task: offered, not imposed
USUAL_REASONS: Final = (
    N_("It is an objective, not a task."),
    N_("It says the same as another proposal."),
    N_("It is a general requirement on how to work."),
    N_("It introduces what follows."),
    N_("It says who leads or by when; the tasks beside it keep that."),
    N_("It is for another body to do."),
)
# steps after which the clerk goes on to the next open clause; after the others he stays where he is
GOES_ON: Final = frozenset(
    {"accept", "declare", "declare-clause", "accept-target", "drop-target", "accept-section", "declare-section"}
)
# what a step is about -> how its value is read
ABOUT_A_CLAUSE: Final = frozenset({"add", "declare-clause", "undo-clause"})
ABOUT_A_SECTION: Final = frozenset({"accept-section", "declare-section"})
EDITS: Final = {"edit": "edit", "split": "split", "edit-target": "target"}


@bp.get("")
@place("import")
def new() -> ResponseReturnValue:
    """Ask for the document, and show what was read before and still waits."""
    return _upload_page()


@bp.post("")
@place("import")
def read() -> ResponseReturnValue:
    """Read the document and go on to what was found in it."""
    try:
        reading_id = _read()
    except Refusal as refusal:
        return _upload_page(refusal), STATUS[refusal.answer.kind]
    return redirect(url_for(".review", reading_id=reading_id))


@bp.get("/<int:reading_id>")
@place("import")
def review(reading_id: int) -> ResponseReturnValue:
    """Show the document clause by clause with what was read in each, and what was decided so far."""
    view = _view(reading_id)
    if view.plan_id is not None:
        return redirect(url_for("plans.show", plan_id=view.plan_id))
    return _review_page(view)


@bp.post("/<int:reading_id>/step")
@place("import")
def step(reading_id: int) -> ResponseReturnValue:
    """Take one step of the review and go on to what is open next; a refusal is answered on the page."""
    name = request.form.get("do", "").partition(":")[0]
    key = f"{again.key()}:{request.form.get('do', '')}"[:100] if again.key() else None
    said = None
    try:
        said = _said(name)
        plans.take(reading_id, name, said, by=context.me(), at=context.now(), key=key)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        if refusal.code == "reading_accepted":
            return redirect(url_for(".review", reading_id=reading_id))
        return _review_page(_view(reading_id), refusal, name), STATUS[refusal.answer.kind]
    return redirect(_next(reading_id, name, said))


@bp.post("/<int:reading_id>/accept")
@place("import")
def accept(reading_id: int) -> ResponseReturnValue:
    """Make the plan with its drafts; a second click leads to the same plan."""
    try:
        plan_id = plans.accept(reading_id, _choice(), by=context.me(), at=context.now())
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        return _review_page(_view(reading_id), refusal), STATUS[refusal.answer.kind]
    flash(_("The plan and its draft tasks are there. Nothing is assigned yet."), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@bp.post("/<int:reading_id>/drop")
@place("import")
def drop(reading_id: int) -> ResponseReturnValue:
    """Drop what was read; a second click finds it gone and says nothing else."""
    try:
        plans.drop_reading(reading_id, by=context.me(), at=context.now())
    except Refusal as refusal:
        if refusal.code == "reading_accepted":
            return redirect(url_for(".review", reading_id=reading_id))
        raise
    flash(_("What was read is dropped. Nothing became a plan."), "success")
    return redirect(url_for(".new"))


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer a file beyond the limit of a request on the page it was sent from."""
    return _upload_page(Refusal("file_too_large", limit=formats.megabytes(incoming.limit()))), 413


def _read() -> int:
    sent = forms.uploads("file")
    if not sent:
        raise Refusal("missing_field", field=N_("the document"))
    try:
        return plans.read_upload(sent[0].filename, sent[0].data, by=context.me(), at=context.now())
    except Unreadable as error:
        raise answer_to(error) from None


def answer_to(error: Unreadable) -> Refusal:
    """Return how a file that cannot be read is answered."""
    return Refusal(ANSWERS.get(error.code, "unreadable"), why=_(error.reason, **error.details))


def _said(name: str) -> Said:
    """Return the step a button stands for, and what the form says with it: `accept:12:3` is proposal 12, version 3."""
    rest = request.form.get("do", "")[:200].partition(":")[2]
    if name not in STEPS:
        raise Refusal("not_found")
    if name in ABOUT_A_SECTION:
        return Said(section=rest, why=_why(f"why-s-{rest}"))
    about, _colon, version = rest.partition(":")
    key = _whole(about)
    facts: dict[str, Any] = {"start" if name in ABOUT_A_CLAUSE else "no": key, "version": _whole(version)}
    kind = "c" if name in ABOUT_A_CLAUSE else "t" if name.endswith("target") else "p"
    return Said(**facts, picked=_picked(), at=forms.number("at"), why=_why(f"why-{kind}-{key}"), **_typed())


def _typed() -> dict[str, Any]:
    """Return the words of an edit form."""
    words = {name: forms.text(name, limit=8000) for name in TYPED}
    return {**words, "year": forms.number("year"), "due_on": forms.day("due_on")}


def _picked() -> tuple[tuple[int, int], ...]:
    pairs = (value.partition(":") for value in request.form.getlist("pick")[:500])
    return tuple(
        (no, version) for one, _colon, other in pairs if (no := _whole(one)) is not None and (version := _whole(other))
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _why(name: str) -> str:
    return forms.text(name, limit=LIMITS["reason"])


def _next(reading_id: int, name: str, said: Said) -> str:
    """Return the address of the place to go on from: the next open clause, or the one the step was about."""
    sheet = readings.one(reading_id, seen_by=context.scope()).sheet
    start = _start(sheet, name, said)
    found = readings.next_open(sheet, start) if name in GOES_ON else None
    page, anchor = found or readings.place_of(sheet, start)
    return url_for(".review", reading_id=reading_id, part=page if page > 1 else None, _anchor=anchor)


def _start(sheet: Any, name: str, said: Said) -> int:
    """Return where in the text a step took place."""
    if name in ABOUT_A_SECTION:
        return next((part.start for part in sheet.parts if part.section == said.section), 0)
    no = min((no for no, _version in said.picked), default=None) if name == "merge" else said.no
    pool = sheet.aims if name.endswith("target") else sheet.proposals
    return said.start if said.start is not None else pool[no].start if no in pool else 0


def _choice() -> plans.Choice:
    return plans.Choice(
        title=_title(),
        steps=_steps(),
        horizon_on=forms.day("horizon_on"),
    )


def _title() -> str:
    title = forms.text("title", limit=LIMITS["title"])
    if not title:
        raise Refusal("missing_field", field=N_("title of the plan"))
    return title


def _steps() -> int:
    """Return how many signatures completion needs. Raises Refusal when it is not said, or neither one nor two."""
    steps = forms.number("steps")
    if steps is None:
        raise Refusal("missing_field", field=N_("signatures for completion"))
    if steps not in (1, 2):
        raise Refusal("bad_value", field=N_("signatures for completion"), value=str(steps))
    return steps


def _view(reading_id: int) -> ReadingView:
    page = request.args.get("part", "")
    return readings.one(reading_id, context.ref(), seen_by=context.scope(), page=_whole(page))


def _upload_page(refusal: Refusal | None = None) -> str:
    return render_template(
        "imports/new.html",
        waiting=readings.waiting(seen_by=context.scope()),
        megabytes=LIMIT_BYTES // MEGABYTE,
        key=forms.new_key(),
        refusal=refusal,
    )


def _review_page(view: ReadingView, refusal: Refusal | None = None, name: str = "") -> str:
    """Show the review; a refused edit stands open again, with what was typed beside what is there now."""
    opened = {form: _whole(request.args.get(form, "")) for form in EDITS.values()}
    if refusal is not None and name in EDITS:
        number = _whole(request.form.get("do", "").split(":")[1]) if ":" in request.form.get("do", "") else None
        opened[EDITS[name]] = number
    return render_template(
        "imports/review.html",
        view=view,
        key=forms.new_key(),
        reasons=USUAL_REASONS,
        refusal=refusal,
        about=_about(view, refusal, opened),
        differences=differences,
        opened=opened,
        typed=request.form if refusal else kept.back_to(url_for(".accept", reading_id=view.id)),
        asked=name,
        breaks=breaks,
        meaning=meanings.words,
        operators=again.options(TargetOp),
        operator=lambda code: _(TERMS[TargetOp][code]),
        next_open=readings.next_open(view.sheet, -1) if view.coverage.open else None,
    )


def _about(view: ReadingView, refusal: Refusal | None, opened: dict[str, int | None]) -> tuple[int | None, str] | None:
    """Return page and anchor of what a refusal speaks of; no page for the form that stands open on this one."""
    form = next((form for form, number in opened.items() if number is not None), None)
    if refusal is not None and form is not None:
        return None, f"{'t' if form == 'target' else 'p'}-{opened[form]}"
    details = refusal.details if refusal else {}
    pool: dict[int, Any] = view.sheet.aims if "target" in details else view.sheet.proposals
    item = pool.get(int(details.get("target", details.get("no", -1)) or 0))
    return readings.place_of(view.sheet, item.start) if item is not None else None


TYPED: Final = ("text", "lead", "coordinators", "product", "deadline", "group", "about", "op", "low", "high", "unit")
