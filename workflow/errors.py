"""What the rules refuse, as a table: each code says what happened, why, and what to do now."""

from __future__ import annotations

from typing import Any, Final

from terms import N_
from workflow.answers import FILES, Answer, Kind

__all__ = ["ANSWERS", "Answer", "Kind", "Refusal"]

_RELOAD: Final = N_("Look at the page as it is now, then decide again.")
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
        _RELOAD,
    ),
    "somebody_was_faster": Answer(
        Kind.CONFLICT,
        N_("Somebody was faster."),
        N_("The page you acted on is no longer as you saw it; nothing of yours was saved."),
        _RELOAD,
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
        N_("A task given today cannot be due before today."),
        N_("Choose today or a later day."),
    ),
    "not_later": Answer(
        Kind.INVALID,
        N_("The new date is not later."),
        N_("More time means a date after the present deadline."),
        N_("Choose a later day."),
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
        _RELOAD,
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
        _RELOAD,
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
        N_("Choose from what the page offers."),
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
        N_("Bring the plan as .docx, .md or .txt. Nothing of this file was kept."),
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
        _RELOAD,
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
    "weak_password": Answer(
        Kind.INVALID,
        N_("This password is too weak."),
        N_("It needs at least 12 characters and none of the obvious words."),
        N_("Choose a longer one, for example four unrelated words."),
    ),
    "ends_before_begins": Answer(
        Kind.INVALID,
        N_("The end lies before the beginning."),
        N_("It begins on %(begins)s and would end on %(ends)s."),
        N_("Choose an end on or after the first day."),
    ),
    "end_moves_away": Answer(
        Kind.CONFLICT,
        N_("An end that was entered does not move to a later day."),
        N_("More time would give rights that no second person has confirmed."),
        N_("Enter the further time as a new entry with its decision."),
    ),
    "confirmed_already": Answer(
        Kind.CONFLICT,
        N_("This is confirmed already."),
        N_("A second person has confirmed it; it counts."),
        _RELOAD,
    ),
    "not_confirmed": Answer(
        Kind.CONFLICT,
        N_("This entry has not been confirmed."),
        N_("Only what counts can be ended."),
        N_("Take the entry back instead."),
    ),
    "seat_exists": Answer(
        Kind.CONFLICT,
        N_("There is such a seat already."),
        N_("A unit has one head and the body one chair; duties would not know whom they belong to."),
        N_("Use the seat that is there, or close it first."),
    ),
    "choose_password": Answer(
        Kind.FORBIDDEN,
        N_("Choose a password of your own first."),
        N_("Somebody else has seen the present one and could act in your name."),
        N_("Change it on the page “My account”, then go on."),
    ),
    "password_unchanged": Answer(
        Kind.INVALID,
        N_("The new password is the present one."),
        N_("A password that stays the same protects nothing anew."),
        N_("Choose another one."),
    ),
    "taken_back": Answer(
        Kind.CONFLICT,
        N_("This entry no longer holds a day."),
        N_("It was taken back or has ended."),
        N_("Enter it anew if it is still meant."),
    ),
    "mandate_without_giver": Answer(
        Kind.INVALID,
        N_("Nobody could give this mandate."),
        N_("A mandate lies within the time of one other person who holds the seat himself."),
        N_("Choose days within that time, or enter first who holds the seat."),
    ),
    "admin_apart": Answer(
        Kind.CONFLICT,
        N_("Administration and work do not meet in one account."),
        N_("An administrator has no say over tasks, so the account has no other role and no seat."),
        N_("Use two accounts, or end the other role first."),
    ),
    "last_administrator": Answer(
        Kind.CONFLICT,
        N_("This is the last administrator."),
        N_("Without one, nobody could open an account any more."),
        N_("Give another person that role first."),
    ),
    "role_given_already": Answer(
        Kind.CONFLICT,
        N_("The person has this role already."),
        N_("The same role in the same unit is in force on those days."),
        N_("Nothing is needed; end the present one first if it should begin anew."),
    ),
    "unit_above_itself": Answer(
        Kind.INVALID,
        N_("A unit cannot stand above itself."),
        N_("On some day of that time the two units would each be under the other."),
        N_("Choose another unit above it, or another day."),
    ),
    "unit_not_empty": Answer(
        Kind.CONFLICT,
        N_("The unit cannot end yet."),
        N_("It still leads %(tasks)s open tasks and has %(units)s units under it."),
        N_("Pass them to the units that take over, then end it."),
    ),
    "not_a_year": Answer(
        Kind.INVALID,
        N_("This year cannot be used."),
        N_("The calendar reaches from 2000 to 2100."),
        N_("Write the year with four digits."),
    ),
    "day_entered_already": Answer(
        Kind.CONFLICT,
        N_("This day is entered already."),
        N_("%(day)s stands in the calendar as “%(kind)s”, or waits to be confirmed so."),
        N_("Confirm that entry, or choose another day or kind."),
    ),
    "rule_in_past": Answer(
        Kind.INVALID,
        N_("A rule does not change the past."),
        N_("What counted up to yesterday stays true; a new value begins today or later."),
        N_("Choose today or a later day."),
    ),
    "nobody_so_called": Answer(
        Kind.MISSING,
        N_("There is no such person."),
        N_("Nobody has the user name “%(value)s”."),
        N_("Look the name up in the list of people."),
    ),
    "wrong_old_password": Answer(
        Kind.FORBIDDEN,
        N_("The present password is wrong."),
        N_("Whoever changes a password shows first that the account is his."),
        N_("Type the present password again. After five wrong tries it is locked for a while."),
    ),
    "passwords_differ": Answer(
        Kind.INVALID,
        N_("The two new passwords differ."),
        N_("It is typed twice so that a slip does not lock you out."),
        N_("Type the new password twice alike."),
    ),
    "wrong_setup_code": Answer(
        Kind.INVALID,
        N_("The code is wrong."),
        N_("Only whoever started the program has read it."),
        N_("Read it in the program's output, or in the file %(file)s on the server."),
    ),
    "file_too_large": Answer(
        Kind.TOO_LARGE,
        N_("The file is too large."),
        N_("Files up to %(limit)s MB are taken."),
        N_("Send a smaller file."),
    ),
    "file_type": Answer(
        Kind.WRONG_TYPE,
        N_("This kind of file is not taken."),
        N_("“%(name)s” is not one of: %(allowed)s, or its content is not what its name says."),
        N_("Save it as one of these kinds and try again."),
    ),
}


class Refusal(Exception):  # noqa: N818 (a refusal is an answer, not a fault)
    """The rules say no; `code` is a row of ANSWERS, `details` fill its texts."""

    def __init__(self, code: str, **details: Any) -> None:
        """Raises KeyError for a code that has no answer."""
        super().__init__(code)
        self.code = code
        self.answer = ANSWERS[code]
        self.details = details
