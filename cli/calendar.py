"""`flask calendar|setting …`: the calendar of working days and the dated settings."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Final

import click
from flask.cli import AppGroup

import clock
from cli.answers import answer, refusals_in_words
from cli.kinds import DAY, as_json, table, words_of
from i18n import gettext as _
from models.labels import TERMS
from models.vocabulary import DayKind
from workflow import reference
from workflow.actors import Actor
from workflow.organization import days, rules
from workflow.queries import calendar as queries

group = AppGroup("calendar", help="The calendar of working days.")
setting = AppGroup("setting", help="The dated settings.")
COLUMNS: Final = ("day", "kind", "name", "decision")
LARGEST_FILE: Final = 1_000_000


@group.command("add")
@click.argument("day", type=DAY)
@click.argument("kind", type=words_of(DayKind))
@click.option("--name", default="", help="What the day is called.")
@click.option("--decision", required=True, help="Number and day of the decision.")
@refusals_in_words
def calendar_add(day: date, kind: str, name: str, decision: str) -> None:
    """Enter a day; it counts once it is confirmed."""
    key = days.enter(day, DayKind(kind), name, decision, by=Actor.system(), at=clock.now())
    answer(_("Entry %(number)s waits to be confirmed.", number=key))


@group.command("confirm")
@click.argument("entry_number", type=int)
@refusals_in_words
def calendar_confirm(entry_number: int) -> None:
    """Confirm an entered day."""
    days.confirm(entry_number, by=Actor.system(), at=clock.now())
    answer(_("Confirmed; it counts from now."))


@group.command("year")
@click.argument("year", type=int)
@click.option("--decision", required=True, help="Number and day of the decision.")
@refusals_in_words
def calendar_year(year: int, decision: str) -> None:
    """Declare that a year's days off are entered and checked."""
    days.declare_year(year, decision, by=Actor.system(), at=clock.now())
    answer(_("The calendar of %(year)s is declared complete.", year=year))


@group.command("confirm-year")
@click.argument("year", type=int)
@refusals_in_words
def calendar_confirm_year(year: int) -> None:
    """Confirm that a year is complete, as somebody declared on the page."""
    days.confirm_year(year, by=Actor.system(), at=clock.now())
    answer(_("The calendar of %(year)s is declared complete.", year=year))


@group.command("list")
@click.argument("year", type=click.IntRange(2000, 2100), required=False)
@as_json
def calendar_list(year: int | None, as_json: bool) -> None:
    """List the days of a year that differ from their weekday, and the entries that wait."""
    view = queries.year(year or clock.today().year, reference.now())
    special = [
        {
            "day": item.day.isoformat(),
            "working": item.working,
            "kind": item.kind,
            "name": item.name,
            "decision": item.decision,
        }
        for item in view.special
    ]
    waiting = [
        {"entry": row.id, "day": row.day.isoformat(), "kind": row.kind, "name": row.name} for row in view.waiting
    ]
    facts = {
        "year": view.year,
        "declared": view.declared is not None,
        "declaration_waits": view.declaring is not None,
        "working_days": view.working_days,
        "days": special,
        "waiting": waiting,
    }
    lines = [
        (item.day.strftime("%d/%m/%Y"), _("works") if item.working else _("off"), item.name, item.decision)
        for item in view.special
    ]
    lines += [
        (row.day.strftime("%d/%m/%Y"), _("waits"), str(row.id), _(TERMS[DayKind][row.kind])) for row in view.waiting
    ]
    lines += [(str(view.year), _("waits"), "", "")] if view.declaring else []
    answer(table(lines), facts, as_json=as_json)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@refusals_in_words
def calendar_import(file: Path) -> None:
    """Enter the days of a CSV file (columns day, kind, name, decision); each waits to be confirmed."""
    read = _days_of(file)
    entered = [days.enter(*row, by=Actor.system(), at=clock.now()) for row in read]
    answer(_("%(count)s days are entered and wait to be confirmed.", count=len(entered)))


@setting.command("list")
@as_json
def setting_list(as_json: bool) -> None:
    """List the dated settings with the value in force."""
    lines = queries.settings(reference.now())
    rows = {
        line.name: {
            "value": line.value,
            "since": line.row.valid_from.isoformat() if line.row else None,
            "decision": line.row.decision if line.row else "",
            "waiting": [
                {"entry": row.id, "value": value, "from": row.valid_from.isoformat()} for row, value in line.waiting
            ],
        }
        for line in lines
    }
    told = [(line.name, rules.written(line.value), _(line.rule.meaning) if line.rule else "") for line in lines]
    told += [
        (_("waits"), str(row.id), f"{line.name} = {rules.written(value)}")
        for line in lines
        for row, value in line.waiting
    ]
    answer(table(told), rows, as_json=as_json)


@setting.command("set")
@click.argument("name")
@click.argument("value")
@click.option("--decision", required=True, help="Number and day of the decision.")
@click.option("--from", "from_on", type=DAY, help="First day; today by default.")
@refusals_in_words
def setting_set(name: str, value: str, decision: str, from_on: date | None) -> None:
    """Set a rule's value from a day on."""
    days.set_setting(
        name, rules.read(name, value), from_on or clock.today(), decision, by=Actor.system(), at=clock.now()
    )
    answer(_("%(name)s is set.", name=name))


@setting.command("confirm")
@click.argument("entry_number", type=int)
@refusals_in_words
def setting_confirm(entry_number: int) -> None:
    """Confirm a rule that somebody entered on the page."""
    days.confirm_setting(entry_number, by=Actor.system(), at=clock.now())
    answer(_("Confirmed; it counts from now."))


def _days_of(file: Path) -> list[tuple[date, DayKind, str, str]]:
    """Return the rows of the file. Fails with the line that cannot be read, before anything is entered."""
    if file.stat().st_size > LARGEST_FILE:
        raise click.UsageError(_("The file is larger than a calendar can be."))
    try:
        reader = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines(), restval="")
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise click.UsageError(_("The first line must be: %(columns)s", columns=",".join(COLUMNS)))
        rows = list(reader)
    except UnicodeDecodeError:
        raise click.UsageError(_("The file is not UTF-8.")) from None
    found = []
    for number, row in enumerate(rows, start=2):
        if row["kind"] not in list(DayKind) or not row["decision"].strip():
            raise click.UsageError(_("Line %(number)s: no such kind of day, or no decision.", number=number))
        found.append((DAY.convert(row["day"], None, None), DayKind(row["kind"]), row["name"], row["decision"]))
    return found
