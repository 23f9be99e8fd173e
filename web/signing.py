"""Signing several results in one sitting: what waits, a preview of what each says, one proof, the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from i18n import ngettext
from models.labels import TERMS
from models.vocabulary import Action, Meaning
from web import auth, context, forms
from web.errors import STATUS, note, refused
from web.gate import place
from workflow import lifecycle, permissions, signing_many, signoff
from workflow.errors import Kind, Refusal
from workflow.queries import desk
from workflow.queries import tasks as task_queries
from workflow.signing_many import STEPS, Item, Shown

bp = Blueprint("signing", __name__, url_prefix="/signing")

# what can be said when signing; a return has its own form
MEANINGS = {code: text for code, text in TERMS[Meaning].items() if code != Meaning.RETURNED}


@bp.get("")
@place("tasks")
def index() -> ResponseReturnValue:
    """Show every result that waits for this person's signature, and which of them he has opened."""
    return _list()


@bp.get("/check")
@place("tasks")
def check() -> ResponseReturnValue:
    """Show what each of the ticked results says, before one proof signs them all."""
    keys = _ticked()
    if not keys:
        return _list()
    try:
        items = _ready(keys)
    except Refusal as refusal:
        return _list(refusal), STATUS[refusal.answer.kind] if request.args else 200
    return _check_page(items)


@bp.post("")
@place("tasks")
def sign() -> ResponseReturnValue:
    """Sign them, each on its own, and say which were signed and which not."""
    shown = _shown()
    try:
        outcome = signing_many.sign(shown, by=context.me(), at=context.now(), given=forms.given())
    except Refusal as refusal:
        return _refused(refusal, [one.task_id for one in shown])
    auth.renew()
    titles = task_queries.titles([one.task_id for one in shown], seen_by=context.scope())
    summary = ngettext("%(num)d result was signed.", "%(num)d results were signed.", len(outcome.signed))
    return render_template("signing/outcome.html", outcome=outcome, titles=titles, summary=summary)


def _ticked() -> list[int]:
    """Return the numbers of the tasks that were ticked; what is no number is none."""
    found = [int(text) for text in request.values.getlist("task") if text.isascii() and text.isdecimal()]
    return list(dict.fromkeys(key for key in found if key < 2**31))


def _shown() -> list[Shown]:
    """Return the results that the form names, as its page showed them; what cannot be read is none."""
    found = {}
    for text in request.form.getlist("item"):
        number, _colon, rest = text[:120].partition(":")
        action, _colon, content = rest.partition(":")
        if number.isascii() and number.isdecimal() and len(number) < 10 and action in (Action.SIGN_OFF, Action.CONFIRM):
            found[int(number)] = Shown(int(number), Action(action), content)
    return list(found.values())


def _ready(keys: Sequence[int]) -> list[Item]:
    """Return the ticked results that can be signed together. Raises Refusal when there is none."""
    items = [item for item in signing_many.waiting(keys, context.ref(), by=context.me()) if not item.why_not]
    if not items:
        raise Refusal("nothing_to_sign")
    return items


def _refused(refusal: Refusal, keys: Sequence[int]) -> ResponseReturnValue:
    """Answer on the preview with what was chosen; when nothing of it is left, on the list."""
    if refusal.answer.kind == Kind.FORBIDDEN and refusal.code == "not_yours":
        return refused(refusal)
    note(refusal)
    try:
        return _check_page(_ready(keys), refusal), STATUS[refusal.answer.kind]
    except Refusal:
        return _list(refusal), STATUS[refusal.answer.kind]


def _list(refusal: Refusal | None = None) -> str:
    found = desk.to_sign(context.ref(), seen_by=context.scope(), shown=signing_many.LIMIT)
    items = signing_many.waiting([row.id for row in found.rows], context.ref(), by=context.me())
    return render_template(
        "signing/index.html",
        items=items,
        count=found.count,
        timings={row.id: row.timing for row in found.rows},
        changes=_changes,
        refusal=refusal,
    )


def _check_page(items: Sequence[Item], refusal: Refusal | None = None) -> str:
    return render_template(
        "signing/check.html",
        items=items,
        actions={item.task.id: STEPS[item.task.status][0] for item in items},
        positions={item.task.id: _position(item) for item in items},
        meanings=MEANINGS,
        key=forms.new_key(),
        refusal=refusal,
        typed=request.form if refusal else {},
        back=url_for(".index"),
    )


def _position(item: Item) -> str:
    """Return under which title he signs a result: KT., TL., TUQ. before the seat he signs for."""
    me, ref = context.me(), context.ref()
    action, _rule = STEPS[item.task.status]
    case: Any = lifecycle.case_of(item.task, item.result, ref)
    seat = permissions.signer_seat(case, signoff.LEVELS[action])
    holding = me.holding({seat.post_id}) if seat else None
    return signoff.position_of(holding) if holding else me.position


def _changes(names: Sequence[str]) -> str:
    """Return in words what changed since a hand-in."""
    return ", ".join(_(signoff.CHANGES[name]) for name in names)
