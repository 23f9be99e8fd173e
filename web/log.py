"""The log: who did what and when, with filters in the address; the seal; one line as it was hashed."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accountability import seal
from accountability.verify import REASONS, Verdict
from i18n import gettext as _
from notifications import log_watch
from web import context, forms, log_filter, sentences
from web.errors import STATUS
from web.gate import place
from web.sentences import Sentence
from workflow import erasing, saved_views
from workflow.errors import Refusal
from workflow.queries import log_lines, log_marks
from workflow.queries.history import Part
from workflow.queries.log_lines import LogFilter, LogPage

bp = Blueprint("log", __name__, url_prefix="/log")


@bp.get("")
@place("log")
def index() -> ResponseReturnValue:
    """List the lines this person may read, the newest first, filtered by what the address says."""
    try:
        wanted = log_filter.read()
    except Refusal as refusal:
        return refused(refusal)
    log_filter.note_reading(wanted)
    return _page(wanted, log_lines.page(wanted, seen_by=context.scope()))


@bp.get("/<int:epoch>.<int:seq>")
@place("log")
def line(epoch: int, seq: int) -> ResponseReturnValue:
    """Show one line; the text exactly as it was hashed to those who verify."""
    return line_page(epoch, seq)


@bp.post("/verify")
@place("verify")
def verify() -> ResponseReturnValue:
    """Verify the whole log now, and say which line is bad if one is."""
    verdict = seal.check(by=context.me(), at=context.now())
    if verdict.ok:
        flash(_("The whole log is intact: %(count)s lines verified.", count=verdict.covered_to), "success")
        return redirect(url_for(".index"))
    log_watch.tell(context.now())
    return _page(LogFilter(), log_lines.page(LogFilter(), seen_by=context.scope()), verdict=verdict)


def refused(refusal: Refusal) -> tuple[str, int]:
    """Return the page with a refusal and without lines."""
    return _page(LogFilter(), LogPage([], None), refusal), STATUS[refusal.answer.kind]


def line_page(epoch: int, seq: int, refusal: Refusal | None = None, typed: str = "") -> str:
    """Return the page of one line, with what was typed when that was refused."""
    found = log_lines.one(epoch, seq, seen_by=context.scope())
    return render_template(
        "log/line.html",
        line=found,
        said=sentences.of_part(found.part),
        raw=context.scope().allows("verify"),
        marks=log_marks.marks([found.part]).get((epoch, seq), []),
        erasable=_erasable(epoch, seq),
        key=forms.new_key(),
        refusal=refusal,
        typed=typed,
        **seal_facts(),
    )


def _erasable(epoch: int, seq: int) -> list[tuple[str, str]]:
    """Return the private texts of a line for whoever may ask for their erasure."""
    if not erasing.may_ask(context.me(), context.ref()):
        return []
    return [(path, text[:80]) for path, text in erasing.texts((epoch, seq))]


def seal_facts() -> dict[str, object]:
    """Return what the seal of the log's pages says. Two queries at most."""
    return {"latest": seal.latest(context.now()), "whole": seal.whole(), "reasons": REASONS}


def _page(wanted: LogFilter, page: LogPage, refusal: Refusal | None = None, verdict: Verdict | None = None) -> str:
    following = f"{page.next[0]}.{page.next[1]}" if page.next else ""
    return render_template(
        "log/index.html",
        page=page,
        said=_said(page),
        marks=log_marks.marks(page.parts),
        wanted=wanted,
        typed=request.args,
        offered=log_filter.choices(),
        views=saved_views.of(context.me(), "log"),
        query=log_filter.query(),
        verdict=verdict,
        refusal=refusal,
        next_href=url_for(".index", **log_filter.address(before=following)) if page.next else "",
        files=[(form, url_for(f".export_{form}", **log_filter.address())) for form in ("csv", "xlsx", "json")],
        **seal_facts(),
    )


def _said(page: LogPage) -> list[list[tuple[Part, Sentence]]]:
    """Return the lines as sentences, those of one act together: what it is about stands last."""
    acts = groupby(page.parts, key=lambda part: (part.act, part.req or part.seq))
    return [[(part, sentences.of_part(part)) for part in found] for _key, found in acts]
