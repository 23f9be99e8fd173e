"""`flask target list|report|table|take`: targets of plans, their values, and their table as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup

import clock
from cli.answers import answer, refusals_in_words
from cli.kinds import as_json, table, words_of
from cli.plan import unreadable_in_words
from documents.writers.annex import Annex
from documents.writers.annex_sheet import xlsx
from documents.writers.annex_word import docx
from documents.writers.target_table import csv, written
from i18n import gettext as _
from models.vocabulary import Role
from models.words import Standing
from workflow import reference, target_tables, targets
from workflow.actors import Actor
from workflow.answers_of_targets import ROW_FAULTS
from workflow.imports import measures
from workflow.permissions import Scope
from workflow.queries import plans
from workflow.queries import target_tables as table_queries
from workflow.queries import targets as queries
from workflow.queries.targets import Series
from workflow.targets import Report

group = AppGroup("target", help="Targets of plans: their values, and their table as a file.")
WRITERS: Final[dict[str, Callable[[Annex], bytes]]] = {".docx": docx, ".xlsx": xlsx, ".csv": csv}
PLAN: Final = click.IntRange(min=1)


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("list")
@click.option("--plan", "plan_id", type=PLAN, help="One plan, by the number `flask plan list` shows.")
@as_json
@refusals_in_words
def show(plan_id: int | None, as_json: bool) -> None:
    """List the targets of plans in force or closed, with the latest value, the forecast and what is missing."""
    found = queries.index(reference.load(clock.today()), seen_by=_everything(), plan_id=plan_id)
    facts = [_facts(each) for plan in found for each in plan.series]
    lines = ((str(row["id"]), row["about"], row["goal"], row["latest"] or "–", row["state"]) for row in facts)
    answer(table(lines), facts, as_json=as_json)


@group.command("report")
@click.argument("target", type=PLAN)
@click.argument("period")
@click.argument("value")
@click.option("--source", required=True, help="The report or statistics the value comes from, with number and day.")
@click.option("--standing", type=words_of(Standing), default=Standing.PROVISIONAL.value, show_default=True)
@click.option("--reason", default="", help="Needed when it corrects a value that stands.")
@refusals_in_words
def report(target: int, period: str, value: str, source: str, standing: str, reason: str) -> None:
    """Report a value of a target for a period: 2026, 2026-H1, 2026-Q3 or 2026-09, of the calendar."""
    said = Report(period, measures.number(value), Standing(standing), source, reason)
    number = targets.report(target, said, by=Actor.system(), at=clock.now())
    answer(_("Target %(target)s, %(period)s: value no. %(number)s.", target=target, period=period, number=number))


@group.command("table")
@click.argument("plan", type=PLAN)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .docx, .xlsx or .csv."
)
@refusals_in_words
def write(plan: int, output: Path) -> None:
    """Write the table of a plan's targets (TT, Chỉ tiêu, ĐVT, years)."""
    maker = WRITERS.get(output.suffix.lower())
    if maker is None:
        raise click.UsageError(_("The file must end in .docx, .xlsx or .csv."))
    made = table_queries.table(plan, reference.load(clock.today()), at=clock.now(), seen_by=_everything())
    output.write_bytes(maker(made))
    count = sum(len(each.rows) for each in made.groups)
    answer(_("%(count)s targets written to %(file)s.", count=count, file=output))


@group.command("take")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--plan", "plan_id", type=PLAN, required=True, help="The plan, by the number `flask plan list` shows.")
@click.option("--document", required=True, help="Kind, number and day of the document the table comes from.")
@click.option("--dry-run", is_flag=True, help="Only look through the rows.")
@unreadable_in_words
@refusals_in_words
def take(file: Path, plan_id: int, document: str, dry_run: bool) -> None:
    """Take a table of targets (.xlsx, .docx, .csv) into a plan: all rows, or none when one has a fault."""
    by, at = Actor.system(), clock.now()
    payload = target_tables.read(file.name, file.read_bytes(), by=by, at=at)
    plan = plans.visible(plan_id, seen_by=_everything())
    looked = target_tables.look(plan, payload, document, on=clock.day_of(at))
    for each in looked:
        click.echo(f"{each.row}: {each.name or '–'} ({each.changes})")
        for fault in each.faults:
            click.echo(f"  ! {fault.column}{each.row}: {_(ROW_FAULTS[fault.code], **fault.details)}")
    if dry_run:
        wrong = sum(1 for each in looked if each.faults)
        click.echo(_("%(rows)s rows, %(wrong)s with a fault. Nothing was kept.", rows=len(looked), wrong=wrong))
        raise SystemExit(1 if wrong else 0)
    count = target_tables.take(plan_id, payload, document, by=by, at=at)
    answer(_("%(count)s things were taken from the table.", count=count))


def _facts(each: Series) -> dict[str, Any]:
    latest, aim, forecast = each.latest, each.aim, each.forecast
    return {
        "id": each.target.id,
        "plan": each.plan.id,
        "about": each.target.about_what,
        "goal": " ".join(filter(None, (table_queries.goal_words(aim.op, aim.low, aim.high), aim.unit))),
        "year": each.last_year,
        "latest": f"{written(latest.value)} ({latest.period})" if latest else None,
        "forecast": written(forecast) if forecast is not None else None,
        "state": each.state,
        "missing": [span.code for span in each.missing],
    }


def _everything() -> Scope:
    """Return a reader of everything: whoever has the command line has the database."""
    return Scope(replace(Actor.system(), roles=frozenset({Role.OFFICE})))
