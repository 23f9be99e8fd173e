"""`flask bounces [FILE|-|MAILDIR]`: letters that came back are noted, and the office is told."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from flask import Flask

import clock
from cli.answers import answer
from cli.kinds import as_json, table
from i18n import gettext as _
from notifications import bounces as service
from notifications.bounces import LARGEST, Outcome
from terms import N_

# what came of a message -> in words
WORDS: Final[dict[Outcome, str]] = {
    Outcome.BOUNCED: N_("came back; noted, and the office is told"),
    Outcome.KNOWN: N_("came back; noted before"),
    Outcome.NOT_OURS: N_("reports a letter that is not ours"),
    Outcome.NOT_FAILED: N_("reports a delay or a delivery, no failure"),
    Outcome.AUTO_REPLY: N_("an automatic answer: no bounce"),
    Outcome.NO_REPORT: N_("no delivery report"),
    Outcome.UNREADABLE: N_("cannot be read"),
}


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(bounces)


@click.command("bounces")
@click.argument("source", type=click.Path(exists=True, allow_dash=True, path_type=Path), default="-")
@as_json
def bounces(source: Path, as_json: bool) -> None:
    """Read delivery reports from a file, a Maildir or the standard input, and note which letters came back."""
    found = [service.take(data, clock.now()) for data in _messages(source)]
    counts = Counter(one.outcome for one in found)
    lines = [(one.message_id or "–", _(WORDS[one.outcome]), one.why) for one in found]
    facts = {
        "messages": [{"outcome": str(one.outcome), "message_id": one.message_id, "why": one.why} for one in found],
        **{str(outcome): counts[outcome] for outcome in Outcome},
    }
    answer(table(lines) or _("Nothing was there to read."), facts, as_json=as_json)


def _messages(source: Path) -> Iterator[bytes]:
    if str(source) == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
        return iter([data] if data.strip() else [])
    return service.messages(source)
