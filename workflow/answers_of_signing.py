"""What is said of second factors, of signing several results at once, and of flows nobody could follow."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import RELOAD, Answer, Kind

SIGNING: Final[dict[str, Answer]] = {
    "wrong_proof": Answer(
        Kind.FORBIDDEN,
        N_("Password or one-time code is wrong."),
        N_("A signature needs both again; a code is good once and for about a minute."),
        N_("Wait for the next code and type both again. After five wrong tries signing is locked for a while."),
    ),
    "wrong_code": Answer(
        Kind.INVALID,
        N_("The one-time code is wrong."),
        N_("It does not fit, has run out, or was used already: each code is good once."),
        N_("Wait for the next code on your telephone, or use one of your recovery codes."),
    ),
    "factor_needed": Answer(
        Kind.FORBIDDEN,
        N_("Signing needs a one-time code of yours."),
        N_("The rules of the house ask a second factor of whoever holds your seat, and you have not set one yet."),
        N_("Set it on the page of your account, under “One-time codes”: it takes a telephone and two minutes."),
    ),
    "factor_is_set": Answer(
        Kind.CONFLICT,
        N_("A second factor is set already."),
        N_("One person has one; a new telephone takes the place of the old one only when that was removed."),
        N_("Remove the present one first, with your password and a code."),
    ),
    "factor_not_set": Answer(
        Kind.CONFLICT,
        N_("No second factor is set."),
        N_("It was removed, or never set."),
        RELOAD,
    ),
    "enrolment_too_old": Answer(
        Kind.INVALID,
        N_("The QR code has run out."),
        N_("It is good for ten minutes, for the person who asked for it."),
        N_("Begin anew; remove the old entry from the telephone."),
    ),
    "factor_of_oneself": Answer(
        Kind.FORBIDDEN,
        N_("This is your own second factor."),
        N_("Whoever removes a lost factor is not the one who lost it."),
        N_("Use your account page, or ask another administrator."),
    ),
    "not_opened": Answer(
        Kind.CONFLICT,
        N_("You have not opened this result since it was handed in."),
        N_("Only what you have had before you, as it is now, is signed together with others."),
        N_("Open it, read it, then come back to the list."),
    ),
    "nothing_to_sign": Answer(
        Kind.INVALID,
        N_("Nothing is left to sign."),
        N_("None was ticked, or none of those ticked waits for your signature as you opened it."),
        N_("Go back to the list and tick results you have opened."),
    ),
    "too_many_to_sign": Answer(
        Kind.INVALID,
        N_("These are too many results at once."),
        N_("%(count)s were chosen; at most %(limit)s are signed in one go."),
        N_("Choose fewer and go on with the rest afterwards."),
    ),
    "changed_since": Answer(
        Kind.CONFLICT,
        N_("The task is no longer as it was handed in."),
        N_("Version %(no)s was handed in for it; since then this has changed: %(what)s."),
        N_("Return the result, so that it is handed in for the task as it is now."),
    ),
    "flow_fails": Answer(
        Kind.CONFLICT,
        N_("In some units nobody could sign so."),
        N_("Too few different people hold the seats that would sign: %(units)s."),
        N_("Fill the empty seats first, or ask for fewer signatures."),
    ),
    "record_unreadable": Answer(
        Kind.INVALID,
        N_("This is no record of a signature."),
        N_("It is not a file of this system, or it was cut short."),
        N_("Bring the JSON file as it was downloaded, or type the hash in full."),
    ),
}
