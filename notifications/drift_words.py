"""How it is said, in letters and on pages, that a signature no longer speaks of what stands now."""

from __future__ import annotations

from i18n import gettext as _
from workflow.drift import Drift
from workflow.signoff import CHANGES


def drift_words(drift: Drift | None) -> str:
    """Return "signed for version 7, now version 8, unsigned" with what changed; an empty text while it holds."""
    if drift is None or drift.holds:
        return ""
    said = _("signed for version %(no)s, now version %(now)s, unsigned", no=drift.no, now=drift.now)
    if not drift.changed:
        return said
    what = _("changed: %(what)s", what=", ".join(_(CHANGES[name]) for name in drift.changed))
    return f"{said} ({what})"
