"""Letters to oneself: what comes by letter, from which hour, when one is away; and saying that a letter arrived."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from i18n import gettext as _
from models.words import (
    Channel,
    LetterGroup,
)
from notifications import preferences, receipts
from terms import N_
from web import context, forms
from web.again import Shown, again, fresh, key, need, options, term
from web.gate import place
from workflow.errors import Refusal
from workflow.organization import rules, wishes

bp = Blueprint("letters", __name__)

# group -> what it holds, as the page explains it
MEANT: Final[dict[LetterGroup, str]] = {
    LetterGroup.AHEAD: N_("Reminders some working days before a deadline or report, and on its day."),
    LetterGroup.OVERDUE: N_("Your unit's tasks after their deadline, results to be redone, holds that have ended."),
    LetterGroup.WAITING: N_("Assignments not yet received, and what another unit waits for."),
    LetterGroup.NEWS: N_("What was assigned, returned, or decided on a request for more time."),
    LetterGroup.UPKEEP: N_("Tasks without a date, without a lead unit or long without news."),
    LetterGroup.SIGNING: N_("A result waits for your signature, a request for your decision."),
    LetterGroup.ESCALATION: N_("A task has been late for so long that it is brought to the next level: to you."),
    LetterGroup.CHASING: N_("Leadership or the office urges, or demands an explanation."),
}


@bp.get("/account/letters")
@place("account")
def mine() -> ResponseReturnValue:
    """Show what comes to me by letter, from which hour, and when I am away."""
    return _mine()


@bp.post("/account/letters")
@place("account")
def choose() -> ResponseReturnValue:
    """Settle what comes by letter and from which hour."""
    kept = {name for name in request.form.getlist("group") if name in preferences.SWITCHABLE}
    off = [group for group in preferences.SWITCHABLE if group not in kept]
    try:
        channel = term(Channel, "channel", N_("where reminders come"))
        hour = request.form.get("not_before", "")[:20]
        wishes.set_preference(off, channel, hour, opens=_opens(), **_act())
    except Refusal as refusal:
        return again(refusal, "choose", _mine)
    flash(_("Saved; it counts from the next letter on."), "success")
    return redirect(url_for(".mine"))


@bp.post("/account/absences")
@place("account")
def go_away() -> ResponseReturnValue:
    """Enter days on which I am away, and who hears in my place."""
    try:
        first = need(forms.day("from_on"), N_("first day away"))
        last = need(forms.day("last_on"), N_("last day away"))
        wishes.enter_absence(first, last, forms.number("substitute_id"), **_act())
    except Refusal as refusal:
        return again(refusal, "away", _mine)
    flash(_("Entered. Letters stop on the first day and come again after the last."), "success")
    return redirect(url_for(".mine", _anchor="away"))


@bp.post("/account/absences/<int:number>/end")
@place("account")
def come_back(number: int) -> ResponseReturnValue:
    """End or take back one of my absences."""
    wishes.end_absence(number, **_act())
    flash(_("You are here again: what still stands comes with your next letter."), "success")
    return redirect(url_for(".mine", _anchor="away"))


@bp.get("/letters/<int:letter_id>/<mark>")
def show(letter_id: int, mark: str) -> ResponseReturnValue:
    """Show the page of a letter's link; it changes nothing, however often it is opened."""
    return _receipt(receipts.opened(letter_id, mark), mark)


@bp.post("/letters/<int:letter_id>/<mark>")
def acknowledge(letter_id: int, mark: str) -> ResponseReturnValue:
    """Take the receiver's word that he has the letter."""
    receipts.acknowledge(letter_id, mark, at=context.now())
    return redirect(url_for(".show", letter_id=letter_id, mark=mark), 303)


def _receipt(receipt: receipts.Receipt, mark: str) -> str:
    """Return the page in the receiver's language, unless whoever opens it chose one here."""
    language = session.get("language") or receipt.language
    with force_locale(language):
        return render_template("accounts/receipt.html", receipt=receipt, mark=mark, lang=language)


def _opens() -> Any:
    """Return the hour from which letters of today are written."""
    return rules.digest_hour(context.ref().settings["digest.hour"], current_app.config["REMINDER_HOUR"])


def _act() -> dict[str, Any]:
    return {"by": context.me(), "at": context.now(), "key": key()}


def _mine(shown: Shown | None = None) -> str:
    person, ref = context.me().person_id or 0, context.ref()
    colleagues = wishes.colleagues(person, ref)
    return render_template(
        "accounts/letters.html",
        shown=shown or fresh(),
        wished=wishes.preference_of(person),
        kept=request.form.getlist("group") if shown else None,
        switchable=preferences.SWITCHABLE,
        locked=[group for group in LetterGroup if group in preferences.LOCKED],
        meant=MEANT,
        channels=options(Channel),
        opens=_opens(),
        latest=wishes.LATEST,
        absences=wishes.absences_of(person, ref.on),
        colleagues=colleagues,
        names=dict(colleagues),
        new_key=forms.new_key,
    )
