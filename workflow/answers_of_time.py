"""What is said when a decision about time, a cause of delay or a comment cannot be taken as it was given."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import RELOAD, Answer, Kind

TIME: Final[dict[str, Answer]] = {
    "occurrences_only": Answer(
        Kind.INVALID,
        N_("This task is not extended itself."),
        N_("A recurring duty, a common task or an invitation has no date of its own; each occurrence or part has."),
        N_("Ask for more time on the occurrence or part that needs it."),
    ),
    "earlier_is_offered": Answer(
        Kind.INVALID,
        N_("That is earlier than what was asked for."),
        N_("The unit asked for a later day; an earlier one binds it only when its head accepts it."),
        N_("Offer that day as another date; the head accepts or declines it within three working days."),
    ),
    "offer_is_what_was_asked": Answer(
        Kind.INVALID,
        N_("That is the date asked for."),
        N_("Another date is offered only when it differs from what the unit asked for."),
        N_("Grant the request, or offer another day."),
    ),
    "offer_open": Answer(
        Kind.CONFLICT,
        N_("Another date has been offered already."),
        N_("The head of the lead unit accepts or declines it; after three working days it lapses."),
        N_("Wait for the answer of the unit."),
    ),
    "no_offer": Answer(
        Kind.CONFLICT,
        N_("No other date waits for an answer."),
        N_("It was answered already, or lapsed at the end of the third working day; the deadline is what it was."),
        N_("If more time is still needed, ask for it anew."),
    ),
    "hold_not_longer": Answer(
        Kind.INVALID,
        N_("The hold would not last longer."),
        N_("The task is on hold until the end of %(day)s already."),
        N_("Choose a later day, or resume the task to end the hold."),
    ),
    "same_date": Answer(
        Kind.INVALID,
        N_("That is the date the task has."),
        N_("A correction names another date than the present one."),
        N_("Enter the date that was meant."),
    ),
    "before_assignment": Answer(
        Kind.INVALID,
        N_("That day lies before the task was given."),
        N_("No task is due before the day on which its unit got it."),
        N_("Enter the date that was meant."),
    ),
    "correction_open": Answer(
        Kind.CONFLICT,
        N_("A correction of the date waits already."),
        N_("It was entered and has not been confirmed by a second person."),
        N_("Have it confirmed, or take it back first."),
    ),
    "no_correction": Answer(
        Kind.CONFLICT,
        N_("No correction of the date waits."),
        N_("It was confirmed or taken back already, or never entered."),
        RELOAD,
    ),
    "not_late": Answer(
        Kind.CONFLICT,
        N_("The task is not late."),
        N_("A cause of delay is stated once the last good day of its present deadline is over."),
        N_("Report progress instead, or ask for more time while the deadline has not passed."),
    ),
    "cause_settled": Answer(
        Kind.CONFLICT,
        N_("The cause of this delay is settled."),
        N_("A leader has confirmed an objective cause for the present deadline; it is not stated over."),
        N_("Nothing is needed from you."),
    ),
    "no_cause": Answer(
        Kind.CONFLICT,
        N_("No objective cause waits for a decision."),
        N_("It was decided on already, or none was stated as objective."),
        RELOAD,
    ),
    "stranger_named": Answer(
        Kind.INVALID,
        N_("%(name)s cannot be named here."),
        N_("Naming somebody gives no right to see a task, and this person does not see this one."),
        N_("Leave the name out, or have the unit take part in the task first; what you typed is kept."),
    ),
    "too_many_named": Answer(
        Kind.INVALID,
        N_("These are too many people at once."),
        N_("A comment names at most %(limit)s people; everybody concerned reads it without being named."),
        N_("Name those who have to do something; what you typed is kept."),
    ),
}
