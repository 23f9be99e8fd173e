"""What every reading of deadline words is given, and how it says that a person must be asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from terms import N_
from workflow.planning.points import Point

Meaning = dict[str, Any]

UNREAD = N_("These words name no day the system can read. Which day is meant?")
NO_SUCH_DAY = N_("There is no such day in the calendar. Which day is meant?")
WHICH_YEAR = N_("No year is named. Which year is meant?")
ISSUED_UNKNOWN = N_("The words count from the day of the document, which is not known. Which day is meant?")
URGENT = N_("The words urge and name no day. By which day?")
COUNT_FROM = N_("The words do not say from which day the time counts. From which?")
HOW_OFTEN = N_("The words say that it comes again and not how often. How often?")
# private mark of a reading whose year the words leave to the document
YEAR_TAKEN = "_year_taken"
REST_DAY = "_rest_day"


@dataclass(frozen=True, slots=True)
class Words:
    """Deadline words made plain, their dates, the day of the document and the years its title names."""

    text: str
    points: tuple[Point, ...]
    issued: date | None
    years: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Asked(Exception):  # noqa: N818  (no error: the reading ends in a question)
    """The words were understood as far as `meaning` goes and lack something only a person knows."""

    question: str
    meaning: Meaning | None = None


def dated(point: Point, words: Words) -> Point:
    """Return the point with its year: as written, else of a plan for one year, else the document's own year.

    A plan for several years, a document without a day, or a time of its year that is past leave the year open.
    Raises Asked then, and ValueError for a day that no year has.
    """
    if point.year is not None:
        return point
    if words.years and words.years[0] == words.years[1]:
        return _checked(replace(point, year=words.years[0]))
    leap = replace(point, year=2024)
    _checked(leap)
    if words.issued is None or words.years:
        raise Asked(WHICH_YEAR)
    taken = _checked(replace(point, year=words.issued.year))
    if taken.last < words.issued:
        raise Asked(WHICH_YEAR)
    return taken


def _checked(point: Point) -> Point:
    """Return the point when its days exist. Raises ValueError otherwise."""
    if point.first > point.last:
        raise ValueError("backwards")
    return point
