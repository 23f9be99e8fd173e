"""The question an address asks: a period by its code or its two days, a cut-off, and about whom."""

from __future__ import annotations

from typing import Final

from flask import request

import clock
from accountability import periods
from accountability.figures import question as questions
from accountability.figures.question import Question
from i18n import gettext as _
from web import context, forms
from workflow.errors import Refusal

# how the periods one chooses from are coded
KINDS: Final = ("{year}", "{year}-H{half}", "{year}-Q{quarter}", "{year}-{month:02d}")


def question() -> Question:
    """Return what the address asks; the current year when it names no period. Raises Refusal `not_found` for nonsense.

    The cut-off is a moment, or a day that counts to its end; none means now, or the period's own end.
    """
    args = request.args
    try:
        words = dict(args.items()) | _days()
        found = questions.parse(words)
    except (ValueError, KeyError):
        raise Refusal("not_found") from None
    if found.first > context.ref().on:
        raise Refusal("not_found")
    return found.about(cut_off=min(found.cut_off, context.now() + questions.MOMENT))


def period_code() -> str:
    """Return the code of the period the address names, or of the current year; an empty text for other days."""
    if request.args.get("from"):
        return ""
    return request.args.get("period") or current()[0].code


def current() -> list[periods.Period]:
    """Return the periods today lies in: year, half, quarter and month, and the like ones before them."""
    month = periods.month_of(context.ref().on)
    now = [_coded(kind, month.year, month.number) for kind in KINDS]
    before = [_coded(kind, *_earlier(month, back)) for kind, back in zip(KINDS, (12, 6, 3, 1), strict=True)]
    return [*now, *before]


def periods_named() -> list[tuple[str, str]]:
    """Return those periods as a list to choose from."""
    return [(period.code, title(period)) for period in current()]


def title(period: periods.Period) -> str:
    """Return what a period is called."""
    text, values = period.title
    return _(text, **values)


def _coded(kind: str, year: int, month: int) -> periods.Period:
    code = kind.format(year=year, half=(month + 5) // 6, quarter=(month + 2) // 3, month=month)
    return periods.parse(code)


def _earlier(month: periods.Period, back: int) -> tuple[int, int]:
    months = month.year * 12 + month.number - 1 - back
    return months // 12, months % 12 + 1


def _days() -> dict[str, str]:
    """Return the days of the period and the moment of the cut-off, as a question's address has them."""
    args, found = request.args, {}
    if not args.get("from"):
        period = periods.parse(args.get("period") or current()[0].code)
        found = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    cut = args.get("cut", "")
    if cut and "T" not in cut:
        day = forms.read_day(cut)
        found["cut"] = clock.end_of(day).isoformat() if day else ""
    return found
