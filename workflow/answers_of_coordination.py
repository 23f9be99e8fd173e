"""What is said when units that work together cannot do so as it was given."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import RELOAD, Answer, Kind

COORDINATION: Final[dict[str, Answer]] = {
    "beyond_the_whole": Answer(
        Kind.INVALID,
        N_("The date lies beyond that of the whole task."),
        N_("%(day)s comes after %(due)s, by which the task it is a part of has to be done."),
        N_("Choose that day or an earlier one; what you typed is kept."),
    ),
    "parts_beyond": Answer(
        Kind.CONFLICT,
        N_("Parts of the task have later dates."),
        N_("The task would be due on %(day)s, before these parts of it: %(parts)s."),
        N_("Choose a later day, or have those parts taken back and given anew with earlier dates."),
    ),
    "step_leaves_unit": Answer(
        Kind.INVALID,
        N_("A step stays within the unit that leads the task."),
        N_("What another unit has to do is a duty of its own, with its own head to sign."),
        N_("Name an officer of the unit, or give the other unit its duty."),
    ),
    "duty_of_the_lead": Answer(
        Kind.INVALID,
        N_("A unit does not coordinate with itself."),
        N_("The unit leads the task; a coordinating duty belongs to another one."),
        N_("Choose another unit; what it does itself is broken down into steps."),
    ),
    "one_lead": Answer(
        Kind.INVALID,
        N_("One lead unit needs no splitting."),
        N_("A task is split when it has two lead units or more, each with a task of its own."),
        N_("Tick at least two units, or assign the task to the one that leads it."),
    ),
    "duties_open": Answer(
        Kind.CONFLICT,
        N_("Duties that the result depends on are still open."),
        N_("Not done yet: %(duties)s."),
        N_("Wait for them, or write why the result is handed in all the same; the reason stays in the log."),
    ),
    "answer_by_too_soon": Answer(
        Kind.INVALID,
        N_("That day leaves the unit no time."),
        N_("A unit that is waited for has at least %(count)s working days to answer: until %(day)s."),
        N_("Choose that day or a later one; what you typed is kept."),
    ),
    "too_late_to_contest": Answer(
        Kind.CONFLICT,
        N_("This can no longer be contested."),
        N_("Either it was contested already, or the working days within which it could be are over."),
        RELOAD,
    ),
    "no_open_contest": Answer(
        Kind.CONFLICT,
        N_("There is no open contest."),
        N_("It was decided already, or what it spoke of is over."),
        RELOAD,
    ),
    "nothing_to_renew": Answer(
        Kind.CONFLICT,
        N_("There is nothing to renew."),
        N_("Only the waiting for a body outside is renewed; units inside answer by their day."),
        RELOAD,
    ),
}
