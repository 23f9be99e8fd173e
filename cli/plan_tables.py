"""`flask plan tasks` and `flask plan annex`: tables of tasks into a plan, and its annex as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask
from flask.cli import with_appcontext

import clock
from cli.answers import refusals_in_words
from cli.plan import group, unreadable_in_words
from documents.writers.annex import Annex
from documents.writers.annex_sheet import xlsx
from documents.writers.annex_word import docx
from i18n import gettext as _
from models.vocabulary import Role
from workflow import reference, task_tables
from workflow.actors import Actor
from workflow.answers_tables import REMARKS
from workflow.permissions import Scope
from workflow.planning import sheet_tasks
from workflow.queries import annexes, plans
from workflow.strangers import read_stranger
from workflow.task_tables import Checked, Fault

WRITERS: Final[dict[str, Callable[[Annex], bytes]]] = {".docx": docx, ".xlsx": xlsx}


@click.command("tasks")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--plan", "plan_id", type=click.IntRange(min=1), required=True, help="The plan, by the number `list` shows."
)
@click.option("--dry-run", is_flag=True, help="Only look through the rows.")
@with_appcontext
@unreadable_in_words
@refusals_in_words
def take_table(file: Path, plan_id: int, dry_run: bool) -> None:
    """Take a table of tasks (.xlsx, .csv) into a plan as drafts: all rows, or none when one has a fault."""
    data, by = file.read_bytes(), Actor.system()
    read = read_stranger(file.name, data, by=by, at=clock.now(), what="tasks")
    table = sheet_tasks.from_plain(read)
    plan = plans.visible(plan_id, seen_by=_everything())
    looked = task_tables.checked(plan, table.rows, reference.load(clock.today()))
    for where, what in table.remarks:
        click.echo(f"! {where}: {_(what)}")
    for each in looked:
        click.echo("\n".join(_lines(each)))
    if dry_run:
        wrong = sum(1 for each in looked if each.faults)
        click.echo(_("%(rows)s rows, %(wrong)s with a fault. Nothing was kept.", rows=len(looked), wrong=wrong))
        raise SystemExit(1 if wrong else 0)
    made = task_tables.take(plan_id, file.name, data, read, by=by, at=clock.now())
    click.echo(_("%(count)s drafts were made in the plan.", count=made))


@click.command("annex")
@click.argument("plan", type=click.IntRange(min=1))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .docx or .xlsx file."
)
@with_appcontext
@refusals_in_words
def annex(plan: int, output: Path) -> None:
    """Write the annex of a plan's tasks (phụ lục phân công nhiệm vụ) as a Word document or a workbook."""
    write = WRITERS.get(output.suffix.lower())
    if write is None:
        raise click.UsageError(_("The file must end in .docx or .xlsx."))
    made = annexes.annex(plan, reference.load(clock.today()), at=clock.now(), seen_by=_everything())
    output.write_bytes(write(made))
    click.echo(_("%(count)s tasks written to %(file)s.", count=sum(len(g.rows) for g in made.groups), file=output))


def register(_app: Flask) -> None:
    """Add the commands to those of plans."""
    for command in (take_table, annex):
        group.add_command(command)


def _everything() -> Scope:
    """Return a reader of everything: whoever has the command line has the database."""
    return Scope(replace(Actor.system(), roles=frozenset({Role.OFFICE})))


def _lines(each: Checked) -> list[str]:
    """Return a row and what is said to it."""
    row = each.row
    said = ", ".join(_(REMARKS[remark]) for remark in each.remarks)
    first = f"{row.sheet} {row.row}: {row.text[:100] or '–'}" + (f" ({said})" if said and not each.faults else "")
    return [first, *(f"  ! {row.sheet} {fault.column}{row.row}: {_words(fault)}" for fault in each.faults)]


def _words(fault: Fault) -> str:
    """Return what, why and what now of a fault."""
    details: dict[str, Any] = dict(fault.details)
    if "why" in details:
        details["why"] = _(str(details["why"]))
    return " ".join(_(text, **details) for text in (fault.answer.what, fault.answer.why, fault.answer.now))
