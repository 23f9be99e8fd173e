"""Strangers' files are read in a child process, with little memory, little time and nothing else to lose."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from documents.readers import LIMIT_BYTES
from documents.readers.refusal import REASONS, Unreadable

LIMIT_SECONDS: Final = 20

_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-s", "-E", "-B", "-m", "workflow.planning.child")


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
    return result
