"""How commands read days and codes, and print lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import click

import clock
from i18n import gettext as _

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


class Day(click.ParamType[date]):
    """A day, as 2026-11-25 or 25/11/2026."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day. Fails with the right form when it cannot be read."""
        if isinstance(value, date):
            return value
        found = next(filter(None, (_read(str(value), form) for form in ("%Y-%m-%d", "%d/%m/%Y"))), None)
        if found is not None:
            return found
        return self.fail(
            _("%(value)s is no day between 2000 and 2100; write 2026-11-25.", value=repr(value)), param, ctx
        )


DAY: Final = Day()


def words_of(kind: type[StrEnum], but: tuple[StrEnum, ...] = ()) -> click.Choice[str]:
    """Return the choice of a vocabulary's codes."""
    return click.Choice([member.value for member in kind if member not in but])


def table(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as lines, empty cells left out."""
    return "\n".join("  ".join(str(cell) for cell in row if cell not in (None, "")) for row in rows)


def _read(text: str, form: str) -> date | None:
    try:
        found = datetime.strptime(text.strip(), form).replace(tzinfo=clock.LOCAL).date()
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
