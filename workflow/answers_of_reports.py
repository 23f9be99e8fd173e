"""What is refused about reports: what happened, why, and what to do now."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import RELOAD, Answer, Kind

REPORTS: Final[dict[str, Answer]] = {
    "report_code": Answer(
        Kind.INVALID,
        N_("This period cannot be read."),
        N_("“%(period)s” is no period: a year, half, quarter, nine months or month."),
        N_("Write 2026, 2026-H1, 2026-9M, 2026-Q3 or 2026-09."),
    ),
    "report_period": Answer(
        Kind.INVALID,
        N_("This report is not made for such a period."),
        N_("“%(period)s” is too long or too short for it: the monthly form is made for a month."),
        N_("Choose a month, such as 2026-09."),
    ),
    "report_day": Answer(
        Kind.INVALID,
        N_("There is nothing to report as of that day."),
        N_("%(day)s is not among the days of the period that have come: %(first)s to %(last)s."),
        N_("Choose a day from the first to the last of these."),
    ),
    "report_unit": Answer(
        Kind.INVALID,
        N_("This report is about one unit."),
        N_("It tells of one unit's tasks and its head, and none is named."),
        N_("Choose the unit and make the report again."),
    ),
    "report_whole": Answer(
        Kind.INVALID,
        N_("This report is about the whole body."),
        N_("What it tells of belongs to no single unit."),
        N_("Leave the unit empty and make the report again."),
    ),
    "report_too_early": Answer(
        Kind.INVALID,
        N_("The log does not reach back so far."),
        N_("Nothing was written up to %(day)s; what was not written cannot be reported."),
        N_("Choose a later day."),
    ),
    "report_closed": Answer(
        Kind.CONFLICT,
        N_("This report is no longer open."),
        N_("It is “%(state)s”: what was issued stays as it is."),
        N_("Make a new report of the same period, and issue it under a number of its own."),
    ),
    "report_figure": Answer(
        Kind.INVALID,
        N_("The text names a figure that is not there."),
        N_("“%(figure)s” is none of the figures of this report."),
        N_("Use one of the figures listed beside the text; what you typed is kept."),
    ),
    "report_number_taken": Answer(
        Kind.CONFLICT,
        N_("This number is taken."),
        N_("Number %(number)s of %(year)s was given to another paper of the same sign."),
        N_("Take the next free number."),
    ),
    "report_not_issued": Answer(
        Kind.CONFLICT,
        N_("This report has not been issued."),
        N_("A signed copy, and the archive, belong to a report with number and day."),
        N_("Issue it first; then bring the signed file."),
    ),
    "report_signed_already": Answer(
        Kind.CONFLICT,
        N_("The signed copy is there already."),
        N_("One signed file belongs to a report, and it is kept by its SHA-256."),
        RELOAD,
    ),
    "report_template": Answer(
        Kind.INVALID,
        N_("This file cannot be the template."),
        N_("What is wrong with it: %(fault)s. %(what)s"),
        N_("Take the present template from this page, change it in Word, and bring it again."),
    ),
    "report_file_gone": Answer(
        Kind.CONFLICT,
        N_("The kept file is not as it was."),
        N_("It was deleted or altered: it no longer matches the SHA-256 in the log."),
        N_("Take it from a backup, and have the log verified."),
    ),
}
