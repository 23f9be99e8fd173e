"""What is said when several tasks cannot be moved in one go, or a document has given the same task before."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import RELOAD, Answer, Kind

BATCHES: Final[dict[str, Answer]] = {
    "nothing_changes": Answer(
        Kind.CONFLICT,
        N_("Nothing would change."),
        N_("The task is already as this act would make it."),
        N_("Choose something else, or leave the task as it is."),
    ),
    "date_kept": Answer(
        Kind.CONFLICT,
        N_("The task has a date already, and keeps it."),
        N_("Only a task without a date is given its first one; another date is an extension or a correction."),
        RELOAD,
    ),
    "same_document_twice": Answer(
        Kind.CONFLICT,
        N_("This document has given this task before."),
        N_("%(document)s stands already on task no. %(number)s with the same words."),
        N_("Look at that task first. If a second one is meant, tick that and send the form again."),
    ),
    "batch_too_many": Answer(
        Kind.INVALID,
        N_("These are too many tasks at once."),
        N_("%(count)s were chosen; at most %(limit)s are moved in one go, so that each can be looked at before."),
        N_("Narrow the filter, or choose fewer and go on with the rest afterwards."),
    ),
    "batch_empty": Answer(
        Kind.INVALID,
        N_("No task is left to be moved."),
        N_("None was chosen, or with none of those chosen this act is possible now."),
        N_("Go back to the list and choose others."),
    ),
    "batch_undone": Answer(
        Kind.CONFLICT,
        N_("This was undone already."),
        N_("What several tasks were moved by in one go is undone once."),
        RELOAD,
    ),
    "batch_over": Answer(
        Kind.CONFLICT,
        N_("This can no longer be undone in one go."),
        N_("It was done on %(day)s; only on the same day it can be undone."),
        N_("Change the tasks one by one; the log keeps both."),
    ),
    "parts_ended": Answer(
        Kind.CONFLICT,
        N_("Duties or steps under the task ended with it."),
        N_("Undoing does not open them again, so the task is left as it is."),
        N_("Give the task anew where it is still to be done."),
    ),
    "batch_moved_on": Answer(
        Kind.CONFLICT,
        N_("The task has changed since."),
        N_("Somebody took a further step on it, so it is left as it is."),
        RELOAD,
    ),
}
