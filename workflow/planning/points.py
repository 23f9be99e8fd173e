"""Days, months, quarters and years as documents write them, each with its first and last day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

_QUARTERS: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_HYPHENS: Final = str.maketrans("–—", "--")
_SPELLINGS: Final = (
    (re.compile(r"\bhàng (?=tuần|tháng|quý|quí|năm)"), "hằng "),
    (re.compile(r"\bquí\b"), "quý"),
    (re.compile(r"\s+"), " "),
    (re.compile(r"\bthứ (?:2|ha i)\b"), "thứ hai"),
    (re.compile(r"(?<=\d) ?([/.-]) ?(?=\d)"), r"\1"),
)


def plain(words: str) -> str:
    """Return deadline words in one spelling: small letters, hằng, quý, single blanks, no end point."""
    text = words.lower().translate(_HYPHENS)
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text.strip(" .;,:")


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of the calendar as written: its first and last day, and how exact the writer was."""

    first: date
    last: date
    precision: str
    start: int
    end: int


def month_end(year: int, month: int) -> date:
    """Return the last day of a month. Raises ValueError for a month that does not exist."""
    return date(year, month, 1).replace(day=monthrange(year, month)[1])


def _day(match: re.Match[str]) -> tuple[date, date]:
    day, month, year = (int(part) for part in match.groups())
    return date(year, month, day), date(year, month, day)


def _months(match: re.Match[str]) -> tuple[date, date]:
    months, year = [int(part) for part in re.findall(r"\d+", match[1])], int(match[2])
    return date(year, months[0], 1), month_end(year, months[-1])


def _quarter(match: re.Match[str]) -> tuple[date, date]:
    quarter, year = _QUARTERS[match[1]], int(match[2])
    return date(year, 3 * quarter - 2, 1), month_end(year, 3 * quarter)


def _half(match: re.Match[str]) -> tuple[date, date]:
    months, year = int(match[1]), int(match[3])
    if match[2] == "đầu":
        return date(year, 1, 1), month_end(year, months)
    return date(year, 13 - months, 1), date(year, 12, 31)


# BLDS 2015 Điều 146: đầu năm is 1 January, giữa năm 30 June, cuối năm 31 December.
_PARTS: Final = {"đầu": (1, 1), "giữa": (6, 30), "cuối": (12, 31)}


def _part(match: re.Match[str]) -> tuple[date, date]:
    year = int(match[2])
    return date(year, 1, 1), date(year, *_PARTS[match[1]])


def _year(match: re.Match[str]) -> tuple[date, date]:
    return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)


_Y: Final = r"((?:19|20)\d\d)(?![\d/]|\.\d)"
# The first row that fits at a place wins, so the more exact stand first.
# fmt: off
_FORMS: Final[tuple[tuple[str, str, Callable[[re.Match[str]], tuple[date, date]]], ...]] = (
    ("day",     rf"(?<![\d/])(\d{{1,2}})[/.-](\d{{1,2}})[/.-]{_Y}",              _day),
    ("day",     rf"(?<![\d/])(\d{{1,2}}) tháng (\d{{1,2}}) năm {_Y}",            _day),
    ("half",    rf"(?<!\d)0?([69]) tháng (đầu|cuối) năm {_Y}",                   _half),
    ("quarter", rf"quý (iv|i{{1,3}}|[1-4])(?:/|-| năm | |, ){_Y}",               _quarter),
    ("month",   rf"tháng (\d{{1,2}}(?:(?:, ?| và |-)\d{{1,2}}){{0,5}})(?:/|-| năm | ){_Y}", _months),
    ("month",   rf"(?<![\d/])(\d{{1,2}})/{_Y}",                                  _months),
    ("year",    rf"(đầu|giữa|cuối) năm {_Y}",                                    _part),
    ("year",    rf"(?:năm )?(?<![\d/.]){_Y}",                                    _year),
)
# fmt: on
_COMPILED: Final = tuple((precision, re.compile(form), build) for precision, form, build in _FORMS)

# Dates that belong to a cited document or to a far view are no deadline (10.2 of the domain notes).
_CITED_AFTER: Final = re.compile(r"\s*(?:của|về việc)\b")
_CITED_BEFORE: Final = re.compile(
    r"(?:tầm nhìn (?:đến|tới) (?:năm )?|số \S{1,40} (?:ngày )?|hiệu lực (?:kể )?từ (?:ngày )?)$"
)


def points(text: str) -> list[Point]:
    """Return the dated stretches of plain deadline words, in order. Raises ValueError for a day that never
    comes.
    """
    found: list[Point] = []
    for precision, form, build in _COMPILED:
        for match in form.finditer(text):
            if any(match.start() < point.end and point.start < match.end() for point in found):
                continue
            first, last = build(match)
            found.append(Point(first, last, precision, match.start(), match.end()))
    return [point for point in sorted(found, key=lambda point: point.start) if not _is_cited(text, point)]


def _is_cited(text: str, point: Point) -> bool:
    """Tell whether the date belongs to a document that is only named."""
    before = text[max(0, point.start - 60) : point.start]
    return bool(_CITED_BEFORE.search(before) or (point.precision == "day" and _CITED_AFTER.match(text, point.end)))
