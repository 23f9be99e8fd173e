"""Reports: made from the log, edited, issued under a number, signed outside, archived; figures with their lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accountability.figures.table import FIGURES
from accountability.periods import Period, month_of, parse
from accountability.reports import composing, register
from accountability.reports.composing import Wanted
from accountability.reports.register import OPEN, Given
from documents.writers import official_pdf, official_sheet
from documents.writers.official import shown
from i18n import gettext as _
from models.words import ReportKind
from terms import N_
from web import again, context, forms
from web.again import Shown, fresh
from web.gate import place
from web.task_tables import TYPES
from workflow.errors import Refusal
from workflow.exports import note_export
from workflow.files import is_whole
from workflow.queries import tasks as task_queries
from workflow.reference import Reference

bp = Blueprint("reports", __name__, url_prefix="/reports")

MEDIA: Final = {
    "docx": f"{TYPES}wordprocessingml.document",
    "xlsx": f"{TYPES}spreadsheetml.sheet",
    "pdf": "application/pdf",
}
# so many rows of an annex stand on the page; the files hold all
ON_THE_PAGE: Final = 40
A_PAGE: Final = 50


@bp.get("")
@place("reports")
def index() -> ResponseReturnValue:
    """List the register, with the form of a new report."""
    return _index(fresh())


@bp.post("")
@place("report")
def make() -> ResponseReturnValue:
    """Compose a report and show its draft."""
    try:
        made = register.make(_wanted(), by=context.me(), at=context.now(), key=again.key())
    except Refusal as refusal:
        return again.again(refusal, "make", _index)
    flash(_("The draft is ready: read it, edit its text, then issue it."), "success")
    return redirect(url_for(".show", report_id=made))


@bp.get("/<int:report_id>")
@place("reports")
def show(report_id: int) -> ResponseReturnValue:
    """Show a report as it stands, with what can be done with it."""
    return _show(report_id, fresh())


@bp.post("/<int:report_id>/edit")
@place("report")
def edit(report_id: int) -> ResponseReturnValue:
    """Keep the texts as a clerk left them."""

    def act() -> None:
        texts = {name[5:]: forms.text(name, limit=20_000) for name in request.form if name.startswith("text.")}
        register.edit(report_id, texts, by=context.me(), at=context.now(), version=forms.number("version"))

    return _done(report_id, "edit", act, N_("The text is saved."))


@bp.post("/<int:report_id>/issue")
@place("report")
def issue(report_id: int) -> ResponseReturnValue:
    """Give the report its number and day, and keep the document."""

    def act() -> None:
        seats = {post: (signs, name) for post, signs, name in register.signers(context.ref())}
        signs, signer = again.need(seats.get(forms.number("post") or 0), N_("who signs"))
        number, on = again.need(forms.number("number"), N_("number")), again.need(forms.day("on"), N_("day"))
        if number < 1:
            raise Refusal("bad_value", field=N_("number"), value=str(number), form=N_("a whole number"))
        given = Given(number, on, signs, signer)
        register.issue(report_id, given, by=context.me(), at=context.now(), version=forms.number("version"))

    return _done(report_id, "issue", act, N_("The report is issued; its document is kept and stays as it is."))


@bp.post("/<int:report_id>/signed")
@place("report")
def signed(report_id: int) -> ResponseReturnValue:
    """Keep the copy that was signed outside."""

    def act() -> None:
        sent = forms.uploads("file")
        upload = again.need(sent[0] if sent else None, N_("the signed file"))
        register.attach(report_id, upload, by=context.me(), at=context.now(), version=forms.number("version"))

    return _done(report_id, "signed", act, N_("The signed copy is kept by its SHA-256."))


@bp.post("/<int:report_id>/archive")
@place("report")
def archive(report_id: int) -> ResponseReturnValue:
    """Put an issued report into the archive."""

    def act() -> None:
        register.archive(report_id, by=context.me(), at=context.now(), version=forms.number("version"))

    return _done(report_id, "archive", act, N_("The report is archived."))


@bp.post("/<int:report_id>/drop")
@place("report")
def drop(report_id: int) -> ResponseReturnValue:
    """Drop a draft that will not be issued."""

    def act() -> None:
        register.drop(report_id, by=context.me(), at=context.now(), version=forms.number("version"))

    return _done(report_id, "drop", act, N_("The draft is dropped."))


@bp.get("/<int:report_id>.<any(docx, pdf, xlsx):form>")
@place("reports")
def download(report_id: int, form: str) -> ResponseReturnValue:
    """Send the report as a file; the log keeps that it was taken."""
    row = register.one(report_id)
    note_export(f"report {report_id} .{form}", by=context.me(), at=context.now())
    if form == "docx":
        return _file(register.document(row), MEDIA[form], f"bao-cao-{report_id}.docx")
    write = {"pdf": official_pdf.pdf, "xlsx": official_sheet.xlsx}[form]
    return _file(write(register.paper_of(row)), MEDIA[form], f"bao-cao-{report_id}.{form}")


@bp.get("/<int:report_id>/signed")
@place("reports")
def signed_file(report_id: int) -> ResponseReturnValue:
    """Send the signed copy."""
    row = register.one(report_id)
    if row.signed_sha is None:
        raise Refusal("not_found")
    note_export(f"report {report_id} signed", by=context.me(), at=context.now())
    name = f"bao-cao-{report_id}-da-ky{'.pdf' if row.signed_type == MEDIA['pdf'] else ''}"
    return _file(register.kept(row.signed_sha), row.signed_type or "application/octet-stream", name)


@bp.get("/<int:report_id>/figures/<name>")
@place("reports")
def figure(report_id: int, name: str) -> ResponseReturnValue:
    """List the tasks that a figure of the report counted."""
    row = register.one(report_id)
    content = register.content_of(row)
    found = content.figure(name[:80])
    if found is None:
        raise Refusal("not_found")
    return render_template(
        "reports/figure.html",
        report=row,
        content=content,
        figure=found,
        definition=FIGURES.get(found.id.partition(".")[0]),
        titles=task_queries.titles(found.tasks, seen_by=context.scope()),
    )


@bp.post("/<int:report_id>/check")
@place("report")
def check(report_id: int) -> ResponseReturnValue:
    """Make the report once more from the same lines of the log, and say whether it is the same."""
    row = register.one(report_id)
    return _show(report_id, fresh(), register.again(row))


def _done(report_id: int, form: str, act: Any, said: str) -> ResponseReturnValue:
    try:
        act()
    except Refusal as refusal:
        return again.again(refusal, form, lambda shown: _show(report_id, shown))
    flash(_(said), "success")
    return redirect(url_for(".show", report_id=report_id))


def _wanted() -> Wanted:
    return Wanted(
        kind=again.term(ReportKind, "kind", N_("kind of report")),
        period=_period(forms.text("period", limit=20)),
        unit_id=forms.number("unit_id"),
        as_of=forms.day("as_of"),
        against=forms.day("against"),
    )


def _period(text: str) -> Period:
    try:
        return parse(text)
    except ValueError:
        raise Refusal("report_code", period=text) from None


def _index(shown: Shown) -> str:
    ref = context.ref()
    before = request.args.get("before", "")
    rows = register.listed(A_PAGE + 1, int(before) if before.isdecimal() and len(before) < 10 else None)
    return render_template(
        "reports/index.html",
        rows=rows[:A_PAGE],
        next_href=url_for(".index", before=rows[A_PAGE - 1].id) if len(rows) > A_PAGE else "",
        kinds=again.options(ReportKind),
        periods=_suggested(ref.on),
        units=[(unit.id, ref.unit_name(unit.id)) for unit in ref.inside],
        may=context.scope().allows("report"),
        shown=shown,
        key=forms.new_key(),
    )


def _suggested(today: date) -> list[tuple[str, str]]:
    """Return the periods people ask for most: the months, quarter and year around a day."""
    month = month_of(today)
    before = month_of(month.first - timedelta(days=1))
    quarter = (month.number + 2) // 3
    codes = [before.code, month.code, f"{month.year}-Q{quarter}", f"{month.year}-H{1 if month.number < 7 else 2}"]
    found = [parse(code) for code in [*codes, f"{month.year}-9M", str(month.year), str(month.year - 1)]]
    return [(period.code, _period_words(period)) for period in found]


def _period_words(period: Period) -> str:
    text, values = period.title
    return _(text, **values)


def _show(report_id: int, shown_: Shown, checked: register.Again | None = None) -> str:
    row, ref = register.one(report_id), context.ref()
    content, prose = register.content_of(row), register.prose_of(row)
    typed = shown_.of("edit")
    texts = [
        (section, typed.get(f"text.{section.id}", prose.get(section.id, "\n".join(section.lines))))
        for section in content.sections
    ]
    return render_template(
        "reports/show.html",
        report=row,
        content=content,
        paper=composing.paper(content, prose, register.issue_of(row)),
        texts=texts,
        figures=_main_figures(content),
        shown=shown,
        on_the_page=ON_THE_PAGE,
        period=_period_words(parse(row.period)),
        unit=ref.unit_name(row.unit_id),
        is_open=row.state in OPEN,
        may=context.scope().allows("report"),
        signers=_signers(ref),
        next_number=register.next_number(row.symbol, ref.on.year),
        whole=row.signed_sha is None or is_whole(row.signed_sha),
        checked=checked,
        form=shown_,
    )


def _main_figures(content: Any) -> list[Any]:
    return [each for key, each in content.figures.items() if "." not in key]


def _signers(ref: Reference) -> list[tuple[int, str]]:
    return [(post, f"{' / '.join(signs)}: {name}") for post, signs, name in register.signers(ref)]


def _file(data: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(data, mimetype=media_type, headers=headers)
