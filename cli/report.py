"""`flask report` and `flask reports …`: a report straight into a file; the register of reports; their templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

import clock
from accountability.periods import Period, parse
from accountability.reports import composing, templates
from accountability.reports import register as book
from accountability.reports.composing import Wanted
from cli.answers import answer, refusals_in_words
from cli.kinds import DAY, as_json, table
from documents.writers import official_pdf, official_sheet, official_word
from documents.writers.official import Form, Paper
from documents.writers.official_template import built_in
from i18n import gettext as _
from models.labels import label
from models.words import ReportKind
from notifications import report_drafts
from workflow import reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.exports import note_export
from workflow.given import Upload

group = AppGroup("reports", help="The register of reports, and the templates they are written in.")
FORMS: Final = ("docx", "pdf", "xlsx")
KINDS: Final = [kind.value for kind in ReportKind]


def register(app: Flask) -> None:
    """Add the commands."""
    for command in (report, group):
        app.cli.add_command(command)


class PeriodType(click.ParamType[Period]):
    """A reporting period: 2026, 2026-H1, 2026-9M, 2026-Q3, 2026-09."""

    name = "PERIOD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Read the period. Fails with the right form when it cannot be read."""
        if isinstance(value, Period):
            return value
        try:
            return parse(str(value))
        except ValueError:
            return self.fail(
                _("%(value)s: write 2026, 2026-H1, 2026-9M, 2026-Q3 or 2026-09", value=repr(value)), param, ctx
            )


@click.command("report")
@click.argument("period", type=PeriodType())
@click.option("--kind", type=click.Choice(KINDS), default="a", help="Which report; see `flask reports kinds`.")
@click.option("--format", "form", type=click.Choice(FORMS), default="docx", help="What kind of file is written.")
@click.option("--unit", help="The code of the unit it is about.")
@click.option("--as-of", type=DAY, help="As it was known at the end of that day; the period's last day, or today.")
@click.option("--against", type=DAY, help="Compare with that day: each figure then and now.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file.")
@with_appcontext
@refusals_in_words
def report(
    period: Period, kind: str, form: str, unit: str | None, as_of: date | None, against: date | None, output: Path
) -> None:
    """Write a report of a PERIOD as it was known on a day; the same day gives the same document for ever."""
    at = clock.now()
    wanted = Wanted(ReportKind(kind), period, _unit(unit, clock.day_of(at)), as_of, against)
    content, _point = composing.compose(wanted, clock.day_of(at))
    try:
        output.write_bytes(_written(composing.paper(content), form))
    except OSError as error:
        why = _("%(file)s cannot be written: %(why)s.", file=output, why=error.strerror or error)
        answer(why, {"refused": "not_writable"}, ok=False)
        return
    note_export(f"report {kind} {period.code} .{form}", by=Actor.system(), at=at)
    answer(_("%(subject)s: %(file)s", subject=content.subject, file=output))


@group.command("kinds")
def kinds() -> None:
    """List the kinds of report."""
    answer(table((kind.value, _(label(kind))) for kind in ReportKind))


@group.command("list")
@as_json
def listed(as_json: bool) -> None:
    """List the reports of the register, the newest first."""
    found = book.listed()
    facts = [
        {
            "id": row.id, "kind": row.kind.value, "period": row.period, "unit": row.unit_id, "state": row.state.value,
            "as_of": row.as_of.isoformat(), "number": row.number, "symbol": row.symbol,
            "issued_on": row.issued_on.isoformat() if row.issued_on else None, "sha256": row.file_sha,
        }
        for row in found
    ]  # fmt: skip
    lines = table((row.id, row.kind.value, row.period, _(label(row.state)), row.number, row.symbol) for row in found)
    answer(lines or _("The register of reports is empty."), facts, as_json=as_json)


@group.command("draft")
@click.argument("period", type=PeriodType())
@click.option("--kind", type=click.Choice(KINDS), default="a", help="Which report; see `flask reports kinds`.")
@click.option("--unit", help="The code of the unit it is about.")
@click.option("--as-of", type=DAY, help="As it was known at the end of that day; the period's last day, or today.")
@refusals_in_words
def draft(period: Period, kind: str, unit: str | None, as_of: date | None) -> None:
    """Compose a report of a PERIOD and put it into the register as a draft."""
    at = clock.now()
    wanted = Wanted(ReportKind(kind), period, _unit(unit, clock.day_of(at)), as_of)
    made = book.make(wanted, by=Actor.system(), at=at)
    answer(_("Report %(number)s is in the register as a draft.", number=made))


@group.command("monthly")
@refusals_in_words
def monthly() -> None:
    """Prepare the draft of the month that has ended, once, and tell the office, as the scheduler does every day."""
    made = report_drafts.run(clock.now())
    answer(_("Report %(number)s is in the register as a draft.", number=made) if made else _("Nothing to prepare."))


@group.command("check")
@click.argument("report_id", metavar="NUMBER", type=int)
@as_json
@refusals_in_words
def check(report_id: int, as_json: bool) -> None:
    """Make a report once more from the same lines of the log; exit 1 when it differs from what was kept."""
    row = book.one(report_id)
    found = book.again(row)
    facts = {"same": found.same_bytes, "same_product": found.same_product, "differences": found.differences}
    words = _("The report made once more is the same.") if found.same_bytes else _("The report made once more differs.")
    lines = [words, *(f"{key}: {old} → {new}" for key, old, new in found.differences)]
    answer("\n".join(lines), facts, as_json=as_json, ok=found.same_bytes)


@group.command("template")
@click.argument("form", type=click.Choice([form.value for form in Form]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), help="Write the template in use to a file.")
@click.option("--built-in", "give_back", is_flag=True, help="Use the template that comes along again.")
@refusals_in_words
def template(form: str, file: Path | None, write: Path | None, give_back: bool) -> None:
    """Write the template of a form, bring one of your own (a .docx, checked first), or give it back."""
    by, at, wanted = Actor.system(), clock.now(), Form(form)
    if file is not None:
        templates.bring(wanted, Upload(file.name, file.read_bytes()), by=by, at=at)
    elif give_back:
        templates.give_back(wanted, by=by, at=at)
    present = templates.present(wanted)
    if write is not None:
        write.write_bytes(present.data)
    own = _("of the office's own") if present.data != built_in(wanted) else _("as it comes along")
    answer(f"{form}: {own}, SHA-256 {present.sha256}")


def _unit(code: str | None, today: date) -> int | None:
    """Return the unit of a code, one that has ended too. Raises Refusal for a code that is none."""
    if code is None:
        return None
    found = next((unit.id for unit in reference.load(today).units.values() if unit.code == code.upper()), None)
    if found is None:
        raise Refusal("not_found")
    return found


def _written(paper: Paper, form: str) -> bytes:
    if form == "docx":
        return official_word.docx(paper, templates.present(paper.form).data)
    writers: dict[str, Callable[[Paper], bytes]] = {"pdf": official_pdf.pdf, "xlsx": official_sheet.xlsx}
    return writers[form](paper)
