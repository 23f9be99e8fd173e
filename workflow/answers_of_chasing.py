"""What is said when an act of chasing, its answer or a commitment cannot be taken as it was given."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import Answer, Kind

CHASING: Final[dict[str, Answer]] = {
    "chased_today": Answer(
        Kind.CONFLICT,
        N_("You did this today already: %(step)s."),
        N_("One person does it once a day on a task, so that it keeps its weight; the first one is on its way."),
        N_("Wait for the answer, or do it again tomorrow."),
    ),
    "answer_too_soon": Answer(
        Kind.INVALID,
        N_("That day leaves no time to answer."),
        N_("An explanation is due by the end of the next working day at the earliest: %(day)s."),
        N_("Choose that day or a later one; what you typed is kept."),
    ),
    "not_ahead": Answer(
        Kind.INVALID,
        N_("The day of a commitment lies ahead."),
        N_("A commitment says by which day after today the work will be done; %(value)s is no such day."),
        N_("Choose a later day; what you typed is kept."),
    ),
    "nothing_chosen": Answer(
        Kind.INVALID,
        N_("No task is left to urge."),
        N_("None was ticked, or none of those ticked can be urged by you today."),
        N_("Go back to the list and tick overdue tasks there."),
    ),
    "too_many_chosen": Answer(
        Kind.INVALID,
        N_("These are too many tasks at once."),
        N_("%(count)s were chosen; at most %(limit)s are urged in one go."),
        N_("Choose fewer and go on with the rest afterwards."),
    ),
}
