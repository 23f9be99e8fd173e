"""What is said when a recurring duty, one of its times, or an event cannot be dealt with as it was given."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import RELOAD, Answer, Kind

RECURRENCE: Final[dict[str, Answer]] = {
    "definition_owes_nothing": Answer(
        Kind.CONFLICT,
        N_("A recurring duty itself owes nothing."),
        N_("Its work is done, reported, moved and signed on its occurrences, one for each period."),
        N_("Open the occurrence of the period you mean; they are listed on this page."),
    ),
    "definition_has_no_date": Answer(
        Kind.INVALID,
        N_("A recurring duty has no date of its own."),
        N_("Each of its occurrences gets its date by the rule when its period begins."),
        N_("Leave the deadline empty, or give the task with that date and without the rule."),
    ),
    "no_occurrence": Answer(
        Kind.CONFLICT,
        N_("This step exists for an occurrence of a recurring duty only."),
        N_("The task comes once; it has no period."),
        RELOAD,
    ),
    "no_nil_report": Answer(
        Kind.CONFLICT,
        N_("“Nothing occurred” is no report here."),
        N_("The rule of this duty does not provide for it."),
        N_("Hand in a result, or ask the office to provide for it in the rule."),
    ),
    "on_definition": Answer(
        Kind.CONFLICT,
        N_("This is settled on the recurring duty, not on one of its occurrences."),
        N_("Who leads it and by which rule it comes holds for all of them."),
        N_("Open the recurring duty that this occurrence belongs to."),
    ),
    "has_a_date": Answer(
        Kind.CONFLICT,
        N_("This task cannot become a recurring duty."),
        N_("It has a date of its own already, or it is part of another task."),
        N_("Give a new task with the words of the recurring deadline."),
    ),
    "waits_for_no_event": Answer(
        Kind.CONFLICT,
        N_("This task waits for no event."),
        N_("It has its date already, or its deadline does not depend on an event."),
        RELOAD,
    ),
    "not_happened_yet": Answer(
        Kind.INVALID,
        N_("That lies ahead."),
        N_("“%(field)s” would be %(value)s; what is recorded has happened."),
        N_("Record the event when it has happened, with the day it did."),
    ),
    "rule_unsure": Answer(
        Kind.INVALID,
        N_("These words give no rule."),
        N_("“%(words)s” does not say surely how often and on which day."),
        N_("Set the rule yourself: how often, and which day."),
    ),
    "rule_without_days": Answer(
        Kind.INVALID,
        N_("Under this rule nothing would ever come."),
        N_("No day of report lies after the first and before the last day you named."),
        N_("Look at the days, and choose others."),
    ),
    "until_before_from": Answer(
        Kind.INVALID,
        N_("The last day lies before the first."),
        N_("%(value)s is not after the day from which the rule holds."),
        N_("Choose a later day, or leave it empty."),
    ),
    "calendar_agrees": Answer(
        Kind.CONFLICT,
        N_("The calendar gives no other date."),
        N_("The occurrence has the date the rule gives, or a date that was decided since."),
        RELOAD,
    ),
}
