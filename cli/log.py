"""`flask log …`: verify the log, hold the rows against it, try to break its guards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

import clock
from accountability import anchors, as_of, checkpoints, export, keys, replay, seal, trust, verify
from accountability.attachments import FAULTS, BadFile
from accountability.outside.verify_log import Checkpoint, Unusable, printed_in
from accountability.outside.verify_log import checkpoints as read_checkpoints
from cli.answers import answer, refusals_in_words
from cli.kinds import DAY
from i18n import gettext as _
from i18n import ngettext
from models import probes
from models.base import db
from models.labels import label
from notifications import log_watch
from workflow.actors import Actor
from workflow.queries import erasures

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
group = AppGroup("log", help="The log of accountability.")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--last", type=click.IntRange(min=1), help="Only the last so many entries.")
@click.option("--checkpoint", "files", type=FILE, multiple=True, help="Checkpoints kept elsewhere (.txt, .eml, .mbox).")
@click.option("--printed", "typed", multiple=True, help="A checkpoint typed in from paper.")
def verify_log(as_json: bool, last: int | None, files: tuple[Path, ...], typed: tuple[str, ...]) -> None:
    """Verify every entry, the chain, private values, guards and checkpoints; exit 1 when anything is wrong."""
    folder, _origin = place()
    notes = [*anchors.filed(folder), *outside(files, typed)]
    verdict = seal.check(by=Actor.system(), at=clock.now(), last=last, notes=notes)
    if verdict.ok and not anchors.is_key_there(folder):
        verdict = replace(verdict, ok=False, reason="key")
    if not verdict.ok and verdict.reason != "no_log":
        log_watch.tell(clock.now())
    facts = {name: value for name, value in asdict(verdict).items() if name not in ("started_after", "with_files")}
    answer("\n".join([words(verdict), *map(_file_words, verdict.files)]), facts, as_json=as_json, ok=verdict.ok)


def outside(files: Iterable[Path], typed: Iterable[str] = ()) -> list[Checkpoint]:
    """Return the checkpoints of files and of words typed in; leave with 2 when there is none in one of them."""
    found = []
    for given, read in [*((path, read_checkpoints) for path in files), *((text, printed_in) for text in typed)]:
        try:
            notes = read(given)  # type: ignore[operator]  # each is read by its own kind
        except (Unusable, OSError, ValueError) as error:
            raise click.UsageError(str(error)) from None
        if not notes:
            raise click.UsageError(_("There is no checkpoint in %(name)s.", name=given))
        found += notes
    return found


def _file_words(item: BadFile) -> str:
    """Return whose evidence a damaged file is, and what became of it."""
    return _(
        "  Task %(task)s, hand-in %(no)s, SHA-256 %(sha)s: %(fault)s",
        task=item.task if item.task is not None else "…",
        no=item.hand_in if item.hand_in is not None else "…",
        sha=item.sha256,
        fault=_(FAULTS[item.fault]),
    )


def words(verdict: verify.Verdict) -> str:
    """Return a verdict as one sentence."""
    if verdict.reason == "files":
        return ngettext(
            "Every entry of the log is intact, but %(num)d kept file is not what the log says:",
            "Every entry of the log is intact, but %(num)d kept files are not what the log says:",
            len(verdict.files),
        )
    if verdict.ok:
        return _("The log is intact: %(count)s entries verified.", count=verdict.covered_to - verdict.started_after)
    why = _(verify.REASONS[verdict.reason or "head"])
    if verdict.first_bad is None:
        return _("The log is not intact: %(why)s %(detail)s", why=why, detail=verdict.detail).strip()
    return _("The log is not intact. First bad: entry %(seq)s, because %(why)s.", seq=verdict.first_bad, why=why)


@group.command("compare")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare(as_json: bool) -> None:
    """Rebuild every tracked row from the log and hold it against the row as it stands; exit 1 on a difference."""
    found = replay.check(by=Actor.system(), at=clock.now())
    facts: dict[str, Any] = {"disagreements": len(found), "first": [asdict(item) for item in found[:20]]}
    lines = [f"{item.table} {item.id} {item.column}: {item.by_log!r} ≠ {item.in_row!r}" for item in found[:20]]
    summary = _("Rows and log: %(count)s disagreements.", count=len(found))
    answer("\n".join([summary, *lines]), facts, as_json=as_json, ok=not found)


@group.command("as-of")
@click.argument("kind", type=click.Choice(list(as_of.KINDS)))
@click.argument("number", type=int)
@click.option("--on", type=DAY, help="The day at whose end; today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@refusals_in_words
def show_past(kind: str, number: int, on: date | None, as_json: bool) -> None:
    """Print a task, plan or unit as it was at the end of a day, rebuilt from the log alone."""
    past = as_of.as_of(kind, number, on or clock.today())
    facts = {"kind": kind, "id": number, "on": past.on.isoformat(), "upto": list(past.upto), "rows": past.rows}
    lines = [
        f"{table} {key} {name}: {value}"
        for table, rows in past.rows.items()
        for key, row in rows.items()
        for name, value in row.items()
        if value is not None
    ]
    answer("\n".join(lines), facts, as_json=as_json)


@group.command("erasures")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_erasures(as_json: bool) -> None:
    """List what private texts were asked to be erased, and what became of it; erasing takes two people signed in."""
    found = erasures.asked()
    facts = [
        {"lines": [f"{epoch}.{seq}" for epoch, seq in one.lines], "decision": one.decision, "state": one.state}
        | {"asked_by": one.asked_by, "asked_at": one.asked_at.isoformat(), "settled_by": one.settled_by}
        for one in found
    ]
    lines = [
        f"{', '.join(f'{epoch}.{seq}' for epoch, seq in one.lines)}: {_(label(one.state))}; {one.decision}; "
        + " → ".join(filter(None, (one.asked_by, one.settled_by)))
        for one in found
    ]
    answer("\n".join(lines) or _("Nothing was asked to be erased."), facts, as_json=as_json)


@group.command("trust")
def manual_of_trust() -> None:
    """Print what the log proves, what it cannot, and how to check it without this system (docs/trust.md)."""
    click.echo("\n".join(trust.page(_)))


@group.command("append-probe")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def append_probe(as_json: bool) -> None:
    """Try each forbidden write in a transaction that is rolled back; exit 0 when the database refuses all of them."""
    db.session.remove()
    tried = probes.forbidden(db.engine.dialect.name)
    through = [statement for table, statement in tried if not probes.is_refused(db.engine, table, statement)]
    refused = len(tried) - len(through)
    summary = _("%(refused)s of %(tried)s forbidden writes were refused.", refused=refused, tried=len(tried))
    facts = {"refused": refused, "tried": len(tried), "through": through}
    answer("\n".join([summary, *through]), facts, as_json=as_json, ok=not through)


@group.command("checkpoint")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def checkpoint(as_json: bool) -> None:
    """Sign where the log stands, file the note in DATA_DIR and print it."""
    folder, origin = place()
    try:
        made = checkpoints.make(folder, origin, by=Actor.system(), at=clock.now())
    except checkpoints.NoLogError:
        refuse_without_log(as_json)
    except keys.WrongKeyError:
        refuse_without_key(as_json)
    else:
        paper = _("On paper: %(printed)s", printed=made.printed)
        answer(f"{made.text.rstrip()}\n\n{paper}", asdict(made) | {"printed": made.printed}, as_json=as_json)


@group.command("export")
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--with-private", is_flag=True, help="Also the texts that the log only commits to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def export_log(target: Path, with_private: bool, as_json: bool) -> None:
    """Write the log into a new folder, with a program that checks it without this product."""
    folder, origin = place()
    try:
        found = export.bundle(target, folder, origin, by=Actor.system(), at=clock.now(), with_private=with_private)
    except checkpoints.NoLogError:
        refuse_without_log(as_json)
    except keys.WrongKeyError:
        refuse_without_key(as_json)
    except export.NotEmptyError:
        why = _("%(folder)s holds something already; name a new folder.", folder=target)
        answer(why, {"refused": "not_empty"}, as_json=as_json, ok=False)
    except OSError as error:
        why = _("%(folder)s cannot be written: %(why)s.", folder=target, why=error.strerror or error)
        answer(why, {"refused": "not_writable"}, as_json=as_json, ok=False)
    else:
        words = _(
            "%(count)s lines are in %(folder)s. Check them with: python3 -I %(program)s %(folder)s",
            count=found.lines, folder=target, program=target / export.PROGRAM.name,
        )  # fmt: skip
        answer(words, asdict(found), as_json=as_json)


def refuse_without_log(as_json: bool) -> None:
    """Say that there is no log yet."""
    why = verify.REASONS["no_log"]
    answer(_(why), {"refused": "no_log"}, as_json=as_json, ok=False)


def refuse_without_key(as_json: bool) -> None:
    """Say that the log's key is not in the data folder, and what to do."""
    why = _(
        "The key in %(file)s is not the one the log names. Put it back from where it is kept apart; if it is lost: "
        "flask log rotate-key --lost --reason TEXT",
        file=place()[0] / keys.NAME,
    )
    answer(why, {"refused": "wrong_key"}, as_json=as_json, ok=False)


def place() -> tuple[Path, str]:
    """Return the folder of the log's key and the name the log is signed under."""
    return Path(current_app.config["DATA_DIR"]), str(current_app.config["LOG_ORIGIN"])
