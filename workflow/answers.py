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


# what is said of a kept file that is not as it was
FILES: Final[dict[str, Answer]] = {
    "file_deleted": Answer(
        Kind.MISSING,
        N_("The file is no longer there."),
        N_("It was deleted from the store of files, or cannot be read; the log still has its SHA-256: %(sha)s."),
        N_("Tell the administrator, who can put it back from a backup; whoever handed it in may have it, too."),
    ),
    "file_altered": Answer(
        Kind.CONFLICT,
        N_("The file was altered after it was handed in."),
        N_("It no longer matches the SHA-256 in the log, so it is not given out as evidence: %(sha)s."),
        N_("Tell the administrator, who can put it back from a backup; whoever handed it in may have it, too."),
    ),
}
