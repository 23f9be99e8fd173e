"""What the rules of accounts, units, seats, calendar and settings refuse: rows of the table in `workflow/errors.py`."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import RELOAD, Answer, Kind

ORGANISATION: Final[dict[str, Answer]] = {
    "weak_password": Answer(
        Kind.INVALID,
        N_("This password is too weak."),
        N_("It needs at least 12 characters and none of the obvious words."),
        N_("Choose a longer one, for example four unrelated words."),
    ),
    "no_account": Answer(
        Kind.CONFLICT,
        N_("This is the mailbox of a body outside."),
        N_("It only takes letters: it has no password, and holds no role and no seat here."),
        N_("Choose somebody who has an account, or make one for him."),
    ),
    "mailbox_inside": Answer(
        Kind.INVALID,
        N_("This unit has no mailbox."),
        N_("Its people read their own letters; a mailbox is for a body outside."),
        N_("Choose a body outside."),
    ),
    "no_mailbox": Answer(
        Kind.CONFLICT,
        N_("There is no mailbox to end."),
        N_("The body gets no letters already."),
        RELOAD,
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
    "change_shape": Answer(
        Kind.INVALID,
        N_("These units do not make such a change."),
        N_("A merger has one unit that takes over, a split one that gives up and at least two that take over."),
        N_("Choose who gives up and who takes over again; what you typed is kept."),
    ),
    "not_happened": Answer(
        Kind.CONFLICT,
        N_("The change has not happened yet."),
        N_("Open work passes on the day of the change, once a second person has confirmed it."),
        N_("Come back on that day."),
    ),
    "list_signed": Answer(
        Kind.CONFLICT,
        N_("The list is signed off."),
        N_("Who had what after the change was settled and signed."),
        N_("Give a task to another unit on its own page, by its own decision."),
    ),
    "handover_missing": Answer(
        Kind.CONFLICT,
        N_("The handover is not signed yet."),
        N_("%(name)s still holds open work: %(count)s tasks."),
        N_("Have the handover signed on the page of the person; in his absence his superior signs it with a reason."),
    ),
    "no_heir": Answer(
        Kind.INVALID,
        N_("A unit has no heir."),
        N_("%(unit)s gives up its work, and nobody that takes over is named for it."),
        N_("Name the one unit that its open work passes to; the list shares it out afterwards."),
    ),
    "nothing_to_remind": Answer(
        Kind.CONFLICT,
        N_("Nobody is reminded of this any more."),
        N_("The plan or task is over, so a rule of its own would never be used."),
        N_("Set the rule for the organisation, or for a plan or task that is still open."),
    ),
    "confirmed_already": Answer(
        Kind.CONFLICT,
        N_("This is confirmed already."),
        N_("A second person has confirmed it; it counts."),
        RELOAD,
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
        N_("A unit has one head, and so has the body; duties would not know whom they belong to."),
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
        N_("Choose another password."),
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
    "no_days": Answer(
        Kind.INVALID,
        N_("The rule names no day."),
        N_("By “%(field)s” nobody would ever be reminded, and tasks could go by in silence."),
        N_("Give %(form)s."),
    ),
    "too_many_days": Answer(
        Kind.INVALID,
        N_("The rule names too many days."),
        N_("“%(field)s” has %(count)s days; each is one more reminder of every task, and %(most)s are the most."),
        N_("Name only the days on which somebody should act."),
    ),
    "many_letters": Answer(
        Kind.CONFLICT,
        N_("This would send many letters."),
        N_("%(after)s letters in the next %(days)s days, where it would be %(before)s without it."),
        N_("Say below that you mean it, or go back and choose otherwise."),
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
    "hour_outside": Answer(
        Kind.INVALID,
        N_("This hour cannot be used."),
        N_("“%(value)s” is no hour between %(first)s, when letters are written, and %(last)s."),
        N_("Write it as hours and minutes, such as 09:00, or leave it empty."),
    ),
    "away_too_long": Answer(
        Kind.INVALID,
        N_("This is too long."),
        N_("An absence lasts at most %(days)s days; whoever is gone for longer gives up his seat or role."),
        N_("Choose an earlier last day."),
    ),
    "away_already": Answer(
        Kind.CONFLICT,
        N_("These days are entered already."),
        N_("You are entered as away from %(begins)s to %(ends)s."),
        N_("End that entry first, or choose other days."),
    ),
    "substitute_unknown": Answer(
        Kind.INVALID,
        N_("This person cannot hear in your place."),
        N_("A substitute works in a unit of yours, by seat or role, and still signs in."),
        N_("Choose somebody from the list, or nobody."),
    ),
}
