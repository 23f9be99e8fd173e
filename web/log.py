"""The log: who did what and when, with filters in the address; the seal; one line as it was hashed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

import clock
from accountability import readers, seal
from accountability.verify import REASONS, Verdict
from i18n import gettext as _
from terms import N_
from web import context, forms, sentences, tables
from web.errors import STATUS
from web.gate import place
from web.sentences import Sentence
from workflow.errors import Refusal
from workflow.exports import note_export
from workflow.queries import history
from workflow.queries import plans as plan_queries
from workflow.queries.history import LogFilter, LogPage, Part

bp = Blueprint("log", __name__, url_prefix="/log")

# the columns of the log as a file
COLUMNS: Final = (
    N_("line"), N_("moment"), N_("code of the act"), N_("what"), N_("who"), N_("position"), N_("unit"), N_("task"),
    N_("plan"),
)  # fmt: skip
NOWHERE: Final = 0  # no row has this id: what cannot be one finds nothing


@bp.get("")
@place("log")
def index() -> ResponseReturnValue:
    """List the lines this person may read, the newest first, filtered by what the address says."""
    try:
        wanted = _filter()
    except Refusal as refusal:
        return _page(LogFilter(), LogPage([], None), refusal), STATUS[refusal.answer.kind]
    _note_reading(wanted)
    return _page(wanted, history.page(wanted, seen_by=context.scope()))


@bp.get("/<int:epoch>.<int:seq>")
@place("log")
def line(epoch: int, seq: int) -> ResponseReturnValue:
    """Show one line; the text exactly as it was hashed to those who verify."""
    found = history.one(epoch, seq, seen_by=context.scope())
    said = sentences.of_part(found.part)
    return render_template("log/line.html", line=found, said=said, raw=context.scope().allows("verify"))


@bp.get("/export.csv")
@place("log")
def export() -> ResponseReturnValue:
    """Send the same lines as CSV; the log keeps that they were taken."""
    wanted = _filter()
    _note_reading(wanted)
    note_export("log", by=context.me(), at=context.now())
    headers = {"Content-Disposition": "attachment; filename=nhat-ky.csv"}
    lines = tables.csv(COLUMNS, _exported(wanted))
    return Response(stream_with_context(lines), mimetype="text/csv; charset=utf-8", headers=headers)


@bp.post("/verify")
@place("verify")
def verify() -> ResponseReturnValue:
    """Verify the whole log now, and say which line is bad if one is."""
    verdict = seal.check(by=context.me(), at=context.now())
    if verdict.ok:
        flash(_("The whole log is intact: %(count)s lines verified.", count=verdict.covered_to), "success")
        return redirect(url_for(".index"))
    return _page(LogFilter(), history.page(LogFilter(), seen_by=context.scope()), verdict=verdict)


def _page(wanted: LogFilter, page: LogPage, refusal: Refusal | None = None, verdict: Verdict | None = None) -> str:
    scope, ref = context.scope(), context.ref()
    return render_template(
        "log/index.html",
        page=page,
        said=_said(page),
        wanted=wanted,
        typed=request.args,
        families=[(name, _(family.label)) for name, family in history.FAMILIES.items()],
        people=history.people(ref, seen_by=scope),
        units=_units(),
        plans=plan_queries.names(seen_by=scope) if scope.allows("plans") else [],
        latest=seal.latest(context.now()),
        whole=seal.whole(),
        reasons=REASONS,
        verdict=verdict,
        refusal=refusal,
        next_href=url_for(".index", **_address(before=f"{page.next[0]}.{page.next[1]}")) if page.next else "",
        export_href=url_for(".export", **_address()),
    )


def _said(page: LogPage) -> list[list[tuple[Part, Sentence]]]:
    """Return the lines as sentences, those of one act together: what it is about stands last."""
    acts = groupby(page.parts, key=lambda part: (part.act, part.req or part.seq))
    return [[(part, sentences.of_part(part)) for part in found] for _key, found in acts]


def _units() -> list[tuple[int, str]]:
    """Return the units this person may look for: all for those who see all, else his own."""
    ref, scope = context.ref(), context.scope()
    return [
        (unit.id, ref.unit_name(unit.id))
        for unit in (*ref.inside, *ref.outside)
        if scope.sees_whole() or unit.id in scope.units()
    ]


def _filter() -> LogFilter:
    """Read the filter from the address. Raises Refusal for a day that is none."""
    args = request.args
    first, last = forms.read_day(args.get("from", "")), forms.read_day(args.get("to", ""))
    return LogFilter(
        act=args.get("act", "").replace("\x00", "?")[:40],
        person_id=_id("person"),
        unit_id=_id("unit"),
        task_id=_id("task"),
        plan_id=_id("plan"),
        from_at=clock.start_of(first) if first else None,
        to_at=clock.end_of(last) if last else None,
        before=_before(args.get("before", "")),
    )


def _id(name: str) -> int | None:
    """Return the id a filter names; one that cannot be an id finds nothing, as an absent one does."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else NOWHERE


def _before(text: str) -> tuple[int, int] | None:
    epoch, _dot, seq = text.partition(".")
    digits = epoch.isascii() and epoch.isdecimal() and seq.isascii() and seq.isdecimal()
    return (int(epoch), int(seq)) if digits and len(epoch) < 10 and len(seq) < 10 else None


def _address(**more: str) -> dict[str, Any]:
    """Return the filter as parts of an address, without what is empty."""
    kept = {name: text for name, text in request.args.items() if text and name != "before"}
    return {**kept, **more}


def _note_reading(wanted: LogFilter) -> None:
    """Note that one person looks at another's lines (domain 6.4)."""
    known = dict(history.people(context.ref(), seen_by=context.scope())) if wanted.person_id else {}
    if wanted.person_id in known:
        readers.note_read(wanted.person_id, by=context.me(), at=context.now())


def _exported(wanted: LogFilter) -> Iterator[tuple[Any, ...]]:
    while True:
        page = history.page(wanted, seen_by=context.scope())
        for part in page.parts:
            yield _row(part)
        if page.next is None:
            return
        wanted = replace(wanted, before=page.next)


def _row(part: Part) -> tuple[Any, ...]:
    who, about = part.body["actor"], part.body["data"].get("about", {})
    number, at = f"{part.epoch}.{part.seq}", part.at.astimezone(clock.LOCAL)
    said = sentences.of_part(part).text
    return (
        number,
        at,
        part.act,
        said,
        who["name"],
        who["position"],
        who["unit"],
        about.get("task"),
        about.get("plan"),
    )
