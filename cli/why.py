"""`flask why PERSON TASK`: why somebody was told something of a task on a day, or was not."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from flask import Flask

import clock
from cli.answers import answer, refusals_in_words
from cli.kinds import DAY, as_json
from i18n import gettext as _
from notifications import why, why_words
from notifications.why import Explanation, Ladder
from workflow.errors import Refusal
from workflow.queries import people


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(explain)


@click.command("why")
@click.argument("person")
@click.argument("task", type=int)
@click.option("--on", type=DAY, help="The day; today by default.")
@as_json
@refusals_in_words
def explain(person: str, task: int, on: date | None, as_json: bool) -> None:
    """Say why a person (user name) was told something of a task on a day, or was not."""
    found = people.by_username(person)
    if found is None:
        raise Refusal("nobody_so_called", value=person[:60])
    told = why.explain(found.id, task, on or clock.today(), clock.now())
    answer(_words(told), _facts(told, person), as_json=as_json)


def _words(told: Explanation) -> str:
    lines = [why_words.verdict(told), ""]
    for ladder in told.ladders:
        if ladder.failing in ("speaks", "hangs") and ladder is not told.nearest:
            continue
        lines.append(f"{why_words.name_of(ladder.family)}:")
        lines += [f"  {'+' if holds else '-'} {said}" for _name, holds, said in why_words.conditions(ladder)]
    lines += [f"{line.rule} ({line.on:%d/%m/%Y}): {why_words.line_fate(line)}" for line in told.lines]
    return "\n".join(lines).rstrip() if told.ladders else lines[0] + "\n" + _("Nothing was ever planned.")


def _facts(told: Explanation, username: str) -> dict[str, Any]:
    return {
        "person": username,
        "task": told.task.id,
        "on": told.on.isoformat(),
        "verdict": why_words.verdict(told),
        "due": [ladder.stage.rule for ladder in told.due if ladder.stage],
        "ladders": [_ladder(ladder) for ladder in told.ladders],
        "lines": [
            {
                "rule": line.rule,
                "on": line.on.isoformat(),
                "planned_on": line.planned_on.isoformat(),
                "state": str(line.state),
                "reason": line.reason,
                "letter": line.letter_id,
            }
            for line in told.lines
        ],
    }


def _ladder(ladder: Ladder) -> dict[str, Any]:
    return {
        "ladder": ladder.family,
        "first_failing": ladder.failing,
        "stage": ladder.stage.rule if ladder.stage else None,
        "falls": ladder.stage.falls.isoformat() if ladder.stage else None,
        "next": {"rule": ladder.next.rule, "falls": ladder.next.falls.isoformat()} if ladder.next else None,
        "conditions": [
            {"name": name, "holds": holds, "words": said} for name, holds, said in why_words.conditions(ladder)
        ],
    }
