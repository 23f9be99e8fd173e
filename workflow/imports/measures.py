"""The values of a target as people write them: checked, and turned into what a row holds."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from models.plans import Target
from models.vocabulary import TargetOp
from terms import N_
from workflow.errors import Refusal
from workflow.imports.items import Aim

_LOCAL: Final = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+)")
_NUMBER: Final = re.compile(r"-?\d{1,13}(?:\.\d{1,4})?")
YEARS: Final = range(1990, 2101)


def number(text: str) -> Decimal:
    """Return a value written as 1.234,5 or 1234.5. Raises Refusal for anything else."""
    written = text.strip()
    if _LOCAL.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    if not _NUMBER.fullmatch(written):
        raise Refusal("bad_value", field=N_("value"), value=text[:40])
    return Decimal(written)


def values(op: str, low: str, high: str) -> tuple[str, str]:
    """Return the values of a target as they are kept. Raises Refusal when they do not fit the operator."""
    if op not in set(TargetOp):
        raise Refusal("bad_value", field=N_("operator"), value=op[:40])
    least = number(low)
    if op != TargetOp.BETWEEN:
        return str(least), ""
    most = number(high)
    if most < least:
        raise Refusal("bad_value", field=N_("value"), value=high[:40])
    return str(least), str(most)


def year(value: int | None) -> int | None:
    """Return a year a target can be for; None when it names none. Raises Refusal for any other."""
    if value is not None and value not in YEARS:
        raise Refusal("not_a_year")
    return value


def row(aim: Aim) -> Target:
    """Return a target as a row, not yet part of any plan."""
    return Target(
        group_name=aim.group or None,
        about_what=aim.about,
        op=TargetOp(aim.op),
        low=Decimal(aim.low),
        high=Decimal(aim.high) if aim.high else None,
        unit=aim.unit or None,
        year=aim.year,
        span_from=aim.start,
        span_to=aim.end,
    )
