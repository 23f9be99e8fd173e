"""Clock times in deadline words."""

from __future__ import annotations

import re
from typing import Final

_TIME: Final = re.compile(r"(?<![\d/])(\d{1,2})(?: giờ(?: (\d{2})(?: phút)?)?|[h:g](\d{2})?(?!\d))")


def time_in(text: str) -> str | None:
    """Return the first clock time in plain words as HH:MM, None when there is none."""
    match = _TIME.search(text)
    if match is None or int(match[1]) > 23:
        return None
    return f"{int(match[1]):02d}:{int(match[2] or match[3] or 0):02d}"
