"""What the rules refuse, as a table: each code says what happened, why, and what to do now."""

from __future__ import annotations

from typing import Any, Final

from terms import N_
from workflow.answers import FILES, RELOAD, Answer, Kind
from workflow.answers_of_batches import BATCHES
from workflow.answers_of_chasing import CHASING
from workflow.answers_of_coordination import COORDINATION
from workflow.answers_of_log import LOG
from workflow.answers_of_plans import PLAN_ANSWERS
from workflow.answers_of_recurrence import (
    RECURRENCE,
)
from workflow.answers_of_reports import REPORTS
from workflow.answers_of_signing import (
    SIGNING,
)
from workflow.answers_of_targets import TARGETS
from workflow.answers_of_time import (
    TIME,
)
from workflow.answers_tables import TABLES
from workflow.organization.refusals import ORGANISATION

__all__ = ["ANSWERS", "Answer", "Kind", "Refusal"]

_FILL: Final = N_("Fill it in and send the form again; nothing you typed is lost.")

ANSWERS: Final[dict[str, Answer]] = {
    "not_found": Answer(
        Kind.MISSING,
        N_("There is no such page for you."),
        N_("The address is wrong, or what it showed is not for your unit."),
        N_("Go back to your desk and open it from there."),
    ),
    **FILES,
    "not_yours": Answer(
        Kind.FORBIDDEN,
        N_("You cannot do this here."),
        N_("This step belongs to another seat: %(who)s."),
        N_("Ask the person who holds that seat today."),
    ),
    "own_work": Answer(
        Kind.FORBIDDEN,
        N_("You cannot sign your own work."),
        N_("Whoever handed in a result, or signed the level below, does not confirm it himself."),
        N_("It waits for the next level above; nothing is needed from you."),
    ),
    "wrong_state": Answer(
        Kind.CONFLICT,
        N_("This step is not possible now."),
        N_("The task is in the state “%(state)s”, and from there the step does not exist."),
        RELOAD,
    ),
    "somebody_was_faster": Answer(
        Kind.CONFLICT,
        N_("Somebody was faster."),
        N_("The page you acted on is no longer as you saw it; nothing of yours was saved."),
        RELOAD,
    ),
    "key_of_another_form": Answer(
        Kind.CONFLICT,
        N_("This form was used already."),
        N_("Its key belongs to another step, which was taken; this one was not, and nothing of it was saved."),
        N_("Open the page anew and send the form from there."),
    ),
    "content_changed": Answer(
        Kind.CONFLICT,
        N_("This is not what you were shown."),
        N_("The result you were about to sign differs from the one on your page."),
        N_("Read the result as it is now and sign that."),
    ),
    "wrong_password": Answer(
        Kind.FORBIDDEN,
        N_("The password is wrong."),
        N_("A signature needs your password again, so that nobody signs in your place."),
        N_("Type your password again. After five wrong tries signing is locked for a while."),
    ),
    "missing_field": Answer(Kind.INVALID, N_("Something is missing."), N_("This step needs: %(field)s."), _FILL),
    "bad_date": Answer(
        Kind.INVALID,
        N_("This date cannot be used."),
        N_("“%(value)s” is not a date of the calendar, or lies outside 2000–2100."),
        N_("Write it as day/month/year, for example 25/11/2026."),
    ),
    "date_in_past": Answer(
        Kind.INVALID,
        N_("The date lies in the past."),
        N_("“%(field)s” would be %(value)s, a day that is over."),
        N_("Choose today or a later day."),
    ),
    "not_later": Answer(
        Kind.INVALID,
        N_("The new date is not later."),
        N_("More time means a date after the present deadline."),
        N_("Choose a later day."),
    ),
    "date_in_future": Answer(
        Kind.INVALID,
        N_("The date lies in the future."),
        N_("A document that shows a result has been issued; its day is today or earlier."),
        N_("Write the day that stands on the document."),
    ),
    "no_evidence": Answer(
        Kind.INVALID,
        N_("Nothing shows the result."),
        N_("A result needs a file, or the number of an issued document; words alone prove nothing later."),
        N_("Attach a file or write the document's number; what you typed is kept."),
    ),
    "no_deadline": Answer(
        Kind.INVALID,
        N_("There is no deadline to extend."),
        N_("The task has no date yet."),
        N_("Ask whoever gives the task to set one."),
    ),
    "no_open_request": Answer(
        Kind.CONFLICT,
        N_("There is no open request."),
        N_("It was decided already, or never made."),
        RELOAD,
    ),
    "request_open": Answer(
        Kind.CONFLICT,
        N_("A request is waiting already."),
        N_("Only one request for more time can be open on a task."),
        N_("Wait for its decision."),
    ),
    "only_first_date": Answer(
        Kind.CONFLICT,
        N_("Only a first date can be set now."),
        N_("The unit has received the task: it stays the lead, and a date once set moves only by more time granted."),
        RELOAD,
    ),
    "plan_not_published": Answer(
        Kind.CONFLICT,
        N_("The plan is not published yet."),
        N_("Tasks are given only in a published plan, or under a document with number and date."),
        N_("Ask leadership to publish the plan first."),
    ),
    "unit_outside": Answer(
        Kind.INVALID,
        N_("This unit cannot lead."),
        N_("A body outside the chain of command is invited; it never owes a task here."),
        N_("Choose a unit of the body as lead."),
    ),
    "unit_not_begun": Answer(
        Kind.INVALID,
        N_("This unit has not begun yet."),
        N_("It exists from %(day)s on and owes nothing before."),
        N_("Choose a unit that exists today, or give the task from that day on."),
    ),
    "unit_unknown": Answer(
        Kind.INVALID,
        N_("This unit is not known."),
        N_("The form named a unit that does not exist or has ended."),
        N_("Choose a unit from the list."),
    ),
    "person_unknown": Answer(
        Kind.INVALID,
        N_("This person cannot be named here."),
        N_("He does not work in the unit that leads the task, or no longer signs in."),
        N_("Choose somebody from the list."),
    ),
    "post_unknown": Answer(
        Kind.INVALID,
        N_("This seat is not one of leadership."),
        N_("A task is supervised by a seat of the body's leadership."),
        N_("Choose a seat from the list."),
    ),
    "nobody_can_sign": Answer(
        Kind.CONFLICT,
        N_("Nobody can sign this."),
        N_("The seats that would sign are empty or belong to the person who handed in."),
        N_("Ask the office to enter who holds the seat today."),
    ),
    "too_long": Answer(
        Kind.INVALID,
        N_("The text is too long."),
        N_("“%(field)s” takes at most %(limit)s characters; yours has %(length)s."),
        N_("Shorten it, or attach the long text as a file."),
    ),
    "overlap": Answer(
        Kind.CONFLICT,
        N_("The seat is taken in that time."),
        N_("One person holds a seat on a day; the days entered meet those of another."),
        N_("End the other one first, or choose other days."),
    ),
    "second_person": Answer(
        Kind.FORBIDDEN,
        N_("A second person must confirm this."),
        N_("Whoever entered it cannot confirm it."),
        N_("Ask another person of the office or leadership."),
    ),
    "taken": Answer(
        Kind.CONFLICT,
        N_("This name is taken."),
        N_("“%(value)s” is in use already."),
        N_("Choose another one."),
    ),
    "bad_value": Answer(
        Kind.INVALID,
        N_("This value cannot be used."),
        N_("“%(value)s” does not fit “%(field)s”."),
        N_("Give instead: %(form)s."),
    ),
    "document_known": Answer(
        Kind.CONFLICT,
        N_("This document was imported before."),
        N_("A plan with exactly this file exists: %(title)s."),
        N_("Open that plan instead."),
    ),
    "secret_document": Answer(
        Kind.INVALID,
        N_("Secret documents are not taken."),
        N_("The head of the document carries a mark of secrecy, and this system may not hold such documents."),
        N_("Keep it where secret documents belong. Nothing of it was kept here."),
    ),
    "unreadable": Answer(
        Kind.WRONG_TYPE,
        N_("The file cannot be read."),
        "%(why)s",
        N_("Bring the plan as .docx, .pdf, .xlsx, .csv, .md or .txt. Nothing of this file was kept."),
    ),
    "unreadable_size": Answer(
        Kind.TOO_LARGE,
        N_("The file is too large."),
        "%(why)s",
        N_("Take pictures out or split the document, and bring it again. Nothing of this file was kept."),
    ),
    "unreadable_empty": Answer(
        Kind.INVALID,
        N_("The file cannot be read."),
        "%(why)s",
        N_("Choose the document again. Nothing of this file was kept."),
    ),
    "proposal_unanswered": Answer(
        Kind.INVALID,
        N_("A proposal is neither taken nor declared."),
        N_("Proposal %(number)s is not taken, and no reason says why it is not a task."),
        N_("Take it, or say in a few words why it is not a task; what you typed is kept."),
    ),
    "proposal_empty": Answer(
        Kind.INVALID,
        N_("A task needs words."),
        N_("Proposal %(number)s is taken, but its text is empty."),
        N_("Write what is to be done, or do not take it; what you typed is kept."),
    ),
    "reading_accepted": Answer(
        Kind.CONFLICT,
        N_("This reading was accepted already."),
        N_("A plan was made of it; a plan is not dropped."),
        N_("Open the plan."),
    ),
    "plan_state": Answer(
        Kind.CONFLICT,
        N_("This step is not possible now."),
        N_("The plan is in the state “%(state)s”, and from there the step does not exist."),
        RELOAD,
    ),
    "written_otherwise": Answer(
        Kind.INVALID,
        N_("The document says something else."),
        N_("%(field)s is written in the document: %(value)s. Only what it left blank can be filled in."),
        N_("Check the document and write what agrees with it."),
    ),
    "too_many_tries": Answer(
        Kind.TOO_MANY,
        N_("Too many wrong tries."),
        N_("To protect the account, no further try is taken for %(minutes)s minutes."),
        N_("Wait, then try again; nothing is locked for good."),
    ),
    "sign_in_failed": Answer(
        Kind.INVALID,
        N_("User name or password is wrong."),
        N_("They do not belong together, or the account has ended."),
        N_("Check both and try again, or ask the administrator."),
    ),
    **ORGANISATION,
    "file_too_large": Answer(
        Kind.TOO_LARGE,
        N_("The file is too large."),
        N_("Up to %(limit)s MB are taken at once, all files of a form together."),
        N_("Choose smaller files or send them one after the other; what you typed is kept."),
    ),
    "too_many_files": Answer(
        Kind.INVALID,
        N_("There are too many files."),
        N_("A result takes up to %(limit)s files; %(count)s were chosen."),
        N_("Choose fewer, or put them together into one; what you typed is kept."),
    ),
    "account_ended": Answer(
        Kind.FORBIDDEN,
        N_("Your account has ended."),
        N_("It was closed while you were at work, so nothing more is done in your name."),
        N_("Ask the administrator if that was not meant."),
    ),
    "file_type": Answer(
        Kind.WRONG_TYPE,
        N_("This kind of file is not taken."),
        N_("“%(name)s” is not one of: %(allowed)s, or its content is not what its name says."),
        N_("Save it as one of these kinds and try again."),
    ),
    **BATCHES,
    **CHASING,
    **LOG,
    **TIME,
    **TARGETS,
    **SIGNING,
    **RECURRENCE,
    **REPORTS,
    **COORDINATION,
    **TABLES,
    **PLAN_ANSWERS,
}


# what a text says where the refusal itself does not
UNSAID: Final[dict[str, dict[str, str]]] = {"bad_value": {"form": N_("one of the values offered")}}


class Refusal(Exception):  # noqa: N818 (a refusal is an answer, not a fault)
    """The rules say no; `code` is a row of ANSWERS, `details` fill its texts."""

    def __init__(self, code: str, **details: Any) -> None:
        """Raises KeyError for a code that has no answer."""
        super().__init__(code)
        self.code = code
        self.answer = ANSWERS[code]
        self.details = UNSAID.get(code, {}) | details
