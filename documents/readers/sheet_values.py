"""Cells of a workbook as the words a person sees in them: numbers, percentages, days, months."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from xml.etree.ElementTree import Element

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

_QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_PADDED: Final = re.compile(r"0{2,9}")
_LARGEST_DAY: Final = 2_958_465  # 31/12/9999 (18.17.4.1 of ECMA-376)


class Formats:
    """How numbers are shown: the number formats of a workbook's cell styles."""

    def __init__(self, styles: Element | None, *, since_1904: bool) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS  # it takes its time to load

        own = {} if styles is None else {
            each.get("numFmtId") or "": each.get("formatCode") or "" for each in styles.iter(f"{MAIN}numFmt")
        }  # fmt: skip
        cells = None if styles is None else styles.find(f"{MAIN}cellXfs")
        ids = [] if cells is None else [each.get("numFmtId") or "0" for each in cells]
        self._codes = [
            own.get(number) or BUILTIN_FORMATS.get(int(number) if number.isdigit() else 0, "") for number in ids
        ]
        self._since_1904 = since_1904

    def shown(self, number: str, style: str | None) -> str:
        """Return a number as its cell shows it, days as day/month/year; what is no number stays as it is."""
        try:
            value = float(number)
        except ValueError:
            return number
        code = self._codes[int(style)] if style and style.isdigit() and int(style) < len(self._codes) else ""
        plain = _QUOTED.sub("", code).lower().split(";")[0]
        if re.search(r"[dmyhs]", plain) and 0 <= value <= _LARGEST_DAY:
            return self._moment(value, plain)
        if "%" in plain:
            return f"{_number(round(value * 100, 10))}%"
        if _PADDED.fullmatch(plain) and value == int(value) >= 0:
            return f"{int(value):0{len(plain)}d}"
        return _number(value)

    def _moment(self, value: float, code: str) -> str:
        """Return a day, a month, a year or a time, as exact as its cell shows it."""
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        found = from_excel(value, CALENDAR_MAC_1904 if self._since_1904 else CALENDAR_WINDOWS_1900)
        if isinstance(found, time | timedelta):
            return str(found)[:5]
        if "d" in code:
            return _day(found)
        if "y" in code:
            return f"{found.month}/{found.year}" if "m" in code else str(found.year)
        return f"{found:%H:%M}"


def _day(moment: datetime) -> str:
    clock = f" {moment:%H:%M}" if (moment.hour, moment.minute) != (0, 0) else ""
    return f"{moment.day:02d}/{moment.month:02d}/{moment.year}{clock}"


def _number(value: float) -> str:
    """Return a number with a decimal comma and no more digits than were meant."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.12g}".replace(".", ",")


def text_of(node: Element | None) -> str:
    """Return the words of a rich text, pronunciation marks left out."""
    if node is None:
        return ""
    parts = [node.find(f"{MAIN}t"), *(run.find(f"{MAIN}t") for run in node.findall(f"{MAIN}r"))]
    return "".join(part.text or "" for part in parts if part is not None)


def cell_text(cell: Element, shared: list[str], formats: Formats, errors: Mapping[str, str]) -> str:
    """Return the words of a cell; a formula gives the value it had when the file was saved."""
    kind = cell.get("t") or "n"
    raw = cell.findtext(f"{MAIN}v") or ""
    match kind:
        case "inlineStr":
            return text_of(cell.find(f"{MAIN}is"))
        case "s":
            return shared[int(raw)] if raw.isdigit() and int(raw) < len(shared) else ""
        case "b":
            return errors.get(raw, "")
        case "e":
            return ""
        case "n":
            return formats.shown(raw, cell.get("s")) if raw else ""
        case _:
            return raw
