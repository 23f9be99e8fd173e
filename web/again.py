"""A form that was refused: the same page once more, with the reason and everything that was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import request
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.labels import label
from web import kept
from web.errors import STATUS
from workflow.errors import Kind, Refusal

Word = TypeVar("Word", bound=StrEnum)

# what is answered by a page of its own: there is no form left to correct
ELSEWHERE: Final = frozenset({Kind.MISSING})
SHOWN_HERE: Final = frozenset({"second_person", "wrong_old_password", "wrong_proof", "factor_of_oneself"})


@dataclass(frozen=True)
class Shown:
    """How a page's forms are shown: fresh, or one of them refused, with what was typed into it."""

    refusal: Refusal | None = None
    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    def of(self, form: str) -> Mapping[str, str]:
        """Return what was typed into a form; nothing for any other than the refused one."""
        return self.typed if form == self.form else {}


def fresh() -> Shown:
    """Return a page with the form open that its address asks for (`?do=…`), and nothing refused.

    What was typed into that form before its session ended is in it again.
    """
    form = request.args.get("do", "")[:40]
    return Shown(form=form, typed=(form and kept.back_on_this_page()) or {})


def again(refusal: Refusal, form: str, page: Callable[[Shown], str]) -> ResponseReturnValue:
    """Show the page of a form again, with the refusal's status.

    Raises the refusal itself when the page is not his or not there.
    """
    kind = refusal.answer.kind
    if kind in ELSEWHERE or (kind == Kind.FORBIDDEN and refusal.code not in SHOWN_HERE):
        raise refusal
    return page(Shown(refusal, form, request.form)), STATUS[kind]


def term(kind: type[Word], name: str, label: str) -> Word:
    """Return a field's word of the vocabulary. Raises Refusal when it is none."""
    value = request.form.get(name, "")
    try:
        return kind(value)
    except ValueError:
        raise Refusal("bad_value" if value else "missing_field", field=label, value=value[:40]) from None


def options(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return words of the vocabulary as the choices of a form, in the reader's language."""
    return [(word.value, _(label(word))) for word in words]


def need(value: Any, label: str) -> Any:
    """Return a field's value. Raises Refusal when it was left empty."""
    if value is None:
        raise Refusal("missing_field", field=label)
    return value


def key() -> str | None:
    """Return the key this form was given, so that sending it twice does its work once.

    The form's address is part of it: with another form the same key is another key.
    """
    sent = request.form.get("idempotency_key", "")[:64]
    return f"{sent} {request.path}" if sent else None
