"""What a line of a letter says beside the deadline, by its rule family."""

from __future__ import annotations

from typing import Final

from terms import N_

REASONS: Final[dict[str, str]] = {
    "ASSIGNED": N_("Newly assigned."),
    "SUPERVISED": N_("You supervise this task from now on."),
    "HANDED_BACK": N_("The unit handed the task back; the reason stands on its page. Give it anew, or cancel it."),
    "STOPPED": N_("It was ended by a decision: nothing more is to be done."),
    "INHERITED": N_("It passed to your unit by a change of the organisation."),
    "RETURNED": N_("Returned for redoing; redo by the end of %(day)s."),
    "REDO": N_("Returned for redoing; redo by the end of %(day)s."),
    "WAITED": N_("The lead unit waits for your unit; answer by the end of %(day)s."),
    "ANSWER": N_("The lead unit waits for your unit; answer by the end of %(day)s."),
    "CHASED": N_("Leadership or the office urges that the task go on."),
    "DEMANDED": N_("An explanation is demanded of your unit."),
    "EXPLAINED": N_("The unit has given an explanation."),
    "COMMITTED": N_("The unit has committed to a day; the deadline stays."),
    "ANSWERED": N_("The unit you waited for has answered; the task goes on."),
    "HOLD": N_("The hold ended on %(day)s: time runs again, and work is to be resumed."),
    "EXTENDED": N_("More time was granted; the deadline above is the new one."),
    "DATED": N_("The deadline above follows from an event that was recorded, or from the calendar."),
    "REFUSED": N_("More time was refused; the deadline stays."),
    "ASKED": N_("The lead unit asks for more time."),
    "COUNTERED": N_("Another date is offered instead of the one asked for; accept or decline it."),
    "OFFERED": N_("Another date was offered; accept or decline it by the end of %(day)s, or it lapses."),
    "ACCEPTED": N_("The head accepted the date offered; the deadline above is the new one."),
    "DECLINED": N_("The head declined the date offered; the deadline stays."),
    "LAPSED": N_("Nobody answered the date offered in time: it lapsed, and the deadline stays."),
    "REDATED": N_("A mistyped date was corrected; the deadline above is the right one."),
    "CAUSED": N_("The cause of the delay was stated; an objective one waits for your confirmation."),
    "CAUSE_DECIDED": N_("A leader decided on the objective cause of the delay."),
    "MENTIONED": N_("Somebody named you in a comment."),
    "HANDED_IN": N_("A result was handed in."),
    "ACCEPT": N_("The result of a duty has waited since %(day)s for you to accept or return it; silence accepts it."),
    "CONTESTED": N_("A unit contests that it is waited for, or that its duty was returned; you decide."),
    "CONTEST": N_("A contest between units has waited for a decision since %(day)s, for %(waited)s."),
    "CONTEST_SETTLED": N_("A leader decided between the units; the decision stands on the page of the task."),
    "RENEW": N_(
        "A body outside is waited for; until the end of %(day)s that is in nobody's charge: renew it, or go on."
    ),
    "UNRECEIVED": N_("Assigned on %(day)s and not received for %(waited)s."),
    "UNSIGNED": N_("A result has waited for a signature since %(day)s, for %(waited)s."),
    "UNDECIDED": N_("A request for more time has waited for a decision since %(day)s, for %(waited)s."),
    "EXPLAIN": N_("An explanation was demanded; answer by the end of %(day)s."),
    "PLEDGE": N_("The unit committed itself to finish by the end of %(day)s; the deadline stays."),
    "REPORT": N_("A periodic report is due by the end of %(day)s."),
    "SILENT": N_("There has been no news of this ongoing duty since %(day)s, for %(waited)s."),
    "EVENT": N_("It waits for an event: please confirm for this quarter that it still does, or give the date."),
    "NODATE": N_("The task has no date yet."),
    "NOLEAD": N_("The task has not been given to a lead unit yet."),
}
# a piece of news -> the ladder that says the same and more
GOES_ON: Final = {
    "ASSIGNED": "UNRECEIVED",
    "HANDED_IN": "UNSIGNED",
    "ASKED": "UNDECIDED",
    "COUNTERED": "OFFERED",
    "CONTESTED": "CONTEST",
    "WAITED": "ANSWER",
    "RETURNED": "REDO",
}
# what a line says once its day is over
OVER: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("WAITED", "ANSWER"),
        N_("The lead unit still waits for your unit; the answer was due by the end of %(day)s, %(waited)s ago."),
    ),
    **dict.fromkeys(
        ("RETURNED", "REDO"), N_("Returned; it was to be redone by the end of %(day)s, which is over by %(waited)s.")
    ),
    "EXPLAIN": N_("An explanation was demanded by the end of %(day)s, which is over by %(waited)s; it has not come."),
    "PLEDGE": N_("The day the unit committed itself to, %(day)s, is over by %(waited)s."),
    "REPORT": N_("A periodic report was due by the end of %(day)s, which is over by %(waited)s; no news has come."),
}
