"""`flask signers`: who may do today what waits, act by act."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

import clock
from cli.answers import answer
from cli.kinds import as_json, table
from i18n import gettext as _
from workflow import reference, signers
from workflow.signers import Signable


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(show)


@click.command("signers")
@click.option("--all", "everything", is_flag=True, help="Also the acts that somebody can do.")
@as_json
def show(everything: bool, as_json: bool) -> None:
    """Print each act that waits with who may do it today; leaves with 1 when nobody may do one."""
    at = clock.now()
    found = signers.signable(at, reference.load(clock.day_of(at)))
    empty = [one for one in found if not one.people]
    facts = {"waiting": len(found), "nobody": len(empty), "acts": [_facts(one) for one in found]}
    shown = found if everything else empty
    words = _("%(waiting)s acts wait; nobody can do %(nobody)s of them.", waiting=len(found), nobody=len(empty))
    lines = table(_line(one) for one in shown)
    answer("\n".join(filter(None, (words, lines))), facts, as_json=as_json, ok=not empty)


def _line(one: Signable) -> tuple[object, ...]:
    act = one.waiting
    what = " ".join(act.task.title.split())[:80] if act.task is not None else f"#{act.object_id}"
    return _(signers.KINDS[act.kind]), what, ", ".join(person.name for person in one.people) or _("NOBODY")


def _facts(one: Signable) -> dict[str, Any]:
    act = one.waiting
    return {
        "kind": act.kind,
        "id": act.object_id,
        "task": act.task_id,
        "since": act.since.isoformat(),
        "people": [person.username for person in one.people],
    }
