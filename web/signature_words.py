"""How a signature is said on every page and paper: seat and capacity, and what it is worth today."""

from __future__ import annotations

from typing import Any, Final

from i18n import gettext as _
from models.labels import label
from terms import N_
from workflow import codes
from workflow.drift import Drift
from workflow.signoff import CHANGES

# way of a proof -> in words
METHODS: Final = {
    codes.PASSWORD: N_("password"),
    codes.WITH_CODE: N_("password and one-time code"),
    codes.WITH_RECOVERY: N_("password and recovery code"),
}


def seat_words(mark: Any) -> str:
    """Return position, name and capacity: "KT. Trưởng ban Nông Thị Lan (ký thay)"."""
    return f"{mark.position} {mark.name} ({capacity_of(mark)})"


def capacity_of(mark: Any) -> str:
    """Return how the seat was held or signed for: appointed, acting, by mandate (KT., TL., TUQ.)."""
    return _(label(mark.mandate_kind or mark.capacity))


def proved_by(method: str) -> str:
    """Return by what a signer proved who he was."""
    return _(METHODS.get(method, method))


def drift_words(drift: Drift | None) -> str:
    """Return "signed for version 7, now version 8, unsigned" with what changed; an empty text while it holds."""
    if drift is None or drift.holds:
        return ""
    said = _("signed for version %(no)s, now version %(now)s, unsigned", no=drift.no, now=drift.now)
    if not drift.changed:
        return said
    what = _("changed: %(what)s", what=", ".join(_(CHANGES[name]) for name in drift.changed))
    return f"{said} ({what})"
