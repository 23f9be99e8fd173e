"""The mark of a text that people will read: found by the translators, translated only where it is shown."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802  (gettext's own name for it)
    """Return the text unchanged, so that tables below the web can name what is to be translated later."""
    return text
