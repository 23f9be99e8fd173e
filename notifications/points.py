"""Named points of the reminder run at which it may be cut off: tests end the process there and look what is lost.

In service nobody watches, and reaching a point does nothing. The table says what is already certain at each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

POINTS: Final[dict[str, str]] = {
    "sweep.begun": "nothing has been read",
    "sweep.locked": "the scheduler's row is locked",
    "sweep.planned": "what is due is known, nothing is written",
    "sweep.lines": "lines are written, letters are not",
    "compose.released": "older digests are superseded",
    "compose.worded": "letters have their words, none is written",
    "compose.written": "letters are written, their lines do not name them yet",
    "compose.joined": "lines name their letters",
    "sweep.noted": "the day and the log's entry are written, not committed",
    "sweep.committed": "the plan of the day is committed, nothing is sent",
    "deliver.doubted": "letters of a silent sender are in doubt, not committed",
    "deliver.begun": "what waits is about to be sent",
    "claim.taken": "a letter is claimed, not committed",
    "claim.committed": "a claim is committed, the letter is not handed over",
    "smtp.connected": "the mail server has greeted",
    "smtp.text": "receiver accepted, the text is about to go",
    "smtp.accepted": "the mail server has taken the letter, nobody has written so",
    "settle.written": "a letter's end is written with its lines, its entry is not",
    "settle.noted": "a letter's end and its entry are written, not committed",
    "settle.committed": "a letter's end is committed",
}
_watchers: Final[list[Callable[[str], None]]] = []


def reach(name: str) -> None:
    """Say that a point is reached, to whoever watches."""
    for watcher in _watchers:
        watcher(name)


def watch(watcher: Callable[[str], None]) -> None:
    """Have every point told to a function from now on; for tests."""
    _watchers.append(watcher)
