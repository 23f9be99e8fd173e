"""Strangers' files are read in a child process, with little memory, little time and nothing else to lose."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

from documents.readers import LIMIT_BYTES
from documents.readers.refusal import REASONS, Unreadable
from workflow.planning.deadlines import read_deadline

LIMIT_SECONDS: Final = 20

_DAY: Final = ("year", "month", "day")
_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-S", "-E", "-B", "-m", "workflow.planning.child")


def read_safely(data: bytes, filename: str) -> dict[str, Any]:
    """Return what a plan document says, as `read` does, without trusting the file.

    Raises Unreadable also when the child needs more time or memory than it gets.
    """
    if len(data) > LIMIT_BYTES:
        raise Unreadable("too_large", limit=LIMIT_BYTES // 1024 // 1024)
    asked = json.dumps({"filename": filename}).encode() + b"\n" + data
    try:
        done = subprocess.run(  # noqa: S603  (a fixed command; the file goes in as its input)
            _COMMAND, input=asked, capture_output=True, cwd=_ROOT, env={}, timeout=LIMIT_SECONDS, check=False
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise Unreadable("too_hard") from None
    if (code := answer.get("refused")) is not None:
        raise Unreadable(code if code in REASONS else "damaged", **answer["details"])
    result: dict[str, Any] = answer["read"]
    _count_working_days(result)
    return result


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
