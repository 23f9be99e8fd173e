"""Strangers' files are read in a child process, with little memory, little time and nothing else to lose."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from documents.readers import LIMIT_BYTES
from documents.readers.refusal import REASONS, Unreadable
from workflow.planning.deadlines import read_deadline

LIMIT_SECONDS: Final = 45
LIMIT_WAIT_SECONDS: Final = 20
AT_ONCE: Final = 2

Listener = Callable[[int, int], None]

_DAY: Final = ("year", "month", "day")
_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-s", "-E", "-B", "-m", "workflow.planning.child")
# each child may take a gigabyte: what comes beyond these waits, and other pages are served meanwhile
_places: Final = threading.BoundedSemaphore(AT_ONCE)


def read_safely(data: bytes, filename: str, listener: Listener | None = None, *, what: str = "plan") -> dict[str, Any]:
    """Return what a plan document says, as `read` does, without trusting the file; `what` may be "tasks" or "targets".

    The listener hears how much is done of how much. Raises Unreadable also when the child needs more time or
    memory than it gets, or when too many files are being read.
    """
    if len(data) > LIMIT_BYTES:
        raise Unreadable("too_large", limit=LIMIT_BYTES // 1024 // 1024)
    if not _places.acquire(timeout=LIMIT_WAIT_SECONDS):
        raise Unreadable("busy")
    try:
        answer = _asked(json.dumps({"filename": filename, "as": what}).encode() + b"\n" + data, listener)
    finally:
        _places.release()
    if (code := answer.get("refused")) is not None:
        raise Unreadable(code if code in REASONS else "damaged", **answer["details"])
    result: dict[str, Any] = answer["read"]
    if what == "plan":
        _count_working_days(result)
    return result


def _asked(question: bytes, listener: Listener | None) -> dict[str, Any]:
    """Return what a child answers; one that is killed, dies or babbles found the file too hard."""
    heard, told = os.pipe()
    ear = threading.Thread(target=_listen, args=(heard, listener), daemon=True)
    ear.start()
    try:
        done = subprocess.run(  # noqa: S603  (a fixed command; the file goes in as its input)
            _COMMAND, input=question, stdout=subprocess.PIPE, stderr=told, cwd=_ROOT, env={},
            timeout=LIMIT_SECONDS, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    finally:
        os.close(told)
        ear.join(timeout=1)
    if not isinstance(answer, dict) or not answer.keys() & {"read", "refused"}:
        raise Unreadable("too_hard")
    return answer


def _listen(heard: int, listener: Listener | None) -> None:
    """Pass on what the child tells of its progress until it ends."""
    with os.fdopen(heard, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            words = line.split()
            if listener and len(words) == 3 and words[0] == "progress" and all(map(str.isdecimal, words[1:])):
                listener(int(words[1]), int(words[2]))


def _count_working_days(found: dict[str, Any]) -> None:
    """Let lengths of time end where the calendar of working days says, which the child does not have."""
    issued = _issued(found["plan"]["issued"])
    for duty in (*found["tasks"], *found["reports"]):
        if duty["deadline"] and (duty["meaning"]["kind"] == "duration" or "offset" in duty["meaning"]):
            duty["meaning"] = read_deadline(duty["deadline"], issued).meaning


def _issued(day: dict[str, int | None]) -> date | None:
    """Return the document's day when all of it is written and it exists."""
    try:
        return date(*(int(day[part] or 0) for part in _DAY))
    except (KeyError, ValueError):
        return None
