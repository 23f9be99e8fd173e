"""What every figure is called and what it means, in words people can hold the office to."""

from __future__ import annotations

from typing import Final

from terms import N_

# figure -> (what it is called, what it means)
WORDS: Final[dict[str, tuple[str, str]]] = {
    "assigned": (
        N_("Assigned, with a deadline"),
        N_(
            "Tasks open at the start of the period or assigned in it, with a deadline; without those "
            "cancelled, withdrawn or on hold."
        ),
    ),
    "due": (
        N_("Due"),
        N_("Completed in the period, and not completed although their last good day has passed."),
    ),
    "done": (
        N_("Completed"),
        N_("Confirmed as completed by the cut-off."),
    ),
    "done_on_time": (
        N_("Completed on time"),
        N_("Completed; the accepted result was handed in on the last good day of the present deadline or before."),
    ),
    "done_late": (
        N_("Completed late"),
        N_("Completed; the accepted result was handed in after the last good day of the present deadline."),
    ),
    "open": (
        N_("Not completed"),
        N_("Not confirmed as completed by the cut-off."),
    ),
    "open_in_time": (
        N_("Not completed, in time"),
        N_(
            "Not completed; its last good day has not passed, or its result was handed in by then and waits "
            "for signatures."
        ),
    ),
    "open_late": (
        N_("Not completed, overdue"),
        N_(
            "Not completed; its last good day has passed, or its result was handed in only after it and "
            "waits for signatures."
        ),
    ),
    "no_deadline": (
        N_("Without a deadline"),
        N_("No day can be told yet, it waits for an event, or it is an ongoing duty; in no rate."),
    ),
    "held": (
        N_("On hold"),
        N_("Held by leadership on the day looked at; in no rate."),
    ),
    "stopped": (
        N_("Cancelled or withdrawn"),
        N_("Stopped in the period; in no rate."),
    ),
    "new": (
        N_("Assigned in the period"),
        N_("With or without a deadline, assigned between the first day and the cut-off."),
    ),
    "first_on_time": (
        N_("Completed on time by the original date"),
        N_("The same as completed on time, by the first deadline the task ever had; an extension changes nothing."),
    ),
    "first_late": (
        N_("Completed late by the original date"),
        N_("The same as completed late, by the first deadline the task ever had."),
    ),
    "first_open_late": (
        N_("Not completed, overdue by the original date"),
        N_("The same as not completed and overdue, by the first deadline the task ever had."),
    ),
    "late_1_30": (
        N_("Overdue up to 30 days"),
        N_("Not completed and overdue by 1 to 30 days."),
    ),
    "late_31_60": (
        N_("Overdue 31 to 60 days"),
        N_("Not completed and overdue by 31 to 60 days."),
    ),
    "late_61_120": (
        N_("Overdue 61 to 120 days"),
        N_("Not completed and overdue by 61 to 120 days."),
    ),
    "late_over_120": (
        N_("Overdue more than 120 days"),
        N_("Not completed and overdue by more than 120 days."),
    ),
    "late_days": (
        N_("Days late"),
        N_("Civil days after the last good day, of all completed late or overdue."),
    ),
    "late_days_first": (
        N_("Days late by the original date"),
        N_("The same, after the last good day of the first deadline."),
    ),
    "reports_due": (
        N_("Reports due"),
        N_("Occurrences of recurring duties among those due."),
    ),
    "reports_on_time": (
        N_("Reports on time"),
        N_("Occurrences of recurring duties completed on time."),
    ),
    "reports_late": (
        N_("Reports late"),
        N_("Occurrences of recurring duties completed late."),
    ),
    "reports_missing": (
        N_("Reports overdue"),
        N_("Occurrences of recurring duties not completed and overdue."),
    ),
    "late": (N_("Late"), N_("Completed late, or not completed and overdue, by the present deadline.")),
    "late_objective": (
        N_("Late, objective cause confirmed"),
        N_(
            "Of the late: a member of leadership confirmed by a document, before the cut-off, that the cause for the "
            "present deadline is objective."
        ),
    ),
    "extensions": (N_("Extensions"), N_("Deadlines moved by an extension decided on in the period.")),
    "extension_days": (
        N_("Days extended"),
        N_("Civil days from the former deadline to the new one, of these extensions."),
    ),
    "returns": (N_("Results returned"), N_("Results returned for redoing in the period, each time counted.")),
    "green_then_late": (
        N_("Green, then late"),
        N_(
            "Late tasks whose last declared state before the deadline was “on schedule”; for whoever headed the lead "
            "unit on the first late day."
        ),
    ),
    "waited_for": (
        N_("Was waited for"),
        N_("Spans in the period in which another unit's task waited for this unit."),
    ),
    "waited_for_over": (
        N_("Was waited for beyond the day to answer"),
        N_("Those of them that went on after the day by which to answer."),
    ),
    "waited_for_days": (
        N_("Days waited for beyond the day to answer"),
        N_("Civil days from the day by which to answer to the answer, or to the day looked at."),
    ),
    "waiting": (N_("Waited for others"), N_("Spans in the period in which a task of this unit waited for another.")),
    "waiting_days": (
        N_("Days waited for others"),
        N_("Civil days of these spans, from their beginning to the answer, or to the day looked at."),
    ),
    "soon": (
        N_("Due soon"),
        N_("Not completed, in time, with at most as many working days left as the setting for “due soon” says."),
    ),
    "unreceived": (N_("Not yet received"), N_("Assigned, and not received by the head of the lead unit.")),
    "unsigned": (N_("Waiting for signatures"), N_("Handed in, and not yet signed by everybody who is to sign.")),
    "charged_days": (
        N_("Late days charged to heads"),
        N_(
            "Each late civil day of the period once: to whoever held the seat of the head that had the clock at its "
            "end. A unit that let another wait answers for that waiting. Objective causes once confirmed stand apart."
        ),
    ),
    "charged_working_days": (
        N_("Working days among them"),
        N_("The working days among the late days charged to heads."),
    ),
    "charged_waited_days": (
        N_("Charged for letting others wait"),
        N_("Those of the late days charged to heads that go to the unit another waited for."),
    ),
    "objective_days": (
        N_("Late days with an objective cause confirmed"),
        N_("Late days of tasks whose cause a member of leadership confirmed as objective; charged to nobody."),
    ),
    "vacant_days": (
        N_("Late days of an empty seat"),
        N_("Late days on which nobody held the seat that had the clock."),
    ),
    "leadership_days": (
        N_("Late days charged to leadership"),
        N_("Late days on which a signature or a decision of leadership was waited for."),
    ),
    "uncharged_days": (
        N_("Late days in nobody's charge"),
        N_("Late days on hold, or waiting for a body outside by a written request that was renewed."),
    ),
}
