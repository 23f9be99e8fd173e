"""`flask task …`: papers of one task, for scripts and administrators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

import clock
from cli.answers import refusals_in_words
from documents.writers.sheet import Sheet
from documents.writers.sheet_pdf import pdf
from documents.writers.sheet_word import docx
from i18n import gettext as _
from models.vocabulary import Role
from workflow import reference
from workflow.actors import Actor
from workflow.permissions import Scope
from workflow.queries import sheets

group = AppGroup("task", help="Tasks: the sheet a task is given out with.")
FORMS: Final[dict[str, Callable[[Sheet], bytes]]] = {"docx": docx, "pdf": pdf}


@group.command("sheet")
@click.argument("task", type=click.IntRange(min=1, max=2**31 - 1))
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="docx", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_appcontext
@refusals_in_words
def sheet(task: int, form: str, output: Path) -> None:
    """Write the task sheet (phiếu giao nhiệm vụ) of a task as a Word document or a PDF."""
    everything = Scope(replace(Actor.system(), roles=frozenset({Role.OFFICE})))
    base = str(current_app.config["PUBLIC_URL"])
    made = sheets.of(task, reference.load(clock.today()), base, seen_by=everything)
    output.write_bytes(FORMS[form](made))
    click.echo(_("The sheet of task no. %(number)s is written to %(file)s.", number=task, file=output))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
