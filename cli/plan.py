"""`flask read`, `flask deadline` and `flask plan …`: plan documents and their words, for scripts and
administrators.
"""

from __future__ import annotations

import functools
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final, ParamSpec

import click
from flask import Flask
from flask.cli import AppGroup

import clock
from cli.answers import answer, refusals_in_words
from cli.kinds import DAY
from documents.readers.refusal import Unreadable
from i18n import gettext as _
from models.labels import TERMS
from models.vocabulary import ClauseKind, PlanState, Role
from workflow import reference
from workflow.actors import Actor
from workflow.calendar import WorkCalendar, fixed_deadline
from workflow.imports import import_file
from workflow.permissions import Scope
from workflow.planning.deadlines import Deadline, read_deadline
from workflow.planning.reading import read_safely
from workflow.queries import plans

P = ParamSpec("P")

group = AppGroup("plan", help="Plans: import a document, list plans, see how much of a plan is covered by tasks.")

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


def register(app: Flask) -> None:
    """Add the commands."""
    for command in (read, deadline, group):
        app.cli.add_command(command)


def unreadable_in_words(command: Callable[P, None]) -> Callable[P, None]:
    """Have a command say why a file cannot be read, and leave with 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Unreadable as refused:
            click.echo(_(refused.reason, **refused.details) if refused.details else _(refused.reason), err=True)
            sys.exit(1)

    return wrapped


def _read_in_sight(file: Path) -> dict[str, Any]:
    """Read a file; a person at a terminal sees how far it is, a script hears nothing of it."""
    if not sys.stderr.isatty():
        return read_safely(file.read_bytes(), file.name)
    words = _("Reading …")  # the child is heard in a thread that knows no language

    def show(done: int, of_all: int) -> None:
        click.echo(f"\r{words} {min(100, 100 * done // max(of_all, 1))} %", nl=False, err=True)

    try:
        return read_safely(file.read_bytes(), file.name, show)
    finally:
        click.echo("\r\033[K", nl=False, err=True)


@click.command("read")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@unreadable_in_words
def read(file: Path, as_json: bool) -> None:
    """Read a plan document and print what was understood; nothing is kept."""
    found = _read_in_sight(file)
    _in_words(found)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in _summary(found):
        click.echo(line)


@click.command("deadline")
@click.argument("words")
@click.option("--issued", type=DAY, help="Day of the document, for words that count from it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def deadline(words: str, issued: date | None, as_json: bool) -> None:
    """Say what deadline words mean: their kind, their dates, and what must be asked."""
    found = read_deadline(words, issued)
    facts = found.to_json()
    facts["question"] = _(found.question) if found.question else None
    facts["warnings"] = [_(warning) for warning in found.warnings]
    answer("\n".join(_deadline_lines(found, facts)), facts, as_json=as_json)


@group.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would be made.")
@unreadable_in_words
@refusals_in_words
def import_plan(file: Path, dry_run: bool) -> None:
    """Make a plan of a document, with a draft for every task found; drafts have no unit and no date yet."""
    data = file.read_bytes()
    found = _read_in_sight(file)
    _in_words(found)
    for line in _summary(found):
        click.echo(line)
    if dry_run:
        click.echo(_("Nothing was kept."))
        return
    made = import_file(file.name, data, found, by=Actor.system(), at=clock.now())
    click.echo(_("Plan %(number)s was made with %(count)s drafts.", number=made, count=len(found["tasks"])))


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_plans(as_json: bool) -> None:
    """List the plans with their state and how many tasks they hold."""
    found = plans.index(_today(), seen_by=Scope(_reader()))
    rows = [
        {
            "id": each.plan.id,
            "title": each.plan.short_title,
            "state": each.plan.state,
            "tasks": each.tally.total,
        }
        for each in found
    ]
    states = TERMS[PlanState]
    lines = [
        f"{each.plan.id}  {each.plan.short_title}  {_(states[each.plan.state])}  {each.tally.total}" for each in found
    ]
    answer("\n".join(lines) or _("There are no plans yet."), rows, as_json=as_json)


@group.command("coverage")
@click.argument("plan", type=click.IntRange(min=1))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@refusals_in_words
def coverage(plan: int, as_json: bool) -> None:
    """Count a plan's clauses by kind, and how many are covered, declared, or still without an answer."""
    view = plans.one(plan, _today(), seen_by=Scope(_reader()))
    count = plans.clauses(plan, seen_by=Scope(_reader())).count
    kinds = Counter(passage.clause.kind for passage in view.passages if passage.clause)
    facts = {
        "plan": plan,
        "title": view.plan.short_title,
        "clauses": {kind.value: kinds[kind] for kind in ClauseKind},
        "covered": count.covered,
        "declared": count.declared,
        "uncovered": count.open,
        "tasks": view.tally.total,
    }
    lines = [view.plan.short_title, *(f"{_(TERMS[ClauseKind][kind])}: {kinds[kind]}" for kind in ClauseKind)]
    lines += [
        _("Tasks: %(count)s", count=facts["tasks"]),
        _("Clauses covered by a task or target: %(count)s", count=count.covered),
        _("Clauses declared not to be tasks: %(count)s", count=count.declared),
        _("Clauses neither covered nor declared: %(count)s", count=facts["uncovered"]),
    ]
    answer("\n".join(lines), facts, as_json=as_json)


def _today() -> reference.Reference:
    return reference.load(clock.today())


def _reader() -> Actor:
    """Return the system as a reader of everything: whoever has the command line has the database."""
    return replace(Actor.system(), roles=frozenset({Role.OFFICE}))


def _in_words(found: dict[str, Any]) -> None:
    """Put what is asked and what looks wrong into the reader's language."""
    for part, name in (("questions", "ask"), ("problems", "what")):
        for item in found[part]:
            text = item[name]
            item[name] = _(text)


def _summary(found: dict[str, Any]) -> list[str]:
    """Return what was understood of a document, in a few lines."""
    head = found["plan"]
    number = "…" if head["number"] is None else head["number"]
    named = f"{head['kind'] or _('Document')} {number}/{head['symbol'] or '…'}"
    return [
        f"{named}: {head['title'] or '…'}",
        _(
            "%(sections)s sections, %(targets)s targets, %(tasks)s tasks, %(reports)s reports, %(questions)s questions",
            **{name: len(found[name]) for name in ("sections", "targets", "tasks", "reports", "questions")},
        ),
        *(f"! {problem['where']}: {problem['what']}" for problem in found["problems"]),
    ]


def _deadline_lines(found: Deadline, facts: dict[str, Any]) -> list[str]:
    """Return the meaning of deadline words in lines: kind, fields, question, warnings."""
    fields = [f"{name}: {_plainly(value)}" for name, value in found.fields.items()]
    asked = [f"? {facts['question']}"] if facts["question"] else []
    return [
        f"{found.words} → {found.kind}",
        *fields,
        *_last_good_day(found),
        *asked,
        *(f"! {warning}" for warning in facts["warnings"]),
    ]


def _last_good_day(found: Deadline) -> list[str]:
    """Return the day that is shown and the last that is not late, by the rules a new installation starts with."""
    if found.kind != "by":
        return []
    settings = ("deadline.before_counts", "deadline.rest_day")
    before_counts, rest_day = (str(reference.SETTINGS[name]) for name in settings)
    due, boundary = date.fromisoformat(found.fields["due"]), found.fields["boundary"]
    days = fixed_deadline(due, boundary, WorkCalendar(), before_counts=before_counts, rest_day=rest_day)
    return [
        _(
            "Shown and reminded: %(shown)s; late after: %(last)s (settings %(rules)s)",
            shown=days.due_on.strftime("%d/%m/%Y"),
            last=days.late_after.strftime("%d/%m/%Y"),
            rules=f"{settings[0]}={before_counts}, {settings[1]}={rest_day}",
        )
    ]


def _plainly(value: object) -> str:
    """Return a field's value as a person reads it: days as day/month/year."""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    try:
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    except ValueError:
        return value
