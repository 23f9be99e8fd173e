"""What is said when something asked of the log, or about it, cannot be done."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import Answer, Kind

LOG: Final[dict[str, Answer]] = {
    "too_many_views": Answer(
        Kind.INVALID,
        N_("These are too many filters."),
        N_("Each person keeps at most %(limit)s under a name on this page."),
        N_("Remove one that you no longer use, or take its name for the new one."),
    ),
    "too_many_lines": Answer(
        Kind.INVALID,
        N_("This is more than a workbook takes."),
        N_("A workbook of the log holds at most %(limit)s lines; more of them fit this filter."),
        N_("Narrow the filter, by days for instance, or take CSV or JSON, which hold any number."),
    ),
    "not_yet": Answer(
        Kind.INVALID,
        N_("It was not there yet."),
        N_("By the end of %(day)s the log says nothing of it."),
        N_("Choose a later day."),
    ),
    "nothing_to_erase": Answer(
        Kind.CONFLICT,
        N_("There is no such text."),
        N_("It was erased already, or this line never had it."),
        N_("Open the line again and choose one of the texts it shows."),
    ),
    "empty_month": Answer(
        Kind.INVALID,
        N_("There is nothing to review."),
        N_("The log has no line of %(month)s."),
        N_("Choose a month that the page shows."),
    ),
}
