"""Telling an author at once that an urgent act of his finds its receiver's urgent letter of the day already made."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash

from i18n import gettext as _
from models.vocabulary import Action
from notifications import urgent
from web import context
from workflow.given import Given


def tell(task_ids: Sequence[int], action: Action, given: Given) -> None:
    """Say on the answering page whose urgent letter was made before; nothing when the act goes out as one."""
    names = urgent.too_late_for(task_ids, action, given, by=context.me(), at=context.now())
    if names:
        text = _(
            "%(names)s: one urgent letter was sent today already; this comes first in the next letter.",
            names=", ".join(names),
        )
        flash(text, "warning")
