"""How a signature is said on every page and paper: seat and capacity, and by what its signer proved who he was."""

from __future__ import annotations

from typing import Any, Final

from i18n import gettext as _
from models.labels import label
from terms import N_
from workflow import codes

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
