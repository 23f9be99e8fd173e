"""Lists as CSV: UTF-8 with BOM, ISO dates, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv as standard
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from i18n import gettext as _

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Give the lines of a CSV file one by one, the header first, in the reader's language."""
    yield "\ufeff"
    yield _line(tuple(_(name) for name in columns))
    for row in rows:
        yield _line(tuple(cell(value) for value in row))


def cell(value: Any) -> Any:
    """Return a value as a cell: days in ISO, text that begins like a formula behind an apostrophe."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and value.lstrip(" \u00a0\u3000").startswith(FORMULA):
        return "'" + value
    return "" if value is None else value


def _line(values: tuple[Any, ...]) -> str:
    line = io.StringIO()
    standard.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue()
