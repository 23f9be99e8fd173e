"""Reminders: the rules in force, the letters and what became of them, the scheduler and its clock."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.labels import TERMS
from models.words import LetterState
from notifications import board, clockwatch, reconcile, unreachable
from notifications.board import Wanted
from notifications.rule_words import of_rule
from web import context, forms
from web.errors import STATUS
from web.gate import place
from workflow.errors import Refusal
from workflow.organization import rules
from workflow.queries import calendar as calendar_queries

bp = Blueprint("reminders", __name__, url_prefix="/reminders")


@bp.get("")
@place("reminders")
def index() -> ResponseReturnValue:
    """Show the rules in force, the letters filtered as the address says, the last run and comparison."""
    try:
        wanted = _wanted()
    except Refusal as refusal:
        return _page(Wanted(), refusal), STATUS[refusal.answer.kind]
    return _page(wanted)


@bp.get("/<int:letter_id>")
@place("reminders")
def show(letter_id: int) -> ResponseReturnValue:
    """Show one letter as it was written; its words only to those who may read every task."""
    found = board.one(letter_id, seen_by=context.scope())
    return render_template("reminders/show.html", found=found, reasons=board.REASONS, rule_words=of_rule)


@bp.post("/clock")
@place("calendar")
def confirm_clock() -> ResponseReturnValue:
    """Let planning go on after a person has looked at the clock."""
    if clockwatch.confirm_clock(by=context.me(), at=context.now()):
        flash(_("The clock is confirmed; planning goes on."), "success")
    else:
        flash(_("The clock was not held; nothing was needed."), "info")
    return redirect(url_for(".index"))


@bp.post("/compare")
@place("reminders")
def compare() -> ResponseReturnValue:
    """Compare now what should have been written with what was."""
    verdict = reconcile.run(context.now(), by=context.me())
    text = _("Missing %(missing)s, extra %(extra)s.", missing=verdict.missing, extra=verdict.extra)
    flash(text, "success" if verdict.is_clean else "warning")
    return redirect(url_for(".index"))


def _page(wanted: Wanted, refusal: Refusal | None = None) -> str:
    found = board.board(wanted, current_app.config)
    held = found.state.held_why if found.state else None
    return render_template(
        "reminders/index.html",
        found=found,
        rule_words=of_rule,
        lost=unreachable.people(context.ref()),
        may_read=context.scope().sees_whole(),
        held=_held(held) if held else "",
        wanted=wanted,
        typed=request.args,
        states=[(str(state), _(label)) for state, label in TERMS[LetterState].items()],
        reasons=board.REASONS,
        rules=[line for line in calendar_queries.settings(context.ref()) if line.name.startswith("reminder.")],
        written=rules.written,
        hour=rules.digest_hour(context.ref().settings["digest.hour"], current_app.config["REMINDER_HOUR"]),
        refusal=refusal,
        now=context.now(),
        next_href=url_for(".index", **_address(before=str(found.next))) if found.next else "",
    )


def _held(why: str) -> str:
    """Return why the clock is held, in words."""
    kind, _colon, amount = why.partition(":")
    return _(board.HELD[kind], amount=amount) if kind in board.HELD else why


def _wanted() -> Wanted:
    """Read the filter from the address. Raises Refusal for a day that is none."""
    args = request.args
    state = args.get("state", "")
    before = args.get("before", "")
    return Wanted(
        state=LetterState(state) if state in set(LetterState) else None,
        day=forms.read_day(args.get("day", "")),
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None,
    )


def _address(**more: str) -> dict[str, Any]:
    """Return the filter as parts of an address, without what is empty."""
    kept = {name: text for name, text in request.args.items() if text and name in ("state", "day")}
    return {**kept, **more}
