"""What an answer of the rules consists of: its kind, what happened, why, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from terms import N_

RELOAD: Final = N_("Look at the page as it is now, then decide again.")


class Kind(Enum):
    """How a way in answers a refusal."""

    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    INVALID = "invalid"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"


@dataclass(frozen=True)
class Answer:
    """What a person reads when something was refused."""

    kind: Kind
    what: str
    why: str
    now: str
