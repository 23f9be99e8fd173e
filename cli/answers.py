"""How commands answer: one line of words or one JSON object; 0 done, 1 refused or broken, 2 wrong use."""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, ParamSpec

import click
from flask import current_app

import clock
from i18n import gettext as _
from models.labels import LABELS
from workflow.errors import Refusal

P = ParamSpec("P")
# outside them no deadline is counted, and the calendar itself comes to an end
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
LOCAL_DAY: Final = re.compile(r"^(\d{2})/(\d{2})/(\d{4})")


def answer(words: str, facts: Any = None, *, as_json: bool = False, ok: bool = True) -> None:
    """Print the answer, as words or as JSON, and leave with 1 when it is a refusal or a fault."""
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else words)
    if not ok:
        sys.exit(1)


def refusals_in_words(command: Callable[P, None]) -> Callable[P, None]:
    """Have a command say a refusal in words, and leave with 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refusal as refusal:
            text, details = refusal.answer, _in_words(refusal.details)
            parts = (_(part, **details) if details else _(part) for part in (text.what, text.why, text.now))
            click.echo(" ".join(parts), err=True)
            sys.exit(1)

    return wrapped


def _in_words(details: dict[str, Any]) -> dict[str, Any]:
    """Return a refusal's details in the language of the command line."""
    return {name: _(LABELS.get(value, value)) if isinstance(value, str) else value for name, value in details.items()}


class MomentType(click.ParamType[datetime]):
    """A moment in ISO 8601, or a day as 25/11/2026 with its time, between 2000 and 2100; without a zone it is local."""

    name = "MOMENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the moment. Fails with the right form when it cannot be read."""
        if isinstance(value, datetime):
            return value
        try:
            moment = clock.parse_moment(LOCAL_DAY.sub(r"\3-\2-\1", str(value).strip()))
        except ValueError:
            self.fail(_("%(value)s: write 2026-11-25T07:30", value=repr(value)), param, ctx)
        if not FIRST_YEAR <= clock.day_of(moment).year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            self.fail(_("%(value)s: write a moment from %(first)s to %(last)s", value=repr(value), **years), param, ctx)
        return moment


def require_test_mode(what: str) -> None:
    """Leave with 2 unless the system runs in test mode."""
    if not current_app.config["TEST_MODE"]:
        raise click.UsageError(f"{what}: DONDOC_TEST_MODE=1")
