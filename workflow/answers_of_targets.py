"""What is said when a value of a target, or what is settled about one, cannot be taken as it was given."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import Answer, Kind

TARGETS: Final[dict[str, Answer]] = {
    "period_unfit": Answer(
        Kind.INVALID,
        N_("This target is not reported for that period."),
        N_("“%(value)s” is no period of it: it is reported %(cadence)s, and for whole years."),
        N_("Choose one of the periods offered; what you typed is kept."),
    ),
    "period_ahead": Answer(
        Kind.INVALID,
        N_("The period has not begun."),
        N_("A value can be reported from the first day of its period on: %(day)s."),
        N_("Choose an earlier period; what you typed is kept."),
    ),
    "not_final_yet": Answer(
        Kind.INVALID,
        N_("The value cannot be official yet."),
        N_("The period runs until the end of %(day)s; before that every value is an estimate."),
        N_("Report it as provisional; what you typed is kept."),
    ),
    "value_stands": Answer(
        Kind.CONFLICT,
        N_("A value stands for this period already."),
        N_("It is %(value)s. Another one is a correction: both stay to be read, and a reason says why."),
        N_("Write the reason, or leave the value as it is; what you typed is kept."),
    ),
    "official_stays": Answer(
        Kind.INVALID,
        N_("An official value does not become provisional again."),
        N_("For this period an official value was reported; what corrects it is official, too."),
        N_("Mark the correction as official; what you typed is kept."),
    ),
    "no_decision": Answer(
        Kind.INVALID,
        N_("The document that gives these values is missing."),
        N_("Values for years, and values reached, are held against somebody; each says whence it comes."),
        N_("Write number and day of the document; what you typed is kept."),
    ),
    "target_table_empty": Answer(
        Kind.INVALID,
        N_("No target was found in the file."),
        N_("A table of targets has a heading with “Chỉ tiêu” and columns named after years, and rows below it."),
        N_("Take the present table of the plan as a pattern, and bring the file again."),
    ),
    "target_table_faults": Answer(
        Kind.INVALID,
        N_("No row of the table was taken."),
        N_("%(count)s rows have a fault; a table is taken whole or not at all."),
        N_("Correct them in your file and bring it again."),
    ),
}
# fault of a row -> what is wrong with it, and what helps
ROW_FAULTS: Final[dict[str, str]] = {
    "no_name": N_("The row has values, but no target is named."),
    "twice": N_("The same target stands in row %(row)s already."),
    "no_unit": N_("The unit of measure differs: the plan has “%(unit)s”."),
    "no_number": N_("“%(value)s” is no value; write 95, ≥ 3,5, < 15 or 16 - 18."),
    "of_the_plan": N_("For %(year)s the plan says %(value)s; only an amendment of the plan changes that."),
    "no_goal": N_("A target that is new to the plan needs a value for at least one year."),
    "two_baselines": N_("Only one column before the first year of the plan can be the baseline."),
    "baseline_stands": N_("The baseline on record is %(value)s (%(year)s); change it on the target's page."),
    "ahead": N_("%(period)s has not begun; no value can have been reached."),
    "not_final": N_("%(period)s is not over: head the column “ƯTH” as long as the value is an estimate."),
    "official_stays": N_("For %(period)s an official value stands; head the column “TH”."),
    "too_long": N_("The name is longer than %(limit)s letters."),
}
