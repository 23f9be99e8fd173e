"""Clock times in deadline words."""

from __future__ import annotations

import re
from typing import Final

_TIME: Final = re.compile(r"(?<![\d/:])(\d\d:\d\d)(?![\d:])")


def time_in(text: str) -> str | None:
    """Return the first clock time in plain words as HH:MM, None when there is none."""
    match = _TIME.search(text)
    return match[1] if match else None
